package authz

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Which of an app's resources somebody sees: by hand, for every way to reach an app.
func TestWhoSeesAResource(t *testing.T) {
	member := func(r Role, teams ...string) Subject { return Subject{SignedIn: true, Role: r, Teams: teams} }
	outsider := Subject{SignedIn: true}
	const none, all, organization, public = "", "private organization public", "organization public", "public"
	for name, c := range map[string]struct {
		who  Subject
		app  App
		sees string
	}{
		"nobody, public":                                 {Subject{}, App{Visibility: Public}, none},
		"Administrator, private":                         {member(Administrator), App{}, all},
		"Organization Contributor, private":              {member(OrganizationContributor), App{}, all},
		"Organization User, private":                     {member(OrganizationUser), App{}, all},
		"Team Contributor without the app":               {member(TeamContributor, "a"), App{Teams: []string{"b"}}, none},
		"Team Contributor of its team":                   {member(TeamContributor, "a"), App{Teams: []string{"a"}}, all},
		"Team Contributor of its team, and it is public": {member(TeamContributor, "a"), App{Teams: []string{"a"}, Visibility: Public}, all},
		"Team Contributor, visible to the organization":  {member(TeamContributor), App{Visibility: Organization}, organization},
		"Team Contributor, public":                       {member(TeamContributor), App{Visibility: Public}, organization},
		"viewer":                                         {outsider, App{Collaborator: Viewer}, all},
		"contributor":                                    {outsider, App{Collaborator: Contributor}, all},
		"viewer of what is public":                       {outsider, App{Collaborator: Viewer, Visibility: Public}, all},
		"outsider, visible to the organization":          {outsider, App{Visibility: Organization}, none},
		"outsider, public":                               {outsider, App{Visibility: Public}, public},
		"suspended Administrator, public":                {Subject{SignedIn: true, Role: Administrator, Suspended: true}, App{Visibility: Public}, public},
		"suspended Administrator":                        {Subject{SignedIn: true, Role: Administrator, Suspended: true}, App{Visibility: Organization}, none},
		"suspended contributor, public":                  {Subject{SignedIn: true, Role: TeamContributor, Suspended: true}, App{Collaborator: Contributor, Visibility: Public}, public},
	} {
		t.Run(name, func(t *testing.T) {
			d := Decide(c.who, SidebarView, Object{App: &c.app})
			for own, word := range []string{"private", "organization", "public"} {
				want := slices.Contains(map[string][]string{none: nil, all: {"private", "organization", "public"}, organization: {"organization", "public"}, public: {"public"}}[c.sees], word)
				if got := d.Reads(Visibility(own)); got != want {
					t.Errorf("sees what is %s: %t, want %t; because %+v", word, got, want, d.Because)
				}
			}
		})
	}
}

// Whatever the state: who may change a resource sees every one, and a resource is never more visible than what opens its app.
func TestWhoBuildsSeesEverything(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		who := Subject{SignedIn: random.IntN(8) > 0, Role: Role(random.IntN(6)), Suspended: random.IntN(4) == 0, Teams: []string{"a", "b"}[:random.IntN(3)]}
		app := App{Visibility: Visibility(random.IntN(3)), Teams: []string{"b", "c"}[:random.IntN(3)], Collaborator: CollaboratorLevel(random.IntN(3))}
		for _, scope := range []Scope{ModelsCreate, WorkflowsCreate, ModulesManage, ModulesInstall, ModelsDeleteAll, ResourceVisibilityChange} {
			if d := Decide(who, scope, Object{App: &app}); d.Allowed && !d.Reads(Private) {
				t.Fatalf("%+v may %s in %+v and does not see what is private there", who, scope.Name(), app)
			}
		}
		d := Decide(who, SidebarView, Object{App: &app})
		for _, own := range []Visibility{Private, Organization, Public} {
			wider := d.Reads(own) && own < Public && !d.Reads(own+1)
			if wider || d.Reads(own) && !d.Within {
				t.Fatalf("%+v in %+v reads %d: %+v", who, app, own, d)
			}
		}
	}
}

func TestTheNarrowerCounts(t *testing.T) {
	for _, c := range []struct{ app, own, want Visibility }{
		{Private, Public, Private}, {Public, Private, Private}, {Organization, Public, Organization}, {Public, Public, Public}, {Organization, Organization, Organization},
	} {
		if got := Narrower(c.app, c.own); got != c.want {
			t.Errorf("Narrower(%d, %d) = %d, want %d", c.app, c.own, got, c.want)
		}
	}
}
