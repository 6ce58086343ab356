package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// Token returns 256 random bits as 43 characters that need no escaping in a URL or a cookie.
func Token() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails: the standard library stops the program instead
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// HashToken returns what is kept of a token: its SHA-256. A token has enough randomness of its own to need no salt and no slow hash.
func HashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// crockford is the alphabet of Douglas Crockford's base 32: nothing in it is mistaken for something else when read aloud.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Reference returns a number such as "7K2M-9QXD" that a page shows and the log repeats, so that a person can say what they saw. It has 40 random bits:
// enough to tell incidents apart, not a secret.
func Reference() string {
	var raw [8]byte
	_, _ = rand.Read(raw[:]) // never fails: the standard library stops the program instead
	out := make([]byte, 0, 9)
	for i, b := range raw {
		if i == 4 {
			out = append(out, '-')
		}
		out = append(out, crockford[b&31])
	}
	return string(out)
}
