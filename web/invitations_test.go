package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
)

const invitations = "/orgs/northwind/invitations"

// invite invites an address to Northwind without HTTP, and returns the id and the token of the link.
func (w *world) invite(email string, role authz.Role) (id, token string) {
	w.t.Helper()
	return w.inviteTo("northwind", ada, email, role)
}

func (w *world) inviteTo(organization, admin, email string, role authz.Role) (id, token string) {
	w.t.Helper()
	token = secret.Token()
	w.log.secret(token)
	tenant := w.store.In(w.actor(admin, organization))
	_, err := tenant.Invite(w.t.Context(), models.InvitationDraft{Email: email, Role: role, For: 24 * time.Hour}, secret.HashToken(token), models.Mail{})
	must(w.t, err)
	listed, err := tenant.Invitations(w.t.Context(), models.InvitationFilter{Query: email})
	must(w.t, err)
	return listed.Rows[0].ID, token
}

// inviting is the form filled in.
func inviting(action, people string, more ...string) url.Values {
	return fields(append([]string{"action", action, "people", people, "role", "team_contributor", "days", "7", "note", "Hello"}, more...)...)
}

// results are the rows of a table of people as "address status".
func (p page) results() []string {
	var rows []string
	for _, row := range p.all("tr")[1:] {
		cells := page{row}.all("td")
		rows = append(rows, strings.Fields(text(cells[0]))[0]+" "+text(cells[2]))
	}
	return rows
}

// rolesAndTeams are the rows of a table of people as "address role teams".
func (p page) rolesAndTeams() []string {
	var rows []string
	for _, row := range p.all("tr")[1:] {
		cells := page{row}.all("td")
		rows = append(rows, strings.Fields(text(cells[0]))[0]+" "+text(cells[1]))
	}
	return rows
}

const mixed = "Guest One <one@x.example>, one@X.example\nnonsense\n" + ulf + "\n" + invited

func TestInvitingSeveralShowsEachRowBeforeAndAfter(t *testing.T) {
	each(t, func(w *world) {
		raw, c := w.raw(), w.signIn(ada)
		before := raw.dump()
		preview := c.post(invitations+"/new", inviting("preview", mixed)).mustBe(w, "preview", http.StatusOK)
		raw.unchanged("a preview", before)
		equal(w.t, "preview", strings.Join(preview.page().results(), ", "),
			"one@x.example New, one@X.example Twice in the list, nonsense Cannot be invited, "+ulf+" Already a member, "+invited+" Already pending")
		equal(w.t, "people come back", preview.page().valueOf("people"), mixed)
		equal(w.t, "the note comes back", preview.page().valueOf("note"), "Hello")
		f, _ := preview.page().formTo(invitations + "/new")
		equal(w.t, "the role comes back", f.values.Get("role"), "team_contributor")

		sent := c.post(invitations+"/new", inviting("send", mixed)).mustBe(w, "send", http.StatusOK)
		equal(w.t, "result", strings.Join(sent.page().results(), ", "),
			"one@x.example Invited, one@X.example Twice in the list, nonsense Cannot be invited, "+ulf+" Already a member, "+invited+" New link")
		links := sent.links(w)
		equal(w.t, "links shown without mail", len(links), 2)
		w.client().get(links[0]).mustBe(w, "the link", http.StatusOK)
		list := c.get(invitations).mustBe(w, "list", http.StatusOK)
		equal(w.t, "the list shows no link", len(list.links(w)), 0)
		equal(w.t, "listed", strings.Contains(text(list.page().byID("content")), "one@x.example"), true)
		equal(w.t, "search finds", strings.Contains(text(c.get(invitations+"?q=one%40").page().byID("content")), invited), false)
		tabs := text(c.get("/orgs/northwind/members").page().byID("content"))
		equal(w.t, "the members page counts them", strings.Contains(tabs, "Pending invitations 3"), true)
	})
}

// acts are what the list offers to do with the ticked ones.
func (p page) acts() []string {
	for _, f := range p.forms() {
		if f.method == http.MethodPost && f.action == invitations {
			return f.choices["action"]
		}
	}
	return nil
}

// links are the paths of the invitation links on a page.
func (a answer) links(w *world) []string {
	w.t.Helper()
	var paths []string
	for _, field := range a.page().all("input") {
		if path, found := strings.CutPrefix(attribute(field, "value"), w.base); found && strings.HasPrefix(path, "/invitations/") {
			w.log.secret(strings.TrimPrefix(path, "/invitations/"))
			paths = append(paths, path)
		}
	}
	return paths
}

func TestAFormOfInvitationsThatIsRefusedComesBack(t *testing.T) {
	w := onSQLite(t, settings{})
	c, raw := w.signIn(ada), w.raw()
	before := raw.dump()
	var many strings.Builder
	for i := range 501 {
		fmt.Fprintf(&many, "p%d@x.example\n", i)
	}
	for field, form := range map[string]url.Values{
		"people": inviting("send", " , "),
		"role":   fields("action", "send", "people", "a@x.example", "days", "7", "role", "owner"),
		"days":   fields("action", "send", "people", "a@x.example", "days", "365", "role", "administrator"),
		"note":   fields("action", "send", "people", "a@x.example", "days", "1", "role", "administrator", "note", strings.Repeat("x", 1001)),
	} {
		got := c.post(invitations+"/new", form).mustBe(w, field, http.StatusUnprocessableEntity)
		equal(w.t, field+" has a message", got.page().errorAt(field) != "", true)
	}
	got := c.post(invitations+"/new", inviting("send", many.String())).mustBe(w, "too many", http.StatusUnprocessableEntity)
	equal(w.t, "too many", got.page().errorAt("people"), "Invite at most 500 people at a time. Nothing was sent.")
	// The body alone counts.
	c.post(invitations+"/new?role=administrator&days=7&people=a@x.example&action=send", url.Values{}).mustBe(w, "a query", http.StatusUnprocessableEntity)
	raw.unchanged("refused forms", before)
}

func TestAFileBecomesLinesOfTheList(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.signIn(ada)
	template := c.get(invitations+"/template.csv").mustBe(w, "template", http.StatusOK)
	equal(w.t, "type", template.header.Get("Content-Type"), "text/csv; charset=utf-8")
	preview := c.upload(invitations+"/new", inviting("preview", "first@x.example"), "file", template.body).mustBe(w, "preview", http.StatusOK)
	equal(w.t, "people", preview.page().valueOf("people"),
		"first@x.example\nAda Example <ada@example.com> | organization_contributor\nBo Example <bo@example.com> | team_contributor\nCy Example <cy@example.com>\n")
	equal(w.t, "rows", strings.Join(preview.page().results(), ", "), "first@x.example New, ada@example.com New, bo@example.com New, cy@example.com New")
	c.upload(invitations+"/new", inviting("preview", ""), "file", "name,email\n").mustBe(w, "an empty file", http.StatusUnprocessableEntity)
}

func TestWithMailTheLinkIsOnlyInTheMail(t *testing.T) {
	eachWith(t, settings{smtp: true}, func(w *world) {
		c := w.signIn(ada)
		sent := c.post(invitations+"/new", inviting("send", "one@x.example", "note", "x", "teams", "hands")).mustBe(w, "send", http.StatusOK)
		equal(w.t, "links on the page", len(sent.links(w)), 0)
		first := w.mailedLink("one@x.example", "Ada Admin invites you to join Northwind Robotics", "as Team Contributor", "You will be in these teams:\n- Hands", "> Hello", "within 7 days")
		w.client().get(first).mustBe(w, "the first link", http.StatusOK)
		id := w.raw().word("SELECT id FROM invitations WHERE email_norm = 'one@x.example'")
		equal(w.t, "the list offers", strings.Join(c.get(invitations).page().acts(), " "), "resend link cancel")
		c.post(invitations, tickedOnes("resend", id)).mustBe(w, "resend", http.StatusOK)
		second := w.mailedLink("one@x.example", "- Hands")
		w.client().get(first).mustBe(w, "the old link", http.StatusNotFound)
		w.client().get(second).mustBe(w, "the new link", http.StatusOK)
		// A link to pass on is shown, and nothing is sent.
		links := c.post(invitations, tickedOnes("link", id)).mustBe(w, "link", http.StatusOK).links(w)
		equal(w.t, "links", len(links), 1)
		w.client().get(second).mustBe(w, "the mailed link", http.StatusNotFound)
		w.client().get(links[0]).mustBe(w, "the shown link", http.StatusOK)
		mails, err := w.store.Claim(w.t.Context(), 10)
		must(w.t, err)
		equal(w.t, "mails", len(mails), 0)
		equal(w.t, "the list shows none", len(c.get(invitations).links(w)), 0)
	})
}

// mailedLink takes the one waiting mail, which must hold these words, and returns the path of its link.
func (w *world) mailedLink(to string, words ...string) string {
	w.t.Helper()
	mails, err := w.store.Claim(w.t.Context(), 10)
	must(w.t, err)
	if len(mails) != 1 || mails[0].To != to {
		w.t.Fatalf("%d mails wait, want one", len(mails))
	}
	must(w.t, w.store.Done(w.t.Context(), mails[0].ID, nil))
	for _, word := range words {
		if !strings.Contains(mails[0].Text, word) {
			w.t.Errorf("the mail does not say %q: %s", word, mails[0].Text)
		}
	}
	_, rest, _ := strings.Cut(mails[0].Text, w.base)
	path, _, _ := strings.Cut(rest, "\n")
	w.log.secret(strings.TrimPrefix(path, "/invitations/"))
	return path
}

func TestANewPersonMakesAnAccountByTheLink(t *testing.T) {
	each(t, func(w *world) {
		_, token := w.invite("New@x.example", authz.TeamContributor)
		path, c := urls.Invitation.To(token), w.client()
		offer := c.get(path).mustBe(w, "the link", http.StatusOK)
		for _, word := range []string{"Northwind Robotics", "Ada Admin", "Team Contributor", "New@x.example"} {
			equal(w.t, "the page says "+word, strings.Contains(offer.page().text(), word), true)
		}
		weak := c.post(path+"/account", fields("name", "", "password", "short", "repeat", "other")).mustBe(w, "refused", http.StatusUnprocessableEntity)
		for _, field := range []string{"name", "password", "repeat"} {
			equal(w.t, field+" has a message", weak.page().errorAt(field) != "", true)
		}
		joined := c.post(path+"/account", fields("name", "New Person", "password", plain, "repeat", plain)).mustBe(w, "joined", http.StatusSeeOther)
		equal(w.t, "leads to", joined.location, "/orgs/northwind")
		c.get("/orgs/northwind").mustBe(w, "signed in", http.StatusOK)
		equal(w.t, "role", w.raw().word("SELECT m.role FROM members m JOIN users u ON u.id = m.user_id WHERE u.email_norm = 'new@x.example'"), "team_contributor")
		w.client().post(urls.Login.To(), fields("email", "new@x.example", "password", plain)).mustBe(w, "sign in later", http.StatusSeeOther)

		// Once more: the same person goes on, anybody else is told that it was used.
		equal(w.t, "again", c.get(path).mustBe(w, "again", http.StatusSeeOther).location, "/orgs/northwind")
		w.client().get(path).mustBe(w, "used", http.StatusGone)
		w.client().post(path+"/account", fields("name", "Thief", "password", plain, "repeat", plain)).mustBe(w, "used", http.StatusGone)
		w.client().post(path+"/decline", nil).mustBe(w, "decline what was accepted", http.StatusGone)
	})
}

func TestSomebodyWithAnAccountSignsInToAccept(t *testing.T) {
	each(t, func(w *world) {
		_, token := w.invite(nina, authz.OrganizationUser)
		path, c := urls.Invitation.To(token), w.client()
		equal(w.t, "leads to sign in", strings.Contains(c.get(path).mustBe(w, "stranger", http.StatusOK).body, "/login?next="+url.QueryEscape(path)), true)
		equal(w.t, "no account is made", c.post(path+"/account", fields("name", "Thief", "password", plain, "repeat", plain)).mustBe(w, "account", http.StatusSeeOther).location, path)
		equal(w.t, "not signed in", c.post(path+"/accept", nil).mustBe(w, "accept", http.StatusSeeOther).location, path)
		wrong := w.signIn(carl)
		wrong.get(path).mustBe(w, "the wrong person", http.StatusForbidden)
		wrong.post(path+"/accept", nil).mustBe(w, "the wrong person", http.StatusForbidden)
		equal(w.t, "members", w.raw().number("SELECT count(*) FROM members WHERE user_id = '"+w.userID(nina)+"'"), 0)
		c.password(nina)
		for range 2 {
			equal(w.t, "joined", c.post(path+"/accept", nil).mustBe(w, "accept", http.StatusSeeOther).location, "/orgs/northwind")
		}
		c.get("/orgs/northwind").mustBe(w, "a member", http.StatusOK)
	})
}

func TestInvitationsThatAreOverSayWhy(t *testing.T) {
	each(t, func(w *world) {
		raw, c := w.raw(), w.client()
		for state, says := range map[string]string{"declined": "was declined", "cancelled": "was withdrawn", "expired": "has expired", "accepted": "was accepted"} {
			_, token := w.invite(state+"@x.example", authz.OrganizationUser)
			raw.run("UPDATE invitations SET state = '" + state + "' WHERE email_norm = '" + state + "@x.example'")
			for _, got := range []answer{c.get(urls.Invitation.To(token)), c.post(urls.InvitationAccount.To(token), fields("name", "A", "password", plain, "repeat", plain))} {
				equal(w.t, state, got.status, http.StatusGone)
				equal(w.t, state+" says so", strings.Contains(got.page().text(), says), true)
			}
		}
		_, token := w.invite("tampered@x.example", authz.OrganizationUser)
		tampered := c.get(urls.Invitation.To(token[:42])).mustBe(w, "tampered", http.StatusNotFound)
		equal(w.t, "says so", strings.Contains(tampered.page().text(), "This invitation link does not work."), true)
		declined := c.post(urls.InvitationDecline.To(token), nil).mustBe(w, "decline", http.StatusOK)
		equal(w.t, "says so", strings.Contains(declined.page().text(), "You have declined the invitation to Northwind Robotics."), true)
		c.get(urls.Invitation.To(token)).mustBe(w, "declined", http.StatusGone)
	})
}

// Somebody who is signed in by password finds invitations without their mail; an identity provider does not speak for the account.
func TestAnInvitationFoundInTheConsole(t *testing.T) {
	each(t, func(w *world) {
		id, _ := w.inviteTo("contoso", carl, ulf, authz.OrganizationUser)
		accept, decline := urls.AccountInvitationAccept.To(id), urls.AccountInvitationDecline.To(id)
		bySSO := w.signInThrough(w.connect("northwind", "okta"), ulf)
		equal(w.t, "by single sign-on nothing is offered", strings.Contains(bySSO.get("/account").body, accept), false)
		bySSO.post(accept, nil).mustBe(w, "by single sign-on", http.StatusForbidden)
		bySSO.post(decline, nil).mustBe(w, "by single sign-on", http.StatusForbidden)
		w.signIn(ada).post(accept, nil).mustBe(w, "somebody else", http.StatusNotFound)
		c := w.signIn(ulf)
		for _, path := range []string{"/", "/account"} {
			shown := c.get(path).mustBe(w, path, http.StatusOK)
			for _, action := range []string{accept, decline} {
				_, offered := shown.page().formTo(action)
				equal(w.t, path+" offers "+action, offered, true)
			}
		}
		told := func(c *client) bool {
			page := c.get("/orgs/northwind").mustBe(w, "another page", http.StatusOK).page()
			return strings.Contains(page.text(), "1 invitation")
		}
		equal(w.t, "told on every page, by single sign-on", told(bySSO), false)
		equal(w.t, "told on every page", told(c), true)
		equal(w.t, "joined", c.post(accept, nil).mustBe(w, "accept", http.StatusSeeOther).location, "/orgs/contoso")
		equal(w.t, "told afterwards", told(c), false)
		c.get("/orgs/contoso").mustBe(w, "a member", http.StatusOK)
		c.post(decline, nil).mustBe(w, "declined afterwards", http.StatusGone)
	})
}

func TestSingleSignOnAcceptsAnInvitation(t *testing.T) {
	each(t, func(w *world) {
		p := w.connect("northwind", "okta")
		links := w.signIn(ada).post(invitations+"/new", inviting("send", "guest@northwind.example", "teams", "hands")).mustBe(w, "invite", http.StatusOK).links(w)
		offer := w.client().get(links[0]).mustBe(w, "the link", http.StatusOK)
		equal(w.t, "is offered", strings.Contains(offer.body, "/login/sso/northwind?next="), true)
		equal(w.t, "says the teams", strings.Contains(offer.page().text(), "Teams Hands"), true)
		c := w.client()
		c.sso(p, "guest@northwind.example", "").mustBe(w, "by single sign-on", http.StatusSeeOther)
		c.get("/orgs/northwind/apps/arm").mustBe(w, "an app of the team", http.StatusOK)
		equal(w.t, "role", w.raw().word("SELECT m.role FROM members m JOIN users u ON u.id = m.user_id WHERE u.email_norm = 'guest@northwind.example'"), "team_contributor")
		w.client().get(links[0]).mustBe(w, "used", http.StatusGone)
	})
}

func TestWithoutMailANewLinkIsShownOnce(t *testing.T) {
	w := onSQLite(t, settings{})
	id, old := w.invite("one@x.example", authz.OrganizationUser)
	c := w.signIn(ada)
	equal(t, "the list offers", strings.Join(c.get(invitations).page().acts(), " "), "link cancel")
	shown := c.post(invitations, tickedOnes("link", id)).mustBe(w, "new link", http.StatusOK)
	links := shown.links(w)
	equal(t, "links", len(links), 1)
	w.client().get(links[0]).mustBe(w, "the new link", http.StatusOK)
	w.client().get(urls.Invitation.To(old)).mustBe(w, "the old link", http.StatusNotFound)
}
