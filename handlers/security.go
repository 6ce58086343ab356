package handlers

import (
	"encoding/hex"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// Security draws how people get in: the password policy in words, the identity providers, and the domains.
func (h *Handlers) Security(c echo.Context, a models.Actor) error {
	view, err := h.securityView(c, a)
	if err != nil {
		return err
	}
	return draw(c, views.SecurityPage(view))
}

func (h *Handlers) securityView(c echo.Context, a models.Actor) (views.Security, error) {
	tenant := h.store.In(a)
	policy, err := tenant.PasswordPolicy(c.Request().Context())
	if err != nil {
		return views.Security{}, err
	}
	providers, err := tenant.IdentityProviders(c.Request().Context())
	if err != nil {
		return views.Security{}, err
	}
	domains, err := tenant.Domains(c.Request().Context())
	if err != nil {
		return views.Security{}, err
	}
	is, err := tenant.Enforcement(c.Request().Context())
	if err != nil {
		return views.Security{}, err
	}
	required, err := h.requiredSSO(c, a, is, providers)
	if err != nil {
		return views.Security{}, err
	}
	frame, err := h.organizationFrame(c, a, "Security", navSecurity)
	if err != nil {
		return views.Security{}, err
	}
	view := views.Security{
		Page: frame.Page, Policy: policyOf(policy.Policy).InWords(), Manages: a.May(authz.SecurityManage),
		NewURL: urls.IdentityProviderGuided.To(a.Organization.Slug), OrgID: a.Organization.Slug,
		SSOURL: h.absolute(urls.LoginProviders.To(a.Organization.Slug)), Required: required,
		Domains: domainRows(a, domains), PolicyURL: urls.PasswordPolicy.To(a.Organization.Slug),
		FactorRequired: a.Organization.FactorRequired, FactorURL: urls.FactorRule.To(a.Organization.Slug), SessionsURL: urls.Sessions.To(a.Organization.Slug),
	}
	if view.Manages {
		view.DomainsURL = urls.Domains.To(a.Organization.Slug)
	}
	for _, p := range providers {
		view.Providers = append(view.Providers, providerRow(a, p))
	}
	return view, nil
}

func providerRow(a models.Actor, p models.IdentityProvider) views.ProviderRow {
	row := views.ProviderRow{Slug: p.Slug, Name: p.Name, Enabled: p.Enabled, Draft: p.Draft, LastSignIn: p.LastSignInAt, Expires: p.LastCertificateEnd(), Now: time.Now().UTC()}
	if a.May(authz.SecurityManage) {
		row.URL = urls.IdentityProvider.To(a.Organization.Slug, p.Slug)
		if p.Draft {
			row.GuideURL = urls.IdentityProviderGuide.To(a.Organization.Slug, p.Slug)
		}
	}
	return row
}

func certificateCard(c models.ProviderCertificate) views.CertificateCard {
	return views.CertificateCard{
		Subject: c.Subject, SHA256: fingerprint(c.SHA256), NotBefore: c.NotBefore, NotAfter: c.NotAfter, LastVerified: c.LastVerifiedAt,
		Now: time.Now().UTC(),
	}
}

// fingerprint is hex in pairs with colons, as identity providers show it.
func fingerprint(sum []byte) string {
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = strings.ToUpper(hex.EncodeToString([]byte{b}))
	}
	return strings.Join(pairs, ":")
}

func bindingWords(binding string) string {
	if binding == "post" {
		return "HTTP-POST"
	}
	return "HTTP-Redirect"
}
