package handlers

import (
	"context"
	"errors"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/dns"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// Domains lists the organization's domains and asks for another.
func (h *Handlers) Domains(c echo.Context, a models.Actor) error {
	view, err := h.domainsView(c, a)
	if err != nil {
		return err
	}
	return draw(c, views.DomainsPage(view))
}

func (h *Handlers) domainsView(c echo.Context, a models.Actor) (views.Domains, error) {
	domains, err := h.store.In(a).Domains(c.Request().Context())
	if err != nil {
		return views.Domains{}, err
	}
	frame, err := h.organizationFrame(c, a, "Domains", navSecurity, crumb("Security", urls.Security.To(a.Organization.Slug)))
	return views.Domains{Page: frame.Page, Rows: domainRows(a, domains), ClaimURL: urls.Domains.To(a.Organization.Slug)}, err
}

func domainRows(a models.Actor, domains []models.Domain) []views.DomainRow {
	var rows []views.DomainRow
	for _, d := range domains {
		rows = append(rows, domainRow(a, d))
	}
	return rows
}

func domainRow(a models.Actor, d models.Domain) views.DomainRow {
	row := views.DomainRow{
		Name: d.Name, Readable: models.ReadableDomain(d.Name), Verified: d.Verified(), LostAt: d.LostAt(), CheckedAt: d.CheckedAt, Now: time.Now().UTC(),
	}
	if a.May(authz.SecurityManage) {
		row.URL = urls.Domain.To(a.Organization.Slug, d.Name)
	}
	return row
}

// DomainClaim puts a domain on the list and leads to the record that has to be published.
func (h *Handlers) DomainClaim(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	name, err := models.ParseDomain("domain", typed.Get("domain"))
	if err == nil {
		_, err = h.store.In(a).ClaimDomain(c.Request().Context(), name, secret.Token()[:22]) // 128 bits and more
	}
	if refusal, refused := models.RefusalOf(err); refused && refusal.Field != "" {
		view, err := h.domainsView(c, a)
		if err != nil {
			return err
		}
		view.Typed, view.Error = typed.Get("domain"), refusal.Sentence
		return refuse(refusal.Kind, views.DomainsPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Domain.To(a.Organization.Slug, name), name+" is in the list. It counts once its record is found.")
}

// Domain draws one domain with its record.
func (h *Handlers) Domain(c echo.Context, a models.Actor) error {
	view, _, err := h.domainView(c, a)
	if err != nil {
		return err
	}
	return draw(c, views.DomainPage(view))
}

func (h *Handlers) domainView(c echo.Context, a models.Actor) (views.Domain, models.Domain, error) {
	d, err := h.store.In(a).Domain(c.Request().Context(), c.Param("domain"))
	if err != nil {
		return views.Domain{}, d, err
	}
	org := a.Organization.Slug
	frame, err := h.organizationFrame(c, a, d.Name, navSecurity, crumb("Security", urls.Security.To(org)), crumb("Domains", urls.Domains.To(org)))
	return views.Domain{
		Page: frame.Page, Row: domainRow(a, d), RecordName: d.RecordName(), RecordHost: d.RecordHost(), RecordValue: d.RecordValue(), Created: d.CreatedAt,
		VerifiedAt: d.VerifiedAt, Outcome: views.DomainOutcome(d.Outcome), VerifyURL: urls.DomainVerify.To(org, d.Name), RemoveURL: urls.DomainRemove.To(org, d.Name),
	}, d, err
}

// DomainVerify looks for the record now.
func (h *Handlers) DomainVerify(c echo.Context, a models.Actor) error {
	view, d, err := h.domainView(c, a)
	if err != nil {
		return err
	}
	outcome, seen, err := LookAt(c.Request().Context(), h.names, d)
	if err != nil {
		return err
	}
	after, err := h.store.In(a).DomainLooked(c.Request().Context(), d.Name, outcome)
	if refusal, refused := models.RefusalOf(err); refused && refusal.Field != "" { // another organization was first
		view.Message = refusal.Sentence
		return refuse(refusal.Kind, views.DomainPage(view))
	}
	if err != nil {
		return err
	}
	if outcome != models.DomainFound {
		view.Row, view.Outcome, view.Looked = domainRow(a, after), views.DomainOutcome(outcome), true
		view.Seen = seen
		return refuse(models.Impossible, views.DomainPage(view))
	}
	return h.seeWith(c, urls.Domain.To(a.Organization.Slug, d.Name), "The record is there: "+d.Name+" is verified.")
}

// LookAt asks for the record of a domain, and returns the texts that stand there too. That nobody answered is an outcome, no error.
func LookAt(ctx context.Context, names dns.Resolver, d models.Domain) (outcome models.DomainOutcome, texts []string, err error) {
	texts, err = names.TXT(ctx, d.RecordName())
	switch {
	case errors.Is(err, dns.ErrUnanswered):
		return models.DomainUnanswered, nil, ctx.Err()
	case err != nil:
		return "", nil, err
	}
	return d.Judge(texts), texts, nil
}

// DomainRemove takes it off the list when its name was typed.
func (h *Handlers) DomainRemove(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	name, confirm := c.Param("domain"), typed.Get("confirm")
	err = h.store.In(a).RemoveDomain(c.Request().Context(), name, confirm)
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind == models.Invalid {
		view, _, err := h.domainView(c, a)
		if err != nil {
			return err
		}
		view.Confirm, view.ConfirmError = confirm, refusal.Sentence
		return refuse(refusal.Kind, views.DomainPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Domains.To(a.Organization.Slug), name+" is removed.")
}
