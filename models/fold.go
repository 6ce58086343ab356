package models

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// undecomposed are Latin letters that Unicode does not take apart into a letter and a mark, with what people type for them.
var undecomposed = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "ħ", "h", "ı", "i", "ŧ", "t", "ß", "ss", "æ", "ae", "œ", "oe", "þ", "th")

// Fold is the form in which names are searched and sorted: lower case, compatibility-decomposed without marks (Unicode NFKD), single
// spaces. Databases fold differently (SQLite hardly at all), so it is done here, before a name is stored or looked for.
func Fold(s string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(s)))
	return strings.Join(strings.Fields(undecomposed.Replace(bare)), " ")
}
