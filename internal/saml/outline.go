package saml

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"
)

const (
	outlineLines    = 160 // of an answer; what comes after is counted
	outlineSiblings = 3   // values of one attribute that get a line each
)

// plainAttributes are the XML attributes whose values are kept: they are of the protocol and say nothing of a person.
var plainAttributes = []string{
	"Version", "IssueInstant", "Destination", "InResponseTo", "Recipient", "NotBefore", "NotOnOrAfter", "AuthnInstant", "SessionNotOnOrAfter",
	"Method", "Algorithm", "Format", "Name", "NameFormat", "FriendlyName", "Value", "SPNameQualifier", "URI", "PrefixList", "Count",
}

// plainElements are the elements whose text is kept.
var plainElements = []string{"Issuer", "Audience", "AuthnContextClassRef", "AuthenticatingAuthority", "StatusMessage"}

// outline writes the structure of a message, an element a line, indented by two blanks a level. Names, times, addresses and algorithms
// stand as they came; of every other value it says only how long it is, of an email address the first letter and the domain. Namespaces are left out.
func outline(root *etree.Element) string {
	var b strings.Builder
	lines := 0
	var visit func(el *etree.Element, depth int)
	visit = func(el *etree.Element, depth int) {
		lines++
		if lines > outlineLines {
			return
		}
		b.WriteString(strings.Repeat("  ", depth))
		b.WriteString(clip(el.FullTag()))
		for _, a := range el.Attr {
			if a.Space == "xmlns" || a.Key == "xmlns" {
				continue
			}
			value := a.Value
			if !slices.Contains(plainAttributes, a.Key) || strings.Contains(value, "@") {
				value = Redact(value)
			}
			b.WriteString(" " + clip(a.FullKey()) + "=" + strconv.Quote(clip(value)))
		}
		children := el.ChildElements()
		if text := strings.TrimSpace(el.Text()); text != "" && len(children) == 0 {
			if !slices.Contains(plainElements, el.Tag) || strings.Contains(text, "@") {
				text = Redact(text)
			}
			b.WriteString(": " + clip(text))
		}
		b.WriteByte('\n')
		if el.Tag == "Attribute" && len(children) > outlineSiblings+1 {
			for _, child := range children[:outlineSiblings] {
				visit(child, depth+1)
			}
			b.WriteString(strings.Repeat("  ", depth+1) + "… and " + strconv.Itoa(len(children)-outlineSiblings) + " more values\n")
			return
		}
		for _, child := range children {
			visit(child, depth+1)
		}
	}
	visit(root, 0)
	if lines > outlineLines {
		b.WriteString("… and " + strconv.Itoa(lines-outlineLines) + " more elements\n")
	}
	return b.String()
}

// Redact says of a value how long it is, and of an email address its first letter and its domain: enough to see that something was sent,
// and whether it is what was meant.
func Redact(value string) string {
	if isAddress(value) {
		first, _ := utf8.DecodeRuneInString(value)
		return string(first) + "•••" + value[strings.LastIndexByte(value, '@'):]
	}
	n := utf8.RuneCountInString(value)
	if n == 1 {
		return "(1 character)"
	}
	return "(" + strconv.Itoa(n) + " characters)"
}
