package saml

import (
	"crypto/x509"
	"encoding/base64"
	"strings"

	"github.com/beevik/etree"
)

// signature is one ds:Signature whose form and algorithms are on the list; whether it is true is not known yet.
type signature struct {
	el         *etree.Element
	signedInfo *etree.Element
	method     x509.SignatureAlgorithm
	value      []byte
	// What it says, for the recorder.
	methodURI, digestURI, c14nURI string
	transforms                    []string
}

// The longest parts of a signature that are still looked at: an RSA signature of 8,192 bits is 1,368 characters of base64.
const (
	longestSignatureValue = 4096
	longestDigestValue    = 256
	longestID             = 256
)

// readSignature insists on the one form that identity providers use: SignedInfo with a single reference to the parent, then the
// value, then perhaps KeyInfo (which is never believed). Anything else in a signature exists to confuse its verifier.
func readSignature(n, parent *node, t *trail) (*signature, *Refusal) {
	wrong := func(got string) (*signature, *Refusal) {
		return nil, t.refuse(CheckSignatureShape, "one reference to the element that holds the signature", got,
			"The signature is not built as SAML asks: one reference to the element that holds it, and a value. A genuine answer is; ask the identity provider's maker.")
	}
	id := parent.value("ID")
	if id == "" || len(id) > longestID {
		return wrong("an element without a usable ID")
	}
	if len(n.kids) < 2 || len(n.kids) > 3 || !n.kids[0].is(nsSignature, "SignedInfo") || !n.kids[1].is(nsSignature, "SignatureValue") ||
		len(n.kids) == 3 && !n.kids[2].is(nsSignature, "KeyInfo") {
		return wrong("other parts than SignedInfo, SignatureValue and KeyInfo")
	}
	info, value := &n.kids[0], &n.kids[1]
	if len(info.kids) != 3 || !info.kids[0].is(nsSignature, "CanonicalizationMethod") || !info.kids[1].is(nsSignature, "SignatureMethod") ||
		!info.kids[2].is(nsSignature, "Reference") {
		return wrong("other than one reference")
	}
	ref := &info.kids[2]
	if ref.value("URI") != "#"+id {
		return wrong("a reference to another element")
	}
	if len(ref.kids) != 3 || !ref.kids[0].is(nsSignature, "Transforms") || !ref.kids[1].is(nsSignature, "DigestMethod") ||
		!ref.kids[2].is(nsSignature, "DigestValue") {
		return wrong("a reference with other parts than transforms and digest")
	}
	s := &signature{
		el:         n.el,
		signedInfo: info.el,
		c14nURI:    info.kids[0].value("Algorithm"),
		methodURI:  info.kids[1].value("Algorithm"),
		digestURI:  ref.kids[1].value("Algorithm"),
	}
	for i := range ref.kids[0].kids {
		transform := &ref.kids[0].kids[i]
		if !transform.is(nsSignature, "Transform") {
			return wrong("something else among the transforms")
		}
		s.transforms = append(s.transforms, transform.value("Algorithm"))
		for j := range transform.kids {
			if !transform.kids[j].is(nsExclusive, "InclusiveNamespaces") || i == 0 {
				return wrong("a transform with a program in it")
			}
		}
	}
	encoded := strings.Join(strings.Fields(value.text()), "")
	digest := ref.kids[2].text()
	if len(value.kids) > 0 || len(ref.kids[1].kids) > 0 || len(ref.kids[2].kids) > 0 || len(info.kids[1].kids) > 0 ||
		len(encoded) > longestSignatureValue || len(digest) > longestDigestValue {
		return wrong("values that are too long or have parts")
	}
	var err error
	if s.value, err = base64.StdEncoding.DecodeString(encoded); err != nil || len(s.value) == 0 {
		return wrong("a value that is empty or not base64")
	}
	return s, nil
}

// method returns the algorithm behind a name, out of the accepted ones: RSA with SHA-2. goxmldsig would take SHA-1 too.
func method(uri string) (x509.SignatureAlgorithm, bool) {
	switch uri {
	case "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256":
		return x509.SHA256WithRSA, true
	case "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384":
		return x509.SHA384WithRSA, true
	case "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512":
		return x509.SHA512WithRSA, true
	}
	return x509.UnknownSignatureAlgorithm, false
}

func digestAccepted(uri string) bool {
	switch uri {
	case "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#sha384", "http://www.w3.org/2001/04/xmlenc#sha512":
		return true
	}
	return false
}

// exclusive is true of exclusive canonicalization, with or without comments. With comments is harmless: the text of an element
// is read around them.
func exclusive(uri string) bool {
	return uri == "http://www.w3.org/2001/10/xml-exc-c14n#" || uri == "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
}

const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

const acceptedAlgorithms = "RSA with SHA-256, SHA-384 or SHA-512, exclusive canonicalization"

// checkAlgorithms holds the signature against the list.
func (s *signature) checkAlgorithms(t *trail) *Refusal {
	var ok bool
	if s.method, ok = method(s.methodURI); !ok {
		return t.refuse(CheckSignatureAlgorithm, acceptedAlgorithms, s.methodURI,
			"The signature algorithm is not accepted. Set the identity provider to RSA-SHA256 (also called SHA-256); SHA-1, HMAC and others are not safe here.")
	}
	if !digestAccepted(s.digestURI) {
		return t.refuse(CheckSignatureAlgorithm, acceptedAlgorithms, s.digestURI,
			"The digest algorithm is not accepted. Set the identity provider's digest algorithm to SHA-256; SHA-1 is not safe.")
	}
	if !exclusive(s.c14nURI) {
		return t.refuse(CheckSignatureAlgorithm, acceptedAlgorithms, s.c14nURI,
			"The canonicalization algorithm is not accepted. Set the identity provider to exclusive canonicalization (xml-exc-c14n).")
	}
	if len(s.transforms) != 2 || s.transforms[0] != enveloped || !exclusive(s.transforms[1]) {
		return t.refuse(CheckSignatureAlgorithm, "the transforms enveloped-signature and xml-exc-c14n", describeTransforms(s.transforms),
			"The signature asks for other transforms than SAML allows. Set the identity provider to enveloped signatures with exclusive canonicalization (xml-exc-c14n).")
	}
	return nil
}

func describeTransforms(transforms []string) string {
	if len(transforms) == 0 {
		return "none"
	}
	return strings.Join(transforms[:min(len(transforms), 4)], " ")
}
