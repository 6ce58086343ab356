package views

import "gatehouse/views/parts"

// ProviderAttributes are the names under which a provider says who somebody is, as typed, and whom it lets in.
type ProviderAttributes struct {
	Email, FirstName, LastName, DisplayName, Groups, Person string

	AdmitsDomains bool

	Usual UsualNames
	Seen  []string // the attributes of the last sign-in
}

// UsualNames are the names that are tried where none is given.
type UsualNames struct{ Email, FirstName, LastName, DisplayName, Groups []string }

// namedAttribute is one of the fields.
type namedAttribute struct {
	field, label, value, hint string
	usual                     []string
}

func (a ProviderAttributes) fields() []namedAttribute {
	return []namedAttribute{
		{"attribute_email", "Email address", a.Email, "How a person is found at their first sign-in. Later they are known by their name ID, whatever their address.", a.Usual.Email},
		{"attribute_first_name", "First name", a.FirstName, "", a.Usual.FirstName},
		{"attribute_last_name", "Last name", a.LastName, "", a.Usual.LastName},
		{"attribute_display_name", "Display name", a.DisplayName, "The name of a new account. Without it, first and last name.", a.Usual.DisplayName},
		{"attribute_groups", "Groups", a.Groups, "What group mappings go by. A sign-in without this attribute changes nothing that groups gave.", a.Usual.Groups},
		{"attribute_person", "Person ID", a.Person, "Only for a provider whose name IDs are transient, which means new at every sign-in: an attribute that stays the same for a person and is nobody else’s, such as an employee number.", nil},
	}
}

// tried are the names that are tried, for each field that has some.
func (a ProviderAttributes) tried() []parts.Detail {
	var items []parts.Detail
	for _, f := range a.fields() {
		if len(f.usual) > 0 {
			items = append(items, parts.Detail{Term: f.label, Content: attributeNames(f.usual)})
		}
	}
	return items
}

func comparedAttributes(theirs, typed ProviderAttributes) []comparedValue {
	var values []comparedValue
	saved := theirs.fields()
	for i, f := range typed.fields() {
		if f.value != "" || saved[i].value != "" {
			values = append(values, comparedValue{label: f.label + " attribute", theirs: []string{saved[i].value}, typed: []string{f.value}})
		}
	}
	if theirs.AdmitsDomains != typed.AdmitsDomains {
		values = append(values, comparedValue{label: "Lets new people in by domain", theirs: []string{yesNo(theirs.AdmitsDomains)}, typed: []string{yesNo(typed.AdmitsDomains)}})
	}
	return values
}

func yesNo(yes bool) string {
	if yes {
		return "Yes"
	}
	return "No"
}
