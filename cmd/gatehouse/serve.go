package main

import (
	"context"
	"log/slog"
	"os"

	"gatehouse/handlers"
	"gatehouse/internal/buildinfo"
	"gatehouse/internal/config"
	"gatehouse/internal/urls"
)

// serveCommand runs the console.
type serveCommand struct {
	config.Config `embed:""`
}

// Run serves until the program is asked to end.
func (s *serveCommand) Run(ctx context.Context) error {
	settings, err := s.Check()
	if err != nil {
		return err
	}
	log := settings.Logger(os.Stderr)
	console, err := build(ctx, settings, log, false)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "starting", "version", buildinfo.Version(), "url", settings.URL.String(), "database", settings.Database.Kind.String(),
		"mail", settings.SMTP != nil)
	if err := console.offerSetup(ctx); err != nil {
		return err
	}
	return console.run(ctx, nil)
}

// offerSetup writes a one-time code to the log while there is no Administrator. Each replica has its own; any of them works once.
func (c *console) offerSetup(ctx context.Context) error {
	needed, err := c.store.SetupNeeded(ctx)
	if err != nil || !needed {
		return err
	}
	code := handlers.SetupCode()
	if err := c.store.MakeSetupCode(ctx, handlers.SetupCodeHash(code)); err != nil {
		return err
	}
	c.log.LogAttrs(ctx, slog.LevelWarn, "there is no Administrator yet: open the address and enter the code (valid for 24 hours)",
		slog.String("address", c.settings.URL.String()+urls.Setup.To()), slog.String("code", code))
	return nil
}
