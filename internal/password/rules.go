package password

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// kind is a kind of character of which a policy demands some.
type kind struct {
	key, one, several string
	atLeast           int
	is                func(rune) bool
}

// kinds are those that the policy demands.
func (p Policy) kinds() []kind {
	all := []kind{
		{NoUpper, "capital letter", "capital letters", p.Upper, unicode.IsUpper},
		{NoLower, "small letter", "small letters", p.Lower, unicode.IsLower},
		{NoDigits, "digit", "digits", p.Digits, unicode.IsDigit},
		{NoSpecial, "special character", "special characters", p.Special, special},
	}
	return slices.DeleteFunc(all, func(k kind) bool { return k.atLeast <= 0 })
}

// special is everything that is no letter, no mark on one and no digit; a space too.
func special(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) }

func (k kind) count(text string) int {
	n := 0
	for _, r := range text {
		if k.is(r) {
			n++
		}
	}
	return n
}

func (k kind) words() string {
	if k.atLeast == 1 {
		return "1 " + k.one
	}
	return fmt.Sprintf("%d %s", k.atLeast, k.several)
}

// confusing are the characters that are read for each other on paper.
const (
	confusing      = "0Oo1lI|"
	confusingWords = "0, O, o, 1, l, I and |"
)

// overlaps says whether more than half of a new password stands in the present one, in one piece, whatever the case.
func overlaps(fresh, present string) bool {
	if fresh == "" || present == "" {
		return false
	}
	a, b := []rune(strings.ToLower(fresh)), []rune(strings.ToLower(present))
	longest := 0
	before := make([]int, len(b)+1)
	for i := range a {
		row := make([]int, len(b)+1)
		for j := range b {
			if a[i] == b[j] {
				row[j+1] = before[j] + 1
				longest = max(longest, row[j+1])
			}
		}
		before = row
	}
	return 2*longest > len(a)
}

// personal returns how many characters of a password are the person's own name or address. Words of three letters and fewer are left alone: they are
// in too many other words.
func personal(normal string, who Person) int {
	words := strings.FieldsFunc(strings.ToLower(norm.NFC.String(who.Name+" "+withoutTopLevel(who.Email))), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	rest := strings.ToLower(normal)
	before := utf8.RuneCountInString(rest)
	for _, word := range words {
		if utf8.RuneCountInString(word) > 3 {
			rest = strings.ReplaceAll(rest, word, "")
		}
	}
	return before - utf8.RuneCountInString(rest)
}

// withoutTopLevel drops the last label of an address, which says nothing about a person.
func withoutTopLevel(address string) string {
	if dot := strings.LastIndexByte(address, '.'); dot > strings.LastIndexByte(address, '@') {
		return address[:dot]
	}
	return address
}
