package secret_test

import (
	"encoding/hex"
	"regexp"
	"testing"

	"gatehouse/internal/secret"
)

func TestTokensAndReferences(t *testing.T) {
	token, reference := regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`), regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`)
	seen := map[string]bool{}
	for range 1000 {
		a, b := secret.Token(), secret.Reference()
		if !token.MatchString(a) || !reference.MatchString(b) || seen[a] || seen[b] {
			t.Fatalf("%q %q", a, b)
		}
		seen[a], seen[b] = true, true
	}
}

func TestHashTokenIsSHA256(t *testing.T) {
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // FIPS 180-2, appendix B.1
	if got := hex.EncodeToString(secret.HashToken("abc")); got != abc {
		t.Error(got)
	}
}
