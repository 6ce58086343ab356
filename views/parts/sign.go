package parts

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Tone is what a message or state means. The zero Tone is Neutral.
type Tone uint8

// The tones.
const (
	Neutral Tone = iota
	OK
	Warn
	Bad
)

func (t Tone) class() string {
	switch t {
	case OK:
		return " ok"
	case Warn:
		return " warn"
	case Bad:
		return " bad"
	case Neutral:
		return ""
	}
	return ""
}

func (t Tone) icon() Icon {
	switch t {
	case OK:
		return IconOK
	case Warn:
		return IconWarning
	case Bad:
		return IconAlert
	case Neutral:
		return IconInfo
	}
	return IconInfo
}

// Initials returns one or two capital letters for a person or thing: the first of the first and of the last word.
func Initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	if len(words) == 0 {
		return "?"
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	letters := string(unicode.ToUpper(first))
	if len(words) > 1 {
		last, _ := utf8.DecodeRuneInString(words[len(words)-1])
		letters += string(unicode.ToUpper(last))
	}
	return letters
}

const tints = 8

// tint picks the same colour for the same key every time.
func tint(key string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(key)) // a hash takes everything
	return " tint-" + strconv.Itoa(int(h.Sum32()%tints))
}

// Relative says in words how far at is from now; beyond a week it says the date.
func Relative(at, now time.Time) string {
	d := now.Sub(at)
	if d < 0 {
		return ahead(-d, at, now)
	}
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return plural(int(d/time.Minute), "minute") + " ago"
	case d < 24*time.Hour:
		return plural(int(d/time.Hour), "hour") + " ago"
	case d < 48*time.Hour:
		return "yesterday"
	case d < 7*24*time.Hour:
		return plural(int(d/(24*time.Hour)), "day") + " ago"
	default:
		return at.UTC().Format("2 Jan 2006")
	}
}

func ahead(d time.Duration, at, now time.Time) string {
	switch {
	case d < time.Minute:
		return "in a moment"
	case d < time.Hour:
		return "in " + plural(int(d/time.Minute), "minute")
	case d < 24*time.Hour:
		return "in " + plural(int(d/time.Hour), "hour")
	case d < 60*24*time.Hour:
		return "in " + plural(int(d/(24*time.Hour)), "day")
	case at.UTC().Year() == now.UTC().Year():
		return at.UTC().Format("2 Jan")
	default:
		return at.UTC().Format("2 Jan 2006")
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
