package secret_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/secret"
)

func TestParseKey(t *testing.T) {
	key := [32]byte{0xfb, 0xff, 0xfe, 31: 9}
	for name, text := range map[string]string{
		"standard":        base64.StdEncoding.EncodeToString(key[:]),
		"no padding":      base64.RawStdEncoding.EncodeToString(key[:]),
		"URL-safe":        base64.RawURLEncoding.EncodeToString(key[:]),
		"with a new line": " " + base64.StdEncoding.EncodeToString(key[:]) + "\n",
	} {
		if got, err := secret.ParseKey(text); err != nil || got != key {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for name, text := range map[string]string{
		"empty": "", "not base64": "correct horse", "16 bytes": base64.StdEncoding.EncodeToString(key[:16]),
		"33 bytes": base64.StdEncoding.EncodeToString(append(key[:], 1)), "hexadecimal": strings.Repeat("ab", 32),
	} {
		if _, err := secret.ParseKey(text); err == nil {
			t.Errorf("%s: taken as a key", name)
		}
	}
}

func TestKeyIsMadeOnceAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "secret.key")
	keys := make([][32]byte, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			key, err := secret.LoadOrCreateKey(path)
			if err != nil {
				t.Error(err)
			}
			keys[i] = key
		})
	}
	all.Wait()
	for _, key := range keys {
		if key != keys[0] || key == [32]byte{} {
			t.Fatalf("several starters hold different keys: %x", keys)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".key-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestKeyFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.key")
	if _, err := secret.LoadOrCreateKey(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := secret.LoadOrCreateKey(path); err == nil || !strings.Contains(err.Error(), "chmod 600 "+path) {
		t.Errorf("readable by others: %v", err)
	}
	if err := os.WriteFile(path, []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := secret.LoadOrCreateKey(path); err == nil || strings.Contains(err.Error(), "short") {
		t.Errorf("a damaged key must be refused, without its text: %v", err)
	}
}
