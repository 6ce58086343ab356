package handlers

import (
	"context"
	"time"

	"gatehouse/internal/mail"
	"gatehouse/internal/urls"
	"gatehouse/models"
)

// NoticeCertificates writes to Administrators about certificates near their end, and says how many messages that were. Without a mail server
// nothing is written: the pages say it.
func (h *Handlers) NoticeCertificates(ctx context.Context) (int, error) {
	if !h.sendsMail {
		return 0, nil
	}
	n, err := h.store.NoticeCertificates(ctx, func(end models.CertificateEnd, to models.User) models.Mail {
		return models.Mail(mail.CertificateEnd{
			To: to.Email, Name: to.Name, Organization: end.Organization.Name, Provider: end.ProviderName, Ours: end.Ours, Until: end.Until,
			Left: time.Until(end.Until), Link: h.absolute(urls.IdentityProvider.To(end.Organization.Slug, end.ProviderSlug)),
		}.Message())
	})
	if n > 0 {
		h.nudge()
	}
	return n, err
}
