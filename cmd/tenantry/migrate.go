package main

import (
	"context"
	"errors"
	"net/http"

	"tenantry/cmd/tenantry/internal/datadir"
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
	if err := errors.Join(store.Close(context.WithoutCancel(ctx)), owned.Release()); err != nil {
		return err
	}
	return c.show(p, servingBody{Version: buildVersion(), Store: engineOf(settings), Mode: string(settings.Mode)})
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
