package saml

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"gatehouse/internal/saml/samltest"
)

const (
	pathAssertion    = "Assertion"
	pathNameID       = "Assertion/Subject/NameID"
	pathConfirmation = "Assertion/Subject/SubjectConfirmation"
	pathData         = "Assertion/Subject/SubjectConfirmation/SubjectConfirmationData"
	pathConditions   = "Assertion/Conditions"
	pathAudience     = "Assertion/Conditions/AudienceRestriction/Audience"
	pathAuthn        = "Assertion/AuthnStatement"
)

func TestAccepted(t *testing.T) {
	w := newWorld(t)
	indent := func(signature string) func(*etree.Element) {
		return func(r *etree.Element) {
			value := at(r, signature+"/SignatureValue")
			text := value.Text()
			value.SetText("\n    " + text[:76] + "\n    " + text[76:152] + "\r\n\t" + text[152:] + "\n  ")
		}
	}
	for name, mutations := range map[string][]func(*samltest.Answer){
		"assertion signed":                        {},
		"response signed":                         {responseOnly},
		"both signed":                             {both},
		"SHA-384":                                 {both, signing(samltest.Signing{Method: samltest.RSASHA384, Digest: samltest.SHA384})},
		"SHA-512":                                 {both, signing(samltest.Signing{Method: samltest.RSASHA512, Digest: samltest.SHA512})},
		"no KeyInfo":                              {both, signing(samltest.Signing{NoKeyInfo: true})},
		"KeyInfo of somebody else is not read":    {signing(samltest.Signing{Certificate: w.other.Certificate})},
		"KeyInfo that is no certificate":          {signing(samltest.Signing{Certificate: []byte("nothing")})},
		"exclusive with a prefix list":            {both, signing(samltest.Signing{PrefixList: "saml samlp xs"})},
		"exclusive with comments":                 {signing(samltest.Signing{Transforms: []string{samltest.Enveloped, samltest.Commented}})},
		"indented SignatureValue in an assertion": {after(indent("Assertion/Signature"))},
		"indented SignatureValue in a response":   {responseOnly, after(indent("Signature"))},
		"XML declaration": {rewritten(func(d string) string {
			return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + d
		})},
		"comment outside of the message": {rewritten(func(d string) string { return "<!-- by idp.example -->" + d + "\n" })},
		"signature last in the assertion": {after(func(r *etree.Element) {
			s := at(r, "Assertion/Signature")
			remove(s)
			at(r, pathAssertion).AddChild(s)
		})},
		"prefixes declared far out and unused ones": {before(func(r *etree.Element) {
			r.CreateAttr("xmlns:xs", "http://www.w3.org/2001/XMLSchema")
			r.CreateAttr("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
			at(r, pathAssertion).RemoveAttr("xmlns:saml")
			at(r, "Assertion/AttributeStatement/Attribute/AttributeValue").CreateAttr("xsi:type", "xs:string")
		})},
		"two subject statements of time agree": {set(pathData, "NotBefore", w.now.Format(time.RFC3339))},
		"times with fractions of a second":     {set(pathConditions, "NotBefore", w.now.Format("2006-01-02T15:04:05.000Z"))},
		"session with an end": {set(pathAuthn, "SessionNotOnOrAfter",
			w.now.Add(8*time.Hour).Format(time.RFC3339))},
		"one-time use":                   {before(func(r *etree.Element) { at(r, pathConditions).CreateElement("saml:OneTimeUse") })},
		"no attributes":                  {func(a *samltest.Answer) { a.Attributes = nil }},
		"SPNameQualifier of ours":        {set(pathNameID, "SPNameQualifier", w.connection.SPEntityID)},
		"advice without another message": {before(func(r *etree.Element) { at(r, pathAssertion).CreateElement("saml:Advice") })},
		"300 groups":                     {func(a *samltest.Answer) { a.Attributes = append(a.Attributes, groups(300)) }},
	} {
		t.Run(name, func(t *testing.T) {
			posted := w.posted(t, mutations...)
			identity := mustAccept(t, w.connection, posted, w.expectation())
			if identity.NameID != "alice" || identity.AssertionID == "" || identity.SessionIndex == "" {
				t.Errorf("identity = %+v", identity)
			}
			if identity.VerifiedBy != fingerprint(w.idp.Certificate) {
				t.Errorf("verified by another certificate: %x", identity.VerifiedBy)
			}
		})
	}
}

// TestGosaml2AgreesOnWhatIsAccepted holds ours against the reference: we are stricter, so what we take it must take. What it is
// known to stumble over is not in the list.
func TestGosaml2AgreesOnWhatIsAccepted(t *testing.T) {
	w := newWorld(t)
	for name, mutations := range map[string][]func(*samltest.Answer){
		"assertion signed": {},
		"response signed":  {responseOnly},
		"both signed":      {both},
		"SHA-512":          {signing(samltest.Signing{Method: samltest.RSASHA512, Digest: samltest.SHA512})},
		"prefix list":      {signing(samltest.Signing{PrefixList: "saml xs"})},
	} {
		t.Run(name, func(t *testing.T) {
			posted := w.posted(t, mutations...)
			ours := mustAccept(t, w.connection, posted, w.expectation())
			bare, err := samltest.Bare(w.idp, w.answer())
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := bare(posted)
			if err != nil {
				t.Fatalf("gosaml2 refuses: %v", err)
			}
			if theirs.NameID != ours.NameID || theirs.SessionIndex != ours.SessionIndex || theirs.Values.Get("email") != ours.Email {
				t.Errorf("gosaml2 reads %q %q, we read %q %q", theirs.NameID, theirs.SessionIndex, ours.NameID, ours.SessionIndex)
			}
		})
	}
}

func TestEitherOfTwoCertificatesSigns(t *testing.T) {
	w := newWorld(t)
	next, err := samltest.NewIDPWithKey(w.idp.EntityID, newKey(t, 2048), w.now.Add(-time.Minute), w.now.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	w.connection.Certificates = [][]byte{w.idp.Certificate, next.Certificate}
	for _, keyInfo := range []bool{true, false} {
		for name, idp := range map[string]samltest.IDP{"the old one": w.idp, "the new one": next} {
			t.Run(name, func(t *testing.T) {
				for _, how := range []func(*samltest.Answer){func(*samltest.Answer) {}, responseOnly, both} {
					a := w.answer(how, signing(samltest.Signing{NoKeyInfo: !keyInfo}))
					identity := mustAccept(t, w.connection, respond(t, idp, a), w.expectation())
					if identity.VerifiedBy != fingerprint(idp.Certificate) {
						t.Error("the other certificate is said to have verified it")
					}
				}
			})
		}
	}
	t.Run("one the response, the other the assertion", func(t *testing.T) {
		a := w.answer(unsigned, before(func(r *etree.Element) {
			if err := next.SignInto(at(r, pathAssertion), samltest.Signing{}); err != nil {
				t.Fatal(err)
			}
		}))
		a.SignResponse = true
		mustAccept(t, w.connection, respond(t, w.idp, a), w.expectation())
	})
}

func TestCertificateDatesDoNotStopSignIn(t *testing.T) {
	w := newWorld(t)
	for name, dates := range map[string][2]time.Time{
		"expired yesterday":   {w.now.AddDate(-3, 0, 0), w.now.AddDate(0, 0, -1)},
		"made a minute ahead": {w.now.Add(time.Minute), w.now.AddDate(3, 0, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			idp, err := samltest.NewIDPWithKey(w.idp.EntityID, w.idp.Key, dates[0], dates[1])
			if err != nil {
				t.Fatal(err)
			}
			w.connection.Certificates = [][]byte{idp.Certificate}
			mustAccept(t, w.connection, respond(t, idp, w.answer()), w.expectation())
		})
	}
}

func TestClocksMayDiffer(t *testing.T) {
	w := newWorld(t)
	posted := w.posted(t) // valid from w.now for five minutes
	for _, c := range []struct {
		ours    time.Duration
		refused string
	}{
		{-60 * time.Second, ""}, {60 * time.Second, ""}, {-Skew, ""}, {5*time.Minute + Skew - time.Second, ""},
		{-Skew - time.Second, CheckIssueInstant}, {5*time.Minute + Skew, CheckConfirmationTime},
	} {
		t.Run(c.ours.String(), func(t *testing.T) {
			e := Expectation{RequestID: w.request, Now: w.now.Add(c.ours)}
			if c.refused != "" {
				mustRefuse(t, w.connection, posted, e, c.refused)
				return
			}
			identity := mustAccept(t, w.connection, posted, e)
			if want := w.now.Add(5*time.Minute + Skew); !identity.ExpiresAt.Equal(want) {
				t.Errorf("ExpiresAt = %v, want %v: the moment from which it would be refused by its age", identity.ExpiresAt, want)
			}
		})
	}
}

func TestWhoSignedIn(t *testing.T) {
	w := newWorld(t)
	email := func(a *samltest.Answer) { a.NameIDFormat, a.NameID = formatEmail, "ada@northwind.example" }
	for _, c := range []struct {
		name      string
		mutations []func(*samltest.Answer)
		want      func(Identity) bool
	}{
		{"comment in NameID: the whole text", []func(*samltest.Answer){func(a *samltest.Answer) {
			a.NameID = "ada@northwind.example.evil.example"
		}, rewritten(func(d string) string {
			return strings.Replace(d, "ada@northwind.example.evil", "ada@northwind.example<!-- -->.evil", 1)
		})}, func(i Identity) bool { return i.NameID == "ada@northwind.example.evil.example" }},
		{"comment in NameID, signed with comments", []func(*samltest.Answer){
			signing(samltest.Signing{Transforms: []string{samltest.Enveloped, samltest.Commented}}),
			before(func(r *etree.Element) {
				n := at(r, pathNameID)
				n.SetText("ada@northwind.example")
				n.CreateComment(" ")
				n.CreateText(".evil.example")
			}),
		}, func(i Identity) bool { return i.NameID == "ada@northwind.example.evil.example" }},
		{"CDATA in NameID: the whole text", []func(*samltest.Answer){rewritten(func(d string) string {
			return strings.Replace(d, ">alice<", "><![CDATA[ali]]>ce<", 1)
		})}, func(i Identity) bool { return i.NameID == "alice" }},
		{"white space around values", []func(*samltest.Answer){before(func(r *etree.Element) {
			for _, path := range []string{pathNameID, pathAudience, "Issuer", "Assertion/Issuer", "Assertion/AttributeStatement/Attribute/AttributeValue"} {
				at(r, path).SetText("\n      " + at(r, path).Text() + "\t\n")
			}
		})}, func(i Identity) bool { return i.NameID == "alice" && i.Email == "ada@northwind.example" }},
		{"repeated attributes are merged", []func(*samltest.Answer){func(a *samltest.Answer) {
			a.Attributes = []samltest.Attribute{{Name: "Role", Values: []string{"a"}}, {Name: "email", Values: []string{"ada@northwind.example"}}, {Name: "Role", Values: []string{"b"}}, {Name: "Role", Values: []string{"c", "d"}}}
		}}, func(i Identity) bool {
			return len(i.Attributes) == 2 && i.Attributes[0].Name == "Role" && slices.Equal(i.Attributes[0].Values, []string{"a", "b", "c", "d"})
		}},
		{"names", nil, func(i Identity) bool {
			return i.FirstName == "Ada" && i.LastName == "Byron" && i.DisplayName == "Ada Byron" && i.Email == "ada@northwind.example"
		}},
		{"names of Entra ID", []func(*samltest.Answer){attributesOf(
			"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "ada@northwind.example",
			"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "Ada",
			"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", "Byron",
			"http://schemas.microsoft.com/identity/claims/displayname", "Ada B.")}, func(i Identity) bool {
			return i.Email == "ada@northwind.example" && i.FirstName == "Ada" && i.LastName == "Byron" && i.DisplayName == "Ada B."
		}},
		{"names of OneLogin", []func(*samltest.Answer){attributesOf("User.email", "ada@northwind.example", "User.FirstName", "Ada", "User.LastName", "Byron")},
			func(i Identity) bool {
				return i.Email == "ada@northwind.example" && i.FirstName == "Ada" && i.LastName == "Byron"
			}},
		{"names of Google and JumpCloud", []func(*samltest.Answer){attributesOf("email", "ada@northwind.example", "firstname", "Ada", "lastname", "Byron")},
			func(i Identity) bool {
				return i.Email == "ada@northwind.example" && i.FirstName == "Ada" && i.LastName == "Byron"
			}},
		{"names of PingFederate", []func(*samltest.Answer){attributesOf("mail", "ada@northwind.example", "givenName", "Ada", "sn", "Byron")},
			func(i Identity) bool {
				return i.Email == "ada@northwind.example" && i.FirstName == "Ada" && i.LastName == "Byron"
			}},
		{"names of Keycloak", []func(*samltest.Answer){attributesOf("urn:oid:1.2.840.113549.1.9.1", "ada@northwind.example", "urn:oid:2.5.4.42", "Ada", "surname", "Byron")},
			func(i Identity) bool {
				return i.Email == "ada@northwind.example" && i.FirstName == "Ada" && i.LastName == "Byron"
			}},
		{"names of Shibboleth", []func(*samltest.Answer){attributesOf("urn:oid:0.9.2342.19200300.100.1.3", "ada@northwind.example", "urn:oid:2.5.4.42", "Ada", "urn:oid:2.5.4.4", "Byron")},
			func(i Identity) bool {
				return i.Email == "ada@northwind.example" && i.FirstName == "Ada" && i.LastName == "Byron"
			}},
		{"address from NameID when its format says so", []func(*samltest.Answer){email, func(a *samltest.Answer) { a.Attributes = nil }},
			func(i Identity) bool { return i.Email == "ada@northwind.example" }},
		{"address from an unspecified NameID that is one", []func(*samltest.Answer){email, func(a *samltest.Answer) { a.Attributes, a.NameIDFormat = nil, formatUnspecified }},
			func(i Identity) bool { return i.Email == "ada@northwind.example" }},
		{"no address from a persistent NameID", []func(*samltest.Answer){func(a *samltest.Answer) { a.Attributes, a.NameID = nil, "ada@northwind.example" }},
			func(i Identity) bool { return i.Email == "" && i.NameID == "ada@northwind.example" }},
		{"no address from an unspecified NameID that is none", []func(*samltest.Answer){func(a *samltest.Answer) { a.Attributes, a.NameIDFormat = nil, formatUnspecified }},
			func(i Identity) bool { return i.Email == "" }},
		{"one address written twice", []func(*samltest.Answer){func(a *samltest.Answer) {
			a.Attributes = []samltest.Attribute{{Name: "email", Values: []string{"ada@northwind.example", "Ada@Northwind.example"}}}
		}}, func(i Identity) bool { return i.Email == "ada@northwind.example" }},
		{"attribute value that is a NameID", []func(*samltest.Answer){before(func(r *etree.Element) {
			v := at(r, "Assertion/AttributeStatement/Attribute/AttributeValue")
			v.SetText("")
			v.CreateElement("saml:NameID").SetText("ada@northwind.example")
		})}, func(i Identity) bool { return i.Email == "ada@northwind.example" }},
		{"control characters in a name are dropped", []func(*samltest.Answer){attributesOf("firstName", "A\u202Eda")},
			func(i Identity) bool { return i.FirstName == "Ada" }},
		{"when the person signed in", nil, func(i Identity) bool { return i.AuthnInstant.Equal(time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			identity := mustAccept(t, w.connection, w.posted(t, c.mutations...), w.expectation())
			if !c.want(identity) {
				t.Errorf("identity = %+v", identity)
			}
		})
	}
}

func TestBase64MayBeBroken(t *testing.T) {
	w := newWorld(t)
	posted := w.posted(t)
	mustAccept(t, w.connection, " "+posted[:100]+"\r\n"+posted[100:200]+" \t"+posted[200:]+"\n", w.expectation())
}

// attributesOf replaces the attributes by these pairs of name and value.
func attributesOf(pairs ...string) func(*samltest.Answer) {
	return func(a *samltest.Answer) {
		a.Attributes = nil
		for i := 0; i+1 < len(pairs); i += 2 {
			a.Attributes = append(a.Attributes, samltest.Attribute{Name: pairs[i], Values: []string{pairs[i+1]}})
		}
	}
}

func groups(n int) samltest.Attribute {
	a := samltest.Attribute{Name: "groups"}
	for i := range n {
		a.Values = append(a.Values, "group-"+string(rune('a'+i%26)))
	}
	return a
}

func fingerprint(der []byte) [32]byte {
	c, _ := readDER(der)
	return c.SHA256
}
