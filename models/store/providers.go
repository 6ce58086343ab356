package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

func (r providerRow) noun() models.IdentityProvider {
	p := models.IdentityProvider{
		ID: r.ID, OrganizationID: r.OrganizationID, Slug: r.Slug, Name: r.Name, ConnectionID: r.ConnectionID, EntityID: r.EntityID, SSOURL: r.SSOURL,
		SSOBinding: r.SSOBinding, MetadataURL: r.MetadataURL, Enabled: r.Enabled, CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time,
		LastSignInAt: r.LastSignInAt.Time, ProvenAt: r.ProvenAt.Time, CertificateDER: r.Certificate, Product: r.Product, Draft: r.Draft, Version: r.Version, Attributes: r.names(), AdmitsDomains: r.AdmitsDomains,
		IDPInitiated: r.IDPInitiated, NextDER: r.Next, PreviousDER: r.Previous,
	}
	if r.SLOURL != "" {
		p.Logout = models.LogoutAddress{URL: r.SLOURL, ResponseURL: r.SLOResponseURL, Binding: r.SLOBinding}
	}
	return p
}

// sloBinding is how logout messages travel: where there is no address, as the schema says.
func sloBinding(a models.LogoutAddress) string { return cmp.Or(a.Binding, "redirect") }

func (r certificateRow) noun() models.ProviderCertificate {
	return models.ProviderCertificate{
		DER: r.DER, Subject: r.Subject, SHA256: r.SHA256, NotBefore: r.NotBefore.Time, NotAfter: r.NotAfter.Time, LastVerifiedAt: r.LastVerifiedAt.Time,
	}
}

const providerColumns = `p.id, p.organization_id, p.slug, p.name, p.connection_id, p.entity_id, p.sso_url, p.sso_binding, p.metadata_url, p.enabled,
	p.last_sign_in_at, p.proven_at, p.version, p.created_at, p.updated_at, p.attribute_person, p.attribute_email, p.attribute_first_name, p.attribute_last_name,
	p.attribute_display_name, p.attribute_groups, p.admits_domains, p.certificate,
	p.slo_url, p.slo_response_url, p.slo_binding, p.idp_initiated, p.next_certificate, p.previous_certificate, p.product, p.draft`

// providersWhere reads identity providers by name, each with its certificates in the order they were given.
func (u *unit) providersWhere(condition string, args ...any) ([]models.IdentityProvider, error) {
	var rows []providerRow
	if err := u.all(&rows, "SELECT "+providerColumns+" FROM identity_providers p WHERE "+condition, args...); err != nil || len(rows) == 0 {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b providerRow) int {
		return cmp.Or(cmp.Compare(models.Fold(a.Name), models.Fold(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	ids := make([]string, 0, len(rows))
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	var certificates []certificateRow
	err := u.all(&certificates, `SELECT provider_id, sha256, position, der, subject, not_before, not_after, last_verified_at
		FROM identity_provider_certificates WHERE provider_id IN (?) ORDER BY position`, ids)
	providers := make([]models.IdentityProvider, 0, len(rows))
	for _, row := range rows {
		provider := row.noun()
		for _, c := range certificates {
			if c.ProviderID == row.ID {
				provider.Certificates = append(provider.Certificates, c.noun())
			}
		}
		providers = append(providers, provider)
	}
	return providers, err
}

// IdentityProviders returns the organization's identity providers by name, with certificates, in two queries.
func (t Tenant) IdentityProviders(ctx context.Context) ([]models.IdentityProvider, error) {
	providers, err := t.store.read(ctx).providersWhere("p.organization_id = ?", t.organization())
	return providers, fault("identity providers", err)
}

// IdentityProvider returns one of them with the number of people linked to it, or models.ErrNotFound.
func (t Tenant) IdentityProvider(ctx context.Context, slug string) (models.IdentityProvider, error) {
	norm, ok := slugNorm(slug)
	if !ok {
		return models.IdentityProvider{}, models.ErrNotFound
	}
	u := t.store.read(ctx)
	provider, err := t.provider(u, norm)
	if err == nil {
		var row struct {
			Links     int    `gorm:"column:links"`
			Required  bool   `gorm:"column:required"`
			Elsewhere string `gorm:"column:elsewhere"`
		}
		err = u.one(&row, `SELECT (SELECT count(*) FROM identity_links WHERE provider_id = ?) AS links,
			EXISTS (SELECT 1 FROM enforcements r WHERE r.provider_id = ? AND `+stageNow+` <> '') AS required,
			coalesce((SELECT p.name`+proven+`), '') AS elsewhere`, provider.ID, provider.ID, u.now, t.organization(), provider.ID)
		provider.Links, provider.Required, provider.Elsewhere = row.Links, row.Required, row.Elsewhere
	}
	return provider, fault("identity provider", err)
}

func (t Tenant) provider(u *unit, norm string) (models.IdentityProvider, error) {
	providers, err := u.providersWhere("p.organization_id = ? AND p.slug_norm = ?", t.organization(), norm)
	if err == nil && len(providers) == 0 {
		err = models.ErrNotFound
	}
	if err != nil {
		return models.IdentityProvider{}, err
	}
	return providers[0], nil
}

// lockedProvider is provider, kept from changing until the transaction ends.
func (t Tenant) lockedProvider(u *unit, slug string) (models.IdentityProvider, error) {
	norm, ok := slugNorm(slug)
	if !ok {
		return models.IdentityProvider{}, models.ErrNotFound
	}
	var row providerRow
	err := u.one(&row, "SELECT p.id FROM identity_providers p WHERE p.organization_id = ? AND p.slug_norm = ?"+u.dialect.forChange("p"), t.organization(), norm)
	if err != nil {
		return models.IdentityProvider{}, err
	}
	return t.provider(u, norm)
}

func (u *unit) links(providerID string) (n int, err error) {
	err = u.one(&n, "SELECT count(*) FROM identity_links WHERE provider_id = ?", providerID)
	return n, err
}

var errProviderChanged = models.Refuse(models.Stale, "Somebody else changed this identity provider meanwhile. Look at what it is now, and save again.")

var errNoCertificate = models.Refuse(models.Impossible, "Without a certificate nothing that the identity provider says can be checked. Add one before you enable it.")

// CreateIdentityProvider makes an identity provider of our values that were set aside as connectionID; when those are gone it is
// models.Stale.
func (t Tenant) CreateIdentityProvider(ctx context.Context, connectionID string, in models.ProviderChange) (models.IdentityProvider, error) {
	var made models.IdentityProvider
	err := t.write(ctx, "create identity provider", authz.SecurityManage, func(u *unit) error {
		var reserved reservationRow
		known, err := u.found(&reserved, `DELETE FROM identity_provider_reservations WHERE organization_id = ? AND connection_id = ?
			RETURNING connection_id, private_key, certificate`, t.organization(), clean(connectionID, longestText))
		if err != nil {
			return err
		}
		if !known {
			return models.Refuse(models.Stale, "The values on this page were used for another identity provider meanwhile. Open the page again for new ones.")
		}
		if in.Enabled && len(in.Certificates) == 0 {
			return errNoCertificate
		}
		row := providerRow{
			ID: newID(), OrganizationID: t.organization(), Slug: string(in.Slug), SlugNorm: in.Slug.Norm(), Name: in.Name, ConnectionID: reserved.ConnectionID,
			EntityID: in.EntityID, SSOURL: in.SSOURL, SSOBinding: in.SSOBinding, MetadataURL: in.MetadataURL, MetadataXML: in.MetadataXML, Enabled: in.Enabled,
			Product: in.Product, Draft: in.Draft && !in.Enabled,
			PrivateKey: reserved.PrivateKey, Certificate: reserved.Certificate, Version: 1, CreatedAt: moment{u.now}, UpdatedAt: moment{u.now},
			AttributePerson: in.Attributes.Person, AttributeEmail: in.Attributes.Email, AttributeFirstName: in.Attributes.FirstName,
			AttributeLastName: in.Attributes.LastName, AttributeDisplayName: in.Attributes.DisplayName, AttributeGroups: in.Attributes.Groups,
			AdmitsDomains: in.AdmitsDomains, IDPInitiated: in.IDPInitiated,
			SLOURL: in.Logout.URL, SLOResponseURL: in.Logout.ResponseURL, SLOBinding: sloBinding(in.Logout),
		}
		if err := u.insert(&row); err != nil {
			return err
		}
		if err := u.keepCertificates(row.ID, in.Certificates, nil); err != nil {
			return err
		}
		if made, err = t.provider(u, row.SlugNorm); err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionProviderCreated), "identity-provider", made.ID, made.Name)
		_, e.After = differences(nil, described(made))
		return u.record([]string{t.organization()}, e)
	})
	return made, err
}

// keepCertificates makes the certificates of an identity provider; one that was there before keeps when it last verified something.
func (u *unit) keepCertificates(providerID string, given, before []models.ProviderCertificate) error {
	if len(given) == 0 {
		return nil
	}
	rows := make([]certificateRow, 0, len(given))
	for i, c := range given {
		row := certificateRow{
			ProviderID: providerID, SHA256: c.SHA256, Position: i, DER: c.DER, Subject: clean(c.Subject, longestText), NotBefore: moment{c.NotBefore}, NotAfter: moment{c.NotAfter},
		}
		if at := slices.IndexFunc(before, func(b models.ProviderCertificate) bool { return slices.Equal(b.SHA256, c.SHA256) }); at >= 0 {
			row.LastVerifiedAt = moment{before[at].LastVerifiedAt}
		}
		rows = append(rows, row)
	}
	return u.insert(&rows)
}

// EditIdentityProvider saves a change made to that version; to another it is models.Stale. The identifier never changes, and whether it is
// enabled is SetIdentityProviderEnabled's business. What distrust says ends with it.
func (t Tenant) EditIdentityProvider(ctx context.Context, slug string, version int, in models.ProviderChange) error {
	return t.write(ctx, "edit identity provider", authz.SecurityManage, func(u *unit) error {
		was, err := t.lockedProvider(u, slug)
		if err != nil {
			return err
		}
		if was.Version != version {
			return errProviderChanged
		}
		return t.replace(u, was, in, models.ActionProviderEdited)
	})
}

// replace makes the values of a change those of the provider, which is locked.
func (t Tenant) replace(u *unit, was models.IdentityProvider, in models.ProviderChange, action models.Action) error {
	if was.Enabled && len(in.Certificates) == 0 {
		return errNoCertificate
	}
	err := u.do(
		stmt(`UPDATE identity_providers SET name = ?, entity_id = ?, sso_url = ?, sso_binding = ?, metadata_url = ?, metadata_xml = ?,
			attribute_person = ?, attribute_email = ?, attribute_first_name = ?, attribute_last_name = ?, attribute_display_name = ?, attribute_groups = ?,
			admits_domains = ?, idp_initiated = ?, slo_url = ?, slo_response_url = ?, slo_binding = ?, version = version + 1, updated_at = ? WHERE id = ?`,
			in.Name, in.EntityID, in.SSOURL, in.SSOBinding, in.MetadataURL, in.MetadataXML, in.Attributes.Person, in.Attributes.Email,
			in.Attributes.FirstName, in.Attributes.LastName, in.Attributes.DisplayName, in.Attributes.Groups, in.AdmitsDomains,
			in.IDPInitiated, in.Logout.URL, in.Logout.ResponseURL, sloBinding(in.Logout), u.now, was.ID),
		stmt("DELETE FROM identity_provider_certificates WHERE provider_id = ?", was.ID),
	)
	if err != nil {
		return err
	}
	if err := u.keepCertificates(was.ID, in.Certificates, was.Certificates); err != nil {
		return err
	}
	is, err := t.provider(u, strings.ToLower(was.Slug))
	if err != nil {
		return err
	}
	ended, err := u.distrust(was, is)
	if err != nil {
		return err
	}
	e := on(entry(t.actor.Person, action), "identity-provider", is.ID, is.Name)
	e.Before, e.After = differences(described(was), described(is))
	maps.Copy(e.After, ended)
	if !slices.Equal(was.Fingerprint(), is.Fingerprint()) {
		if err := u.unproven(is, &e); err != nil {
			return err
		}
	}
	return u.record([]string{t.organization()}, e)
}

// distrust ends what rests on values that are no more. Another entity ID is another identity provider, whose names mean other people: the
// links go. A certificate that was taken away may be a stolen one: the sign-ins that it vouched for go. Under way is every flow.
func (u *unit) distrust(was, is models.IdentityProvider) (map[string]string, error) {
	ended := map[string]string{}
	count := func(what, sql string) error {
		n, err := u.change(sql, was.ID)
		if n > 0 {
			ended[what] = strconv.FormatInt(n, 10)
		}
		return err
	}
	other := was.EntityID != is.EntityID
	taken := slices.ContainsFunc(was.Certificates, func(c models.ProviderCertificate) bool {
		return !slices.ContainsFunc(is.Certificates, func(kept models.ProviderCertificate) bool { return slices.Equal(c.SHA256, kept.SHA256) })
	})
	if !other && fingerprints(was) == fingerprints(is) {
		return ended, nil
	}
	err := u.do(stmt("DELETE FROM saml_flows WHERE provider_id = ?", was.ID))
	if err == nil && (other || taken) {
		err = count("sign-ins ended", "DELETE FROM session_authentications WHERE provider_id = ?")
	}
	if err == nil && other {
		err = count("links removed", "DELETE FROM identity_links WHERE provider_id = ?")
	}
	return ended, err
}

// SetIdentityProviderEnabled enables or disables. Disabling ends sign-ins under way and takes the organization from everybody who is in
// through it, on their next request.
func (t Tenant) SetIdentityProviderEnabled(ctx context.Context, slug string, enabled bool) error {
	return t.write(ctx, "enable identity provider", authz.SecurityManage, func(u *unit) error {
		provider, err := t.lockedProvider(u, slug)
		if err != nil || provider.Enabled == enabled {
			return err
		}
		if enabled && len(provider.Certificates) == 0 {
			return errNoCertificate
		}
		err = u.do(stmt("UPDATE identity_providers SET enabled = ?, draft = ?, version = version + 1, updated_at = ? WHERE id = ?", enabled, false, u.now, provider.ID))
		if err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionProviderEnabled), "identity-provider", provider.ID, provider.Name)
		if !enabled {
			e.Action = models.ActionProviderDisabled
			out, err := u.change("DELETE FROM session_authentications WHERE provider_id = ?", provider.ID)
			if err != nil {
				return err
			}
			if err := u.do(stmt("DELETE FROM saml_flows WHERE provider_id = ?", provider.ID)); err != nil {
				return err
			}
			e.After = map[string]string{"sign-ins ended": strconv.FormatInt(out, 10)}
			if err := u.liftThrough(provider, &e); err != nil {
				return err
			}
		}
		return u.record([]string{t.organization()}, e)
	})
}

// DeleteIdentityProvider deletes it with its links, attempts and the access it gave. typed is its identifier, typed to confirm.
func (t Tenant) DeleteIdentityProvider(ctx context.Context, slug, typed string) error {
	return t.write(ctx, "delete identity provider", authz.SecurityManage, func(u *unit) error {
		provider, err := t.lockedProvider(u, slug)
		if err != nil {
			return err
		}
		if !strings.EqualFold(strings.TrimSpace(typed), provider.Slug) {
			return models.RefuseField("confirm", "Type “"+provider.Slug+"” to delete it.")
		}
		links, err := u.links(provider.ID)
		if err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionProviderDeleted), "identity-provider", provider.ID, provider.Name)
		if err := u.liftThrough(provider, &e); err != nil {
			return err
		}
		if err := u.do(stmt("DELETE FROM identity_providers WHERE id = ?", provider.ID)); err != nil {
			return err
		}
		e.Before, _ = differences(described(provider), nil)
		e.Before["links"] = strconv.Itoa(links)
		return u.record([]string{t.organization()}, e)
	})
}

// described is what the audit log keeps of an identity provider: fingerprints of certificates, not the certificates.
func described(p models.IdentityProvider) map[string]string {
	all := map[string]string{
		"id": p.Slug, "name": p.Name, "entity ID": p.EntityID, "SSO URL": p.SSOURL, "binding": p.SSOBinding, "metadata URL": p.MetadataURL,
		"enabled": yesNo(p.Enabled), "certificates": fingerprints(p), "lets people in by domain": yesNo(p.AdmitsDomains),
		"sign-ins begin there": yesNo(p.IDPInitiated),
	}
	if p.Logout.URL != "" {
		all["SLO URL"], all["SLO binding"] = p.Logout.URL, p.Logout.Binding
	}
	if p.Logout.ResponseURL != "" {
		all["SLO response URL"] = p.Logout.ResponseURL
	}
	for what, name := range map[string]string{
		"person ID": p.Attributes.Person, "email": p.Attributes.Email, "first name": p.Attributes.FirstName, "last name": p.Attributes.LastName,
		"display name": p.Attributes.DisplayName, "groups": p.Attributes.Groups,
	} {
		if name != "" {
			all[what+" attribute"] = name
		}
	}
	if p.Product != "" {
		all["product"] = p.Product
	}
	return all
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func fingerprints(p models.IdentityProvider) string {
	var all []string
	for _, c := range p.Certificates {
		all = append(all, hex.EncodeToString(c.SHA256))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// differences keeps of two descriptions what is not the same in both.
func differences(before, after map[string]string) (was, is map[string]string) {
	was, is = map[string]string{}, map[string]string{}
	for name, value := range before {
		if value != after[name] {
			was[name] = value
		}
	}
	for name, value := range after {
		if value != before[name] {
			is[name] = value
		}
	}
	return was, is
}
