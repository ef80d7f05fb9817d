package sandbox

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"tenantry/internal/api"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced"
	"tenantry/internal/dialect/dwolla"
	"tenantry/internal/dialect/straddle"
	"tenantry/internal/kyc"
	"tenantry/internal/seal"
	"tenantry/internal/store"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/webhook"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
)

// Options are what a Sandbox is made of.
type Options struct {
	// Seed is what it begins with; nil for the operator alone.
	Seed *Seed
	// Dir is where its store is; empty for a temporary directory, which goes with it.
	Dir string
	// Log receives one line a request; its zero value writes nothing.
	Log zerolog.Logger
	// Version is the version of the program.
	Version string
}

// Sandbox is an installation for tests. It is safe for concurrent use.
type Sandbox struct {
	options Options
	dir     string
	clock   *clock

	// turn is held by requests for reading, and by what replaces the installation.
	turn sync.RWMutex
	now  *generation
	// resets counts them, for the directory of each.
	resets int
}

// generation is the installation between two resets.
type generation struct {
	store   store.Store
	app     *app.App
	server  *api.Server
	handler http.Handler
	sender  *webhook.Sender
	clock   *clock
	named   []Named
	// work is held while the background work runs.
	work    sync.Mutex
	nudge   chan struct{}
	stop    context.CancelFunc
	stopped chan struct{}
}

// Open starts a sandbox and sows its seed; its caller closes it. The error of a bad seed
// names the line.
func Open(ctx context.Context, o Options) (*Sandbox, error) {
	if o.Seed == nil {
		o.Seed = &Seed{time: began}
	}
	s := &Sandbox{options: o, dir: o.Dir, clock: &clock{}}
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "tenantry-sandbox-*")
		if err != nil {
			return nil, fmt.Errorf("making a directory for the sandbox: %w", err)
		}
		s.dir = dir
	}
	var err error
	if s.now, err = s.generate(ctx); err != nil {
		return nil, errors.Join(err, s.remove())
	}
	return s, nil
}

// generate makes an installation from the seed.
func (s *Sandbox) generate(ctx context.Context) (_ *generation, err error) {
	dir := filepath.Join(s.dir, "store-"+strconv.Itoa(s.resets))
	s.resets++
	if err := os.RemoveAll(dir); err != nil {
		return nil, fmt.Errorf("emptying the directory of the sandbox: %w", err)
	}
	g := &generation{clock: s.clock, nudge: make(chan struct{}, 1), stopped: make(chan struct{})}
	opened, err := sqlite.Open(ctx, sqlite.Options{Dir: dir})
	if err != nil {
		return nil, fmt.Errorf("opening the store of the sandbox: %w", err)
	}
	g.store = opened
	defer func() {
		if err != nil {
			err = errors.Join(err, opened.Close(context.WithoutCancel(ctx)))
		}
	}()
	random := &source{}
	random.name("installation")
	s.clock.stop(s.options.Seed.time)
	if err := s.compose(g, random); err != nil { //nolint:contextcheck // a handler has the context of its request
		return nil, err
	}
	sower := &sower{g: g, random: random}
	if err := sower.sow(ctx, s.options.Seed); err != nil {
		return nil, err
	}
	g.named = sower.found
	random.free()
	s.clock.start()
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	g.stop = stop
	go g.run(running)
	return g, nil
}

// compose puts the services together.
func (s *Sandbox) compose(g *generation, random *source) error {
	ring, err := seal.Generate(random)
	if err != nil {
		return err
	}
	var signing [32]byte
	if _, err := io.ReadFull(random, signing[:]); err != nil {
		return err
	}
	catalog, err := plans.NewCatalog(plans.Defaults())
	if err != nil {
		return err
	}
	const plenty = 100_000 // of failures: tests try wrong keys from one address
	verifier, err := keys.NewVerifier(keys.VerifierOptions{
		PasswordCost: 4, TagKey: seal.TagKey(ring), Now: s.clock.Now,
		FailuresPerAddressPerMinute: plenty, LoginsPerAddressPerMinute: plenty,
	})
	if err != nil {
		return err
	}
	g.app, err = app.New(app.Options{
		Store: g.store, Sealer: ring, Plans: catalog, Verifier: verifier,
		Minter: keys.Minter{Mode: keys.Test, Random: random}, Tokens: keys.NewTokens(keys.OneSigningKey(signing[:]), keys.Test, s.clock.Now),
		Provider: kyc.Sandbox{}, SettingsRules: settings.Rules{AllowPrivate: true, AllowInsecure: true, AllowAnyPort: true},
		Mode: keys.Test, Now: s.clock.Now, Random: random, Topics: webhook.Topics, Relayed: g.wake, Exclusive: true,
	})
	if err != nil {
		return fmt.Errorf("putting the services of the sandbox together: %w", err)
	}
	g.sender = webhook.New(webhook.Options{
		Source: g.app.Relay, Store: g.store, Now: s.clock.Now, AllowPrivate: true, AllowInsecure: true, AllowAnyPort: true,
	})
	const plan, tenantPlan = "payer", "platform"
	g.server = api.New(api.Options{
		Service: g.app, Log: s.options.Log, Mode: "sandbox", Version: s.options.Version, Random: rand.Reader, Now: s.clock.Now,
		RatePerMinute: api.DefaultRatePerMinute,
		Dialects: []dialect.Dialect{
			straddle.New(straddle.Options{Service: g.app, Plan: plan, Now: s.clock.Now}),
			balanced.New(balanced.Options{
				Service: g.app, Plan: plan, TenantPlan: tenantPlan, Sandbox: true, SignUp: true, Now: s.clock.Now,
				AddressSignUpsPerMinute: plenty, SignUpsPerMinute: plenty,
			}),
			dwolla.New(dwolla.Options{Service: g.app, Plan: plan, Sandbox: true, Lenient: true, Page: api.IndexPage(false)}),
		},
	})
	g.handler = g.server.Handler()
	return nil
}

// Named returns everything of the seed, in its order, with the operator first.
func (s *Sandbox) Named() []Named {
	s.turn.RLock()
	defer s.turn.RUnlock()
	return append([]Named(nil), s.now.named...)
}

// Now returns the moment that the clock of the sandbox shows.
func (s *Sandbox) Now() time.Time { return s.clock.Now() }

// Advance moves the clock on and does the work that is due by then, each at its moment.
func (s *Sandbox) Advance(ctx context.Context, by time.Duration) error {
	s.turn.RLock()
	defer s.turn.RUnlock()
	return s.now.advance(ctx, by)
}

// Reset goes back to the seed, with the ids and keys that it had; the clock shows the present
// again. Requests under way end first, streams of events are ended.
func (s *Sandbox) Reset(ctx context.Context) error {
	s.turn.RLock()
	before := s.now
	s.turn.RUnlock()
	before.server.Drain() // streams would keep it waiting
	s.turn.Lock()
	defer s.turn.Unlock()
	if s.now != before {
		return nil // another reset was as quick
	}
	ended := before.end(ctx)
	next, err := s.generate(ctx)
	if err != nil {
		return errors.Join(ended, err)
	}
	s.now = next
	return ended
}

// Drain ends the streams of events, which would keep a server from ending.
func (s *Sandbox) Drain() {
	s.turn.RLock()
	defer s.turn.RUnlock()
	s.now.server.Drain()
}

// end ends the work of an installation and closes its store.
func (g *generation) end(ctx context.Context) error {
	g.server.Drain()
	g.stop()
	<-g.stopped
	return g.store.Close(context.WithoutCancel(ctx))
}

// Close ends the sandbox. A temporary directory goes with it.
func (s *Sandbox) Close(ctx context.Context) error {
	s.Drain()
	s.turn.Lock()
	defer s.turn.Unlock()
	return errors.Join(s.now.end(ctx), s.remove())
}

func (s *Sandbox) remove() error {
	if s.options.Dir != "" {
		return nil
	}
	return os.RemoveAll(s.dir)
}
