package views

import (
	"slices"
	"strings"

	"gatehouse/views/parts"
)

// providerFields are the fields of the form in the order they stand in, and the ids to go to when one is wrong.
func providerFields() [][2]string {
	return [][2]string{
		{"product", "product-entra"}, {"id", "id"}, {"name", "name"}, {"source", "source-url"}, {"metadata_url", "metadata_url"}, {"metadata_file", "metadata_file"},
		{"metadata_xml", "metadata_xml"}, {"entity_id", "entity_id"}, {"sso_url", "sso_url"}, {"sso_binding", "sso_binding"}, {"slo_url", "slo_url"}, {"slo_response_url", "slo_response_url"},
		{"certificate", "certificate"}, {"attribute_email", "attribute_email"}, {"attribute_first_name", "attribute_first_name"},
		{"attribute_last_name", "attribute_last_name"}, {"attribute_display_name", "attribute_display_name"}, {"attribute_groups", "attribute_groups"},
		{"attribute_person", "attribute_person"}, {"enabled", "enabled"},
	}
}

func (v ProviderForm) problems() []parts.Problem {
	var problems []parts.Problem
	if v.Message != "" && v.Theirs == nil {
		problems = append(problems, parts.Problem{Message: v.Message})
	}
	for _, field := range providerFields() {
		if message := v.Errors[field[0]]; message != "" {
			problems = append(problems, parts.Problem{Field: field[1], Message: message})
		}
	}
	return problems
}

func (v ProviderForm) problemsTitle() string {
	if v.Editing {
		return "Nothing was saved yet"
	}
	return "Nothing was created yet"
}

// fileKept says that a chosen file was read: its text goes on as pasted text, because a page cannot choose a file again.
func (v ProviderForm) fileKept() bool {
	return v.Source == "file" && v.MetadataXML != "" && v.Errors["metadata_file"] == ""
}

func (v ProviderForm) shownSource() string {
	if v.fileKept() {
		return "paste"
	}
	return v.Source
}

// shownXML is the text of the metadata that the person gave. What was fetched from an address is never shown: it could be anything
// that this server reaches. Neither is a file that was refused: it may be no text at all.
func (v ProviderForm) shownXML() string {
	if v.Source == "url" || v.Source == "file" && !v.fileKept() {
		return ""
	}
	return v.MetadataXML
}

// checked says that everything was read and nothing is left but to save it.
func (v ProviderForm) checked() bool {
	return v.Summary != nil && v.Theirs == nil && len(v.problems()) == 0
}

func (v ProviderForm) title() string {
	if v.Editing {
		return v.Page.Title
	}
	return "Create Identity Provider"
}

func (v ProviderForm) lead() string {
	if v.Editing {
		return "Nothing changes for anybody until you save. Signing in with a password keeps working."
	}
	return "Enter our values at the identity provider, then give its values here. Nothing changes for anybody until you press Create, and signing in with a password keeps working."
}

func (v ProviderForm) ourLead() string {
	if v.Editing {
		return "They belong to this identity provider and never change."
	}
	return "They are set aside for you, and stay the same until it is created."
}

func (v ProviderForm) saveLabel() string {
	if v.Editing {
		return "Save changes"
	}
	return "Create"
}

func providerSources() []parts.Choice {
	return []parts.Choice{
		{Value: "url", Label: "Metadata by URL", Meaning: "The provider publishes its metadata at an https address."},
		{Value: "file", Label: "Metadata file", Meaning: "You have downloaded an XML file from the provider."},
		{Value: "paste", Label: "Pasted metadata", Meaning: "You have the XML as text."},
		{Value: "manual", Label: "By hand", Meaning: "Entity ID, SSO URL and certificate, one by one."},
	}
}

func bindingOptions() []parts.Option {
	return []parts.Option{{Value: "redirect", Label: "HTTP-Redirect"}, {Value: "post", Label: "HTTP-POST"}}
}

// comparedValue is one value as somebody else saved it meanwhile, and as it was typed here.
type comparedValue struct {
	label         string
	theirs, typed []string
	hashes        bool // the values are fingerprints
}

func (c comparedValue) differs() bool { return !slices.Equal(c.theirs, c.typed) }

// sameAsTheirs says that they changed only what the form does not hold, such as whether it is enabled.
func (v ProviderForm) sameAsTheirs() bool {
	return !slices.ContainsFunc(v.compared(), comparedValue.differs)
}

func (v ProviderForm) compared() []comparedValue {
	theirs, typed := v.Theirs, v.Summary
	if typed == nil {
		typed = &ProviderSummary{EntityID: v.EntityID, SSOURL: v.SSOURL, SLOURL: v.SLOURL, SLOResponseURL: v.SLOResponseURL}
	}
	values := []comparedValue{
		{label: "Name", theirs: []string{theirs.Name}, typed: []string{strings.Join(strings.Fields(v.Name), " ")}},
		{label: "Entity ID", theirs: []string{theirs.EntityID}, typed: []string{typed.EntityID}},
		{label: "SSO URL", theirs: []string{theirs.SSOURL}, typed: []string{typed.SSOURL}},
		{label: "Binding", theirs: []string{theirs.SSOBinding}, typed: []string{typed.SSOBinding}},
		{label: "SLO URL", theirs: []string{theirs.SLOURL}, typed: []string{typed.SLOURL}},
		{label: "SLO response URL", theirs: []string{theirs.SLOResponseURL}, typed: []string{typed.SLOResponseURL}},
		{label: "Certificates (SHA-256)", theirs: theirs.fingerprints(), typed: typed.fingerprints(), hashes: true},
	}
	return append(values, comparedAttributes(theirs.Attributes, v.Attributes)...)
}

// fingerprints are those of all certificates, in an order that makes equal sets equal.
func (s ProviderSummary) fingerprints() []string {
	sums := make([]string, 0, len(s.Certificates))
	for _, c := range s.Certificates {
		sums = append(sums, c.SHA256)
	}
	slices.Sort(sums)
	return sums
}
