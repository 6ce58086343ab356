package saml

import (
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"gatehouse/internal/saml/samltest"
)

// refusedLine is one line of the catalogue: what is posted, and which check must refuse it.
type refusedLine struct {
	name      string
	check     string
	mutations []func(*samltest.Answer)
}

func runRefused(t *testing.T, w world, lines []refusedLine) {
	t.Helper()
	for _, line := range lines {
		t.Run(line.name, func(t *testing.T) {
			mustRefuse(t, w.connection, w.posted(t, line.mutations...), w.expectation(), line.check)
		})
	}
}

type mutations = []func(*samltest.Answer)

func TestRefusedForAnother(t *testing.T) {
	w := newWorld(t)
	text := func(path, value string) func(*samltest.Answer) {
		return before(func(r *etree.Element) { at(r, path).SetText(value) })
	}
	without := func(path string) func(*samltest.Answer) {
		return before(func(r *etree.Element) { remove(at(r, path)) })
	}
	runRefused(t, w, []refusedLine{
		{"wrong audience", CheckAudience, mutations{text(pathAudience, "https://gatehouse.example/saml/c2/metadata")}},
		{"absent audience", CheckAudience, mutations{without("Assertion/Conditions/AudienceRestriction")}},
		{"empty audience restriction", CheckAudience, mutations{without(pathAudience)}},
		{"second audience", CheckAudience, mutations{before(func(r *etree.Element) {
			at(r, "Assertion/Conditions/AudienceRestriction").CreateElement("saml:Audience").SetText("https://elsewhere.example")
		})}},
		{"second audience restriction", CheckAudience, mutations{before(func(r *etree.Element) {
			at(r, pathConditions).CreateElement("saml:AudienceRestriction").CreateElement("saml:Audience").SetText("https://elsewhere.example")
		})}},
		{"condition that we do not know", CheckConditions, mutations{before(func(r *etree.Element) { at(r, pathConditions).CreateElement("saml:Condition") })}},
		{"no conditions", CheckConditions, mutations{without(pathConditions)}},
		{"wrong recipient", CheckRecipient, mutations{set(pathData, "Recipient", "https://gatehouse.example/saml/c2/acs")}},
		{"absent recipient", CheckRecipient, mutations{set(pathData, "Recipient", "")}},
		{"wrong destination", CheckDestination, mutations{set("", "Destination", "https://gatehouse.example/saml/c2/acs")}},
		{"absent destination", CheckDestination, mutations{set("", "Destination", "")}},
		{"empty destination", CheckDestination, mutations{before(func(r *etree.Element) { r.CreateAttr("Destination", "") })}},
		{"wrong issuer of the response", CheckResponseIssuer, mutations{text("Issuer", w.other.EntityID)}},
		{"absent issuer of the response", CheckResponseIssuer, mutations{without("Issuer")}},
		{"wrong issuer of the assertion", CheckAssertionIssuer, mutations{text("Assertion/Issuer", w.other.EntityID)}},
		{"absent issuer of the assertion", CheckAssertionIssuer, mutations{without("Assertion/Issuer")}},
		{"two issuers of the assertion", CheckAssertionIssuer, mutations{before(func(r *etree.Element) {
			at(r, pathAssertion).CreateElement("saml:Issuer").SetText(w.idp.EntityID)
		})}},
		{"unsolicited: no InResponseTo at all", CheckInResponseTo, mutations{before(func(r *etree.Element) {
			r.RemoveAttr("InResponseTo")
			at(r, pathData).RemoveAttr("InResponseTo")
		})}},
		{"InResponseTo absent in the response", CheckInResponseTo, mutations{set("", "InResponseTo", "")}},
		{"InResponseTo absent in the assertion", CheckAssertionInResponseTo, mutations{set(pathData, "InResponseTo", "")}},
		{"InResponseTo other", CheckInResponseTo, mutations{func(a *samltest.Answer) { a.InResponseTo = w.another }}},
		{"InResponseTo differs in the assertion", CheckAssertionInResponseTo, mutations{set(pathData, "InResponseTo", w.another)}},
		{"InResponseTo differs in the response", CheckInResponseTo, mutations{set("", "InResponseTo", w.another)}},
		{"genuine answer for another connection of the same provider", CheckDestination, mutations{func(a *samltest.Answer) {
			a.ACSURL, a.Audience = "https://gatehouse.example/saml/c2/acs", "https://gatehouse.example/saml/c2/metadata"
		}}},
		{"the same, with the unsigned destination bent to us", CheckRecipient, mutations{func(a *samltest.Answer) {
			a.ACSURL, a.Audience = "https://gatehouse.example/saml/c2/acs", "https://gatehouse.example/saml/c2/metadata"
		}, after(func(r *etree.Element) { r.CreateAttr("Destination", w.connection.ACSURL) })}},
		{"SPNameQualifier of another", CheckNameID, mutations{set(pathNameID, "SPNameQualifier", "https://elsewhere.example")}},
		{"version 1.1 of the response", CheckVersion, mutations{set("", "Version", "1.1")}},
		{"version 1.1 of the assertion", CheckVersion, mutations{set(pathAssertion, "Version", "1.1")}},
		{"the person was refused there", CheckStatus, mutations{responseOnly, before(func(r *etree.Element) {
			remove(at(r, pathAssertion))
			code := at(r, "Status/StatusCode")
			code.CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
			code.CreateElement("samlp:StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed")
		})}},
		{"status not success beside an assertion", CheckStatus, mutations{before(func(r *etree.Element) {
			at(r, "Status/StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
		})}},
		{"two top-level status codes", CheckStatus, mutations{before(func(r *etree.Element) {
			at(r, "Status").CreateElement("samlp:StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
		})}},
		{"no status", CheckStatus, mutations{without("Status")}},
	})

	t.Run("answer to another connection's flow", func(t *testing.T) {
		mustRefuse(t, w.connection, w.posted(t), Expectation{RequestID: w.another, Now: w.now}, CheckInResponseTo)
	})
	t.Run("no outstanding request, and none named", func(t *testing.T) {
		posted := w.posted(t, func(a *samltest.Answer) { a.InResponseTo = "" })
		mustRefuse(t, w.connection, posted, Expectation{Now: w.now}, CheckInResponseTo)
	})
	t.Run("connection without entity ID of its provider", func(t *testing.T) {
		c := w.connection
		c.IDPEntityID = ""
		mustRefuse(t, c, w.posted(t), w.expectation(), CheckResponseIssuer)
	})
}

func TestRefusedTimes(t *testing.T) {
	w := newWorld(t)
	late := w.now.Add(Skew + time.Minute).Format(time.RFC3339)
	past := w.now.Add(-Skew).Format(time.RFC3339)
	runRefused(t, w, []refusedLine{
		{"conditions expired", CheckConditionsTime, mutations{set(pathConditions, "NotOnOrAfter", past)}},
		{"conditions not yet valid", CheckConditionsTime, mutations{set(pathConditions, "NotBefore", late)}},
		{"conditions with a time that is none", CheckConditionsTime, mutations{set(pathConditions, "NotOnOrAfter", "tomorrow")}},
		{"confirmation expired", CheckConfirmationTime, mutations{set(pathData, "NotOnOrAfter", past)}},
		{"confirmation not yet valid", CheckConfirmationTime, mutations{set(pathData, "NotBefore", late)}},
		{"confirmation without an end", CheckConfirmationTime, mutations{set(pathData, "NotOnOrAfter", "")}},
		{"session past", CheckSessionTime, mutations{set(pathAuthn, "SessionNotOnOrAfter", past)}},
		{"signed in in the future", CheckAuthnStatement, mutations{set(pathAuthn, "AuthnInstant", late)}},
		{"IssueInstant of the response missing", CheckIssueInstant, mutations{set("", "IssueInstant", "")}},
		{"IssueInstant of the response in the future", CheckIssueInstant, mutations{set("", "IssueInstant", late)}},
		{"IssueInstant of the assertion missing", CheckIssueInstant, mutations{set(pathAssertion, "IssueInstant", "")}},
		{"IssueInstant of the assertion in the future", CheckIssueInstant, mutations{set(pathAssertion, "IssueInstant", late)}},
	})
}

// Only the response is signed, so nothing but this check has asked for the assertion's ID.
func TestRefusedAssertionIDs(t *testing.T) {
	w := newWorld(t)
	runRefused(t, w, []refusedLine{
		{"no ID", CheckAssertionID, mutations{responseOnly, set(pathAssertion, "ID", "")}},
		{"empty ID", CheckAssertionID, mutations{responseOnly, before(func(r *etree.Element) { at(r, pathAssertion).CreateAttr("ID", "") })}},
		{"ID of 257 characters", CheckAssertionID, mutations{responseOnly, set(pathAssertion, "ID", "_"+strings.Repeat("a", 256))}},
		{"ID of 100 KB", CheckAssertionID, mutations{responseOnly, set(pathAssertion, "ID", strings.Repeat("a", 100<<10))}},
		{"ID with a character that turns text around", CheckAssertionID, mutations{responseOnly, set(pathAssertion, "ID", "_a\u202Eb")}},
	})
	longest := "_" + strings.Repeat("a", 255)
	identity := mustAccept(t, w.connection, w.posted(t, responseOnly, set(pathAssertion, "ID", longest)), w.expectation())
	if identity.AssertionID != longest {
		t.Errorf("the ID of 256 characters is read as %q", identity.AssertionID)
	}
}

func TestRefusedPersons(t *testing.T) {
	w := newWorld(t)
	nameID := func(change func(n *etree.Element)) func(*samltest.Answer) {
		return before(func(r *etree.Element) { change(at(r, pathNameID)) })
	}
	runRefused(t, w, []refusedLine{
		{"child element in NameID", CheckNameID, mutations{nameID(func(n *etree.Element) { n.CreateElement("saml:b").SetText("x") })}},
		{"two NameIDs", CheckNameID, mutations{nameID(func(n *etree.Element) { n.Parent().CreateElement("saml:NameID").SetText("administrator") })}},
		{"empty NameID", CheckNameID, mutations{nameID(func(n *etree.Element) { n.SetText(" ") })}},
		{"no NameID", CheckNameID, mutations{nameID(remove)}},
		{"NameID with a control character", CheckNameID, mutations{nameID(func(n *etree.Element) { n.SetText("al\u202Eice") })}},
		{"NameID too long", CheckNameID, mutations{nameID(func(n *etree.Element) { n.SetText(strings.Repeat("a", 600)) })}},
		{"transient NameID", CheckNameID, mutations{func(a *samltest.Answer) { a.NameIDFormat = formatTransient }}},
		{"two subjects", CheckSubject, mutations{before(func(r *etree.Element) { at(r, pathAssertion).AddChild(at(r, "Assertion/Subject").Copy()) })}},
		{"no subject", CheckSubject, mutations{before(func(r *etree.Element) { remove(at(r, "Assertion/Subject")) })}},
		{"two subject confirmations", CheckConfirmation, mutations{before(func(r *etree.Element) {
			at(r, "Assertion/Subject").AddChild(at(r, pathConfirmation).Copy())
		})}},
		{"confirmation of another method", CheckConfirmation, mutations{set(pathConfirmation, "Method", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches")}},
		{"no authentication statement", CheckAuthnStatement, mutations{before(func(r *etree.Element) { remove(at(r, pathAuthn)) })}},
		{"two authentication statements", CheckAuthnStatement, mutations{before(func(r *etree.Element) { at(r, pathAssertion).AddChild(at(r, pathAuthn).Copy()) })}},
		{"two different email values", CheckEmail, mutations{func(a *samltest.Answer) {
			a.Attributes = []samltest.Attribute{{Name: "email", Values: []string{"ada@northwind.example", "root@northwind.example"}}}
		}}},
		{"two email attributes that differ", CheckEmail, mutations{attributesOf("email", "ada@northwind.example", "email", "root@northwind.example")}},
		{"two email attributes that differ, in another case", CheckEmail, mutations{attributesOf("email", "ada@northwind.example", "Email", "root@northwind.example")}},
		{"email that is none", CheckEmail, mutations{attributesOf("email", "Ada <ada@northwind.example>")}},
		{"email that is a list", CheckEmail, mutations{attributesOf("email", "ada@northwind.example,root@northwind.example")}},
		{"more than 400 groups", CheckAttributes, mutations{func(a *samltest.Answer) { a.Attributes = append(a.Attributes, groups(401)) }}},
	})
}
