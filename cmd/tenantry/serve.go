package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/rs/zerolog"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers/rows"
	"tenantry/internal/config"
	"tenantry/internal/fault"
)

type serveCommand struct {
	Listen  string `help:"Listen on ADDR instead of the setting listen." placeholder:"ADDR"`
	Sandbox bool   `help:"Serve a sandbox for tests: an installation of its own that goes away, with a clock that is moved. It takes no settings."`
	Seed    string `help:"What the sandbox begins with, in YAML." placeholder:"FILE"`
}

// Help explains what it creates and how it ends.
func (serveCommand) Help() string {
	return `In a sandbox, on an empty store, it creates the key ring and the operator, and shows its
keys once; in live mode "tenantry init" does that before the first start. It owns the data
directory while it runs. SIGTERM or SIGINT ends it gracefully: it says that it is not ready,
serves on for the setting shutdown.delay, takes no new requests and answers those under way.
A second signal ends it at once. SIGHUP reads the certificate of tls.cert and tls.key again;
they are read by themselves too when they change.

Examples:

    tenantry serve
    tenantry serve --listen 127.0.0.1:8081 --data sandbox
    tenantry serve --sandbox --seed seed.yaml`
}

// Run serves until ctx is canceled.
func (c *serveCommand) Run(ctx context.Context, p *program) (err error) {
	if err := p.HereByFlags(); err != nil {
		return err
	}
	if c.Sandbox {
		return c.serveSandbox(ctx, p)
	}
	if c.Seed != "" {
		return cli.Misused("--seed belongs to --sandbox", "add --sandbox, for an installation of its own that goes away")
	}
	var flags []config.Flag
	if c.Listen != "" {
		flags = append(flags, config.Flag{Key: "listen", Name: "--listen", Value: c.Listen})
	}
	settings, err := p.Settings(false, flags...)
	if err != nil {
		return err
	}
	sandbox := settings.Mode == config.Sandbox
	// From the first moment on, because a signal that nobody awaits ends the process.
	// At a terminal it says that the terminal was closed, and ends the service as ever.
	hangups := make(chan os.Signal, 1)
	if !p.Tells {
		signal.Notify(hangups, syscall.SIGHUP)
		defer signal.Stop(hangups)
	}
	owned, err := p.take(ctx, settings, opening{mayBeEmpty: sandbox})
	if err != nil {
		return err
	}
	boundMemory(ctx, settings)
	log, written := p.logger(ctx, settings.Log)
	defer written()
	tracer, flush, err := p.traces(ctx, settings, log)
	if err != nil {
		return errors.Join(err, owned.Release())
	}
	defer flush()
	// Addresses first: a port that is taken must not leave keys made and shown.
	l, err := p.listen(ctx, settings, log)
	if err != nil {
		return errors.Join(err, owned.Release())
	}
	defer l.close()
	i, err := p.open(ctx, settings, owned, opening{
		log: log, registry: l.registry, tracer: tracer, damaged: damageTo(log), mayBeEmpty: sandbox, makeKeyring: sandbox, adopts: true,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.close(context.WithoutCancel(ctx))) }()
	i.measure(l.registry, p.Now)
	if l.admin, err = owned.Listen(); err != nil {
		return err
	}
	base := baseURL(settings, l.public.Addr().String())
	if err := p.firstStart(ctx, i, base); err != nil {
		return err
	}
	i.local.console = consoleURL(settings, l)
	if err := p.offerSetup(ctx, i, i.local.console); err != nil {
		return err
	}
	copied, err := i.facts.keepCopy()
	if err != nil {
		return err
	}
	if i.facts.adopted {
		log.Info().Str("installation", i.facts.document.ID.String()).Str("mode", i.facts.document.Mode).Str("store", i.facts.document.Engine).
			Str("ring", i.facts.document.Ring).Str("file", copied).
			Msg("noted what this installation is, in its store and beside its key ring: from now on another key ring, mode or store is refused")
	}
	// Behind the operator, which it acts as.
	revoked, err := i.service.Access.RevokeUnseenKeys(ctx, func(int) {})
	if err != nil {
		return fmt.Errorf("revoking keys that were never shown: %w", err)
	}
	if revoked > 0 {
		log.Info().Int("revoked", revoked).Msg("revoked the keys of customers made through a dialect, which were never shown")
	}
	widened, err := i.service.Access.WidenScopes(ctx, func(int) {})
	if err != nil {
		return fmt.Errorf("widening the scopes of restricted keys: %w", err)
	}
	if widened > 0 {
		log.Info().Int("customers", widened).Msg("gave restricted keys the scopes that customers:write was divided into")
	}
	scoped, err := i.service.People.ScopeUsernames(ctx, func(int) {})
	if err != nil {
		return fmt.Errorf("making user names unique by platform: %w", err)
	}
	if scoped > 0 {
		log.Info().Int("customers", scoped).Msg("made user names unique within their platforms instead of the installation")
	}
	log.Info().Str("url", base).Str("listen", l.public.Addr().String()).Str("mode", string(settings.Mode)).Str("store", engineOf(settings)).
		Int64("schema", i.facts.document.Schema).Str("installation", i.facts.document.ID.String()).
		Str("config", cli.ConfigOf(settings)).Str("data", owned.Path()).Str("metrics", l.metricsAddress()).Bool("traces", tracer.On()).
		Str("version", cli.Version()).Func(i.counts(ctx)).Msg("serving")
	err = p.serve(tracer.With(ctx), i, l, log, hangups)
	log.Info().Err(err).Msg("stopped")
	return err
}

// counts adds to the start line how many customers and platforms there are, or at least
// are; a store that takes too long to count them leaves them out.
func (i *installation) counts(ctx context.Context) func(*zerolog.Event) {
	return func(line *zerolog.Event) {
		root, err := i.store.Root(ctx)
		if err != nil {
			return
		}
		query := rows.Query{Under: root.ID, Order: rows.Order{By: rows.ByCreated}, Limit: 1, Count: true}
		if direct, err := i.store.List(ctx, query); err == nil {
			counted(line, "platforms", direct)
		}
		query.Deep = true
		if all, err := i.store.List(ctx, query); err == nil {
			counted(line, "customers", all)
		}
	}
}

func counted(line *zerolog.Event, name string, page rows.Page) {
	if page.AtLeast {
		name += "AtLeast"
	}
	line.Int64(name, page.Total)
}

// firstStart creates the operator of an empty store, which only a sandbox serves.
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
