package views_test

import (
	"slices"
	"testing"

	"gatehouse/views"
)

func TestTheProviderPageSaysWhatEachSideKnows(t *testing.T) {
	v := sampleProvider(12)
	doc := content(t, render(t, views.ProviderPage(v)))
	ids := byID(doc)
	for id, want := range map[string]string{"our-acs": v.Ours.ACSURL, "our-entity-id": v.Ours.EntityID, "our-metadata": v.Ours.MetadataURL, "sign-in-url": v.SignInURL} {
		if got := typed(ids[id]); got != want {
			t.Errorf("%s is %q", id, got)
		}
	}
	if len(matching(doc, "a", "href", v.EditURL)) != 1 {
		t.Error("no way to edit it")
	}
	says(t, doc, v.Summary.EntityID, v.Summary.SSOURL, "Read from "+v.Metadata, "Last verified 2 hours ago", "Last verified has verified no sign-in yet", "Last sign-in 3 minutes ago")
}

func TestEnableAndDisableSayWhatTheyDoInNumbers(t *testing.T) {
	for _, c := range []struct {
		links int
		want  string
	}{
		{0, "Disable: nobody can sign in through it any more. Nobody has signed in through it yet."},
		{1, "Disable: 1 person signs in through it; the sessions it opened here end at once."},
		{12, "Disable: 12 people sign in through it; the sessions it opened here end at once."},
	} {
		v := sampleProvider(c.links)
		doc := content(t, render(t, views.ProviderPage(v)))
		forms := matching(doc, "form", "action", v.DisableURL)
		if len(forms) != 1 || len(matching(doc, "form", "action", v.EnableURL)) != 0 {
			t.Fatalf("%d forms disable it", len(forms))
		}
		says(t, forms[0], c.want)
	}
	v := sampleProvider(12)
	v.Row.Enabled = false
	doc := content(t, render(t, views.ProviderPage(v)))
	forms := matching(doc, "form", "action", v.EnableURL)
	if len(forms) != 1 || len(matching(doc, "form", "action", v.DisableURL)) != 0 || has(elements(forms[0], "button")[0], "disabled") {
		t.Error("it cannot be enabled, or also disabled")
	}
}

func TestWithoutACertificateItCannotBeEnabledAndSaysWhy(t *testing.T) {
	v := disabledProvider()
	doc := content(t, render(t, views.ProviderPage(v)))
	form := matching(doc, "form", "action", v.EnableURL)[0]
	if !has(elements(form, "button")[0], "disabled") {
		t.Error("the button can be pressed")
	}
	says(t, form, "It has no certificate.")
	says(t, matching(doc, "div", "role", "alert")[0], v.Message)
}

func TestCertificatesThatEndAreWarnedOfUnlessAnotherTakesOver(t *testing.T) {
	for _, c := range []struct {
		name  string
		cards []views.CertificateCard
		warn  int
		bad   int
		all   int
	}{
		{"in order", []views.CertificateCard{sampleCard("CN=a", -day, 61*day)}, 0, 0, 0},
		{"ends in two months", []views.CertificateCard{sampleCard("CN=a", -day, 59*day)}, 0, 0, 1},
		{"ends this week", []views.CertificateCard{sampleCard("CN=a", -day, 6*day)}, 0, 1, 1},
		{"ends soon", []views.CertificateCard{sampleCard("CN=a", -day, 29*day)}, 1, 0, 1},
		{"ended", []views.CertificateCard{sampleCard("CN=a", -9*day, -day)}, 0, 1, 1},
		{"ends soon, another is there", []views.CertificateCard{sampleCard("CN=a", -day, 29*day), sampleCard("CN=b", -day, 400*day)}, 0, 0, 1},
	} {
		v := sampleProvider(1)
		v.Summary.Certificates, v.Attempts = c.cards, nil
		var callouts, warn, bad int
		for _, n := range elements(content(t, render(t, views.ProviderPage(v))), "div") {
			switch class, _ := attr(n, "class"); class {
			case "callout":
				callouts++
			case "callout warn":
				callouts, warn = callouts+1, warn+1
			case "callout bad":
				callouts, bad = callouts+1, bad+1
			}
		}
		if callouts != c.all || warn != c.warn || bad != c.bad {
			t.Errorf("%s: %d callouts, %d warn, %d bad", c.name, callouts, warn, bad)
		}
	}
}

func TestRecordedSignInsSayWhoWhyAndTheReference(t *testing.T) {
	doc := content(t, render(t, views.ProviderPage(sampleProvider(12))))
	var got []string
	for _, row := range elements(elements(doc, "tbody")[0], "tr") {
		got = append(got, text(row))
	}
	want := []string{
		"Accepted 3 minutes ago amara.okafor@northwind.example 7QK2-M9XD 192.0.2.17",
		"Refused 50 minutes ago Nobody could be recognized The answer is meant for another audience than our entity ID. Enter our Entity ID at the identity provider exactly as it stands here. 4HW8-2RTC 2001:db8:85a3::8a2e:370:7334",
		"Refused 11 Nov 2026 stranger@elsewhere.example Nobody with this address is a member of the organization or invited to it. K3VD-81QA 192.0.2.99",
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows\n%q, want\n%q", got, want)
	}
	v := sampleProvider(0)
	v.Attempts = nil
	says(t, content(t, render(t, views.ProviderPage(v))), "No sign-ins recorded yet")
}

func TestDeletingAsksForTheIDAndEnterDoesNotDelete(t *testing.T) {
	v := sampleProvider(12)
	v.Confirm, v.ConfirmError = "northwind", "Type “northwind-sso” to delete it."
	form := matching(content(t, render(t, views.ProviderPage(v))), "form", "action", v.DeleteURL)[0]
	if first := elements(form, "button")[0]; !has(first, "disabled") {
		t.Error("Enter presses a button that works")
	}
	field := named(t, form, "confirm")
	if typed(field) != "northwind" || !has(field, "autofocus") {
		t.Errorf("the field holds %q", typed(field))
	}
	says(t, form, "Type northwind-sso to confirm", v.ConfirmError)
	says(t, form.Parent.Parent, "12 people sign in through it.", "cannot be undone")
}
