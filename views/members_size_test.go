package views_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/views"
)

// A page of fifty members with everything in it stays light, for phones and for those far away.
func TestAPageOfMembersIsLight(t *testing.T) {
	page := organizationFrame("Members", views.SectionMembers)
	v := views.Members{
		Page: page, Total: 100_000, Filters: sampleFilters(), Sort: "-active", Params: url.Values{"sort": {"-active"}}, Invites: true, Manages: true,
		ChangeURL: "/orgs/northwind/members/change", ToTeamURL: "/orgs/northwind/members/add-to-team",
		Pager: views.Pager{Newer: "/orgs/northwind/members?before=" + strings.Repeat("x", 90), Older: "/orgs/northwind/members?after=" + strings.Repeat("x", 90)},
	}
	v.Filters.ByFactor = true
	for i := range 12 {
		v.Filters.Teams = append(v.Filters.Teams, views.Option{Value: fmt.Sprintf("customer-support-%d", i), Label: fmt.Sprintf("Customer support %d", i)})
	}
	given, family := []string{"Amara", "Oluwaseun", "Priya", "Kristína", "Bo", "María José"}, []string{"Okafor", "van der Berg", "Raman", "Nakamura", "Lindqvist", "O’Connor", "Haddad"}
	for i := range 50 {
		name := given[i%6] + " " + family[i%7]
		id := fmt.Sprintf("0193%04x-7c1d-7%03x-9a%02x-%012x", i*7919%65536, i*37%4096, i, i*982451653)
		v.Rows = append(v.Rows, views.MemberRow{
			ID: id, URL: "/orgs/northwind/members/" + id, Name: name, Email: strings.ToLower(given[i%6]) + fmt.Sprintf(".person%d@northwind.example", i), Role: authz.Roles()[i%4],
			Source: "Invitation", SignsIn: "Password and SSO", Factor: true, Teams: []string{"Technical support Buenos Aires", "Cloud platform Göteborg", "Perception", "Research"}[:i%5],
			Joined: page.Now.Add(-time.Duration(i) * 30 * time.Hour), LastActive: page.Now.Add(-time.Duration(i) * 7 * time.Hour), Suspended: i%9 == 0,
		})
	}
	var whole bytes.Buffer
	if err := views.MembersPage(v).Render(t.Context(), &whole); err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, 1)
	_, _ = w.Write(whole.Bytes())
	_ = w.Close()
	t.Logf("%.1f KB, %.1f KB compressed", float64(whole.Len())/1000, float64(packed.Len())/1000)
	if whole.Len() > 60_000 || packed.Len() > 10_000 {
		t.Errorf("%d bytes, %d compressed: at most 60,000 and 10,000", whole.Len(), packed.Len())
	}
}
