package store

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"maps"
	"strings"

	"gorm.io/gorm"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

// refusedSignIn is a refusal of FinishSAML with what the Administrator is told.
type refusedSignIn struct {
	error
	check, cause string
}

func (r *refusedSignIn) Unwrap() error { return r.error }

func refuseSignIn(kind models.Kind, sentence, check, cause string) error {
	return &refusedSignIn{models.Refuse(kind, sentence), check, cause}
}

// arrived is a result of the assertion consumer service on its way to become a session.
type arrived struct {
	ProviderID       string `gorm:"column:provider_id"`
	ProviderSlug     string `gorm:"column:provider_slug"`
	ProviderName     string `gorm:"column:provider_name"`
	Enabled          bool   `gorm:"column:enabled"`
	OrganizationID   string `gorm:"column:organization_id"`
	OrganizationSlug string `gorm:"column:organization_slug"`
	OrganizationName string `gorm:"column:organization_name"`
	Mode             string `gorm:"column:mode"`
	TesterID         ref    `gorm:"column:tester_id"`
	SessionID        ref    `gorm:"column:session_id"`
	Enforced         bool   `gorm:"column:enforced"` // a step of required single sign-on waits for its confirmation
	ReturnPath       string `gorm:"column:return_path"`
	BrowserHash      []byte `gorm:"column:browser_hash"`
	Sealed           []byte `gorm:"column:identity"`
	ExpiresAt        moment `gorm:"column:expires_at"`
	ConsumedAt       moment `gorm:"column:consumed_at"`
	Admits           bool   `gorm:"column:admits_domains"`
	Mapped           bool   `gorm:"column:mapped"` // the provider has group mappings
	SightedAt        moment `gorm:"column:sighted_at"`
	ThroughAt        moment `gorm:"column:through_at"` // when somebody last came through the provider

	userID   string // whose sign-in it turned out to be
	identity models.SAMLIdentity
}

// person is who an identity says they are, for a recorded attempt.
func (a *arrived) person() string {
	if a.identity.Email != "" {
		return a.identity.Email
	}
	return a.identity.NameID
}

func (a *arrived) test() bool { return a.Mode == string(models.FlowTest) }

// attempt begins what is recorded of it; check is the one that refused, empty when none did.
func (a *arrived) attempt(check, cause, person string, r models.Request) models.Attempt {
	at := models.Attempt{
		Accepted: check == "", Reference: r.Reference, Check: check, Cause: cause, Person: person, IP: r.IP, Mode: models.FlowMode(a.Mode),
		TesterID: string(a.TesterID), Configuration: a.identity.Configuration, Recording: a.identity.Recording,
	}
	at.Recording.Checks = models.Checklist(at.Recording.Checks, check)
	return at
}

// FinishSAML takes an accepted assertion, once, in the browser that began, and makes a session that opens the one organization whose
// identity provider vouched. A refusal says why in a sentence for the person; the attempt is recorded either way. A test ends here too, with
// nothing made: what it found is the attempt.
func (s *Store) FinishSAML(ctx context.Context, resultHash []byte, browser string, previous []byte, newToken []byte, r models.Request) (models.Finished, error) {
	var finished models.Finished
	var result arrived
	var err error
	// Two first sign-ins of one person at once collide on the person's new rows; the second then finds them made.
	const tries = 3
	locked := "" // the organization, when what its members are must not change meanwhile
	for range tries {
		err = s.transact(ctx, func(u *unit) error {
			result = arrived{}
			if err := u.lockOrganization(locked); err != nil {
				return err
			}
			if err := u.takeResult(&result, resultHash, browser); err != nil {
				return err
			}
			if result.test() {
				return u.rehearse(&result, previous, r)
			}
			var err error
			finished, err = u.enter(&result, previous, newToken, r, locked != "")
			return err
		})
		if errors.Is(err, errAlone) {
			locked = result.OrganizationID
		} else if !errors.Is(err, gorm.ErrDuplicatedKey) {
			break
		}
	}
	var refused *refusedSignIn
	var passed *rehearsed
	switch {
	case err == nil:
		return finished, errors.Join(s.signedInThrough(ctx, &result), fault("finish sign-in", s.sight(ctx, &result, result.userID)))
	case errors.As(err, &passed):
		return s.tested(ctx, &result, resultHash, *passed, nil, r)
	case errors.As(err, &refused) && result.test() && refused.check != models.CheckResult && refused.check != models.CheckBrowser:
		return s.tested(ctx, &result, resultHash, rehearsed{}, refused, r)
	case errors.As(err, &refused) && result.ProviderID != "":
		// It has to be known although nothing of the sign-in is kept, and the result is used up.
		recording := s.write(ctx, "refuse sign-in", func(u *unit) error {
			if err := u.do(stmt("UPDATE saml_results SET consumed_at = ? WHERE token_hash = ? AND consumed_at IS NULL", u.now, resultHash)); err != nil {
				return err
			}
			_, err := u.attempt(result.ProviderID, result.attempt(refused.check, refused.cause, result.person(), r))
			return err
		})
		s.Refused(models.TryThrough(result.OrganizationID, result.ProviderID, result.ProviderName, result.attempt(refused.check, refused.cause, result.person(), r)))
		return models.Finished{}, errors.Join(refused.error, recording)
	}
	return models.Finished{}, fault("finish sign-in", err)
}

// signedInThrough remembers when somebody last came through the provider, outside of the sign-in: everybody changes this row.
func (s *Store) signedInThrough(ctx context.Context, a *arrived) error {
	u := s.read(ctx)
	if !a.ThroughAt.Before(u.now.Add(-hotEvery)) {
		return nil
	}
	_, err := u.change("UPDATE identity_providers SET last_sign_in_at = ? WHERE id = ? AND (last_sign_in_at IS NULL OR last_sign_in_at < ?)",
		u.now, a.ProviderID, u.now.Add(-hotEvery))
	return fault("finish sign-in", err)
}

// lockOrganization keeps others from changing what members of it are; without one it does nothing.
func (u *unit) lockOrganization(id string) error {
	if id == "" {
		return nil
	}
	var row organizationRow
	u.holds(id)
	return u.one(&row, "SELECT o.id FROM organizations o WHERE o.id = ?"+u.dialect.forChange("o"), id)
}

const useAgain = "This sign-in was already used or took too long. Start again."

// takeResult reads the result, marks it used and checks that it may be used here.
func (u *unit) takeResult(a *arrived, resultHash []byte, browser string) error {
	known, err := u.found(a, `SELECT p.id AS provider_id, p.slug AS provider_slug, p.name AS provider_name, p.enabled,
		f.mode, f.tester_id, f.session_id, o.id AS organization_id, o.slug AS organization_slug,
		o.name AS organization_name, f.return_path, f.browser_hash, r.identity, r.expires_at, r.consumed_at, p.admits_domains,
		EXISTS (SELECT 1 FROM group_mappings g WHERE g.provider_id = p.id) AS mapped, p.last_sign_in_at AS through_at,
		(SELECT s.at FROM identity_provider_sightings s WHERE s.provider_id = p.id) AS sighted_at,
		EXISTS (SELECT 1 FROM enforcements e WHERE e.organization_id = p.organization_id AND e.confirm_by IS NOT NULL) AS enforced
		FROM saml_results r JOIN saml_flows f ON f.relay_state_hash = r.relay_state_hash
		JOIN identity_providers p ON p.id = f.provider_id JOIN organizations o ON o.id = p.organization_id
		WHERE r.token_hash = ?`+u.dialect.forKey("o")+u.dialect.forShare("p")+u.dialect.forUpdate("r"), resultHash)
	u.holds(a.OrganizationID)
	if err != nil {
		return err
	}
	if !known {
		return models.Refuse(models.Denied, useAgain)
	}
	plain, err := u.box.Open(a.Sealed, sealedResult(resultHash))
	if err == nil {
		err = json.Unmarshal(plain, &a.identity)
	}
	if err != nil {
		return err
	}
	switch {
	case !a.ConsumedAt.IsZero():
		return refuseSignIn(models.Denied, useAgain, models.CheckResult, "The result of one sign-in was fetched a second time.")
	case !a.ExpiresAt.After(u.now):
		return refuseSignIn(models.Denied, useAgain, models.CheckResult, "The browser fetched the result of the sign-in too late.")
	case subtle.ConstantTimeCompare(a.BrowserHash, secret.HashToken(browser)) != 1:
		return refuseSignIn(models.Denied, "This sign-in was begun in another browser. Begin again in this one.", models.CheckBrowser,
			"The sign-in was begun in one browser and came back in another.")
	case !a.Enabled && !a.test():
		return refuseSignIn(models.Denied, "This way of signing in was switched off. Ask an Administrator of "+a.OrganizationName+".", models.CheckProvider,
			"The identity provider was disabled while the sign-in was under way.")
	}
	return u.mustChange("UPDATE saml_results SET consumed_at = ? WHERE token_hash = ? AND consumed_at IS NULL", u.now, resultHash)
}

// enter finds or makes the person, opens the session, and records it all.
func (u *unit) enter(a *arrived, previous, token []byte, r models.Request, locked bool) (models.Finished, error) {
	user, err := u.identify(a, r)
	if err != nil {
		return models.Finished{}, err
	}
	a.userID = user.ID
	mapped, err := u.applyMappings(a, user, r, locked)
	if err != nil {
		return models.Finished{}, err
	}
	err = u.openSession(user.ID, previous, token, r, authenticationRow{
		Opens: a.OrganizationID, Method: string(models.BySAML), OrganizationID: ref(a.OrganizationID), ProviderID: ref(a.ProviderID),
		NameID: a.identity.NameID, NameIDFormat: a.identity.NameIDFormat, NameQualifier: a.identity.NameQualifier, SPQualifier: a.identity.SPNameQualifier,
		SessionIndex: a.identity.SessionIndex, ExpiresAt: moment{a.identity.SessionNotOnOrAfter},
	})
	if err != nil {
		return models.Finished{}, err
	}
	err = u.do(stmt("UPDATE members SET last_active_at = ? WHERE organization_id = ? AND user_id = ?", u.now, a.OrganizationID, user.ID))
	if err != nil {
		return models.Finished{}, err
	}
	if _, err := u.attempt(a.ProviderID, a.attempt("", "", user.Name, r)); err != nil {
		return models.Finished{}, err
	}
	if a.Enforced {
		if err := u.confirm(a, user, r); err != nil {
			return models.Finished{}, err
		}
	}
	e := entryOf(user.noun(), models.ActionSignedIn, models.BySAML, r)
	e.After = map[string]string{"identity provider": a.ProviderName}
	maps.Copy(e.After, mapped)
	return models.Finished{
		ReturnPath: a.ReturnPath, UserName: user.Name,
		Organization: models.Organization{ID: a.OrganizationID, Slug: a.OrganizationSlug, Name: a.OrganizationName},
	}, u.record([]string{a.OrganizationID}, e)
}

// identify finds whose identity it is: the account it was linked to, else — the address being the organization's own claim — a member of the
// organization with that address or somebody it has invited. Nobody else gets in.
func (u *unit) identify(a *arrived, r models.Request) (userRow, error) {
	var link linkRow
	linked, err := u.found(&link, "SELECT id, user_id FROM identity_links WHERE provider_id = ? AND name_id = ?", a.ProviderID, a.identity.Identifies())
	if err != nil {
		return userRow{}, err
	}
	if linked {
		// The member first, as those do who remove one.
		user, err := u.activeMember(a, "u.id = ?", link.UserID)
		if err != nil {
			return userRow{}, err
		}
		return user, u.mustChange("UPDATE identity_links SET last_used_at = ? WHERE id = ?", u.now, link.ID)
	}
	email := models.NormEmail(a.identity.Email)
	if email == "" {
		return userRow{}, strangers(a, "The identity is not known here, and the identity provider sent no address to know the person by.")
	}
	user, err := u.activeMember(a, "u.email_norm = ?", email)
	var refused *refusedSignIn
	if errors.As(err, &refused) && refused.check == models.CheckMember {
		user, err = u.acceptInvitation(a, email, r)
		if errors.As(err, &refused) && refused.check == models.CheckKnown {
			// The same person may have accepted it in another window while this one waited.
			if again, lookErr := u.activeMember(a, "u.email_norm = ?", email); lookErr == nil {
				user, err = again, nil
			}
		}
	}
	if err != nil {
		return userRow{}, err
	}
	err = u.insert(&linkRow{
		ID: newID(), OrganizationID: a.OrganizationID, ProviderID: a.ProviderID, NameID: a.identity.Identifies(), NameIDFormat: a.identity.NameIDFormat,
		UserID: user.ID, CreatedAt: moment{u.now}, LastUsedAt: moment{u.now},
	})
	if err != nil {
		return userRow{}, err
	}
	e := entryOf(user.noun(), models.ActionIdentityLinked, models.BySAML, r)
	e.After = map[string]string{"identity provider": a.ProviderName, "name ID": a.identity.Identifies()}
	return user, u.record([]string{a.OrganizationID}, e)
}

func strangers(a *arrived, cause string) error {
	return refuseSignIn(models.Denied, "You are not a member of "+a.OrganizationName+" yet. Ask an Administrator to invite you, then sign in again.", models.CheckKnown, cause)
}

// activeMember reads an account that is a member of the organization and not suspended, and keeps both from changing.
func (u *unit) activeMember(a *arrived, condition string, arg any) (userRow, error) {
	var row struct {
		User      userRow `gorm:"embedded"`
		Suspended bool    `gorm:"column:suspended"`
	}
	member, err := u.found(&row, `SELECT u.id, u.name, u.email, u.password_hash, m.suspended FROM users u
		JOIN members m ON m.user_id = u.id AND m.organization_id = ? WHERE `+condition+u.dialect.forChange("m"), a.OrganizationID, arg)
	switch {
	case err != nil:
		return userRow{}, err
	case !member:
		return userRow{}, refuseSignIn(models.Denied, "You are no longer a member of "+a.OrganizationName+". Ask an Administrator to invite you.", models.CheckMember,
			"The account that the identity is linked to is not a member of the organization.")
	case row.Suspended:
		return userRow{}, refuseSignIn(models.Suspended, "Your membership of "+a.OrganizationName+" is suspended. An Administrator can lift that.", models.CheckActive,
			"The membership is suspended.")
	}
	return row.User, nil
}

// acceptInvitation makes the person whom the organization invited a member, with a new account when there is none of that address.
func (u *unit) acceptInvitation(a *arrived, email string, r models.Request) (userRow, error) {
	var invitation struct {
		ID    string `gorm:"column:id"`
		Email string `gorm:"column:email"`
		Role  string `gorm:"column:role"`
	}
	invited, err := u.found(&invitation, `SELECT i.id, i.email, i.role FROM invitations i
		WHERE i.organization_id = ? AND i.email_norm = ? AND i.state = 'pending' AND i.expires_at > ?`+u.dialect.forUpdate("i"), a.OrganizationID, email, u.now)
	if err != nil {
		return userRow{}, err
	}
	if !invited {
		if user, admitted, err := u.admit(a, email, r); err != nil || admitted {
			return user, err
		}
		return userRow{}, strangers(a, "Nobody with this address is a member or invited.")
	}
	user, known, err := u.accountAt(email)
	if err == nil && !known {
		user, err = u.newUser(nameOf(a.identity), invitation.Email, "")
	}
	if err != nil {
		return userRow{}, err
	}
	role := roleOf(invitation.Role)
	if err := u.join(a.OrganizationID, user, role, models.FromSSO); err != nil {
		return userRow{}, err
	}
	joined, err := u.joinTeams(a.OrganizationID, invitation.ID, user.ID)
	if err != nil {
		return userRow{}, err
	}
	if err := u.resolve(invitation.ID, models.InvitationAccepted); err != nil {
		return userRow{}, err
	}
	e := entryOf(user.noun(), models.ActionMemberJoined, models.BySAML, r)
	e = on(e, "member", user.ID, user.Name)
	e.After = joinedValues(role, joined)
	return user, u.record([]string{a.OrganizationID}, e)
}

// nameOf is a new account's name: what the identity provider says, or what stands before the @.
func nameOf(id models.SAMLIdentity) string {
	if name, err := models.ParseName("", id.Name); err == nil {
		return name
	}
	local, _, _ := strings.Cut(id.Email, "@")
	if name, err := models.ParseName("", local); err == nil {
		return name
	}
	return "New member"
}
