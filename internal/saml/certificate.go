package saml

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strconv"
	"strings"
	"time"
)

// maxCertificates of one provider: more than two are rare, and each is tried when an answer is forged.
const maxCertificates = 10

// Certificate is a signing certificate of an identity provider, with what a person compares.
type Certificate struct {
	DER                 []byte
	Subject, Issuer     string
	SHA256              [32]byte // fingerprint of DER
	NotBefore, NotAfter time.Time
	KeyBits             int // of its RSA key
}

// ReadCertificate reads what was entered by hand: one or several certificates in PEM, or one in bare base64.
func ReadCertificate(pemOrBase64 string) ([]Certificate, error) {
	text := strings.TrimSpace(pemOrBase64)
	if text == "" {
		return nil, problem(ProblemNoCertificate, "Paste the identity provider's signing certificate.")
	}
	if len(text) > MaxBody {
		return nil, problem(ProblemTooLarge, "This is far larger than a certificate. Paste only the identity provider's signing certificate.")
	}
	if strings.Contains(text, "PRIVATE KEY") {
		return nil, problem(ProblemPrivateKey, "This is a private key. It was not kept, but it has left its place: consider it exposed and replace it. Paste the certificate instead.")
	}
	ders, refusal := decodeCertificates(text)
	if refusal != nil {
		return nil, refusal
	}
	if len(ders) > maxCertificates {
		return nil, problem(ProblemTooManyCertificates, "These are more than "+strconv.Itoa(maxCertificates)+" certificates. Paste only those that sign now or soon will.")
	}
	certificates := make([]Certificate, 0, len(ders))
	for _, der := range ders {
		c, refusal := readDER(der)
		if refusal != nil {
			return nil, refusal
		}
		certificates = appendNew(certificates, c)
	}
	return certificates, nil
}

func decodeCertificates(text string) ([][]byte, *MetadataError) {
	if !strings.Contains(text, "-----BEGIN") {
		der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return nil, notCertificate()
		}
		return [][]byte{der}, nil
	}
	var ders [][]byte
	for rest := []byte(text); len(bytes.TrimSpace(rest)) > 0; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return nil, notCertificate()
		}
		if block.Type != "CERTIFICATE" {
			return nil, notCertificate()
		}
		ders = append(ders, block.Bytes)
	}
	return ders, nil
}

// readDER reads one certificate and refuses a key that could not verify a signature.
func readDER(der []byte) (Certificate, *MetadataError) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		if _, err := x509.ParsePKCS8PrivateKey(der); err == nil {
			return Certificate{}, problem(ProblemPrivateKey, "This is a private key. It was not kept, but it has left its place: consider it exposed and replace it. Paste the certificate instead.")
		}
		return Certificate{}, notCertificate()
	}
	switch p := keyProblem(cert); p {
	case "":
	case ProblemKeyType:
		return Certificate{}, problem(p, "The certificate's key is not RSA. Signatures of elliptic-curve (ECDSA) and other keys cannot be verified here: give the identity provider an RSA signing certificate of 2,048 bits or more.")
	case ProblemShortKey:
		return Certificate{}, problem(p, "The certificate's RSA key has fewer than 2,048 bits, which is not safe. Give the identity provider a longer signing key.")
	default:
		return Certificate{}, problem(p, "The certificate's RSA key has more than 8,192 bits, which takes too long to verify. Give the identity provider a key of 2,048 to 4,096 bits.")
	}
	return Certificate{
		DER: bytes.Clone(cert.Raw), Subject: clip(cert.Subject.String()), Issuer: clip(cert.Issuer.String()), SHA256: sha256.Sum256(cert.Raw),
		NotBefore: cert.NotBefore.UTC(), NotAfter: cert.NotAfter.UTC(), KeyBits: cert.PublicKey.(*rsa.PublicKey).N.BitLen(),
	}, nil
}

// keyProblem says why the certificate's key cannot be used, or "".
func keyProblem(cert *x509.Certificate) Problem {
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	switch {
	case !ok:
		return ProblemKeyType
	case key.N.BitLen() < smallestKeyBits:
		return ProblemShortKey
	case key.N.BitLen() > largestKeyBits:
		return ProblemLongKey
	}
	return ""
}

func appendNew(certificates []Certificate, c Certificate) []Certificate {
	for _, known := range certificates {
		if known.SHA256 == c.SHA256 {
			return certificates
		}
	}
	return append(certificates, c)
}

func notCertificate() *MetadataError {
	return problem(ProblemNotCertificate, "This is not a certificate. Paste it with its BEGIN CERTIFICATE and END CERTIFICATE lines, or its base64 alone.")
}
