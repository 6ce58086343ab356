package saml

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/saml/samltest"
)

func ecdsaCertificate(t testing.TB, now time.Time) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "curve"}, NotBefore: now, NotAfter: now.AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func shortCertificate(t testing.TB, now time.Time) []byte {
	t.Helper()
	idp, err := samltest.NewIDPWithKey("x", newKey(t, 1024), now, now.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return idp.Certificate
}

func TestReadCertificate(t *testing.T) {
	w := newWorld(t)
	armour := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	first, second := armour("CERTIFICATE", w.idp.Certificate), armour("CERTIFICATE", w.other.Certificate)
	private := KeyPair{PrivateKey: w.idp.Key}.MarshalPrivate()
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"PEM": {first, 1}, "two in PEM": {first + "\n" + second, 2}, "one twice": {first + first, 1}, "Windows line ends": {strings.ReplaceAll(first, "\n", "\r\n"), 1},
		"bare base64": {base64.StdEncoding.EncodeToString(w.idp.Certificate), 1}, "bare base64 in lines": {"\n " + strings.Join(strings.Split(strings.TrimSpace(first), "\n")[1:strings.Count(first, "\n")-1], " \n\t"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadCertificate(c.text)
			if err != nil || len(got) != c.want {
				t.Fatalf("%d certificates, %v; want %d", len(got), err, c.want)
			}
			if got[0].SHA256 != fingerprint(w.idp.Certificate) {
				t.Error("another certificate")
			}
		})
	}
	for name, c := range map[string]struct {
		text string
		want Problem
	}{
		"nothing":                       {" \n", ProblemNoCertificate},
		"words":                         {"my certificate", ProblemNotCertificate},
		"base64 of something else":      {base64.StdEncoding.EncodeToString([]byte("something else")), ProblemNotCertificate},
		"a request for one":             {armour("CERTIFICATE REQUEST", w.idp.Certificate), ProblemNotCertificate},
		"a certificate cut short":       {first[:len(first)/2], ProblemNotCertificate},
		"words after it":                {first + "words", ProblemNotCertificate},
		"private key":                   {armour("PRIVATE KEY", private), ProblemPrivateKey},
		"private RSA key":               {armour("RSA PRIVATE KEY", private), ProblemPrivateKey},
		"certificate and private key":   {first + armour("PRIVATE KEY", private), ProblemPrivateKey},
		"private key without its lines": {base64.StdEncoding.EncodeToString(private), ProblemPrivateKey},
		"elliptic curve":                {armour("CERTIFICATE", ecdsaCertificate(t, w.now)), ProblemKeyType},
		"short key":                     {armour("CERTIFICATE", shortCertificate(t, w.now)), ProblemShortKey},
		"eleven":                        {strings.Repeat(first, 11), ProblemTooManyCertificates},
		"far too much":                  {strings.Repeat("A", MaxBody+1), ProblemTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadCertificate(c.text)
			mustFail(t, err, c.want)
		})
	}
}
