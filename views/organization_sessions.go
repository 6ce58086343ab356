package views

import "gatehouse/views/parts"

// Sessions is the list of the live sessions that open an organization.
type Sessions struct {
	Page                   Page
	URL                    string
	OwnURL                 string // where one's own are ended
	Query, Method          string
	Provider, ProviderName string // chosen
	Providers              []Option
	Filtered               bool
	Rows                   []OpenSession
	Pager                  Pager
}

// OpenSession is one of them.
type OpenSession struct {
	ID, Name, Email, URL string
	You                  bool
	Held                 bool // another organization trusts the account too
	Session              SessionRow
}

// SessionsEnd is the question before sessions are ended.
type SessionsEnd struct {
	Sessions Sessions
	IDs      []string // the chosen ones; empty: all that the filter holds

	Ending, People, Held, Own int
}

// Number is a number as people read it.
func Number(n int) string { return parts.Number(n) }

// SessionsEnded says what was done.
func SessionsEnded(n int) string {
	switch n {
	case 0:
		return "There was no session to end."
	case 1:
		return "One session has ended."
	}
	return parts.Number(n) + " sessions have ended."
}

func (v Sessions) search() parts.SearchBar {
	filters := []parts.Filter{optionFilter("method", "Signed in by", "Any sign-in", v.Method, []Option{
		{Value: "password", Label: "Password alone"}, {Value: "factor", Label: "Password and second factor"}, {Value: "passkey", Label: "Passkey"}, {Value: "sso", Label: "Single sign-on"},
	})}
	if len(v.Providers) > 0 {
		filters = append(filters, optionFilter("provider", "Identity provider", "Any provider", v.Provider, v.Providers))
	}
	return parts.SearchBar{Action: v.URL, Label: "Search sessions by person", Placeholder: "Name or email", Query: v.Query, Filters: filters}
}

func (v Sessions) summary() string { return listSummary(len(v.Rows), "session", v.Pager) }

// endAll is the button that ends more than is ticked.
func (v Sessions) endAll() string {
	switch {
	case v.ProviderName != "" && v.Query == "" && v.Method == "":
		return "End all through " + v.ProviderName
	case v.Filtered:
		return "End all that match"
	}
	return "End all but your own"
}

func (v Sessions) held() bool {
	for _, s := range v.Rows {
		if s.Held && !s.You {
			return true
		}
	}
	return false
}

func (v SessionsEnd) title() string {
	switch {
	case len(v.IDs) > 0 && v.Ending < 2:
		return "End a session"
	case len(v.IDs) > 0:
		return "End the chosen sessions"
	case v.Sessions.ProviderName != "" && v.Sessions.Query == "" && v.Sessions.Method == "":
		return "End all sessions through " + v.Sessions.ProviderName
	case v.Sessions.Filtered:
		return "End all sessions that match"
	}
	return "End all sessions of " + v.Sessions.Page.Org.Name
}

func (v SessionsEnd) ends() string {
	if v.Ending == 0 {
		return "No session would end."
	}
	verb := " end."
	if v.Ending == 1 {
		verb = " ends."
	}
	of := ""
	if v.People > 1 {
		of = " of " + parts.Number(v.People) + " people"
	} else if v.Ending > 1 {
		of = " of one person"
	}
	return counted(v.Ending, "session") + of + verb
}

func (v SessionsEnd) stays() string {
	if v.Held == 1 {
		return "1 stays: it was begun with the password or a passkey of somebody whom another organization trusts too. Suspend them to lock them out of this one."
	}
	return parts.Number(v.Held) + " stay: they were begun with the password or a passkey of people whom another organization trusts too. Suspend them to lock them out of this one."
}

// names are how each session is called: by its person, and by its browser too where a person has several.
func (v Sessions) names() []string {
	of := map[string]int{}
	for _, s := range v.Rows {
		of[s.URL]++
	}
	names := make([]string, len(v.Rows))
	for i, s := range v.Rows {
		names[i] = s.Name
		if of[s.URL] > 1 {
			names[i] += ", " + s.Session.browser()
		}
	}
	return names
}
