package main

import (
	"context"
	"log/slog"
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
	c.did(ctx, "metadata of identity providers looked at", n, err)
}

func (c *console) notice(ctx context.Context) {
	n, err := c.handlers.NoticeCertificates(ctx)
	c.did(ctx, "notices of certificates written", n, err)
}

// did logs what came of something that is done in the background; what fails is done again next time.
func (c *console) did(ctx context.Context, what string, n int, err error) {
	if err != nil && ctx.Err() == nil {
		c.log.LogAttrs(ctx, slog.LevelWarn, "failed and put off: "+what, slog.Any("error", err))
	}
	if n > 0 {
		c.log.LogAttrs(ctx, slog.LevelInfo, what, slog.Int("number", n))
	}
}
