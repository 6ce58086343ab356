package saml

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
)

// verified is what a signature vouched for: trees parsed anew from the very bytes that were signed.
type verified struct {
	response  *node // nil when only the assertion is signed
	assertion *node
	by        [32]byte // SHA-256 of the certificate
}

// verify finds the certificate that signed and has the library check what is signed. When response and assertion are both
// signed, both signatures must be true.
func (r *response) verify(certificates [][]byte, t *trail) (verified, *Refusal) {
	outer, around := r.ofResponse, r.root.el
	if outer == nil {
		outer, around = r.ofAssertion, r.assertion.el
	}
	top, cert, refusal := outer.verify(around, certificates, t)
	if refusal != nil {
		return verified{}, refusal
	}
	v := verified{by: sha256.Sum256(cert.Raw)}
	if r.ofResponse == nil {
		v.assertion = top
	} else {
		v.response = top
		var ok bool
		if v.assertion, ok = top.only(nsAssertion, "Assertion"); !ok {
			return verified{}, altered(t)
		}
		if r.ofAssertion != nil {
			if v.assertion, ok = verifyInner(v.assertion, cert, certificates); !ok {
				return verified{}, altered(t)
			}
		}
	}
	if !v.assertion.is(nsAssertion, "Assertion") || v.response != nil && !v.response.is(nsProtocol, "Response") {
		return verified{}, altered(t)
	}
	t.passSignature(v.by)
	return v, nil
}

func (t *trail) passSignature(by [32]byte) {
	t.pass(CheckSignature, "a certificate of this connection", "SHA-256 "+hex.EncodeToString(by[:]))
}

// verify finds the certificate that made the signature and returns the element around it as it was signed.
func (s *signature) verify(around *etree.Element, certificates [][]byte, t *trail) (*node, *x509.Certificate, *Refusal) {
	cert := signer(s, certificates)
	if cert == nil {
		return nil, nil, notSigned(s, certificates, t)
	}
	// A signature's KeyInfo is outside of what is signed, and we only believe our own certificates; without it the library
	// neither parses a certificate nor stumbles over its white space, and needs a third less time.
	strip(s)
	signed, err := validate(around, cert)
	if err != nil {
		return nil, nil, altered(t)
	}
	return signed, cert, nil
}

// verifyInner checks the assertion's own signature inside a verified response, by the same certificate or another of ours.
func verifyInner(assertion *node, first *x509.Certificate, certificates [][]byte) (*node, bool) {
	own, ok := assertion.only(nsSignature, "Signature")
	if !ok {
		return nil, false
	}
	// The shape was checked before verification, on the tree that these bytes came from; it is read again because this is
	// the tree that counts.
	s, refusal := readSignature(own, assertion, newTrail())
	if refusal != nil {
		return nil, false
	}
	if s.method, ok = method(s.methodURI); !ok {
		return nil, false
	}
	cert := first
	if len(certificates) > 1 {
		if cert = signer(s, certificates); cert == nil {
			return nil, false
		}
	}
	strip(s)
	inner, err := validate(assertion.el, cert)
	return inner, err == nil
}

// validate has the library check the enveloped signature of el by this one certificate and returns the signed element.
func validate(el *etree.Element, cert *x509.Certificate) (*node, error) {
	if el.Parent() != nil && el.Parent().Parent() != nil {
		// The prefixes that the element borrows from its surroundings have to come along.
		context, err := etreeutils.NSBuildParentContext(el)
		if err != nil {
			return nil, err
		}
		if el, err = etreeutils.NSDetatch(context, el); err != nil {
			return nil, err
		}
	}
	context := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{everValid(cert)}})
	signed, err := context.Validate(el)
	if err != nil {
		return nil, err
	}
	n, err := resolve(signed)
	return &n, err
}

// signer returns the first of the certificates whose key made the signature's value over SignedInfo, or nil. This only chooses
// which certificate the library is asked about, alone (given several and no KeyInfo it refuses): a forged answer is turned
// away before the expensive part, however many certificates there are.
func signer(s *signature, certificates [][]byte) *x509.Certificate {
	context, err := etreeutils.NSBuildParentContext(s.signedInfo)
	if err != nil {
		return nil
	}
	info, err := etreeutils.NSDetatch(context, s.signedInfo)
	if err != nil {
		return nil
	}
	canonicalizer := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	if strings.HasSuffix(s.c14nURI, "#WithComments") {
		canonicalizer = dsig.MakeC14N10ExclusiveWithCommentsCanonicalizerWithPrefixList("")
	}
	canonical, err := canonicalizer.Canonicalize(info)
	if err != nil {
		return nil
	}
	for _, der := range certificates {
		cert, err := x509.ParseCertificate(der)
		if err == nil && keyProblem(cert) == "" && cert.CheckSignature(s.method, canonical, s.value) == nil {
			return cert
		}
	}
	return nil
}

// strip removes KeyInfo and writes the value without white space, which the library's base64 reader does not take.
func strip(s *signature) {
	for i := len(s.el.Child) - 1; i >= 0; i-- {
		child, ok := s.el.Child[i].(*etree.Element)
		switch {
		case ok && child.Tag == dsig.KeyInfoTag:
			s.el.RemoveChildAt(i)
		case ok && child.Tag == dsig.SignatureValueTag:
			for len(child.Child) > 0 {
				child.RemoveChildAt(len(child.Child) - 1)
			}
			child.SetText(base64.StdEncoding.EncodeToString(s.value))
		}
	}
}

// everValid returns a copy of the certificate that the library's clock finds valid. The key was pinned by an Administrator, so
// the dates on the paper around it are a matter of warning, not of refusing: a certificate that expires overnight, or was made
// a minute ago on a clock ahead of ours, must not lock everybody out.
func everValid(cert *x509.Certificate) *x509.Certificate {
	c := *cert
	c.NotBefore = time.Time{}
	c.NotAfter = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	return &c
}

// notSigned tells a certificate that we do not have from a signature that is no signature.
func notSigned(s *signature, certificates [][]byte, t *trail) *Refusal {
	if carried := carriedCertificate(s); carried != nil {
		if slices.ContainsFunc(certificates, func(ours []byte) bool { return bytes.Equal(ours, carried) }) {
			return altered(t)
		}
		print := sha256.Sum256(carried)
		return t.refuse(CheckSignature, "a certificate of this connection", "the answer names the certificate with SHA-256 "+hex.EncodeToString(print[:]),
			"The answer is not signed by a certificate of this connection. If the identity provider renewed its certificate, compare the fingerprint there and add the new one here.")
	}
	return t.refuse(CheckSignature, "a certificate of this connection", "none of them",
		"The answer is not signed by a certificate of this connection. If the identity provider renewed its certificate, add the new one here.")
}

// carriedCertificate reads the certificate in KeyInfo, only to name it to the Administrator.
func carriedCertificate(s *signature) []byte {
	el := s.el.FindElement("./KeyInfo/X509Data/X509Certificate")
	if el == nil {
		return nil
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(el.Text()), ""))
	if err != nil || len(der) == 0 {
		return nil
	}
	return der
}

func altered(t *trail) *Refusal {
	return t.refuse(CheckSignature, "the content that was signed", "other content",
		"The answer was changed after it was signed, or the identity provider signs incorrectly. If it happens every time, look for something between the person and us that rewrites pages.")
}
