package handlers

import (
	"bytes"
	"regexp"
	"testing"

	"gatehouse/internal/password"
	"gatehouse/models"
)

func TestABrowserInWords(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                     "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0":  "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":      "Safari on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1":  "Safari on iPhone",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36":               "Chrome on Android",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":             "Chrome on ChromeOS",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 OPR/125.0.": "Opera on Windows",
		"curl/8.14.1": "curl", "": "Unknown browser", "<script>alert(1)</script>": "Unknown browser",
	} {
		if got := browserOf(agent); got != want {
			t.Errorf("browserOf(%q) = %q, want %q", agent, got, want)
		}
	}
}

// Who belongs to several organizations obeys the strictest of each rule.
func TestTheStrictestOfSeveralPolicies(t *testing.T) {
	got := strictest([]models.OrganizationPolicy{
		{Organization: "A", Policy: models.PasswordPolicy{MinLength: 12, MaxLength: 128, ForbidCommon: true}},
		{Organization: "B", Policy: models.PasswordPolicy{MinLength: 16, MaxLength: 100, ForbidName: true}},
		{Organization: "C", Policy: models.PasswordPolicy{MinLength: 8, MaxLength: 128}},
	})
	if want := (password.Policy{MinLength: 16, MaxLength: 100, ForbidCommon: true, ForbidName: true}); got.Policy != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := strictest(nil); got.Policy != password.Recommended() {
		t.Errorf("without an organization: %+v, want the recommendation", got)
	}
	if policyOf(models.DefaultPasswordPolicy()) != password.Recommended() {
		t.Error("a new organization has another policy than the recommendation")
	}
}

func TestASetupCodeIsTypedAsPeopleType(t *testing.T) {
	code := SetupCode()
	if !regexp.MustCompile(`^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$`).MatchString(code) {
		t.Errorf("the code is %q", code)
	}
	if SetupCode() == code {
		t.Error("two codes are the same")
	}
	for _, typed := range []string{" abcd-2345-efgh-6722 ", "ABCD-2345-EFGH-6722\n", "Abcd-2345-efgh-6722"} {
		if !bytes.Equal(SetupCodeHash(typed), SetupCodeHash("ABCD-2345-EFGH-6722")) {
			t.Errorf("%q is another code", typed)
		}
	}
	if bytes.Equal(SetupCodeHash("ABCD-2345-EFGH-6723"), SetupCodeHash("ABCD-2345-EFGH-6722")) {
		t.Error("two codes have one hash")
	}
}

func TestAFingerprintInPairs(t *testing.T) {
	if got := fingerprint([]byte{0, 0xab, 0x1c}); got != "00:AB:1C" {
		t.Errorf("got %q", got)
	}
}
