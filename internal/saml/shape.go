package saml

import (
	"strings"

	"github.com/beevik/etree"
)

// response is an answer whose tree obeys the rules of shape; nothing in it is verified yet.
type response struct {
	root      node
	assertion *node
	// Signatures, nil where there is none; at least one is there.
	ofResponse, ofAssertion *signature
}

// shape finds the one assertion and the signatures, and refuses every tree in which they could be mistaken for others: each
// signature-wrapping attack needs a second Response, a second Assertion, an identifier used twice or a signature out of place.
func shape(root *etree.Element, t *trail) (response, *Refusal) {
	tree, err := resolve(root)
	if err != nil {
		return response{}, t.refuse(CheckNamespaces, "declared, absolute namespaces", "something else",
			"The answer uses an XML namespace that is not declared or not an absolute name. Identity providers do not do that; ask yours.")
	}
	t.pass(CheckNamespaces, "declared, absolute namespaces", "so they are")

	if !tree.is(nsProtocol, "Response") {
		return response{}, t.refuse(CheckMessage, "Response", tree.tag,
			"What was posted is not a SAML 2.0 Response. The address for answers (ACS) takes Responses only: check which of our addresses is entered where at the identity provider.")
	}
	t.pass(CheckMessage, "Response", tree.tag)

	w := walk{ids: make(map[string]bool, 4)}
	w.visit(&tree)
	if w.idTwice {
		return response{}, t.refuse(CheckIdentifiers, "each ID once", "an ID that is used twice, or one with a prefix",
			"Two elements of the answer have the same identifier, or one is written with a prefix. This does not happen with a genuine answer: the message was put together from several.")
	}
	t.pass(CheckIdentifiers, "each ID once", "so they are")

	if w.encrypted {
		return response{}, t.refuse(CheckEncryptedAssertion, "an assertion in clear", "an encrypted one",
			"The identity provider encrypted the assertion, and this connection cannot decrypt yet. Switch assertion encryption off at the identity provider; the answer travels over HTTPS and is signed.")
	}
	t.pass(CheckEncryptedAssertion, "an assertion in clear", "so it is")

	// A provider that could not sign the person in sends no assertion. Its status then says more than the missing assertion.
	if w.assertions == 0 {
		if _, refusal := status(&tree, t); refusal != nil {
			return response{}, refusal
		}
	}
	assertion, ok := tree.only(nsAssertion, "Assertion")
	if !ok || w.assertions != 1 || w.responses != 1 {
		return response{}, t.refuse(CheckOneAssertion, "one assertion, directly in the response", describeCount(w),
			"The answer must hold exactly one assertion, directly inside one Response. If the identity provider can send several, make it send one.")
	}
	t.pass(CheckOneAssertion, "one assertion, directly in the response", "so it is")

	r := response{root: tree, assertion: assertion}
	refusal := r.findSignatures(w.signatures, t)
	return r, refusal
}

// findSignatures takes the signatures directly in the response and in the assertion; there must be no other.
func (r *response) findSignatures(inDocument int, t *trail) *Refusal {
	const expected = "a signature directly in the assertion, the response, or both"
	ofResponse, ofAssertion := r.root.all(nsSignature, "Signature"), r.assertion.all(nsSignature, "Signature")
	if len(ofResponse) > 1 || len(ofAssertion) > 1 || inDocument != len(ofResponse)+len(ofAssertion) {
		return t.refuse(CheckSignatureShape, expected, "a signature in another place, or two in one",
			"The answer carries a signature where none belongs. A genuine answer has one directly in the assertion, one directly in the response, or both.")
	}
	if inDocument == 0 {
		return t.refuse(CheckSignatureShape, expected, "no signature",
			"The answer is not signed. Switch on signing of the assertion (or of the response) at the identity provider; unsigned answers are never accepted.")
	}
	for _, place := range []struct {
		found  []*node
		parent *node
		into   **signature
	}{{ofResponse, &r.root, &r.ofResponse}, {ofAssertion, r.assertion, &r.ofAssertion}} {
		if len(place.found) == 0 {
			continue
		}
		s, refusal := readSignature(place.found[0], place.parent, t)
		if refusal != nil {
			return refusal
		}
		*place.into = s
	}
	t.pass(CheckSignatureShape, expected, r.signedWhat())
	return r.checkAlgorithms(t)
}

func (r *response) signedWhat() string {
	switch {
	case r.ofResponse != nil && r.ofAssertion != nil:
		return "both are signed"
	case r.ofResponse != nil:
		return "the response is signed"
	default:
		return "the assertion is signed"
	}
}

// walk counts, in the whole document, what may be there once only.
type walk struct {
	ids                               map[string]bool
	idTwice, encrypted                bool
	responses, assertions, signatures int
}

func (w *walk) visit(n *node) {
	for _, a := range n.el.Attr {
		// The signature library takes any attribute whose local name is ID, whatever its prefix.
		if !strings.EqualFold(a.Key, "id") || a.Space == "xmlns" {
			continue
		}
		if a.Space != "" || w.ids[a.Value] {
			w.idTwice = true
		}
		w.ids[a.Value] = true
	}
	switch {
	case n.is(nsProtocol, "Response"):
		w.responses++
	case n.is(nsAssertion, "Assertion"):
		w.assertions++
	case n.is(nsAssertion, "EncryptedAssertion"):
		w.encrypted = true
	case n.is(nsSignature, "Signature"):
		w.signatures++
	}
	for i := range n.kids {
		w.visit(&n.kids[i])
	}
}

func describeCount(w walk) string {
	switch {
	case w.responses > 1:
		return "a response inside the response"
	case w.assertions == 0:
		return "none"
	case w.assertions == 1:
		return "one in another place"
	default:
		return "several"
	}
}
