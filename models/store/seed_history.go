package store

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// plantHistory writes what the audit log of the sample organization says of the past: its founding and how people signed in.
func (p *planting) plantHistory(seed models.Seed) error {
	founded := p.orNow(seed.Founded)
	if !founded.Equal(p.now) {
		if err := p.mustChange("UPDATE organizations SET created_at = ? WHERE id = ?", founded.Time, p.organization.ID); err != nil {
			return err
		}
	}
	created := models.AuditEntry{Action: models.ActionOrganizationCreated}
	if i := slices.IndexFunc(seed.People, func(person models.SeedPerson) bool { return person.Role == authz.Administrator }); i >= 0 {
		founder := p.people[models.NormEmail(seed.People[i].Email)]
		created.ActorID, created.ActorName, created.ActorEmail = founder.ID, founder.Name, founder.Email
	}
	if err := p.recordAt(founded.Time, on(created, "organization", p.organization.ID, p.organization.Name)); err != nil {
		return err
	}
	for _, s := range seed.SignIns {
		e := entryOf(p.people[models.NormEmail(s.Email)].noun(), models.ActionSignedIn, s.Method, models.Request{IP: "127.0.0.1"})
		if err := p.recordAt(s.At, e); err != nil {
			return err
		}
	}
	return nil
}

// recordAt is record for a time that is over.
func (p *planting) recordAt(at time.Time, e models.AuditEntry) error {
	past := *p.unit
	past.now = at.UTC().Truncate(time.Microsecond)
	rows, err := past.auditRows([]string{p.organization.ID}, e)
	if err != nil {
		return err
	}
	for i := range rows {
		if !past.now.Equal(p.now) {
			rows[i].ID = idAt(past.now)
		}
	}
	p.entries = append(p.entries, rows...)
	return nil
}

// idAt is newID as it would have been made at another time: lists are in the order of their keys.
func idAt(at time.Time) string {
	id := uuid.Must(uuid.NewV7())
	var milliseconds [8]byte
	binary.BigEndian.PutUint64(milliseconds[:], uint64(at.UnixMilli()))
	copy(id[:6], milliseconds[2:])
	return id.String()
}
