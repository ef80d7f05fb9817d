package main

import (
	"context"
	"errors"

	"github.com/rs/zerolog"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers/rows"
	"tenantry/internal/config"
	"tenantry/internal/store"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/sqlite"
)

// openStore opens the store that the settings choose and brings it up to date.
// damaged is told of each stored record that cannot be read.
func openStore(ctx context.Context, s *config.Loaded, damaged func(rows.Damage)) (store.Store, error) {
	if s.UsesMongo() {
		store, err := mongo.Open(ctx, mongo.Options{
			URI: s.Store.Mongo.URI, Database: s.Store.Mongo.Database, Timeout: s.Store.Mongo.Timeout,
			LaggingLists: s.Store.Mongo.ListReads == config.SecondaryPreferred, OnDamage: damaged,
		})
		if _, wrong := errors.AsType[*mongo.ClockError](err); wrong {
			return nil, cli.Unreachable("MongoDB is not opened", "synchronize the clocks of both machines (NTP), then start again", err)
		}
		if err != nil {
			return nil, cli.Unreachable("MongoDB cannot be opened", storeHint(s), err)
		}
		return store, nil
	}
	cache := int64(s.Store.SQLite.CacheBytes)
	if cache == 0 {
		cache = -1 // To the store, 0 is its own default.
	}
	store, err := sqlite.Open(ctx, sqlite.Options{
		Dir: s.Data, CacheBytes: cache, OnDamage: damaged, Scans: s.Store.SQLite.Searches, ScanTimeout: s.Store.SQLite.SearchTimeout,
	})
	if err != nil {
		return nil, notOpened(s, err)
	}
	return store, nil
}

// notOpened says why a SQLite store cannot be opened.
func notOpened(s *config.Loaded, err error) error {
	if errors.Is(err, sqlite.ErrForeign) {
		return &cli.Failure{Code: cli.ExitMisused, Text: "the database in " + s.Data + " is not one of tenantry's", Cause: err,
			Hint: "restore yours from your backup, or name another directory with --data"}
	}
	if newer, ok := errors.AsType[*sqlite.NewerError](err); ok {
		return newerStore(newer.Error())
	}
	if older, ok := errors.AsType[*sqlite.OlderError](err); ok {
		return olderStore(older)
	}
	return cli.Unreachable("the SQLite store cannot be opened", storeHint(s), err)
}

// look reads the SQLite store in the data directory as it lies, nil if there is none.
func look(ctx context.Context, s *config.Loaded) (*sqlite.File, error) {
	file, err := sqlite.Look(ctx, s.Data)
	if err != nil {
		return nil, notOpened(s, err)
	}
	return file, nil
}

// newerStore refuses the store of a newer release.
func newerStore(text string) error {
	return cli.Misused(text, "start the newer release again; to stay with this one, restore a backup that was made before the upgrade (`tenantry restore`)")
}

// olderStore refuses the store of a build that was never released.
func olderStore(why *sqlite.OlderError) error {
	return cli.Misused(why.Error(), "serve it with the build that wrote it, and make its customers anew here: no build reads both")
}

// schemaIn returns the schema version of the SQLite database in the data directory, 0 if
// there is none.
func schemaIn(ctx context.Context, s *config.Loaded) (version int64, err error) {
	file, err := look(ctx, s)
	if err != nil || file == nil {
		return 0, err
	}
	version, err = file.Schema(ctx)
	return version, errors.Join(err, file.Close())
}

// tellDamage reports a damaged record to who runs a command.
func (p *program) tellDamage(d rows.Damage) {
	p.Tell("tenantry: " + d.Error() + "; restore it from a backup")
}

// damageTo returns what reports damaged records in the log of a service.
func damageTo(log zerolog.Logger) func(rows.Damage) {
	return func(d rows.Damage) {
		log.Error().Str("record", d.Kind).Stringer("id", d.ID).Err(d.Cause).
			Msg("a stored record is damaged and cannot be read; everything else is served: restore it from a backup")
	}
}

func storeHint(s *config.Loaded) string {
	if s.UsesMongo() {
		return "check store.mongo.uri, that the server runs and that this machine may reach it"
	}
	return "check that " + s.Data + " belongs to this user and that its disk is not full"
}

// engineOf returns the name of the store engine.
func engineOf(s *config.Loaded) string {
	if s.UsesMongo() {
		return "mongodb"
	}
	return "sqlite"
}
