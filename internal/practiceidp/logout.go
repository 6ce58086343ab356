package practiceidp

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	roundtrip "github.com/mattermost/xml-roundtrip-validator"
)

const protocolNS, assertionNS = "urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:2.0:assertion"

// SLOURL returns where messages about signing out go, by redirect.
func (idp *Provider) SLOURL() string { return strings.TrimSuffix(idp.options.URL, "/") + "/slo" }

// logout receives a message about signing out. As of a request to sign in, its signature is not looked at: who forges one signs somebody out of
// practice. What goes back is signed, because the console insists on it.
func (idp *Provider) logout(w http.ResponseWriter, r *http.Request, pages *template.Template) error {
	if r.URL.Query().Get("SAMLResponse") != "" {
		return idp.logoutAnswered(w, r, pages)
	}
	message, err := inflated(r.URL.Query().Get("SAMLRequest"))
	if err != nil {
		return err
	}
	var request saml.LogoutRequest
	if err := xml.Unmarshal(message, &request); err != nil || request.Issuer == nil || request.NameID == nil || request.ID == "" {
		return errors.New("this is not a request to sign somebody out")
	}
	target, err := idp.logoutAddress(r, request.Issuer.Value)
	if err != nil {
		return err
	}
	s := stay{ServiceProvider: request.Issuer.Value, NameID: request.NameID.Value}
	if request.SessionIndex != nil {
		s.SessionIndex = request.SessionIndex.Value
	}
	idp.leave(s)
	answer := idp.message("LogoutResponse", target)
	answer.CreateAttr("InResponseTo", request.ID)
	answer.CreateElement("samlp:Status").CreateElement("samlp:StatusCode").CreateAttr("Value", saml.StatusSuccess)
	return idp.send(w, r, answer, "SAMLResponse", target, r.URL.Query().Get("RelayState"))
}

// signOut ends the visit of this browser and goes through the service providers, one after the other.
func (idp *Provider) signOut(w http.ResponseWriter, r *http.Request, pages *template.Template) error {
	stays := idp.forget(w, r)
	slices.Reverse(stays) // the newest first
	return idp.goOn(w, r, pages, stays)
}

// goOn asks the first service provider that can be asked; the others wait under the relay state.
func (idp *Provider) goOn(w http.ResponseWriter, r *http.Request, pages *template.Template, stays []stay) error {
	for i, s := range stays {
		target, err := idp.logoutAddress(r, s.ServiceProvider)
		if err != nil {
			continue
		}
		order := idp.message("LogoutRequest", target)
		order.CreateAttr("NotOnOrAfter", time.Now().UTC().Add(lifetime).Format(time.RFC3339))
		name := order.CreateElement("saml:NameID")
		name.CreateAttr("Format", persistent)
		name.CreateAttr("NameQualifier", idp.EntityID())
		name.CreateAttr("SPNameQualifier", s.ServiceProvider)
		name.SetText(s.NameID)
		order.CreateElement("samlp:SessionIndex").SetText(s.SessionIndex)
		relay := random()
		idp.mu.Lock()
		if len(idp.leaving) >= mostVisits {
			clear(idp.leaving)
		}
		idp.leaving[relay] = stays[i+1:]
		idp.mu.Unlock()
		return idp.send(w, r, order, "SAMLRequest", target, relay)
	}
	idp.draw(w, pages, http.StatusOK, "out", nil)
	return nil
}

// logoutAnswered goes on with the others; a console that says no has said so on its own page.
func (idp *Provider) logoutAnswered(w http.ResponseWriter, r *http.Request, pages *template.Template) error {
	relay := r.URL.Query().Get("RelayState")
	idp.mu.Lock()
	stays, ok := idp.leaving[relay]
	delete(idp.leaving, relay)
	idp.mu.Unlock()
	if !ok {
		return errors.New("nobody was signing out")
	}
	return idp.goOn(w, r, pages, stays)
}

// logoutAddress is where a service provider takes messages by redirect.
func (idp *Provider) logoutAddress(r *http.Request, entityID string) (string, error) {
	descriptor, err := (finder{idp}).GetServiceProvider(r, entityID)
	if err != nil {
		return "", err
	}
	for _, role := range descriptor.SPSSODescriptors {
		for _, service := range role.SingleLogoutServices {
			if service.Binding == saml.HTTPRedirectBinding {
				return service.Location, nil
			}
		}
	}
	return "", errors.New("the service provider takes no messages about signing out")
}

func (idp *Provider) message(tag, target string) *etree.Element {
	message := etree.NewElement("samlp:" + tag)
	message.CreateAttr("xmlns:samlp", protocolNS)
	message.CreateAttr("xmlns:saml", assertionNS)
	message.CreateAttr("ID", "id-"+random())
	message.CreateAttr("Version", "2.0")
	message.CreateAttr("IssueInstant", time.Now().UTC().Format(time.RFC3339))
	message.CreateAttr("Destination", target)
	message.CreateElement("saml:Issuer").SetText(idp.EntityID())
	return message
}

// send signs a message and has the browser take it there (SAML bindings §3.4.4.1).
func (idp *Provider) send(w http.ResponseWriter, r *http.Request, message *etree.Element, field, target, relayState string) error {
	document := etree.NewDocument()
	document.SetRoot(message)
	text, err := document.WriteToBytes()
	if err != nil {
		return err
	}
	var deflated bytes.Buffer
	writer, err := flate.NewWriter(&deflated, flate.DefaultCompression)
	if err == nil {
		_, err = writer.Write(text)
	}
	if err == nil {
		err = writer.Close()
	}
	if err != nil {
		return err
	}
	query := field + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(deflated.Bytes()))
	if relayState != "" {
		query += "&RelayState=" + url.QueryEscape(relayState)
	}
	query += "&SigAlg=" + url.QueryEscape(idp.saml.SignatureMethod)
	key, ok := idp.saml.Key.(*rsa.PrivateKey)
	if !ok {
		return errors.New("its key is not RSA")
	}
	digest := sha256.Sum256([]byte(query))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		return err
	}
	separator := "?"
	if strings.Contains(target, "?") {
		separator = "&"
	}
	http.Redirect(w, r, target+separator+query+"&Signature="+url.QueryEscape(base64.StdEncoding.EncodeToString(signature)), http.StatusSeeOther) //nolint:gosec // target is of metadata that the console itself serves
	return nil
}

// inflated reads a message of the redirect binding.
func inflated(encoded string) ([]byte, error) {
	deflated, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(deflated) == 0 {
		return nil, errors.New("there is no SAML message here, or it cannot be decoded")
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(deflated)), maxBody))
	if err != nil || roundtrip.Validate(bytes.NewReader(text)) != nil {
		return nil, errors.New("the SAML message cannot be decoded")
	}
	return text, nil
}
