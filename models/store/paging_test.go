package store

import (
	"testing"
	"unicode/utf8"
)

func TestACursorReadsBack(t *testing.T) {
	for _, p := range []position{{"ada", newID()}, {"", newID()}, {`"\%_é日本`, newID()}} {
		got, ok := parseCursor(p.cursor())
		equal(t, "read", ok, true)
		equal(t, "position", got, p)
	}
}

func FuzzParseCursor(f *testing.F) {
	f.Add(position{"ada", newID()}.cursor())
	f.Add("WyJhIiwiYiJd")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		p, ok := parseCursor(text)
		if !ok {
			return
		}
		if _, isID := parseID(p.id); !isID || !utf8.ValidString(p.key) || clean(p.key, longestCursor) != p.key {
			t.Errorf("%q became %q, which no database takes", text, p)
		}
	})
}

func FuzzSearchIsStorable(f *testing.F) {
	f.Add("Ada % _ \\ \x00 \xff É")
	f.Fuzz(func(t *testing.T, typed string) {
		folded := foldQuery(typed)
		if clean(folded, len(folded)) != folded {
			t.Errorf("%q folds to %q, which no database takes", typed, folded)
		}
	})
}
