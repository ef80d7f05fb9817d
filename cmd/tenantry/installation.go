package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/cmd/tenantry/internal/ring"
	"tenantry/customers/evidence"
	"tenantry/customers/identity"
	"tenantry/customers/rows"
	"tenantry/internal/api"
	"tenantry/internal/app"
	"tenantry/internal/config"
	"tenantry/internal/console"
	"tenantry/internal/kyc"
	"tenantry/internal/reference"
	"tenantry/internal/scanner"
	"tenantry/internal/seal"
	"tenantry/internal/store"
	"tenantry/internal/store/observed"
	"tenantry/internal/trace"
	"tenantry/internal/webhook"
	"tenantry/keys"
	"tenantry/settings"
)

// installation is the whole service put together: the one place that knows all parts.
type installation struct {
	settings *config.Loaded
	owned    *datadir.Owned
	keyring  *ring.Holder
	requests *ring.Requests
	store    store.Store
	service  *app.App
	server   *api.Server
	sender   *webhook.Sender
	local    *localRoutes
	facts    *facts
	// provider reviews customers.
	provider identity.Provider
	// observer measures the operations of the store; nil if nobody reads that.
	observer *observed.Observer
	// failures counts those of the background work.
	failures *prometheus.CounterVec
	// empty is true if the store had no operator when it was opened.
	empty bool
}

// opening configures how an installation is opened.
type opening struct {
	log zerolog.Logger
	// damaged is told of each stored record that cannot be read.
	damaged func(rows.Damage)
	// registry takes the metrics; nil for one that nobody reads.
	registry *prometheus.Registry
	// tracer begins the traces of requests.
	tracer trace.Tracer
	// mayBeEmpty allows a store without an operator, and makeKeyring a new key ring for
	// such a store.
	mayBeEmpty, makeKeyring bool
	// adopts notes in the store what the installation is; a command that only reads does
	// not. promotes opens a sandbox that is about to become live.
	adopts, promotes bool
}

// open puts an installation together in a directory that this process owns. It takes over
// owned, also if it fails.
func (p *program) open(ctx context.Context, s *config.Loaded, owned *datadir.Owned, how opening) (_ *installation, err error) {
	i := &installation{settings: s, owned: owned, requests: new(ring.Requests), failures: newFailures()}
	defer func() {
		if err != nil {
			err = errors.Join(err, i.close(context.WithoutCancel(ctx)))
		}
	}()
	known, err := preflight(s, how.mayBeEmpty, how.promotes)
	if err != nil {
		return nil, err
	}
	if i.store, err = openStore(ctx, s, how.damaged); err != nil {
		return nil, err
	}
	switch _, err := i.store.Root(ctx); {
	case errors.Is(err, rows.ErrNotFound):
		i.empty = true
	case err != nil:
		return nil, cli.Unreachable("the store does not answer", storeHint(s), err)
	}
	if i.empty && known != nil {
		return nil, lostStore(s, known)
	}
	if i.empty && !how.mayBeEmpty {
		return nil, nothingHere(s)
	}
	if err := p.identified(ctx, i, known, how); err != nil {
		return nil, err
	}
	provider, late, err := p.providerOf(s)
	if err != nil {
		return nil, err
	}
	// The service wakes the sender, and the sender asks the service: one of them comes
	// first.
	wake := func() {
		if i.sender != nil {
			i.sender.Wake()
		}
	}
	i.provider = provider
	// What serves is observed.
	kept := i.store
	if how.registry != nil {
		i.observer = observed.New(spansOf(s))
		kept = i.observer.Store(i.store)
	}
	if i.service, err = p.service(s, kept, i.keyring, provider, wake, sweptTo(how.log)); err != nil {
		return nil, err
	}
	i.sender = webhook.New(webhook.Options{
		Source: i.service.Relay, Store: kept, Now: p.Now, BaseURL: baseURL(s, s.Listen),
		AllowPrivate: s.AllowsHere(s.Webhooks.AllowPrivate), AllowInsecure: s.Allows(s.Webhooks.AllowInsecure),
		AllowAnyPort: s.Allows(s.Webhooks.AllowAnyPort),
	})
	pages, err := p.console(i, how.log)
	if err != nil {
		return nil, err
	}
	links, err := p.onboardingPages(i, pages.Kit())
	if err != nil {
		return nil, err
	}
	documentation, err := reference.New(reference.Options{Kit: pages.Kit(), Document: api.Document(), Version: cli.Version()})
	if err != nil {
		return nil, fmt.Errorf("making the reference: %w", err)
	}
	i.server = api.New(api.Options{
		Onboarding: links, Docs: documentation,
		Console: pages.Handler(), Pages: console.Prefixes, ConsoleApart: s.Console.Listen != "", //nolint:contextcheck // a handler has the context of its request
		Service: i.service, Log: how.log, LogClient: api.ClientLog(s.Log.Client), Registry: how.registry, Tracer: how.tracer, Mode: string(s.Mode), Version: cli.Version(),
		Random: p.Random, Now: p.Now,
		RequestTimeout: s.Limits.RequestTimeout, BodyLimit: int64(s.Limits.BodyBytes),
		RatePerMinute: s.Limits.RatePerMinute, TenantRatePerMinute: s.Limits.TenantRatePerMinute,
		InFlight: api.Bounds{
			Requests: s.Limits.RequestsInFlight, TenantRequests: s.Limits.TenantRequestsInFlight,
			// A body of the longest kind fits in, whatever the bounds say.
			Bytes: int64(max(s.Limits.BytesInFlight, 2*s.Limits.BodyBytes)), TenantBytes: int64(max(s.Limits.TenantBytesInFlight, 2*s.Limits.BodyBytes)),
		},
		ConsoleURL:     consoleApart(s),
		TrustedProxies: s.Limits.TrustedProxies, HTTPSInFront: s.TLS.InFront, PublicURL: strings.TrimSuffix(s.PublicURL, "/"),
		Origins:          s.CORS.Origins,
		IdentityCallback: late, Ready: i.intact,
		Dialects: p.dialects(s, i.service),
	})
	i.local = &localRoutes{
		installation: i, random: p.Random, now: p.Now, serves: how.registry != nil, console: baseURL(s, cmp.Or(s.Console.Listen, s.Listen)),
	}
	return i, nil
}

// service makes the use cases over a store.
func (p *program) service(
	s *config.Loaded, store store.Store, sealer *ring.Holder, provider identity.Provider, wake func(), swept func(what string, count int),
) (*app.App, error) {
	catalog, err := s.Catalog()
	if err != nil {
		return nil, fmt.Errorf("reading the plans: %w", err)
	}
	verifier, err := keys.NewVerifier(keys.VerifierOptions{
		Remembered:                  s.Keys.Remembered,
		FailuresPerKeyPerMinute:     s.Keys.FailuresPerMinute,
		FailuresPerAddressPerMinute: s.Keys.AddressFailuresPerMinute,
		PasswordCost:                s.Users.BcryptCost,
		LoginsPerMinute:             s.Users.LoginsPerMinute,
		LoginsPerAddressPerMinute:   s.Users.AddressLoginsPerMinute,
		// Under the root of the ring, which seal rotate keeps: a rotation must not send
		// every key through the slow hash again.
		TagKey: seal.TagKey(sealer.Ring()),
		Now:    p.Now, Random: p.Random,
	})
	if err != nil {
		return nil, err
	}
	mode := keys.Test
	if s.Mode == config.Live {
		mode = keys.Live
	}
	scans, err := p.scanner(s)
	if err != nil {
		return nil, err
	}
	return app.New(app.Options{
		Scanner: scans,
		Store:   store, Sealer: sealer, Plans: catalog, Verifier: verifier,
		Minter:   keys.Minter{Cost: s.Keys.BcryptCost, Mode: mode, Random: p.Random},
		Tokens:   keys.NewTokens(sealer.EachSigningKey, mode, p.Now),
		Provider: provider,
		SettingsRules: settings.Rules{
			AllowPrivate: s.AllowsHere(s.Webhooks.AllowPrivate), AllowInsecure: s.Allows(s.Webhooks.AllowInsecure),
			AllowAnyPort: s.Allows(s.Webhooks.AllowAnyPort),
		},
		Mode: mode, MaxDepth: s.Tenancy.MaxDepth, PayerPlan: s.Payers.Plan,
		Now: p.Now, Random: p.Random,
		Topics: webhook.Topics, Relayed: wake, EventRetention: time.Duration(s.Webhooks.RetentionDays) * 24 * time.Hour,
		Exclusive: !s.UsesMongo(), Swept: swept,
	})
}

// spansOf returns the name of the store in spans; the driver of MongoDB makes its own.
func spansOf(s *config.Loaded) string {
	if s.UsesMongo() {
		return ""
	}
	return "sqlite"
}

// scanner returns what scans documents, nil if nothing does.
func (p *program) scanner(s *config.Loaded) (evidence.Scanner, error) {
	d := s.Documents
	if len(d.ScannerCommand) == 0 {
		return nil, nil //nolint:nilnil // no scanner is a choice
	}
	made, err := scanner.New(scanner.Options{Command: d.ScannerCommand, Environ: p.Environ, Timeout: d.ScannerTimeout, AtOnce: d.ScannersAtOnce})
	if err != nil {
		return nil, &cli.Failure{Code: cli.ExitMisused, Text: "documents.scanner_command cannot be used", Cause: err, Hint: "name the path of the program, or install it"}
	}
	return made, nil
}

// sweptTo returns what logs which leftovers were removed.
func sweptTo(log zerolog.Logger) func(what string, count int) {
	return func(what string, count int) { log.Info().Str("what", what).Int("count", count).Msg("swept leftovers") }
}

// providerOf returns the provider that reviews customers and, for a remote one, what
// reads its late answers.
func (p *program) providerOf(s *config.Loaded) (identity.Provider, api.LateResults, error) {
	switch s.IdentityProvider() {
	case "sandbox":
		return kyc.Sandbox{}, nil, nil
	case "http":
		h := s.Identity.HTTP
		remote, err := kyc.NewRemote(kyc.RemoteOptions{
			URL: h.URL, Secret: h.Secret, Timeout: h.Timeout, Failures: h.BreakerFailures, Pause: h.BreakerPause, Now: p.Now,
		})
		if err != nil {
			return nil, nil, fmt.Errorf("setting up the identity provider: %w", err)
		}
		return remote, remote, nil
	default:
		return kyc.Manual{}, nil, nil
	}
}

// public returns the handler of the network.
func (i *installation) public() http.Handler { return i.requests.Counted(i.server.Handler()) }

// admin returns the handler of the admin socket and of commands in this process: the
// native API with the operator's authority, and the routes of this machine.
func (i *installation) admin() http.Handler {
	mux := http.NewServeMux()
	i.local.register(mux)
	mux.Handle("/", i.requests.Counted(i.server.AdminHandler()))
	return mux
}

// close ends the installation and frees the data directory.
func (i *installation) close(ctx context.Context) error {
	var failures []error
	if i.store != nil {
		if err := i.store.Close(ctx); err != nil {
			failures = append(failures, fmt.Errorf("closing the store: %w", err))
		}
	}
	return errors.Join(append(failures, i.owned.Release())...)
}
