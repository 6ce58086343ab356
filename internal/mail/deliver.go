package mail

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Pending is a message of the outbox that is to be sent now.
type Pending struct {
	ID string
	Message
}

// Outbox is where messages wait, kept in the transaction that caused them. It decides when a message is due, and after how many failures to give up.
type Outbox interface {
	// Claim takes up to n messages that are due, so that no other replica sends them meanwhile.
	Claim(ctx context.Context, n int) ([]Pending, error)
	// Done says what became of one: nil it was sent; else the outbox keeps it for later, or gives up.
	Done(ctx context.Context, id string, sendErr error) error
}

const (
	batch       = 10
	pause       = 15 * time.Second // between looks at the outbox when nobody nudges
	sendTimeout = time.Minute
	doneTimeout = 10 * time.Second
)

// Deliverer carries messages from an Outbox to a Sender.
type Deliverer struct {
	Sender Sender
	Outbox Outbox
	Log    *slog.Logger

	once  sync.Once
	nudge chan struct{}
}

// Nudge makes Run look at the outbox now. It never waits.
func (d *Deliverer) Nudge() {
	select {
	case d.nudges() <- struct{}{}:
	default: // one is waiting already
	}
}

// Run delivers until ctx ends, and returns after the message at hand is recorded. It starts no other goroutine.
func (d *Deliverer) Run(ctx context.Context) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		d.deliver(ctx)
		select {
		case <-ctx.Done():
			return
		case <-d.nudges():
		case <-ticker.C:
		}
	}
}

// deliver sends everything that is due.
func (d *Deliverer) deliver(ctx context.Context) {
	for ctx.Err() == nil {
		due, err := d.Outbox.Claim(ctx, batch)
		if err != nil {
			if ctx.Err() == nil {
				d.Log.ErrorContext(ctx, "the outbox could not be read", "error", err)
			}
			return
		}
		for _, pending := range due {
			d.one(ctx, pending)
		}
		if len(due) < batch {
			return
		}
	}
}

func (d *Deliverer) one(ctx context.Context, pending Pending) {
	sending, cancel := context.WithTimeout(ctx, sendTimeout)
	sendErr := d.Sender.Send(sending, pending.Message)
	cancel()
	if sendErr != nil {
		d.Log.WarnContext(ctx, "a message was not sent", "message", pending.ID, "error", sendErr)
	}
	// What happened is recorded also when the program is being stopped, or a message that was sent would go out again.
	recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), doneTimeout)
	defer cancel()
	if err := d.Outbox.Done(recording, pending.ID, sendErr); err != nil {
		d.Log.ErrorContext(ctx, "the outcome of a message could not be recorded", "message", pending.ID, "error", err)
	}
}

func (d *Deliverer) nudges() chan struct{} {
	d.once.Do(func() { d.nudge = make(chan struct{}, 1) })
	return d.nudge
}
