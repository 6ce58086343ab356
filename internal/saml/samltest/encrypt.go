package samltest

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"

	"github.com/beevik/etree"
)

// The algorithms of encryption by name, good ones and others.
const (
	AES128GCM = "http://www.w3.org/2009/xmlenc11#aes128-gcm"
	AES256GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
	AES128CBC = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
	AES256CBC = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
	TripleDES = "http://www.w3.org/2001/04/xmlenc#tripledes-cbc"
	OAEP      = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
	OAEP11    = "http://www.w3.org/2009/xmlenc11#rsa-oaep"
	RSA15     = "http://www.w3.org/2001/04/xmlenc#rsa-1_5"
	MGFSHA256 = "http://www.w3.org/2009/xmlenc11#mgf1sha256"

	nsEncrypted = "http://www.w3.org/2001/04/xmlenc#"
)

// Encryption is how to encrypt an assertion for a certificate. The zero algorithms are AES-256-GCM and RSA-OAEP with SHA-1.
type Encryption struct {
	Certificate []byte // DER
	Data, Key   string
	Digest, MGF string // parameters of RSA-OAEP, not written when empty
	Keys        int    // how many times over; zero for once
	Beside      bool   // the key beside the content instead of in its KeyInfo
	Recipient   string
	Plain       func(assertion []byte) []byte // changes the content before it is encrypted
	Value       func(encrypted []byte) []byte // and after
}

// EncryptAssertion puts an EncryptedAssertion in the place of the response's assertion.
func EncryptAssertion(response *etree.Element, e Encryption) error {
	assertion := response.SelectElement("Assertion")
	at := assertion.Index()
	response.RemoveChild(assertion)
	doc := etree.NewDocument()
	doc.SetRoot(assertion)
	plain, err := doc.WriteToBytes()
	if err != nil {
		return fmt.Errorf("samltest: write assertion: %w", err)
	}
	encrypted, err := Encrypt(plain, e)
	if err == nil {
		response.InsertChildAt(at, encrypted)
	}
	return err
}

// Encrypt makes an EncryptedAssertion of any content.
func Encrypt(plain []byte, e Encryption) (*etree.Element, error) {
	e.Data, e.Key = or(e.Data, AES256GCM), or(e.Key, OAEP)
	if e.Plain != nil {
		plain = e.Plain(plain)
	}
	key := make([]byte, map[string]int{AES128GCM: 16, AES128CBC: 16}[e.Data])
	if len(key) == 0 {
		key = make([]byte, 32)
	}
	_, _ = rand.Read(key)
	value, err := encryptData(plain, key, e.Data == AES128CBC || e.Data == AES256CBC)
	if err != nil {
		return nil, err
	}
	if e.Value != nil {
		value = e.Value(value)
	}
	box := etree.NewElement("saml:EncryptedAssertion")
	attributes(box, "xmlns:saml", nsAssertion)
	data := box.CreateElement("xenc:EncryptedData")
	attributes(data, "xmlns:xenc", nsEncrypted, "Type", nsEncrypted+"Element")
	data.CreateElement("xenc:EncryptionMethod").CreateAttr("Algorithm", e.Data)
	info := data.CreateElement("ds:KeyInfo")
	attributes(info, "xmlns:ds", "http://www.w3.org/2000/09/xmldsig#")
	holder := info
	if e.Beside {
		attributes(info.CreateElement("ds:RetrievalMethod"), "Type", nsEncrypted+"EncryptedKey", "URI", "#_key0")
		holder = box
	}
	data.CreateElement("xenc:CipherData").CreateElement("xenc:CipherValue").SetText(base64.StdEncoding.EncodeToString(value))
	for i := range max(1, e.Keys) {
		if err := encryptKey(holder, key, e, i); err != nil {
			return nil, err
		}
	}
	return box, nil
}

func encryptKey(holder *etree.Element, key []byte, e Encryption, i int) error {
	cert, err := x509.ParseCertificate(e.Certificate)
	if err != nil {
		return fmt.Errorf("samltest: certificate: %w", err)
	}
	public, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return fmt.Errorf("samltest: the key is %T", cert.PublicKey)
	}
	hashes := map[string]crypto.Hash{"": crypto.SHA1, SHA1: crypto.SHA1, SHA256: crypto.SHA256, SHA512: crypto.SHA512, MGFSHA256: crypto.SHA256}
	var value []byte
	if e.Key == RSA15 {
		value, err = rsa.EncryptPKCS1v15(rand.Reader, public, key) //nolint:staticcheck // made to be refused
	} else {
		value, err = rsa.EncryptOAEPWithOptions(rand.Reader, public, key, &rsa.OAEPOptions{Hash: hashes[e.Digest], MGFHash: hashes[e.MGF]})
	}
	if err != nil {
		return fmt.Errorf("samltest: encrypt key: %w", err)
	}
	el := holder.CreateElement("xenc:EncryptedKey")
	attributes(el, "xmlns:xenc", nsEncrypted, "Id", fmt.Sprintf("_key%d", i))
	if e.Recipient != "" {
		el.CreateAttr("Recipient", e.Recipient)
	}
	method := el.CreateElement("xenc:EncryptionMethod")
	method.CreateAttr("Algorithm", e.Key)
	if e.Digest != "" {
		attributes(method.CreateElement("ds:DigestMethod"), "xmlns:ds", "http://www.w3.org/2000/09/xmldsig#", "Algorithm", e.Digest)
	}
	if e.MGF != "" {
		attributes(method.CreateElement("xenc11:MGF"), "xmlns:xenc11", "http://www.w3.org/2009/xmlenc11#", "Algorithm", e.MGF)
	}
	el.CreateElement("xenc:CipherData").CreateElement("xenc:CipherValue").SetText(base64.StdEncoding.EncodeToString(value))
	return nil
}

func encryptData(plain, key []byte, cbc bool) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("samltest: AES: %w", err)
	}
	if cbc {
		value := make([]byte, aes.BlockSize, aes.BlockSize+len(plain)+aes.BlockSize)
		_, _ = rand.Read(value)
		padding := aes.BlockSize - len(plain)%aes.BlockSize
		padded := append(append([]byte{}, plain...), make([]byte, padding)...)
		padded[len(padded)-1] = byte(padding)
		value = append(value, padded...)
		cipher.NewCBCEncrypter(block, value[:aes.BlockSize]).CryptBlocks(value[aes.BlockSize:], padded)
		return value, nil
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("samltest: GCM: %w", err)
	}
	nonce := make([]byte, gcm.NonceSize())
	_, _ = rand.Read(nonce)
	return gcm.Seal(nonce, nonce, plain, nil), nil
}
