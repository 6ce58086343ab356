package handlers

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// exportedMember is a member in an export. Its names and their order stay: programs read them.
type exportedMember struct {
	Name       string         `json:"name"`
	Email      string         `json:"email"`
	Role       string         `json:"role"`
	Status     string         `json:"status"`
	Source     string         `json:"source"`
	Teams      []exportedTeam `json:"teams"`
	LastActive *time.Time     `json:"last_active"` // null: never
	Joined     time.Time      `json:"joined"`
	SignsIn    *[]string      `json:"signs_in_with,omitempty"` // "password", "sso"; for who manages members
	Factor     *bool          `json:"second_factor,omitempty"` // likewise
}

type exportedTeam struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func exported(a models.Actor, m models.Member) exportedMember {
	row := exportedMember{
		Name: m.Name, Email: m.Email, Role: m.Role.Key(), Status: string(models.StatusActive), Source: string(m.Source), Teams: []exportedTeam{}, Joined: m.JoinedAt,
	}
	if m.Suspended {
		row.Status = string(models.StatusSuspended)
	}
	for _, team := range m.Teams {
		row.Teams = append(row.Teams, exportedTeam{team.Slug, team.Name})
	}
	if !m.LastActiveAt.IsZero() {
		row.LastActive = &m.LastActiveAt
	}
	if a.May(authz.MembersManage) {
		methods := []string{}
		if m.HasPassword {
			methods = append(methods, "password")
		}
		if m.HasSSO {
			methods = append(methods, "sso")
		}
		row.SignsIn, row.Factor = &methods, &m.HasFactor
	}
	return row
}

// MembersCSV writes every member of the list as comma-separated values (RFC 4180), page by page.
func (h *Handlers) MembersCSV(c echo.Context, a models.Actor) error {
	file := csv.NewWriter(exportFile(c, a, "members", "csv", "text/csv; charset=utf-8"))
	file.UseCRLF = true
	head := []string{"name", "email", "role", "status", "source", "teams", "last_active", "joined"}
	if a.May(authz.MembersManage) {
		head = append(head, "signs_in_with", "second_factor")
	}
	begun := false
	err := h.exportMembers(c, a, "csv", func(rows []models.Member) error {
		if !begun {
			begun = true
			_ = file.Write(head) // Error says it below
		}
		for _, m := range rows {
			_ = file.Write(csvRow(exported(a, m)))
		}
		file.Flush()
		return file.Error()
	})
	return err
}

func csvRow(m exportedMember) []string {
	active, teams := "", []string{}
	if m.LastActive != nil {
		active = m.LastActive.Format(time.RFC3339)
	}
	for _, team := range m.Teams {
		teams = append(teams, team.ID)
	}
	row := []string{m.Name, m.Email, m.Role, m.Status, m.Source, strings.Join(teams, ";"), active, m.Joined.Format(time.RFC3339)}
	if m.SignsIn != nil {
		row = append(row, strings.Join(*m.SignsIn, ";"), strconv.FormatBool(*m.Factor))
	}
	for i := range row {
		row[i] = harmless(row[i])
	}
	return row
}

// harmless is a cell that no spreadsheet takes for a formula, and runs.
func harmless(cell string) string {
	if strings.IndexAny(cell, "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + cell
	}
	return cell
}

// MembersJSON writes every member of the list as a JSON array, page by page.
func (h *Handlers) MembersJSON(c echo.Context, a models.Actor) error {
	file := exportFile(c, a, "members", "json", "application/json; charset=utf-8")
	before := "[\n"
	err := h.exportMembers(c, a, "json", func(rows []models.Member) error {
		for _, m := range rows {
			line, err := json.Marshal(exported(a, m))
			if err == nil {
				_, err = io.WriteString(file, before+string(line))
			}
			if err != nil {
				return err
			}
			before = ",\n"
		}
		return nil
	})
	if err != nil {
		return err
	}
	if before == "[\n" {
		_, err = io.WriteString(file, "[]\n")
		return err
	}
	_, err = io.WriteString(file, "\n]\n")
	return err
}

func (h *Handlers) exportMembers(c echo.Context, a models.Actor, format string, write func([]models.Member) error) error {
	return h.store.In(a).ExportMembers(c.Request().Context(), memberFilter(a, c.QueryParams()), format, write)
}

// exportFile is the answer as a file to keep. Nothing is said before the first row is written, so that what fails until then is still a page.
func exportFile(c echo.Context, a models.Actor, of, kind, mediaType string) io.Writer {
	return &answerFile{c: c, name: a.Organization.Slug + "-" + of + "-" + time.Now().UTC().Format(time.DateOnly) + "." + kind, mediaType: mediaType}
}

type answerFile struct {
	c               echo.Context
	name, mediaType string
}

// Write implements io.Writer.
func (f *answerFile) Write(p []byte) (int, error) {
	response := f.c.Response()
	if !response.Committed {
		response.Header().Set(echo.HeaderContentType, f.mediaType)
		response.Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+f.name+`"`)
		response.WriteHeader(http.StatusOK)
	}
	return response.Write(p)
}
