package password

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds within which an organization may set its own minimum.
const (
	// MinLengthFloor is the smallest minimum there is: 8 characters (NIST SP 800-63B-4 §3.1.1.2 where a second factor follows; OWASP ASVS 5.0, 6.2.1).
	MinLengthFloor = 8
	// MinLengthCeiling is the largest minimum: more would only keep people out.
	MinLengthCeiling = 64
)

// Policy is what an organization asks of a password. There is deliberately no rule about kinds of characters and none about expiry:
// NIST SP 800-63B-4 §3.1.1.2 and OWASP ASVS 5.0 (6.2.5, 6.2.10) forbid both.
type Policy struct {
	MinLength      int  // characters after NFC
	MaxLength      int  // characters after NFC; 0 is MaxLength of the package
	ForbidCommon   bool // no well-known passwords, sequences and repetitions
	ForbidPersonal bool // the person's own name and address do not count towards the length
}

// Recommended returns the policy of a new organization: 15 characters, as NIST SP 800-63B-4 §3.1.1.2 demands of a password that is the only factor
// and OWASP ASVS 5.0 (6.2.1) recommends.
func Recommended() Policy {
	return Policy{MinLength: 15, MaxLength: MaxLength, ForbidCommon: true, ForbidPersonal: true}
}

// Person is whose password it is, as far as a policy cares.
type Person struct{ Name, Email string }

// Violation is one thing that is wrong with a password: a stable key for code and tests, and a sentence for the person.
type Violation struct{ Key, Sentence string }

// The keys of violations.
const (
	TooShort = "too_short"
	TooLong  = "too_long"
	Common   = "common"
	Personal = "personal"
)

// Check returns everything that is wrong with a password, nothing when it may be used.
func (p Policy) Check(plain string, who Person) []Violation {
	if len(plain) > maxBytes {
		return []Violation{p.tooLong()}
	}
	normal := norm.NFC.String(plain)
	length := utf8.RuneCountInString(normal)
	var wrong []Violation
	if length < p.MinLength {
		wrong = append(wrong, Violation{TooShort, p.tooShortSentence(length)})
	}
	if length > p.longest() {
		wrong = append(wrong, p.tooLong())
	}
	if p.ForbidCommon && length > 0 && easyToGuess(normal) {
		wrong = append(wrong, Violation{Common, "This is too easy to guess: it is made of well-known passwords, a sequence, or a repetition. Several unrelated words are a good choice."})
	}
	if p.ForbidPersonal {
		if rest := length - personal(normal, who); rest < length && rest < p.MinLength {
			wrong = append(wrong, Violation{Personal, fmt.Sprintf("Your name and email address do not count: without them %s, and it needs %d.", left(rest), p.MinLength)})
		}
	}
	return wrong
}

// InWords returns the policy as sentences for a page.
func (p Policy) InWords() []string {
	words := []string{
		fmt.Sprintf("At least %d characters. Every character counts, spaces too, and no kind of character is demanded.", p.MinLength),
		fmt.Sprintf("At most %d characters.", p.longest()),
	}
	if p.ForbidCommon {
		words = append(words, "Not made of well-known passwords, sequences or repetitions.")
	}
	if p.ForbidPersonal {
		words = append(words, "The person's own name and email address do not count towards the length.")
	}
	return words
}

func (p Policy) longest() int {
	if p.MaxLength <= 0 || p.MaxLength > MaxLength {
		return MaxLength
	}
	return p.MaxLength
}

func (p Policy) tooShortSentence(length int) string {
	if length == 0 {
		return fmt.Sprintf("Choose a password of at least %d characters.", p.MinLength)
	}
	return fmt.Sprintf("Use at least %d characters; this has %d.", p.MinLength, length)
}

func (p Policy) tooLong() Violation {
	return Violation{TooLong, fmt.Sprintf("Use at most %d characters.", p.longest())}
}

func left(characters int) string {
	switch characters {
	case 0:
		return "no character is left"
	case 1:
		return "1 character is left"
	default:
		return fmt.Sprintf("%d characters are left", characters)
	}
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
