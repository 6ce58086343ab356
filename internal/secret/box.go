// Package secret keeps secrets: it seals what rests in the database, makes and hashes tokens, and looks after the key all of that hangs on.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
)

// Layout of a sealed value: version, key id, nonce, ciphertext with its 16-byte tag.
const (
	version    = 1
	keyIDSize  = 4
	nonceSize  = 12
	headerSize = 1 + keyIDSize
	tagSize    = 16
)

// Errors of Open. They say why for the log of an operator; no page shows them.
var (
	// ErrForm is returned for bytes that Seal never made.
	ErrForm = errors.New("secret: not a sealed value")
	// ErrKeyUnknown is returned when the value was sealed with a key this Box does not hold.
	ErrKeyUnknown = errors.New("secret: sealed with a key that is not configured")
	// ErrAltered is returned when the bytes were changed, or belong to something else than is asked for.
	ErrAltered = errors.New("secret: altered, or sealed for something else")
)

type keyID [keyIDSize]byte

// Box seals with one key and opens with that key or an older one. It is safe for concurrent use.
type Box struct {
	current keyID
	ciphers map[keyID]cipher.AEAD
	keys    [][32]byte // the current one first
}

// NewBox returns a Box that seals with current. Values sealed with one of the old keys can still be opened, so that a key can be changed
// without touching every row at once.
func NewBox(current [32]byte, old ...[32]byte) *Box {
	b := &Box{current: idOf(current), ciphers: make(map[keyID]cipher.AEAD, 1+len(old)), keys: append([][32]byte{current}, old...)}
	for _, key := range old {
		b.ciphers[idOf(key)] = aead(key)
	}
	b.ciphers[b.current] = aead(current)
	return b
}

// Seal encrypts plain with AES-256-GCM. The associated text names what the secret belongs to, for example "identity_providers/<id>/key": Open
// asks for the same text, so that a sealed value copied to another row does not open there.
func (b *Box) Seal(plain []byte, associated string) []byte {
	out := make([]byte, headerSize+nonceSize, headerSize+nonceSize+len(plain)+tagSize)
	out[0] = version
	copy(out[1:], b.current[:])
	_, _ = rand.Read(out[headerSize:]) // never fails: the standard library stops the program instead
	return b.ciphers[b.current].Seal(out, out[headerSize:], plain, bind(out[:headerSize], associated))
}

// Open returns what was sealed for the same associated text, or ErrForm, ErrKeyUnknown or ErrAltered.
func (b *Box) Open(sealed []byte, associated string) ([]byte, error) {
	if len(sealed) < headerSize+nonceSize+tagSize || sealed[0] != version {
		return nil, ErrForm
	}
	gcm, ok := b.ciphers[keyID(sealed[1:headerSize])]
	if !ok {
		return nil, ErrKeyUnknown
	}
	plain, err := gcm.Open(nil, sealed[headerSize:headerSize+nonceSize], sealed[headerSize+nonceSize:], bind(sealed[:headerSize], associated))
	if err != nil {
		return nil, ErrAltered
	}
	return plain, nil
}

// Derived returns keys for another purpose, one of each key that the Box holds, the current one's first (HKDF with SHA-256, RFC 5869): what is
// made with them says nothing of the keys themselves.
func (b *Box) Derived(purpose string) [][32]byte {
	all := make([][32]byte, len(b.keys))
	for i, key := range b.keys {
		derived, err := hkdf.Key(sha256.New, key[:], nil, purpose, len(key))
		if err != nil {
			panic(err) // 32 bytes are always within what HKDF gives
		}
		all[i] = [32]byte(derived)
	}
	return all
}

// Stale reports whether a sealed value should be sealed again because another key than the current one made it.
func (b *Box) Stale(sealed []byte) bool {
	return len(sealed) < headerSize || sealed[0] != version || keyID(sealed[1:headerSize]) != b.current
}

// bind puts the header under the protection of the tag as well.
func bind(header []byte, associated string) []byte {
	return append(append(make([]byte, 0, len(header)+len(associated)), header...), associated...)
}

func idOf(key [32]byte) keyID {
	sum := sha256.Sum256(key[:])
	return keyID(sum[:keyIDSize])
}

func aead(key [32]byte) cipher.AEAD {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // 32 bytes are always a key
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES is always a 128-bit block cipher
	}
	return gcm
}
