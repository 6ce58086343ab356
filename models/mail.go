package models

// PendingMail is a message of the outbox that is to be sent now.
type PendingMail struct {
	ID string
	Mail
}
