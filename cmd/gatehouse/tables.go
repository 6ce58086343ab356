package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"gatehouse/internal/authz"
	"gatehouse/internal/buildinfo"
	"gatehouse/web"
)

// scopesCommand prints both role tables.
type scopesCommand struct {
	Format string `enum:"text,tsv,md" default:"text" help:"text, tsv or md."`
}

// Run prints the tables.
func (s *scopesCommand) Run(out io.Writer) error {
	switch s.Format {
	case "tsv":
		_, err := io.WriteString(out, authz.TSV())
		return err
	case "md":
		_, err := io.WriteString(out, authz.Markdown())
		return err
	}
	return aligned(out, authz.TSV())
}

// routesCommand prints every route.
type routesCommand struct {
	Format string `enum:"text,tsv" default:"text" help:"text or tsv."`
}

// Run prints the routes: method, path, who may use them, scope, the roles that follow from it, and the reason of those without.
func (r *routesCommand) Run(out io.Writer) error {
	text := web.TSV()
	if r.Format == "tsv" {
		_, err := io.WriteString(out, text)
		return err
	}
	return aligned(out, text)
}

// aligned writes tab-separated text in columns.
func aligned(out io.Writer, tsv string) error {
	columns := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for line := range strings.Lines(tsv) {
		if _, err := io.WriteString(columns, line); err != nil {
			return err
		}
	}
	return columns.Flush()
}

// versionCommand prints which build this is.
type versionCommand struct{}

// Run prints the version.
func (*versionCommand) Run(out io.Writer) error {
	_, err := fmt.Fprintln(out, "gatehouse", buildinfo.Version())
	return err
}
