package models

import "time"

// Overview is what the organization's first page shows.
type Overview struct {
	Counts    Counts
	Policy    PasswordPolicy
	Providers []ProviderState
	SignIns   []DaySignIns   // for those who may read the audit log
	Growth    []MonthMembers // for those who see every member
	Recent    []AuditEntry   // for those who may read the audit log
}

// ProviderState is an identity provider as the overview shows it.
type ProviderState struct {
	Slug, Name       string
	Enabled          bool
	LastSignInAt     time.Time // zero: never
	CertificateUntil time.Time // when the last of its certificates ends; zero: it has none
}

// DaySignIns is how often somebody signed in on a day (UTC), by method.
type DaySignIns struct {
	Day      time.Time
	Password int
	SSO      int
}

// MonthMembers is how many members there were at the end of a month (UTC); of the present one, now.
type MonthMembers struct {
	Month   time.Time
	Members int
}

// How far back the overview looks.
const (
	SignInDays   = 30
	GrowthMonths = 12
)

// FirstSignInDay is the first of the days that the overview shows.
func FirstSignInDay(now time.Time) time.Time {
	return now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1-SignInDays)
}

// FirstGrowthMonth is the first of the months that the overview shows, when the organization is that old.
func FirstGrowthMonth(now time.Time) time.Time { return monthOf(now).AddDate(0, 1-GrowthMonths, 0) }

func monthOf(at time.Time) time.Time {
	year, month, _ := at.UTC().Date()
	return time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
}

// SignInsByDay fills the days on which nobody signed in. The numbers come by day, as "2026-03-01".
func SignInsByDay(now time.Time, password, sso map[string]int) []DaySignIns {
	days := make([]DaySignIns, SignInDays)
	for i := range days {
		day := FirstSignInDay(now).AddDate(0, 0, i)
		key := day.Format(time.DateOnly)
		days[i] = DaySignIns{Day: day, Password: password[key], SSO: sso[key]}
	}
	return days
}

// Growth counts back from the members there are now. change is by how many more came than left in a month, such as "2026-03"; months before
// FirstGrowthMonth are not looked at. An organization that is younger begins with its first month.
func Growth(now, founded time.Time, members int, change map[string]int) []MonthMembers {
	const key = "2006-01"
	months := make([]MonthMembers, GrowthMonths)
	for i := GrowthMonths - 1; i >= 0; i-- {
		month := FirstGrowthMonth(now).AddDate(0, i, 0)
		months[i] = MonthMembers{Month: month, Members: max(members, 0)}
		members -= change[month.Format(key)]
	}
	if members > 0 { // there were some before
		return months
	}
	for i, m := range months {
		if _, changed := change[m.Month.Format(key)]; changed || !m.Month.Before(monthOf(founded)) {
			return months[i:]
		}
	}
	return months[GrowthMonths-1:]
}
