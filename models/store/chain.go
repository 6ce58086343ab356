package store

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// installationChain is the chain of the entries that belong to no organization.
const installationChain = "installation"

// sealEvery is after how many entries of a chain a signed checkpoint is made.
const sealEvery = 1000

// The kinds of checkpoints.
const (
	kindSeal = "seal" // the hash at a number
	kindCut  = "cut"  // and everything up to it was deleted on purpose
)

// chainKeys are what the ends of chains and checkpoints are made and judged with: the keys of the secret key, the current one first.
type chainKeys struct {
	ends [][32]byte
	sign []ed25519.PrivateKey
}

func (s *Store) chainKeys() chainKeys {
	keys := chainKeys{ends: s.box.Derived("gatehouse audit chain end")}
	for _, seed := range s.box.Derived("gatehouse audit checkpoint") {
		keys.sign = append(keys.sign, ed25519.NewKeyFromSeed(seed[:]))
	}
	return keys
}

func chainOf(organization ref) string {
	if organization == "" {
		return installationChain
	}
	return string(organization)
}

// link is the hash of an entry behind the entry of hash prev: SHA-256 over prev, a version, the chain, the number, and every column, each with
// its length before it, so that no two entries have the same bytes.
func (r *auditRow) link(prev []byte) []byte {
	const version = 1
	var space [1024]byte
	b := append(append(space[:0], prev...), version)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Seq)) //nolint:gosec // numbers from 1
	b = binary.BigEndian.AppendUint64(b, uint64(r.At.UnixMicro()))
	for _, text := range [...]string{
		chainOf(r.OrganizationID), r.ID, string(r.ActorID), r.ActorName, r.ActorEmail, r.Action, r.TargetType, r.TargetID, r.TargetName,
		r.BeforeValues, r.AfterValues, r.Method, r.IP, r.Reference, r.Search,
	} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

// stated is what a mac or a signature is over.
func stated(kind, chain string, seq int64, hash []byte) []byte {
	b := binary.BigEndian.AppendUint64(append([]byte("gatehouse audit "+kind+"\x00"+chain+"\x00"), hash...), uint64(seq)) //nolint:gosec // numbers from 0
	return b
}

func (k chainKeys) macOf(key [32]byte, c *chainRow) []byte {
	mac := hmac.New(sha256.New, key[:])
	mac.Write(stated("end", c.Chain, c.Seq, c.Hash))
	return mac.Sum(nil)
}

// written says whether the program wrote this end of a chain.
func (k chainKeys) written(c *chainRow) bool {
	return slices.ContainsFunc(k.ends, func(key [32]byte) bool { return hmac.Equal(k.macOf(key, c), c.MAC) })
}

// signed says whether the program made this checkpoint.
func (k chainKeys) signed(c *checkpointRow) bool {
	return slices.ContainsFunc(k.sign, func(key ed25519.PrivateKey) bool {
		public, _ := key.Public().(ed25519.PublicKey)
		return ed25519.Verify(public, c.message(), c.Signature)
	})
}

func (c *checkpointRow) message() []byte {
	return binary.BigEndian.AppendUint64(stated(c.Kind, c.Chain, c.Seq, c.Hash), uint64(c.At.UnixMicro()))
}

// checkpoint states where the chain is.
func (u *unit) checkpoint(kind string, c *chainRow) checkpointRow {
	row := checkpointRow{Chain: c.Chain, OrganizationID: c.OrganizationID, Seq: c.Seq, Kind: kind, Hash: c.Hash, At: moment{u.now}}
	row.Signature = ed25519.Sign(u.keys.sign[0], row.message())
	return row
}

// chainEntries writes the entries of the transaction. The ends of their chains are locked last of all and in one order, so that those who
// record something in one organization wait for each other no longer than it takes to write and commit, and never in a circle.
func (u *unit) chainEntries() error {
	if len(u.entries) == 0 {
		return nil
	}
	if err := u.holdLogs(); err != nil {
		return err
	}
	of := map[string]ref{}
	for _, row := range u.entries {
		of[chainOf(row.OrganizationID)] = row.OrganizationID
	}
	ends, err := u.lockedEnds(of)
	if err != nil {
		return err
	}
	var checkpoints []checkpointRow
	broken := map[string]bool{}
	for chain, end := range ends {
		broken[chain] = !u.keys.written(end)
	}
	for i := range u.entries {
		row := &u.entries[i]
		checkpoints = u.extend(ends[chainOf(row.OrganizationID)], row, checkpoints)
	}
	if err := plant(u, u.entries); err != nil {
		return err
	}
	if err := plant(u, checkpoints); err != nil {
		return err
	}
	for _, chain := range slices.Sorted(maps.Keys(ends)) {
		if err := u.keepEnd(ends[chain], broken[chain]); err != nil {
			return err
		}
	}
	u.entries = nil
	return nil
}

// extend puts an entry behind the end of its chain.
func (u *unit) extend(end *chainRow, row *auditRow, checkpoints []checkpointRow) []checkpointRow {
	row.Seq = end.Seq + 1
	row.Hash = row.link(end.Hash)
	end.Seq, end.Hash = row.Seq, row.Hash
	if row.Seq%sealEvery == 0 {
		checkpoints = append(checkpoints, u.checkpoint(kindSeal, end))
	}
	return checkpoints
}

// keepEnd saves the end of a chain. One that something else than the program has written stays so for ever: an honest end behind it would
// hide that.
func (u *unit) keepEnd(end *chainRow, broken bool) error {
	if broken {
		u.log.Error("the end of a chain of audit entries was not written by this program: run gatehouse audit verify", "chain", end.Chain)
		end.MAC = make([]byte, sha256.Size)
	} else {
		end.MAC = u.keys.macOf(u.keys.ends[0], end)
	}
	return u.do(stmt("UPDATE audit_chains SET seq = ?, hash = ?, mac = ? WHERE chain = ?", end.Seq, end.Hash, end.MAC, end.Chain))
}

// lockedEnds reads the ends of chains and keeps them from changing; one that has none yet begins with the entries that are there.
func (u *unit) lockedEnds(of map[string]ref) (map[string]*chainRow, error) {
	chains := slices.Sorted(maps.Keys(of))
	ends, err := u.endsOf(chains)
	if err != nil || len(ends) == len(chains) {
		return ends, err
	}
	var begun []string
	for _, chain := range chains {
		if ends[chain] != nil {
			continue
		}
		made, err := u.change(`INSERT INTO audit_chains (chain, organization_id, seq, hash, mac) VALUES (?, ?, 0, ?, ?) ON CONFLICT (chain) DO NOTHING`,
			chain, of[chain], make([]byte, sha256.Size), make([]byte, sha256.Size))
		if err != nil {
			return nil, err
		}
		if made > 0 {
			begun = append(begun, chain)
		}
	}
	if ends, err = u.endsOf(chains); err != nil {
		return nil, err
	}
	for _, chain := range begun {
		if err := u.takeIn(ends[chain]); err != nil {
			return nil, err
		}
	}
	return ends, nil
}

func (u *unit) endsOf(chains []string) (map[string]*chainRow, error) {
	var rows []chainRow
	err := u.all(&rows, "SELECT c.chain, c.organization_id, c.seq, c.hash, c.mac FROM audit_chains c WHERE c.chain IN (?) ORDER BY c.chain"+u.dialect.forUpdate("c"), chains)
	ends := make(map[string]*chainRow, len(rows))
	for i := range rows {
		ends[rows[i].Chain] = &rows[i]
	}
	return ends, err
}

const chainedColumns = `e.id, e.organization_id, e.at, e.actor_id, e.actor_name, e.actor_email, e.action, e.target_type, e.target_id, e.target_name,
	e.before_values, e.after_values, e.method, e.ip, e.reference, e.search`

// ofChain is the condition that an entry belongs to the chain, and its arguments.
func ofChain(c *chainRow) (string, []any) {
	if c.OrganizationID == "" {
		return "e.organization_id IS NULL", nil
	}
	return "e.organization_id = ?", []any{c.OrganizationID}
}

// takeIn numbers and links the entries that were written before there was a chain, in the order of their keys.
func (u *unit) takeIn(end *chainRow) error {
	where, args := ofChain(end)
	for {
		var rows []auditRow
		err := u.all(&rows, "SELECT "+chainedColumns+" FROM audit_entries e WHERE "+where+" AND e.seq IS NULL ORDER BY e.id LIMIT 1000", args...)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		var checkpoints []checkpointRow
		for i := range rows {
			checkpoints = u.extend(end, &rows[i], checkpoints)
		}
		if err := u.numbered(rows); err != nil {
			return err
		}
		if err := plant(u, checkpoints); err != nil {
			return err
		}
	}
	if end.Seq > 0 {
		u.log.Warn("audit entries that belonged to no chain were taken into one: expected once, after an upgrade", "chain", end.Chain, "entries", end.Seq)
	}
	return u.keepEnd(end, false)
}

// numbered saves the numbers and hashes of entries that are there already.
func (u *unit) numbered(rows []auditRow) error {
	size := postgresBatch
	kind := "CAST(? AS uuid), CAST(? AS bigint), CAST(? AS bytea)"
	if u.dialect == sqliteDialect {
		size, kind = sqliteBatch, "?, ?, ?"
	}
	for part := range slices.Chunk(rows, size) {
		var q query
		q.add("WITH v (id, seq, hash) AS (VALUES " + strings.TrimSuffix(strings.Repeat("("+kind+"), ", len(part)), ", ") + ")")
		for i := range part {
			q.args = append(q.args, part[i].ID, part[i].Seq, part[i].Hash)
		}
		q.add(" UPDATE audit_entries SET seq = v.seq, hash = v.hash FROM v WHERE audit_entries.id = v.id")
		if err := u.do(stmt(q.text.String(), q.args...)); err != nil {
			return err
		}
	}
	return nil
}

// ChainAudit begins the chains of the organizations that have none yet, each in a transaction of its own: what was recorded before there were
// chains is taken in.
func (s *Store) ChainAudit(ctx context.Context) error {
	var waiting []ref
	err := s.read(ctx).all(&waiting, `SELECT o.id FROM organizations o WHERE NOT EXISTS (SELECT 1 FROM audit_chains c WHERE c.chain = CAST(o.id AS text))
		UNION ALL SELECT NULL WHERE NOT EXISTS (SELECT 1 FROM audit_chains c WHERE c.chain = ?) ORDER BY 1`, installationChain)
	if err != nil {
		return fault("chain audit", err)
	}
	for _, organization := range waiting {
		err := s.write(ctx, "chain audit", func(u *unit) error {
			_, err := u.lockedEnds(map[string]ref{chainOf(organization): organization})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
