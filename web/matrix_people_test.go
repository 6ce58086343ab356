package web

import (
	"fmt"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// asker is somebody who asks, in the apps that their group of answers names.
type asker struct {
	name string
	c    *client
}

// matrixGroup is a group of answers: who asks, and in which app.
type matrixGroup struct {
	people []asker
	app    string // empty: in the organization
}

const (
	private, ours, theirs, viewed, built, visible, public = "plain", "ours", "theirs", "viewed", "built", "seen", "open"

	guest = "gus@outside.example"
)

// standIns are the people of one kind, in the order of the columns.
func standIns(kind string) []string {
	emails := make([]string, 0, 4)
	for _, role := range []string{"a", "o", "t", "u"} {
		emails = append(emails, kind+"-"+role+"@northwind.example")
	}
	return emails
}

// rowsOwn is an app in which only the last round of one row does something.
func rowsOwn(number int) string { return fmt.Sprintf("row-%d", number) }

// addMatrix makes Northwind have everybody and every app that the table speaks of.
func addMatrix(s *models.Seed) {
	hash, role := s.People[0].PasswordHash, []authz.Role{authz.Administrator, authz.OrganizationContributor, authz.TeamContributor, authz.OrganizationUser}
	viewers, contributors := map[string]authz.CollaboratorLevel{guest: authz.Viewer}, map[string]authz.CollaboratorLevel{guest: authz.Contributor}
	crew := []string{}
	for _, kind := range []string{"active", "suspended", "removed"} {
		for i, email := range standIns(kind) {
			s.People = append(s.People, models.SeedPerson{Name: kind + " " + role[i].Label(), Email: email, Role: role[i], PasswordHash: hash, Suspended: kind == "suspended"})
			crew = append(crew, email)
			if kind != "removed" {
				viewers[email], contributors[email] = authz.Viewer, authz.Contributor
			}
		}
	}
	s.People = append(s.People, models.SeedPerson{Name: "Gus Guest", Email: guest, PasswordHash: hash})
	s.Apps = append(s.Apps, models.SeedApp{Slug: private}, models.SeedApp{Slug: ours}, models.SeedApp{Slug: theirs}, models.SeedApp{Slug: viewed, Collaborators: viewers},
		models.SeedApp{Slug: built, Collaborators: contributors}, models.SeedApp{Slug: visible, Visibility: authz.Organization}, models.SeedApp{Slug: public, Visibility: authz.Public})
	for _, row := range roleTable() {
		s.Apps = append(s.Apps, models.SeedApp{Slug: models.Slug(rowsOwn(row.number))})
	}
	// Every app holds a model and an installed module; the module is everybody's to read.
	for i := range s.Apps {
		s.Apps[i].Holds.Models = append(s.Apps[i].Holds.Models, models.SeedModel{Slug: "held", Type: "text-classifier"})
		s.Apps[i].Holds.Installs = append(s.Apps[i].Holds.Installs, models.SeedInstall{
			Slug: "held", Module: models.ModuleRef{App: public, Module: "shared"}, Version: "1.0", Visibility: authz.Public,
		})
		if s.Apps[i].Slug == public {
			s.Apps[i].Holds.Modules = []models.SeedModule{{Slug: "shared", Visibility: authz.Public, Versions: []models.VersionChange{{Slug: "1.0", URL: "https://modules.example/shared"}}}}
		}
	}
	s.Teams = append(s.Teams, models.SeedTeam{Slug: "crew", Name: "Crew", Members: crew, Apps: []models.Slug{ours}},
		models.SeedTeam{Slug: "others", Name: "Others", Members: []string{bo}, Apps: []models.Slug{theirs}})
}

// matrixGroups signs everybody in, once each, and returns the groups of answers of rows in an app and of rows in the organization.
func (w *world) matrixGroups() (inApps, inOrganization []matrixGroup) {
	w.t.Helper()
	in := func(emails ...string) []asker {
		people := make([]asker, 0, len(emails))
		for _, email := range emails {
			people = append(people, asker{email, w.signIn(email)})
		}
		return people
	}
	active, suspended, removed := in(standIns("active")...), in(standIns("suspended")...), in(standIns("removed")...)
	elsewhere, outside, waiting, nobody := in(carl, cora, cyril, cleo), in(guest), in(invitee), []asker{{"nobody", w.client()}}
	admin := w.store.In(w.actor(ada, "northwind"))
	for _, email := range standIns("removed") {
		must(w.t, admin.Remove(w.t.Context(), w.userID(email), nil))
	}
	for _, group := range []struct {
		people []asker
		apps   []string
	}{
		{active, []string{private, ours, theirs, viewed, built, visible, public}}, {suspended, []string{ours, built, public}}, {removed, []string{private, ours, public}},
		{elsewhere, []string{private, public}}, {outside, []string{private, viewed, built, visible, public}}, {waiting, []string{private, public}}, {nobody, []string{private, public}},
	} {
		for _, app := range group.apps {
			inApps = append(inApps, matrixGroup{group.people, app})
		}
		inOrganization = append(inOrganization, matrixGroup{group.people, ""})
	}
	return inApps, inOrganization
}
