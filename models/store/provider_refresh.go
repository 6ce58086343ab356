package store

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// lookLease is how long a look may take before another replica makes it again.
const lookLease = 2 * time.Minute

type refreshRow struct {
	ProviderID  string `gorm:"column:provider_id;primaryKey"`
	MetadataURL string `gorm:"column:metadata_url"`
	NextAt      moment `gorm:"column:next_at"`
	LookedAt    moment `gorm:"column:looked_at"`
	ChangedAt   moment `gorm:"column:changed_at"`
	Failures    int    `gorm:"column:failures"`
	Problem     string `gorm:"column:problem"`
	Signed      bool   `gorm:"column:signed"`
	ValidUntil  moment `gorm:"column:valid_until"`
	Proposal    string `gorm:"column:proposal"`
	ProposalKey string `gorm:"column:proposal_key"`
	ProposedAt  moment `gorm:"column:proposed_at"`
	DismissedAt moment `gorm:"column:dismissed_at"`
}

func (refreshRow) TableName() string { return "metadata_refreshes" }

const refreshColumns = "provider_id, metadata_url, next_at, looked_at, changed_at, failures, problem, signed, valid_until, proposal, proposal_key, proposed_at, dismissed_at"

func (r refreshRow) noun() (models.Refresh, error) {
	refresh := models.Refresh{
		LookedAt: r.LookedAt.Time, ChangedAt: r.ChangedAt.Time, NextAt: r.NextAt.Time, Failures: r.Failures, Problem: r.Problem, Signed: r.Signed,
		ValidUntil: r.ValidUntil.Time,
	}
	if r.ProposalKey == "" {
		return refresh, nil
	}
	refresh.Proposal = &models.Proposal{Key: r.ProposalKey, At: r.ProposedAt.Time, DismissedAt: r.DismissedAt.Time}
	return refresh, json.Unmarshal([]byte(r.Proposal), &refresh.Proposal.Change)
}

// Refresh returns what became of looking at a provider's metadata again; what was found at an address that it no longer has is nothing.
func (t Tenant) Refresh(ctx context.Context, p models.IdentityProvider) (models.Refresh, error) {
	if p.MetadataURL == "" {
		return models.Refresh{}, nil
	}
	refresh, err := t.refresh(t.store.read(ctx), p)
	return refresh, fault("refresh", err)
}

func (t Tenant) refresh(u *unit, p models.IdentityProvider) (models.Refresh, error) {
	var row refreshRow
	known, err := u.found(&row, "SELECT "+refreshColumns+` FROM metadata_refreshes WHERE metadata_url = ?
		AND provider_id IN (SELECT id FROM identity_providers WHERE organization_id = ? AND id = ?)`, p.MetadataURL, t.organization(), p.ID)
	if err != nil || !known {
		return models.Refresh{}, err
	}
	return row.noun()
}

// ClaimLooks takes up to n identity providers whose metadata is due to be looked at. No other replica gets them for two minutes, within which
// KeepLook says what was found. Whoever has an address and was never looked at comes first after the usual pause: it was read when it was saved.
func (s *Store) ClaimLooks(ctx context.Context, n int) ([]models.Look, error) {
	var looks []models.Look
	err := s.write(ctx, "claim looks", func(u *unit) error {
		looks = nil
		first := models.NextLook(u.now, u.now.AddDate(1, 0, 0), time.Time{}, 0, rand.Float64()) //nolint:gosec // spreads load, no secret
		err := u.do(stmt(`INSERT INTO metadata_refreshes (provider_id, metadata_url, next_at)
			SELECT p.id, p.metadata_url, ? FROM identity_providers p WHERE p.metadata_url <> ''
			AND NOT EXISTS (SELECT 1 FROM metadata_refreshes r WHERE r.provider_id = p.id) ON CONFLICT (provider_id) DO NOTHING`, moment{first}))
		if err != nil {
			return err
		}
		skip := ""
		if u.dialect == postgresDialect {
			skip = " FOR UPDATE OF r SKIP LOCKED"
		}
		var ids []string
		err = u.all(&ids, `UPDATE metadata_refreshes SET next_at = ? WHERE provider_id IN (
			SELECT r.provider_id FROM metadata_refreshes r JOIN identity_providers p ON p.id = r.provider_id AND p.metadata_url <> ''
			WHERE r.next_at <= ? ORDER BY r.next_at, r.provider_id LIMIT ?`+skip+`) RETURNING provider_id`, u.now.Add(lookLease), u.now, n)
		if err != nil || len(ids) == 0 {
			return err
		}
		var rows []providerRow
		if err := u.all(&rows, "SELECT id, organization_id, metadata_url FROM identity_providers WHERE id IN (?)", ids); err != nil {
			return err
		}
		for _, row := range rows {
			looks = append(looks, models.Look{ProviderID: row.ID, OrganizationID: row.OrganizationID, URL: row.MetadataURL, At: u.now})
		}
		return nil
	})
	return looks, err
}

// Look is the look that an Administrator asks for now; models.Impossible when there is no address to look at.
func (t Tenant) Look(ctx context.Context, slug string) (models.Look, error) {
	p, err := t.IdentityProvider(ctx, slug)
	if err != nil {
		return models.Look{}, err
	}
	if p.MetadataURL == "" {
		return models.Look{}, models.Refuse(models.Impossible, "Its values were not read from an address, so there is nowhere to look. Give its metadata URL with Edit.")
	}
	return models.Look{ProviderID: p.ID, OrganizationID: p.OrganizationID, URL: p.MetadataURL, At: t.store.now()}, nil
}

// KeepLook keeps what a look of the schedule found; the log says that the system did it.
func (s *Store) KeepLook(ctx context.Context, look models.Look, found models.Looked) (models.Lookout, error) {
	var out models.Lookout
	err := s.write(ctx, "keep look", func(u *unit) error {
		err := u.hold("?", look.OrganizationID)
		if err != nil {
			return err
		}
		out, err = s.In(models.Actor{Organization: models.Organization{ID: look.OrganizationID}}).keepLook(u, look, found, models.AuditEntry{})
		return err
	})
	return out, err
}

// KeepLook keeps what the look found that the actor asked for.
func (t Tenant) KeepLook(ctx context.Context, look models.Look, found models.Looked) (models.Lookout, error) {
	var out models.Lookout
	err := t.write(ctx, "keep look", authz.SecurityManage, func(u *unit) (err error) {
		out, err = t.keepLook(u, look, found, entry(t.actor.Person, ""))
		return err
	})
	return out, err
}

// keepLook takes what may be taken, proposes the rest, and forgets a proposal that the metadata no longer makes. What was found at an address
// that the provider no longer has, or before something newer, counts no more.
func (t Tenant) keepLook(u *unit, look models.Look, found models.Looked, by models.AuditEntry) (models.Lookout, error) {
	out := models.Lookout{Problem: found.Problem}
	was, err := t.providerByID(u, look.ProviderID)
	if err != nil {
		return out, err
	}
	row, err := u.lockedRefresh(was)
	if err != nil || was.MetadataURL != look.URL || row.LookedAt.After(look.At) {
		return out, err
	}
	row.LookedAt, row.Problem = moment{look.At}, found.Problem
	if found.Problem != "" {
		row.Failures++
		return out, u.keepRefresh(row, was)
	}
	row.Failures, row.Signed, row.ValidUntil = 0, found.Signed, moment{found.ValidUntil}
	taken, propose := was.Renewal(found)
	out.Added = len(taken)
	if len(taken) > 0 {
		row.ChangedAt = moment{look.At}
		by.Action = models.ActionProviderRefreshed
		if was, err = t.addCertificates(u, was, taken, by); err != nil {
			return out, err
		}
	}
	if !propose {
		row.Proposal, row.ProposalKey, row.ProposedAt, row.DismissedAt = "", "", moment{}, moment{}
		return out, u.keepRefresh(row, was)
	}
	proposal, err := models.NewProposal(found.Read, look.At)
	if err != nil {
		return out, err
	}
	if proposal.Key != row.ProposalKey {
		encoded, err := json.Marshal(proposal.Change)
		if err != nil {
			return out, err
		}
		row.Proposal, row.ProposalKey, row.ProposedAt, row.DismissedAt, row.ChangedAt = string(encoded), proposal.Key, moment{look.At}, moment{}, moment{look.At}
		by.Action = models.ActionProviderProposed
		e := on(by, "identity-provider", was.ID, was.Name)
		e.Before, e.After = differences(described(was), described(was.With(proposal.Change)))
		if err := u.record([]string{t.organization()}, e); err != nil {
			return out, err
		}
	}
	out.Proposed = row.DismissedAt.IsZero()
	return out, u.keepRefresh(row, was)
}

// providerByID is lockedProvider by key.
func (t Tenant) providerByID(u *unit, id string) (models.IdentityProvider, error) {
	var row providerRow
	err := u.one(&row, "SELECT p.slug_norm FROM identity_providers p WHERE p.organization_id = ? AND p.id = ?"+u.dialect.forChange("p"), t.organization(), id)
	if err != nil {
		return models.IdentityProvider{}, err
	}
	return t.provider(u, row.SlugNorm)
}

// lockedRefresh is what is known of earlier looks; nothing when they were at another address. The provider's lock keeps it from changing.
func (u *unit) lockedRefresh(p models.IdentityProvider) (refreshRow, error) {
	fresh := refreshRow{ProviderID: p.ID, MetadataURL: p.MetadataURL}
	var row refreshRow
	known, err := u.found(&row, "SELECT "+refreshColumns+" FROM metadata_refreshes WHERE provider_id = ?", p.ID)
	if err != nil || !known || row.MetadataURL != p.MetadataURL {
		return fresh, err
	}
	return row, nil
}

func (u *unit) keepRefresh(row refreshRow, p models.IdentityProvider) error {
	next := models.NextLook(u.now, p.LastCertificateEnd(), row.ValidUntil.Time, row.Failures, rand.Float64()) //nolint:gosec // spreads load, no secret
	row.NextAt, row.Problem = moment{next}, clean(row.Problem, longestText)
	if err := u.do(stmt("DELETE FROM metadata_refreshes WHERE provider_id = ?", row.ProviderID)); err != nil {
		return err
	}
	return u.insert(&row)
}

// addCertificates adds certificates behind those that are there. Nothing that rests on the others ends, not even sign-ins under way.
func (t Tenant) addCertificates(u *unit, was models.IdentityProvider, taken []models.ProviderCertificate, by models.AuditEntry) (models.IdentityProvider, error) {
	err := u.do(
		stmt("UPDATE identity_providers SET version = version + 1, updated_at = ? WHERE id = ?", u.now, was.ID),
		stmt("DELETE FROM identity_provider_certificates WHERE provider_id = ?", was.ID),
	)
	if err == nil {
		err = u.keepCertificates(was.ID, append(was.Certificates, taken...), was.Certificates)
	}
	if err != nil {
		return was, err
	}
	is, err := t.providerByID(u, was.ID)
	if err != nil {
		return was, err
	}
	e := on(by, "identity-provider", is.ID, is.Name)
	e.Before, e.After = differences(described(was), described(is))
	e.After["certificates added"] = strconv.Itoa(len(taken))
	return is, u.record([]string{t.organization()}, e)
}

var errProposalGone = models.Refuse(models.Stale, "The metadata or this identity provider changed meanwhile. Look at what differs now, and decide again.")

// ApproveProposal makes the proposed values the provider's, as if they were typed. version and key are what was looked at; when either is no
// more, it is models.Stale.
func (t Tenant) ApproveProposal(ctx context.Context, slug string, version int, key string) error {
	return t.write(ctx, "approve proposal", authz.SecurityManage, func(u *unit) error {
		was, proposal, err := t.lockedProposal(u, slug, key)
		if err != nil {
			return err
		}
		if was.Version != version {
			return errProposalGone
		}
		if err := t.replace(u, was, was.Approving(*proposal), models.ActionProposalApproved); err != nil {
			return err
		}
		return u.do(stmt("UPDATE metadata_refreshes SET proposal = '', proposal_key = '', proposed_at = NULL, dismissed_at = NULL WHERE provider_id = ?", was.ID))
	})
}

// DismissProposal keeps the provider's values. The same difference is not proposed again, another one is.
func (t Tenant) DismissProposal(ctx context.Context, slug, key string) error {
	return t.write(ctx, "dismiss proposal", authz.SecurityManage, func(u *unit) error {
		is, proposal, err := t.lockedProposal(u, slug, key)
		if err != nil || !proposal.DismissedAt.IsZero() {
			return err
		}
		err = u.do(stmt("UPDATE metadata_refreshes SET dismissed_at = ? WHERE provider_id = ?", u.now, is.ID))
		if err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionProposalDismissed), "identity-provider", is.ID, is.Name)
		e.Before, e.After = differences(described(is), described(is.With(proposal.Change)))
		return u.record([]string{t.organization()}, e)
	})
}

func (t Tenant) lockedProposal(u *unit, slug, key string) (models.IdentityProvider, *models.Proposal, error) {
	p, err := t.lockedProvider(u, slug)
	if err != nil {
		return p, nil, err
	}
	refresh, err := t.refresh(u, p)
	if err != nil {
		return p, nil, err
	}
	if refresh.Proposal == nil || refresh.Proposal.Key != key {
		return p, nil, errProposalGone
	}
	return p, refresh.Proposal, nil
}
