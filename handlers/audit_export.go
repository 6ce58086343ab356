package handlers

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// AuditExport draws how many entries a search finds, and offers them as a file.
func (h *Handlers) AuditExport(c echo.Context, a models.Actor) error {
	search, _, wrong := auditSearch(c, time.Now())
	typed := search.String()
	n := int64(0)
	if wrong == nil {
		if n, wrong = h.store.In(a).CountAudit(c.Request().Context(), typed); wrong != nil && !models.Is(wrong, models.Invalid) {
			return wrong
		}
	}
	view, err := h.auditExportView(c, a, typed)
	if err != nil {
		return err
	}
	view.Total, view.Wrong = n, sentenceOf(wrong)
	return draw(c, views.AuditExportPage(view))
}

func (h *Handlers) auditExportView(c echo.Context, a models.Actor, typed string) (views.AuditExport, error) {
	org := a.Organization.Slug
	frame, err := h.organizationFrame(c, a, "Export", navAudit, crumb("Audit log", urls.AuditOf(org, typed)))
	return views.AuditExport{Page: frame.Page, Action: urls.AuditExport.To(org), Query: typed, LogURL: urls.AuditOf(org, typed)}, err
}

// AuditExportBegin begins an export: counts what it holds and has it recorded. The file is fetched from the page that follows.
func (h *Handlers) AuditExportBegin(c echo.Context, a models.Actor) error {
	sent, err := form(c)
	if err != nil {
		return err
	}
	typed, format := cutSearch(sent.Get("q")), models.ParseAuditFormat(sent.Get("format"))
	var wrong error
	if format == "" {
		wrong = models.RefuseField("format", "Choose what the file is written in.")
	} else {
		var begun models.AuditExport
		if begun, wrong = h.store.In(a).BeginAuditExport(c.Request().Context(), typed, format); wrong == nil {
			return see(c, urls.AuditExported.To(a.Organization.Slug, begun.ID))
		}
	}
	if !models.Is(wrong, models.Invalid) {
		return wrong
	}
	view, err := h.auditExportView(c, a, typed)
	if err != nil {
		return err
	}
	view.Wrong = sentenceOf(wrong)
	return refuse(models.Invalid, views.AuditExportPage(view))
}

// AuditExported draws an export: its file to fetch, and how far that is.
func (h *Handlers) AuditExported(c echo.Context, a models.Actor) error {
	export, err := h.store.In(a).AuditExport(c.Request().Context(), c.Param("export"))
	if err != nil {
		return err
	}
	view, err := h.auditExportView(c, a, export.Query)
	if err != nil {
		return err
	}
	view.Total, view.Written, view.Percent, view.Format = export.Total, export.Written, export.Percent(), string(export.Format)
	view.Begun, view.Done, view.Stopped = export.Begun, export.Done, export.Stopped(time.Now())
	view.URL, view.FileURL = urls.AuditExported.To(a.Organization.Slug, export.ID), urls.AuditExportFile.To(a.Organization.Slug, export.ID)
	view.Until = export.CreatedAt.Add(models.KeepAuditExports)
	if !view.Done && !view.Stopped {
		view.Page.Again = views.AgainAfter
	}
	return draw(c, views.AuditExportedPage(view))
}

const (
	// exportTakes is how long the file of an export may take: a million entries through a slow line.
	exportTakes = 2 * time.Hour
	// exportStalls is how long a client may take for one batch.
	exportStalls = 30 * time.Second
)

// AuditExportFile writes the file of an export, batch by batch, which may take longer than other requests.
func (h *Handlers) AuditExportFile(c echo.Context, a models.Actor) error {
	export, err := h.store.In(a).AuditExport(c.Request().Context(), c.Param("export"))
	if err != nil {
		return err
	}
	kinds := map[models.AuditFormat]string{models.AuditCSV: "text/csv; charset=utf-8", models.AuditJSONL: "application/jsonl; charset=utf-8"}
	file := exportFile(c, a, "audit", string(export.Format), kinds[export.Format])
	// Who goes away is noticed when nobody takes what is written.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), exportTakes)
	defer cancel()
	connection := http.NewResponseController(c.Response())
	write := writeAuditJSON(file)
	if export.Format == models.AuditCSV {
		write = writeAuditCSV(file)
	}
	return h.store.In(a).WriteAuditExport(ctx, export, func(entries []models.AuditEntry) error {
		if err := connection.SetWriteDeadline(time.Now().Add(exportStalls)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		return write(entries)
	})
}

// exportedEntry is an entry in an export. Its names and their order stay: programs read them.
type exportedEntry struct {
	ID         string            `json:"id"`
	Time       time.Time         `json:"time"`
	ActorName  string            `json:"actor_name"`
	ActorEmail string            `json:"actor_email"`
	Action     string            `json:"action"`
	TargetType string            `json:"target_type"`
	TargetID   string            `json:"target_id"`
	TargetName string            `json:"target_name"`
	Method     string            `json:"method"`
	IP         string            `json:"ip"`
	Reference  string            `json:"reference"`
	Before     map[string]string `json:"before"`
	After      map[string]string `json:"after"`
}

func exportedOf(e models.AuditEntry) exportedEntry {
	return exportedEntry{
		ID: e.ID, Time: e.At, ActorName: e.ActorName, ActorEmail: e.ActorEmail, Action: string(e.Action), TargetType: e.TargetType, TargetID: e.TargetID, TargetName: e.TargetName,
		Method: string(e.Method), IP: e.IP, Reference: e.Reference, Before: e.Before, After: e.After,
	}
}

func writeAuditJSON(file io.Writer) func([]models.AuditEntry) error {
	return func(entries []models.AuditEntry) error {
		var lines bytes.Buffer
		encoder := json.NewEncoder(&lines)
		encoder.SetEscapeHTML(false)
		for _, e := range entries {
			if err := encoder.Encode(exportedOf(e)); err != nil {
				return err
			}
		}
		_, err := file.Write(lines.Bytes())
		return err
	}
}

func writeAuditCSV(file io.Writer) func([]models.AuditEntry) error {
	rows := csv.NewWriter(file)
	rows.UseCRLF = true
	begun := false
	return func(entries []models.AuditEntry) error {
		if !begun {
			begun = true
			_ = rows.Write([]string{"id", "time", "actor_name", "actor_email", "action", "target_type", "target_id", "target_name", "method", "ip", "reference", "before", "after"}) // Error says it below
		}
		for _, entry := range entries {
			e := exportedOf(entry)
			row := []string{e.ID, e.Time.Format(time.RFC3339Nano), e.ActorName, e.ActorEmail, e.Action, e.TargetType, e.TargetID, e.TargetName, e.Method, e.IP, e.Reference, valuesCell(e.Before), valuesCell(e.After)}
			for i := range row {
				row[i] = harmless(row[i])
			}
			_ = rows.Write(row)
		}
		rows.Flush()
		return rows.Error()
	}
}

// valuesCell is values as one cell: JSON, or nothing.
func valuesCell(values map[string]string) string {
	if len(values) == 0 {
		return ""
	}
	encoded, err := json.Marshal(values)
	if err != nil {
		return "" // strings are always JSON
	}
	return string(encoded)
}
