package saml

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// Message is a logout message as the browser brought it.
type Message struct {
	Binding    Binding
	Query      string // redirect: the raw query, because the signature is over the bytes as they were sent
	Request    string // POST: the fields of the form
	Response   string
	RelayState string
}

const (
	fieldRequest    = "SAMLRequest"
	fieldResponse   = "SAMLResponse"
	fieldRelayState = "RelayState"
)

// IsResponse says whether the message answers a request of ours; the signature is not checked yet.
func (m Message) IsResponse() bool {
	if m.Binding == BindingPOST {
		return m.Response != ""
	}
	_, there, _ := rawParameter(m.Query, fieldResponse)
	return there
}

// Relayed is the message's RelayState, as it came.
func (m Message) Relayed() string {
	if m.Binding == BindingPOST {
		return m.RelayState
	}
	raw, _, _ := rawParameter(m.Query, fieldRelayState)
	value, err := url.QueryUnescape(raw)
	if err != nil {
		return ""
	}
	return value
}

// rawParameter returns the parameter's value as it is written in the query; twice is once too often.
func rawParameter(query, name string) (raw string, there, once bool) {
	once = true
	for part := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(part, "=")
		if unescaped, err := url.QueryUnescape(key); err != nil || unescaped != name {
			continue
		}
		if there || key != name {
			once = false
		}
		raw, there = value, true
	}
	return raw, there, once
}

// signedMessage returns the root of a logout message, once a certificate of the connection vouched for all of it.
func (p protocol) signedMessage(m Message, tag string) (*node, *Refusal) {
	c, t := p.c, p.t
	field, posted := fieldRequest, m.Request
	if tag == "LogoutResponse" {
		field, posted = fieldResponse, m.Response
	}
	if m.Binding == BindingPOST {
		root, refusal := parse(posted, t)
		if refusal != nil {
			return nil, refusal
		}
		t.recording.look(root, p.e.Now)
		return c.enveloped(root, tag, t)
	}
	raw, refusal := c.verifiedQuery(m.Query, field, t)
	if refusal != nil {
		return nil, refusal
	}
	root, refusal := parseXML(raw, t)
	if refusal != nil {
		return nil, refusal
	}
	t.recording.look(root, p.e.Now)
	n, _, refusal := messageShape(root, tag, t)
	return n, refusal
}

// messageShape insists on one message of that name in which no identifier stands twice.
func messageShape(root *etree.Element, tag string, t *trail) (*node, *walk, *Refusal) {
	const named, unique = "declared, absolute namespaces", "each ID once"
	n, err := resolve(root)
	if err != nil {
		return nil, nil, t.refuse(CheckNamespaces, named, "something else", "The message uses an XML namespace that is not declared or not an absolute name.")
	}
	t.pass(CheckNamespaces, named, "so they are")
	if !n.is(nsProtocol, tag) {
		return nil, nil, t.refuse(CheckMessage, tag, n.tag, "What came is not a SAML 2.0 "+tag+". Check which of our addresses is entered where at the identity provider.")
	}
	t.pass(CheckMessage, tag, n.tag)
	w := walk{ids: make(map[string]bool, 4)}
	w.visit(&n)
	if w.idTwice {
		return nil, nil, t.refuse(CheckIdentifiers, unique, "an ID that is used twice, or one with a prefix", "Two elements of the message have the same identifier.")
	}
	t.pass(CheckIdentifiers, unique, "so they are")
	return &n, &w, nil
}

// enveloped is the POST binding: the signature stands in the message (SAML bindings §3.5.4).
func (c Connection) enveloped(root *etree.Element, tag string, t *trail) (*node, *Refusal) {
	n, w, refusal := messageShape(root, tag, t)
	if refusal != nil {
		return nil, refusal
	}
	own, ok := n.only(nsSignature, "Signature")
	if !ok || w.signatures != 1 {
		return nil, t.refuse(CheckSignatureShape, "a signature directly in the message", "none, or one elsewhere",
			"The message is not signed. Switch on signing of logout messages at the identity provider: anybody could sign people out with unsigned ones.")
	}
	s, refusal := readSignature(own, n, t)
	if refusal != nil {
		return nil, refusal
	}
	t.pass(CheckSignatureShape, "a signature directly in the message", "so it is")
	if refusal := s.checkAlgorithms(t); refusal != nil {
		return nil, refusal
	}
	t.pass(CheckSignatureAlgorithm, acceptedAlgorithms, "one of them")
	signed, cert, refusal := s.verify(n.el, c.Certificates, t)
	if refusal != nil {
		return nil, refusal
	}
	if !signed.is(nsProtocol, tag) {
		return nil, altered(t)
	}
	t.vouched(cert)
	return signed, nil
}

// vouched records whose certificate verified a message.
func (t *trail) vouched(cert *x509.Certificate) {
	t.recording.VerifiedBy = sha256.Sum256(cert.Raw)
	t.passSignature(t.recording.VerifiedBy)
}

// verifiedQuery is the redirect binding: the signature is over message, relay state and algorithm as they are written in the query, in
// that order (SAML bindings §3.4.4.1). It returns the message inflated.
func (c Connection) verifiedQuery(query, field string, t *trail) ([]byte, *Refusal) {
	if len(query) > MaxBody {
		return nil, t.refuse(CheckSize, "at most 256 KiB", "more", "The message is larger than any genuine one.")
	}
	t.pass(CheckSize, "at most 256 KiB", "so it is")
	values := map[string]string{}
	var signed []string
	for _, name := range []string{field, fieldRelayState, "SigAlg", "Signature"} {
		raw, there, once := rawParameter(query, name)
		value, err := url.QueryUnescape(raw)
		if err != nil || !once || !there && name != fieldRelayState {
			return nil, t.refuse(CheckSignatureShape, "message, algorithm and signature in the query", "not all of them once",
				"The message is not signed as the redirect binding asks. Switch on signing of logout messages at the identity provider.")
		}
		values[name] = value
		if there && name != "Signature" {
			signed = append(signed, name+"="+raw)
		}
	}
	t.pass(CheckSignatureShape, "message, algorithm and signature in the query", "so they are")
	algorithm, ok := method(values["SigAlg"])
	if !ok {
		return nil, t.refuse(CheckSignatureAlgorithm, acceptedAlgorithms, values["SigAlg"],
			"The signature algorithm is not accepted. Set the identity provider to RSA-SHA256 (also called SHA-256); SHA-1 and others are not safe here.")
	}
	t.pass(CheckSignatureAlgorithm, acceptedAlgorithms, values["SigAlg"])
	value, err := base64.StdEncoding.DecodeString(withoutSpace(values["Signature"]))
	cert := c.signedBy(algorithm, []byte(strings.Join(signed, "&")), value)
	if err != nil || cert == nil {
		return nil, t.refuse(CheckSignature, "a certificate of this connection", "none of them",
			"The message is not signed by a certificate of this connection. If the identity provider renewed its certificate, add the new one here.")
	}
	t.vouched(cert)
	deflated, err := base64.StdEncoding.DecodeString(withoutSpace(values[field]))
	if err == nil {
		deflated, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(deflated)), MaxBody+1))
	}
	if err != nil {
		return nil, t.refuse(CheckEncoding, "a deflated message in base64", "something else", "The message is not compressed as the redirect binding asks.")
	}
	return deflated, nil
}

// signedBy returns the certificate of the connection that vouches for the content, or nil.
func (c Connection) signedBy(algorithm x509.SignatureAlgorithm, content, value []byte) *x509.Certificate {
	for _, der := range c.Certificates {
		cert, err := x509.ParseCertificate(der)
		if err == nil && keyProblem(cert) == "" && cert.CheckSignature(algorithm, content, value) == nil {
			return cert
		}
	}
	return nil
}

// send signs a message of ours and makes it ready to travel: field says whether it asks or answers.
func (c Connection) send(message *etree.Element, field, target string, binding Binding, relayState string) (Request, error) {
	r := Request{ID: message.SelectAttrValue("ID", ""), Binding: binding, RelayState: relayState}
	if binding == BindingPOST {
		if err := c.signInto(message); err != nil {
			return Request{}, err
		}
	}
	doc := etree.NewDocument()
	doc.SetRoot(message)
	written, err := doc.WriteToBytes()
	if err != nil {
		return Request{}, fmt.Errorf("saml: write message: %w", err)
	}
	if binding == BindingPOST {
		r.PostURL = target
		if encoded := base64.StdEncoding.EncodeToString(written); field == fieldRequest {
			r.SAMLRequest = encoded
		} else {
			r.SAMLResponse = encoded
		}
		return r, nil
	}
	r.Binding = BindingRedirect
	r.RedirectURL, err = c.signedURL(target, field, written, relayState)
	return r, err
}

// signInto puts an enveloped signature behind the message's Issuer, its first child.
func (c Connection) signInto(message *etree.Element) error {
	context, err := dsig.NewSigningContext(c.Key.PrivateKey, [][]byte{c.Key.Certificate})
	if err != nil {
		return fmt.Errorf("saml: sign message: %w", err)
	}
	context.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	signature, err := context.ConstructSignature(message, true)
	if err != nil {
		return fmt.Errorf("saml: sign message: %w", err)
	}
	message.InsertChildAt(1, signature)
	return nil
}

// signedURL is the address with the message in its query, signed as verifiedQuery expects it.
func (c Connection) signedURL(target, field string, message []byte, relayState string) (string, error) {
	deflated, err := deflate(message)
	if err != nil {
		return "", fmt.Errorf("saml: deflate message: %w", err)
	}
	query := field + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(deflated))
	if relayState != "" {
		query += "&" + fieldRelayState + "=" + url.QueryEscape(relayState)
	}
	query += "&SigAlg=" + url.QueryEscape(dsig.RSASHA256SignatureMethod)
	digest := sha256.Sum256([]byte(query))
	value, err := rsa.SignPKCS1v15(rand.Reader, c.Key.PrivateKey, crypto.SHA256, digest[:])
	if err != nil {
		return "", fmt.Errorf("saml: sign message: %w", err)
	}
	query += "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value))
	if strings.Contains(target, "?") {
		return target + "&" + query, nil
	}
	return target + "?" + query, nil
}

// deflaters are kept, because one takes more than half a megabyte.
var deflaters sync.Pool

// deflate compresses a message as the redirect binding carries it (SAML bindings §3.4.4.1).
func deflate(message []byte) ([]byte, error) {
	var deflated bytes.Buffer
	w, kept := deflaters.Get().(*flate.Writer)
	if kept {
		w.Reset(&deflated)
	} else {
		var err error
		if w, err = flate.NewWriter(&deflated, flate.BestSpeed); err != nil {
			return nil, err
		}
	}
	_, err := w.Write(message)
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	deflaters.Put(w)
	return deflated.Bytes(), nil
}
