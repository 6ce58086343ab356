package handlers

import (
	"net/url"

	"gatehouse/internal/saml"
	"gatehouse/models"
	"gatehouse/views"
)

// readAttributes reads the names of attributes as they were typed.
func readAttributes(typed url.Values) views.ProviderAttributes {
	return views.ProviderAttributes{
		Email: typed.Get("attribute_email"), FirstName: typed.Get("attribute_first_name"), LastName: typed.Get("attribute_last_name"),
		DisplayName: typed.Get("attribute_display_name"), Groups: typed.Get("attribute_groups"), Person: typed.Get("attribute_person"),
		AdmitsDomains: typed.Get("admits_domains") != "", Usual: usualNames(),
	}
}

// checkAttributes makes what is saved of them; every problem stands beside its field.
func checkAttributes(view *views.ProviderForm) models.AttributeNames {
	read := func(field, typed string) string {
		name, err := models.ParseAttributeName(field, typed)
		noteProblem(view, err)
		return name
	}
	typed := view.Attributes
	return models.AttributeNames{
		Email: read("attribute_email", typed.Email), FirstName: read("attribute_first_name", typed.FirstName), LastName: read("attribute_last_name", typed.LastName),
		DisplayName: read("attribute_display_name", typed.DisplayName), Groups: read("attribute_groups", typed.Groups), Person: read("attribute_person", typed.Person),
	}
}

// attributesOf are the saved names.
func attributesOf(p models.IdentityProvider) views.ProviderAttributes {
	return views.ProviderAttributes{
		Email: p.Attributes.Email, FirstName: p.Attributes.FirstName, LastName: p.Attributes.LastName, DisplayName: p.Attributes.DisplayName,
		Groups: p.Attributes.Groups, Person: p.Attributes.Person, AdmitsDomains: p.AdmitsDomains, Usual: usualNames(),
	}
}

// usualNames are the names that are tried where none is given.
func usualNames() views.UsualNames {
	var usual views.UsualNames
	usual.Email, usual.FirstName, usual.LastName, usual.DisplayName, usual.Groups = saml.UsualNames()
	return usual
}
