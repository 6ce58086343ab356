package main

import (
	"context"
	"time"

	"gatehouse/handlers"
	"gatehouse/internal/dns"
	"gatehouse/internal/mail"
	"gatehouse/internal/urls"
	"gatehouse/models"
)

const (
	// domainsEvery is how often the program asks which records are due; each is due once a day.
	domainsEvery = 10 * time.Minute
	domainsBatch = 20
)

// watchDomains looks at the records of verified domains again, those that are due.
func (c *console) watchDomains(ctx context.Context) {
	ticker := time.NewTicker(domainsEvery)
	defer ticker.Stop()
	names := dns.New(c.settings.DNSServer)
	for {
		for {
			looked, err := c.recheckDomains(ctx, names)
			if err != nil && ctx.Err() == nil {
				c.log.WarnContext(ctx, "the records of domains not looked at", "error", err)
			}
			if err != nil || looked < domainsBatch {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (c *console) recheckDomains(ctx context.Context, names dns.Resolver) (looked int, err error) {
	due, err := c.store.DueDomains(ctx, domainsBatch)
	if err != nil {
		return 0, err
	}
	var tell func(models.DomainNews) models.Mail
	if c.mail != nil {
		tell = c.domainMail
	}
	for _, d := range due {
		outcome, _, err := handlers.LookAt(ctx, names, d.Domain)
		if err == nil {
			err = c.store.DomainRechecked(ctx, d, outcome, tell)
		}
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

func (c *console) domainMail(news models.DomainNews) models.Mail {
	d := news.Domain
	return models.Mail(mail.DomainRecord{
		Organization: news.Organization.Name, Domain: d.Name, Record: d.RecordName(), Value: d.RecordValue(), Until: d.LostAt(),
		Link: c.settings.URL.String() + urls.Domain.To(news.Organization.Slug, d.Name),
	}.Message())
}
