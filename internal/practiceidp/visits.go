package practiceidp

import (
	"net/http"
	"slices"
	"time"
)

const (
	visitCookie = "practice"
	mostVisits  = 1000 // kept in memory; the demo is one person's
)

// visit is somebody signed in here, in one browser.
type visit struct {
	Person Person
	Stays  []stay
}

// stay is where they were vouched for, as the assertion named them.
type stay struct {
	ServiceProvider, NameID, SessionIndex string
}

// visitOf returns who is signed in here in this browser.
func (idp *Provider) visitOf(r *http.Request) (visit, bool) {
	cookie, err := r.Cookie(visitCookie)
	if err != nil {
		return visit{}, false
	}
	idp.mu.Lock()
	defer idp.mu.Unlock()
	v, ok := idp.visits[cookie.Value]
	return v, ok
}

// remember notes that this browser's person was vouched for; another person takes the place of the one before.
func (idp *Provider) remember(w http.ResponseWriter, r *http.Request, person Person, s stay) {
	key := random()
	if cookie, err := r.Cookie(visitCookie); err == nil {
		if v, ok := idp.visitOf(r); ok && v.Person.UserName == person.UserName {
			key = cookie.Value
		}
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // loopback without https
		Name: visitCookie, Value: key, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(session / time.Second),
	})
	idp.mu.Lock()
	defer idp.mu.Unlock()
	if len(idp.visits) >= mostVisits {
		clear(idp.visits)
	}
	v := idp.visits[key]
	v.Person = person
	v.Stays = append(slices.DeleteFunc(slices.Clone(v.Stays), func(other stay) bool { return other.ServiceProvider == s.ServiceProvider }), s)
	idp.visits[key] = v
}

// forget ends the visit of this browser and returns where its person still is.
func (idp *Provider) forget(w http.ResponseWriter, r *http.Request) []stay {
	v, ok := idp.visitOf(r)
	if !ok {
		return nil
	}
	cookie, _ := r.Cookie(visitCookie)                                                                                        // visitOf found it
	http.SetCookie(w, &http.Cookie{Name: visitCookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: -1}) //nolint:gosec // as it was set
	idp.mu.Lock()
	defer idp.mu.Unlock()
	delete(idp.visits, cookie.Value)
	return v.Stays
}

// leave ends the visits in which the service provider's session of that name is one, in whatever browser.
func (idp *Provider) leave(s stay) {
	idp.mu.Lock()
	defer idp.mu.Unlock()
	for key, v := range idp.visits {
		if slices.ContainsFunc(v.Stays, func(at stay) bool {
			return at.ServiceProvider == s.ServiceProvider && at.NameID == s.NameID && (s.SessionIndex == "" || at.SessionIndex == s.SessionIndex)
		}) {
			delete(idp.visits, key)
		}
	}
}
