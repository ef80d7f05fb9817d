package main

import (
	"context"
	"errors"
	"net/http"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/customers/rows"
	"tenantry/internal/config"
)

type migrateCommand struct {
	Plan     bool   `help:"Change nothing: say what this release would do to the store."`
	Backup   string `help:"Write the backup that is made first to FILE, and not into the data directory." placeholder:"FILE"`
	NoBackup bool   `help:"Make no backup first."`
	// DropIndexes stands for itself: what it drops, running processes of an earlier release need.
	DropIndexes bool `help:"Drop the indexes of MongoDB that earlier releases alone used, and do nothing else: once none of them runs."`
}

// Help explains how to upgrade.
func (migrateCommand) Help() string {
	return `Upgrade like this: run "tenantry migrate --plan" of the new release, stop the service, run
"tenantry migrate", start the new release. A backup of a SQLite store with an older schema is made
first, beside it unless --backup says where; "tenantry restore" of the old release goes back. The
start of a service migrates too, without a backup. Interrupted, it is run again. On MongoDB
"tenantry migrate --drop-indexes" afterwards drops what the old release alone used.

Examples:

    tenantry migrate --plan
    tenantry migrate --backup before.db`
}

// Run brings the store up to date. A running service did that when it started.
func (c *migrateCommand) Run(ctx context.Context, p *program) error {
	if err := p.Here(); err != nil {
		return err
	}
	settings, err := p.Settings(true)
	if err != nil {
		return err
	}
	if c.Plan {
		p.TellConfig(settings)
		return c.plan(ctx, p, settings)
	}
	if c.DropIndexes {
		p.TellConfig(settings)
		return c.drop(ctx, p, settings)
	}
	owned, err := p.take(ctx, settings, opening{mayBeEmpty: true})
	if _, ok := errors.AsType[*datadir.TakenError](err); ok && isServed(ctx, settings.Data) {
		return c.served(ctx, p)
	}
	if err != nil {
		return err
	}
	p.TellConfig(settings)
	if err := c.backUp(ctx, p, settings); err != nil {
		return errors.Join(err, owned.Release())
	}
	revoked, widened, err := c.migrate(ctx, p, settings)
	if err := errors.Join(err, owned.Release()); err != nil {
		return err
	}
	if revoked > 0 && !p.Flags.JSON {
		if err := p.Print("Revoked %d key pairs that were never shown.\n", revoked); err != nil {
			return err
		}
	}
	if widened > 0 && !p.Flags.JSON {
		if err := p.Print("Gave the restricted keys of %d customers the scopes that customers:write was divided into.\n", widened); err != nil {
			return err
		}
	}
	return c.show(p, servingBody{Version: cli.Version(), Store: engineOf(settings), Mode: string(settings.Mode)})
}

// migrate opens the store, which brings it up to date, notes what the installation is,
// revokes the key pairs that were never shown, widens the scopes of older restricted
// keys, and makes user names unique within their tenants; an empty store has none of these.
func (c *migrateCommand) migrate(ctx context.Context, p *program, s *config.Loaded) (revoked, widened int, err error) {
	known, err := preflight(s, true, false)
	if err != nil {
		return 0, 0, err
	}
	i := &installation{settings: s}
	if i.store, err = openStore(ctx, s, p.tellDamage); err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, i.store.Close(context.WithoutCancel(ctx))) }()
	if _, err := i.store.Root(ctx); errors.Is(err, rows.ErrNotFound) {
		if known != nil {
			return 0, 0, lostStore(s, known)
		}
		return 0, 0, nil
	} else if err != nil {
		return 0, 0, cli.Unreachable("the store does not answer", storeHint(s), err)
	}
	if err := p.identified(ctx, i, known, opening{adopts: true}); err != nil {
		return 0, 0, err
	}
	provider, _, err := p.providerOf(s)
	if err != nil {
		return 0, 0, err
	}
	service, err := p.service(s, i.store, i.keyring, provider, func() {}, nil)
	if err != nil {
		return 0, 0, err
	}
	if revoked, err = service.Access.RevokeUnseenKeys(ctx, func(int) {}); err != nil {
		return revoked, 0, err
	}
	if widened, err = service.Access.WidenScopes(ctx, func(int) {}); err != nil {
		return revoked, widened, err
	}
	_, err = service.People.ScopeUsernames(ctx, func(int) {})
	return revoked, widened, err
}

func (c *migrateCommand) served(ctx context.Context, p *program) error {
	return p.With(ctx, func(reached *cli.Client) error {
		var serving servingBody
		if _, err := reached.Read(ctx, client.Request{Method: http.MethodGet, Path: servingPath}, &serving); err != nil {
			return err
		}
		return c.show(p, serving)
	})
}

func (c *migrateCommand) show(p *program, by servingBody) error {
	if p.Flags.JSON {
		return p.PrintJSON(by)
	}
	return p.Print("The %s store is up to date for tenantry %s.\n", by.Store, by.Version)
}
