package authz

// Narrower is the visibility that a resource has in effect: a wide resource in a narrow app is as narrow as the app.
func Narrower(app, own Visibility) Visibility { return min(app, own) }

// Sees is the narrowest visibility of the resources that are within reach by the grants of a decision about their app. Who was given the
// app, by a role, a team or as a collaborator, sees everything in it: Private. Who reads the app only because it is visible sees what is
// itself at least as visible. Ok is false when no grant reaches the app.
func (d Decision) Sees() (narrowest Visibility, ok bool) {
	narrowest = Public
	for _, reason := range d.Because {
		narrowest = min(narrowest, reason.Origin.sees())
	}
	return narrowest, d.Within
}

func (o Origin) sees() Visibility {
	switch o {
	case FromPublicVisibility:
		return Public
	case FromOrganizationVisibility:
		return Organization
	case FromRole, FromTeam, FromCollaborator:
		return Private
	}
	return Public // an origin that is not known opens as little as there is
}

// Reads says whether a resource of that visibility is within reach by the grants of a decision about its app.
func (d Decision) Reads(own Visibility) bool {
	narrowest, ok := d.Sees()
	return ok && own >= narrowest
}
