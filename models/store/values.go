package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"gatehouse/models"
)

// moment is a time that may be NULL, which is its zero value. SQLite keeps times as text and does not always say that a column holds one.
type moment struct{ time.Time }

// sqliteTime is how the driver writes a time.
const sqliteTime = "2006-01-02 15:04:05.999999999-07:00"

// Scan implements sql.Scanner.
func (m *moment) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		m.Time = time.Time{}
	case time.Time:
		m.Time = v.UTC()
	case string:
		parsed, err := time.Parse(sqliteTime, v)
		if err != nil {
			return fmt.Errorf("store: a time: %w", err)
		}
		m.Time = parsed.UTC()
	default:
		return fmt.Errorf("store: a time came as %T", value)
	}
	return nil
}

// Value implements driver.Valuer.
func (m moment) Value() (driver.Value, error) {
	if m.IsZero() {
		return nil, nil //nolint:nilnil // NULL is spelled so
	}
	return m.UTC().Truncate(time.Microsecond), nil
}

// ref is an identifier that may be NULL, which is the empty one.
type ref string

// Scan implements sql.Scanner.
func (r *ref) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*r = ""
	case string:
		*r = ref(v)
	case []byte:
		*r = ref(v)
	default:
		return fmt.Errorf("store: an identifier came as %T", value)
	}
	return nil
}

// Value implements driver.Valuer.
func (r ref) Value() (driver.Value, error) {
	if r == "" {
		return nil, nil //nolint:nilnil // NULL is spelled so
	}
	return string(r), nil
}

// newID makes a key: UUID version 7 (RFC 9562 §5.7), so that keys sort as they were made.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// parseID reads a key that came in a URL; ok is false for what was never one.
func parseID(typed string) (id string, ok bool) {
	parsed, err := uuid.Parse(typed)
	if err != nil || len(typed) != len(parsed.String()) {
		return "", false
	}
	return parsed.String(), true
}

// slugNorm is the form in which an identifier of a URL is looked for; ok is false for what nobody can have chosen.
func slugNorm(typed string) (norm string, ok bool) {
	slug, err := models.ParseSlug("", typed)
	if err != nil || string(slug) != typed {
		return "", false
	}
	return slug.Norm(), true
}

// clean makes text from outside storable: PostgreSQL takes neither broken UTF-8 nor NUL. At most longest bytes are kept.
func clean(text string, longest int) string {
	if len(text) > longest {
		text = text[:longest]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
}

// storable says whether an address can be in the database at all.
func storable(text string) bool { return len(text) <= longestText && clean(text, longestText) == text }

const longestText = 1000

// encodeValues keeps before and after values as JSON; none are the empty text.
func encodeValues(values map[string]string) (string, error) {
	if len(values) == 0 {
		return "", nil
	}
	encoded, err := json.Marshal(values)
	return string(encoded), err
}

func decodeValues(text string) (map[string]string, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no values
	}
	var values map[string]string
	return values, json.Unmarshal([]byte(text), &values)
}
