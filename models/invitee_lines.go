package models

import "strings"

// InviteeLines is the list as text that ParseInvitees reads as the same people, a line for each: nothing that a file says is lost on the way
// through the text box, where it can be read and changed.
func InviteeLines(list []Invitee) string {
	var b strings.Builder
	for _, each := range list {
		b.WriteString(each.line() + "\n")
	}
	return b.String()
}

func (i Invitee) line() string {
	name, address, role := lineField(i.Name), lineField(i.address), lineField(i.role)
	teams := make([]string, 0, len(i.Teams))
	for _, team := range i.Teams {
		teams = append(teams, lineField(team))
	}
	if i.Email != "" {
		address = i.Email
	}
	line := address
	if name != "" || i.Email == "" || strings.Contains(address, "|") { // in brackets also what is no address stays one line
		line = strings.TrimLeft(name+" <"+address+">", " ")
	}
	if role != "" || len(teams) > 0 {
		line += " | " + role
	}
	if len(teams) > 0 {
		line += " | " + strings.Join(teams, "; ")
	}
	return strings.ReplaceAll(line, "|  |", "| |")
}

// lineField is a field without what separates in a list.
func lineField(typed string) string {
	if len(typed) > longestTyped {
		typed = typed[:longestTyped]
	}
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(typed, "�"), func(r rune) bool { return strings.ContainsRune(" ,;<>|\"\t\r\n\x00", r) }), " ")
}

// inviteePiece is one person of a pasted list, before it is read.
type inviteePiece struct{ whole, person, details string }

// splitInvitees cuts at line breaks, and at commas and semicolons that stand neither in quotes nor in angle brackets. A bar behind an address
// begins what the rest of the line says about the person.
func splitInvitees(text string) []inviteePiece {
	var pieces []inviteePiece
	start, bar, quoted, angled, addressed := 0, -1, false, false, false
	cut := func(end int) {
		piece := inviteePiece{whole: strings.TrimSpace(text[start:end])}
		piece.person = piece.whole
		if bar >= 0 {
			piece.person, piece.details = strings.TrimSpace(text[start:bar]), text[bar+1:end]
		}
		if piece.whole != "" {
			pieces = append(pieces, piece)
		}
		start, bar, quoted, angled, addressed = end+1, -1, false, false, false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\n' || c == '\r':
			cut(i)
		case bar >= 0:
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '<':
			angled = true
		case c == '>':
			angled, addressed = false, true
		case angled:
		case c == '@':
			addressed = true
		case c == '|' && addressed:
			bar = i
		case c == ',' || c == ';' || c == '\t':
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
