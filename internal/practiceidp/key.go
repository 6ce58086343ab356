package practiceidp

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

const keyFile = "practice-idp.pem"

// loadOrCreateKey returns the key and certificate of the folder's one PEM file.
func loadOrCreateKey(folder string) (*rsa.PrivateKey, *x509.Certificate, error) {
	path := filepath.Join(folder, keyFile)
	text, err := os.ReadFile(path) //nolint:gosec // the folder is the operator's own choice
	if errors.Is(err, fs.ErrNotExist) {
		if text, err = createKey(); err == nil {
			err = keep(path, text)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	return parseKey(text)
}

func createKey() ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC()
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "Practice identity provider", Organization: []string{"Not for real use"}},
		NotBefore:    now.Add(-24 * time.Hour), // whoever allows for skew looks back a little
		NotAfter:     now.AddDate(10, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})...), nil
}

// keep writes the file whole or not at all.
func keep(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".practice-*") // CreateTemp makes files with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

func parseKey(text []byte) (*rsa.PrivateKey, *x509.Certificate, error) {
	private, rest := pem.Decode(text)
	public, _ := pem.Decode(rest)
	if private == nil || public == nil {
		return nil, nil, fmt.Errorf("%s is damaged; delete it, and take the new metadata over into the console", keyFile)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(private.Bytes)
	if err != nil {
		return nil, nil, err
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, nil, fmt.Errorf("%s does not hold an RSA key", keyFile)
	}
	certificate, err := x509.ParseCertificate(public.Bytes)
	return key, certificate, err
}
