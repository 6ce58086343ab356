package authz

import "strings"

// TSV returns both tables as tab-separated text with a heading line: table, scope, label, and one yes/no column a role.
func TSV() string {
	var b strings.Builder
	b.WriteString("table\tscope\tlabel")
	for _, r := range Roles() {
		b.WriteString("\t" + r.Key())
	}
	b.WriteByte('\n')
	eachRow(func(t *Table, s Scope) {
		b.WriteString(t.Key() + "\t" + s.Name() + "\t" + s.Label())
		for _, r := range Roles() {
			b.WriteString("\t" + word(s.Holds(r), "yes", "no"))
		}
		b.WriteByte('\n')
	})
	return b.String()
}

// Markdown returns both tables as Markdown.
func Markdown() string {
	var b strings.Builder
	var last *Table
	eachRow(func(t *Table, s Scope) {
		if t != last {
			if last != nil {
				b.WriteByte('\n')
			}
			b.WriteString("## " + t.Label() + "\n\n| scope | what |")
			for _, r := range Roles() {
				b.WriteString(" " + r.Label() + " |")
			}
			b.WriteString("\n|---|---|" + strings.Repeat("---|", len(Roles())) + "\n")
			last = t
		}
		b.WriteString("| `" + s.Name() + "` | " + s.Label() + " |")
		for _, r := range Roles() {
			b.WriteString(" " + word(s.Holds(r), "Yes", "No") + " |")
		}
		b.WriteByte('\n')
	})
	return b.String()
}

func eachRow(visit func(*Table, Scope)) {
	for _, t := range Tables() {
		for _, s := range t.rows {
			visit(t, s)
		}
	}
}

func word(yes bool, whenYes, whenNo string) string {
	if yes {
		return whenYes
	}
	return whenNo
}
