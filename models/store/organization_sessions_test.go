package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/models"
)

// namesOf are the people of all pages of the list, in its order.
func (w *world) namesOf(t Tenant, f models.SessionFilter) string {
	w.t.Helper()
	var names []string
	for f.Page = (models.Page{Size: 2}); ; {
		listed := must1(t.Sessions(w.ctx, f))
		for _, s := range listed.Rows {
			name, _, _ := strings.Cut(s.Name, " ")
			if s.Held {
				name += "!"
			}
			names = append(names, name)
		}
		if f.Page.After = listed.Older; f.Page.After == "" {
			return strings.Join(names, " ")
		}
	}
}

// crowded is Northwind with sessions of every kind, made in this order; ada's is the first.
func (w *world) crowded() (ada Tenant, tess, ulf, sana []byte) {
	w.t.Helper()
	ada = w.in("northwind", "ada@northwind.example")
	c := w.providerOf(ada, "okta", true)
	tess, ulf = w.signIn("tess@northwind.example"), w.signIn(ulfs)
	_, _ = w.enrols("mia@northwind.example")
	sana, _, err := w.enters(c, models.SAMLIdentity{NameID: "sana", Email: "sana@northwind.example"})
	must(w.t, err)
	w.signIn("zoe@northwind.example") // suspended
	w.signIn("carl@contoso.example")  // of another organization
	w.signIn("quentin@tailspin.example")
	return ada, tess, ulf, sana
}

func TestTheSessionsOfAnOrganizationAreListed(t *testing.T) {
	each(t, func(w *world) {
		ada, _, _, _ := w.crowded()
		for what, want := range map[string]struct {
			filter models.SessionFilter
			names  string
		}{
			"all":        {models.SessionFilter{}, "Sana Mia Ulf! Tess Ada"},
			"password":   {models.SessionFilter{Method: models.SessionByPassword}, "Ulf! Tess Ada"},
			"factor":     {models.SessionFilter{Method: models.SessionByFactor}, "Mia"},
			"passkey":    {models.SessionFilter{Method: models.SessionByPasskey}, ""},
			"sso":        {models.SessionFilter{Method: models.SessionBySSO}, "Sana"},
			"provider":   {models.SessionFilter{Provider: "OKTA"}, "Sana"},
			"another":    {models.SessionFilter{Provider: "no such thing"}, ""},
			"by name":    {models.SessionFilter{Query: "ULF"}, "Ulf!"},
			"both":       {models.SessionFilter{Query: "northwind.example", Method: models.SessionByPassword}, "Ulf! Tess Ada"},
			"not an id":  {models.SessionFilter{IDs: []string{"x"}}, ""},
			"nobody's":   {models.SessionFilter{IDs: []string{newID()}}, ""},
			"Contoso it": {models.SessionFilter{Query: "carl"}, ""},
		} {
			equal(w.t, what, w.namesOf(ada, want.filter), want.names)
		}
		equal(w.t, "of Contoso", w.namesOf(w.in("contoso", "carl@contoso.example"), models.SessionFilter{}), "Carl Carl Ulf!")
		rows := must1(ada.Sessions(w.ctx, models.SessionFilter{})).Rows
		equal(w.t, "own", rows[4].Current, true)
		equal(w.t, "where", rows[3].IP+" "+rows[3].UserAgent, request.IP+" "+request.UserAgent)
		equal(w.t, "by what", string(rows[1].Authentications[0].Factor)+" "+rows[0].Authentications[0].ProviderName, "authenticator Provider okta")

		// What opens nothing is none: a disabled provider's, one of whom single sign-on is required, and what has run out.
		must(w.t, ada.SetIdentityProviderEnabled(w.ctx, "okta", false))
		equal(w.t, "disabled", w.namesOf(ada, models.SessionFilter{}), "Mia Ulf! Tess Ada")
		w.clock.pass(models.SessionIdle + time.Minute)
		equal(w.t, "run out", w.namesOf(ada, models.SessionFilter{}), "")
	})
}

func TestSessionsOfAnOrganizationAreEndedAsFarAsTheyAreItsOwn(t *testing.T) {
	each(t, func(w *world) {
		ada, tess, ulf, sana := w.crowded()
		all := models.SessionFilter{}
		equal(w.t, "said before", must1(ada.CountSessions(w.ctx, all)), models.SessionCount{Sessions: 3, People: 3, Held: 1, Own: 1})

		// All of a connection.
		through := models.SessionFilter{Provider: "okta"}
		equal(w.t, "of okta", must1(ada.CountSessions(w.ctx, through)), models.SessionCount{Sessions: 1, People: 1})
		w.records(func() { must1(ada.EndSessions(w.ctx, through)) }, "northwind member.sessions-ended")
		e := must1(ada.Audit(w.ctx, models.AuditFilter{Action: models.ActionMemberSessionsEnded})).Rows[0]
		equal(w.t, "whose", e.TargetName+" "+e.After["sessions ended"], "Sana Öz 1")
		gone := func(token []byte, why string) {
			w.t.Helper()
			_, err := w.Asking(w.ctx, token, "northwind")
			refused(w.t, err, models.NotFound)
			equal(w.t, "is told", must1(w.SessionEndedBy(w.ctx, token)), why)
		}
		gone(sana, "Northwind Robotics")

		// Others must not, and another organization's Administrator reaches none of them.
		olga, carl := w.in("northwind", "olga@northwind.example"), w.in("contoso", "carl@contoso.example")
		ids := []string{}
		for _, s := range must1(ada.Sessions(w.ctx, all)).Rows {
			ids = append(ids, s.ID)
		}
		w.records(func() {
			_, err := olga.EndSessions(w.ctx, all)
			refused(w.t, err, models.Denied)
			equal(w.t, "of another", must1(carl.EndSessions(w.ctx, models.SessionFilter{IDs: ids})).Sessions, 0)
		})
		w.ask(tess, "northwind")

		// All but one's own, and but what others trust too.
		w.records(func() {
			equal(w.t, "ended", must1(ada.EndSessions(w.ctx, all)), models.SessionCount{Sessions: 3, People: 3, Held: 1, Own: 1})
		}, "northwind sessions.ended")
		e = must1(ada.Audit(w.ctx, models.AuditFilter{Action: models.ActionSessionsEnded})).Rows[0]
		equal(w.t, "what is kept", e.After["sessions ended"]+" of "+e.After["of"], "3 of Mia Mate, Olga Org, Tess Team")
		gone(tess, "Northwind Robotics")
		w.ask(ulf, "northwind")
		equal(w.t, "left", w.namesOf(ada, all), "Ulf! Ada")
		_, err := w.SessionEndedBy(w.ctx, ulf)
		refused(w.t, err, models.NotFound)
		w.records(func() { equal(w.t, "again", must1(ada.EndSessions(w.ctx, all)).Sessions, 0) })

		// Forgotten when they would have run out.
		w.clock.pass(models.SessionAbsolute)
		_, err = w.SessionEndedBy(w.ctx, tess)
		refused(w.t, err, models.NotFound)
		must(w.t, w.Sweep(w.ctx))
		equal(w.t, "swept", w.number("SELECT count(*) FROM ended_sessions"), 0)
	})
}

func TestWhatAnotherOrganizationOpenedStaysInASessionThatEnds(t *testing.T) {
	each(t, func(w *world) {
		ada, carl := w.in("northwind", "ada@northwind.example"), w.in("contoso", "carl@contoso.example")
		north, con := w.providerOf(ada, "okta", true), w.providerOf(carl, "okta", true)
		first, _, err := w.enters(north, models.SAMLIdentity{NameID: "ulf", Email: ulfs})
		must(w.t, err)
		both, _, err := w.enters(con, models.SAMLIdentity{NameID: "ulf", Email: ulfs}, first...)
		must(w.t, err)
		equal(w.t, "not held", w.namesOf(ada, models.SessionFilter{Query: "ulf"}), "Ulf")
		must1(ada.EndSessions(w.ctx, models.SessionFilter{Query: "ulf"}))
		asking := w.ask(both, "contoso")
		equal(w.t, "opens Contoso", asking.Person.Opens(carl.organization()), true)
		equal(w.t, "opens Northwind", asking.Person.Opens(ada.organization()), false)
	})
}

func TestASessionIsEndedOnceByManyAtOnce(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		w.signIn("tess@northwind.example")
		w.signIn("mia@northwind.example")
		counts := make([]models.SessionCount, 6)
		before := w.number("SELECT count(*) FROM audit_entries")
		good, failures := atOnce(len(counts), func(i int) (err error) {
			counts[i], err = ada.EndSessions(w.ctx, models.SessionFilter{})
			return err
		})
		equal(w.t, "failures", len(failures), 0)
		equal(w.t, "good", good, len(counts))
		equal(w.t, "left", w.namesOf(ada, models.SessionFilter{}), "Ada")
		equal(w.t, "somebody ended both", slices.ContainsFunc(counts, func(c models.SessionCount) bool { return c.Sessions == 2 }), true)
		equal(w.t, "entries", w.number("SELECT count(*) FROM audit_entries"), before+1)
	})
}
