package views_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"gatehouse/internal/authz"
	"gatehouse/views"
	"gatehouse/views/parts"
)

func sampleInvitations() views.Invitations {
	page := organizationFrame("Pending invitations", views.SectionMembers)
	return views.Invitations{
		Page: page, Sort: "-sent", Members: 137, Pending: 3, SendsMail: true, Pager: views.Pager{Older: "/orgs/northwind/invitations?after=x"},
		Rows: []views.InvitationRow{
			{ID: "1", Email: "rosa.diaz@northwind.example", Role: authz.Administrator, Teams: []string{"Perception", "Research", "Test"}, Sent: page.Now.Add(-hour), Expires: page.Now.Add(100 * hour), By: "Amara Okafor"},
			{ID: "2", Email: "samir.khoury@northwind.example", Role: authz.TeamContributor, Sent: page.Now.Add(-300 * hour), Expires: page.Now.Add(-100 * hour), Expired: true},
		},
	}
}

func sampleInvitationForm() views.InvitationForm {
	picks := []parts.Tick{{Value: "perception", Label: "Perception", Hint: "perception", Chosen: true}, {Value: "research", Label: "Research", Hint: "research"}}
	return views.InvitationForm{
		Page: organizationFrame("Invite members", views.SectionMembers), SendsMail: true, People: "ada@n.example | owner", Role: "team_contributor", Days: "7", Errors: map[string]string{},
		Teams: views.TeamPicks{Offered: true, Picks: picks, More: true},
		Rows: []views.InviteeRow{
			{Typed: "a@x.example", Email: "a@x.example", Name: "A", Role: authz.TeamContributor, Teams: []string{"Perception"}},
			{Typed: "b@x.example", Email: "b@x.example", Role: authz.TeamContributor, State: views.InviteePending, Link: "https://console.northwind.example/invitations/abc"},
			{Typed: "c@x.example", Email: "c@x.example", State: views.InviteeMember}, {Typed: "nonsense", State: views.InviteeBad, Reason: "This is not an email address."},
			{Typed: "a@x.example", Email: "a@x.example", State: views.InviteeTwice}, {Typed: "d@x.example", Email: "d@x.example", State: views.InviteeFailed, Reason: "Something went wrong."},
		},
	}
}

// invitationPages are the pages of invitations, full, empty and with the longest and wrong values.
func invitationPages() map[string]templ.Component {
	list, form, fresh, wrong, found := sampleInvitations(), sampleInvitationForm(), sampleInvitationForm(), sampleInvitationForm(), sampleInvitationForm()
	fresh.Rows = nil
	wrong.Errors = map[string]string{"people": hostile, "file": "x", "role": "x", "teams": hostile, "days": "x", "note": endless}
	wrong.People, wrong.Note, wrong.Role = hostile, endless, hostile
	found.Teams = views.TeamPicks{Offered: true, Query: hostile, Picks: []parts.Tick{{Value: hostile, Label: endless + hostile, Hint: endless, Chosen: true}}}
	longest := views.InviteeRow{Typed: endless + hostile, Email: endless + hostile, Name: hostile, Role: 99, Teams: []string{endless, hostile}, Link: "https://x.example/" + hostile}
	shown, none := list, list
	shown.SendsMail = false
	none.Rows = nil
	offer := views.InvitationOffer{Bare: views.BarePage{Title: "Join", Path: "/invitations/x"}, Organization: endless + hostile, Role: authz.TeamContributor, Teams: []string{endless, hostile}, Inviter: hostile, Email: endless + "@" + endless, Note: hostile, Expires: list.Page.Now, Now: list.Page.Now}
	all := map[string]templ.Component{
		"invitations":           views.InvitationsPage(list),
		"invitations, no mail":  views.InvitationsPage(shown),
		"invitations, none":     views.InvitationsPage(none),
		"invitations, no match": views.InvitationsPage(views.Invitations{Page: list.Page, Query: hostile, Expiry: "expired"}),
		"invitations, longest":  views.InvitationsPage(views.Invitations{Page: list.Page, Sort: hostile, Rows: []views.InvitationRow{{ID: hostile, Email: endless, Teams: []string{endless, hostile}, By: endless, Role: 99}}}),
		"invite":                views.InvitationFormPage(fresh),
		"invite, preview":       views.InvitationFormPage(form),
		"invite, wrong":         views.InvitationFormPage(wrong),
		"invite, no team found": views.InvitationFormPage(found),
		"invited":               views.InvitedPage(form),
		"invited, longest":      views.InvitedPage(views.InvitationForm{Page: list.Page, Rows: []views.InviteeRow{longest}}),
		"sent again":            views.InvitationsDonePage(views.InvitationsDone{Page: list.Page, Mailed: true, Rows: form.Rows}),
		"cancelled":             views.InvitationsDonePage(views.InvitationsDone{Page: list.Page, Cancelled: true, Rows: []views.InviteeRow{{Email: "a@x.example", State: views.InviteeCancelled}}}),
	}
	for mode := views.OfferAccept; mode <= views.OfferOther; mode++ {
		offer.Mode = mode
		all[fmt.Sprintf("offer %d", mode)] = views.InvitationOfferPage(offer)
	}
	return all
}

func TestAListOfInvitationsIsSmall(t *testing.T) {
	list := sampleInvitations()
	list.Rows = nil
	for i := range 50 {
		id := fmt.Sprintf("0190a5c0-0000-7000-8000-%012d", i)
		row := sampleInvitations().Rows[0]
		row.ID, row.Email = id, fmt.Sprintf("somebody.with.a.name.%d@northwind.example", i)
		list.Rows = append(list.Rows, row)
	}
	var page bytes.Buffer
	if err := views.InvitationsPage(list).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", page.Len())
	if page.Len() > 60<<10 {
		t.Errorf("%d KB", page.Len()>>10)
	}
}

func TestTheTicksOfferWhatTheInstallationCanDo(t *testing.T) {
	list := sampleInvitations()
	for sends, want := range map[bool]string{true: "Send again, Make links to pass on, Cancel invitations", false: "Make links to pass on, Cancel invitations"} {
		list.SendsMail = sends
		var offered []string
		for _, button := range elements(one(t, render(t, views.InvitationsPage(list)), "form", "bulk"), "button") {
			if text(button) != "" {
				offered = append(offered, text(button))
			}
		}
		if got := strings.Join(offered, ", "); got != want {
			t.Errorf("mail is %t: offered is %q, want %q", sends, got, want)
		}
	}
}

func TestTheResultsOfSeveralAreCounted(t *testing.T) {
	rows := []views.InviteeRow{{Email: "a@x.example", State: views.InviteePending}, {Email: "b@x.example", State: views.InviteeFailed, Reason: "It was answered."}}
	page := organizationFrame("Invitations", views.SectionMembers)
	for want, v := range map[string]views.InvitationsDone{
		"1 invitation sent again": {Page: page, Mailed: true, Rows: rows}, "1 new link made": {Page: page, Rows: rows}, "1 invitation cancelled": {Page: page, Cancelled: true, Rows: rows},
	} {
		if got := text(one(t, render(t, views.InvitationsDonePage(v)), "h1", "")); got != want {
			t.Errorf("the page is called %q, want %q", got, want)
		}
	}
}
