package parts

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
)

func draw(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Amara Okafor": "AO", "elif yıldız": "EY", "Madonna": "M", "Ana María de la Cruz": "AC",
		"": "?", "  ": "?", "42 robots": "4R", "Éa-Nāṣir": "ÉN",
	} {
		if got := Initials(name); got != want {
			t.Errorf("Initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestRelative(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		ago  time.Duration
		want string
	}{
		{0, "just now"}, {59 * time.Second, "just now"}, {time.Minute, "1 minute ago"}, {59 * time.Minute, "59 minutes ago"},
		{time.Hour, "1 hour ago"}, {23 * time.Hour, "23 hours ago"}, {24 * time.Hour, "yesterday"}, {3 * 24 * time.Hour, "3 days ago"},
		{8 * 24 * time.Hour, "12 Nov 2026"}, {-30 * time.Second, "in a moment"}, {-2 * time.Hour, "in 2 hours"},
		{-12 * 24 * time.Hour, "in 12 days"}, {-100 * 24 * time.Hour, "28 Feb 2027"},
	} {
		if got := Relative(now.Add(-c.ago), now); got != c.want {
			t.Errorf("%v ago: %q, want %q", c.ago, got, c.want)
		}
	}
}

func TestTimeShowsTheExactMomentInUTC(t *testing.T) {
	zone := time.FixedZone("", 2*60*60)
	at := time.Date(2026, 11, 20, 11, 0, 0, 0, zone)
	got := draw(t, Time{At: at, Now: at.Add(30 * time.Minute)})
	for _, want := range []string{`datetime="2026-11-20T09:00:00Z"`, `title="20 November 2026, 09:00:00 UTC"`, `tabindex="0"`, ">30 minutes ago<"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	if got := draw(t, Time{Never: "not yet"}); !strings.Contains(got, "not yet") {
		t.Error(got)
	}
}

func TestListingAsksOtherwiseFromTheFirstPage(t *testing.T) {
	l := Listing{Path: "/orgs/n/members", Query: url.Values{"q": {"am & ra"}, "role": {""}, "sort": {"name"}, "after": {"xyz"}}}
	for got, want := range map[string]string{
		l.With("sort", "-name"):           "/orgs/n/members?q=am+%26+ra&sort=-name",
		l.With("q", ""):                   "/orgs/n/members?sort=name",
		l.Older("abc"):                    "/orgs/n/members?after=abc&q=am+%26+ra&sort=name",
		l.Newer("abc"):                    "/orgs/n/members?before=abc&q=am+%26+ra&sort=name",
		l.Older(""):                       "",
		Listing{Path: "/x"}.With("q", ""): "/x",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestSortTurnsAround(t *testing.T) {
	for _, c := range []struct {
		sorted    Sorted
		key, next string
	}{{"name", "name", "-name"}, {"-name", "name", "name"}, {"role", "name", "name"}, {"", "name", "name"}} {
		if got := c.sorted.next(c.key); got != c.next {
			t.Errorf("sorted by %q, pressed %s: %q, want %q", c.sorted, c.key, got, c.next)
		}
	}
}

func TestAPasswordIsNeverWrittenBack(t *testing.T) {
	if got := draw(t, Field{Name: "password", Type: "password", Label: "Password", Value: "correct horse"}); strings.Contains(got, "horse") {
		t.Error(got)
	}
}

func TestARefusedFieldIsMarkedDescribedAndFocused(t *testing.T) {
	got := draw(t, Field{Name: "email", Label: "Email", Value: `a"b`, Error: "That is not an address.", Hint: "One address."})
	for _, want := range []string{`aria-invalid="true"`, `aria-describedby="email-error email-hint"`, " autofocus", `value="a&#34;b"`, `id="email-error"`, "That is not an address."} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	if got := draw(t, Field{Name: "email", Label: "Email"}); strings.Contains(got, "autofocus") || strings.Contains(got, "aria-") {
		t.Error(got)
	}
}

func TestATextAreaKeepsItsTextAsTyped(t *testing.T) {
	value := "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"
	if got := draw(t, TextArea{Name: "c", Label: "Certificate", Value: value}); !strings.Contains(got, ">"+value+"</textarea>") && !strings.Contains(got, ">\n"+value+"</textarea>") {
		t.Errorf("%q", got)
	}
}

func TestEnterDestroysNothing(t *testing.T) {
	got := draw(t, DangerZone{Title: "Delete", Action: "/x", Confirm: "northwind-sso", Label: "Delete"})
	first := got[strings.Index(got, "<button"):]
	if first = first[:strings.Index(first, ">")]; !strings.Contains(first, `type="submit"`) || !strings.Contains(first, " disabled") {
		t.Errorf("the first button of the form is %s", first)
	}
}

func TestFingerprintStandsInGroups(t *testing.T) {
	for hex, want := range map[string]string{"31:00:e7:75:aa": "3100 E775 AA", "3100e775": "3100 E775", "": ""} {
		if got := strings.Join(Fingerprint{Hex: hex}.groups(), " "); got != want {
			t.Errorf("%q: %q, want %q", hex, got, want)
		}
	}
}

func TestEveryIconIsDrawn(t *testing.T) {
	for i := Icon(1); int(i) < len(iconBodies); i++ {
		if got := draw(t, i); !strings.Contains(got, "<path") && !strings.Contains(got, "<rect") && !strings.Contains(got, "<circle") {
			t.Errorf("icon %d: %s", i, got)
		}
	}
	if got := draw(t, Icon(0)) + draw(t, Icon(250)); got != "" {
		t.Errorf("an icon that is none draws %s", got)
	}
}
