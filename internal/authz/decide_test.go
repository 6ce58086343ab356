package authz

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestDecideInTheOrganization(t *testing.T) {
	for name, c := range map[string]struct {
		who             Subject
		scope           Scope
		allowed, within bool
	}{
		"nobody":                           {Subject{}, OrganizationView, false, false},
		"a role without a sign-in":         {Subject{Role: Administrator}, OrganizationView, false, false},
		"signed in, not a member":          {Subject{SignedIn: true}, OrganizationView, false, false},
		"suspended Administrator":          {Subject{SignedIn: true, Role: Administrator, Suspended: true}, OrganizationView, false, false},
		"Administrator manages":            {Subject{SignedIn: true, Role: Administrator}, MembersManage, true, true},
		"contributor may not invite":       {Subject{SignedIn: true, Role: OrganizationContributor}, MembersManage, false, true},
		"user sees the Security page":      {Subject{SignedIn: true, Role: OrganizationUser}, SecurityView, true, true},
		"user does not change it":          {Subject{SignedIn: true, Role: OrganizationUser}, SecurityManage, false, true},
		"an app's scope without an app":    {Subject{SignedIn: true, Role: Administrator}, ModelsCreate, false, true},
		"the zero scope":                   {Subject{SignedIn: true, Role: Administrator}, Scope{}, false, true},
		"a role that does not exist":       {Subject{SignedIn: true, Role: 9}, OrganizationView, false, false},
		"team contributor opens the pages": {Subject{SignedIn: true, Role: TeamContributor}, OrganizationView, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			d := Decide(c.who, c.scope, Object{})
			if d.Allowed != c.allowed || d.Within != c.within {
				t.Errorf("allowed %t within %t, want %t %t", d.Allowed, d.Within, c.allowed, c.within)
			}
		})
	}
}

func TestDecideInAnApp(t *testing.T) {
	member := func(r Role, teams ...string) Subject { return Subject{SignedIn: true, Role: r, Teams: teams} }
	outsider := Subject{SignedIn: true}
	for name, c := range map[string]struct {
		who             Subject
		app             App
		scope           Scope
		allowed, within bool
	}{
		"Administrator in a private app":                    {member(Administrator), App{}, AppDelete, true, true},
		"Organization Contributor in a private app":         {member(OrganizationContributor), App{}, ModelsCreate, true, true},
		"Organization User reads a private app":             {member(OrganizationUser), App{}, SidebarView, true, true},
		"Organization User writes nothing":                  {member(OrganizationUser), App{}, ModelsCreate, false, true},
		"Team Contributor without a team":                   {member(TeamContributor), App{}, SidebarView, false, false},
		"Team Contributor of another team":                  {member(TeamContributor, "a"), App{Teams: []string{"b"}}, SidebarView, false, false},
		"Team Contributor of its team builds":               {member(TeamContributor, "a", "b"), App{Teams: []string{"b"}}, ModelsCreate, true, true},
		"Team Contributor of its team does not delete":      {member(TeamContributor, "b"), App{Teams: []string{"b"}}, AppDelete, false, true},
		"an Organization User gains nothing by a team":      {member(OrganizationUser, "b"), App{Teams: []string{"b"}}, ModelsCreate, false, true},
		"Team Contributor reads what the organization sees": {member(TeamContributor), App{Visibility: Organization}, SidebarView, true, true},
		"and does not write there":                          {member(TeamContributor), App{Visibility: Organization}, ModelsCreate, false, true},
		"outsider, private":                                 {outsider, App{}, SidebarView, false, false},
		"outsider, visible to the organization":             {outsider, App{Visibility: Organization}, SidebarView, false, false},
		"outsider, public":                                  {outsider, App{Visibility: Public}, SidebarView, true, true},
		"outsider, public, writing":                         {outsider, App{Visibility: Public}, ModelsCreate, false, true},
		"nobody, public":                                    {Subject{}, App{Visibility: Public}, SidebarView, false, false},
		"outside viewer":                                    {outsider, App{Collaborator: Viewer}, SidebarView, true, true},
		"outside viewer writes nothing":                     {outsider, App{Collaborator: Viewer}, ModelsCreate, false, true},
		"outside contributor builds":                        {outsider, App{Collaborator: Contributor}, ModelsCreate, true, true},
		"outside contributor does not delete the app":       {outsider, App{Collaborator: Contributor}, AppDelete, false, true},
		"Organization User and contributor":                 {member(OrganizationUser), App{Collaborator: Contributor}, ModelsCreate, true, true},
		"suspended, contributor":                            {Subject{SignedIn: true, Role: Administrator, Suspended: true}, App{Collaborator: Contributor}, SidebarView, false, false},
		"suspended, public":                                 {Subject{SignedIn: true, Role: Administrator, Suspended: true}, App{Visibility: Public}, SidebarView, true, true},
		"an organization's scope of an app":                 {member(Administrator), App{}, MembersManage, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			d := Decide(c.who, c.scope, Object{App: &c.app})
			if d.Allowed != c.allowed || d.Within != c.within {
				t.Errorf("allowed %t within %t, want %t %t; because %+v", d.Allowed, d.Within, c.allowed, c.within, d.Because)
			}
		})
	}
}

// Whatever the state: allowed exactly when some reason says Yes, within exactly when there is a reason, and nothing without a sign-in.
func TestReasonsAndAnswerAgreeOnRandomStates(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	teams := []string{"a", "b", "c"}
	pick := func() []string {
		return slices.DeleteFunc(slices.Clone(teams), func(string) bool { return random.IntN(2) == 0 })
	}
	var scopes []Scope
	eachRow(func(_ *Table, s Scope) { scopes = append(scopes, s) })
	for range 20_000 {
		who := Subject{SignedIn: random.IntN(8) > 0, Role: Role(random.IntN(6)), Suspended: random.IntN(4) == 0, Teams: pick()}
		what := Object{}
		if random.IntN(4) > 0 {
			what.App = &App{Visibility: Visibility(random.IntN(3)), Teams: pick(), Collaborator: CollaboratorLevel(random.IntN(3))}
		}
		scope := scopes[random.IntN(len(scopes))]
		d := Decide(who, scope, what)
		yes := slices.ContainsFunc(d.Because, func(r Reason) bool { return r.Yes })
		if d.Allowed != yes || d.Within != (len(d.Because) > 0) || (d.Allowed && !d.Within) || (!who.SignedIn && d.Within) {
			t.Fatalf("Decide(%+v, %s, %+v) = %+v", who, scope.Name(), what.App, d)
		}
	}
}
