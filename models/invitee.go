package models

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
)

// Invitee is one line of a list of people to invite.
type Invitee struct {
	Typed   string // as it stood in the list
	Name    string // as far as the list says one
	Email   string // empty when Problem is not
	Problem string // what is wrong with the address, as a sentence
	Twice   bool   // the address stood in the list before
}

const longestTyped = 300

// ParseInvitees reads a pasted list: addresses between commas, semicolons or line breaks, each alone or as "Name <address>". It stops after
// one more than may be invited at once.
func ParseInvitees(text string) []Invitee {
	var list invitees
	for _, piece := range splitInvitees(text) {
		name, address := "", piece
		if open := strings.LastIndexByte(piece, '<'); open >= 0 && strings.HasSuffix(piece, ">") {
			name, address = unquoted(piece[:open]), piece[open+1:len(piece)-1]
		} else if words := strings.Fields(piece); len(words) > 1 && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(w, "@") }) {
			for _, word := range words { // addresses between spaces
				list.add(word, "", word)
			}
			continue
		}
		list.add(piece, name, address)
		if list.full() {
			break
		}
	}
	return list.all
}

// ParseInviteeCSV reads a file with a column "email" and perhaps one "name"; without such a head the first field with an @ is the address.
// A semicolon separates as well as a comma, whichever the first line has.
func ParseInviteeCSV(text string) []Invitee {
	text = strings.TrimPrefix(text, "\ufeff")
	reader := csv.NewReader(strings.NewReader(text))
	first, _, _ := strings.Cut(text, "\n")
	if strings.Count(first, ";") > strings.Count(first, ",") {
		reader.Comma = ';'
	}
	reader.FieldsPerRecord, reader.LazyQuotes, reader.TrimLeadingSpace = -1, true, true
	var list invitees
	email, name := -1, -1
	for line := 0; !list.full(); line++ {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil { // a line that is no CSV must not lose the others
			list.add(strings.Join(record, ","), "", "")
			continue
		}
		heads := make([]string, len(record))
		for i, field := range record {
			heads[i] = strings.ToLower(strings.TrimSpace(field))
		}
		if line == 0 && slices.Contains(heads, "email") {
			email, name = slices.Index(heads, "email"), slices.Index(heads, "name")
			continue
		}
		list.add(strings.Join(record, ", "), at(record, name), addressIn(record, email))
	}
	return list.all
}

func at(record []string, i int) string {
	if i < 0 || i >= len(record) {
		return ""
	}
	return strings.TrimSpace(record[i])
}

func addressIn(record []string, column int) string {
	if column >= 0 {
		return at(record, column)
	}
	for _, field := range record {
		if strings.Contains(field, "@") {
			return field
		}
	}
	return at(record, 0)
}

// InviteeLines is the list as text that ParseInvitees reads, a line for each.
func InviteeLines(list []Invitee) string {
	var b strings.Builder
	for _, each := range list {
		line := each.Email
		if line == "" {
			line = each.Typed
		}
		// What separates in a list cannot stand in a name.
		if name := strings.Join(strings.FieldsFunc(each.Name, func(r rune) bool { return strings.ContainsRune(" ,;<>\"\r\n", r) }), " "); name != "" && each.Email != "" {
			line = name + " <" + line + ">"
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

type invitees struct {
	all  []Invitee
	seen map[string]bool
}

func (l *invitees) full() bool { return len(l.all) > MaxInvitees }

func (l *invitees) add(typed, name, address string) {
	typed = strings.TrimSpace(strings.ToValidUTF8(typed, "�"))
	if typed == "" || l.full() {
		return
	}
	if len(typed) > longestTyped {
		typed = strings.ToValidUTF8(typed[:longestTyped], "") + "…"
	}
	row := Invitee{Typed: typed, Name: strings.TrimSpace(strings.ToValidUTF8(name, ""))}
	email, err := ParseEmail("", address)
	if refusal, refused := RefusalOf(err); refused {
		row.Problem = refusal.Sentence
		l.all = append(l.all, row)
		return
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	norm := NormEmail(email)
	row.Email, row.Twice = email, l.seen[norm]
	l.seen[norm] = true
	l.all = append(l.all, row)
}

// splitInvitees cuts at line breaks, and at commas and semicolons that stand neither in quotes nor in angle brackets.
func splitInvitees(text string) []string {
	var pieces []string
	start, quoted, angled := 0, false, false
	cut := func(end int) {
		if piece := strings.TrimSpace(text[start:end]); piece != "" {
			pieces = append(pieces, piece)
		}
		start, quoted, angled = end+1, false, false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\n' || c == '\r':
			cut(i)
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '<':
			angled = true
		case c == '>':
			angled = false
		case (c == ',' || c == ';' || c == '\t') && !angled:
			cut(i)
		}
		if len(pieces) > MaxInvitees {
			return pieces
		}
	}
	cut(len(text))
	return pieces
}

func unquoted(name string) string {
	return strings.TrimSpace(strings.Trim(strings.TrimSpace(name), `"'`))
}
