package models

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"gatehouse/internal/authz"
)

// Invitee is one line of a list of people to invite.
type Invitee struct {
	Typed   string     // as it stood in the list
	Name    string     // as far as the list says one
	Email   string     // empty when Problem is not
	Role    authz.Role // zero: the list says none
	Teams   []string   // the IDs of teams; none: the list says none
	Problem string     // what is wrong with the line, as a sentence
	Twice   bool       // the address stood in the list before

	address, role string // as typed
}

const longestTyped = 300

// ParseInvitees reads a pasted list: addresses between commas, semicolons or line breaks, each alone or as "Name <address>". What follows a
// bar up to the end of the line is the role, and after a second bar the IDs of teams: "Name <address> | team_contributor | hands; wheels".
// It stops after one more than may be invited at once.
func ParseInvitees(text string) []Invitee {
	var list invitees
	for _, piece := range splitInvitees(text) {
		row := Invitee{Typed: piece.whole, address: piece.person}
		role, teams, _ := strings.Cut(piece.details, "|")
		row.role, row.Teams = strings.TrimSpace(role), teamIDs(teams)
		if open := strings.LastIndexByte(piece.person, '<'); open >= 0 && strings.HasSuffix(piece.person, ">") {
			row.Name, row.address = unquoted(piece.person[:open]), piece.person[open+1:len(piece.person)-1]
		} else if words := strings.Fields(piece.person); len(words) > 1 && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(w, "@") }) {
			for _, word := range words { // addresses between spaces
				row.Typed, row.address = word, word
				list.add(row)
			}
			continue
		}
		list.add(row)
		if list.full() {
			break
		}
	}
	return list.all
}

// ParseInviteeCSV reads a file with a column "email" and perhaps "name", "role" and "teams"; without such a head the first field with an @ is
// the address. A semicolon separates as well as a comma, whichever the first line has.
func ParseInviteeCSV(text string) []Invitee {
	text = strings.TrimPrefix(text, "\ufeff")
	reader := csv.NewReader(strings.NewReader(text))
	first, _, _ := strings.Cut(text, "\n")
	if strings.Count(first, ";") > strings.Count(first, ",") {
		reader.Comma = ';'
	}
	reader.FieldsPerRecord, reader.LazyQuotes, reader.TrimLeadingSpace = -1, true, true
	var list invitees
	columns := csvColumns{-1, -1, -1, -1}
	for line := 0; !list.full(); line++ {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		typed := strings.Join(record, ", ")
		if err != nil { // a line that is no CSV must not lose the others
			list.add(Invitee{Typed: typed, address: typed})
			continue
		}
		if named, heads := csvHeads(record); line == 0 && heads {
			columns = named
			continue
		}
		list.add(Invitee{
			Typed: typed, Name: at(record, columns.name), address: addressIn(record, columns.email), role: at(record, columns.role),
			Teams: teamIDs(at(record, columns.teams)),
		})
	}
	return list.all
}

// csvColumns are the places of the columns in a file; -1 for one that is not there.
type csvColumns struct{ email, name, role, teams int }

// csvHeads reads the first line of a file, if it names the columns.
func csvHeads(record []string) (columns csvColumns, ok bool) {
	heads := make([]string, len(record))
	for i, field := range record {
		heads[i] = strings.ToLower(strings.TrimSpace(field))
	}
	of := func(head string) int { return slices.Index(heads, head) }
	return csvColumns{of("email"), of("name"), of("role"), of("teams")}, slices.Contains(heads, "email")
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

// teamIDs are the IDs of teams between semicolons or commas; spaces become "-" as in every ID.
func teamIDs(typed string) []string {
	var ids []string
	for _, piece := range strings.FieldsFunc(typed, func(r rune) bool { return r == ';' || r == ',' }) {
		if id := strings.Join(strings.Fields(piece), "-"); id != "" && len(ids) <= MaxInvitationTeams {
			ids = append(ids, id)
		}
	}
	return ids
}

// roleNamed is the role of a key or a label, whatever its case and however its words are joined.
func roleNamed(typed string) (authz.Role, bool) {
	plain := func(name string) string {
		return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
	}
	for _, role := range authz.Roles() {
		if plain(typed) == plain(role.Key()) || plain(typed) == plain(role.Label()) {
			return role, true
		}
	}
	return 0, false
}

type invitees struct {
	all  []Invitee
	seen map[string]bool
}

func (l *invitees) full() bool { return len(l.all) > MaxInvitees }

// add checks a row and adds it; one without anything typed is none.
func (l *invitees) add(row Invitee) {
	row.Typed = strings.TrimSpace(strings.ToValidUTF8(row.Typed, "�"))
	if row.Typed == "" || l.full() {
		return
	}
	if len(row.Typed) > longestTyped {
		row.Typed = strings.ToValidUTF8(row.Typed[:longestTyped], "") + "…"
	}
	row.Name = strings.TrimSpace(strings.ToValidUTF8(row.Name, ""))
	row.check()
	if row.Problem == "" {
		if l.seen == nil {
			l.seen = map[string]bool{}
		}
		norm := NormEmail(row.Email)
		row.Twice = l.seen[norm]
		l.seen[norm] = true
	}
	l.all = append(l.all, row)
}

// check reads address and role, or says what is wrong with them.
func (i *Invitee) check() {
	email, err := ParseEmail("", i.address)
	if refusal, refused := RefusalOf(err); refused {
		i.Problem = refusal.Sentence
		return
	}
	if i.role != "" {
		role, known := roleNamed(i.role)
		if !known {
			i.Problem = "There is no role “" + shortened(strings.ToValidUTF8(i.role, "�")) + "”. Use administrator, organization_contributor, team_contributor or organization_user."
			return
		}
		i.Role = role
	}
	i.Email = email
}
