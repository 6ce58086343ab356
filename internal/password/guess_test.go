package password

import (
	"slices"
	"strings"
	"testing"
)

func TestListIsSortedAndEveryLineIsFound(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(common, "\n"), "\n")
	if len(lines) < 3000 || !slices.IsSorted(lines) || !strings.HasSuffix(common, "\n") {
		t.Fatalf("%d lines, sorted: %v", len(lines), slices.IsSorted(lines))
	}
	for _, line := range lines {
		if len(line) <= longestWord && !listed(line) {
			t.Errorf("%q is not found", line)
		}
		if listed(line + "~~") {
			t.Errorf("%q~~ is found", line)
		}
	}
}

func FuzzEasyToGuess(f *testing.F) {
	f.Add("password")
	f.Add("\xff\x00é")
	f.Fuzz(func(_ *testing.T, text string) { easyToGuess(text, true, true) }) // must not panic on anything
}

func BenchmarkEasyToGuessWorst(b *testing.B) {
	text := strings.Repeat("4@3$1!0p", 15) + "zebra#7x"
	for b.Loop() {
		easyToGuess(text, true, true)
	}
}
