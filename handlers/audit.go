package handlers

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// Audit draws the audit log, newest first. What is chosen beside the search is a term of it like any other.
func (h *Handlers) Audit(c echo.Context, a models.Actor) error {
	search, filter, wrong := auditSearch(c, time.Now())
	filter.Page = pageOf(c)
	var listed models.Listed[models.AuditEntry]
	if wrong == nil {
		var err error
		if listed, err = h.store.In(a).Audit(c.Request().Context(), filter); err != nil {
			return err
		}
	}
	frame, err := h.organizationFrame(c, a, "Audit log", navAudit)
	if err != nil {
		return err
	}
	org := a.Organization.Slug
	view := views.Audit{
		Page: frame.Page, Query: auditTyped(c), Action: c.QueryParam(models.AuditAction), Since: c.QueryParam(models.AuditSince), Result: c.QueryParam(models.AuditOutcome),
		Pager: pager(c, listed.Newer, listed.Older), Wrong: sentenceOf(wrong),
	}
	if wrong == nil {
		view.ExportURL = urls.AuditExport.To(org)
		if typed := search.String(); typed != "" {
			view.ExportURL = urls.With(view.ExportURL, "q", typed)
		}
	}
	if a.May(authz.OrganizationManage) {
		view.RetentionURL = urls.AuditRetention.To(org)
	}
	terms := linksTo(urls.Audit.To(org), search) // whole: the last one taken away leaves no query
	for _, term := range search {
		view.Terms = append(view.Terms, terms.chip(term, term.String()))
	}
	for _, key := range models.AuditKeys() {
		view.Keys = append(view.Keys, views.AuditKey{Term: key.Name + ":" + key.Example, Meaning: key.Meaning})
	}
	view.Kinds = auditKinds()
	view.Rows = make([]views.AuditRow, 0, len(listed.Rows))
	links := linksTo(onTheLog, search)
	for _, entry := range listed.Rows {
		view.Rows = append(view.Rows, auditRow(org, links, entry))
	}
	return draw(c, views.AuditPage(view))
}

// auditSearch reads what is typed and what is chosen beside it. What is wrong comes back beside as much as could be read.
func auditSearch(c echo.Context, now time.Time) (models.AuditSearch, models.AuditFilter, error) {
	typed := auditTyped(c)
	for _, key := range []string{models.AuditAction, models.AuditOutcome, models.AuditSince} {
		chosen := models.AuditTerm{Key: key, Value: c.QueryParam(key)}
		if written := chosen.String(); chosen.Value != "" && !strings.Contains(typed, written) {
			typed += " " + written
		}
	}
	return models.ParseAuditSearch(typed, now)
}

// longestAuditSearch is how many characters of a search are read: several terms with addresses in them.
const longestAuditSearch = 500

func auditTyped(c echo.Context) string {
	return cutSearch(c.QueryParam("q"))
}

func cutSearch(text string) string {
	typed := []rune(strings.TrimSpace(text))
	return strings.ToValidUTF8(strings.ReplaceAll(string(typed[:min(len(typed), longestAuditSearch)]), "\x00", ""), "")
}

func sentenceOf(err error) string {
	if refusal, ok := models.RefusalOf(err); ok {
		return refusal.Sentence
	}
	return ""
}

// auditKinds are the kinds of things that actions are done to.
var auditKinds = sync.OnceValue(func() []views.Option {
	var kinds []views.Option
	for _, action := range models.Actions() {
		noun := action.Noun()
		if !slices.ContainsFunc(kinds, func(o views.Option) bool { return o.Value == noun }) {
			kinds = append(kinds, views.Option{Value: noun, Label: strings.ReplaceAll(noun, "-", " ")})
		}
	}
	slices.SortFunc(kinds, func(a, b views.Option) int { return strings.Compare(a.Label, b.Label) })
	return kinds
})

// auditLinks makes terms to links from a page to the audit log. The rows of a log name the same people and actions again and again.
type auditLinks struct {
	log    string // its address
	search models.AuditSearch
	made   map[models.AuditTerm]views.AuditChip
}

func linksTo(log string, search models.AuditSearch) auditLinks {
	return auditLinks{log, search, map[models.AuditTerm]views.AuditChip{}}
}

// chip adds the term to the search, or takes it away when the search has it.
func (l auditLinks) chip(term models.AuditTerm, label string) views.AuditChip {
	chip, known := l.made[term]
	if !known {
		chip = views.AuditChip{Href: urls.With(l.log, "q", l.search.Toggled(term).String()), On: l.search.Has(term)}
		l.made[term] = chip
	}
	chip.Label = label
	return chip
}

// fact is the chip of what an entry may say.
func (l auditLinks) fact(key, value, label string) views.AuditChip {
	if value == "" {
		return views.AuditChip{}
	}
	return l.chip(models.AuditTerm{Key: key, Value: value}, label)
}

// auditMethods are how people were signed in.
var auditMethods = map[models.Method]string{models.ByPassword: "Password", models.BySAML: "SSO", models.ByPasskey: "Passkey"}

// onTheLog is the audit log as its own page leads to it: a row has many links, and a page many rows.
const onTheLog = ""

func auditRow(org string, links auditLinks, e models.AuditEntry) views.AuditRow {
	row := views.AuditRow{
		URL: urls.AuditEntry.To(org, e.ID), At: e.At, ActorName: e.ActorName, ActorEmail: e.ActorEmail, Words: e.Action.Words(), TargetName: e.TargetName,
		Method: auditMethods[e.Method], Changes: auditChangeCount(e),
		Actor: links.fact(models.AuditActor, e.ActorEmail, e.ActorEmail), Action: links.fact(models.AuditAction, string(e.Action), string(e.Action)),
		IP: links.fact(models.AuditIP, e.IP, e.IP), Reference: links.fact(models.AuditReference, e.Reference, e.Reference),
	}
	if e.TargetName != e.ActorName {
		row.Target = links.fact(models.AuditAbout, e.TargetID, e.TargetName)
	}
	if row.ActorName == "" {
		row.ActorName = "The system"
		row.Actor = links.fact(models.AuditActor, models.ByTheSystem, models.ByTheSystem)
	}
	return row
}
