package store

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"slices"
	"strconv"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// retentionMAC shows that the program wrote how long an organization keeps its entries. Without it, who can write the database could have the
// program delete and sign away the log.
func retentionMAC(key [32]byte, organization string, kept models.AuditRetention) []byte {
	mac := hmac.New(sha256.New, key[:])
	mac.Write(stated("retention", organization, int64(kept), nil))
	return mac.Sum(nil)
}

func (k chainKeys) keeps(organization string, kept models.AuditRetention, mac []byte) bool {
	return slices.ContainsFunc(k.ends, func(key [32]byte) bool { return hmac.Equal(mac, retentionMAC(key, organization, kept)) })
}

// AuditKept returns how long the organization keeps its entries, and what each choice would delete.
func (t Tenant) AuditKept(ctx context.Context) (models.AuditKept, error) {
	u := t.store.read(ctx)
	q := (&query{}).add("SELECT o.audit_days AS kept, e.n, e.oldest")
	choices := models.AuditRetentions()
	for i := range choices {
		q.add(", e.n" + strconv.Itoa(i))
	}
	q.add(" FROM organizations o, (SELECT count(*) AS n, min(at) AS oldest")
	for i, choice := range choices {
		q.add(", count(CASE WHEN at < ? THEN 1 END) AS n"+strconv.Itoa(i), choice.Until(u.now))
	}
	q.add(" FROM audit_entries WHERE organization_id = ?) e WHERE o.id = ?", t.organization(), t.organization())
	var row struct {
		Kept   int    `gorm:"column:kept"`
		N      int64  `gorm:"column:n"`
		Oldest moment `gorm:"column:oldest"`
		N0     int64  `gorm:"column:n0"`
		N1     int64  `gorm:"column:n1"`
		N2     int64  `gorm:"column:n2"`
		N3     int64  `gorm:"column:n3"`
		N4     int64  `gorm:"column:n4"`
	}
	if err := u.one(&row, q.text.String(), q.args...); err != nil {
		return models.AuditKept{}, fault("audit kept", err)
	}
	found := models.AuditKept{Kept: models.AuditRetention(row.Kept), Entries: row.N, Oldest: row.Oldest.Time, Deletes: map[models.AuditRetention]int64{}}
	for i, n := range []int64{row.N0, row.N1, row.N2, row.N3, row.N4} {
		found.Deletes[choices[i]] = n
	}
	return found, nil
}

// KeepAudit sets how long the organization keeps its entries; was is what the actor saw, and typed its identifier, typed to confirm what
// deletes. Nothing is deleted yet: CutAudit does that.
func (t Tenant) KeepAudit(ctx context.Context, was, kept models.AuditRetention, typed string) error {
	return t.write(ctx, "keep audit", authz.OrganizationManage, func(u *unit) error {
		var row struct {
			Days int    `gorm:"column:audit_days"`
			Slug string `gorm:"column:slug"`
		}
		if err := u.one(&row, "SELECT o.audit_days, o.slug FROM organizations o WHERE o.id = ?"+u.dialect.forChange("o"), t.organization()); err != nil {
			return err
		}
		is := models.AuditRetention(row.Days)
		if is == kept {
			return nil
		}
		if is != was {
			return models.Refuse(models.Stale, "Somebody else changed this meanwhile. Look at what it is now, and save again.")
		}
		if kept != 0 && (is == 0 || kept < is) {
			if err := confirmed(typed, row.Slug); err != nil {
				return models.RefuseField("confirm", "Type “"+row.Slug+"” to have the older entries deleted.")
			}
		}
		if err := u.do(stmt("UPDATE organizations SET audit_days = ?, audit_days_mac = ? WHERE id = ?", int(kept), retentionMAC(u.keys.ends[0], t.organization(), kept), t.organization())); err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionAuditRetention), "organization", t.organization(), t.actor.Organization.Name)
		e.Before, e.After = map[string]string{"entries are kept": is.Words()}, map[string]string{"entries are kept": kept.Words()}
		return u.record([]string{t.organization()}, e)
	})
}

// cutBatch is how many entries one transaction deletes at most.
const cutBatch = 5000

// CutAudit deletes the entries that are older than their organizations keep them, in transactions of cutBatch. Each leaves a signed
// statement of where the chain goes on, and an entry that says what was deleted. Of several replicas one works on an organization. A log
// that is not as it was written is left as it is: deleting its beginning would hide what was done to it.
func (s *Store) CutAudit(ctx context.Context) error {
	var due []string
	err := s.read(ctx).all(&due, "SELECT o.id FROM organizations o WHERE o.audit_days > 0 ORDER BY o.id")
	for _, organization := range due {
		for more := err == nil; more; {
			err = s.write(ctx, "cut audit", func(u *unit) (err error) {
				more, err = u.cutAudit(organization)
				return err
			})
			more = more && err == nil
		}
	}
	return fault("cut audit", err)
}

func (u *unit) cutAudit(organization string) (more bool, err error) {
	var row struct {
		Name string `gorm:"column:name"`
		Days int    `gorm:"column:audit_days"`
		MAC  []byte `gorm:"column:audit_days_mac"`
	}
	lock := u.dialect.forChange("o")
	if lock != "" {
		lock += " SKIP LOCKED"
	}
	known, err := u.found(&row, "SELECT o.name, o.audit_days, o.audit_days_mac FROM organizations o WHERE o.id = ? AND o.audit_days > 0"+lock, organization)
	if err != nil || !known { // changed meanwhile, or another replica is at it
		return false, err
	}
	u.holds(organization)
	kept := models.AuditRetention(row.Days)
	if !u.keys.keeps(organization, kept, row.MAC) {
		u.log.Error("how long audit entries are kept was not written by this program: nothing is deleted", "organization", organization)
		return false, nil
	}
	start, err := u.lastCut(organization)
	if err != nil {
		return false, err
	}
	cut, n, err := u.older(start, kept.Until(u.now))
	if errors.Is(err, errNotIntact) {
		u.log.Error("audit entries are not as they were written, so the older ones are not deleted: run gatehouse audit verify", "organization", organization, "entry", cut.Seq+1)
		return false, nil
	}
	if err != nil || n == 0 {
		return false, err
	}
	if err := u.deleteTo(start, cut, n); err != nil {
		return false, err
	}
	e := on(models.AuditEntry{Action: models.ActionAuditCut}, "organization", organization, row.Name)
	e.After = map[string]string{
		"entries deleted": strconv.FormatInt(n, 10), "up to entry": strconv.FormatInt(cut.Seq, 10), "before": kept.Until(u.now).Format(time.DateTime) + " UTC", "entries are kept": kept.Words(),
	}
	return n == cutBatch, u.record([]string{organization}, e)
}

// lastCut is where the chain begins: behind the last cut, whose signature must be ours, or at nothing.
func (u *unit) lastCut(organization string) (*chainRow, error) {
	start := &chainRow{Chain: chainOf(ref(organization)), OrganizationID: ref(organization), Hash: make([]byte, sha256.Size)}
	var last checkpointRow
	found, err := u.found(&last, "SELECT chain, organization_id, seq, kind, hash, at, signature FROM audit_checkpoints WHERE chain = ? AND kind = ? ORDER BY seq DESC LIMIT 1", start.Chain, kindCut)
	if found && u.keys.signed(&last) {
		start.Seq, start.Hash = last.Seq, last.Hash
	}
	return start, err
}

var errNotIntact = errors.New("store: an entry is not as it was written")

// older follows the chain from start over at most cutBatch entries from before a moment. It returns the last of them and how many they are.
func (u *unit) older(start *chainRow, before time.Time) (cut chainRow, n int64, err error) {
	cut = *start
	var rows []auditRow
	err = u.all(&rows, "SELECT "+chainedColumns+", e.seq, e.hash FROM audit_entries e WHERE e.organization_id = ? AND e.seq > ? ORDER BY e.seq LIMIT "+strconv.Itoa(cutBatch),
		string(start.OrganizationID), start.Seq)
	for i := range rows {
		r := &rows[i]
		if err != nil || !r.At.Before(before) {
			break
		}
		if r.Seq != cut.Seq+1 || !bytes.Equal(r.Hash, r.link(cut.Hash)) {
			return cut, n, errNotIntact
		}
		cut.Seq, cut.Hash = r.Seq, r.Hash
		n++
	}
	return cut, n, err
}

// deleteTo deletes the n entries up to cut, and states that it was done on purpose.
func (u *unit) deleteTo(start *chainRow, cut chainRow, n int64) error {
	deleted, err := u.change("DELETE FROM audit_entries WHERE organization_id = ? AND seq > ? AND seq <= ?", string(cut.OrganizationID), start.Seq, cut.Seq)
	if err != nil {
		return err
	}
	if deleted != n {
		return errNotIntact
	}
	if err := u.do(stmt("DELETE FROM audit_checkpoints WHERE chain = ? AND seq <= ?", cut.Chain, cut.Seq)); err != nil {
		return err
	}
	return plant(u, []checkpointRow{u.checkpoint(kindCut, &cut)})
}
