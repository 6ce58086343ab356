package saml

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"gatehouse/internal/saml/samltest"
)

func transient(a *samltest.Answer) { a.NameIDFormat, a.NameID = formatTransient, "_changes-every-time" }

func sent(name string, values ...string) func(*samltest.Answer) {
	return func(a *samltest.Answer) {
		a.Attributes = append(a.Attributes, samltest.Attribute{Name: name, Values: values})
	}
}

func TestGroupsAreReadUnderTheNamesOfEveryProvider(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name  string
		given string // the connection's own name for them
		sent  []func(*samltest.Answer)
		want  string
		said  bool
	}{
		{"Entra ID", "", mutations{sent("http://schemas.microsoft.com/ws/2008/06/identity/claims/groups", "a", "b")}, "a b", true},
		{"ADFS", "", mutations{sent("http://schemas.xmlsoap.org/claims/Group", "a")}, "a", true},
		{"Okta", "", mutations{sent("groups", "a")}, "a", true},
		{"OneLogin", "", mutations{sent("memberOf", "a")}, "a", true},
		{"Keycloak, one Attribute a role", "", mutations{sent("Role", "a"), sent("Role", "b"), sent("Role", "a")}, "a b", true},
		{"Keycloak, a list", "", mutations{sent("member", "a")}, "a", true},
		{"Shibboleth", "", mutations{sent("urn:oid:1.3.6.1.4.1.5923.1.5.1.1", "a")}, "a", true},
		{"spaces around", "", mutations{sent("groups", "  a \n", "")}, "a", true},
		{"the first name that has a value", "", mutations{sent("groups"), sent("memberOf", "a")}, "a", true},
		{"in no group", "", mutations{sent("groups")}, "", true},
		{"not told", "", nil, "", false},
		{"the given name", "teams", mutations{sent("groups", "a"), sent("Teams", "b")}, "b", true},
		{"nothing else than the given name", "teams", mutations{sent("groups", "a")}, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.connection.Attributes = Attributes{Groups: c.given}
			got := mustAccept(t, w.connection, w.posted(t, c.sent...), w.expectation())
			if strings.Join(got.Groups, " ") != c.want || got.GroupsSent != c.said {
				t.Errorf("groups %q, sent %v; want %q, %v", got.Groups, got.GroupsSent, c.want, c.said)
			}
		})
	}
}

func TestAConnectionsOwnNamesAreTheOnlyOnesRead(t *testing.T) {
	w := newWorld(t)
	w.connection.Attributes = Attributes{Email: "upn", FirstName: "vorname", LastName: "nachname", DisplayName: "title"}
	got := mustAccept(t, w.connection, w.posted(t, sent("UPN", "a@b.example"), sent("vorname", "Grace"), sent("nachname", "Hopper"), sent("title", "Admiral")), w.expectation())
	if got.Email != "a@b.example" || got.FirstName != "Grace" || got.LastName != "Hopper" || got.DisplayName != "Admiral" {
		t.Errorf("read %+v", got)
	}
	// Nothing is guessed where the Administrator said what counts.
	got = mustAccept(t, w.connection, w.posted(t), w.expectation())
	if got.Email != "" || got.FirstName != "" || got.LastName != "" || got.DisplayName != "" {
		t.Errorf("read under other names: %+v", got)
	}
	runRefused(t, w, []refusedLine{{"two different values under the given name", CheckEmail, mutations{sent("upn", "a@b.example", "c@d.example")}}})
}

func TestATransientNameNeedsAnAttributeThatStays(t *testing.T) {
	w := newWorld(t)
	w.connection.Attributes.Person = "employeeNumber"
	got := mustAccept(t, w.connection, w.posted(t, transient, sent("employeeNumber", "1234")), w.expectation())
	if got.Person != "employeeNumber=1234" || got.NameID != "_changes-every-time" {
		t.Errorf("person %q, name identifier %q", got.Person, got.NameID)
	}
	// Any other name identifier stays what knows the person.
	got = mustAccept(t, w.connection, w.posted(t, sent("employeeNumber", "1234")), w.expectation())
	if got.Person != "alice" {
		t.Errorf("person %q, want the name identifier", got.Person)
	}
	runRefused(t, w, []refusedLine{
		{"without it", CheckPersonID, mutations{transient}},
		{"with two values", CheckPersonID, mutations{transient, sent("employeeNumber", "1", "2")}},
		{"empty", CheckPersonID, mutations{transient, sent("employeeNumber", " ")}},
		{"too long", CheckPersonID, mutations{transient, sent("employeeNumber", strings.Repeat("1", 600))}},
		{"with a control character", CheckPersonID, mutations{transient, sent("employeeNumber", "1\u202E2")}},
	})
}

func TestThreeHundredGroupsAreRead(t *testing.T) {
	w := newWorld(t)
	want := samltest.Attribute{Name: "groups"}
	for n := range 300 {
		want.Values = append(want.Values, "group-"+strconv.Itoa(n))
	}
	got := mustAccept(t, w.connection, w.posted(t, func(a *samltest.Answer) { a.Attributes = append(a.Attributes, want) }), w.expectation())
	if !slices.Equal(got.Groups, want.Values) {
		t.Errorf("%d groups", len(got.Groups))
	}
}
