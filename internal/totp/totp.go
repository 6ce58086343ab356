// Package totp is the second factor of an authenticator app: six digits that hold for thirty seconds (RFC 6238, SHA-1, as every app reads it),
// the recovery codes beside it, and the picture by which an app learns the secret.
package totp

import (
	"crypto/subtle"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

const (
	// Digits is the length of a code.
	Digits = 6
	period = 30 // seconds
	// drift is how many steps a clock may be off, either way (RFC 6238 §5.2 recommends one).
	drift      = 1
	secretSize = 20 // bytes: the output of SHA-1, as RFC 4226 §4 recommends
)

// NewSecret returns 160 random bits in base 32, as a person types them into an app.
func NewSecret() (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "-", AccountName: "-", SecretSize: secretSize})
	if err != nil {
		return "", fmt.Errorf("totp: make a secret: %w", err)
	}
	return key.Secret(), nil
}

// URI is the secret as apps read it from a picture (the key URI format of Google Authenticator). Issuer and account name it in the app.
func URI(secret, issuer, account string) string {
	label := url.PathEscape(strings.ReplaceAll(issuer, ":", " ")) + ":" + url.PathEscape(account)
	return "otpauth://totp/" + label + "?secret=" + secret + "&issuer=" + url.PathEscape(issuer) + "&algorithm=SHA1&digits=6&period=30"
}

// Step is the time step of a moment.
func Step(at time.Time) int64 { return at.Unix() / period }

// Match returns the time step for which the secret makes that code, at most one before or after the moment and later than the step that
// was accepted last; ok is false when there is none.
func Match(secret, code string, at time.Time, last int64) (step int64, ok bool) {
	now := Step(at)
	for candidate := now - drift; candidate <= now+drift; candidate++ {
		if candidate < 0 {
			continue
		}
		made, err := Code(secret, candidate)
		if err == nil && subtle.ConstantTimeCompare([]byte(made), []byte(code)) == 1 && candidate > last && !ok {
			step, ok = candidate, true
		}
	}
	return step, ok
}

// Code is what an app shows in a time step.
func Code(secret string, step int64) (string, error) {
	return hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}) //nolint:gosec // Match asks for no step before 1970
}
