package handlers

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// AuditRetention draws how long entries are kept, and what each choice would delete.
func (h *Handlers) AuditRetention(c echo.Context, a models.Actor) error {
	view, err := h.auditRetentionView(c, a)
	if err != nil {
		return err
	}
	return draw(c, views.AuditRetentionPage(view))
}

func (h *Handlers) auditRetentionView(c echo.Context, a models.Actor) (views.AuditRetention, error) {
	kept, err := h.store.In(a).AuditKept(c.Request().Context())
	if err != nil {
		return views.AuditRetention{}, err
	}
	org := a.Organization.Slug
	frame, err := h.organizationFrame(c, a, "How long entries are kept", navAudit, crumb("Audit log", urls.Audit.To(org)))
	view := views.AuditRetention{
		Page: frame.Page, Action: urls.AuditRetention.To(org), Was: strconv.Itoa(int(kept.Kept)), Chosen: strconv.Itoa(int(kept.Kept)), Entries: kept.Entries, Oldest: kept.Oldest,
		Waiting: kept.Deletes[kept.Kept], Confirm: org,
	}
	for _, choice := range models.AuditRetentions() {
		view.Choices = append(view.Choices, views.AuditRetentionChoice{
			Value: strconv.Itoa(int(choice)), Label: choice.Words(), Deletes: kept.Deletes[choice], Before: choice.Until(time.Now()),
		})
	}
	return view, err
}

// AuditRetentionSave sets how long entries are kept.
func (h *Handlers) AuditRetentionSave(c echo.Context, a models.Actor) error {
	sent, err := form(c)
	if err != nil {
		return err
	}
	was, _ := models.ParseAuditRetention(sent.Get("was"))
	chosen, known := models.ParseAuditRetention(sent.Get("days"))
	err = models.RefuseField("days", "Choose how long entries are kept.")
	if known {
		err = h.store.In(a).KeepAudit(c.Request().Context(), was, chosen, sent.Get("confirm"))
	}
	if err == nil {
		return h.seeWith(c, urls.AuditRetention.To(a.Organization.Slug), "Entries are kept "+chosen.Words()+".")
	}
	refusal, ok := models.RefusalOf(err)
	if !ok || refusal.Kind != models.Invalid && refusal.Kind != models.Stale {
		return err
	}
	view, viewErr := h.auditRetentionView(c, a)
	if viewErr != nil {
		return viewErr
	}
	view.Problem, view.Field, view.Typed = refusal.Sentence, refusal.Field, sent.Get("confirm")
	if known {
		view.Chosen = sent.Get("days")
	}
	return refuse(refusal.Kind, views.AuditRetentionPage(view))
}
