package saml

import (
	"errors"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// The namespaces that we read.
const (
	nsProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	nsAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	nsSignature = "http://www.w3.org/2000/09/xmldsig#"
	nsExclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
	nsEncrypted = "http://www.w3.org/2001/04/xmlenc#"
	nsXMLEnc11  = "http://www.w3.org/2009/xmlenc11#"
	nsXML       = "http://www.w3.org/XML/1998/namespace"
)

// node is an element with its namespace resolved, so that no rule depends on which prefix a provider likes.
type node struct {
	el         *etree.Element
	space, tag string
	kids       []node
}

var errNamespace = errors.New("namespace")

// declaration is one prefix in scope; the empty prefix is the default namespace.
type declaration struct{ prefix, uri string }

// resolve makes the tree of nodes. Undeclared prefixes, relative namespaces and tampering with xml and xmlns are errors.
func resolve(el *etree.Element) (node, error) {
	return resolveIn(el, []declaration{{"xml", nsXML}})
}

func resolveIn(el *etree.Element, scope []declaration) (node, error) {
	scope = slices.Clip(scope)
	for _, a := range el.Attr {
		prefix, declares := declared(a)
		if !declares {
			continue
		}
		if prefix == "xml" || prefix == "xmlns" || !strings.Contains(a.Value, ":") {
			return node{}, errNamespace
		}
		scope = append(scope, declaration{prefix, a.Value})
	}
	n := node{el: el, tag: el.Tag}
	var ok bool
	if n.space, ok = lookup(scope, el.Space); !ok && el.Space != "" {
		return node{}, errNamespace
	}
	for _, a := range el.Attr {
		if a.Space != "" && a.Space != "xmlns" {
			if _, ok := lookup(scope, a.Space); !ok {
				return node{}, errNamespace
			}
		}
	}
	children := 0
	for _, child := range el.Child {
		if _, ok := child.(*etree.Element); ok {
			children++
		}
	}
	if children == 0 {
		return n, nil
	}
	n.kids = make([]node, 0, children)
	for _, child := range el.Child {
		if e, ok := child.(*etree.Element); ok {
			kid, err := resolveIn(e, scope)
			if err != nil {
				return node{}, err
			}
			n.kids = append(n.kids, kid)
		}
	}
	return n, nil
}

func declared(a etree.Attr) (prefix string, declares bool) {
	if a.Space == "xmlns" {
		return a.Key, true
	}
	return "", a.Space == "" && a.Key == "xmlns"
}

func lookup(scope []declaration, prefix string) (string, bool) {
	for i := len(scope) - 1; i >= 0; i-- {
		if scope[i].prefix == prefix {
			return scope[i].uri, true
		}
	}
	return "", false
}

func (n *node) is(space, tag string) bool { return n.tag == tag && n.space == space }

// all returns the children of that name.
func (n *node) all(space, tag string) []*node {
	var found []*node
	for i := range n.kids {
		if n.kids[i].is(space, tag) {
			found = append(found, &n.kids[i])
		}
	}
	return found
}

// only returns the child of that name when there is exactly one.
func (n *node) only(space, tag string) (*node, bool) {
	var found *node
	for i := range n.kids {
		if !n.kids[i].is(space, tag) {
			continue
		}
		if found != nil {
			return nil, false
		}
		found = &n.kids[i]
	}
	return found, found != nil
}

// attr returns the value of the attribute without prefix of that name.
func (n *node) attr(name string) (string, bool) {
	for _, a := range n.el.Attr {
		if a.Space == "" && a.Key == name {
			return a.Value, true
		}
	}
	return "", false
}

// value is attr without the difference between absent and empty.
func (n *node) value(name string) string {
	v, _ := n.attr(name)
	return v
}

// text returns all the text directly in the element, around comments and CDATA sections too, without white space at its ends.
// Stopping at a comment is how other programs were made to read another name than was signed.
func (n *node) text() string {
	if len(n.el.Child) == 1 {
		if only, ok := n.el.Child[0].(*etree.CharData); ok {
			return strings.TrimSpace(only.Data)
		}
	}
	var b strings.Builder
	for _, child := range n.el.Child {
		if data, ok := child.(*etree.CharData); ok {
			b.WriteString(data.Data)
		}
	}
	return strings.TrimSpace(b.String())
}
