package totp

import (
	"strings"

	"gatehouse/internal/secret"
)

// RecoveryCodes is how many codes are made at once.
const RecoveryCodes = 10

// NewRecoveryCodes returns codes such as "7K2M-9QXD-4R8T-HZ3W", each with 80 random bits: enough to be kept as a plain hash.
func NewRecoveryCodes() []string {
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		codes[i] = secret.Reference() + "-" + secret.Reference()
	}
	return codes
}

// Plain is a typed code without what people type between its signs, in capitals; letters that are mistaken for digits are read as those.
func Plain(typed string) string {
	return strings.NewReplacer(" ", "", "\t", "", "\u00a0", "", "-", "", "–", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(typed))
}

// IsRecoveryCode says whether plain text has the length of a recovery code rather than that of an app's code.
func IsRecoveryCode(plain string) bool { return len(plain) == 16 }
