package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/authz"
)

func TestAListMaySayRoleAndTeamsOfEach(t *testing.T) {
	each(t, func(w *world) {
		c, raw := w.signIn(ada), w.raw()
		file := "name,email,role,teams\nOne,one@x.example,Administrator,\nTwo,two@x.example,,hands; WHEELS\nBad,bad@x.example,owner,\nLost,lost@x.example,,sales\nThree,three@x.example,,\n"
		preview := c.upload(invitations+"/new", inviting("preview", "", "teams", "hands"), "file", file).mustBe(w, "preview", http.StatusOK)
		want := "one@x.example Administrator Hands, two@x.example Team Contributor Hands, Wheels, Bad –, Lost –, three@x.example Team Contributor Hands"
		equal(w.t, "preview", strings.Join(preview.page().rolesAndTeams(), ", "), want)
		for _, sentence := range []string{"There is no role “owner”.", "There is no team with the ID “sales”."} { // the team is Contoso's
			equal(w.t, "says "+sentence, strings.Contains(preview.page().text(), sentence), true)
		}
		f, _ := preview.page().formTo(invitations + "/new")
		equal(w.t, "the teams come back", strings.Join(f.values["teams"], " "), "hands")
		f.values.Set("action", "send")
		f.values.Set("team", "")
		sent := c.post(invitations+"/new", f.values).mustBe(w, "send", http.StatusOK)
		equal(w.t, "sent", strings.Join(sent.page().rolesAndTeams(), ", "), want)
		equal(w.t, "invitations", raw.number("SELECT count(*) FROM invitations WHERE email_norm LIKE '%@x.example'"), 3)
		equal(w.t, "teams", raw.number("SELECT count(*) FROM invitation_teams"), 4)

		guest := w.client()
		links := sent.links(w)
		equal(w.t, "the offer says the teams", strings.Contains(guest.get(links[1]).page().text(), "Teams Hands, Wheels"), true)
		guest.post(links[1]+"/account", fields("name", "Two Guest", "password", plain, "repeat", plain)).mustBe(w, "joined", http.StatusSeeOther)
		guest.get("/orgs/northwind/apps/arm").mustBe(w, "an app of Hands", http.StatusOK)
		guest.get("/orgs/northwind/apps/engine").mustBe(w, "an app of Wheels", http.StatusOK)
		guest.get("/orgs/northwind/apps/drive").mustBe(w, "an app of neither", http.StatusNotFound)
	})
}

func TestTeamsAreChosenFromMany(t *testing.T) {
	w := onSQLite(t, settings{adjust: crowd(30)})
	c := w.signIn(ada)
	first := c.get(invitations+"/new?teams=team-020&teams=nothing&team=").mustBe(w, "the form", http.StatusOK)
	ticks := func(p page) (chosen, offered []string) {
		for _, box := range p.all("input") {
			if attribute(box, "name") != "teams" {
				continue
			}
			if _, ticked := lookup(box, "checked"); ticked {
				chosen = append(chosen, attribute(box, "value"))
			} else {
				offered = append(offered, attribute(box, "value"))
			}
		}
		return chosen, offered
	}
	chosen, offered := ticks(first.page())
	equal(w.t, "chosen", strings.Join(chosen, " "), "team-020")
	equal(w.t, "offered", len(offered), 12)
	equal(w.t, "there are more", strings.Contains(first.page().text(), "There are more."), true)
	// Without a script a button finds, and nothing that is not filled in yet is wrong.
	found := c.post(invitations+"/new", inviting("find", "", "teams", "team-020", "team", "team-00")).mustBe(w, "find", http.StatusOK)
	chosen, offered = ticks(found.page())
	equal(w.t, "chosen", strings.Join(chosen, " "), "team-020")
	equal(w.t, "found", len(offered), 10)
	equal(w.t, "what is typed comes back", found.page().valueOf("note"), "Hello")
	none := c.get(invitations+"/new?team=zzz").mustBe(w, "nothing", http.StatusOK)
	equal(w.t, "says so", strings.Contains(none.page().text(), "No team’s name or ID contains that."), true)

	raw := w.raw()
	before := raw.dump()
	gone := c.post(invitations+"/new", inviting("send", "one@x.example", "teams", "sales")).mustBe(w, "another organization's team", http.StatusUnprocessableEntity)
	equal(w.t, "beside the field", gone.page().errorAt("teams"), "There is no team with the ID “sales”.")
	raw.unchanged("a team that is not there", before)
}

func TestTheListIsFilteredAndSorted(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.signIn(ada)
	w.raw().run("UPDATE invitations SET expires_at = '2020-01-01 00:00:00+00:00' WHERE email_norm = '" + invitee + "'")
	shown := func(query string) string {
		var emails []string
		for _, box := range c.get(invitations+query).mustBe(w, query, http.StatusOK).page().all("input") {
			if attribute(box, "name") == "invitation" {
				emails = append(emails, strings.TrimPrefix(attribute(box, "aria-label"), "Select "))
			}
		}
		return strings.Join(emails, " ")
	}
	equal(w.t, "live", shown("?expiry=live"), invited)
	equal(w.t, "expired", shown("?expiry=expired"), invitee)
	equal(w.t, "expires first", shown("?sort=expires"), invitee+" "+invited)
	equal(w.t, "expires last", shown("?sort=-expires"), invited+" "+invitee)
	equal(w.t, "searched in order", shown("?sort=expires&q=ivy"), invited)
	equal(w.t, "what nobody offers is none", shown("?sort=email&expiry=never&after=x"), shown(""))
	nothing := c.get(invitations+"?q=nobody&expiry=live").mustBe(w, "nothing", http.StatusOK)
	equal(w.t, "says so", strings.Contains(nothing.page().text(), "No invitation matches"), true)
}

// tickedOnes are rows of the list, and what is to be done with them.
func tickedOnes(action string, ids ...string) url.Values {
	return url.Values{"action": {action}, "invitation": ids}
}

func TestSeveralInvitationsAreDealtWithAtOnce(t *testing.T) {
	for _, smtp := range []bool{false, true} {
		t.Run(map[bool]string{false: "without mail", true: "with mail"}[smtp], func(t *testing.T) {
			eachWith(t, settings{smtp: smtp}, func(w *world) {
				c, raw := w.signIn(ada), w.raw()
				first, firstToken := w.invite("first@x.example", authz.OrganizationUser)
				second, _ := w.invite("second@x.example", authz.TeamContributor)
				answered, _ := w.invite("answered@x.example", authz.TeamContributor)
				foreign, _ := w.inviteTo("contoso", carl, "foreign@x.example", authz.OrganizationUser)
				raw.run("UPDATE invitations SET state = 'declined' WHERE id = '" + answered + "'")

				before := raw.dump()
				c.post(invitations, tickedOnes("cancel", foreign, "nothing")).mustBe(w, "what is not there", http.StatusNotFound)
				raw.unchanged("what is not there", before)
				equal(w.t, "nothing ticked", c.post(invitations, tickedOnes("cancel")).mustBe(w, "nothing", http.StatusSeeOther).location, invitations)

				again := c.post(invitations, tickedOnes("resend", first, answered, second)).mustBe(w, "resend", http.StatusOK)
				word, links := "New link", 2
				if smtp {
					word, links = "Sent again", 0
				}
				equal(w.t, "result", strings.Join(again.page().results(), ", "), "first@x.example "+word+", answered@x.example Not done, second@x.example "+word)
				equal(w.t, "says why", strings.Contains(again.page().text(), "it was answered or cancelled meanwhile"), true)
				equal(w.t, "links", len(again.links(w)), links)
				w.client().get("/invitations/"+firstToken).mustBe(w, "the old link", http.StatusNotFound)

				unknown := c.post(invitations, tickedOnes("delete", first)).mustBe(w, "something else", http.StatusOK)
				equal(w.t, "result", strings.Join(unknown.page().results(), ", "), "first@x.example Not done")
				done := c.post(invitations, tickedOnes("cancel", first, second)).mustBe(w, "cancel", http.StatusOK)
				equal(w.t, "result", strings.Join(done.page().results(), ", "), "first@x.example Cancelled, second@x.example Cancelled")
				equal(w.t, "left", raw.number("SELECT count(*) FROM invitations WHERE state = 'pending' AND email_norm LIKE '%@x.example'"), 1) // Contoso's
			})
		})
	}
}
