package handlers

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
)

// Whatever a cell holds, it comes out of the file as it went in, or with one ' before what a spreadsheet would take for a formula.
func FuzzNoCellIsAFormula(f *testing.F) {
	for _, cell := range []string{"Ada", "=1+1", "\t=1", `a "b", c`, "-2", "＠x", "\r\n", "'=1"} {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		cell = strings.ReplaceAll(cell, "\r", "") // the reader turns line ends into its own
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		if err := w.Write([]string{harmless(cell), "end"}); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		rows, err := csv.NewReader(&file).Read()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%q is read as %q: %v", cell, rows, err)
		}
		if rows[0] != cell && rows[0] != "'"+cell {
			t.Errorf("%q came out as %q", cell, rows[0])
		}
		if strings.IndexAny(rows[0], "=+-@\t\r\n") == 0 {
			t.Errorf("%q begins a formula", rows[0])
		}
	})
}
