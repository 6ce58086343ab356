package views

import (
	"net/url"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/views/parts"
)

// Invitations is the list of invitations that nobody has dealt with.
type Invitations struct {
	Page      Page
	Query     string
	Expiry    string     // the filter as the address spells it: "live", "expired" or nothing
	Sort      string     // the order as the address spells it, such as "-sent"
	Asked     url.Values // the address's query, for the links that sort
	Rows      []InvitationRow
	Pager     Pager
	Members   int // of the organization
	Pending   int // all of them, also those that have expired
	SendsMail bool
}

// InvitationRow is one invitation of the list.
type InvitationRow struct {
	ID      string
	Email   string
	Role    authz.Role
	Teams   []string
	Sent    time.Time
	Expires time.Time
	Expired bool
	By      string // name of who sent it; may be empty
}

func (v Invitations) filtered() bool { return v.Query != "" || v.Expiry != "" }

func (v Invitations) expiryFilter() parts.Filter {
	return parts.Filter{Name: "expiry", Label: "Status", Value: v.Expiry, Options: []parts.Option{
		{Label: "Any status"}, {Value: "live", Label: "Pending"}, {Value: "expired", Label: "Expired"},
	}}
}

func (v Invitations) head() parts.TableHead {
	return parts.TableHead{
		Caption: "Pending invitations of " + v.Page.Org.Name, Listing: parts.Listing{Path: urls.Invitations.To(v.Page.Org.ID), Query: v.Asked}, Sorted: parts.Sorted(v.Sort),
		Columns: []parts.Column{
			{Label: "Select", Ticks: true, Class: "ticks"}, {Label: "Address"}, {Label: "Role"}, {Label: "Teams", Class: "roomy"},
			{Label: "Sent", Key: "sent"}, {Label: "Expires", Key: "expires"},
		},
	}
}

// InvitationsDone says what became of each of several invitations that were dealt with at once.
type InvitationsDone struct {
	Page      Page
	Cancelled bool
	Mailed    bool // else links were made, to be passed on
	Rows      []InviteeRow
}

func (v InvitationsDone) title() string {
	done := 0
	for _, r := range v.Rows {
		if r.State != InviteeFailed {
			done++
		}
	}
	switch {
	case v.Cancelled:
		return counted(done, "invitation") + " cancelled"
	case v.Mailed:
		return counted(done, "invitation") + " sent again"
	}
	return counted(done, "new link") + " made"
}
