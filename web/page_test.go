package web

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// page is an answer's document.
type page struct{ root *html.Node }

func (a answer) page() page {
	root, err := html.ParseWithOptions(strings.NewReader(a.body), html.ParseOptionEnableScripting(false)) // what stands in noscript counts
	if err != nil {
		return page{&html.Node{}} // a reader of a string does not fail
	}
	return page{root}
}

// all are the elements of a name in the order of the document.
func (p page) all(names ...string) []*html.Node {
	var found []*html.Node
	for node := range p.root.Descendants() {
		if node.Type == html.ElementNode && slices.Contains(names, node.Data) {
			found = append(found, node)
		}
	}
	return found
}

func attribute(n *html.Node, name string) string {
	value, _ := lookup(n, name)
	return value
}

func lookup(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// text is everything that can be read in an element, spaces folded.
func text(n *html.Node) string {
	var b strings.Builder
	for node := range n.Descendants() {
		if node.Type == html.TextNode && node.Parent.Data != "script" && node.Parent.Data != "style" {
			b.WriteString(node.Data)
			if next := node.NextSibling; next == nil || next.Data != "wbr" { // a word may be broken there, and stays one
				b.WriteString(" ")
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (p page) text() string { return text(p.root) }

// byID is the element with that id, or nil.
func (p page) byID(id string) *html.Node {
	for node := range p.root.Descendants() {
		if node.Type == html.ElementNode && attribute(node, "id") == id {
			return node
		}
	}
	return nil
}

// reference is the number that the page shows.
func (a answer) reference() string {
	if node := a.page().byID("reference"); node != nil {
		return text(node)
	}
	return ""
}

// sentence is the heading and what stands under it, for messages of failed tests.
func (a answer) sentence() string {
	headings := a.page().all("h1")
	if len(headings) == 0 {
		return strings.TrimSpace(a.body[:min(len(a.body), 200)])
	}
	return text(headings[0].Parent)
}

// form is a form as a browser would send it.
type form struct {
	method, action string
	values         url.Values
	choices        map[string][]string // what a select or the buttons offer
}

func (p page) forms() []form {
	var forms []form
	for _, element := range p.all("form") {
		f := form{strings.ToUpper(attribute(element, "method")), attribute(element, "action"), url.Values{}, map[string][]string{}}
		if f.method == "" {
			f.method = "GET"
		}
		for _, control := range (page{element}).all("input", "textarea", "select", "button") {
			f.read(control)
		}
		forms = append(forms, f)
		// A button may send the same form elsewhere.
		for _, button := range (page{element}).all("button") {
			if to, elsewhere := lookup(button, "formaction"); elsewhere {
				other := f
				other.action = to
				forms = append(forms, other)
			}
		}
	}
	return forms
}

func (f form) read(control *html.Node) {
	name := attribute(control, "name")
	if _, off := lookup(control, "disabled"); off || name == "" {
		return
	}
	_, checked := lookup(control, "checked")
	switch {
	case control.Data == "textarea":
		f.values.Add(name, written(control))
	case control.Data == "button":
		f.choices[name] = append(f.choices[name], attribute(control, "value"))
	case control.Data == "select":
		for _, option := range (page{control}).all("option") {
			value := attribute(option, "value")
			f.choices[name] = append(f.choices[name], value)
			if _, selected := lookup(option, "selected"); selected {
				f.values.Set(name, value)
			}
		}
	case attribute(control, "type") == "radio" || attribute(control, "type") == "checkbox":
		if checked {
			f.values.Add(name, attribute(control, "value"))
		}
	case attribute(control, "type") != "file":
		f.values.Add(name, attribute(control, "value"))
	}
}

// formTo is the form that a page sends to an address.
func (p page) formTo(action string) (form, bool) {
	for _, f := range p.forms() {
		if f.action == action {
			return f, true
		}
	}
	return form{}, false
}

// errorAt is the message beside a field, or empty.
func (p page) errorAt(field string) string {
	if node := p.byID(field + "-error"); node != nil {
		return text(node)
	}
	return ""
}

// valueOf is what a field holds.
func (p page) valueOf(field string) string {
	for _, control := range p.all("input", "textarea") {
		if attribute(control, "name") != field {
			continue
		}
		if control.Data == "textarea" {
			return written(control)
		}
		return attribute(control, "value")
	}
	return ""
}

// written is what stands in a text area.
func written(area *html.Node) string {
	if area.FirstChild == nil {
		return ""
	}
	return area.FirstChild.Data
}
