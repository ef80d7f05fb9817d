package main

import (
	"context"
	"errors"

	"tenantry/internal/config"
	"tenantry/internal/store"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/sqlite"
)

// openStore opens the store that the settings choose and brings it up to date.
func openStore(ctx context.Context, s *config.Loaded) (store.Store, error) {
	if s.UsesMongo() {
		store, err := mongo.Open(ctx, mongo.Options{
			URI: s.Store.Mongo.URI, Database: s.Store.Mongo.Database, Timeout: s.Store.Mongo.Timeout,
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
	store, err := sqlite.Open(ctx, sqlite.Options{Dir: s.Data, CacheBytes: cache})
	if errors.Is(err, sqlite.ErrForeign) {
		return nil, &failure{code: exitMisused, text: "the database in " + s.Data + " is not one of tenantry's", cause: err,
			hint: "restore yours from your backup, or name another directory with --data"}
	}
	if err != nil {
		return nil, unreachable("the SQLite store cannot be opened", storeHint(s), err)
	}
	return store, nil
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
