// Package session keeps sessions in the database behind gorilla/sessions: the browser carries a random 256-bit token, the database its
// SHA-256 only. What the session may do is looked up on every request and cached nowhere.
package session

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/gorilla/sessions"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

// Backend is the part of the store that sessions need.
type Backend interface {
	// Asking finds the live session of a token's hash, and what its person is in the organization of that ID ("" for none). No live
	// session is the refusal models.NotFound.
	Asking(ctx context.Context, tokenHash []byte, organization string) (models.Asking, error)
	SaveSessionData(ctx context.Context, tokenHash []byte, data string) error
}

// Store is a sessions.Store. A session that nobody signed in to does not exist: it has no cookie and no row.
type Store struct {
	backend Backend
	name    string
	options sessions.Options
}

var _ sessions.Store = (*Store)(nil)

// New returns the store. With secure the cookie is a __Host- cookie (RFC 6265bis §4.1.3.2): HTTPS only, this host only.
func New(backend Backend, secure bool) *Store {
	name := "gatehouse"
	if secure {
		name = "__Host-gatehouse"
	}
	return &Store{backend: backend, name: name, options: sessions.Options{
		Path: "/", MaxAge: int(models.SessionAbsolute.Seconds()), Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}}
}

type organizationKey struct{}

// ForOrganization returns a context in which loading the session also looks up the person's place in that organization, so that a
// request costs one query for both.
func ForOrganization(ctx context.Context, slug string) context.Context {
	return context.WithValue(ctx, organizationKey{}, slug)
}

// value keys of a gorilla session; only flashes are stored.
const (
	askingValue  = "asking"
	flashesValue = "_flash" // gorilla's own default key
)

// Get returns the request's session, loaded once a request.
func (s *Store) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New loads the session of the request's cookie. Without a live one it returns an empty session and no error.
func (s *Store) New(r *http.Request, name string) (*sessions.Session, error) {
	loaded := sessions.NewSession(s, name)
	options := s.options
	loaded.Options = &options
	loaded.IsNew = true
	cookie, err := r.Cookie(name)
	if err != nil || cookie.Value == "" {
		return loaded, nil
	}
	slug, _ := r.Context().Value(organizationKey{}).(string)
	asking, err := s.backend.Asking(r.Context(), secret.HashToken(cookie.Value), slug)
	if models.Is(err, models.NotFound) {
		return loaded, nil
	}
	if err != nil {
		return loaded, fmt.Errorf("session: load: %w", err)
	}
	loaded.ID, loaded.IsNew = cookie.Value, false
	loaded.Values[askingValue] = asking
	var flashes []string
	if asking.Data != "" && json.Unmarshal([]byte(asking.Data), &flashes) == nil {
		for _, sentence := range flashes {
			loaded.AddFlash(sentence)
		}
	}
	return loaded, nil
}

// Save stores the flashes of a live session. It never creates one: signing in does.
func (s *Store) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	if session.ID == "" {
		return nil
	}
	data := ""
	if kept, ok := session.Values[flashesValue].([]any); ok && len(kept) > 0 {
		encoded, err := json.Marshal(kept)
		if err != nil {
			return fmt.Errorf("session: encode: %w", err)
		}
		data = string(encoded)
	}
	if err := s.backend.SaveSessionData(r.Context(), secret.HashToken(session.ID), data); err != nil {
		return fmt.Errorf("session: save: %w", err)
	}
	return nil
}

// Asking returns who is asking. ok is false when nobody is signed in.
func (s *Store) Asking(r *http.Request) (asking models.Asking, ok bool, err error) {
	loaded, err := s.Get(r, s.name)
	if err != nil {
		return models.Asking{}, false, err
	}
	asking, ok = loaded.Values[askingValue].(models.Asking)
	return asking, ok, nil
}

// TokenHash is the hash of the token that the request carries, or nil; the session that is replaced at sign-in.
func (s *Store) TokenHash(r *http.Request) []byte {
	cookie, err := r.Cookie(s.name)
	if err != nil || cookie.Value == "" {
		return nil
	}
	return secret.HashToken(cookie.Value)
}

// Issue gives the browser the token of a session that was just made; what this request still flashes belongs to the new one.
func (s *Store) Issue(r *http.Request, w http.ResponseWriter, token string) error {
	loaded, err := s.Get(r, s.name)
	if err != nil {
		return err
	}
	loaded.ID, loaded.IsNew = token, false
	http.SetCookie(w, sessions.NewCookie(s.name, token, &s.options))
	return nil
}

// Clear takes the token away from the browser.
func (s *Store) Clear(w http.ResponseWriter) {
	gone := s.options
	gone.MaxAge = -1
	http.SetCookie(w, sessions.NewCookie(s.name, "", &gone))
}

// Flash keeps a sentence for the next page of a signed-in person.
func (s *Store) Flash(r *http.Request, w http.ResponseWriter, sentence string) error {
	loaded, err := s.Get(r, s.name)
	if err != nil {
		return err
	}
	loaded.AddFlash(sentence)
	return loaded.Save(r, w)
}

// Flashes takes the sentences kept for this page.
func (s *Store) Flashes(r *http.Request, w http.ResponseWriter) ([]string, error) {
	loaded, err := s.Get(r, s.name)
	if err != nil {
		return nil, err
	}
	taken := loaded.Flashes()
	if len(taken) == 0 {
		return nil, nil
	}
	sentences := make([]string, 0, len(taken))
	for _, t := range taken {
		if sentence, ok := t.(string); ok {
			sentences = append(sentences, sentence)
		}
	}
	return sentences, loaded.Save(r, w)
}
