package authz

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// says writes ways as a person would, for tables of expectations.
func says(ways [][]Change) []string {
	var all []string
	for _, way := range ways {
		text := ""
		for i, c := range way {
			if i > 0 {
				text += " + "
			}
			text += c.text()
		}
		all = append(all, text)
	}
	return all
}

func (c Change) text() string {
	switch c.Kind {
	case GiveRole:
		return "role " + c.Role.Key()
	case JoinTeam:
		return "join " + c.Team
	case LeaveTeam:
		return "leave " + c.Team
	case AddAppToTeam:
		return "app to " + c.Team
	case RemoveAppFromTeam:
		return "app from " + c.Team
	case SetCollaborator:
		return fmt.Sprintf("collaborator %d", c.Level)
	case SetVisibility:
		return fmt.Sprintf("visibility %d", c.Visibility)
	case SignIn, RemoveMember, Reinstate, Suspend:
		return map[ChangeKind]string{SignIn: "sign in", RemoveMember: "remove", Reinstate: "reinstate", Suspend: "suspend"}[c.Kind]
	}
	return "?"
}

func TestWhatTurnsAnAnswerAround(t *testing.T) {
	member := func(r Role, teams ...string) Subject { return Subject{SignedIn: true, Role: r, Teams: teams} }
	suspended := member(TeamContributor, "a")
	suspended.Suspended = true
	for name, c := range map[string]struct {
		who   Subject
		scope Scope
		app   *App
		want  []string
	}{
		"a user may not invite":                   {member(OrganizationUser), MembersManage, nil, []string{"role administrator"}},
		"a user may not create apps":              {member(OrganizationUser), AppsCreate, nil, []string{"role organization_contributor"}},
		"a stranger's account":                    {Subject{SignedIn: true}, MembersView, nil, []string{"role organization_user"}},
		"nobody":                                  {Subject{}, MembersView, nil, []string{"sign in + role organization_user"}},
		"a suspended Administrator":               {Subject{SignedIn: true, Role: Administrator, Suspended: true}, MembersManage, nil, []string{"reinstate"}},
		"a suspended user who also lacks it":      {Subject{SignedIn: true, Role: OrganizationUser, Suspended: true}, TeamsManage, nil, []string{"reinstate + role organization_contributor"}},
		"an Administrator invites":                {member(Administrator), MembersManage, nil, []string{"role organization_contributor", "suspend", "remove"}},
		"a contributor keeps teams":               {member(OrganizationContributor), TeamsManage, nil, []string{"role team_contributor", "suspend", "remove"}},
		"an app's row of the organization":        {member(OrganizationUser), ModelsCreate, nil, nil},
		"no team":                                 {member(TeamContributor), ModelsCreate, &App{Teams: []string{"a"}}, []string{"join a", "collaborator 2", "role organization_contributor"}},
		"another team's app":                      {member(TeamContributor, "b"), ModelsCreate, &App{Teams: []string{"a"}}, []string{"join a", "app to b", "collaborator 2", "role organization_contributor"}},
		"no team, reading":                        {member(TeamContributor), SidebarView, &App{}, []string{"collaborator 1", "visibility 1", "role organization_user"}},
		"a viewer builds":                         {Subject{SignedIn: true}, ModelsCreate, &App{Collaborator: Viewer}, []string{"collaborator 2", "role organization_contributor"}},
		"an outsider reads":                       {Subject{SignedIn: true}, SidebarView, &App{Visibility: Organization}, []string{"collaborator 1", "visibility 2", "role organization_user"}},
		"a user in the app's team":                {member(OrganizationUser, "a"), ModelsCreate, &App{Teams: []string{"a"}}, []string{"collaborator 2", "role team_contributor"}},
		"suspended, of the app's team":            {suspended, ModelsCreate, &App{Teams: []string{"a"}}, []string{"reinstate"}},
		"a team's member does not delete the app": {member(TeamContributor, "a"), AppDelete, &App{Teams: []string{"a"}}, []string{"role organization_contributor"}},
		"builds through a team":                   {member(TeamContributor, "a"), ModelsCreate, &App{Teams: []string{"a"}}, []string{"leave a", "app from a", "role organization_user", "suspend", "remove"}},
		"builds through two teams":                {member(TeamContributor, "a", "b"), ModelsCreate, &App{Teams: []string{"a", "b"}}, []string{"role organization_user", "suspend", "remove", "leave a + leave b"}},
		"reads through role and public":           {member(OrganizationUser), SidebarView, &App{Visibility: Public}, []string{"remove + visibility 1"}},
		"reads what is public":                    {Subject{SignedIn: true}, SidebarView, &App{Visibility: Public}, []string{"visibility 1"}},
		"builds as a contributor from outside":    {Subject{SignedIn: true}, ModelsCreate, &App{Collaborator: Contributor}, []string{"collaborator 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := says(Explain(c.who, c.scope, Object{App: c.app}).Ways); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatOpensNothing(t *testing.T) {
	app := &App{Teams: []string{"a"}, Collaborator: Contributor, Visibility: Organization}
	for name, c := range map[string]struct {
		who  Subject
		app  *App
		want []Idle
	}{
		"Team Contributor in the team":  {Subject{SignedIn: true, Role: TeamContributor, Teams: []string{"a"}}, app, []Idle{{FromRole, "", RoleReachesNoApp}}},
		"Organization User in the team": {Subject{SignedIn: true, Role: OrganizationUser, Teams: []string{"a"}}, app, []Idle{{FromTeam, "a", NotATeamContributor}}},
		"outsider":                      {Subject{SignedIn: true}, app, []Idle{{FromOrganizationVisibility, "", NotAMember}}},
		"suspended": {Subject{SignedIn: true, Role: TeamContributor, Suspended: true, Teams: []string{"a"}}, app, []Idle{
			{FromRole, "", WhileSuspended}, {FromTeam, "a", WhileSuspended}, {FromCollaborator, "", WhileSuspended}, {FromOrganizationVisibility, "", WhileSuspended},
		}},
		"suspended, in the organization": {Subject{SignedIn: true, Role: Administrator, Suspended: true}, nil, []Idle{{FromRole, "", WhileSuspended}}},
		"nobody":                         {Subject{}, &App{Visibility: Public}, []Idle{{FromOrganizationVisibility, "", NotSignedIn}, {FromPublicVisibility, "", NotSignedIn}}},
		"Administrator":                  {Subject{SignedIn: true, Role: Administrator}, &App{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Explain(c.who, SidebarView, Object{App: c.app}).Idle; !slices.Equal(got, c.want) {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// state is a random question.
type state struct {
	who   Subject
	scope Scope
	what  Object
}

func randomStates(n int, visit func(state)) {
	random := rand.New(rand.NewPCG(3, 4))
	teams := []string{"a", "b", "c"}
	pick := func() []string {
		return slices.DeleteFunc(slices.Clone(teams), func(string) bool { return random.IntN(2) == 0 })
	}
	scopes := []Scope{{}}
	eachRow(func(_ *Table, s Scope) { scopes = append(scopes, s) })
	for range n {
		who := Subject{SignedIn: random.IntN(8) > 0, Role: Role(random.IntN(6)), Suspended: random.IntN(4) == 0, Teams: pick()}
		what := Object{}
		if random.IntN(5) > 0 {
			what.App = &App{Visibility: Visibility(random.IntN(3)), Teams: pick(), Collaborator: CollaboratorLevel(random.IntN(3))}
		}
		visit(state{who, scopes[random.IntN(len(scopes))], what})
	}
}

// only is a state in which nothing but one grant is there.
func (r Reason) only() (Subject, App) {
	switch r.Origin {
	case FromRole:
		return Subject{SignedIn: true, Role: r.Column}, App{}
	case FromTeam:
		return Subject{SignedIn: true, Role: TeamContributor, Teams: []string{r.Team}}, App{Teams: []string{r.Team}}
	case FromCollaborator:
		return Subject{SignedIn: true}, App{Collaborator: map[Role]CollaboratorLevel{TeamContributor: Contributor, OrganizationUser: Viewer}[r.Column]}
	case FromOrganizationVisibility: // a Team Contributor without a team is a member whose role opens no app
		return Subject{SignedIn: true, Role: TeamContributor}, App{Visibility: Organization}
	case FromPublicVisibility:
		return Subject{SignedIn: true}, App{Visibility: Public}
	}
	return Subject{}, App{}
}

// The explainer is the guard: the same answer, from reasons of which each is enough, and what it says would turn the answer around does,
// with nothing in it that is not needed.
func TestTheExplainerIsTheGuardOnRandomStates(t *testing.T) {
	const states = 100_000
	reasons, ways := 0, 0
	randomStates(states, func(s state) {
		before := fmt.Sprintf("%+v %+v", s.who, s.what.App)
		e := Explain(s.who, s.scope, s.what)
		guard := Decide(s.who, s.scope, s.what)
		if !reflect.DeepEqual(e.Decision, guard) {
			t.Fatalf("%s, %s: the explainer says %+v, the guard %+v", before, s.scope.Name(), e.Decision, guard)
		}
		for _, reason := range e.Because {
			who, app := reason.only()
			alone := Object{App: &app}
			if s.what.App == nil {
				alone.App = nil
			}
			if d := Decide(who, s.scope, alone); d.Allowed != reason.Yes || len(d.Because) == 0 {
				t.Fatalf("%s, %s: alone, %+v gives %+v", before, s.scope.Name(), reason, d)
			}
			reasons++
		}
		for _, way := range e.Ways {
			mustTurn(t, s, way, e.Allowed)
			ways++
		}
		if s.scope.fits(s.what) != (len(e.Ways) > 0) {
			t.Fatalf("%s, %s: %d ways", before, s.scope.Name(), len(e.Ways))
		}
		mustTakeEveryYes(t, s, e)
		if now := fmt.Sprintf("%+v %+v", s.who, s.what.App); now != before {
			t.Fatalf("explaining changed %s to %s", before, now)
		}
	})
	t.Logf("%d states, %d reasons, %d ways", states, reasons, ways)
}

func mustTurn(t *testing.T, s state, way []Change, allowed bool) {
	t.Helper()
	if after(way, s.who, s.scope, s.what).Allowed == allowed {
		t.Fatalf("%+v, %s, %+v: %q does not turn it", s.who, s.scope.Name(), s.what.App, says([][]Change{way}))
	}
	for i := range way {
		if part := slices.Delete(slices.Clone(way), i, i+1); after(part, s.who, s.scope, s.what).Allowed != allowed {
			t.Fatalf("%+v, %s, %+v: of %q a part is enough", s.who, s.scope.Name(), s.what.App, says([][]Change{way}))
		}
	}
}

// mustTakeEveryYes takes the grants that say Yes from the state by hand: as long as one is left the answer stays, then it turns.
func mustTakeEveryYes(t *testing.T, s state, e Explanation) {
	t.Helper()
	if !e.Allowed || s.what.App == nil {
		return
	}
	app := *s.what.App
	who := s.who
	for _, reason := range e.Because {
		if !reason.Yes {
			continue
		}
		if !Decide(who, s.scope, Object{App: &app}).Allowed {
			t.Fatalf("%+v, %s, %+v: taken before the last of %+v", s.who, s.scope.Name(), s.what.App, e.Because)
		}
		switch reason.Origin {
		case FromRole: // whose role reaches every app is left what a member without a reach has
			who.Role, who.Teams = TeamContributor, nil
		case FromTeam:
			app.Teams = without(app.Teams, reason.Team)
		case FromCollaborator:
			app.Collaborator = 0
		case FromOrganizationVisibility:
			if app.Visibility == Organization {
				app.Visibility = Private
			} else {
				who.Role = 0
			}
		case FromPublicVisibility:
			app.Visibility = Private
		}
	}
	if Decide(who, s.scope, Object{App: &app}).Allowed {
		t.Fatalf("%+v, %s, %+v: still allowed without %+v", s.who, s.scope.Name(), s.what.App, e.Because)
	}
}

func TestEachChangeNeedsARow(t *testing.T) {
	for kind := SignIn; kind <= SetVisibility; kind++ {
		if c := (Change{Kind: kind}); c.Needs().IsZero() != (kind == SignIn) {
			t.Errorf("%s needs %q", c.text(), c.Needs().Name())
		}
	}
}
