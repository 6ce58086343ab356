package saml

import (
	"crypto"
	"crypto/sha256"
	_ "crypto/sha512" // of OAEP
	"encoding/base64"
	"strconv"

	"github.com/russellhaering/goxmldsig/etreeutils"
)

// maxEncryptedKeys of one assertion: a provider needs one, or one for each of our keys while they change over. Each costs an RSA
// operation for each of our keys.
const maxEncryptedKeys = 4

// sealed is an encrypted assertion (XML Encryption 1.1 §3) whose form and algorithms are on the list.
type sealed struct {
	cipher dataCipher
	value  []byte
	keys   []sealedKey // for us
}

// sealedKey is the key of the content, encrypted with RSA-OAEP for a public key of ours (XML Encryption 1.1 §5.5.2).
type sealedKey struct {
	hash, mask crypto.Hash
	value      []byte
}

const (
	encryptedForm      = "in clear, or encrypted for at most 4 keys"
	encryptionAccepted = "RSA-OAEP with AES-GCM, or AES-CBC in a signed response"
	decryptable        = "one of our keys opens it"
)

// shapeSealed looks at a response with an encrypted assertion, before anything is decrypted.
func (r *response) shapeSealed(w *walk, t *trail) *Refusal {
	var ok bool
	if r.sealed, ok = r.root.only(nsAssertion, "EncryptedAssertion"); !ok || w.sealed != 1 || w.assertions != 0 || w.responses != 1 {
		return notOneAssertion(w, t)
	}
	signatures := r.root.all(nsSignature, "Signature")
	if len(signatures) > 1 || w.signatures != len(signatures) {
		return strayed(t)
	}
	if len(signatures) == 0 {
		return nil
	}
	var refusal *Refusal
	if r.ofResponse, refusal = readSignature(signatures[0], &r.root, t); refusal != nil {
		return refusal
	}
	return r.ofResponse.checkAlgorithms(t)
}

// unseal opens the encrypted assertion and puts it where the encrypted one was; then every rule of shape and signature holds for it as
// for one in clear. A signature of the response is checked first: it tells whether the ciphertext is the provider's own.
func (r *response) unseal(c Connection, t *trail) (verified, *Refusal) {
	tree, v := &r.root, verified{}
	signed := r.ofResponse != nil
	if signed {
		top, cert, refusal := r.ofResponse.verify(r.root.el, c.Certificates, t)
		if refusal != nil {
			return v, refusal
		}
		tree, v.by = top, sha256.Sum256(cert.Raw)
	}
	box, ok := tree.only(nsAssertion, "EncryptedAssertion")
	if !ok || !tree.is(nsProtocol, "Response") {
		return v, altered(t)
	}
	s, refusal := readSealed(box, c.SPEntityID, signed, t)
	if refusal != nil {
		return v, refusal
	}
	plain, ok := s.open(c.DecryptWith)
	if !ok {
		// One text whatever went wrong: which step failed is what an attacker wants to learn.
		return v, t.refuse(CheckDecryption, decryptable, "none does",
			"The encrypted assertion could not be opened. Give the identity provider our certificate for encryption, as the connection's page shows it now.")
	}
	t.pass(CheckDecryption, decryptable, "so it does")
	assertion, refusal := parseXML(plain, t)
	if refusal != nil {
		return v, refusal
	}
	// It may use prefixes that were declared around the place where it was encrypted.
	context, err := etreeutils.NSBuildParentContext(box.kids[0].el)
	if err == nil {
		assertion, err = etreeutils.NSDetatch(context, assertion)
	}
	if err != nil {
		return v, t.refuse(CheckNamespaces, "declared, absolute namespaces", "something else",
			"The encrypted assertion uses an XML namespace that is not declared. Identity providers do not do that; ask yours.")
	}
	at := box.el.Index()
	tree.el.RemoveChildAt(at)
	tree.el.InsertChildAt(at, assertion)
	t.recording.Outline = outline(tree.el)

	open, refusal := shape(tree.el, signed, t)
	if refusal != nil {
		return v, refusal
	}
	if open.sealed != nil {
		return v, t.refuse(CheckEncryptedAssertion, encryptedForm, "an encrypted one inside the encrypted one",
			"The assertion was encrypted twice. Make the identity provider encrypt it once.")
	}
	if refusal := countValues(open.assertion, t); refusal != nil {
		return v, refusal
	}
	if open.ofAssertion != nil {
		first, refusal := open.verify(c.Certificates, t)
		if refusal != nil {
			return v, refusal
		}
		v.assertion = first.assertion
		if !signed {
			v.by = first.by
		}
	} else {
		v.assertion = open.assertion
	}
	if signed {
		v.response = &open.root
	}
	t.passSignature(v.by)
	return v, nil
}

// readSealed insists on one EncryptedData with its value in it, and on the few algorithms that are safe. CBC can be tampered with unless a
// signature covers it, and RSA 1.5 and Triple DES are broken.
func readSealed(box *node, entityID string, signed bool, t *trail) (sealed, *Refusal) {
	var s sealed
	wrong := func(got string) (sealed, *Refusal) {
		return s, t.refuse(CheckEncryptedAssertion, encryptedForm, got,
			"The encrypted assertion is not built as SAML asks: one encrypted content with its value, and its key encrypted for us. Ask the identity provider's maker.")
	}
	refused := func(got, cause string) (sealed, *Refusal) {
		return s, t.refuse(CheckEncryptionAlgorithm, encryptionAccepted, got, cause)
	}
	data, ok := box.only(nsEncrypted, "EncryptedData")
	if !ok {
		return wrong("none, or several, contents")
	}
	keys := box.all(nsEncrypted, "EncryptedKey")
	if info, given := data.only(nsSignature, "KeyInfo"); given {
		keys = append(keys, info.all(nsEncrypted, "EncryptedKey")...)
	}
	if len(keys) == 0 || len(keys) > maxEncryptedKeys {
		return wrong(strconv.Itoa(len(keys)) + " keys")
	}
	if s.value, ok = cipherValue(data); !ok {
		return wrong("a content without a value of its own")
	}
	var uri string
	if s.cipher, uri, ok = cipherOf(data); !ok {
		return refused(uri, "The assertion is encrypted in a way that is not accepted. Set the identity provider to AES-256-GCM (or AES-128-GCM); Triple DES is not safe.")
	}
	if s.cipher.cbc && !signed {
		return refused(uri, "The assertion is encrypted with AES-CBC in a response that is not signed, where anybody could tamper with it. Set the identity provider to AES-GCM, or make it sign the response too.")
	}
	for _, k := range keys {
		if recipient := k.value("Recipient"); recipient != "" && recipient != entityID {
			continue // for somebody else
		}
		key, uri, ok := oaep(k)
		if !ok {
			return refused(uri, "The key of the encrypted assertion travels in a way that is not accepted. Set the identity provider's key transport to RSA-OAEP; RSA 1.5 is not safe.")
		}
		if key.value, ok = cipherValue(k); !ok {
			return wrong("a key without a value of its own")
		}
		s.keys = append(s.keys, key)
	}
	t.pass(CheckEncryptedAssertion, encryptedForm, "encrypted, "+strconv.Itoa(len(keys))+" keys")
	t.pass(CheckEncryptionAlgorithm, encryptionAccepted, uri)
	return s, nil
}

// cipherValue reads the bytes in clear sight; a reference to bytes elsewhere is never followed.
func cipherValue(n *node) ([]byte, bool) {
	data, ok := n.only(nsEncrypted, "CipherData")
	if !ok || len(data.kids) != 1 {
		return nil, false
	}
	value, ok := data.only(nsEncrypted, "CipherValue")
	if !ok || len(value.kids) > 0 {
		return nil, false
	}
	decoded, err := base64.StdEncoding.DecodeString(withoutSpace(value.text()))
	return decoded, err == nil && len(decoded) > 0
}

func cipherOf(data *node) (c dataCipher, uri string, ok bool) {
	method, ok := data.only(nsEncrypted, "EncryptionMethod")
	if !ok {
		return c, "none", false
	}
	uri = method.value("Algorithm")
	switch uri {
	case nsXMLEnc11 + "aes128-gcm":
		return dataCipher{keySize: 16}, uri, true
	case nsXMLEnc11 + "aes192-gcm":
		return dataCipher{keySize: 24}, uri, true
	case nsXMLEnc11 + "aes256-gcm":
		return dataCipher{keySize: 32}, uri, true
	case nsEncrypted + "aes128-cbc":
		return dataCipher{keySize: 16, cbc: true}, uri, true
	case nsEncrypted + "aes192-cbc":
		return dataCipher{keySize: 24, cbc: true}, uri, true
	case nsEncrypted + "aes256-cbc":
		return dataCipher{keySize: 32, cbc: true}, uri, true
	}
	return c, uri, false
}

// oaep reads the parameters of RSA-OAEP. SHA-1 is its default and safe there: nothing depends on collisions.
func oaep(k *node) (key sealedKey, uri string, ok bool) {
	method, ok := k.only(nsEncrypted, "EncryptionMethod")
	if !ok {
		return key, "none", false
	}
	uri = method.value("Algorithm")
	if uri != nsEncrypted+"rsa-oaep-mgf1p" && uri != nsXMLEnc11+"rsa-oaep" {
		return key, uri, false
	}
	key.hash, key.mask = crypto.SHA1, crypto.SHA1
	for i := range method.kids {
		kid, known := &method.kids[i], false
		switch {
		case kid.is(nsSignature, "DigestMethod"):
			key.hash, known = map[string]crypto.Hash{
				nsSignature + "sha1": crypto.SHA1, nsEncrypted + "sha256": crypto.SHA256, nsEncrypted + "sha512": crypto.SHA512,
				"http://www.w3.org/2001/04/xmldsig-more#sha384": crypto.SHA384,
			}[kid.value("Algorithm")], true
		case kid.is(nsXMLEnc11, "MGF") && uri == nsXMLEnc11+"rsa-oaep":
			key.mask, known = map[string]crypto.Hash{
				nsXMLEnc11 + "mgf1sha1": crypto.SHA1, nsXMLEnc11 + "mgf1sha256": crypto.SHA256, nsXMLEnc11 + "mgf1sha384": crypto.SHA384,
				nsXMLEnc11 + "mgf1sha512": crypto.SHA512,
			}[kid.value("Algorithm")], true
		}
		if !known || key.hash == 0 || key.mask == 0 {
			return key, clip(uri + " with " + kid.tag + " " + kid.value("Algorithm")), false
		}
	}
	return key, uri, true
}
