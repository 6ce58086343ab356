// Package mail writes the console's messages and brings them to a mail server, from an outbox that is kept with the data.
package mail

import "context"

// Message is one message to one person, in plain text: nothing in it can track or run, and every reader shows it.
type Message struct {
	To      string // one address without a name
	Subject string
	Text    string
}

// Sender hands a message to whoever delivers it. Its errors have no addresses and no credentials in them, and may be logged and kept.
type Sender interface {
	Send(ctx context.Context, message Message) error
}
