package saml

import (
	"strings"

	"github.com/beevik/etree"
)

// response is an answer whose tree obeys the rules of shape; nothing in it is verified yet.
type response struct {
	root      node
	assertion *node // nil while it is encrypted
	sealed    *node // the EncryptedAssertion, else nil
	// Signatures, nil where there is none; at least one is there.
	ofResponse, ofAssertion *signature
}

// shape finds the one assertion and the signatures, and refuses every tree in which they could be mistaken for others: each
// signature-wrapping attack needs a second Response, a second Assertion, an identifier used twice or a signature out of place. vouched is
// true when the whole tree was signed, by a signature that is no longer in it.
func shape(root *etree.Element, vouched bool, t *trail) (response, *Refusal) {
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

	r := response{root: tree}
	if w.sealed > 0 {
		return r, r.shapeSealed(&w, t)
	}
	if t.made(CheckDecryption) < 0 {
		t.pass(CheckEncryptedAssertion, encryptedForm, "it is in clear")
		t.pass(CheckEncryptionAlgorithm, encryptionAccepted, "it is in clear")
		t.pass(CheckDecryption, decryptable, "it is in clear")
	}

	// A provider that could not sign the person in sends no assertion. Its status then says more than the missing assertion.
	if w.assertions == 0 {
		if _, refusal := status(&r.root, t, notSignedIn); refusal != nil {
			return response{}, refusal
		}
	}
	assertion, ok := r.root.only(nsAssertion, "Assertion")
	if !ok || w.assertions != 1 || w.responses != 1 {
		return response{}, notOneAssertion(&w, t)
	}
	t.pass(CheckOneAssertion, oneAssertion, "so it is")

	r.assertion = assertion
	refusal := r.findSignatures(w.signatures, vouched, t)
	return r, refusal
}

const oneAssertion = "one assertion, directly in the response"

func notOneAssertion(w *walk, t *trail) *Refusal {
	return t.refuse(CheckOneAssertion, oneAssertion, describeCount(w),
		"The answer must hold exactly one assertion, directly inside one Response. If the identity provider can send several, make it send one.")
}

// findSignatures takes the signatures directly in the response and in the assertion; there must be no other. One that vouched for all of
// it was there before: then there need be none.
func (r *response) findSignatures(inDocument int, vouched bool, t *trail) *Refusal {
	ofResponse, ofAssertion := r.root.all(nsSignature, "Signature"), r.assertion.all(nsSignature, "Signature")
	if len(ofResponse) > 1 || len(ofAssertion) > 1 || inDocument != len(ofResponse)+len(ofAssertion) {
		return strayed(t)
	}
	if inDocument == 0 && !vouched {
		return t.refuse(CheckSignatureShape, signaturePlaces, "no signature",
			"The answer is not signed. Switch on signing of the assertion (or of the response) at the identity provider; unsigned answers are never accepted.")
	}
	var refusal *Refusal
	if len(ofResponse) > 0 {
		if r.ofResponse, refusal = readSignature(ofResponse[0], &r.root, t); refusal != nil {
			return refusal
		}
	}
	if len(ofAssertion) > 0 {
		if r.ofAssertion, refusal = readSignature(ofAssertion[0], r.assertion, t); refusal != nil {
			return refusal
		}
	}
	t.pass(CheckSignatureShape, signaturePlaces, r.signedWhat())
	got := "the response's, checked before"
	for _, s := range []*signature{r.ofResponse, r.ofAssertion} {
		if s == nil {
			continue
		}
		if refusal := s.checkAlgorithms(t); refusal != nil {
			return refusal
		}
		got = s.methodURI
	}
	t.pass(CheckSignatureAlgorithm, acceptedAlgorithms, got)
	return nil
}

const signaturePlaces = "a signature directly in the assertion, the response, or both"

func strayed(t *trail) *Refusal {
	return t.refuse(CheckSignatureShape, signaturePlaces, "a signature in another place, or two in one",
		"The answer carries a signature where none belongs. A genuine answer has one directly in the assertion, one directly in the response, or both.")
}

func (r *response) signedWhat() string {
	switch {
	case r.ofResponse != nil && r.ofAssertion != nil:
		return "both are signed"
	case r.ofResponse != nil:
		return "the response is signed"
	case r.ofAssertion != nil:
		return "the assertion is signed"
	default:
		return "the response around the encrypted assertion is signed"
	}
}

// walk counts, in the whole document, what may be there once only.
type walk struct {
	ids                               map[string]bool
	idTwice                           bool
	responses, assertions, signatures int
	sealed                            int // encrypted assertions
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
		w.sealed++
	case n.is(nsSignature, "Signature"):
		w.signatures++
	}
	for i := range n.kids {
		w.visit(&n.kids[i])
	}
}

func describeCount(w *walk) string {
	switch {
	case w.responses > 1:
		return "a response inside the response"
	case w.sealed > 1 || w.sealed == 1 && w.assertions > 0:
		return "an encrypted one beside another"
	case w.sealed == 1:
		return "an encrypted one in another place"
	case w.assertions == 0:
		return "none"
	case w.assertions == 1:
		return "one in another place"
	default:
		return "several"
	}
}
