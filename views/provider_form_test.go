package views_test

import (
	"slices"
	"testing"

	"golang.org/x/net/html"

	"gatehouse/views"
)

func source(t *testing.T, doc *html.Node) string {
	t.Helper()
	var chosen []string
	for _, radio := range matching(doc, "input", "name", "source") {
		if has(radio, "checked") {
			chosen = append(chosen, typed(radio))
		}
	}
	if len(chosen) > 1 {
		t.Fatalf("chosen: %q", chosen)
	}
	return append(chosen, "")[0]
}

func TestTheProviderFormShowsOurValuesBeforeItAsksForAnything(t *testing.T) {
	v := sampleForm(false)
	doc := content(t, render(t, views.ProviderFormPage(v)))
	ids := byID(doc)
	for id, want := range map[string]string{"our-acs": v.Ours.ACSURL, "our-entity-id": v.Ours.EntityID, "our-metadata": v.Ours.MetadataURL} {
		if got := typed(ids[id]); got != want || !has(ids[id], "readonly") {
			t.Errorf("%s is %q", id, got)
		}
	}
	if len(matching(doc, "a", "href", v.Ours.DownloadURL)) != 1 {
		t.Error("our metadata cannot be downloaded")
	}
	all := elements(doc, "")
	if slices.Index(all, ids["our-acs"]) > slices.Index(all, elements(doc, "form")[0]) {
		t.Error("the form stands before our values")
	}
}

func TestTheProviderFormSendsWhatItsHandlerReads(t *testing.T) {
	for _, editing := range []bool{false, true} {
		doc := content(t, render(t, views.ProviderFormPage(sampleForm(editing))))
		form := elements(doc, "form")[0]
		if kind, _ := attr(form, "enctype"); kind != "multipart/form-data" || !has(form, "novalidate") {
			t.Errorf("the form is sent as %q", kind)
		}
		names := map[string]bool{}
		for _, n := range elements(form, "") {
			if name, ok := attr(n, "name"); ok {
				names[name] = true
			}
			if has(n, "disabled") || has(n, "required") && n.Data == "textarea" {
				t.Errorf("<%s> would not be sent, or keep another from being sent", n.Data)
			}
		}
		want := []string{"connection", "version", "name", "source", "metadata_url", "metadata_file", "metadata_xml", "entity_id", "sso_url", "sso_binding", "certificate", "action",
			"attribute_email", "attribute_first_name", "attribute_last_name", "attribute_display_name", "attribute_groups", "attribute_person", "admits_domains", "slo_url", "slo_response_url", "slo_binding", "idp_initiated"}
		if !editing {
			want = append(want, "id", "enabled")
		}
		for _, name := range want {
			if !names[name] {
				t.Errorf("editing %v: no field %s", editing, name)
			}
			delete(names, name)
		}
		if len(names) > 0 {
			t.Errorf("editing %v: fields that nobody reads: %v", editing, names)
		}
		var actions, words []string
		for _, b := range matching(form, "button", "name", "action") {
			actions, words = append(actions, typed(b)), append(words, text(b))
		}
		save := map[bool]string{false: "Create", true: "Save changes"}[editing]
		if !slices.Equal(actions, []string{"check", "save"}) || !slices.Equal(words, []string{"Check", save}) {
			t.Errorf("editing %v: buttons %q %q; Enter presses the first, which saves nothing", editing, actions, words)
		}
	}
}

func TestWhatWasTypedComesBack(t *testing.T) {
	v := wrongForm()
	v.MetadataURL, v.Name, v.Version, v.Source = "https://typed.example/metadata", "  Two  words ", "3", "paste"
	v.MetadataXML = sampleXML
	doc := content(t, render(t, views.ProviderFormPage(v)))
	for name, want := range map[string]string{
		"connection": v.ConnectionID, "version": "3", "id": "-x-", "name": "  Two  words ", "metadata_url": v.MetadataURL, "entity_id": "idp",
		"sso_url": v.SSOURL, "sso_binding": "post", "certificate": "-----BEGIN",
	} {
		if got := typed(named(t, doc, name)); got != want {
			t.Errorf("%s comes back as %q, want %q", name, got, want)
		}
	}
	if got := typed(named(t, doc, "metadata_xml")); "\n"+got != sampleXML { // a parser drops one line break after <textarea>, which XML can do without
		t.Errorf("the metadata comes back as %q", got)
	}
	if source(t, doc) != "paste" || has(named(t, doc, "enabled"), "checked") {
		t.Error("the choices do not come back")
	}
}

func TestEveryProblemStandsAboveAndBesideItsField(t *testing.T) {
	v := wrongForm()
	doc := content(t, render(t, views.ProviderFormPage(v)))
	summary := matching(doc, "div", "role", "alert")
	if len(summary) != 1 {
		t.Fatalf("%d summaries", len(summary))
	}
	says(t, summary[0], v.Message)
	var links []string
	for _, a := range elements(summary[0], "a") {
		to, _ := attr(a, "href")
		links = append(links, to)
	}
	if want := []string{"#id", "#name", "#entity_id", "#sso_url", "#certificate"}; !slices.Equal(links, want) {
		t.Errorf("it leads to %q, want %q", links, want)
	}
	ids := byID(doc)
	for field, message := range v.Errors {
		n := ids[field]
		if invalid, _ := attr(n, "aria-invalid"); invalid != "true" {
			t.Errorf("%s is not marked", field)
		}
		if by, _ := attr(n, "aria-describedby"); by != field+"-error "+field+"-hint" {
			t.Errorf("%s is described by %q", field, by)
		}
		if got := text(ids[field+"-error"]); got != message {
			t.Errorf("beside %s stands %q", field, got)
		}
	}
	for _, n := range elements(doc, "") {
		if has(n, "autofocus") {
			if id, _ := attr(n, "id"); id != "id" {
				t.Errorf("the focus goes to %s", id)
			}
			return
		}
	}
	t.Error("nothing takes the focus")
}

func TestEveryFieldThatCanBeRefusedSaysSo(t *testing.T) {
	for _, field := range []string{"id", "name", "source", "metadata_url", "metadata_file", "metadata_xml", "entity_id", "sso_url", "sso_binding", "certificate", "enabled"} {
		v := sampleForm(false)
		v.Errors[field] = "This is wrong."
		doc := content(t, render(t, views.ProviderFormPage(v)))
		if got := classes(doc, "error"); !slices.Equal(got, []string{"This is wrong."}) {
			t.Errorf("%s: %q", field, got)
		}
		link := elements(matching(doc, "div", "role", "alert")[0], "a")[0]
		if to, _ := attr(link, "href"); byID(doc)[to[1:]] == nil {
			t.Errorf("%s: the summary leads to %s", field, to)
		}
	}
}

func TestAFileThatWasReadIsSentAgainAsText(t *testing.T) {
	doc := content(t, render(t, views.ProviderFormPage(fileForm())))
	if got := source(t, doc); got != "paste" {
		t.Errorf("the source is %q", got)
	}
	if got := typed(named(t, doc, "metadata_xml")); "\n"+got != sampleXML {
		t.Errorf("the text is %q", got)
	}
	says(t, doc, "need not be chosen again")
}

func TestAFileThatWasRefusedIsChosenAgain(t *testing.T) {
	v := fileForm()
	v.Errors = map[string]string{"metadata_file": "This is not XML."}
	doc := content(t, render(t, views.ProviderFormPage(v)))
	if got := source(t, doc); got != "file" {
		t.Errorf("the source is %q", got)
	}
	if got := typed(named(t, doc, "metadata_xml")); got != "" {
		t.Errorf("the page repeats the file: %q", got)
	}
}

func TestWhatWasFetchedIsNeverRepeated(t *testing.T) {
	doc := content(t, render(t, views.ProviderFormPage(checkedForm())))
	if got := typed(named(t, doc, "metadata_xml")); got != "" || source(t, doc) != "url" {
		t.Errorf("the page repeats what the address answered: %q", got)
	}
}

func TestWhatWasReadIsSummedUpAndTakesTheFocus(t *testing.T) {
	doc := content(t, render(t, views.ProviderFormPage(checkedForm())))
	read := byID(doc)["read"]
	if read == nil || !has(read, "autofocus") {
		t.Fatal("the summary does not take the focus")
	}
	says(t, read, sampleSummary().EntityID, sampleSummary().SSOURL, "HTTP-Redirect", sampleSummary().Warnings[0], "Nothing is saved yet",
		"CN=idp.northwind.example,O=Northwind Robotics Expires in 12 days SHA-256 3100 E775 E861 6CD2", "Valid until 2 December 2026, 09:30 UTC",
		"CN=idp.northwind.example 2027 Valid SHA-256")
	if again := byID(render(t, views.ProviderFormPage(fileForm())))["read"]; has(again, "autofocus") {
		t.Error("the summary takes the focus from what is wrong")
	}
}

func TestWhatSomebodyElseSavedStandsBesideWhatWasTyped(t *testing.T) {
	doc := content(t, render(t, views.ProviderFormPage(staleForm())))
	says(t, matching(doc, "div", "role", "alert")[0], "Somebody else saved this meanwhile.", "Saving again replaces theirs")
	var differ []string
	for _, row := range elements(elements(doc, "tbody")[0], "tr") {
		cells := elements(row, "td")
		if label := text(cells[0]); len(classes(row, "badge")) == 1 {
			differ = append(differ, label)
		} else if text(cells[1]) != text(cells[2]) {
			t.Errorf("%s is not marked", label)
		}
	}
	if want := []string{"Name differs", "SSO URL differs", "Certificates (SHA-256) differs"}; !slices.Equal(differ, want) {
		t.Errorf("what differs: %q, want %q", differ, want)
	}
	if got := typed(named(t, doc, "name")); got != "Northwind sign-on" {
		t.Errorf("the name typed comes back as %q", got)
	}
}

func TestEditingKeepsTheIDAndLeavesEnablingToItsOwnPage(t *testing.T) {
	doc := content(t, render(t, views.ProviderFormPage(sampleForm(true))))
	ids := byID(doc)
	if ids["id"] != nil || ids["enabled"] != nil {
		t.Error("the ID or the state can be edited here")
	}
	says(t, doc, "northwind-sso", "cannot be changed")
}
