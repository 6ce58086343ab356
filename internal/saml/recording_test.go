package saml

import (
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"gatehouse/internal/saml/samltest"
)

func TestARecordingTellsTheShapeAndNotThePerson(t *testing.T) {
	w := newWorld(t)
	groups := samltest.Attribute{Name: "groups"}
	for range 40 {
		groups.Values = append(groups.Values, "secret-project")
	}
	posted := w.posted(t, func(a *samltest.Answer) {
		a.NameID, a.Now = "alice-0815", w.now.Add(-40*time.Second)
		a.Attributes = append(samltest.Person("alice@northwind.example", "Alice", "Ng"), groups)
	})
	identity, r, err := Record(w.connection, posted, w.expectation())
	if err != nil {
		t.Fatal(err)
	}
	if r.VerifiedBy != identity.VerifiedBy || !r.Drifted || r.Drift != -40*time.Second || len(r.Checks) != len(checkTitles()) {
		t.Errorf("recorded %x, %v, %d checks", r.VerifiedBy, r.Drift, len(r.Checks))
	}
	for _, told := range []string{"alice", "Alice", "Ng\n", "0815", "secret-project", "MII"} {
		if strings.Contains(strings.ReplaceAll(r.Outline, "a•••@northwind.example", ""), told) {
			t.Errorf("the outline tells %q:\n%s", told, r.Outline)
		}
	}
	for _, line := range []string{
		`samlp:Response ID="(`, `Destination="` + w.connection.ACSURL, "  saml:Issuer: " + w.connection.IDPEntityID, "saml:NameID", ": (10 characters)",
		"saml:Audience: " + w.connection.SPEntityID, "saml:AttributeValue", "a•••@northwind.example", "… and 37 more values", "ds:SignatureValue: (",
	} {
		if !strings.Contains(r.Outline, line) {
			t.Errorf("the outline does not say %q:\n%s", line, r.Outline)
		}
	}
}

func TestARefusedAnswerIsRecordedAsFarAsItCouldBeRead(t *testing.T) {
	w := newWorld(t)
	ahead := func(a *samltest.Answer) { a.Now = w.now.Add(2 * time.Hour) }
	_, r, err := Record(w.connection, w.posted(t, ahead), w.expectation())
	if err == nil || r.Drift != 2*time.Hour || r.VerifiedBy == [32]byte{} || r.Outline == "" {
		t.Errorf("of a clock that runs ahead: %v, %v", err, r)
	}
	unsigned := func(a *samltest.Answer) { a.LeaveUnsigned = true }
	if _, r, err = Record(w.connection, w.posted(t, unsigned), w.expectation()); err == nil || !r.Drifted || r.VerifiedBy != [32]byte{} || r.Outline == "" {
		t.Errorf("of an unsigned answer: %v, %v", err, r)
	}
	if _, r, err = Record(w.connection, "####", w.expectation()); err == nil || r.Drifted || r.Outline != "" || len(r.Checks) != len(checkTitles()) {
		t.Errorf("of no answer at all: %v, %v", err, r)
	}
}

func TestAnOutlineHasAnEnd(t *testing.T) {
	root := etree.NewElement("r")
	for range 1000 {
		root.CreateElement("e").SetText("x")
	}
	lines := strings.Split(strings.TrimSpace(outline(root)), "\n")
	if len(lines) != outlineLines+1 || lines[outlineLines] != "… and 841 more elements" || lines[1] != "  e: (1 character)" {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
}

func TestRedact(t *testing.T) {
	for value, want := range map[string]string{
		"": "(0 characters)", "é": "(1 character)", "Ågot": "(4 characters)", "élan@example.com": "é•••@example.com",
		"Alice <a@b.example>": "(19 characters)", "a@b@c.example": "(13 characters)",
	} {
		if got := Redact(value); got != want {
			t.Errorf("%q is redacted to %q, want %q", value, got, want)
		}
	}
}

func TestUnmadeChecksAreAllOfThem(t *testing.T) {
	for i, c := range Unmade() {
		if c.Name != checkTitles()[i][0] || c.Outcome != Skipped {
			t.Errorf("check %d is %v", i, c)
		}
	}
}
