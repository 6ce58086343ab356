package saml

import (
	"strings"
	"testing"

	"gatehouse/internal/saml/samltest"
)

func TestByHandIsJudgedLikeMetadata(t *testing.T) {
	w := newWorld(t)
	if err := CheckEntityID(w.idp.EntityID); err != nil {
		t.Error(err)
	}
	for _, typed := range []string{"", "  ", strings.Repeat("a", 2000), "https://idp.example/\x00", "https://idp.example/\xff", "\xff"} {
		if CheckEntityID(typed) == nil {
			t.Errorf("entity ID %q is taken", typed[:min(len(typed), 20)])
		}
	}
	expired, err := samltest.NewIDPWithKey("x", w.idp.Key, w.now.AddDate(-2, 0, 0), w.now.AddDate(-1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	c, refusal := readDER(expired.Certificate)
	if refusal != nil {
		t.Fatal(refusal.Sentence)
	}
	if got := CertificateWarnings([]Certificate{c}, w.now); len(got) != 1 || !strings.Contains(got[0], "expired") {
		t.Errorf("warnings of an expired certificate: %q", got)
	}
}
