package views

import (
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/views/parts"
)

// ErrorPage says in a sentence what went wrong, and gives the number under which the log has it. Within Page it keeps the frame when
// somebody is signed in; else it stands alone.
type ErrorPage struct {
	Page     Page
	Status   int
	Title    string
	Sentence string
	Denied   *Denied // of a 403: what was missing, in the table's own words
	Actions  []parts.LinkButton
}

// Denied is a right that was missing.
type Denied struct {
	Scope authz.Scope
	Role  authz.Role // the person's; zero for a guest
}

func (d Denied) role() string {
	if d.Role.Valid() {
		return d.Role.Label()
	}
	return "Guest"
}

// holders names the roles that have the right, as "Administrator or Team Contributor".
func (d Denied) holders() string {
	labels := make([]string, 0, 4)
	for _, r := range d.Scope.Roles() {
		labels = append(labels, r.Label())
	}
	if len(labels) < 2 {
		return strings.Join(labels, "")
	}
	return strings.Join(labels[:len(labels)-1], ", ") + " or " + labels[len(labels)-1]
}

// granters says who can give the right: for one in an app not only who changes roles.
func (d Denied) granters() string {
	switch {
	case !d.Role.Valid():
		return "Somebody who edits the collaborators of the app, or an Administrator of its organization."
	case d.Scope.Level() == authz.OfApp:
		return "An Administrator of the organization, by changing your role. Some rights in an app also come with a team or with being its collaborator."
	}
	return "An Administrator of the organization, by changing your role."
}

func (p Page) wayBack() []parts.LinkButton {
	if p.Org.ID != "" && p.Org.Role.Valid() {
		return []parts.LinkButton{{Label: "Go to the overview", Href: urls.Organization.To(p.Org.ID)}}
	}
	return []parts.LinkButton{{Label: "Go to the start", Href: urls.Home.To()}}
}

// Forbidden is the page of somebody who may see a thing but not do this to it. Why leads on to what would
// change that.
func Forbidden(p Page, scope authz.Scope, why string) ErrorPage {
	p.Title = "Not allowed"
	explained := parts.LinkButton{Label: "Why, and what would change it", Href: why, Kind: parts.Primary}
	return ErrorPage{
		Page: p, Status: 403, Title: "Your role does not include this",
		Sentence: "You can see this part of the organization, but this step needs a right that your role does not have.",
		Denied:   &Denied{Scope: scope, Role: p.Org.Role}, Actions: append([]parts.LinkButton{explained}, p.wayBack()...),
	}
}

// NotFound is the page for what does not exist, and for what the person cannot reach: the two look the same on purpose.
func NotFound(p Page) ErrorPage {
	p.Title = "Not found"
	return ErrorPage{
		Page: p, Status: 404, Title: "There is nothing here",
		Sentence: "The address may be wrong, the thing may have been renamed or deleted, or you may not have access to it.",
		Actions:  p.wayBack(),
	}
}

// Conflict is the page of a change that was made on an old state. The content of the page shows both versions.
func Conflict(p Page, sentence string) ErrorPage {
	p.Title = "Changed meanwhile"
	return ErrorPage{Page: p, Status: 409, Title: "Somebody changed this meanwhile", Sentence: sentence, Actions: p.wayBack()}
}

// Unprocessable is the page of a request that cannot be carried out and has no form of its own to say so in.
func Unprocessable(p Page, sentence string) ErrorPage {
	p.Title = "Not possible"
	return ErrorPage{Page: p, Status: 422, Title: "That could not be done", Sentence: sentence, Actions: p.wayBack()}
}

// Failed is the page of a fault of ours.
func Failed(p Page) ErrorPage {
	p.Title = "Something went wrong"
	return ErrorPage{
		Page: p, Status: 500, Title: "Something went wrong on our side",
		Sentence: "Nothing was changed that was not confirmed to you. Try again; if it stays, tell whoever runs this console the reference below.",
		Actions:  p.wayBack(),
	}
}

// Unavailable is the page while the console cannot reach what it needs.
func Unavailable(p Page) ErrorPage {
	p.Title = "Not available"
	return ErrorPage{
		Page: p, Status: 503, Title: "The console is not available just now",
		Sentence: "It is starting, busy, or cannot reach its database. Please try again in a minute.",
		Actions:  p.wayBack(),
	}
}
