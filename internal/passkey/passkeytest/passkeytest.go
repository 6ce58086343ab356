// Package passkeytest is an authenticator made of software: it answers what a browser would, and whatever else a test wants to be refused.
package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// Key is one passkey, and how it behaves. Tests change its fields.
type Key struct {
	Origin   string // of the page that asks
	Site     string // the relying party's id
	Verifies bool   // makes sure who it is, by a finger or a PIN
	Synced   bool   // its keeper copies it
	Counter  uint32 // of the last answer; 0 stays 0
	Handle   []byte // the account it was made for
	ID       []byte

	t       testing.TB
	private *ecdsa.PrivateKey
}

// New is a key that has not been made for an account yet. It verifies and counts.
func New(t testing.TB, origin, site string) *Key {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	return &Key{Origin: origin, Site: site, Verifies: true, Counter: 1, ID: id, t: t, private: private}
}

// asked is the part of a question that an authenticator reads.
type asked struct {
	PublicKey struct {
		Challenge string
		User      struct{ ID string }
	}
}

func (k *Key) read(options []byte) asked {
	k.t.Helper()
	var read asked
	if err := json.Unmarshal(options, &read); err != nil || read.PublicKey.Challenge == "" {
		k.t.Fatalf("the question cannot be read: %v %s", err, options)
	}
	return read
}

var coded = base64.RawURLEncoding

// Make answers a question for a new passkey.
func (k *Key) Make(options []byte) string {
	k.t.Helper()
	read := k.read(options)
	handle, err := coded.DecodeString(read.PublicKey.User.ID)
	if err != nil {
		k.t.Fatal(err)
	}
	k.Handle = handle
	data := k.data(true)
	attestation := cbor(3) // {"fmt": "none", "attStmt": {}, "authData": …}
	attestation = append(append(text(attestation, "fmt"), 0x64), "none"...)
	attestation = append(text(attestation, "attStmt"), 0xa0)
	attestation = bytes(text(attestation, "authData"), data)
	return k.answer(map[string]any{
		"clientDataJSON": coded.EncodeToString(k.client("webauthn.create", read)), "attestationObject": coded.EncodeToString(attestation), "transports": []string{"internal"},
	})
}

// Sign answers a question for a proof. Each answer counts one further, unless the key does not count.
func (k *Key) Sign(options []byte) string {
	k.t.Helper()
	if k.Counter > 0 {
		k.Counter++
	}
	client, data := k.client("webauthn.get", k.read(options)), k.data(false)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.private, digest[:])
	if err != nil {
		k.t.Fatal(err)
	}
	return k.answer(map[string]any{
		"clientDataJSON": coded.EncodeToString(client), "authenticatorData": coded.EncodeToString(data), "signature": coded.EncodeToString(signature), "userHandle": coded.EncodeToString(k.Handle),
	})
}

func (k *Key) answer(response map[string]any) string {
	k.t.Helper()
	written, err := json.Marshal(map[string]any{
		"id": coded.EncodeToString(k.ID), "rawId": coded.EncodeToString(k.ID), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": response,
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return string(written)
}

// client is the client data (Level 3, §5.8.1).
func (k *Key) client(ceremony string, read asked) []byte {
	k.t.Helper()
	written, err := json.Marshal(map[string]any{"type": ceremony, "challenge": read.PublicKey.Challenge, "origin": k.Origin, "crossOrigin": false})
	if err != nil {
		k.t.Fatal(err)
	}
	return written
}

// data is the authenticator data (§6.1), with the new credential or without.
func (k *Key) data(made bool) []byte {
	k.t.Helper()
	const present, verified, eligible, synced, attested = 1 << 0, 1 << 2, 1 << 3, 1 << 4, 1 << 6
	flags := byte(present)
	if k.Verifies {
		flags |= verified
	}
	if k.Synced {
		flags |= eligible | synced
	}
	if made {
		flags |= attested
	}
	hash := sha256.Sum256([]byte(k.Site))
	data := binary.BigEndian.AppendUint32(append(hash[:], flags), k.Counter)
	if !made {
		return data
	}
	data = append(data, make([]byte, 16)...)                                       // no model
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(k.ID))), k.ID...) //nolint:gosec // 32 bytes
	public, err := k.private.PublicKey.Bytes()                                     // 4, x, y
	if err != nil {
		k.t.Fatal(err)
	}
	data = append(data, cbor(5)...)                               // a COSE key (RFC 9053 §7.1.1):
	data = append(data, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21) // EC2, ES256, P-256, x
	data = bytes(data, public[1:33])
	return bytes(append(data, 0x22), public[33:])
}

// cbor begins a map of that many pairs (RFC 8949 §3.1).
func cbor(pairs byte) []byte { return []byte{0xa0 | pairs} }

func text(to []byte, s string) []byte {
	return append(append(to, 0x60|byte(len(s))), s...) //nolint:gosec // at most 23 letters
}

func bytes(to, b []byte) []byte {
	return append(binary.BigEndian.AppendUint16(append(to, 0x59), uint16(len(b))), b...) //nolint:gosec // some hundred bytes
}
