package store

import (
	"strings"
	"testing"
)

// A NULL is the empty value, whatever the field; what a column has no field for is an error and not lost.
func TestRowsAreReadIntoTheirFields(t *testing.T) {
	each(t, func(w *world) {
		type row struct {
			Text   string `gorm:"column:text"`
			Number int64  `gorm:"column:number"`
			Yes    bool   `gorm:"column:yes"`
			At     moment `gorm:"column:at"`
			Of     ref    `gorm:"column:of_whom"`
			Bytes  []byte `gorm:"column:bytes"`
		}
		u := w.read(w.ctx)
		rows := []row{{Text: "of before"}, {}, {}}
		must(t, u.all(&rows, "SELECT 'a' AS text, 7 AS number, 1 = 1 AS yes UNION ALL SELECT NULL, NULL, NULL ORDER BY 2 DESC"))
		equal(w.t, "rows", len(rows), 2)
		given, empty := rows[0], rows[1]
		if given.Text == "" {
			given, empty = empty, given
		}
		equal(w.t, "given", given.Text == "a" && given.Number == 7 && given.Yes, true)
		equal(w.t, "empty", empty.Text == "" && empty.Number == 0 && !empty.Yes, true)

		one := row{Text: "stays", At: moment{w.now()}, Of: "somebody", Bytes: []byte("x")}
		must(t, u.one(&one, "SELECT last_active_at AS at, NULL AS of_whom, NULL AS bytes FROM members WHERE last_active_at IS NULL LIMIT 1"))
		equal(w.t, "one", one.Text == "stays" && one.At.IsZero() && one.Of == "" && one.Bytes == nil, true)

		var names []string
		must(t, u.all(&names, "SELECT NULL UNION ALL SELECT 'a'"))
		equal(w.t, "values", len(names), 2)
		err := u.one(&one, "SELECT 1 AS number, 2 AS other")
		equal(w.t, "a column without a field", err != nil && strings.Contains(err.Error(), "no field for column other"), true)
	})
}
