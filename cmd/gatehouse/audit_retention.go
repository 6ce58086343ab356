package main

import (
	"context"
	"time"
)

// auditEvery is how often the program looks for audit entries that are older than their organizations keep them.
const auditEvery = time.Hour

// shortenAudit deletes them, a few at a time.
func (c *console) shortenAudit(ctx context.Context) {
	ticker := time.NewTicker(auditEvery)
	defer ticker.Stop()
	for {
		if err := c.store.CutAudit(ctx); err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "audit entries that are older than they are kept not deleted", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
