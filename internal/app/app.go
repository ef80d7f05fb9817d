// Package app puts the services together over a store. It decides nothing: it is where
// the hooks and the review policies of dialects meet the use cases that call them.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/customers/access"
	"tenantry/customers/activities"
	"tenantry/customers/events"
	"tenantry/customers/evidence"
	"tenantry/customers/idempotency"
	"tenantry/customers/identity"
	"tenantry/customers/instruments"
	"tenantry/customers/lifecycle"
	"tenantry/customers/onboarding"
	"tenantry/customers/registry"
	"tenantry/customers/requirements"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/customers/webhooks"
	balanced "tenantry/internal/dialect/balanced/rules"
	dwolla "tenantry/internal/dialect/dwolla/rules"
	straddle "tenantry/internal/dialect/straddle/rules"
	"tenantry/internal/store"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
)

// Options are what an App is made of; all but the numbers, PayerPlan, Scanner, Topics,
// Relayed and Pause are required.
type Options struct {
	Store    store.Store
	Sealer   registry.Sealer
	Plans    *plans.Catalog
	Minter   keys.Minter
	Verifier *keys.Verifier
	Tokens   *keys.Tokens
	Provider identity.Provider
	// Scanner looks for what is harmful in documents; nil for none.
	Scanner evidence.Scanner
	// SettingsRules say which receivers of events are acceptable.
	SettingsRules settings.Rules
	// Mode is keys.Test in a sandbox, where micro-deposits are always 32 and 45
	// cents, else keys.Live.
	Mode keys.Mode
	// MaxDepth is the most customers on a path from the root; default 5.
	MaxDepth int
	// PayerPlan is the key of the plan of payers that are made natively; default payer.
	PayerPlan string
	// Topics names the messages of each format; default: the type of the event.
	Topics webhooks.Topics
	// Relayed is called after events were relayed, so that they are sent at once; may be nil.
	Relayed func()
	// EventRetention is how long ended deliveries, and the copies of resources in
	// events, are kept; zero keeps them for ever.
	EventRetention time.Duration
	// Exclusive says that no other process works on the store.
	Exclusive bool
	// Swept is told how many of which leftovers the background work removed; may be nil.
	Swept func(what string, count int)
	// Pause waits before another try after lost races; default: a timer.
	Pause  func(ctx context.Context, d time.Duration) error
	Now    func() time.Time
	Random io.Reader
}

// App holds the services of an installation.
type App struct {
	Registry     *registry.Registry
	View         *view.Presenter
	Lifecycle    *lifecycle.Service
	Identity     *identity.Service
	Evidence     *evidence.Service
	Instruments  *instruments.Service
	Access       *access.Service
	People       *access.People
	Sessions     *access.Sessions
	Invitations  *access.Invitations
	Events       *events.Service
	Webhooks     *webhooks.Service
	Relay        *webhooks.Relay
	Activities   *activities.Service
	Requirements *requirements.Service
	Idempotency  *idempotency.Service
	Onboarding   *onboarding.Service
	// Verifier counts the hashes that wait, and the ends of log-ins.
	Verifier *keys.Verifier
	// The contracts of vendors.
	Balanced *balanced.Service
	Dwolla   *dwolla.Service
	Straddle *straddle.Service

	scrub func(ctx context.Context) error
	// swept is told what was swept; nil for nobody.
	swept func(what string, count int)
	// Swept counts what was swept since the start.
	Swept map[string]*atomic.Int64
}

// New checks the options and returns the services, put together.
func New(o Options) (*App, error) {
	if o.Store == nil || o.Sealer == nil || o.Plans == nil || o.Verifier == nil || o.Tokens == nil ||
		o.Provider == nil || o.Now == nil || o.Random == nil {
		return nil, errors.New("app: an option is missing")
	}
	o.Minter.Verifier = o.Verifier // what hashes keys shares its bound
	o.Store = store.DryRun(o.Store)
	a := &App{Verifier: o.Verifier, View: view.New(o.Plans, o.Mode, o.Sealer, o.Now)}
	var err error
	a.Registry, err = registry.New(registry.Options{
		Store: o.Store, Sealer: o.Sealer, View: a.View, Plans: o.Plans, Minter: o.Minter, SettingsRules: o.SettingsRules,
		VerifyOwner: ownerVerifier(o.Provider), Mode: o.Mode, MaxDepth: o.MaxDepth, Pause: o.Pause, Now: o.Now, Random: o.Random,
	})
	if err != nil {
		return nil, err
	}
	a.Identity = identity.New(identity.Options{
		Registry: a.Registry, View: a.View, Store: o.Store, Provider: o.Provider,
		Policies: map[identity.ReviewPolicy]identity.Policy{
			identity.ReviewBasic:      balanced.BasicPolicy{},
			identity.ReviewScreening:  straddle.ScreeningPolicy{},
			identity.ReviewEnrollment: dwolla.EnrollmentPolicy{},
		},
	})
	a.Access = access.New(access.Options{
		Registry: a.Registry, Store: o.Store, Minter: o.Minter, Verifier: o.Verifier, Tokens: o.Tokens, Sealer: o.Sealer, Mode: o.Mode, Now: o.Now,
	})
	a.People, a.Sessions = access.NewPeople(a.Access), access.NewSessions(a.Access)
	a.Invitations = access.NewInvitations(a.Access)
	a.Registry.UseCredentials(a.Access)
	a.Evidence = evidence.New(a.Registry, a.View, o.Store, o.Sealer, o.Random, o.Scanner)
	a.Instruments = instruments.New(a.Registry, o.Store, o.Sealer)
	a.Events = events.New(a.Registry, o.Store, o.Sealer)
	a.Activities = activities.New(a.Registry, o.Store, o.Sealer, o.Plans)
	a.Requirements = requirements.New(a.Registry, a.View, o.Store, o.Plans, a.Identity)
	a.Idempotency = idempotency.New(a.Registry, o.Store, o.Sealer, o.Random)
	a.Webhooks, a.Relay = webhooks.New(webhooks.Options{
		Registry: a.Registry, View: a.View, Events: a.Events, Store: o.Store, Sealer: o.Sealer, Topics: o.Topics, Relayed: o.Relayed,
		Formats:   map[settings.Format]settings.FormatProperties{settings.Dwolla: dwolla.WebhookFormat},
		Retention: o.EventRetention, Exclusive: o.Exclusive, Now: o.Now, Random: o.Random,
	})
	a.Relay.BeforeRelay(a.Evidence.DropAllFiles)
	a.Relay.BeforeRelay(a.Idempotency.Forget)
	a.Relay.BeforeRelay(a.Activities.SettleReported)
	a.Lifecycle = lifecycle.New(lifecycle.Options{
		Registry: a.Registry, View: a.View, Identity: a.Identity, Evidence: a.Evidence, Access: a.Access,
		Store: o.Store, Sealer: o.Sealer, Plans: o.Plans, PayerPlan: cmp.Or(o.PayerPlan, "payer"),
	})
	a.Onboarding = onboarding.New(onboarding.Options{
		Registry: a.Registry, View: a.View, Store: o.Store, Signer: o.Tokens, Mode: o.Mode, Random: o.Random,
	})
	a.Balanced = balanced.New(balanced.Options{
		Registry: a.Registry, View: a.View, Identity: a.Identity, Store: o.Store, Sealer: o.Sealer, Mode: o.Mode,
	})
	a.Dwolla = dwolla.New(a.Registry, a.Identity, a.Instruments, o.Mode)
	a.Straddle = straddle.New(a.Registry, a.Identity, a.Instruments, o.Store, o.Provider)
	a.scrub, a.swept, a.Swept = o.Store.Scrub, o.Swept, sweptNothing()
	return a, nil
}

// Reseal encrypts anew all that is kept under an older key of the ring; progress is called
// with the number of customers done. It can be run again after an interruption.
func (a *App) Reseal(ctx context.Context, progress func(done int)) error {
	if err := a.Lifecycle.Reseal(ctx, progress); err != nil {
		return err
	}
	if err := a.Idempotency.Reseal(ctx); err != nil {
		return fmt.Errorf("resealing kept answers: %w", err)
	}
	if err := a.Balanced.Reseal(ctx); err != nil {
		return fmt.Errorf("resealing kept instruments: %w", err)
	}
	return rows.StoreFault(a.scrub(ctx), "scrubbing the files of the store")
}

func ownerVerifier(provider identity.Provider) registry.OwnerVerifier {
	if verifier, ok := provider.(identity.OwnerProvider); ok {
		return verifier.VerifyOwner
	}
	return nil
}

// The background work by its names.
const (
	workReviews      = "reviews"
	workEvents       = "events"
	workKeys         = "keys"
	workReservations = "reservations"
	workPlans        = "plans"
)

// Work returns the names of the background work that Run does.
func Work() []string { return []string{workReviews, workEvents, workKeys, workReservations, workPlans} }

// Run does the background work of all services until ctx ends. Faults of the store are
// handed to report with the name of the work, and tried again at the next turn; report may
// be nil.
func (a *App) Run(ctx context.Context, report func(work string, err error)) error {
	if report == nil {
		report = func(string, error) {}
	}
	var group errgroup.Group
	// Each works by itself: a provider that hangs must not keep the events waiting.
	for name, work := range map[string]func(context.Context, func(error)){
		workReviews: a.led(reviewPace, a.askDue), workEvents: a.Relay.Run, workKeys: a.Access.Run, workReservations: a.led(sweepPace, a.sweepLeft), workPlans: a.Requirements.Run,
	} {
		group.Go(func() error {
			work(ctx, func(err error) { report(name, err) })
			return nil
		})
	}
	return group.Wait()
}
