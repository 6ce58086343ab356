package practiceidp

import (
	"bytes"
	"embed"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/crewjam/saml"
)

//go:embed pages
var files embed.FS

const (
	maxBody = 256 << 10
	policy  = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action "
)

// ServeHTTP implements http.Handler.
func (idp *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", policy+"'self'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	idp.mux.ServeHTTP(w, r)
}

func (idp *Provider) routes() *http.ServeMux {
	pages := template.Must(template.ParseFS(files, "pages/pages.html"))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		v, in := idp.visitOf(r)
		for _, s := range v.Stays {
			if target, err := idp.logoutAddress(r, s.ServiceProvider); err == nil {
				allowFormTo(w, target) // the answer to the form leads there
			}
		}
		idp.draw(w, pages, http.StatusOK, "about", map[string]any{
			"EntityID": idp.EntityID(), "SSO": idp.SSOURL(), "SLO": idp.SLOURL(), "People": idp.options.People, "In": in, "Visit": v,
		})
	})
	mux.HandleFunc("GET /metadata", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/samlmetadata+xml")
		_, _ = w.Write(idp.Metadata())
	})
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "pages/style.css") })
	mux.HandleFunc("GET /post.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "pages/post.js") })
	answer := func(step func(http.ResponseWriter, *http.Request, *template.Template) error) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if err := step(w, r, pages); err != nil {
				idp.options.Log.WarnContext(r.Context(), "practice identity provider: request refused", "error", err)
				idp.draw(w, pages, http.StatusBadRequest, "refused", "The practice identity provider says: "+err.Error()+".")
			}
		}
	}
	mux.HandleFunc("GET /sso", answer(idp.choose))
	mux.HandleFunc("POST /sso", answer(idp.choose))
	mux.HandleFunc("POST /sign-in", answer(idp.signIn))
	mux.HandleFunc("GET /slo", answer(idp.logout))
	mux.HandleFunc("POST /sign-out", answer(idp.signOut))
	return mux
}

// choose reads a request that came by redirect or POST and shows whom one can be. The library does not look at the request's signature, and a practice
// provider need not: it answers only to addresses from the service provider's own metadata.
func (idp *Provider) choose(w http.ResponseWriter, r *http.Request, pages *template.Template) error {
	request, err := saml.NewIdpAuthnRequest(idp.saml, r)
	if err != nil {
		return errors.New("there is no SAML request here, or it cannot be decoded")
	}
	if err := request.Validate(); err != nil {
		return err
	}
	v, in := idp.visitOf(r)
	idp.draw(w, pages, http.StatusOK, "choose", map[string]any{
		"In": in, "Visit": v,
		"ServiceProvider": request.ServiceProviderMetadata.EntityID, "People": idp.options.People,
		"Request": base64.StdEncoding.EncodeToString(request.RequestBuffer), "RelayState": request.RelayState,
	})
	return nil
}

// signIn answers the request for the person chosen.
func (idp *Provider) signIn(w http.ResponseWriter, r *http.Request, pages *template.Template) error {
	index := slices.IndexFunc(idp.options.People, func(p Person) bool { return p.UserName == r.PostFormValue("person") })
	if index < 0 {
		return errors.New("it does not know this person")
	}
	person := idp.options.People[index]
	xml, err := base64.StdEncoding.DecodeString(r.PostFormValue("SAMLRequest"))
	if err != nil {
		return errors.New("the SAML request cannot be decoded")
	}
	// Now is left out while the request is checked again: how fresh it is was checked when it came, and a person may take time to choose.
	request := &saml.IdpAuthnRequest{IDP: idp.saml, HTTPRequest: r, RequestBuffer: xml, RelayState: r.PostFormValue("RelayState")}
	if err := request.Validate(); err != nil {
		return err
	}
	request.Now = time.Now().UTC()
	request.Assertion = idp.assertion(request, person)
	form, err := request.PostBinding()
	if err != nil {
		return err
	}
	if !allowFormTo(w, form.URL) {
		return errors.New("the service provider wants its answer at an address that is not http or https")
	}
	idp.remember(w, r, person, stay{
		ServiceProvider: request.ServiceProviderMetadata.EntityID, NameID: NameID(person.UserName), SessionIndex: request.Assertion.AuthnStatements[0].SessionIndex,
	})
	idp.draw(w, pages, http.StatusOK, "answer", struct {
		saml.IdpAuthnRequestForm
		Person Person
	}{form, person})
	return nil
}

// allowFormTo lets this page's forms lead to the origin of an address as well; false when it has none.
func allowFormTo(w http.ResponseWriter, address string) bool {
	target, err := url.Parse(address)
	if err != nil || target.Scheme != "http" && target.Scheme != "https" || strings.ContainsAny(target.Host, " ;,") {
		return false
	}
	const header = "Content-Security-Policy"
	w.Header().Set(header, w.Header().Get(header)+" "+target.Scheme+"://"+target.Host)
	return true
}

// draw renders a page whole before anything of it is sent.
func (idp *Provider) draw(w http.ResponseWriter, pages *template.Template, status int, name string, data any) {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, data); err != nil {
		idp.options.Log.Error("practice identity provider: page not drawn", "page", name, "error", err)
		http.Error(w, "This page could not be drawn.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = page.WriteTo(w)
}
