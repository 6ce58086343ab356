package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"gatehouse/handlers"
	"gatehouse/internal/authz"
	"gatehouse/internal/passkey/passkeytest"
	"gatehouse/internal/saml/samltest"
	"gatehouse/internal/urls"
	"gatehouse/models"
)

// deedsOfStrangers are how people get in.
func deedsOfStrangers() []deed {
	return []deed{
		silent("theme", "/theme", "a preference of the browser", fields("theme", "dark")),
		silent("login.address.lead", "/login/address", "it leads to a page", fields("email", unknown)),
		silent("login.sso.lead", "/login/sso", "it leads to a page", fields("organization", "northwind")),
		{route: "password.check", why: "it says what is wrong with a password", do: func(d *doer) {
			asked := ""
			for _, node := range d.as(olga).get(urls.AccountSecurity.To()).page().all("div") {
				if attribute(node, "data-asked") != "" {
					asked = attribute(node, "data-asked")
				}
			}
			d.accepts(d.client(), "/password/check", fields("asked", asked, "password", "short"))
		}},
		{route: "login.password", leaves: inBoth("session.signed-in"), do: func(d *doer) {
			d.accepts(d.client(), "/login", fields("email", bo, "password", plain))
		}},
		{route: "login.factor.give", leaves: []string{by("northwind", "session.signed-in", tess, "Tess Team")}, do: func(d *doer) {
			p, c := d.as(tess).enrols(), d.client()
			c.post("/login", fields("email", tess, "password", plain)).mustBe(d.world, "the password", http.StatusSeeOther)
			d.accepts(c, "/login/second-factor", fields("code", p.recovery[0]))
		}},
		{route: "login.break-glass.enter", leaves: []string{ofAda("break-glass.used", "Ada Admin")}, do: func(d *doer) {
			codes := d.admin().makeCodes()
			d.accepts(d.client(), "/login/break-glass", fields("organization", "northwind", "email", ada, "password", plain, "code", codes[0]))
		}},
		{route: "password.forgot.ask", leaves: []string{by("northwind", "password.reset-requested", "", "Bo Both"), by("contoso", "password.reset-requested", "", "Bo Both")}, do: func(d *doer) {
			d.accepts(d.client(), "/password/forgot", fields("email", bo))
		}},
		{route: "password.reset.save", leaves: []string{by("contoso", "password.reset", cleo, "Cleo Contoso")}, do: func(d *doer) {
			path := urls.PasswordReset.To(d.resetToken(cleo))
			d.accepts(d.client(), path, fields("password", "another good pass phrase", "repeat", "another good pass phrase"))
		}},
		{route: "invitation.account", leaves: []string{by("northwind", "member.joined", "new@x.example", "New Person")}, do: func(d *doer) {
			_, token := d.invite("new@x.example", authz.OrganizationUser)
			d.accepts(d.client(), urls.InvitationAccount.To(token), fields("name", "New Person", "password", plain, "repeat", plain))
		}},
		{route: "invitation.accept", leaves: []string{by("northwind", "member.joined", nina, "Nina Nowhere")}, do: func(d *doer) {
			_, token := d.invite(nina, authz.OrganizationUser)
			d.accepts(d.as(nina), urls.InvitationAccept.To(token), nil)
		}},
		{route: "invitation.decline", leaves: []string{by("northwind", "invitation.declined", "away@x.example", "away@x.example")}, do: func(d *doer) {
			_, token := d.invite("away@x.example", authz.OrganizationUser)
			d.accepts(d.client(), urls.InvitationDecline.To(token), nil)
		}},
		{route: "saml.acs", why: "the answer waits for the browser that began: its sign-in is the entry", do: func(d *doer) {
			c := d.client()
			request := c.begin(d.okta, "/orgs/northwind")
			stranger := *c.http
			stranger.Jar = nil
			form := url.Values{"SAMLResponse": {d.okta.respond(d.okta.says(request, ulf))}, "RelayState": {request.RelayState}}
			d.accepts(&client{w: d.world, http: &stranger, ip: c.ip}, d.okta.acsPath(), form)
		}},
		{
			route: "saml.finish", why: "an identity is seen for the first time: who it was taken for is an event of its own",
			leaves: []string{by("northwind", "identity.linked", ulf, "Ulf User"), by("northwind", "session.signed-in", ulf, "Ulf User")}, do: func(d *doer) {
				c := d.client()
				request := c.begin(d.okta, "/orgs/northwind")
				d.opens(c, c.deliver(d.okta.acsPath(), d.okta.respond(d.okta.says(request, ulf)), request.RelayState).location)
			},
		},
		{route: "saml.logout", leaves: []string{by("northwind", "session.signed-out-at-provider", ulf, "Ulf User")}, do: func(d *doer) {
			p := d.connect("northwind", "outs-there", logoutBy("redirect"))
			d.client().sso(p, ulf, "", func(a *samltest.Answer) { a.SessionIndex = "_1" }).mustBe(d.world, "in", http.StatusSeeOther)
			query, err := p.RedirectLogout(samltest.Logout{NameID: "id of " + ulf, Sessions: []string{"_1"}, ID: "_order", Destination: p.slo(), Now: time.Now()})
			must(d.t, err)
			d.opens(d.client(), p.sloPath()+"?"+query)
		}},
		{route: "saml.logout.post", leaves: []string{by("northwind", "session.signed-out-at-provider", ulf, "Ulf User")}, do: func(d *doer) {
			p := d.connect("northwind", "outs", logoutBy("post"))
			d.client().sso(p, ulf, "", func(a *samltest.Answer) { a.SessionIndex = "_1" }).mustBe(d.world, "in", http.StatusSeeOther)
			form, err := p.PostLogout(samltest.Logout{NameID: "id of " + ulf, Sessions: []string{"_1"}, ID: "_order", Destination: p.slo(), Now: time.Now()})
			must(d.t, err)
			d.accepts(d.client(), p.sloPath(), form)
		}},
	}
}

// deedsOfAccounts are what somebody does with their own account.
func deedsOfAccounts() []deed {
	return []deed{
		{route: "account.save", leaves: []string{by("northwind", "account.renamed", bo, "Bo Between"), by("contoso", "account.renamed", bo, "Bo Between")}, do: func(d *doer) {
			d.accepts(d.as(bo), "/account", d.as(bo).typed("/account", "/account", "name", "Bo Between"))
		}},
		posts("account.password", bo, "/account/security", fields("current", plain, "password", "another good pass phrase", "repeat", "another good pass phrase"), by("northwind", "password.changed", bo, "Bo Between"), by("contoso", "password.changed", bo, "Bo Between")),
		posts("account.confirm.give", ulf, "/account/confirm", fields("next", "/account", "confirm-password", plain), by("northwind", "session.confirmed", ulf, "Ulf User")),
		{route: "account.authenticator.save", leaves: []string{by("northwind", "second-factor.authenticator-set-up", ulf, "Ulf User")}, do: func(d *doer) {
			c := d.as(ulf)
			page := c.get(urls.AccountAuthenticator.To()).mustBe(d.world, "the page", http.StatusOK)
			form, p := page.formTo(d.world, urls.AccountAuthenticator.To()), page.phone(d.world)
			form.values.Set("code", p.shows(0))
			d.accepts(c, form.action, form.values)
		}},
		posts("account.recovery-codes", ulf, urls.AccountRecoveryCodes.To(), nil, by("northwind", "second-factor.recovery-codes-made", ulf, "Ulf User")),
		posts("account.authenticator.remove", ulf, urls.AccountAuthenticatorGone.To(), nil, by("northwind", "second-factor.authenticator-removed", ulf, "Ulf User")),
		{route: "account.session.end", leaves: []string{by("northwind", "session.ended", olga, "Olga Org")}, do: func(d *doer) {
			d.signIn(olga)
			id := d.raw().word("SELECT id FROM sessions WHERE user_id = '" + d.userID(olga) + "' ORDER BY id DESC LIMIT 1")
			d.accepts(d.as(olga), urls.AccountSessionEnd.To(id), nil)
		}},
		{route: "account.sessions.end-others", leaves: []string{by("northwind", "session.ended", olga, "Olga Org")}, do: func(d *doer) {
			d.signIn(olga)
			d.accepts(d.as(olga), urls.AccountSignOutAll.To(), nil)
		}},
		{route: "account.invitation.accept", leaves: []string{by("contoso", "member.joined", nina, "Nina Nowhere")}, do: func(d *doer) {
			id, _ := d.inviteTo("contoso", carl, nina, authz.OrganizationUser)
			d.accepts(d.as(nina), urls.AccountInvitationAccept.To(id), nil)
		}},
		{route: "account.invitation.decline", leaves: []string{by("northwind", "invitation.declined", invitee, invitee)}, do: func(d *doer) {
			id := d.raw().word("SELECT id FROM invitations WHERE email = '" + invitee + "'")
			d.accepts(d.as(invitee), urls.AccountInvitationDecline.To(id), nil)
		}},
		posts("logout", invitee, "/logout", nil, by("-", "session.signed-out", invitee, "Vera Invited")),
	}
}

// deedsOfPasskeys are those of Cora, whose key is made when the first of them adds it.
func deedsOfPasskeys() []deed {
	var key *passkeytest.Key
	gone := func(d *doer) string {
		return d.raw().word("SELECT id FROM passkeys WHERE user_id = '" + d.userID(cora) + "'")
	}
	question := "the browser is asked; its answer is what changes something"
	ofCora := func(action string) []string { return []string{by("contoso", action, cora, "Cora Contoso")} }
	return []deed{
		{route: "account.passkey.ask", why: question, do: func(d *doer) { d.accepts(d.as(cora), urls.AccountPasskeyAsk.To(), nil) }},
		{route: "account.passkey.add", leaves: ofCora("second-factor.passkey-added"), do: func(d *doer) {
			key = d.key()
			form := d.as(cora).get(urls.AccountPasskeys.To()).mustBe(d.world, "the page", http.StatusOK).formTo(d.world, urls.AccountPasskeys.To())
			form.values.Set("name", "Laptop")
			form.values.Set("passkey", key.Make(d.as(cora).asked(urls.AccountPasskeyAsk.To())))
			d.accepts(d.as(cora), form.action, form.values)
		}},
		{route: "account.passkey.rename", leaves: ofCora("second-factor.passkey-renamed"), do: func(d *doer) {
			path := urls.AccountPasskey.To(gone(d))
			d.accepts(d.as(cora), path, d.as(cora).typed(path, path, "name", "Phone"))
		}},
		silent("login.passkey.ask", urls.LoginPasskeyAsk.To(), question, nil),
		{route: "login.passkey", leaves: ofCora("session.signed-in"), do: func(d *doer) {
			c := d.client()
			d.accepts(c, urls.LoginPasskey.To(), fields("passkey", key.Sign(c.asked(urls.LoginPasskeyAsk.To()))))
		}},
		{route: "login.factor.passkey", why: question, do: func(d *doer) {
			c := d.client()
			c.post("/login", fields("email", cora, "password", plain)).mustBe(d.world, "the password", http.StatusSeeOther)
			d.accepts(c, urls.LoginFactorPasskey.To(), nil)
		}},
		{route: "account.confirm.passkey", why: question, do: func(d *doer) { d.accepts(d.as(cora), urls.AccountConfirmPasskey.To(), nil) }},
		{route: "account.passkey.remove", leaves: ofCora("second-factor.passkey-removed"), do: func(d *doer) { d.accepts(d.as(cora), urls.AccountPasskeyGone.To(gone(d)), nil) }},
	}
}

// deedsOfOrganizations are what is done with an organization itself.
func deedsOfOrganizations() []deed {
	return []deed{
		sends("organization.create", ulf, "/organizations/new", "/organizations/new", by("mine", "organization.created", ulf, "Mine"), "id", "mine", "name", "Mine"),
		sends("settings.save", ada, "/orgs/northwind/settings", "/orgs/northwind/settings", ofAda("organization.renamed", "Northwind AG"), "name", "Northwind AG"),
	}
}

// deedsOfTheLog are what is done with the audit log itself.
func deedsOfTheLog() []deed {
	const log = "/orgs/northwind/audit"
	return []deed{
		posts("audit.export.begin", ada, log+"/export", fields("q", "", "format", "csv"), ofAda("audit-log.exported", "Northwind AG")),
		posts("audit.retention.save", ada, log+"/retention", fields("was", "0", "days", "365", "confirm", "northwind"), ofAda("audit-log.retention-changed", "Northwind AG")),
	}
}

// deedsOfPeople are what is done with members, invitations and teams.
func deedsOfPeople() []deed {
	preview := func(routeName, path string, leaves string, form func(d *doer) url.Values) deed {
		return deed{route: routeName, leaves: []string{leaves}, do: func(d *doer) {
			shown := d.admin().post(path, form(d)).mustBe(d.world, "preview", http.StatusOK)
			d.accepts(d.admin(), path, shown.confirmed(d.world, path, "to-role", "team_contributor", "to-team", "wheels"))
		}}
	}
	atMember := func(routeName, act, action string) deed {
		return deed{route: routeName, leaves: []string{ofAda(action, "Sana Solo")}, do: func(d *doer) { d.accepts(d.admin(), d.memberURL(sana, act), nil) }}
	}
	return []deed{
		preview("members.change", changeURL, ofAda("member.role-changed", "Sana Solo"), func(d *doer) url.Values {
			form := ticked("role", d.ids(sana))
			form.Set("step", "preview")
			form.Set("to-role", "team_contributor")
			return form
		}),
		preview("members.add-to-team", toTeamURL, ofAda("team.member-added", "Wheels"), func(d *doer) url.Values {
			form := ticked("team", d.ids(sana))
			form.Set("step", "preview")
			form.Set("to-team", "wheels")
			return form
		}),
		{route: "member.role.save", leaves: []string{ofAda("member.role-changed", "Sana Solo")}, do: func(d *doer) {
			path := d.memberURL(sana, "role")
			d.accepts(d.admin(), path, d.admin().typed(path, path, "role", "organization_user"))
		}},
		{route: "member.reset-link", leaves: []string{ofAda("password.reset-link-made", "Tess Team")}, do: func(d *doer) { d.accepts(d.admin(), d.memberURL(tess, "reset-link"), nil) }},
		{route: "member.session.end", leaves: []string{ofAda("member.sessions-ended", "Sana Solo")}, do: func(d *doer) {
			d.signInThrough(d.okta, sana)
			id := d.raw().word("SELECT id FROM sessions WHERE user_id = '" + d.userID(sana) + "'")
			d.accepts(d.admin(), urls.MemberSessionEnd.To("northwind", d.userID(sana), id), nil)
		}},
		{route: "member.sessions.end", leaves: []string{ofAda("member.sessions-ended", "Sana Solo")}, do: func(d *doer) {
			d.signInThrough(d.okta, sana)
			d.accepts(d.admin(), urls.MemberSessionsEnd.To("northwind", d.userID(sana)), nil)
		}},
		{route: "sessions.end", leaves: []string{ofAda("member.sessions-ended", "Sana Solo")}, do: func(d *doer) {
			d.signInThrough(d.okta, sana)
			id := d.raw().word("SELECT id FROM sessions WHERE user_id = '" + d.userID(sana) + "'")
			d.accepts(d.admin(), urls.Sessions.To("northwind"), fields("only", id, "step", "confirm"))
		}},
		{route: "member.second-factor.reset", leaves: []string{ofAda("second-factor.reset", "Tess Team")}, do: func(d *doer) {
			path := urls.MemberFactorReset.To("northwind", d.userID(tess))
			d.accepts(d.admin(), path, d.admin().typed(path, path))
		}},
		{route: "members.csv", leaves: []string{ofAda("members.exported", "Northwind AG")}, do: func(d *doer) { d.opens(d.admin(), "/orgs/northwind/members/export.csv?q=ulf") }},
		{route: "members.json", leaves: []string{ofAda("members.exported", "Northwind AG")}, do: func(d *doer) { d.opens(d.admin(), "/orgs/northwind/members/export.json") }},
		atMember("member.suspend", "suspend", "member.suspended"),
		atMember("member.reinstate", "reinstate", "member.reinstated"),
		{route: "member.remove", leaves: []string{ofAda("member.removed", "Sana Solo")}, do: func(d *doer) {
			path := d.memberURL(sana, "remove")
			d.accepts(d.admin(), path, d.admin().typed(path, path, "confirm", sana))
		}},
		{route: "leave", leaves: []string{by("northwind", "member.left", nina, "Nina Nowhere")}, do: func(d *doer) {
			d.accepts(d.as(nina), "/orgs/northwind/leave", d.as(nina).typed("/orgs/northwind/leave", "/orgs/northwind/leave", "confirm", "northwind"))
		}},
		posts("invitation.create", ada, "/orgs/northwind/invitations/new", inviting("send", "one@x.example"), ofAda("invitation.sent", "one@x.example")),
		{route: "invitations.act", leaves: []string{ofAda("invitation.cancelled", "one@x.example")}, do: func(d *doer) {
			d.accepts(d.admin(), "/orgs/northwind/invitations", tickedOnes("cancel", d.raw().word("SELECT id FROM invitations WHERE email = 'one@x.example'")))
		}},
		posts("team.create", ada, "/orgs/northwind/teams/new", fields("id", "eyes", "name", "Eyes"), ofAda("team.created", "Eyes")),
		sends("team.save", ada, "/orgs/northwind/teams/eyes/edit", "/orgs/northwind/teams/eyes/edit", ofAda("team.edited", "Far Eyes"), "name", "Far Eyes"),
		{route: "team.members.add", leaves: []string{ofAda("team.member-added", "Far Eyes")}, do: func(d *doer) {
			d.accepts(d.admin(), "/orgs/northwind/teams/eyes/members/add", fields("member", d.userID(tess), "action", "save"))
		}},
		{route: "team.members.remove", leaves: []string{ofAda("team.member-removed", "Far Eyes")}, do: func(d *doer) {
			d.accepts(d.admin(), "/orgs/northwind/teams/eyes/members/remove", fields("member", d.userID(tess), "action", "save"))
		}},
		posts("team.apps.add", ada, "/orgs/northwind/teams/eyes/apps/add", fields("app", "drive", "action", "save"), ofAda("team.app-added", "Far Eyes")),
		posts("team.apps.remove", ada, "/orgs/northwind/teams/eyes/apps/remove", fields("app", "drive", "action", "save"), ofAda("team.app-removed", "Far Eyes")),
		posts("team.delete", ada, "/orgs/northwind/teams/eyes/delete", fields("confirm", "eyes"), ofAda("team.deleted", "Far Eyes")),
	}
}

const anApp = "/orgs/northwind/apps/hand"

// deedsInApps are what is done with apps and what is in them.
func deedsInApps() []deed {
	inApp := func(routeName, page, path, action, target string, pairs ...string) deed {
		return sends(routeName, ada, anApp+page, anApp+path, ofAda(action, target), pairs...)
	}
	plainly := func(routeName, path, action, target string, form url.Values) deed {
		return posts(routeName, ada, anApp+path, form, ofAda(action, target))
	}
	return []deed{
		sends("app.create", ada, "/orgs/northwind/apps/new", "/orgs/northwind/apps/new", ofAda("app.created", "paw"), "id", "paw", "description", "Holds"),
		sends("app.id", ada, "/orgs/northwind/apps/paw/settings", "/orgs/northwind/apps/paw/settings/id", ofAda("app.id-changed", "hand"), "id", "hand", "confirmed", "yes"),
		inApp("app.description.save", "/description", "/description", "app.description-edited", "hand", "description", "Holds on"),
		inApp("app.notes.save", "/notes", "/notes", "app.notes-edited", "hand", "notes", "# Hand", "action", "save"),
		inApp("app.visibility", "/settings", "/settings/visibility", "app.visibility-changed", "hand", "visibility", "organization", "confirmed", "yes"),
		inApp("app.base-workflow", "/settings", "/settings/base-workflow", "app.base-workflow-changed", "hand", "base_workflow", "empty"),
		inApp("app.collaborator.add", "/collaborators", "/collaborators", "collaborator.added", "hand", "email", carl, "level", "viewer"),
		{route: "app.collaborator.level", leaves: []string{ofAda("collaborator.changed", "hand")}, do: func(d *doer) {
			d.accepts(d.admin(), anApp+"/collaborators/"+d.userID(carl)+"/level", fields("level", "contributor"))
		}},
		{route: "app.collaborator.remove", leaves: []string{ofAda("collaborator.removed", "hand")}, do: func(d *doer) {
			d.accepts(d.admin(), anApp+"/collaborators/"+d.userID(carl)+"/remove", nil)
		}},
		plainly("model.create", "/models/new", "model.created", "hand/finger", fields("id", "finger", "type", "tracker")),
		inApp("model.save", "/models/finger/edit", "/models/finger/edit", "model.edited", "hand/finger", "description", "Moves", "action", "save"),
		plainly("model.visibility", "/models/finger/visibility", "resource.visibility-changed", "hand/finger", fields("visibility", "organization", "confirmed", "yes")),
		plainly("workflow.create", "/workflows/new", "workflow.created", "hand/grab", nodeForm("grab", "see finger", "  ")),
		inApp("workflow.save", "/workflows/grab/edit", "/workflows/grab/edit", "workflow.edited", "hand/grab", "description", "Grabs things"),
		{route: "workflow.file", leaves: []string{ofAda("workflow.exported", "hand/grab")}, do: func(d *doer) { d.opens(d.admin(), anApp+"/workflows/grab/workflow.yaml") }},
		plainly("workflow.visibility", "/workflows/grab/visibility", "resource.visibility-changed", "hand/grab", fields("visibility", "organization", "confirmed", "yes")),
		plainly("workflow.base", "/workflows/grab/base", "app.base-workflow-changed", "hand", fields("base", "yes")),
		{route: "workflow.delete", leaves: []string{ofAda("workflow.deleted", "hand/grab")}, do: func(d *doer) {
			settings := anApp + "/settings"
			d.admin().post(settings+"/base-workflow", d.admin().typed(settings, settings+"/base-workflow", "base_workflow", "empty")).mustBe(d.world, "another base", http.StatusSeeOther)
			d.accepts(d.admin(), anApp+"/workflows/grab/delete", fields("confirm", "grab"))
		}},
		plainly("model.delete", "/models/finger/delete", "model.deleted", "hand/finger", fields("confirm", "finger")),
		{route: "models.delete-all", leaves: []string{ofAda("models.all-deleted", "hand")}, do: func(d *doer) {
			d.admin().post(anApp+"/models/new", fields("id", "thumb", "type", "tracker")).mustBe(d.world, "a model", http.StatusSeeOther)
			d.accepts(d.admin(), anApp+"/models/all/delete", fields("confirm", "hand"))
		}},
		plainly("module.create", "/modules/new", "module.created", "hand/glove", fields("id", "glove", "description", "Keeps warm")),
		inApp("module.save", "/modules/glove/edit", "/modules/glove/edit", "module.edited", "hand/glove", "description", "Warm", "action", "save"),
		plainly("module.visibility", "/modules/glove/visibility", "resource.visibility-changed", "hand/glove", fields("visibility", "organization", "confirmed", "yes")),
		plainly("module.version.add", "/modules/glove/versions", "module-version.added", "hand/glove", fields("version", "2.0", "url", "https://modules.example/glove/2")),
		{route: "install.create", leaves: []string{ofAda("module.installed", "hand/worn")}, do: func(d *doer) {
			d.admin().post(anApp+"/modules/glove/versions", fields("version", "1.0", "url", "https://modules.example/glove")).mustBe(d.world, "a version", http.StatusSeeOther)
			d.accepts(d.admin(), anApp+"/installed/new", fields("module", "hand/glove", "version", "1.0", "id", "worn"))
		}},
		plainly("install.version", "/installed/worn/version", "module.version-changed", "hand/worn", fields("version", "2.0")),
		plainly("install.visibility", "/installed/worn/visibility", "resource.visibility-changed", "hand/worn", fields("visibility", "organization", "confirmed", "yes")),
		plainly("module.version.delete", "/modules/glove/versions/1.0/delete", "module-version.deleted", "hand/glove", fields("confirm", "1.0")),
		plainly("install.delete", "/installed/worn/delete", "module.uninstalled", "hand/worn", fields("confirm", "worn")),
		plainly("module.delete", "/modules/glove/delete", "module.deleted", "hand/glove", fields("confirm", "glove")),
		plainly("app.delete", "/settings/delete", "app.deleted", "hand", fields("confirm", "hand")),
	}
}

// deedsOfSecurity are what is done with the ways in.
func deedsOfSecurity() []deed {
	const security = "/orgs/northwind/security"
	const entra, okta = security + "/identity-providers/entra", security + "/identity-providers/okta"
	key := func(routeName, act, action string) deed {
		return posts(routeName, ada, entra+"/key/"+act, nil, ofAda("identity-provider.key-"+action, "Entra ID"))
	}
	return []deed{
		posts("domain.claim", ada, security+"/domains", fields("domain", "new.example"), ofAda("domain.claimed", "new.example")),
		{route: "domain.verify", why: "no record is found, so nothing changes; that one is found is in TestADomainIsClaimedVerifiedAndRoutes", do: func(d *doer) {
			d.sent++ // it is refused, as every name server of these tests is silent
			d.admin().post(security+"/domains/new.example/verify", nil).mustBe(d.world, "no record", http.StatusUnprocessableEntity)
		}},
		posts("domain.remove", ada, security+"/domains/new.example/remove", fields("confirm", "new.example"), ofAda("domain.removed", "new.example")),
		{route: "identity-provider.create", leaves: []string{ofAda("identity-provider.created", "Entra")}, do: func(d *doer) {
			d.accepts(d.admin(), newProvider, d.admin().opened("paste", "id", "entra", "name", "Entra", "metadata_xml", string(d.otherIDP().Metadata(ssoURL))))
		}},
		sends("identity-provider.guide.create", ada, security+"/identity-providers/new/guided", security+"/identity-providers/new/guided", ofAda("identity-provider.created", "Draft"),
			"id", "draft", "name", "Draft", "product", "okta", "action", "save"),
		sends("identity-provider.guide.save", ada, security+"/identity-providers/draft/guide/attributes", security+"/identity-providers/draft/guide/attributes", ofAda("identity-provider.edited", "Draft"), "attribute_email", "urn:mail", "action", "save"),
		sends("identity-provider.save", ada, entra+"/edit", entra+"/edit", ofAda("identity-provider.edited", "Entra ID"), "name", "Entra ID", "action", "save"),
		posts("identity-provider.disable", ada, entra+"/disable", nil, ofAda("identity-provider.disabled", "Entra ID")),
		posts("identity-provider.enable", ada, entra+"/enable", nil, ofAda("identity-provider.enabled", "Entra ID")),
		key("identity-provider.key.prepare", "prepare", "prepared"),
		key("identity-provider.key.switch", "switch", "switched"),
		key("identity-provider.key.retire", "retire", "retired"),
		{route: "identity-provider.proposal", leaves: []string{ofAda("identity-provider.change-dismissed", "Sign in with read")}, do: func(d *doer) {
			read := d.connect("northwind", "read", func(p *models.ProviderChange) { p.MetadataURL = "https://127.0.0.1/metadata" }) // which nobody is let fetch
			read.proposes()
			d.accepts(d.admin(), read.page()+"/proposal", d.admin().typed(read.page(), read.page()+"/proposal", "action", "dismiss"))
		}},
		{route: "identity-provider.look", why: "the look fails, which is no change; what one finds is in TestLookingAtMetadataAgain", do: func(d *doer) {
			d.accepts(d.admin(), security+"/identity-providers/read/look", nil)
		}},
		{route: "identity-provider.test", why: "the test has begun; what comes of it is the entry", do: func(d *doer) { d.accepts(d.admin(), okta+"/test", nil) }},
		posts("mapping.create", ada, okta+"/mappings/new", fields("group", "eng", "role", "organization_user", "kind", "additive", "action", "save"), ofAda("group-mapping.created", "eng")),
		{route: "mapping.save", leaves: []string{ofAda("group-mapping.edited", "eng")}, do: func(d *doer) {
			path := okta + "/mappings/" + d.mapped(ada, "northwind", "okta", "eng")
			d.accepts(d.admin(), path, d.admin().typed(path, path, "role", "team_contributor", "action", "save"))
		}},
		{route: "mapping.delete", leaves: []string{ofAda("group-mapping.deleted", "eng")}, do: func(d *doer) {
			d.accepts(d.admin(), okta+"/mappings/"+d.mapped(ada, "northwind", "okta", "eng")+"/delete", nil)
		}},
		sends("password-policy.save", ada, policyPage, policyPage, ofAda("password-policy.changed", "Northwind AG"), "preset", "custom", "lock_after", "6", "action", "save"),
		posts("break-glass.codes", ada, singleSignOn+"/codes", nil, ofAda("break-glass.codes-made", "Ada Admin")),
		{route: "break-glass.code.test", leaves: []string{ofAda("break-glass.code-tested", "Ada Admin")}, do: func(d *doer) {
			codes := d.admin().makeCodes()
			d.accepts(d.admin(), singleSignOn+"/codes/test", fields("code", codes[0]))
		}},
		{route: "single-sign-on.chosen", why: "nobody is chosen, which is refused; the step of chosen people is in the tests of required single sign-on", do: func(d *doer) {
			d.sent++
			equal(d.t, "nobody chosen", d.admin().post(singleSignOn+"/people", nil).status, http.StatusUnprocessableEntity)
		}},
		{route: "single-sign-on.require", leaves: []string{ofAda("single-sign-on.required", "Sign in with okta")}, do: func(d *doer) {
			d.admin().test(d.okta, ada)
			form, _ := d.admin().get(singleSignOn).mustBe(d.world, "the page", http.StatusOK).page().formTo(singleSignOn)
			for field, value := range map[string]string{"provider": "okta", "stage": "me", "within": "10"} {
				form.values.Set(field, value)
			}
			d.accepts(d.admin(), singleSignOn, form.values)
		}},
		{route: "single-sign-on.lift", leaves: []string{ofAda("single-sign-on.lifted", "Northwind AG")}, do: func(d *doer) {
			d.who[ada] = d.signInThrough(d.okta, ada)
			d.accepts(d.admin(), singleSignOn+"/lift", d.admin().typed(singleSignOn, singleSignOn+"/lift"))
			delete(d.who, ada)
		}},
		{route: "second-factor.save", leaves: []string{by("contoso", "second-factor-rule.changed", carl, "Contoso")}, do: func(d *doer) {
			d.as(carl).enrols()
			path := urls.FactorRule.To("contoso")
			d.accepts(d.as(carl), path, d.as(carl).get(path).formTo(d.world, path).values)
		}},
		posts("identity-provider.delete", ada, entra+"/delete", fields("confirm", "entra"), ofAda("identity-provider.deleted", "Entra ID")),
	}
}

// deedsThatEnd come last: they take the rest with them.
func deedsThatEnd() []deed {
	return []deed{
		posts("organization.delete", ada, "/orgs/northwind/settings/delete", fields("confirm", "northwind"), by("-", "organization.deleted", ada, "Northwind AG")),
		{route: "setup.save", leaves: []string{by("first", "organization.created", "fay@first.example", "First")}, do: func(d *doer) {
			raw := d.raw()
			raw.run("UPDATE members SET suspended = true") // so that nobody administers anything
			code := handlers.SetupCode()
			must(d.t, d.store.MakeSetupCode(d.t.Context(), handlers.SetupCodeHash(code)))
			d.log.secret(code, strings.ToLower(code))
			d.accepts(d.client(), "/setup", fields("code", code, "id", "first", "organization", "First", "name", "Fay First", "email", "fay@first.example", "password", plain, "repeat", plain))
		}},
	}
}
