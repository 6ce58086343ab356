package store

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gatehouse/models"
)

// position is a place in a list: the sort key of a row, and its id for rows with equal keys.
type position struct{ key, id string }

// cursor is the position as it stands in a URL.
func (p position) cursor() string {
	encoded, err := json.Marshal([2]string{p.key, p.id})
	if err != nil {
		return "" // two strings are always JSON
	}
	return base64.RawURLEncoding.EncodeToString(encoded)
}

const longestCursor = 4096

// parseCursor reads a cursor; ok is false for what cursor did not make.
func parseCursor(text string) (p position, ok bool) {
	if text == "" || len(text) > longestCursor {
		return position{}, false
	}
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return position{}, false
	}
	var parts []string
	if json.Unmarshal(decoded, &parts) != nil || len(parts) != 2 || strings.Contains(parts[0], "\x00") {
		return position{}, false
	}
	id, ok := parseID(parts[1])
	return position{parts[0], id}, ok
}

// window is one page of a list: so many rows after a position, or before one.
type window struct {
	size     int
	from     position
	key      any  // from's key as an argument of a query
	group    any  // of from, in an order with groups
	bounded  bool // from is set
	backward bool
}

const largestPage = 200

func windowOf(p models.Page) window {
	w := window{size: p.Size}
	if w.size <= 0 || w.size > largestPage {
		w.size = models.PageSize
	}
	if at, ok := parseCursor(p.After); ok {
		w.from, w.key, w.bounded = at, at.key, true
	} else if at, ok := parseCursor(p.Before); ok {
		w.from, w.key, w.bounded, w.backward = at, at.key, true, true
	}
	return w
}

// order is how a list is sorted. Without a key column it is by id alone. A group comes before the key.
type order struct {
	group, key, id string
	descending     bool
}

// bound adds the condition that rows lie beyond the window's position.
func (w window) bound(q *query, o order) {
	if !w.bounded {
		return
	}
	sign := ">"
	if w.backward != o.descending {
		sign = "<"
	}
	if o.key == "" {
		q.add(" AND "+o.id+" "+sign+" ?", w.from.id)
		return
	}
	if o.group != "" {
		q.add(" AND ("+o.group+", "+o.key+", "+o.id+") "+sign+" (?, ?, ?)", w.group, w.key, w.from.id)
		return
	}
	q.add(" AND ("+o.key+", "+o.id+") "+sign+" (?, ?)", w.key, w.from.id)
}

// sorted adds the order in which the window is read.
func (w window) sorted(q *query, o order) {
	direction := ""
	if w.backward != o.descending {
		direction = " DESC"
	}
	q.add(" ORDER BY ")
	for _, column := range []string{o.group, o.key} {
		if column != "" {
			q.add(column + direction + ", ")
		}
	}
	q.add(o.id + direction)
}

// limited adds order and limit: one row more than the page, which says whether there is a next one. The number stands in the text
// because a plan made for an unknown limit sorts the whole organization.
func (w window) limited(q *query, o order) {
	w.sorted(q, o)
	q.add(fmt.Sprintf(" LIMIT %d", w.size+1))
}

// list reads a window of rows with fetch and makes the page of it. Going back to where nothing is left is the first page.
func list[Row, Noun any](w window, fetch func(window) ([]Row, error), at func(Row) position, noun func(Row) Noun) (models.Listed[Noun], error) {
	rows, err := fetch(w)
	if err == nil && len(rows) == 0 && w.backward {
		w = window{size: w.size}
		rows, err = fetch(w)
	}
	if err != nil {
		return models.Listed[Noun]{}, err
	}
	more := len(rows) > w.size
	rows = rows[:min(len(rows), w.size)]
	if w.backward {
		slices.Reverse(rows)
	}
	var page models.Listed[Noun]
	if len(rows) > 0 {
		page.Rows = make([]Noun, 0, len(rows))
	}
	for _, row := range rows {
		page.Rows = append(page.Rows, noun(row))
	}
	older, newer := more, w.bounded
	if w.backward {
		older, newer = true, more
	}
	if older {
		page.Older = at(rows[len(rows)-1]).cursor()
	}
	if newer && len(rows) > 0 {
		page.Newer = at(rows[0]).cursor()
	} else if newer {
		page.Newer = w.from.cursor()
	}
	return page, nil
}

// query is SQL being put together from constant pieces, with its arguments.
type query struct {
	text strings.Builder
	args []any
}

// addAll puts another query behind this one.
func (q *query) addAll(other *query) *query { return q.add(other.text.String(), other.args...) }

func (q *query) add(piece string, args ...any) *query {
	q.text.WriteString(piece)
	q.args = append(q.args, args...)
	return q
}

// search adds the condition that a folded column contains what was typed, which may be nothing. PostgreSQL's planner expects strpos to match
// often, so it reads the list in its order until the page is full instead of collecting every match first.
func (q *query) search(d dialect, column, typed string) {
	folded := foldQuery(typed)
	switch {
	case folded == "":
	case d == sqliteDialect:
		q.add(" AND instr("+column+", ?) > 0", folded)
	default:
		q.add(" AND strpos("+column+", ?) > 0", folded)
	}
}

// foldQuery is what was typed into a search, as columns to search in hold it.
func foldQuery(typed string) string { return models.Fold(clean(typed, longestText)) }

// pattern is a LIKE pattern for text that contains the folded query.
func pattern(folded string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(folded) + "%"
}

func (u *unit) rows(rows any, q *query) error { return u.all(rows, q.text.String(), q.args...) }
