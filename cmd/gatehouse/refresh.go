package main

import (
	"context"
	"time"
)

// refresh looks every few minutes at the metadata of the identity providers that are due. Of several replicas each takes different ones.
func (c *console) refresh(ctx context.Context) {
	ticker := time.NewTicker(3 * time.Minute)
	defer ticker.Stop()
	for {
		n, err := c.handlers.RefreshMetadata(ctx)
		if err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "metadata of identity providers not looked at", "error", err)
		}
		if n > 0 {
			c.log.InfoContext(ctx, "metadata of identity providers looked at", "providers", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
