package web

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"gatehouse/internal/saml/samltest"
	"gatehouse/internal/urls"
)

// mustBeRefused holds an answer to a refusal: a page of ours with a reference that the one recorded attempt has too, no session, no person.
func (w *world) mustBeRefused(what string, p provider, check string, send func() answer) {
	w.t.Helper()
	raw := w.raw()
	before, attempts := raw.dump(), raw.number("SELECT count(*) FROM sign_in_attempts")
	got := send()
	if got.status != http.StatusForbidden && got.status != http.StatusBadRequest {
		w.t.Errorf("%s: status %d (%s), want a refusal", what, got.status, got.sentence())
	}
	equal(w.t, what+": cookies", len(got.header.Values("Set-Cookie")), 0)
	equal(w.t, what+": attempts recorded", raw.number("SELECT count(*) FROM sign_in_attempts")-attempts, 1)
	all := strings.Fields(w.attempts(p))
	if len(all) == 0 || all[len(all)-1] != check {
		w.t.Errorf("%s: recorded as %q, want %q", what, all, check)
	}
	recorded := raw.rows("SELECT reference, cause FROM sign_in_attempts ORDER BY id DESC LIMIT 1")
	equal(w.t, what+": the page's reference is the recorded one", got.reference(), recorded[0][0])
	if !strings.HasSuffix(recorded[0][1], ".") {
		w.t.Errorf("%s: the cause is no sentence: %q", what, recorded[0][1])
	}
	for _, inside := range []string{"saml:", "gosaml", "dsig", "xml:", "etree", "crypto/", "illegal base64", "signature", recorded[0][1]} {
		if strings.Contains(got.page().text(), inside) {
			w.t.Errorf("%s: the page says %q", what, inside)
		}
	}
	after := raw.dump()
	for _, table := range []string{"sessions", "session_authentications", "users", "members", "identity_links", "invitations", "audit_entries"} {
		equal(w.t, what+": the table "+table, strings.Join(after[table], "\n"), strings.Join(before[table], "\n"))
	}
}

func before(change func(*etree.Element)) func(*samltest.Answer) {
	return func(a *samltest.Answer) { a.BeforeSigning = change }
}

func rewritten(old, with string) func(*samltest.Answer) {
	return func(a *samltest.Answer) {
		a.AfterWriting = func(d []byte) []byte { return bytes.Replace(d, []byte(old), []byte(with), 1) }
	}
}

// What the protocol refuses is held in internal/saml, line by line; here is one of each kind, from the post to the page.
func TestAResponseThatIsNotAsItShouldBe(t *testing.T) {
	each(t, func(w *world) {
		p, c := w.connect("northwind", "okta"), w.client()
		foreign := p
		foreign.IDP = w.otherIDP()
		renamed := foreign
		renamed.EntityID = p.EntityID
		for _, line := range []struct {
			name, check string
			by          provider
			how         func(*samltest.Answer)
		}{
			{"unsigned", "signature-shape", p, func(a *samltest.Answer) { a.LeaveUnsigned = true }},
			{"another provider's key in this one's name", "signature", func() provider { q := p; q.Key, q.Certificate = w.otherIDP().Key, w.otherIDP().Certificate; return q }(), func(*samltest.Answer) {}},
			{"another provider", "signature", foreign, func(*samltest.Answer) {}},
			{"this provider's key in another's name", "response-issuer", func() provider { q := p; q.EntityID = "https://other.example"; return q }(), func(*samltest.Answer) {}},
			{"changed after signing", "signature", p, rewritten("id of "+ulf, "id of "+ada)},
			{"for another audience", "audience", p, func(a *samltest.Answer) { a.Audience = "https://other.example/sp" }},
			{"for another address", "destination", p, func(a *samltest.Answer) { a.ACSURL = w.base + "/saml/other/acs" }},
			{"to another request", "in-response-to", p, func(a *samltest.Answer) { a.InResponseTo = "_another" }},
			{"to no request", "in-response-to", p, func(a *samltest.Answer) { a.InResponseTo = "" }},
			{"an hour old", "confirmation-time", p, func(a *samltest.Answer) { a.Now = a.Now.Add(-time.Hour) }},
			{"of the future", "issue-instant", p, func(a *samltest.Answer) { a.Now = a.Now.Add(time.Hour) }},
			{"SHA-1", "signature-algorithm", p, func(a *samltest.Answer) { a.Signing.Method = samltest.RSASHA1 }},
			{"with a document type", "doctype", p, rewritten("<samlp:Response", "<!DOCTYPE x><samlp:Response")},
			{"two assertions", "identifiers", p, func(a *samltest.Answer) {
				a.AfterSigning = func(r *etree.Element) { r.AddChild(r.SelectElement("saml:Assertion").Copy()) }
			}},
			{"without a name", "name-id", p, before(func(r *etree.Element) { r.FindElement("./Assertion/Subject/NameID").SetText("") })},
			{"the provider said no", "status", p, before(func(r *etree.Element) {
				r.FindElement("./Status/StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
			})},
		} {
			request := c.begin(p, "/orgs/northwind")
			response := line.by.respond(p.says(request, ulf, line.how))
			w.mustBeRefused(line.name, p, line.check, func() answer { return c.deliver(p.acsPath(), response, request.RelayState) })
		}
		equal(w.t, "signed in after all that", c.signedIn(), false)
	})
}

// Bodies that are no response at all, or far too large, or packed.
func TestABodyThatIsNoResponse(t *testing.T) {
	each(t, func(w *world) {
		p, c := w.connect("northwind", "okta"), w.client()
		request := c.begin(p, "/")
		good := p.respond(p.says(request, ulf))
		document, err := base64.StdEncoding.DecodeString(good)
		must(w.t, err)
		encode := base64.StdEncoding.EncodeToString
		bare := etree.NewDocument()
		must(w.t, bare.ReadFromBytes(document))
		assertion := etree.NewDocument()
		assertion.SetRoot(bare.FindElement("//saml:Assertion").Copy())
		assertionBytes, err := assertion.WriteToBytes()
		must(w.t, err)
		logout := bytes.ReplaceAll(document, []byte("samlp:Response"), []byte("samlp:LogoutResponse"))
		for _, line := range []struct{ name, check, body string }{
			{"nothing", "encoding", ""},
			{"no base64", "encoding", "%%%"},
			{"no XML", "well-formed", encode([]byte("hello"))},
			{"a LogoutResponse", "message", encode(logout)},
			{"a bare assertion", "message", encode(assertionBytes)},
			{"a page", "message", encode([]byte("<html></html>"))},
			{"deflated", "encoding", encode(deflated(w, document))},
			{"half", "well-formed", encode(document[:len(document)/2])},
			{"twice", "well-formed", encode(append(bytes.Clone(document), document...))},
			{"300 KiB", "size", encode(bytes.Repeat([]byte("<x/>"), 75<<10))},
			{"1 MiB", "size", encode(bytes.Repeat([]byte("<x/>"), 196<<10))},
			{"UTF-16", "encoding", encode([]byte("\xff\xfe<\x00x\x00/\x00>\x00"))},
		} {
			w.mustBeRefused(line.name, p, line.check, func() answer { return c.deliver(p.acsPath(), line.body, request.RelayState) })
		}
		w.mustBeRefused("no form", p, "outstanding-request", func() answer {
			return w.client().do(http.MethodPost, p.acsPath(), "text/xml", string(document))
		})
		w.mustBeRefused("in the address", p, "outstanding-request", func() answer {
			return w.client().post(p.acsPath()+"?"+url.Values{"SAMLResponse": {good}, "RelayState": {request.RelayState}}.Encode(), nil)
		})
		// None of it used the flow up: the genuine one still counts, once.
		finished := c.deliver(p.acsPath(), good, request.RelayState).mustBe(w, "the genuine one", http.StatusSeeOther)
		equal(w.t, "signed in", c.get(finished.location).status, http.StatusSeeOther)
	})
}

func deflated(w *world, document []byte) []byte {
	var b bytes.Buffer
	packer, err := flate.NewWriter(&b, flate.BestCompression)
	must(w.t, err)
	_, err = packer.Write(document)
	must(w.t, err)
	must(w.t, packer.Close())
	return b.Bytes()
}

func TestAFlowCountsOnceAndForItsConnection(t *testing.T) {
	each(t, func(w *world) {
		c := w.client()
		p := w.connect("northwind", "okta")
		sibling, theirs := w.connect("northwind", "sibling"), w.connect("contoso", "okta")
		const none = "outstanding-request"

		request := c.begin(p, "/")
		used := p.respond(p.says(request, ulf))
		got := c.deliver(p.acsPath(), used, request.RelayState).mustBe(w, "accepted", http.StatusSeeOther)
		w.mustBeRefused("replayed before it was fetched", p, none, func() answer { return c.deliver(p.acsPath(), used, request.RelayState) })
		c.get(got.location).mustBe(w, "fetched", http.StatusSeeOther)
		w.mustBeRefused("replayed after it was fetched", p, none, func() answer { return c.deliver(p.acsPath(), used, request.RelayState) })
		w.mustBeRefused("the result fetched twice", p, "result", func() answer { return c.get(got.location) })
		second := c.begin(p, "/")
		w.mustBeRefused("replayed into another flow", p, "in-response-to", func() answer { return c.deliver(p.acsPath(), used, second.RelayState) })

		for _, relay := range []string{"", "made-up", "https://evil.example", "//evil.example", `/\evil.example`, "javascript:alert(1)", strings.Repeat("x", 10000), second.ID} {
			w.mustBeRefused(fmt.Sprintf("RelayState %.20q", relay), p, none, func() answer {
				return w.client().deliver(p.acsPath(), p.respond(p.says(second, ulf)), relay)
			})
		}
		w.mustBeRefused("unsolicited", p, none, func() answer {
			return w.client().deliver(p.acsPath(), p.respond(p.says(samltest.AuthnRequest{}, ulf)), "")
		})

		// The providers are one and the same outside: only our addresses tell their connections apart.
		for name, other := range map[string]provider{"a sibling's": sibling, "another organization's": theirs} {
			flow := c.begin(p, "/")
			w.mustBeRefused("a flow posted to "+name+" connection", other, none, func() answer {
				return c.deliver(other.acsPath(), other.respond(other.says(flow, ulf)), flow.RelayState)
			})
			w.mustBeRefused(name+" genuine response", p, "destination", func() answer {
				return c.deliver(p.acsPath(), other.respond(other.says(flow, ulf)), flow.RelayState)
			})
			w.mustBeRefused(name+" response readdressed", p, "audience", func() answer {
				return c.deliver(p.acsPath(), other.respond(p.says(flow, ulf, func(a *samltest.Answer) { a.Audience = other.entityID })), flow.RelayState)
			})
		}
	})
}

func TestAConnectionThatIsDisabledOrGone(t *testing.T) {
	each(t, func(w *world) {
		c, raw := w.client(), w.raw()
		p := w.connect("northwind", "okta")
		request := c.begin(p, "/")
		response := p.respond(p.says(request, ulf))
		arrived := c.begin(p, "/")
		waiting := c.deliver(p.acsPath(), p.respond(p.says(arrived, ulf)), arrived.RelayState).mustBe(w, "accepted", http.StatusSeeOther)

		p.store().enable(false)
		w.mustBeRefused("begun before it was disabled", p, "outstanding-request", func() answer { return c.deliver(p.acsPath(), response, request.RelayState) })
		got := c.get(waiting.location)
		equal(w.t, "accepted before it was disabled, fetched after", got.status, http.StatusForbidden)
		equal(w.t, "beginning while disabled", c.get(p.begin("/")).status, http.StatusNotFound)
		p.store().enable(true)
		w.mustBeRefused("enabled again, the flow is gone", p, "outstanding-request", func() answer { return c.deliver(p.acsPath(), response, request.RelayState) })

		fresh := c.begin(p, "/")
		p.store().delete()
		attempts := raw.number("SELECT count(*) FROM sign_in_attempts")
		for name, path := range map[string]string{"deleted": p.acsPath(), "unknown": urls.SAMLACS.To("unknown"), "strange": urls.SAMLACS.To("%00"), "long": urls.SAMLACS.To(strings.Repeat("x", 3000))} {
			got := c.deliver(path, p.respond(p.says(fresh, ulf)), fresh.RelayState)
			equal(w.t, name+": status", got.status, http.StatusNotFound)
			equal(w.t, name+": metadata", c.get(strings.Replace(path, "/acs", "/metadata", 1)).status, http.StatusNotFound)
		}
		equal(w.t, "attempts recorded of nobody", raw.number("SELECT count(*) FROM sign_in_attempts"), attempts)
		equal(w.t, "signed in", c.signedIn(), false)
	})
}

// Whoever begins in one browser and finishes in another would be somebody else there.
func TestASignInStaysInItsBrowser(t *testing.T) {
	each(t, func(w *world) {
		p := w.connect("northwind", "okta")
		attacker, victim := w.client(), w.client()
		victim.begin(p, "/") // the victim has a cookie of a flow too, but of another
		request := attacker.begin(p, "/")
		got := attacker.deliver(p.acsPath(), p.respond(p.says(request, ulf)), request.RelayState).mustBe(w, "accepted", http.StatusSeeOther)
		w.mustBeRefused("in another browser", p, "browser", func() answer { return victim.get(got.location) })
		equal(w.t, "the victim is signed in", victim.signedIn(), false)
		w.mustBeRefused("afterwards in its own", p, "result", func() answer { return attacker.get(got.location) })

		for _, result := range []string{"", "x", strings.Repeat("A", 43)} {
			nothing := attacker.get("/saml/finish?result=" + result)
			equal(w.t, "a result that nobody has", nothing.status, http.StatusForbidden)
		}
	})
}

// The way back is kept here, where nobody else can write it; what begins with a stranger's leads home.
func TestTheWayBackOfASignInNeverLeavesTheConsole(t *testing.T) {
	w := onSQLite(t, settings{})
	p := w.connect("northwind", "okta")
	for _, next := range elsewhere() {
		c := w.client()
		request := c.begin(p, next)
		got := c.deliver(p.acsPath(), p.respond(p.says(request, ulf)), request.RelayState)
		w.mustStay("the assertion consumer service after "+next, got.location)
		w.mustStay("finishing after "+next, c.get(got.location).location)
	}
}
