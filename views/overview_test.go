package views_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/views"
)

func TestACertificateIsSpokenOfLouderTheNearerItsEnd(t *testing.T) {
	now := sampleOverview().Page.Now
	for _, c := range []struct {
		left       time.Duration
		pill, tone string
		alert      string
	}{
		{61 * 24 * hour, "Certificate until 20 Jan 2027", "pill", ""},
		{45 * 24 * hour, "Certificate expires in 45 days", "pill", ""},
		{29 * 24 * hour, "Certificate expires in 29 days", "pill warn", "Plan when the identity provider changes over"},
		{13 * 24 * hour, "Certificate expires in 13 days", "pill warn", "add it this week"},
		{6 * 24 * hour, "Certificate expires in 6 days", "pill bad", "Add it now."},
		{-hour, "Certificate expired", "pill bad", "Add the new one today."},
	} {
		v := sampleOverview()
		v.Providers = []views.ProviderRow{{URL: "/p/sso", Name: "Northwind SSO", Enabled: true, Expires: now.Add(c.left), Now: now}}
		doc := render(t, views.OverviewPage(v))
		pill := elements(one(t, doc, "span", "signs"), "span")[0]
		if class, _ := attr(pill, "class"); text(pill) != c.pill || class != c.tone {
			t.Errorf("%s before the end: %q as %q, want %q as %q", c.left, text(pill), class, c.pill, c.tone)
		}
		alerts := pick(doc, "div", "callout")
		switch {
		case c.alert == "" && len(alerts) > 0:
			t.Errorf("%s before the end it is alarmed: %s", c.left, text(alerts[0]))
		case c.alert != "" && (len(alerts) != 1 || !strings.Contains(text(alerts[0]), c.alert)):
			t.Errorf("%s before the end it does not say %q", c.left, c.alert)
		}
		v.Manages = false
		if found := pick(render(t, views.OverviewPage(v)), "div", "callout"); len(found) > 0 {
			t.Errorf("who can do nothing about it is alarmed: %s", text(found[0]))
		}
		v.Manages, v.Providers[0].Enabled = true, false
		if found := pick(render(t, views.OverviewPage(v)), "div", "callout"); len(found) > 0 {
			t.Errorf("a provider that is disabled alarms: %s", text(found[0]))
		}
	}
}

func TestTheOverviewDrawsWhatItWasTold(t *testing.T) {
	v := sampleOverview()
	day := v.Page.Now.Truncate(24 * hour)
	v.SignIns = []views.DaySignIns{{Day: day.Add(-24 * hour), Password: 2, SSO: 5}, {Day: day, SSO: 1}}
	v.Growth = []views.MonthMembers{{Month: day.AddDate(0, -1, 0), Members: 90}, {Month: day, Members: 137}}
	doc := render(t, views.OverviewPage(v))
	var said []string
	for _, drawing := range pick(doc, "svg", "plot-drawing") {
		label, _ := attr(drawing, "aria-label")
		said = append(said, label)
	}
	want := "Sign-ins per day in the last 30 days: 8 in all, most on 19 Nov (7). Members at the end of each month: 90 at first, 137 at last."
	if got := strings.Join(said, " "); got != want {
		t.Errorf("the drawings say %q, want %q", got, want)
	}
	v.Growth = v.Growth[1:]
	says(t, render(t, views.OverviewPage(v)), "in its first month, with 137 members")
	v.SignIns = []views.DaySignIns{{Day: day}}
	says(t, render(t, views.OverviewPage(v)), "Nobody has signed in within the last 30 days.")
	hidesWords(t, render(t, views.OverviewPage(views.Overview{Page: seenBy(v.Page, authz.TeamContributor), Members: 3})), "Sign-ins per day", "Members over time")
}
