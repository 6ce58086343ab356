package saml

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" //nolint:gosec // the default of OAEP, where it is safe
	"crypto/x509"
)

// dataCipher is how the content is encrypted: AES with keys of that many bytes.
type dataCipher struct {
	keySize int
	cbc     bool // else GCM
}

// open tries our keys (PKCS #8) on the encrypted ones. A key that does not fit is replaced by a random one and the content is tried all the
// same, so that it takes as long as with one that fits.
func (s sealed) open(ours [][]byte) ([]byte, bool) {
	for _, pkcs8 := range ours {
		parsed, err := x509.ParsePKCS8PrivateKey(pkcs8)
		private, ok := parsed.(*rsa.PrivateKey)
		if err != nil || !ok {
			continue
		}
		for _, k := range s.keys {
			key, err := private.Decrypt(nil, k.value, &rsa.OAEPOptions{Hash: k.hash, MGFHash: k.mask})
			if err != nil || len(key) != s.cipher.keySize {
				key = make([]byte, s.cipher.keySize)
				_, _ = rand.Read(key) // never fails: the standard library stops the program instead
			}
			if plain, ok := s.cipher.open(key, s.value); ok {
				return plain, true
			}
		}
	}
	return nil, false
}

// open decrypts: a nonce of 12 bytes, the content, a tag of 16 (XML Encryption 1.1 §5.2.4), or in CBC a first block, the content, and padding
// whose last byte is its length (§5.2).
func (c dataCipher) open(key, value []byte) ([]byte, bool) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, false
	}
	if !c.cbc {
		gcm, err := cipher.NewGCM(block)
		if err != nil || len(value) < gcm.NonceSize() {
			return nil, false
		}
		plain, err := gcm.Open(nil, value[:gcm.NonceSize()], value[gcm.NonceSize():], nil)
		return plain, err == nil
	}
	const size = aes.BlockSize
	if len(value) < 2*size || len(value)%size != 0 {
		return nil, false
	}
	plain := make([]byte, len(value)-size)
	cipher.NewCBCDecrypter(block, value[:size]).CryptBlocks(plain, value[size:])
	padding := int(plain[len(plain)-1])
	if padding == 0 || padding > size {
		return nil, false
	}
	return plain[:len(plain)-padding], true
}
