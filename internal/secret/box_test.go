package secret_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"

	"gatehouse/internal/secret"
)

var (
	first  = [32]byte{1}
	second = [32]byte{2}
)

func TestSealedOpensForTheSameThingOnly(t *testing.T) {
	box := secret.NewBox(first)
	sealed := box.Seal([]byte("private"), "provider/1")

	if plain, err := box.Open(sealed, "provider/1"); err != nil || string(plain) != "private" {
		t.Fatalf("Open = %q, %v", plain, err)
	}
	if _, err := box.Open(sealed, "provider/2"); !errors.Is(err, secret.ErrAltered) {
		t.Errorf("opened for another row: %v", err)
	}
	if bytes.Contains(sealed, []byte("private")) {
		t.Error("the plain text is in the sealed value")
	}
	if bytes.Equal(sealed, box.Seal([]byte("private"), "provider/1")) {
		t.Error("the same text sealed twice is the same value: the nonce repeats")
	}
	if empty, err := box.Open(box.Seal(nil, ""), ""); err != nil || len(empty) != 0 {
		t.Errorf("an empty secret: %q, %v", empty, err)
	}
}

func TestLayoutNamesVersionAndKey(t *testing.T) {
	sealed := secret.NewBox(first).Seal([]byte("x"), "")
	sum := sha256.Sum256(first[:])
	if sealed[0] != 1 || !bytes.Equal(sealed[1:5], sum[:4]) || len(sealed) != 1+4+12+1+16 {
		t.Errorf("layout is %x", sealed)
	}
}

func TestEveryAlteredByteIsNoticed(t *testing.T) {
	box := secret.NewBox(first)
	sealed := box.Seal([]byte("private"), "a")
	for i := range sealed {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if _, err := box.Open(altered, "a"); err == nil {
			t.Errorf("byte %d altered and still opened", i)
		}
	}
	for n := range sealed {
		if _, err := box.Open(sealed[:n], "a"); err == nil {
			t.Errorf("cut to %d bytes and still opened", n)
		}
	}
}

func TestKeyCanBeChanged(t *testing.T) {
	before := secret.NewBox(first)
	sealed := before.Seal([]byte("private"), "a")

	after := secret.NewBox(second, first)
	if plain, err := after.Open(sealed, "a"); err != nil || string(plain) != "private" {
		t.Fatalf("old key: %q, %v", plain, err)
	}
	if !after.Stale(sealed) || after.Stale(after.Seal(nil, "a")) {
		t.Error("Stale should name the old key's values and only those")
	}
	if _, err := secret.NewBox(second).Open(sealed, "a"); !errors.Is(err, secret.ErrKeyUnknown) {
		t.Errorf("without the old key: %v", err)
	}
	if _, err := after.Open([]byte("hello"), "a"); !errors.Is(err, secret.ErrForm) {
		t.Errorf("not sealed at all: %v", err)
	}
}

func TestDerivedKeysAreTheirOwn(t *testing.T) {
	old, current := [32]byte{1}, [32]byte{2}
	keys := secret.NewBox(current, old).Derived("audit")
	if len(keys) != 2 || keys[0] == keys[1] || keys[0] == current || keys[1] != secret.NewBox(old).Derived("audit")[0] {
		t.Errorf("%x", keys)
	}
	if keys[0] == secret.NewBox(current).Derived("another purpose")[0] {
		t.Error("two purposes share a key")
	}
}
