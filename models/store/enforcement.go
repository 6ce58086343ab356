package store

import (
	"context"
	"strconv"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// stageNow is what is required at a moment, which it takes once: a stage that was not confirmed in time has given way.
const stageNow = "CASE WHEN r.confirm_by IS NULL OR r.confirm_by > ? THEN r.stage ELSE r.confirmed END"

// covered is the condition that an organization requires single sign-on of a member; o and user are the SQL of their ids.
// Of who is no member it requires nothing. It takes the moment once. A provider that is disabled requires nothing of anybody.
func covered(o, user string) string {
	return `EXISTS (SELECT 1 FROM (SELECT r.organization_id, r.provider_id, r.by_id, ` + stageNow + ` AS stage FROM enforcements r) q
		JOIN identity_providers qp ON qp.id = q.provider_id AND qp.enabled
		WHERE q.organization_id = ` + o + ` AND q.stage <> ''
		AND EXISTS (SELECT 1 FROM members qn WHERE qn.organization_id = q.organization_id AND qn.user_id = ` + user + `) AND (q.stage = 'everyone' OR q.by_id = ` + user + `
			OR q.stage = 'chosen' AND (EXISTS (SELECT 1 FROM enforced_members qm WHERE qm.organization_id = q.organization_id AND qm.user_id = ` + user + `)
				OR EXISTS (SELECT 1 FROM enforced_teams qt JOIN team_members qu ON qu.team_id = qt.team_id WHERE qt.organization_id = q.organization_id AND qu.user_id = ` + user + `))))`
}

// Enforcement returns what the organization requires at this moment. A step that has given way meanwhile is recorded as that first.
func (t Tenant) Enforcement(ctx context.Context) (models.Enforcement, error) {
	if err := t.store.giveWay(ctx, t.organization()); err != nil {
		return models.Enforcement{}, err
	}
	e, err := t.store.read(ctx).enforcement(t.organization())
	return e, fault("enforcement", err)
}

func (u *unit) enforcement(organizationID string) (models.Enforcement, error) {
	var row struct {
		Enforcement enforcementRow `gorm:"embedded"`
		Now         string         `gorm:"column:stage_now"`
		Provider    string         `gorm:"column:provider"`
		Name        string         `gorm:"column:provider_name"`
		By          string         `gorm:"column:by_name"`
	}
	known, err := u.found(&row, `SELECT r.organization_id, r.provider_id, r.stage, r.confirmed, r.confirm_by, r.by_id, r.version, r.changed_at, r.altered, `+stageNow+` AS stage_now,
		p.slug AS provider, p.name AS provider_name, u.name AS by_name FROM enforcements r JOIN identity_providers p ON p.id = r.provider_id JOIN users u ON u.id = r.by_id
		WHERE r.organization_id = ?`, u.now, organizationID)
	if err != nil || !known {
		return models.Enforcement{}, err
	}
	e := models.Enforcement{
		Stage: models.Stage(row.Now), Provider: row.Provider, ProviderName: row.Name, By: row.By, ByID: row.Enforcement.ByID, Version: row.Enforcement.Version,
		Confirmed: models.Stage(row.Enforcement.Confirmed), ChangedAt: row.Enforcement.ChangedAt.Time,
	}
	if row.Enforcement.ConfirmBy.After(u.now) {
		e.ConfirmBy, e.Altered = row.Enforcement.ConfirmBy.Time, row.Enforcement.Altered
	}
	e.Chosen, err = u.enforced(organizationID, "m.user_id IN (SELECT e.user_id FROM enforced_members e WHERE e.organization_id = ?)", "t.id IN (SELECT e.team_id FROM enforced_teams e WHERE e.organization_id = ?)",
		[]any{organizationID}, []any{organizationID})
	return e, err
}

const becauseAltered = "the identity provider was changed"

// giveWay records that a step was not confirmed in time, once, however many notice; "" looks at every organization.
func (s *Store) giveWay(ctx context.Context, organizationID string) error {
	var due []string
	u := s.read(ctx)
	err := u.all(&due, "SELECT organization_id FROM enforcements WHERE confirm_by <= ? AND (organization_id = ? OR ?)", u.now, ref(organizationID), organizationID == "")
	for _, id := range due {
		if err != nil {
			break
		}
		err = s.write(ctx, "give way", func(u *unit) error { return u.giveWay(id) })
	}
	return fault("give way", err)
}

func (u *unit) giveWay(organizationID string) error {
	if err := u.hold("?", organizationID); err != nil {
		return err
	}
	var row enforcementRow
	due, err := u.found(&row, "SELECT r.organization_id, r.provider_id, r.stage, r.confirmed, r.confirm_by, r.altered FROM enforcements r WHERE r.organization_id = ? AND r.confirm_by <= ?"+
		u.dialect.forUpdate("r"), organizationID, u.now)
	if err != nil || !due {
		return err
	}
	if row.Confirmed == "" {
		err = u.do(stmt("DELETE FROM enforcements WHERE organization_id = ?", organizationID))
	} else {
		err = u.do(stmt("UPDATE enforcements SET stage = confirmed, confirm_by = NULL, altered = false, version = version + 1 WHERE organization_id = ?", organizationID))
	}
	if err != nil {
		return err
	}
	e := models.AuditEntry{Action: models.ActionSSOReverted, TargetType: "organization", TargetID: organizationID}
	e.Before, e.After = map[string]string{"required of": models.Stage(row.Stage).Words()}, map[string]string{"required of": models.Stage(row.Confirmed).Words()}
	if row.Altered {
		e.After["because"] = becauseAltered
	}
	return u.record([]string{organizationID}, e)
}

// RequireSSO takes one step. It needs a fresh test by the actor of one of the enabled identity providers as it is, and a tested break-glass
// code; and it gives way by itself unless an Administrator signs in by single sign-on in time.
func (t Tenant) RequireSSO(ctx context.Context, in models.EnforcementChange) error {
	if err := t.store.giveWay(ctx, t.organization()); err != nil {
		return err
	}
	return t.write(ctx, "require single sign-on", authz.SecurityManage, func(u *unit) error {
		was, err := u.enforcement(t.organization())
		if err != nil {
			return err
		}
		if was.Version != in.Version {
			return errEnforcementChanged
		}
		if err := in.Stage.MayFollow(was); err != nil {
			return err
		}
		provider, err := t.readyProvider(u, was)
		if err != nil {
			return err
		}
		if err := t.keepEnforcement(u, provider.ID, was, in); err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionSSORequired), "identity-provider", provider.ID, provider.Name)
		e.Before = map[string]string{"required of": was.Stage.Words()}
		e.After = map[string]string{"required of": in.Stage.Words(), "to be confirmed within": strconv.Itoa(int(in.Within/time.Minute)) + " minutes"}
		if in.Stage == models.StageChosen {
			is, err := u.enforcement(t.organization())
			if err != nil {
				return err
			}
			e.After["people"], e.After["teams"] = namesOf(is.Chosen)
		}
		return u.record([]string{t.organization()}, e)
	})
}

var errEnforcementChanged = models.Refuse(models.Stale, "Somebody else changed this meanwhile. Look at what is required now, and decide again.")

func (t Tenant) keepEnforcement(u *unit, providerID string, was models.Enforcement, in models.EnforcementChange) error {
	if was.Version == 0 {
		// Two who begin at once: the second finds the first's.
		n, err := u.change(`INSERT INTO enforcements (organization_id, provider_id, stage, confirmed, confirm_by, by_id, version, changed_at)
			VALUES (?, ?, ?, '', ?, ?, 1, ?) ON CONFLICT DO NOTHING`, t.organization(), providerID, string(in.Stage), u.now.Add(in.Within), t.actor.User.ID, u.now)
		if err == nil && n == 0 {
			err = errEnforcementChanged
		}
		return err
	}
	n, err := u.change(`UPDATE enforcements SET provider_id = ?, stage = ?, confirmed = ?, confirm_by = ?, by_id = ?, altered = false, version = version + 1, changed_at = ?
		WHERE organization_id = ? AND version = ?`,
		providerID, string(in.Stage), string(in.Stage.Falls(was)), u.now.Add(in.Within), t.actor.User.ID, u.now, t.organization(), in.Version)
	if err == nil && n == 0 {
		err = errEnforcementChanged
	}
	if err != nil || in.Stage != models.StageChosen {
		return err
	}
	return t.chooseEnforced(u, in)
}

// chooseEnforced keeps the chosen people and teams; one that there is none of is refused beside its field.
func (t Tenant) chooseEnforced(u *unit, in models.EnforcementChange) error {
	err := u.do(stmt("DELETE FROM enforced_members WHERE organization_id = ?", t.organization()), stmt("DELETE FROM enforced_teams WHERE organization_id = ?", t.organization()))
	if err != nil {
		return err
	}
	for _, given := range in.Members {
		id, _ := parseID(given) // of what is no key there is no member
		n, err := u.change(`INSERT INTO enforced_members (organization_id, user_id) SELECT m.organization_id, m.user_id FROM members m
			WHERE m.organization_id = ? AND m.user_id = ? ON CONFLICT DO NOTHING`, t.organization(), ref(id))
		if err != nil {
			return err
		}
		if n == 0 {
			return models.RefuseField("q", "Somebody whom you chose is not a member any more. Look at the choice again.")
		}
	}
	for _, slug := range in.Teams {
		norm, _ := slugNorm(slug)
		n, err := u.change(`INSERT INTO enforced_teams (organization_id, team_id) SELECT t.organization_id, t.id FROM teams t
			WHERE t.organization_id = ? AND t.slug_norm = ? ON CONFLICT DO NOTHING`, t.organization(), norm)
		if err != nil {
			return err
		}
		if n == 0 {
			return models.RefuseField("q", "A team that you chose does not exist any more. Look at the choice again.")
		}
	}
	return nil
}

// LiftSSO requires single sign-on of nobody any more.
func (t Tenant) LiftSSO(ctx context.Context) error {
	return t.write(ctx, "lift single sign-on", authz.SecurityManage, func(u *unit) error {
		stage, err := u.lift(t.organization())
		if err != nil || stage == "" {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionSSOLifted), "organization", t.organization(), t.actor.Organization.Name)
		e.Before = map[string]string{"required of": models.Stage(stage).Words()}
		return u.record([]string{t.organization()}, e)
	})
}

// Unlock does the same from the shell, for an organization that nobody gets into; lifted is false when nothing was required.
func (s *Store) Unlock(ctx context.Context, orgSlug string) (lifted bool, err error) {
	norm, ok := slugNorm(orgSlug)
	if !ok {
		return false, models.ErrNotFound
	}
	err = s.write(ctx, "unlock", func(u *unit) error {
		if err := u.hold("SELECT x.id FROM organizations x WHERE x.slug_norm = ?", norm); err != nil {
			return err
		}
		var o organizationRow
		if err := u.one(&o, "SELECT o.id, o.name FROM organizations o WHERE o.slug_norm = ?", norm); err != nil {
			return err
		}
		stage, err := u.lift(o.ID)
		if lifted = stage != ""; err != nil || !lifted {
			return err
		}
		e := models.AuditEntry{Action: models.ActionSSOLifted, TargetType: "organization", TargetID: o.ID, TargetName: o.Name}
		e.Before, e.After = map[string]string{"required of": models.Stage(stage).Words()}, map[string]string{"by": "an operator, from the shell"}
		return u.record([]string{o.ID}, e)
	})
	return lifted, err
}

// lift ends the requirement and returns the stage it had, empty when there was none.
func (u *unit) lift(organizationID string) (stage string, err error) {
	_, err = u.found(&stage, "DELETE FROM enforcements WHERE organization_id = ? RETURNING stage", organizationID)
	return stage, err
}
