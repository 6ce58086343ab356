package saml

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"gatehouse/internal/saml/samltest"
)

func (w world) logout(changes ...func(*samltest.Logout)) samltest.Logout {
	l := samltest.Logout{Destination: w.connection.SLOURL, Now: w.now, RelayState: "state of theirs"}
	for _, change := range changes {
		change(&l)
	}
	return l
}

// messages makes a logout message for both bindings.
func messages(t testing.TB, idp samltest.IDP, l samltest.Logout) map[string]Message {
	t.Helper()
	query, err := idp.RedirectLogout(l)
	if err != nil {
		t.Fatal(err)
	}
	form, err := idp.PostLogout(l)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]Message{
		"redirect": {Binding: BindingRedirect, Query: query},
		"post":     {Binding: BindingPOST, Request: form.Get("SAMLRequest"), Response: form.Get("SAMLResponse"), RelayState: form.Get("RelayState")},
	}
}

func TestAcceptedLogoutRequests(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		change   func(*samltest.Logout)
		sessions []string
	}{
		"no session named":  {func(*samltest.Logout) {}, nil},
		"one session":       {func(l *samltest.Logout) { l.Sessions = []string{"_1"} }, []string{"_1"}},
		"several sessions":  {func(l *samltest.Logout) { l.Sessions = []string{"_1", "_2", "_3"} }, []string{"_1", "_2", "_3"}},
		"no relay state":    {func(l *samltest.Logout) { l.RelayState = "" }, nil},
		"issued 60 s ahead": {func(l *samltest.Logout) { l.Now = w.now.Add(time.Minute) }, nil},
		"with an end": {func(l *samltest.Logout) {
			l.BeforeSigning = func(m *etree.Element) { m.CreateAttr("NotOnOrAfter", w.now.Add(time.Minute).Format(time.RFC3339)) }
		}, nil},
	} {
		for binding, m := range messages(t, w.idp, w.logout(c.change)) {
			t.Run(name+", "+binding, func(t *testing.T) {
				if m.IsResponse() {
					t.Error("a request is taken for a response")
				}
				got, _, err := ReadLogoutRequest(w.connection, m, w.now)
				if err != nil {
					t.Fatal(err)
				}
				if got.NameID != "alice" || got.ID == "" || !slices.Equal(got.SessionIndexes, c.sessions) || !got.ExpiresAt.After(w.now) {
					t.Errorf("read %+v", got)
				}
			})
		}
	}
}

// A query is signed as it is written: lower-case escapes, as ADFS has them, count.
func TestALogoutQueryIsVerifiedAsItWasWritten(t *testing.T) {
	w := newWorld(t)
	query, err := w.idp.RedirectLogout(w.logout())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := ReadLogoutRequest(w.connection, Message{Binding: BindingRedirect, Query: strings.Replace(query, "%3A", "%3a", 1)}, w.now); err == nil {
		t.Error("a query was verified that is written in another way than it was signed")
	}
	reordered := strings.Split(query, "&")
	slices.Reverse(reordered)
	if _, _, err := ReadLogoutRequest(w.connection, Message{Binding: BindingRedirect, Query: strings.Join(reordered, "&") + "&other=1"}, w.now); err != nil {
		t.Errorf("in another order: %v", err)
	}
}

func TestRefusedLogoutRequests(t *testing.T) {
	w := newWorld(t)
	message := func(change func(m *etree.Element)) func(*samltest.Logout) {
		return func(l *samltest.Logout) { l.BeforeSigning = change }
	}
	set := func(name, value string) func(*samltest.Logout) {
		return message(func(m *etree.Element) {
			m.RemoveAttr(name)
			if value != "" {
				m.CreateAttr(name, value)
			}
		})
	}
	forged := samltest.IDP{EntityID: w.idp.EntityID, Key: w.other.Key, Certificate: w.other.Certificate}
	for _, c := range []struct {
		name, check string
		idp         samltest.IDP
		change      func(*samltest.Logout)
	}{
		{"key of another", CheckSignature, forged, func(*samltest.Logout) {}},
		{"another's altogether", CheckSignature, w.other, func(*samltest.Logout) {}},
		{"same key and other issuer", CheckResponseIssuer, samltest.IDP{EntityID: w.other.EntityID, Key: w.idp.Key, Certificate: w.idp.Certificate}, func(*samltest.Logout) {}},
		{"another connection's", CheckLogoutAddress, w.idp, func(l *samltest.Logout) { l.Destination = "https://gatehouse.example/saml/c2/slo" }},
		{"no destination", CheckLogoutAddress, w.idp, set("Destination", "")},
		{"SHA-1", CheckSignatureAlgorithm, w.idp, func(l *samltest.Logout) { l.Signing.Method = samltest.RSASHA1 }},
		{"issued nine minutes ago", CheckLogoutTime, w.idp, func(l *samltest.Logout) { l.Now = w.now.Add(-9 * time.Minute) }},
		{"issued in the future", CheckIssueInstant, w.idp, func(l *samltest.Logout) { l.Now = w.now.Add(Skew + time.Second) }},
		{"no IssueInstant", CheckIssueInstant, w.idp, set("IssueInstant", "")},
		{"over", CheckLogoutTime, w.idp, set("NotOnOrAfter", w.now.Add(-Skew).Format(time.RFC3339))},
		{"an end that is none", CheckLogoutTime, w.idp, set("NotOnOrAfter", "tomorrow")},
		{"version 1.1", CheckVersion, w.idp, set("Version", "1.1")},
		{"no NameID", CheckNameID, w.idp, message(func(m *etree.Element) { m.RemoveChild(m.SelectElement("NameID")) })},
		{"two NameIDs", CheckNameID, w.idp, message(func(m *etree.Element) { m.CreateElement("saml:NameID").SetText("bob") })},
		{"child element in NameID", CheckNameID, w.idp, message(func(m *etree.Element) { m.SelectElement("NameID").CreateElement("saml:b") })},
		{"encrypted NameID", CheckNameID, w.idp, message(func(m *etree.Element) { m.SelectElement("NameID").Tag = "EncryptedID" })},
		{"101 sessions", CheckStructure, w.idp, func(l *samltest.Logout) { l.Sessions = slices.Repeat([]string{"_1"}, 101) }},
		{"duplicate ID", CheckIdentifiers, w.idp, message(func(m *etree.Element) { m.SelectElement("NameID").CreateAttr("ID", m.SelectAttrValue("ID", "")) })},
		{"a LogoutResponse in its place", CheckMessage, w.idp, message(func(m *etree.Element) { m.Tag = "LogoutResponse" })},
	} {
		for binding, m := range messages(t, c.idp, w.logout(c.change)) {
			t.Run(c.name+", "+binding, func(t *testing.T) { mustRefuseLogout(t, w, m, c.check) })
		}
	}

	query, err := w.idp.RedirectLogout(w.logout())
	if err != nil {
		t.Fatal(err)
	}
	unsignedQuery, _, _ := strings.Cut(query, "&SigAlg")
	bomb, err := w.idp.SignedQuery("SAMLRequest", []byte(strings.Repeat(" ", 50<<20)), "", samltest.Signing{})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ check, query string }{
		"unsigned":                  {CheckSignatureShape, unsignedQuery},
		"empty signature":           {CheckSignature, unsignedQuery + "&SigAlg=" + url.QueryEscape(samltest.RSASHA256) + "&Signature="},
		"relay state changed":       {CheckSignature, strings.Replace(query, "RelayState=state", "RelayState=other", 1)},
		"relay state taken away":    {CheckSignature, strings.Replace(query, "&RelayState=state+of+theirs", "", 1)},
		"message twice":             {CheckSignatureShape, query + "&SAMLRequest=x"},
		"message twice, escaped":    {CheckSignatureShape, query + "&SAML%52equest=x"},
		"signature twice":           {CheckSignatureShape, query + "&Signature=x"},
		"nothing":                   {CheckSignatureShape, ""},
		"50 MiB when inflated":      {CheckSize, bomb},
		"300 KiB of query":          {CheckSize, query + strings.Repeat("&a=b", 80<<10)},
		"algorithm none":            {CheckSignatureAlgorithm, strings.Replace(query, "SigAlg=", "SigAlg=none", 1)},
		"signed, but not a message": {CheckMessage, must(w.idp.SignedQuery("SAMLRequest", []byte(`<x xmlns="urn:x"/>`), "", samltest.Signing{}))},
		"5,000 elements":            {CheckStructure, must(w.idp.SignedQuery("SAMLRequest", []byte("<x>"+strings.Repeat("<y/>", 5000)+"</x>"), "", samltest.Signing{}))},
		"signed DOCTYPE":            {CheckDoctype, must(w.idp.SignedQuery("SAMLRequest", []byte(`<!DOCTYPE x><x/>`), "", samltest.Signing{}))},
	} {
		t.Run(name, func(t *testing.T) { mustRefuseLogout(t, w, Message{Binding: BindingRedirect, Query: c.query}, c.check) })
	}
	for name, c := range map[string]struct {
		check string
		after func(*etree.Element)
	}{
		"unsigned, post":             {CheckSignatureShape, func(m *etree.Element) { m.RemoveChild(m.SelectElement("Signature")) }},
		"two signatures":             {CheckSignatureShape, func(m *etree.Element) { m.AddChild(m.SelectElement("Signature").Copy()) }},
		"signature moved":            {CheckSignatureShape, func(m *etree.Element) { m.CreateElement("samlp:Extensions").AddChild(m.SelectElement("Signature")) }},
		"name changed after signing": {CheckSignature, func(m *etree.Element) { m.SelectElement("NameID").SetText("bob") }},
		"session added after it":     {CheckSignature, func(m *etree.Element) { m.CreateElement("samlp:SessionIndex").SetText("_1") }},
	} {
		t.Run(name, func(t *testing.T) {
			mustRefuseLogout(t, w, messages(t, w.idp, w.logout(func(l *samltest.Logout) { l.AfterSigning = c.after }))["post"], c.check)
		})
	}
}

func must(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

func mustRefuseLogout(t *testing.T, w world, m Message, check string) {
	t.Helper()
	got, recording, err := ReadLogoutRequest(w.connection, m, w.now)
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("accepted: %+v %v", got, err)
	}
	mustRecord(t, recording, check)
	if refusal.Check != check {
		t.Errorf("refused by %s (%s); want %s", refusal.Check, refusal.Cause, check)
	}
	if got.NameID != "" || !strings.HasSuffix(refusal.Cause, ".") {
		t.Errorf("a refusal gave %+v and said %q", got, refusal.Cause)
	}
}

// mustRecord insists that each check is recorded once, that one failed, and that it is the one named.
func mustRecord(t *testing.T, r Recording, failed string) {
	t.Helper()
	var made []string
	for _, c := range r.Checks {
		if slices.Contains(made, c.Name) || (c.Outcome == Failed) != (c.Name == failed) || CheckTitle(c.Name) == c.Name {
			t.Errorf("recorded %+v", c)
		}
		made = append(made, c.Name)
	}
	if failed != "" && !slices.Contains(made, failed) || len(made) != 18 {
		t.Errorf("recorded %q", made)
	}
	if by := r.VerifiedBy != [32]byte{}; failed == CheckSignature && by || failed == CheckLogoutTime && (!by || !r.Drifted && !strings.Contains(r.Outline, "IssueInstant")) {
		t.Errorf("recorded that %x verified it", r.VerifiedBy)
	}
	if strings.Contains(r.Outline, "alice") {
		t.Errorf("the outline tells who it is about:\n%s", r.Outline)
	}
}

func TestLogoutResponses(t *testing.T) {
	w := newWorld(t)
	const request = "_logout-of-ours"
	for name, c := range map[string]struct {
		check  string
		idp    samltest.IDP
		change func(*samltest.Logout)
	}{
		"success":            {"", w.idp, func(*samltest.Logout) {}},
		"of another request": {CheckInResponseTo, w.idp, func(l *samltest.Logout) { l.InResponseTo = "_other" }},
		"not done there":     {CheckStatus, w.idp, func(l *samltest.Logout) { l.Status = "urn:oasis:names:tc:SAML:2.0:status:Responder" }},
		"key of another":     {CheckSignature, w.other, func(*samltest.Logout) {}},
		"another connection": {CheckLogoutAddress, w.idp, func(l *samltest.Logout) { l.Destination = "https://gatehouse.example/saml/c2/slo" }},
	} {
		l := w.logout(func(l *samltest.Logout) { l.InResponseTo = request }, c.change)
		for binding, m := range messages(t, c.idp, l) {
			t.Run(name+", "+binding, func(t *testing.T) {
				if !m.IsResponse() || m.Relayed() != "state of theirs" {
					t.Errorf("taken for a request, or relay state %q", m.Relayed())
				}
				recording, err := ReadLogoutResponse(w.connection, m, request, w.now)
				mustRecord(t, recording, c.check)
				var refusal *Refusal
				switch {
				case c.check == "" && err != nil:
					t.Errorf("refused: %v", err)
				case c.check != "" && (!errors.As(err, &refusal) || refusal.Check != c.check):
					t.Errorf("got %v, want refused by %s", err, c.check)
				}
			})
		}
	}
}

// What we send is read by the rules that we hold others to.
func TestOurLogoutMessagesAreSigned(t *testing.T) {
	w, c := connectionWithKey(t)
	theirs := c // as the identity provider sees it: signed by us, addressed to it
	theirs.Certificates, theirs.SLOURL, theirs.IDPEntityID = [][]byte{c.Key.Certificate}, c.IDPSLOURL, c.SPEntityID
	as := func(r Request) (Message, url.Values) {
		if r.Binding == BindingPOST {
			return Message{Binding: BindingPOST, Request: r.SAMLRequest, Response: r.SAMLResponse, RelayState: r.RelayState},
				url.Values{"SAMLRequest": {r.SAMLRequest}, "SAMLResponse": {r.SAMLResponse}}
		}
		_, query, _ := strings.Cut(r.RedirectURL, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		return Message{Binding: BindingRedirect, Query: query}, values
	}
	for _, binding := range []Binding{BindingRedirect, BindingPOST} {
		t.Run(string(binding), func(t *testing.T) {
			c.IDPSLOBinding = binding
			r, err := BeginLogout(c, Subject{NameID: "alice", Format: "urn:f", SessionIndex: "_s"}, "state", w.now)
			if err != nil {
				t.Fatal(err)
			}
			m, values := as(r)
			got, _, err := ReadLogoutRequest(theirs, m, w.now)
			if err != nil || got.ID != r.ID || got.NameID != "alice" || !slices.Equal(got.SessionIndexes, []string{"_s"}) {
				t.Errorf("read as %+v, %v", got, err)
			}
			sent, err := samltest.ReadLogout(values, binding == BindingRedirect)
			if err != nil || sent.NameID.Format != "urn:f" || sent.NotOnOrAfter == "" {
				t.Errorf("sent %+v %v", sent, err)
			}
			c.IDPSLOResponseURL = "https://idp.example/slo/answers?a=1"
			theirs.SLOURL = c.IDPSLOResponseURL
			r, err = AnswerLogout(c, "_theirs", "their state", w.now)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(r.RedirectURL+r.PostURL, c.IDPSLOResponseURL) {
				t.Errorf("answers to %s%s", r.RedirectURL, r.PostURL)
			}
			m, _ = as(r)
			if binding == BindingRedirect && (m.Relayed() != "their state") {
				t.Errorf("relay state %q", m.Relayed())
			}
			if _, err := ReadLogoutResponse(theirs, m, "_theirs", w.now); err != nil {
				t.Error(err)
			}
			theirs.SLOURL, c.IDPSLOResponseURL = c.IDPSLOURL, ""
		})
	}
}

// Whatever is changed, nobody but who was named and signed for is signed out.
func FuzzLogout(f *testing.F) {
	w := newWorld(f)
	for _, m := range messages(f, w.idp, w.logout(func(l *samltest.Logout) { l.Sessions = []string{"_1"} })) {
		f.Add(m.Query, m.Request)
	}
	for _, m := range messages(f, w.idp, w.logout(func(l *samltest.Logout) { l.InResponseTo = "_x" })) {
		f.Add(m.Query, m.Response)
	}
	f.Add("SAMLRequest=&SigAlg=&Signature=", "PHgvPg==")
	f.Fuzz(func(t *testing.T, query, posted string) {
		for _, m := range []Message{{Binding: BindingRedirect, Query: query}, {Binding: BindingPOST, Request: posted, Response: posted}} {
			_, _ = m.IsResponse(), m.Relayed()
			if r, _, err := ReadLogoutRequest(w.connection, m, w.now); err == nil && (r.NameID != "alice" || r.ID == "" || len(r.SessionIndexes) > 1) {
				t.Errorf("accepted: %+v", r)
			}
			if _, err := ReadLogoutResponse(w.connection, m, "_y", w.now); err == nil {
				t.Error("an answer to another request was accepted")
			}
		}
	})
}

// FuzzDecrypted changes what stands inside an encrypted assertion: whoever encrypts for us is still nobody without a signature.
func FuzzDecrypted(f *testing.F) {
	w, e := sealedWorld(f)
	for _, mutation := range []func(*samltest.Answer){func(*samltest.Answer) {}, unsigned} {
		document, err := w.idp.Document(w.answer(mutation))
		if err != nil {
			f.Fatal(err)
		}
		_, from, _ := strings.Cut(string(document), "<saml:Assertion")
		assertion, _, _ := strings.Cut(from, "</samlp:Response>")
		f.Add([]byte("<saml:Assertion" + assertion))
	}
	f.Add([]byte("<!DOCTYPE x><x/>"))
	f.Fuzz(func(t *testing.T, content []byte) {
		posted := w.posted(t, encrypting(e, func(e *samltest.Encryption) { e.Plain = func([]byte) []byte { return content } }))
		identity, checks, err := Finish(w.connection, posted, w.expectation())
		if len(checks) != len(checkTitles()) {
			t.Errorf("%d checks recorded", len(checks))
		}
		if err == nil && (identity.NameID != "alice" || identity.Email != "ada@northwind.example" || identity.VerifiedBy != fingerprint(w.idp.Certificate)) {
			t.Errorf("accepted: %+v", identity)
		}
	})
}
