package main

import (
	"context"
	"fmt"
	"io"

	"gatehouse/internal/config"
	"gatehouse/models/store"
)

// migrateCommand brings the database to this version's schema. Several at once wait for each other.
type migrateCommand struct {
	config.Data `embed:""`
}

// Run migrates and says from which version to which.
func (m *migrateCommand) Run(ctx context.Context, out io.Writer) error {
	settings, err := m.Check()
	if err != nil {
		return err
	}
	from, to, err := store.Migrate(ctx, databaseURL(settings.Database))
	if err != nil {
		return err
	}
	if from == to {
		_, err = fmt.Fprintf(out, "%s: the schema is current (version %d)\n", settings.Database.Kind, to)
		return err
	}
	_, err = fmt.Fprintf(out, "%s: schema brought from version %d to %d\n", settings.Database.Kind, from, to)
	return err
}
