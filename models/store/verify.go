package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"gatehouse/models"
)

// VerifyAudit reads every chain, or that of one organization by its identifier, as it is at one moment, and tells of each whether it is as it
// was written. mark, which may be nil, is held against the chain of the one organization. It streams, a few chains at a time.
func (s *Store) VerifyAudit(ctx context.Context, organization string, mark *models.AuditMark, tell func(models.AuditVerdict)) error {
	var chains []struct {
		Chain string `gorm:"column:chain"`
		Slug  ref    `gorm:"column:slug"`
	}
	q := (&query{}).add(`SELECT CAST(o.id AS text) AS chain, o.slug FROM organizations o`)
	if organization != "" {
		q.add(" WHERE o.slug_norm = ?", strings.ToLower(organization))
	} else {
		q.add(" UNION ALL SELECT ?, NULL ORDER BY 2", installationChain)
	}
	if err := s.read(ctx).rows(&chains, q); err != nil {
		return fault("verify audit", err)
	}
	if len(chains) == 0 {
		return models.ErrNotFound
	}
	work, said := make(chan int), sync.Mutex{}
	errs := make([]error, len(chains))
	var workers sync.WaitGroup
	for range min(len(chains), runtime.GOMAXPROCS(0), sqliteConns) {
		workers.Go(func() {
			for i := range work {
				verdict, err := s.verifyChain(ctx, chains[i].Chain, mark)
				if errs[i] = err; err == nil {
					verdict.Organization = string(chains[i].Slug)
					said.Lock()
					tell(verdict)
					said.Unlock()
				}
			}
		})
	}
	for i := range chains {
		work <- i
	}
	close(work)
	workers.Wait()
	return fault("verify audit", errors.Join(errs...))
}

// verifyChain works on one connection in one snapshot, so that entries which are written meanwhile are not seen in part.
func (s *Store) verifyChain(ctx context.Context, chain string, mark *models.AuditMark) (verdict models.AuditVerdict, err error) {
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return verdict, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	begin := "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	if s.dialect == sqliteDialect {
		begin = "BEGIN DEFERRED"
	}
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		return verdict, err
	}
	defer func() {
		_, ended := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		err = errors.Join(err, ended)
	}()
	v := verifier{conn: conn, keys: s.keys, dollars: s.dialect == postgresDialect, chain: chain, verdict: &verdict, mark: mark}
	return verdict, v.verify(ctx)
}

// verifier reads one chain.
type verifier struct {
	conn    *sql.Conn
	keys    chainKeys
	dollars bool
	chain   string
	verdict *models.AuditVerdict
	mark    *models.AuditMark

	end         chainRow
	checkpoints map[int64][]byte // the hash that a signed checkpoint states
}

// flaw keeps the first that is found.
func (v *verifier) flaw(seq int64, r *auditRow, why string) {
	if v.verdict.Flaw != nil {
		return
	}
	v.verdict.Flaw = &models.AuditFlaw{Seq: seq, Why: why}
	if r != nil {
		v.verdict.Flaw.ID, v.verdict.Flaw.At = r.ID, r.At.Time
	}
}

func (v *verifier) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if v.dollars {
		for i := range args {
			text = strings.Replace(text, "?", fmt.Sprintf("$%d", i+1), 1)
		}
	}
	return v.conn.QueryContext(ctx, text, args...)
}

// each scans every row of a query.
func (v *verifier) each(ctx context.Context, scan func(*sql.Rows) error, text string, args ...any) (err error) {
	rows, err := v.query(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (v *verifier) verify(ctx context.Context) error {
	found := false
	err := v.each(ctx, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&v.end.Chain, &v.end.OrganizationID, &v.end.Seq, &v.end.Hash, &v.end.MAC)
	}, "SELECT chain, organization_id, seq, hash, mac FROM audit_chains WHERE chain = ?", v.chain)
	if err != nil {
		return err
	}
	if !found {
		v.end = chainRow{Chain: v.chain, Hash: make([]byte, sha256.Size)}
		if v.chain != installationChain {
			v.end.OrganizationID = ref(v.chain)
		}
	}
	start, err := v.readCheckpoints(ctx)
	if err != nil {
		return err
	}
	v.verdict.First, v.verdict.Last, v.verdict.End = start.Seq+1, v.end.Seq, v.end.Hash
	last, err := v.readEntries(ctx, start)
	if err != nil {
		return err
	}
	switch {
	case last.Seq < v.end.Seq:
		v.flaw(last.Seq+1, nil, fmt.Sprintf("The chain ends with entry %d, but this one is missing.", v.end.Seq))
	case !bytes.Equal(last.Hash, v.end.Hash):
		v.flaw(last.Seq, nil, "The end of the chain was changed.")
	case found && !v.keys.written(&v.end):
		v.flaw(v.end.Seq, nil, "The end of the chain was not written by this program, or with another secret key.")
	}
	for seq := range v.checkpoints {
		if seq > v.end.Seq {
			v.flaw(v.end.Seq+1, nil, fmt.Sprintf("A signed checkpoint knows of entry %d, and the chain ends before it.", seq))
		}
	}
	if v.mark != nil && v.mark.Seq > v.end.Seq {
		v.flaw(v.end.Seq+1, nil, fmt.Sprintf("Entry %d was written down, and the chain ends before it.", v.mark.Seq))
	}
	return nil
}

// readCheckpoints checks every signature, and returns where the chain begins: at the last cut, else with nothing before it.
func (v *verifier) readCheckpoints(ctx context.Context) (chainRow, error) {
	start := chainRow{Hash: make([]byte, sha256.Size)}
	v.checkpoints = map[int64][]byte{}
	err := v.each(ctx, func(rows *sql.Rows) error {
		c := checkpointRow{}
		if err := rows.Scan(&c.Chain, &c.Seq, &c.Kind, &c.Hash, &c.At, &c.Signature); err != nil {
			return err
		}
		switch {
		case !v.keys.signed(&c):
			v.flaw(c.Seq, nil, "The signature of the checkpoint of this entry is not ours.")
		case c.Kind == kindCut:
			start.Seq, start.Hash = c.Seq, c.Hash
		default:
			v.checkpoints[c.Seq] = c.Hash
		}
		v.verdict.Checkpoints++
		return nil
	}, "SELECT chain, seq, kind, hash, at, signature FROM audit_checkpoints WHERE chain = ? ORDER BY seq", v.chain)
	return start, err
}

// readEntries follows the chain from start and returns where it ends.
func (v *verifier) readEntries(ctx context.Context, start chainRow) (chainRow, error) {
	at := start
	where, args := ofChain(&v.end)
	order := " ORDER BY e.seq"
	var r auditRow
	var seq sql.NullInt64
	into := []any{
		&seq, &r.Hash, &r.ID, &r.OrganizationID, &r.At, &r.ActorID, &r.ActorName, &r.ActorEmail, &r.Action, &r.TargetType, &r.TargetID, &r.TargetName,
		&r.BeforeValues, &r.AfterValues, &r.Method, &r.IP, &r.Reference, &r.Search,
	}
	for i, arg := range args {
		args[i] = fmt.Sprint(arg)
	}
	err := v.each(ctx, func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		v.verdict.Entries++
		if !seq.Valid {
			v.flaw(0, &r, "This entry belongs to no chain: it was put in past the program.")
			return nil
		}
		v.follow(&at, &r, seq.Int64)
		return nil
	}, "SELECT e.seq, e.hash, "+chainedColumns+" FROM audit_entries e WHERE "+where+order, args...)
	return at, err
}

func (v *verifier) follow(at *chainRow, r *auditRow, seq int64) {
	switch {
	case seq > v.end.Seq:
		v.flaw(seq, r, "This entry stands behind the end of the chain.")
		return
	case seq < v.verdict.First:
		v.flaw(seq, r, "This entry was deleted on purpose, and is there.")
		return
	case seq <= at.Seq:
		v.flaw(seq, r, "Two entries have this number.")
		return
	case seq > at.Seq+1:
		v.flaw(at.Seq+1, nil, "This entry is missing.")
	}
	r.Seq = seq
	if hash := r.link(at.Hash); !bytes.Equal(hash, r.Hash) {
		v.flaw(seq, r, "This entry was changed, or stands in another's place.")
	}
	if stated, known := v.checkpoints[seq]; known && !bytes.Equal(stated, r.Hash) {
		v.flaw(seq, r, "A signed checkpoint states another hash of this entry.")
	}
	if v.mark != nil && v.mark.Seq == seq && !bytes.HasPrefix(r.Hash, v.mark.Hash) {
		v.flaw(seq, r, "This entry's hash is not the one that was written down.")
	}
	at.Seq, at.Hash = seq, append(at.Hash[:0:0], r.Hash...)
}
