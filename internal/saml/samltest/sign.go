package samltest

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" //nolint:gosec // answers signed with SHA-1 are made to be refused
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/base64"
	"fmt"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
)

// The algorithms by name, good ones and others.
const (
	RSASHA1    = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
	RSASHA256  = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	RSASHA384  = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"
	RSASHA512  = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
	HMACSHA256 = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
	SHA1       = "http://www.w3.org/2000/09/xmldsig#sha1"
	SHA256     = "http://www.w3.org/2001/04/xmlenc#sha256"
	SHA384     = "http://www.w3.org/2001/04/xmldsig-more#sha384"
	SHA512     = "http://www.w3.org/2001/04/xmlenc#sha512"
	Exclusive  = "http://www.w3.org/2001/10/xml-exc-c14n#"
	Commented  = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
	Inclusive  = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	Enveloped  = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
)

// Signing is how to sign. The zero value is what a good identity provider does: RSA and SHA-256, exclusive canonicalization, its
// certificate in KeyInfo.
type Signing struct {
	Method, Digest   string
	Canonicalization string   // of SignedInfo
	Transforms       []string // of the reference; nil for enveloped and exclusive
	URI              *string  // of the reference; nil for the element's ID
	References       int      // how many times over; zero for once
	NoKeyInfo        bool
	Certificate      []byte // in KeyInfo instead of the own one
	PrefixList       string // of InclusiveNamespaces
}

// SignInto signs the element and puts the signature after its Issuer.
func (idp IDP) SignInto(el *etree.Element, s Signing) error {
	signature, err := idp.Sign(el, s)
	if err != nil {
		return err
	}
	at := 0
	if issuer := el.SelectElement("Issuer"); issuer != nil {
		at = issuer.Index() + 1
	}
	el.InsertChildAt(at, signature)
	return nil
}

// Sign returns a signature of the element. Its value is true for what it says, whatever it says.
func (idp IDP) Sign(el *etree.Element, s Signing) (*etree.Element, error) {
	s.Method, s.Digest, s.Canonicalization = or(s.Method, RSASHA256), or(s.Digest, SHA256), or(s.Canonicalization, Exclusive)
	if s.Transforms == nil {
		s.Transforms = []string{Enveloped, Exclusive}
	}
	uri := "#" + el.SelectAttrValue("ID", "")
	if s.URI != nil {
		uri = *s.URI
	}
	digest, err := digestOf(el, s)
	if err != nil {
		return nil, err
	}
	signature := etree.NewElement("ds:Signature")
	signature.CreateAttr("xmlns:ds", dsig.Namespace)
	info := signature.CreateElement("ds:SignedInfo")
	info.CreateElement("ds:CanonicalizationMethod").CreateAttr("Algorithm", s.Canonicalization)
	info.CreateElement("ds:SignatureMethod").CreateAttr("Algorithm", s.Method)
	for range max(1, s.References) {
		reference := info.CreateElement("ds:Reference")
		reference.CreateAttr("URI", uri)
		transforms := reference.CreateElement("ds:Transforms")
		for _, t := range s.Transforms {
			transform := transforms.CreateElement("ds:Transform")
			transform.CreateAttr("Algorithm", t)
			if s.PrefixList != "" && t == Exclusive {
				attributes(transform.CreateElement("ec:InclusiveNamespaces"), "xmlns:ec", Exclusive, "PrefixList", s.PrefixList)
			}
		}
		reference.CreateElement("ds:DigestMethod").CreateAttr("Algorithm", s.Digest)
		reference.CreateElement("ds:DigestValue").SetText(base64.StdEncoding.EncodeToString(digest))
	}
	value, err := idp.value(el, signature, info, s)
	if err != nil {
		return nil, err
	}
	signature.CreateElement("ds:SignatureValue").SetText(base64.StdEncoding.EncodeToString(value))
	if !s.NoKeyInfo {
		certificate := idp.Certificate
		if s.Certificate != nil {
			certificate = s.Certificate
		}
		signature.CreateElement("ds:KeyInfo").CreateElement("ds:X509Data").CreateElement("ds:X509Certificate").
			SetText(base64.StdEncoding.EncodeToString(certificate))
	}
	return signature, nil
}

func digestOf(el *etree.Element, s Signing) ([]byte, error) {
	canonicalizer := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(s.PrefixList)
	for _, t := range s.Transforms {
		switch t {
		case Commented:
			canonicalizer = dsig.MakeC14N10ExclusiveWithCommentsCanonicalizerWithPrefixList("")
		case Inclusive:
			canonicalizer = dsig.MakeC14N10RecCanonicalizer()
		}
	}
	hash, known := map[string]crypto.Hash{SHA1: crypto.SHA1, SHA256: crypto.SHA256, SHA384: crypto.SHA384, SHA512: crypto.SHA512}[s.Digest]
	if !known {
		return nil, fmt.Errorf("samltest: unknown digest %q", s.Digest)
	}
	canonical, err := canonical(el, canonicalizer)
	if err != nil {
		return nil, err
	}
	h := hash.New()
	h.Write(canonical)
	return h.Sum(nil), nil
}

func (idp IDP) value(el, signature, info *etree.Element, s Signing) ([]byte, error) {
	canonicalizer := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	if s.Canonicalization == Inclusive {
		canonicalizer = dsig.MakeC14N10RecCanonicalizer()
	}
	// The signature's prefixes are looked up where it will stand.
	el.AddChild(signature)
	signed, err := canonical(info, canonicalizer)
	el.RemoveChild(signature)
	if err != nil {
		return nil, err
	}
	if s.Method == HMACSHA256 { // keyed with what everybody can know, as in the attack of that name
		mac := hmac.New(crypto.SHA256.New, idp.Certificate)
		mac.Write(signed)
		return mac.Sum(nil), nil
	}
	hash, known := map[string]crypto.Hash{RSASHA1: crypto.SHA1, RSASHA256: crypto.SHA256, RSASHA384: crypto.SHA384, RSASHA512: crypto.SHA512}[s.Method]
	if !known {
		return []byte("none"), nil
	}
	h := hash.New()
	h.Write(signed)
	value, err := rsa.SignPKCS1v15(rand.Reader, idp.Key, hash, h.Sum(nil))
	if err != nil {
		return nil, fmt.Errorf("samltest: sign: %w", err)
	}
	return value, nil
}

// canonical returns the element's canonical form where it stands, without touching it.
func canonical(el *etree.Element, c dsig.Canonicalizer) ([]byte, error) {
	context, err := etreeutils.NSBuildParentContext(el)
	if err != nil {
		return nil, fmt.Errorf("samltest: namespaces: %w", err)
	}
	alone, err := etreeutils.NSDetatch(context, el)
	if err != nil {
		return nil, fmt.Errorf("samltest: detach: %w", err)
	}
	written, err := c.Canonicalize(alone)
	if err != nil {
		return nil, fmt.Errorf("samltest: canonicalize: %w", err)
	}
	return written, nil
}
