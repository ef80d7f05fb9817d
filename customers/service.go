package customers

import (
	"context"
	"errors"
	"io"
	"time"

	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"

	"golang.org/x/sync/errgroup"
)

// Options are what a Service is made of; all but the numbers are required.
type Options struct {
	Store    Store
	Sealer   Sealer
	Plans    *plans.Catalog
	Minter   keys.Minter
	Verifier *keys.Verifier
	Tokens   *keys.Tokens
	Provider Provider
	// SettingsRules say which receivers of events are acceptable.
	SettingsRules settings.Rules
	// Mode is keys.Test in a sandbox, where micro-deposits are always 32 and 45
	// cents, else keys.Live.
	Mode keys.Mode
	// MaxDepth is the most customers on a path from the root; default 5.
	MaxDepth int
	// Topics names the messages of each format; default: the type of the event.
	Topics Topics
	// Relayed is told after events were relayed, so that they are sent at once; may be nil.
	Relayed func()
	// EventRetention is how long ended deliveries, and the copies of resources in
	// events, are kept; zero keeps them for ever.
	EventRetention time.Duration
	// Exclusive says that no other process works on the store.
	Exclusive bool
	Now       func() time.Time
	Random    io.Reader
	// Pause waits between the tries of a change that keeps losing races, unless the
	// context ends before; default: a timer.
	Pause func(ctx context.Context, d time.Duration) error
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	store         Store
	sealer        Sealer
	catalog       *plans.Catalog
	minter        keys.Minter
	verifier      *keys.Verifier
	tokens        *keys.Tokens
	provider      Provider
	settingsRules settings.Rules
	mode          keys.Mode
	maxDepth      int
	now           func() time.Time
	random        io.Reader
	topics        Topics
	relayed       func()
	retention     time.Duration
	exclusive     bool
	pause         func(ctx context.Context, d time.Duration) error
	refusals      refusals
	hooks         hooks
	credentials   Credentials
	beforeRelay   []func(context.Context, Batch) error
	verifyOwner   OwnerVerifier
	policies      map[ReviewPolicy]Policy

	uses keyUses
}

// Run does the background work until ctx ends. Faults of the store are told to report
// and tried again at the next turn; report may be nil.
func (s *Service) Run(ctx context.Context, report func(error)) error {
	if report == nil {
		report = func(error) {}
	}
	var group errgroup.Group
	for _, work := range []func(context.Context, func(error)){s.runReviews, s.runRelay, s.runKeyUse, s.runSweep} {
		group.Go(func() error {
			work(ctx, report)
			return nil
		})
	}
	return group.Wait()
}

// hooks are what use cases do whenever a record is written.
type hooks struct {
	beforeRecord []func(*draft)
	written      []func(ctx context.Context, before, after *Customer)
	erased       []func(ctx context.Context, c *Customer)
}

// BeforeRecord adds work on each draft, before the event of its change is made.
func (s *Service) BeforeRecord(work func(*draft)) {
	s.hooks.beforeRecord = append(s.hooks.beforeRecord, work)
}

// OnWritten adds work that follows each change of a stored customer. Its failures are
// its own: the change was acknowledged by then.
func (s *Service) OnWritten(work func(ctx context.Context, before, after *Customer)) {
	s.hooks.written = append(s.hooks.written, work)
}

// OnErased adds work that follows each erasure of a customer.
func (s *Service) OnErased(work func(ctx context.Context, c *Customer)) {
	s.hooks.erased = append(s.hooks.erased, work)
}

// New checks the options and makes a Service.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Sealer == nil || o.Plans == nil || o.Verifier == nil || o.Tokens == nil ||
		o.Provider == nil || o.Now == nil || o.Random == nil {
		return nil, errors.New("customers: an option is missing")
	}
	if o.MaxDepth == 0 {
		o.MaxDepth = 5
	}
	if o.Topics == nil {
		o.Topics = nativeTopics
	}
	if o.Pause == nil {
		o.Pause = pause
	}
	s := &Service{
		store: o.Store, sealer: o.Sealer, catalog: o.Plans, minter: o.Minter, verifier: o.Verifier, tokens: o.Tokens,
		provider: o.Provider, settingsRules: o.SettingsRules, mode: o.Mode, maxDepth: o.MaxDepth,
		now: o.Now, random: o.Random, pause: o.Pause,
		topics: o.Topics, relayed: o.Relayed, retention: o.EventRetention, exclusive: o.Exclusive,
	}
	s.credentials = s
	if judge, ok := o.Provider.(OwnerProvider); ok {
		s.verifyOwner = judge.VerifyOwner
	}
	s.BeforeRecord((*draft).endpoints)
	s.OnWritten(s.dropFiles)
	s.OnWritten(s.relayFull)
	s.OnErased(s.forgetAll)
	s.BeforeRelay(s.dropAllFiles)
	s.BeforeRelay(s.settleReported)
	s.policies = map[ReviewPolicy]Policy{
		ReviewByPlan: planPolicy{s}, ReviewBasic: basicPolicy{}, ReviewScreening: screeningPolicy{}, ReviewEnrolment: enrolmentPolicy{},
	}
	return s, nil
}
