package main

import (
	"context"
	"errors"
	"net/http"

	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/cmd/tenantry/internal/ring"
	"tenantry/customers/rows"
	"tenantry/internal/config"
	"tenantry/internal/store"
)

type migrateCommand struct{}

// Run brings the store up to date. A running service did that when it started.
func (c *migrateCommand) Run(ctx context.Context, p *program) error {
	if err := p.here(); err != nil {
		return err
	}
	settings, err := p.settings(true)
	if err != nil {
		return err
	}
	owned, err := p.own(ctx, settings.Data)
	if _, ok := errors.AsType[*datadir.TakenError](err); ok && isServed(ctx, settings.Data) {
		return c.served(ctx, p)
	}
	if err != nil {
		return err
	}
	store, err := openStore(ctx, settings)
	if err != nil {
		return errors.Join(err, owned.Release())
	}
	revoked, widened, err := c.keys(ctx, p, settings, store)
	if err := errors.Join(err, store.Close(context.WithoutCancel(ctx)), owned.Release()); err != nil {
		return err
	}
	if revoked > 0 && !p.flags.JSON {
		if err := p.print("Revoked %d key pairs that nobody has seen.\n", revoked); err != nil {
			return err
		}
	}
	if widened > 0 && !p.flags.JSON {
		if err := p.print("Gave the restricted keys of %d customers the scopes that customers:write was divided into.\n", widened); err != nil {
			return err
		}
	}
	return c.show(p, servingBody{Version: buildVersion(), Store: engineOf(settings), Mode: string(settings.Mode)})
}

// keys brings keys up to date: it revokes the pairs that nobody has seen, and widens the
// scopes of older restricted keys; an empty store has none.
func (c *migrateCommand) keys(ctx context.Context, p *program, s *config.Loaded, store store.Store) (revoked, widened int, err error) {
	if _, err := store.Root(ctx); errors.Is(err, rows.ErrNotFound) {
		return 0, 0, nil
	}
	made, err := p.keyring(s, false, false)
	if err != nil {
		return 0, 0, err
	}
	provider, _, err := p.providerOf(s)
	if err != nil {
		return 0, 0, err
	}
	service, err := p.service(s, store, ring.Hold(made), provider, func() {})
	if err != nil {
		return 0, 0, err
	}
	if revoked, err = service.Access.RevokeUnseenKeys(ctx, func(int) {}); err != nil {
		return revoked, 0, err
	}
	widened, err = service.Access.WidenScopes(ctx, func(int) {})
	return revoked, widened, err
}

func (c *migrateCommand) served(ctx context.Context, p *program) error {
	return p.with(ctx, func(reached *client) error {
		var serving servingBody
		if _, err := reached.read(ctx, call{method: http.MethodGet, path: servingPath}, &serving); err != nil {
			return err
		}
		return c.show(p, serving)
	})
}

func (c *migrateCommand) show(p *program, by servingBody) error {
	if p.flags.JSON {
		return p.printJSON(by)
	}
	return p.print("The %s store is up to date for tenantry %s.\n", by.Store, by.Version)
}
