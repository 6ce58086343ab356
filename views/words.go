package views

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gatehouse/internal/authz"
	"gatehouse/views/parts"
)

// counted is a number and its noun, as "1 member", "12,000 members" or "2 entries".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, found := strings.CutSuffix(noun, "ry"); found {
		return parts.Number(n) + " " + stem + "ries"
	}
	return parts.Number(n) + " " + noun + "s"
}

// firstLetter is the first letter of a word, whatever the script.
func firstLetter(word string) string {
	_, size := utf8.DecodeRuneInString(word)
	return word[:size]
}

// listed is words as an enumeration, as "a, b and c".
func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// either is words as a choice, as "a, b or c".
func either(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// sentence begins with a capital letter what was written as the end of a sentence.
func sentence(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}

// listSummary says how many rows a list shows, and that there are more when it has neighbouring pages.
func listSummary(rows int, noun string, p Pager) string {
	if p.Newer != "" || p.Older != "" {
		return counted(rows, noun) + " on this page"
	}
	return counted(rows, noun)
}

// firstNames are the first two of several names and how many more there are, for a narrow cell.
func firstNames(names []string) string {
	const shown = 2
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:shown], ", ") + " and " + strconv.Itoa(len(names)-shown) + " more"
}

func visibilityPill(v authz.Visibility) parts.Pill {
	switch v {
	case authz.Organization:
		return parts.Pill{Label: "Organization", Tone: parts.OK}
	case authz.Public:
		return parts.Pill{Label: "Public", Tone: parts.Warn}
	case authz.Private:
		return parts.Pill{Label: "Private"}
	}
	return parts.Pill{Label: "Private"}
}

// visibilityMeaning says who may read a thing that nobody gave them.
func visibilityMeaning(v authz.Visibility) string {
	switch v {
	case authz.Organization:
		return "Every member of the organization can read it."
	case authz.Public:
		return "Everybody who is signed in to this console can read it, also from other organizations. Nothing is open to strangers."
	case authz.Private:
		return "Only those who were given it by a role, a team or as a collaborator can read it."
	}
	return ""
}
