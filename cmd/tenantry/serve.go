package main

import (
	"context"
	"errors"
	"fmt"

	"tenantry/internal/config"
	"tenantry/internal/fault"
)

type serveCommand struct {
	Listen string `help:"Listen on ADDR instead of the setting listen." placeholder:"ADDR"`
}

// Help explains what it creates and how it ends.
func (serveCommand) Help() string {
	return `On an empty store it creates the operator and shows its keys once; in a sandbox it
creates the key ring too. It owns the data directory while it runs. SIGTERM or SIGINT ends it
gracefully: it takes no new requests and answers those under way. A second signal ends it
at once.`
}

// Run serves until ctx is canceled.
func (c *serveCommand) Run(ctx context.Context, p *program) (err error) {
	if err := p.here(); err != nil {
		return err
	}
	var flags []config.Flag
	if c.Listen != "" {
		flags = append(flags, config.Flag{Key: "listen", Name: "--listen", Value: c.Listen})
	}
	settings, err := p.settings(false, flags...)
	if err != nil {
		return err
	}
	owned, err := p.own(ctx, settings.Data)
	if err != nil {
		return err
	}
	log := p.logger(settings.Log)
	// Addresses first: a port that is taken must not leave keys made and shown.
	l, err := listen(ctx, settings)
	if err != nil {
		return errors.Join(err, owned.Release())
	}
	defer l.close()
	i, err := p.open(ctx, settings, owned, opening{
		log: log, mayBeEmpty: true, makeKeyring: settings.Mode == config.Sandbox,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.close(context.WithoutCancel(ctx))) }()
	if l.admin, err = owned.Listen(); err != nil {
		return err
	}
	base := baseURL(settings, l.public.Addr().String())
	if err := p.firstStart(ctx, i, base); err != nil {
		return err
	}
	// Behind the operator, which it acts as.
	revoked, err := i.service.Access.RevokeUnseenKeys(ctx, func(int) {})
	if err != nil {
		return fmt.Errorf("revoking keys that nobody has seen: %w", err)
	}
	if revoked > 0 {
		log.Info().Int("revoked", revoked).Msg("revoked the keys of customers made through a dialect, which nobody has seen")
	}
	widened, err := i.service.Access.WidenScopes(ctx, func(int) {})
	if err != nil {
		return fmt.Errorf("widening the scopes of restricted keys: %w", err)
	}
	if widened > 0 {
		log.Info().Int("customers", widened).Msg("gave restricted keys the scopes that customers:write was divided into")
	}
	log.Info().Str("url", base).Str("listen", l.public.Addr().String()).Str("mode", string(settings.Mode)).Str("store", engineOf(settings)).
		Str("data", owned.Path()).Str("metrics", l.metricsAddress()).Str("version", buildVersion()).Msg("serving")
	err = p.serve(ctx, i, l, log)
	log.Info().Err(err).Msg("stopped")
	return err
}

// firstStart creates the operator of an empty store.
func (p *program) firstStart(ctx context.Context, i *installation, base string) error {
	if !i.empty {
		return nil
	}
	made, err := i.service.Lifecycle.InitOperator(ctx, operatorName, operatorEmail)
	if fault.KindOf(err) == fault.Conflict {
		return nil // Another process on the same database was quicker, and showed them.
	}
	if err != nil {
		return fmt.Errorf("making the operator: %w", err)
	}
	return p.welcome(i.settings, made, base, "")
}
