package password

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds within which an organization may set its own rules.
const (
	// MinLengthFloor is the smallest minimum there is: 8 characters (NIST SP 800-63B-4 §3.1.1.2 where a second factor follows; OWASP ASVS 5.0, 6.2.1).
	MinLengthFloor = 8
	// MinLengthCeiling is the largest minimum: more would only keep people out.
	MinLengthCeiling = 64
	// MaxLengthFloor is the smallest maximum; the standards want 64 at least.
	MaxLengthFloor = 32
	// CountCeiling is how many characters of one kind may be demanded.
	CountCeiling = 5
	// HistoryCeiling is how many former passwords may be remembered: each is checked, which costs as much as a sign-in.
	HistoryCeiling = 10
	// LifetimeFloor and LifetimeCeiling are in days.
	LifetimeFloor, LifetimeCeiling = 7, 3650
	// LockAfterFloor and LockAfterCeiling are wrong passwords before the first lock, LockMinutesCeiling how long that may last.
	LockAfterFloor, LockAfterCeiling, LockMinutesCeiling = 3, 10, 60
)

// Policy is what an organization asks of a password, and what happens to wrong ones. Its zero demands are off. What NIST SP 800-63B-4 §3.1.1.2 and
// OWASP ASVS 5.0 (6.2.5, 6.2.10) advise against, kinds of characters and expiry, is there for those whose auditors demand it.
type Policy struct {
	MinLength int // characters after NFC
	MaxLength int // characters after NFC; 0 is MaxLength of the package

	Upper, Lower, Digits, Special int // at least so many of the kind
	History                       int // so many of the last ones are not used again, the present one among them
	LifetimeDays                  int // 0: for ever

	ForbidCommon    bool // no well-known passwords
	ForbidPatterns  bool // no sequences and repetitions
	ForbidName      bool // the person's own name does not count towards the length
	ForbidAddress   bool // nor the address
	ForbidConfusing bool // no characters that are taken for each other
	ForbidOverlap   bool // not mostly the present one

	LockAfter, LockMinutes int // so many wrong ones from one place lock it for so long, and then twice as long each time
}

// Recommended returns the policy of a new organization: 15 characters, as NIST SP 800-63B-4 §3.1.1.2 demands of a password that is the only factor
// and OWASP ASVS 5.0 (6.2.1) recommends.
func Recommended() Policy {
	return Policy{
		MinLength: 15, MaxLength: MaxLength, ForbidCommon: true, ForbidPatterns: true, ForbidName: true, ForbidAddress: true,
		LockAfter: 5, LockMinutes: 1,
	}
}

// PCIDSS returns what PCI DSS 4.0.1 demands at least of a password that is the only factor: 12 characters with letters and digits (8.3.6), not one of
// the last four (8.3.7), a new one every 90 days (8.3.9), and half an hour locked after ten attempts (8.3.4).
func PCIDSS() Policy {
	return Policy{
		MinLength: 12, MaxLength: MaxLength, Lower: 1, Digits: 1, History: 4, LifetimeDays: 90,
		ForbidCommon: true, ForbidPatterns: true, ForbidName: true, ForbidAddress: true, LockAfter: 10, LockMinutes: 30,
	}
}

// Person is whose password it is, as far as a policy cares. Present is the password they have now, where it is known.
type Person struct{ Name, Email, Present string }

// Violation is one thing that is wrong with a password: a stable key for code and tests, and a sentence for the person.
type Violation struct{ Key, Sentence string }

// The keys of violations, each of which is a rule too.
const (
	TooShort  = "too_short"
	TooLong   = "too_long"
	NoUpper   = "upper"
	NoLower   = "lower"
	NoDigits  = "digits"
	NoSpecial = "special"
	Common    = "common"
	Patterns  = "patterns"
	Personal  = "personal"
	Confusing = "confusing"
	Overlap   = "overlap"
	Reused    = "history"
	Lifetime  = "lifetime"
	Lockout   = "lockout"
)

// Check returns everything that is wrong with a password, nothing when it may be used. Whether it was used before is not known here.
func (p Policy) Check(plain string, who Person) []Violation {
	if len(plain) > maxBytes {
		return []Violation{{TooLong, p.tooLong()}}
	}
	normal := norm.NFC.String(plain)
	length := utf8.RuneCountInString(normal)
	var wrong []Violation
	add := func(broken bool, key, sentence string) {
		if broken {
			wrong = append(wrong, Violation{key, sentence})
		}
	}
	add(length < p.MinLength, TooShort, p.tooShort(length))
	add(length > p.longest(), TooLong, p.tooLong())
	for _, kind := range p.kinds() {
		has := kind.count(normal)
		add(has < kind.atLeast, kind.key, fmt.Sprintf("Use at least %s; this has %d.", kind.words(), has))
	}
	if length > 0 {
		switch {
		case p.ForbidCommon && p.ForbidPatterns:
			add(easyToGuess(normal, true, true), Common, "This is too easy to guess: it is made of well-known passwords, a sequence, or a repetition. Several unrelated words are a good choice.")
		case p.ForbidCommon:
			add(easyToGuess(normal, true, false), Common, "This is too easy to guess: it is made of well-known passwords. Several unrelated words are a good choice.")
		case p.ForbidPatterns:
			add(easyToGuess(normal, false, true), Patterns, "This is too easy to guess: it is a sequence or a repetition.")
		}
	}
	if rest := length - personal(normal, p.own(who)); rest < length && rest < p.MinLength {
		add(true, Personal, fmt.Sprintf("%s not count: without %s %s, and it needs %d.", p.ownWords("Your", "does", "do"), p.withoutWords(), left(rest), p.MinLength))
	}
	add(p.ForbidConfusing && strings.ContainsAny(normal, confusing), Confusing, "Leave out characters that are taken for each other: "+confusingWords+".")
	add(p.ForbidOverlap && overlaps(normal, norm.NFC.String(who.Present)), Overlap, "This is mostly your present password. Choose one that has little of it.")
	return wrong
}

// Rule is one demand of a policy: the key of what breaks it, and a sentence for a page.
type Rule struct{ Key, Words string }

// Rules returns the demands on a password itself, and how long it may be used.
func (p Policy) Rules() []Rule {
	rules := []Rule{
		{TooShort, fmt.Sprintf("At least %d characters.", p.MinLength)},
		{TooLong, fmt.Sprintf("At most %d characters.", p.longest())},
	}
	add := func(on bool, key, words string) {
		if on {
			rules = append(rules, Rule{key, words})
		}
	}
	for _, kind := range p.kinds() {
		add(true, kind.key, "At least "+kind.words()+".")
	}
	if len(rules) == 2 {
		rules[0].Words += " Every character counts, spaces too, and no kind of character is demanded."
	}
	add(p.ForbidCommon && p.ForbidPatterns, Common, "Not made of well-known passwords, sequences or repetitions.")
	add(p.ForbidCommon && !p.ForbidPatterns, Common, "Not made of well-known passwords.")
	add(!p.ForbidCommon && p.ForbidPatterns, Patterns, "Not made of sequences or repetitions.")
	add(p.ForbidName || p.ForbidAddress, Personal, p.ownWords("The person's own", "does", "do")+" not count towards the length.")
	add(p.ForbidConfusing, Confusing, "None of the characters that are taken for each other: "+confusingWords+".")
	add(p.ForbidOverlap, Overlap, "Not mostly the present password.")
	add(p.History == 1, Reused, "Not the present password.")
	add(p.History > 1, Reused, fmt.Sprintf("Not one of the last %d passwords.", p.History))
	add(p.LifetimeDays > 0, Lifetime, fmt.Sprintf("A new one every %d days.", p.LifetimeDays))
	return rules
}

// InWords returns the policy as sentences for a page.
func (p Policy) InWords() []string {
	var words []string
	for _, rule := range p.Rules() {
		words = append(words, rule.Words)
	}
	return words
}

// ReusedSentence is said of a password that is one of the last ones.
func (p Policy) ReusedSentence() string {
	if p.History <= 1 {
		return "This is your present password. Choose another one."
	}
	return fmt.Sprintf("This is one of your last %d passwords. Choose another one.", p.History)
}

func (p Policy) longest() int {
	if p.MaxLength <= 0 || p.MaxLength > MaxLength {
		return MaxLength
	}
	return p.MaxLength
}

func (p Policy) tooShort(length int) string {
	if length == 0 {
		return fmt.Sprintf("Choose a password of at least %d characters.", p.MinLength)
	}
	return fmt.Sprintf("Use at least %d characters; this has %d.", p.MinLength, length)
}

func (p Policy) tooLong() string { return fmt.Sprintf("Use at most %d characters.", p.longest()) }

// own is what of the person does not count.
func (p Policy) own(who Person) Person {
	if !p.ForbidName {
		who.Name = ""
	}
	if !p.ForbidAddress {
		who.Email = ""
	}
	return who
}

func (p Policy) ownWords(whose, one, several string) string {
	switch {
	case p.ForbidName && p.ForbidAddress:
		return whose + " name and email address " + several
	case p.ForbidName:
		return whose + " name " + one
	}
	return whose + " email address " + one
}

func (p Policy) withoutWords() string {
	if p.ForbidName && p.ForbidAddress {
		return "them"
	}
	return "it"
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
