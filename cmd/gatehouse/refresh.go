package main

import (
	"context"
	"time"
)

// How often it is looked whether something is due.
const (
	refreshPause = 3 * time.Minute
	noticePause  = time.Hour
)

// refresh looks at the metadata of the identity providers that are due, and writes to Administrators about certificates near their end. Of
// several replicas each takes different ones.
func (c *console) refresh(ctx context.Context) {
	looks, notices := time.NewTicker(refreshPause), time.NewTicker(noticePause)
	defer looks.Stop()
	defer notices.Stop()
	c.notice(ctx)
	for {
		c.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-looks.C:
		case <-notices.C:
			c.notice(ctx)
		}
	}
}

func (c *console) look(ctx context.Context) {
	n, err := c.handlers.RefreshMetadata(ctx)
	if err != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "metadata of identity providers not looked at", "error", err)
	}
	if n > 0 {
		c.log.InfoContext(ctx, "metadata of identity providers looked at", "providers", n)
	}
}

func (c *console) notice(ctx context.Context) {
	n, err := c.handlers.NoticeCertificates(ctx)
	if err != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "notices of certificates not written", "error", err)
	}
	if n > 0 {
		c.log.InfoContext(ctx, "notices of certificates written", "messages", n)
	}
}
