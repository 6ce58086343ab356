package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/config"
	"gatehouse/models"
)

type auditCommand struct {
	Verify auditVerifyCommand `cmd:"" help:"Check that no entry of the audit log was changed, removed or put in past the program; exit 1 when one was."`
}

// auditVerifyCommand reads the chains of audit entries.
type auditVerifyCommand struct {
	config.Data `embed:""`

	Organization string `placeholder:"ID" help:"Only this organization's."`
	Mark         string `placeholder:"NUMBER:HASH" help:"An end that an earlier run printed: shows that the log was not put back to before it. Goes with --organization."`
}

var errAuditFlawed = errors.New("the audit log is not as it was written")

// Run prints a line for each chain.
func (a *auditVerifyCommand) Run(ctx context.Context, out io.Writer) error {
	settings, err := a.Check()
	mark, markErr := parseMark(a.Mark)
	if err = errors.Join(err, markErr); err != nil {
		return err
	}
	if mark != nil && a.Organization == "" {
		return errors.New("--mark is the end of one organization's log: say which with --organization")
	}
	db, err := openStore(ctx, settings, settings.Logger(os.Stderr))
	if err != nil {
		return err
	}
	began, entries, flawed := time.Now(), int64(0), false
	err = db.Ready(ctx)
	if err == nil {
		err = db.VerifyAudit(ctx, a.Organization, mark, func(v models.AuditVerdict) {
			entries, flawed = entries+v.Entries, flawed || v.Flaw != nil
			_, _ = fmt.Fprintln(out, verdictLine(v))
		})
	}
	if models.Is(err, models.NotFound) {
		err = fmt.Errorf("there is no organization %q", a.Organization)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "%d entries read in %s\n", entries, time.Since(began).Round(time.Millisecond))
	if flawed {
		return errAuditFlawed
	}
	return nil
}

func verdictLine(v models.AuditVerdict) string {
	name := v.Organization
	if name == "" {
		name = "(the installation)"
	}
	if f := v.Flaw; f != nil {
		line := fmt.Sprintf("%s: NOT INTACT at entry %d", name, f.Seq)
		if f.ID != "" {
			line += fmt.Sprintf(" (%s, %s)", f.ID, f.At.UTC().Format(time.RFC3339))
		}
		return line + ": " + f.Why
	}
	if v.Last < v.First {
		return name + ": intact, no entries"
	}
	return fmt.Sprintf("%s: intact, entries %d to %d, %d signed checkpoints, end %d:%s", name, v.First, v.Last, v.Checkpoints, v.Last, hex.EncodeToString(v.End))
}

func parseMark(text string) (*models.AuditMark, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // none was given
	}
	number, hash, _ := strings.Cut(text, ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	bytes, hexErr := hex.DecodeString(hash)
	if err != nil || hexErr != nil || len(bytes) < 8 {
		return nil, errors.New("--mark is not NUMBER:HASH as a run prints it behind “end”")
	}
	return &models.AuditMark{Seq: seq, Hash: bytes}, nil
}
