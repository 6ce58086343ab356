package web

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
)

// why is the explainer's address in Northwind about a person by address.
func (w *world) why(email, scope, app string) string {
	w.t.Helper()
	id := ""
	if email != "" {
		id = w.userID(email)
	}
	return urls.AccessOf("northwind", id, scope, app)
}

// content is what a page says besides its frame.
func (a answer) content() string {
	if node := a.page().byID("content"); node != nil {
		return text(node)
	}
	return ""
}

// linked are the addresses of a page's links, by what they say.
func (a answer) linked() map[string]string {
	found := map[string]string{}
	for _, link := range a.page().all("a") {
		found[text(link)] = attribute(link, "href")
	}
	return found
}

func TestEachDirectionCostsAFewQueries(t *testing.T) {
	for _, members := range []int{10, 500} {
		t.Run(fmt.Sprintf("%d members", members), func(t *testing.T) {
			eachWith(t, settings{adjust: crowd(members)}, func(w *world) {
				admin, mate := w.signIn(ada), w.signIn(tess)
				for path, want := range map[string]int64{
					w.why(ulf, "", ""):                                   3,
					w.why(ulf, "", "arm"):                                6, // the app, the person, the teams, the collaborators
					w.why(ulf, "models:create", "arm"):                   6,
					w.why("", "members:manage", ""):                      3,
					w.why("", "models:create", "arm"):                    4,
					w.why("", "models:create", "arm") + "&via=team":      5,
					"/orgs/northwind/access?person=ulf&in=a":             5,
					"/orgs/northwind/access?person=ulf&app=arm":          6,
					"/orgs/northwind/access?person=" + ulf + "&in=arm":   10, // both found
					"/orgs/northwind/access?scope=apps:create&person=ul": 4,
				} {
					n, status := w.count(admin, path)
					equal(w.t, path+": status", status, http.StatusOK)
					equal(w.t, path, n, want)
					n, status = w.count(mate, path)
					equal(w.t, path+": status for a Team Contributor", status, http.StatusOK)
					if n > want {
						w.t.Errorf("%s costs a Team Contributor %d, more than %d", path, n, want)
					}
				}
			})
		})
	}
}

// Ids that are not there to see are not there, in each part of the question, and the answer is the same page for all of them.
func TestTheExplainerFindsNothingForeign(t *testing.T) {
	each(t, func(w *world) {
		w.connect("northwind", "okta")
		theirs := w.connect("contoso", "contoso-sso")
		raw, admin := w.raw(), w.signIn(ada)
		foreign := w.foreign(theirs, w.signIn(carl).ownSession())
		quentinOutside := []string{w.userID(quentin), strings.ToUpper(w.userID(quentin))} // a collaborator at Northwind: the Administrator sees him
		before, requests := raw.dump(), 0
		ask := func(c *client, query url.Values) answer {
			requests++
			return c.get("/orgs/northwind/access?" + query.Encode())
		}
		for _, rest := range []url.Values{{}, {"scope": {"members:manage"}}, {"scope": {"models:create"}, "app": {"arm"}}} {
			for _, id := range foreign["member"] {
				if slices.Contains(quentinOutside, id) {
					continue
				}
				query := url.Values{"who": {id}}
				for name, values := range rest {
					query[name] = values
				}
				got := ask(admin, query)
				equal(w.t, "who="+id, got.status, http.StatusNotFound)
				equal(w.t, "who="+id+" tells of Contoso", strings.Contains(got.body, "Contoso"), false)
			}
		}
		for _, id := range foreign["app"] {
			for _, rest := range []url.Values{{}, {"scope": {"app:delete"}}, {"who": {w.userID(ulf)}}, {"scope": {"members:manage"}}} {
				query := url.Values{"app": {id}}
				for name, values := range rest {
					query[name] = values
				}
				equal(w.t, "app="+id, ask(admin, query).status, http.StatusNotFound)
			}
		}
		for _, scope := range []string{"nothing", "members:own", "MEMBERS:MANAGE", "%00", strings.Repeat("x", 3000), "*"} {
			equal(w.t, "scope="+scope, ask(admin, url.Values{"scope": {scope}}).status, http.StatusNotFound)
		}
		// Typed instead of chosen, what is foreign is not found either.
		for _, typed := range []string{carl, cleo, nina, "Contoso", "vault", "'; --", "\x00"} {
			for _, field := range []string{"person", "in"} {
				got := ask(admin, url.Values{field: {typed}, "app": nil})
				equal(w.t, field+"="+typed, got.status, http.StatusOK)
				equal(w.t, field+"="+typed+" finds Contoso's", strings.Contains(got.content(), "contoso.example") && !strings.Contains(typed, "contoso"), false)
				equal(w.t, field+"="+typed+" offers somebody", len(got.page().all("li")) > 0 && strings.Contains(got.content(), "Which"), false)
			}
		}
		raw.unchanged("asking", before)
		w.t.Logf("%d requests", requests)
	})
}

// A Team Contributor asks about people and apps that they see.
func TestATeamContributorAsksAboutWhatTheySee(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(tess)
		for _, person := range []struct {
			email string
			there bool
		}{{tess, true}, {ulf, true}, {ada, false}, {olga, false}, {zoe, false}, {bo, false}, {quentin, false}, {carl, false}} {
			want := http.StatusNotFound
			if person.there {
				want = http.StatusOK
			}
			equal(w.t, "about "+person.email, c.get(w.why(person.email, "", "")).status, want)
			equal(w.t, "about "+person.email+" in an app", c.get(w.why(person.email, "models:create", "map")).status, want)
			found := c.get("/orgs/northwind/access?person=" + url.QueryEscape(person.email))
			equal(w.t, "typing "+person.email, strings.Contains(found.content(), "Nobody matches"), !person.there)
		}
		for app, there := range map[string]bool{"arm": true, "map": true, "showcase": true, "drive": false, "engine": false} {
			want := http.StatusNotFound
			if there {
				want = http.StatusOK
			}
			equal(w.t, "in "+app, c.get(w.why(tess, "models:create", app)).status, want)
			equal(w.t, "who in "+app, c.get(w.why("", "models:create", app)).status, want)
		}
		holders := c.get(w.why("", "members:manage", "")).content()
		equal(w.t, "names an Administrator", strings.Contains(holders, "Ada Admin"), false)
		equal(w.t, "says why", strings.Contains(holders, "You see the people who share a team with you."), true)
	})
}

// From a page that refuses to what would change it: whoever lacks the right is told who can give it, and that one finds the button.
func TestARefusalLeadsToWhatWouldChangeIt(t *testing.T) {
	each(t, func(w *world) {
		refused := w.signIn(ulf).get("/orgs/northwind/audit").mustBe(w, "the audit log", http.StatusForbidden)
		why := refused.linked()["Why, and what would change it"]
		equal(w.t, "leads to", why, w.why(ulf, "audit:view", ""))
		told := w.signIn(ulf).get(why).mustBe(w, "why", http.StatusOK)
		for _, words := range []string{
			"No. Ulf User does not have the right “Audit log” in the organization.", "The role Organization User", "One grant reaches Northwind Robotics, and its column has No in this row.",
			"Give Ulf User the role Administrator.", "An Administrator can do that.",
		} {
			if !strings.Contains(told.content(), words) {
				w.t.Errorf("it does not say %q: %s", words, told.content())
			}
		}
		equal(w.t, "a user is offered a button", told.linked()["Change the role"], "")
		managed := w.signIn(ada).get(why).mustBe(w, "why, for the Administrator", http.StatusOK)
		equal(w.t, "the Administrator is offered it", managed.linked()["Change the role"], urls.MemberRole.To("northwind", w.userID(ulf)))
		equal(w.t, "choosing another person keeps the right", managed.linked()["Change the person"], w.why("", "audit:view", ""))
		both := w.signIn(ada).get("/orgs/northwind/access?person=Ulf&in=show&scope=models:create").mustBe(w, "both typed", http.StatusOK).linked()
		equal(w.t, "choosing the app keeps who was typed", both["showcase"], "/orgs/northwind/access?app=showcase&person=Ulf&scope=models%3Acreate")
		equal(w.t, "and the other way round", both["Ulf User"], "/orgs/northwind/access?in=show&scope=models%3Acreate&who="+w.userID(ulf))
		equal(w.t, "and is not sent to somebody else", strings.Contains(managed.content(), "can do that"), false)
		w.raw().run("UPDATE members SET role = 'administrator' WHERE user_id = '" + w.userID(ulf) + "'")
		equal(w.t, "then", strings.Contains(w.signIn(ulf).get(why).content(), "Yes. Ulf User has the right “Audit log” in the organization."), true)
	})
}

func TestTheVerdictNamesTheGrant(t *testing.T) {
	each(t, func(w *world) {
		raw := w.raw()
		raw.run("UPDATE team_members SET added_by = '" + w.userID(olga) + "' WHERE user_id = '" + w.userID(tess) + "'")
		raw.run("UPDATE members SET role_changed_at = joined_at, role_changed_by = '" + w.userID(ada) + "' WHERE user_id = '" + w.userID(olga) + "'")
		says := func(c *client, email, scope, app string, words ...string) {
			w.t.Helper()
			got := c.get(w.why(email, scope, app)).mustBe(w, "why", http.StatusOK).content()
			for _, each := range words {
				if !strings.Contains(got, each) {
					w.t.Errorf("%s, %s, %s does not say %q: %s", email, scope, app, each, got)
				}
			}
		}
		admin, mate := w.signIn(ada), w.signIn(tess)
		says(admin, tess, "models:create", "arm", "Yes. Tess Team has the right “Create Models” in the app arm.", "The team Hands", "Added to the team", "by Olga Org",
			"Take Tess Team out of the team Hands.", "The role Team Contributor opens no app by itself: teams do.")
		says(admin, tess, "models:create", "engine", "No grant reaches engine. To Tess Team it is as if it did not exist.", "Add Tess Team to the team Wheels, which has the app.",
			"Add engine to the team Hands, which Tess Team is in.", "Make Tess Team a collaborator of engine, as a contributor.", "Give Tess Team the role Organization Contributor.")
		says(admin, olga, "teams:manage", "", "Given the role", "by Ada Admin")
		says(admin, quentin, "models:create", "drive", "A viewer of the app", "Make Quentin Marsh a contributor of drive instead of a viewer.", "Invite Quentin Marsh as an Organization Contributor.")
		says(admin, zoe, "sidebar:view", "arm", "opens nothing while Zoe Out is suspended", "Reinstate Zoe Out.")
		raw.run("UPDATE apps SET visibility_changed_at = created_at, visibility_changed_by = '" + w.userID(bo) + "' WHERE slug = 'showcase'")
		says(admin, zoe, "sidebar:view", "showcase", "The app is public", "Visibility changed", "by Bo Both", "Yes.")
		says(admin, ulf, "models:create", "arm", "The team Hands gives its apps to Team Contributors, and Ulf User is an Organization User.")
		says(admin, ulf, "", "", "4 of 12 rights in the organization.")
		says(admin, ulf, "", "arm", "4 of 17 rights in the app arm.")
		says(admin, "", "app-visibility:change", "showcase", "Who has “Change Visibility of Apps” in the app showcase", "Ada Admin")
		says(admin, "", "sidebar:view", "showcase", "Everybody signed in", "Every member")
		says(admin, "", "models:create", "", "Choose an app.")
		// Who sees some people only is not told the names of others.
		got := mate.get(w.why(tess, "models:create", "arm")).content()
		equal(w.t, "Tess is told who added her", strings.Contains(got, "Olga"), false)
		equal(w.t, "and offered the way", len(mate.get(w.why(tess, "app:delete", "arm")).linked()["Open arm"]), 0)
	})
}

// Somebody from outside asks in the app that they were given, about themselves, and learns nothing of the organization.
func TestAGuestAsksAboutThemselves(t *testing.T) {
	each(t, func(w *world) {
		w.raw().run("INSERT INTO team_apps (organization_id, team_id, app_id, added_at) SELECT t.organization_id, t.id, a.id, a.created_at FROM teams t JOIN apps a ON a.organization_id = t.organization_id WHERE t.slug = 'wheels' AND a.slug = 'drive'")
		w.raw().run("UPDATE collaborators SET added_by = '" + w.userID(olga) + "'")
		c := w.signIn(quentin)
		all := c.get(urls.AppAccess.To("northwind", "drive")).mustBe(w, "all rights", http.StatusOK)
		equal(w.t, "his rights", strings.Contains(all.content(), "4 of 17 rights in the app drive."), true)
		why := all.linked()["Create Models models:create"]
		if why == "" {
			why = all.linked()["Create Models"]
		}
		equal(w.t, "leads to why", why, "/orgs/northwind/apps/drive/access?scope=models%3Acreate")
		told := c.get(why).mustBe(w, "why not", http.StatusOK)
		for _, words := range []string{"No. Quentin Marsh does not have the right “Create Models” in the app drive.", "A viewer of the app", "Make Quentin Marsh a contributor of drive instead of a viewer.", "An Administrator or an Organization Contributor can do that."} {
			if !strings.Contains(told.content(), words) {
				w.t.Errorf("it does not say %q: %s", words, told.content())
			}
		}
		for _, words := range []string{"Wheels", "Olga", "team", "Northwind", "/orgs/northwind/access", "/orgs/northwind/members", "/orgs/northwind/roles"} {
			equal(w.t, "it tells of "+words, strings.Contains(told.body, words), false)
		}
		for _, path := range []string{"/orgs/northwind/apps/drive/access?scope=members:manage", "/orgs/northwind/apps/drive/access?scope=x", "/orgs/northwind/apps/engine/access", "/orgs/northwind/access"} {
			equal(w.t, path, c.get(path).status, http.StatusNotFound)
		}
		refused := c.get("/orgs/northwind/apps/drive/notes").mustBe(w, "the notes", http.StatusForbidden)
		equal(w.t, "his refusal leads to why", refused.linked()["Why, and what would change it"], "/orgs/northwind/apps/drive/access?scope=app-notes%3Aedit")
		other := "/orgs/northwind/apps/drive/access?who=" + w.userID(ada)
		equal(w.t, "about somebody else", strings.Contains(c.get(other).body, "Ada Admin"), false)
		// Of what is public everybody may ask, also who is suspended or has nothing to do with the organization.
		for _, email := range []string{carl, nina, zoe} {
			got := w.signIn(email).get("/orgs/northwind/apps/showcase/access?scope=sidebar:view").mustBe(w, email, http.StatusOK)
			equal(w.t, email+" reads it", strings.Contains(got.content(), "Yes."), true)
		}
		member := w.signIn(tess).get("/orgs/northwind/apps/arm/access?scope=app:delete")
		equal(w.t, "a member is led on", member.location, w.why("", "app:delete", "arm"))
	})
}

// Every way out of a refusal that the page shows as a button is allowed to whom it is shown.
func TestTheButtonsOfTheExplainerLeadWhereOneMayGo(t *testing.T) {
	each(t, func(w *world) {
		for _, reader := range []string{ada, olga, tess, ulf} {
			c := w.signIn(reader)
			for _, about := range []string{tess, ulf, zoe, quentin} {
				for _, app := range []string{"arm", "map", "drive"} {
					for _, scope := range []authz.Scope{authz.ModelsCreate, authz.AppDelete, authz.MembersManage} {
						got := c.get(w.why(about, scope.Name(), app))
						if got.status == http.StatusNotFound {
							continue
						}
						for words, to := range got.linked() {
							if strings.HasPrefix(words, "Open ") || strings.HasPrefix(words, "Change the role") || strings.HasPrefix(words, "Invite") || strings.HasPrefix(words, "The team") {
								equal(w.t, html.UnescapeString(reader+" about "+about+": "+words), c.get(to).status, http.StatusOK)
							}
						}
					}
				}
			}
		}
	})
}
