package handlers

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/saml"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// IdentityProviderPrepareKey makes the key that is to follow ours.
func (h *Handlers) IdentityProviderPrepareKey(c echo.Context, a models.Actor) error {
	keys, err := saml.NewKeyPair("Gatehouse "+a.Organization.Slug, time.Now().UTC())
	if err != nil {
		return err
	}
	err = h.store.In(a).PrepareKey(c.Request().Context(), c.Param("idp"), keys.MarshalPrivate(), keys.Certificate)
	return h.keyChanged(c, a, err, "The next certificate is prepared. Give it to the identity provider, then switch to it.")
}

// IdentityProviderSwitchKey makes it the one we sign with.
func (h *Handlers) IdentityProviderSwitchKey(c echo.Context, a models.Actor) error {
	err := h.store.In(a).SwitchKey(c.Request().Context(), c.Param("idp"))
	return h.keyChanged(c, a, err, "Requests are signed with the new certificate now.")
}

// IdentityProviderRetireKey forgets the one before.
func (h *Handlers) IdentityProviderRetireKey(c echo.Context, a models.Actor) error {
	err := h.store.In(a).RetireKey(c.Request().Context(), c.Param("idp"))
	return h.keyChanged(c, a, err, "The previous certificate is retired.")
}

func (h *Handlers) keyChanged(c echo.Context, a models.Actor, err error, sentence string) error {
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.IdentityProvider.To(a.Organization.Slug, c.Param("idp")), sentence)
}

// ourKeys are our certificates at an identity provider, with what may be done to them.
func ourKeys(org string, p models.IdentityProvider) views.OurKeys {
	keys := views.OurKeys{
		Current: ourCard(p.CertificateDER), Next: ourCard(p.NextDER), Previous: ourCard(p.PreviousDER),
		CurrentBase64: base64.StdEncoding.EncodeToString(p.CertificateDER), NextBase64: base64.StdEncoding.EncodeToString(p.NextDER),
		PrepareURL: urls.IdentityProviderPrepare.To(org, p.Slug), SwitchURL: urls.IdentityProviderSwitch.To(org, p.Slug), RetireURL: urls.IdentityProviderRetire.To(org, p.Slug),
		MayPrepare: p.MayPrepareKey() == nil, MaySwitch: p.MaySwitchKey() == nil, MayRetire: p.MayRetireKey() == nil,
	}
	return keys
}

func ourCard(der []byte) *views.CertificateCard {
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	print := sha256.Sum256(der)
	card := certificateCard(models.ProviderCertificate{
		Subject: certificate.Subject.String(), SHA256: print[:], NotBefore: certificate.NotBefore, NotAfter: certificate.NotAfter,
	})
	return &card
}
