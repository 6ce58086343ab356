package web

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
)

// tableRow is one row of the role table with what happens to everybody who asks for it. The answers are written by hand, from the domain's
// table and its rules of reach; nothing here reads the program's own table. Each group is one app, or the organization, and each letter
// one person, in the order of the columns: Administrator, Organization Contributor, Team Contributor, Organization User.
//
//   - let in   - forbidden, and told which row   . nothing there   s told of the suspension   ? asked to sign in
//
// The groups of a row in an app, in order:
//
//	the four roles: in a private app of no team, of their own team, of another team, as its viewers, as its contributors, in one visible to the
//	organization, in a public one
//	suspended from each role: their team's app, the one that they contribute to, the public one
//	removed from each role: the private, their former team's, the public one
//	the four roles of another organization: the private, the public one
//	a guest: private, viewer, contributor, visible to the organization, public
//	invited only: private, public
//	nobody: private, public
//
// and of a row in the organization: the four roles, suspended, removed, of another organization, a guest, invited only, nobody.
type tableRow struct {
	number  int
	label   string
	answers string
	request func(w *world, app string) matrixRequest
}

// matrixRequest is a request for a row. Sent with its form it does something; without, whoever is let in changes nothing.
type matrixRequest struct {
	method, path string
	form         url.Values
}

func roleTable() []tableRow {
	return []tableRow{
		{1, "View Sidebar Items", "++.+ ++++ ++.+ ++++ ++++ ++++ ++++  ssss ssss ++++  .... .... ++++  .... ++++  .++.+ .+ ??", func(_ *world, app string) matrixRequest {
			return reading(urls.App.To("northwind", app))
		}},
		{2, "Create Models", "++.- +++- ++.- ++-- ++++ ++-- ++--  ssss ssss ----  .... .... ----  .... ----  .-+.- .- ??", func(_ *world, app string) matrixRequest {
			return posting(urls.ModelNew.To("northwind", app), "id", "made-for-the-table", "type", "text-classifier")
		}},
		{3, "Create Workflows", "++.- +++- ++.- ++-- ++++ ++-- ++--  ssss ssss ----  .... .... ----  .... ----  .-+.- .- ??", func(_ *world, app string) matrixRequest {
			return posting(urls.WorkflowNew.To("northwind", app), "id", "made-for-the-table", "node", "first", "model", "held", "inputs", "")
		}},
		{4, "Edit App ID", "++.- ++-- ++.- ++-- ++-- ++-- ++--  ssss ssss ----  .... .... ----  .... ----  .--.- .- ??", func(w *world, app string) matrixRequest {
			return posting(urls.AppSettingsID.To("northwind", app), "id", app+"-renamed", "version", w.versionOf(app), "confirmed", "yes")
		}},
		{5, "Edit App Description", "++.- +++- ++.- ++-- ++++ ++-- ++--  ssss ssss ----  .... .... ----  .... ----  .-+.- .- ??", func(w *world, app string) matrixRequest {
			return posting(urls.AppDescription.To("northwind", app), "description", "Written for the table", "version", w.versionOf(app))
		}},
		{6, "Edit App Notes", "++.- +++- ++.- ++-- ++++ ++-- ++--  ssss ssss ----  .... .... ----  .... ----  .-+.- .- ??", func(w *world, app string) matrixRequest {
			return posting(urls.AppNotes.To("northwind", app), "notes", "Written for the table", "version", w.versionOf(app))
		}},
		{7, "View Collaborators", "++.+ ++++ ++.+ ++++ ++++ ++++ ++++  ssss ssss ++++  .... .... ++++  .... ++++  .++.+ .+ ??", func(_ *world, app string) matrixRequest {
			return reading(urls.AppCollaborators.To("northwind", app))
		}},
		{8, "Edit Collaborators", "++.- ++-- ++.- ++-- ++-- ++-- ++--  ssss ssss ----  .... .... ----  .... ----  .--.- .- ??", func(_ *world, app string) matrixRequest {
			return posting(urls.AppCollaborators.To("northwind", app), "email", nina, "level", "viewer")
		}},
		{9, "Base Workflow View", "++.+ ++++ ++.+ ++++ ++++ ++++ ++++  ssss ssss ++++  .... .... ++++  .... ++++  .++.+ .+ ??", func(_ *world, app string) matrixRequest {
			return reading(urls.AppSettings.To("northwind", app))
		}},
		{10, "Base Workflow Edit", "++.- ++-- ++.- ++-- ++-- ++-- ++--  ssss ssss ----  .... .... ----  .... ----  .--.- .- ??", func(w *world, app string) matrixRequest {
			return posting(urls.AppSettingsBaseWorkflow.To("northwind", app), "base_workflow", "text", "version", w.versionOf(app))
		}},
		{11, "Delete All Models", "++.- +++- ++.- ++-- ++++ ++-- ++--  ssss ssss ----  .... .... ----  .... ----  .-+.- .- ??", func(_ *world, app string) matrixRequest {
			return posting(urls.ModelsDelete.To("northwind", app), "confirm", app)
		}},
		{12, "Delete App", "++.- ++-- ++.- ++-- ++-- ++-- ++--  ssss ssss ----  .... .... ----  .... ----  .--.- .- ??", func(_ *world, app string) matrixRequest {
			return posting(urls.AppDelete.To("northwind", app), "confirm", app)
		}},
		{13, "Invite / Modify / Delete Members", "+---  ssss  ....  ....  . . ?", func(*world, string) matrixRequest {
			return posting(urls.InvitationNew.To("northwind"), "people", "new.face@elsewhere.example", "role", "organization_user", "days", "7", "action", "send")
		}},
		{14, "Create / Edit / Delete Teams", "++--  ssss  ....  ....  . . ?", func(*world, string) matrixRequest {
			return posting(urls.TeamNew.To("northwind"), "id", "made-for-the-table", "name", "Made for the table", "description", "")
		}},
		{15, "Add Members to Teams", "++--  ssss  ....  ....  . . ?", func(w *world, _ string) matrixRequest {
			return posting(urls.TeamMembersAdd.To("northwind", "others"), "member", w.userID(ulf), "action", "save")
		}},
		{16, "Add Apps to Teams", "++--  ssss  ....  ....  . . ?", func(w *world, _ string) matrixRequest {
			return posting(urls.TeamAppsAdd.To("northwind", "others"), "app", w.appID(private), "action", "save")
		}},
		{17, "Create Apps", "++--  ssss  ....  ....  . . ?", func(*world, string) matrixRequest {
			return posting(urls.AppNew.To("northwind"), "id", "made-for-the-table", "description", "", "base_workflow", "universal")
		}},
		{18, "Change Visibility of Apps", "++.- ++-- ++.- ++-- ++-- ++-- ++--  ssss ssss ----  .... .... ----  .... ----  .--.- .- ??", func(w *world, app string) matrixRequest {
			return posting(urls.AppSettingsVisibility.To("northwind", app), "visibility", "organization", "version", w.versionOf(app))
		}},
		{19, "Change Visibility of Apps Resources", "++.- +++- ++.- ++-- ++++ ++-- ++--  ssss ssss ----  .... .... ----  .... ----  .-+.- .- ??", func(_ *world, app string) matrixRequest {
			return posting(urls.ModelVisibility.To("northwind", app, "held"), "visibility", "organization")
		}},
		{20, "Use Modules", "++.+ ++++ ++.+ ++++ ++++ ++++ ++++  ssss ssss ++++  .... .... ++++  .... ++++  .++.+ .+ ??", func(_ *world, app string) matrixRequest {
			return reading(urls.Install.To("northwind", app, "held"))
		}},
		{21, "Create / Delete Modules", "++.- +++- ++.- ++-- ++++ ++-- ++--  ssss ssss ----  .... .... ----  .... ----  .-+.- .- ??", func(_ *world, app string) matrixRequest {
			return posting(urls.ModuleNew.To("northwind", app), "id", "made-for-the-table", "description", "")
		}},
		{22, "Install / Uninstall Modules", "++.- +++- ++.- ++-- ++++ ++-- ++--  ssss ssss ----  .... .... ----  .... ----  .-+.- .- ??", func(_ *world, app string) matrixRequest {
			return posting(urls.InstallNew.To("northwind", app), "module", public+"/shared", "version", "1.0", "id", "made-for-the-table")
		}},
	}
}

func reading(path string) matrixRequest { return matrixRequest{http.MethodGet, path, nil} }

func posting(path string, form ...string) matrixRequest {
	return matrixRequest{http.MethodPost, path, fields(form...)}
}

// attempt is one person's request for one row, and the letter that is expected.
type attempt struct {
	row    tableRow
	app    string
	letter byte
}

// plan is what everybody tries, by person.
func (w *world) plan(rows []tableRow, inApps, inOrganization []matrixGroup) map[*client][]attempt {
	w.t.Helper()
	plan := map[*client][]attempt{}
	for _, row := range rows {
		groups := inApps
		if row.number >= 13 && row.number <= 17 {
			groups = inOrganization
		}
		letters := strings.Join(strings.Fields(row.answers), "")
		for _, group := range groups {
			for _, person := range group.people {
				if letters == "" {
					w.t.Fatalf("row %d has too few answers", row.number)
				}
				plan[person.c] = append(plan[person.c], attempt{row, group.app, letters[0]})
				letters = letters[1:]
			}
		}
		equal(w.t, "answers too many in row "+row.label, letters, "")
	}
	return plan
}

// The whole role table over HTTP: every row, everybody, wherever they can stand to an app. What is refused is sent as it would be accepted, and
// changes nothing; the last round shows that each of these requests does change something when it is allowed.
func theWholeTable(t *testing.T) {
	eachWith(t, settings{adjust: addMatrix}, func(w *world) {
		raw, rows := w.raw(), roleTable()
		inApps, inOrganization := w.matrixGroups()
		plan, requests, refusals := w.plan(rows, inApps, inOrganization), 0, 0
		people := map[*client]string{}
		for _, group := range inApps {
			for _, person := range group.people {
				people[person.c] = person.name
			}
		}
		for _, c := range slices.SortedFunc(maps.Keys(people), func(a, b *client) int { return strings.Compare(people[a], people[b]) }) {
			before := raw.dump()
			for _, a := range plan[c] {
				if a.letter == '+' {
					continue
				}
				request := a.row.request(w, a.app)
				a.mustBeRefused(w, people[c], c.do(request.method, request.path, formTypeOf(request), request.form.Encode()))
				requests++
				refusals++
				if raw.versions != nil { // SQLite says for nothing whether anything was written; PostgreSQL is asked once for each person
					raw.unchanged(people[c]+" in "+a.app+": "+a.row.label, before)
				}
			}
			raw.unchanged("what was refused to "+people[c], before)
			for _, a := range plan[c] {
				if a.letter != '+' {
					continue
				}
				request := a.row.request(w, a.app)
				got := c.do(request.method, request.path, formTypeOf(request), "")
				requests++
				if got.status == 401 || got.status == 403 || got.status == 404 || got.status >= 500 || strings.HasPrefix(got.location, urls.Login.To()) {
					w.t.Errorf("%s, %s in %q: status %d (%s), want to be let in", people[c], a.row.label, a.app, got.status, got.sentence())
				}
			}
		}
		w.t.Logf("%d requests, %d of them refused", requests, refusals)
		w.mustDoSomething(rows)
	})
}

func formTypeOf(r matrixRequest) string {
	if r.method == http.MethodGet {
		return ""
	}
	return formType
}

func (a attempt) mustBeRefused(w *world, who string, got answer) {
	w.t.Helper()
	what := who + ", " + a.row.label + " in " + a.app
	told := ""
	switch a.letter {
	case '-':
		equal(w.t, what, got.status, http.StatusForbidden)
		told = html.EscapeString(a.row.label)
	case '.':
		equal(w.t, what, got.status, http.StatusNotFound)
		told = "There is nothing here"
	case 's':
		equal(w.t, what, got.status, http.StatusForbidden)
		told = "Your membership is suspended"
	case '?':
		if got.status != http.StatusUnauthorized && !strings.HasPrefix(got.location, urls.Login.To()) {
			w.t.Errorf("%s: status %d, want to be asked to sign in", what, got.status)
		}
	default:
		w.t.Fatalf("%s: what is %q", what, a.letter)
	}
	if !strings.Contains(got.body, told) {
		w.t.Errorf("%s: the page does not say %q: %s", what, told, got.sentence())
	}
}

// mustDoSomething sends every request as an Administrator. Without this, a refusal would prove nothing: the request could be wrong in itself.
func (w *world) mustDoSomething(rows []tableRow) {
	w.t.Helper()
	raw, admin := w.raw(), w.signIn(ada)
	for _, row := range rows {
		request := row.request(w, rowsOwn(row.number))
		before := raw.dump()
		got := admin.do(request.method, request.path, formTypeOf(request), request.form.Encode())
		if request.method == http.MethodGet {
			equal(w.t, row.label, got.status, http.StatusOK)
			continue
		}
		changed := false
		for table, now := range raw.dump() {
			changed = changed || !slices.Equal(now, before[table])
		}
		if !changed || got.status != http.StatusSeeOther && got.status != http.StatusOK {
			w.t.Errorf("%s: status %d (%s), changed %t", row.label, got.status, got.sentence(), changed)
		}
	}
}

// What the page of access says of everybody is what happened to them above.
func theExplainerAgrees(t *testing.T) {
	w := onSQLite(t, settings{adjust: addMatrix})
	rows := roleTable()
	inApps, inOrganization := w.matrixGroups()
	names := map[*client]string{}
	for _, group := range inApps {
		for _, person := range group.people {
			names[person.c] = person.name
		}
	}
	admin, questions := w.signIn(ada), 0
	for c, attempts := range w.plan(rows, inApps, inOrganization) {
		for _, a := range attempts {
			scope, ok := labelled(a.row.label)
			if a.letter == '?' || !ok {
				continue
			}
			got := admin.get(w.why(names[c], scope, a.app))
			if got.status == http.StatusNotFound { // of another organization, or removed: nobody here
				continue
			}
			questions++
			if yes := strings.Contains(got.content(), "Yes. "); yes != (a.letter == '+') {
				w.t.Errorf("%s, %s in %q: the explainer says %t", names[c], a.row.label, a.app, yes)
			}
		}
	}
	w.t.Logf("%d questions", questions)
}

// appID is the id of one of Northwind's apps.
func (w *world) appID(slug string) string {
	w.t.Helper()
	return w.raw().word("SELECT a.id FROM apps a JOIN organizations o ON o.id = a.organization_id WHERE o.slug = 'northwind' AND a.slug = '" + slug + "'")
}

// versionOf is the version of one of Northwind's apps, as a form of its page would hold it.
func (w *world) versionOf(slug string) string {
	w.t.Helper()
	return w.raw().word("SELECT a.version FROM apps a JOIN organizations o ON o.id = a.organization_id WHERE o.slug = 'northwind' AND a.slug = '" + slug + "'")
}

// labelled is the name of the scope with a label.
func labelled(label string) (string, bool) {
	for _, table := range authz.Tables() {
		for _, scope := range table.Scopes() {
			if scope.Label() == label {
				return scope.Name(), true
			}
		}
	}
	return "", false
}
