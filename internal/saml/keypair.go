package saml

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"time"
)

const (
	keyBits         = 2048 // every provider takes it, and a request costs under a millisecond to sign
	keyYears        = 10   // the certificate only carries the key: an early end would break sign-in for no gain
	smallestKeyBits = 2048 // of an identity provider
	largestKeyBits  = 8192 // beyond, one verification costs too much
)

// KeyPair is our RSA key for one connection and the self-signed certificate that carries it to the identity provider.
type KeyPair struct {
	PrivateKey  *rsa.PrivateKey
	Certificate []byte // DER
}

// NewKeyPair makes a key pair whose certificate is valid for ten years from an hour before now, so that clocks may differ.
func NewKeyPair(commonName string, now time.Time) (KeyPair, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return KeyPair{}, fmt.Errorf("saml: make key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return KeyPair{}, fmt.Errorf("saml: make serial number: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: commonName},
		NotBefore:    now.UTC().Add(-time.Hour).Truncate(time.Second),
		NotAfter:     now.UTC().AddDate(keyYears, 0, 0).Truncate(time.Second),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return KeyPair{}, fmt.Errorf("saml: make certificate: %w", err)
	}
	return KeyPair{PrivateKey: key, Certificate: certificate}, nil
}

// MarshalPrivate returns the private key in PKCS #8, in clear: encrypt it before it is stored. It panics on a KeyPair that neither
// NewKeyPair nor ParseKeyPair made, because an empty key stored in place of a real one would be found out too late.
func (k KeyPair) MarshalPrivate() []byte {
	private, err := x509.MarshalPKCS8PrivateKey(k.PrivateKey)
	if err != nil {
		panic(fmt.Sprintf("saml: marshal private key: %v", err))
	}
	return private
}

// ParseKeyPair is the inverse of MarshalPrivate; it refuses a certificate that belongs to another key.
func ParseKeyPair(pkcs8, certificate []byte) (KeyPair, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(pkcs8)
	if err != nil {
		return KeyPair{}, fmt.Errorf("saml: parse private key: %w", err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return KeyPair{}, errors.New("saml: private key is not RSA")
	}
	cert, err := x509.ParseCertificate(certificate)
	if err != nil {
		return KeyPair{}, fmt.Errorf("saml: parse certificate: %w", err)
	}
	if !key.PublicKey.Equal(cert.PublicKey) {
		return KeyPair{}, errors.New("saml: certificate and private key do not belong together")
	}
	return KeyPair{PrivateKey: key, Certificate: bytes.Clone(certificate)}, nil
}
