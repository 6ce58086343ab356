package views

import (
	"time"

	"gatehouse/internal/authz"
	"gatehouse/views/parts"
)

// Overview is the organization's first page.
type Overview struct {
	Page       Page
	Members    int
	Suspended  int
	ByRole     []RoleCount
	Teams      int
	Apps       int
	Pending    int    // invitations
	PendingURL string // empty for who may not invite
	Policy     []string
	Providers  []ProviderRow
	SignIns    []DaySignIns   // for those who may read the audit log
	Growth     []MonthMembers // for those who see every member
	Recent     []AuditRow     // for those who may read the audit log
	SeesAudit  bool
	Manages    bool // identity providers
}

// RoleCount is how many active members hold a role.
type RoleCount struct {
	Role    authz.Role
	Members int
}

// DaySignIns is how often somebody signed in on a day.
type DaySignIns struct {
	Day           time.Time
	Password, SSO int
}

// MonthMembers is how many members there were at the end of a month.
type MonthMembers struct {
	Month   time.Time
	Members int
}

func (v Overview) signIns() parts.Plot {
	password, sso := parts.PlotSeries{Label: "Password"}, parts.PlotSeries{Label: "SSO"}
	plot := parts.Plot{Label: "Sign-ins per day in the last 30 days", Axis: "Day", Empty: "Nobody has signed in within the last 30 days."}
	for _, d := range v.SignIns {
		plot.Ticks = append(plot.Ticks, d.Day.Format("2 Jan"))
		password.Values, sso.Values = append(password.Values, d.Password), append(sso.Values, d.SSO)
	}
	plot.Series = []parts.PlotSeries{password, sso}
	return plot
}

func (v Overview) growth() parts.Plot {
	members := parts.PlotSeries{Label: "Members"}
	plot := parts.Plot{Label: "Members at the end of each month", Axis: "Month", Line: true, Empty: "There is no member yet."}
	for _, m := range v.Growth {
		plot.Ticks = append(plot.Ticks, m.Month.Format("Jan 2006"))
		members.Values = append(members.Values, m.Members)
	}
	plot.Series = []parts.PlotSeries{members}
	return plot
}

// The notice before a certificate ends, from when it is only told to when it is urgent.
const (
	certificateTold   = 60 * 24 * time.Hour
	certificatePlan   = 30 * 24 * time.Hour
	certificateSoon   = 14 * 24 * time.Hour
	certificateUrgent = 7 * 24 * time.Hour
)

// certificateSign says until when a provider can be trusted, louder the nearer the end is.
func certificateSign(until, now time.Time) parts.Pill {
	left := until.Sub(now)
	switch {
	case until.IsZero():
		return parts.Pill{Label: "No certificate", Tone: parts.Bad}
	case left <= 0:
		return parts.Pill{Label: "Certificate expired", Tone: parts.Bad}
	case left <= certificateUrgent:
		return parts.Pill{Label: "Certificate expires " + parts.Relative(until, now), Tone: parts.Bad}
	case left <= certificatePlan:
		return parts.Pill{Label: "Certificate expires " + parts.Relative(until, now), Tone: parts.Warn}
	case left <= certificateTold:
		return parts.Pill{Label: "Certificate expires " + parts.Relative(until, now)}
	}
	return parts.Pill{Label: "Certificate until " + until.UTC().Format("2 Jan 2006")}
}
