package store

import (
	"gatehouse/models"
)

type passkeyRow struct {
	ID           ref    `gorm:"column:id;primaryKey"`
	UserID       string `gorm:"column:user_id"`
	CredentialID []byte `gorm:"column:credential_id"`
	Credential   string `gorm:"column:credential"`
	Name         string `gorm:"column:name"`
	ClonedAt     moment `gorm:"column:cloned_at"`
	CreatedAt    moment `gorm:"column:created_at"`
	LastUsedAt   moment `gorm:"column:last_used_at"`
}

func (passkeyRow) TableName() string { return "passkeys" }

func (r passkeyRow) noun() models.Passkey {
	return models.Passkey{ID: string(r.ID), Name: r.Name, ClonedAt: r.ClonedAt.Time, CreatedAt: r.CreatedAt.Time, LastUsedAt: r.LastUsedAt.Time}
}
