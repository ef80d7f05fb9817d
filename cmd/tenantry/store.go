package main

import (
	"context"
	"errors"

	"github.com/rs/zerolog"

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
			OnDamage: damaged,
		})
		if err != nil {
			return nil, unreachable("MongoDB cannot be opened", storeHint(s), err)
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
	if errors.Is(err, sqlite.ErrForeign) {
		return nil, &failure{code: exitMisused, text: "the database in " + s.Data + " is not one of tenantry's", cause: err,
			hint: "restore yours from your backup, or name another directory with --data"}
	}
	if err != nil {
		return nil, unreachable("the SQLite store cannot be opened", storeHint(s), err)
	}
	return store, nil
}

// tellDamage reports a damaged record to who runs a command.
func (p *program) tellDamage(d rows.Damage) {
	p.tell("tenantry: " + d.Error() + "; restore it from a backup")
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
