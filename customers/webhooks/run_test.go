package webhooks_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/rows"
	"tenantry/internal/app"
	"tenantry/internal/store"
	"tenantry/internal/store/memory"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// process is the store as one of several processes has it.
type process struct {
	store.Store

	mu      sync.Mutex
	dead    bool
	share   tenancy.Slots
	asked   int // for due reviews
	renewed int // its share
	hangs   map[string]bool
}

// step fails once the process is dead, and waits for ever in a method that hangs.
func (p *process) step(ctx context.Context, method string) error {
	p.mu.Lock()
	dead, hangs := p.dead, p.hangs[method]
	p.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	if dead {
		return rows.ErrUnavailable
	}
	return nil
}

func (p *process) Outboxes(ctx context.Context, of tenancy.Slots, limit int) ([]rows.Batch, error) {
	if err := p.step(ctx, "Outboxes"); err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.share = of
	p.mu.Unlock()
	return p.Store.Outboxes(ctx, of, limit)
}

func (p *process) DueReviews(ctx context.Context, now time.Time, limit int) ([]*customers.Customer, error) {
	if err := p.step(ctx, "DueReviews"); err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.asked++
	p.mu.Unlock()
	return p.Store.DueReviews(ctx, now, limit)
}

// asks returns how often the process asked for due reviews since the last call.
func (p *process) asks() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.asked
	p.asked = 0
	return n
}

func (p *process) CompareAndSwap(ctx context.Context, held, next rows.Reservation) (bool, error) {
	if err := p.step(ctx, "CompareAndSwap"); err != nil {
		return false, err
	}
	ok, err := p.Store.CompareAndSwap(ctx, held, next)
	if ok && held.Key == "lease:relay/shares" {
		p.mu.Lock()
		p.renewed++
		p.mu.Unlock()
	}
	return ok, err
}

// renewals returns how often the process renewed its share.
func (p *process) renewals() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.renewed
}

func (p *process) SweepDeliveries(ctx context.Context, before time.Time, limit int) (int, error) {
	if err := p.step(ctx, "SweepDeliveries"); err != nil {
		return 0, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hangs["swept"] = true
	return p.Store.SweepDeliveries(ctx, before, limit)
}

func (p *process) NoteKeyUse(ctx context.Context, notes ...customers.KeyUse) error {
	if err := p.step(ctx, "NoteKeyUse"); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hangs["noted"] = true
	return p.Store.NoteKeyUse(ctx, notes...)
}

// did reports whether a method that notes so was done.
func (p *process) did(what string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hangs[what]
}

// slots returns the slots that the process asked for last.
func (p *process) slots() tenancy.Slots {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.share
}

// start runs the services of one more process over the store of h, until stop is called.
func start(h *testkit.Env, hangs ...string) (*process, *app.App, func()) {
	p := &process{hangs: map[string]bool{}}
	for _, method := range hangs {
		p.hangs[method] = true
	}
	svc := h.Service(h.Ring, func(o *app.Options) { p.Store, o.Store, o.EventRetention = o.Store, p, 90*24*time.Hour })
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- svc.Run(ctx, nil) }()
	return p, svc, func() {
		cancel()
		if err := <-ended; err != nil {
			h.T.Error(err)
		}
	}
}

// pass lets time pass, for the clock of the services and for what waits.
func pass(h *testkit.Env, d time.Duration) {
	const step = 100 * time.Millisecond
	for range d / step {
		h.Clock.Advance(step)
		time.Sleep(step) // of the bubble of the test, which takes no time
	}
}

// waiting returns the customers whose events wait in those slots.
func waiting(h *testkit.Env, of tenancy.Slots) int {
	list, err := h.Store.Outboxes(context.Background(), of, 1000)
	testkit.Must(h.T, err)
	return len(list)
}

// Processes of one store relay equal shares, of different customers and of all together.
// When one is killed, its share is relayed by the others within ten seconds, and theirs goes
// on meanwhile; one that ends by itself leaves its share at once.
func TestProcessesShareTheRelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := testkit.Install(t, memory.New())
		made := 0
		create := func() {
			for range 40 {
				made++
				h.Create(h.Operator, fmt.Sprintf(`{"name":"P","email":"p%d@example.com","planKey":"platform"}`, made))
			}
		}
		first, _, stopFirst := start(h)
		second, _, stopSecond := start(h)
		third, _, stopThird := start(h)
		defer stopFirst()
		defer stopSecond()
		pass(h, 10*time.Second)
		divided := func(among ...*process) {
			t.Helper()
			var all tenancy.Slots
			for _, p := range among {
				if mine := p.slots(); mine&all != 0 {
					t.Errorf("slots %x are relayed twice", mine&all)
				}
				all |= p.slots()
			}
			if all != tenancy.AllSlots {
				t.Errorf("slots %x are relayed by nobody", ^all)
			}
		}
		divided(first, second, third)
		stopThird()
		pass(h, 12*time.Second) // a renewal, and the rest of one that has nothing to do
		divided(first, second)

		for before := first.renewals(); first.renewals() == before; {
			pass(h, 100*time.Millisecond)
		}
		first.mu.Lock()
		first.dead = true
		first.mu.Unlock()
		create()
		mine, others := second.slots(), first.slots()
		pass(h, 4*time.Second)
		if n := waiting(h, others); n == 0 {
			t.Error("no customer of the share of the dead process waits, so nothing is shared")
		}
		pass(h, 2*time.Second)
		if n := waiting(h, mine); n != 0 {
			t.Errorf("%d customers of the share of the living process wait", n)
		}
		pass(h, 4200*time.Millisecond) // so its lease has ended just now
		if n := waiting(h, tenancy.AllSlots); n != 0 {
			t.Errorf("%d customers wait for a process that rests", n)
		}
	})
}

// One process of a store looks for due reviews, so that a provider is asked once; when it is
// killed, another one does within half a minute.
func TestOneProcessAsksTheProvider(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := testkit.Install(t, memory.New())
		leader, _, stopFirst := start(h)
		follower, _, stopSecond := start(h)
		defer stopFirst()
		defer stopSecond()
		pass(h, 10*time.Second)
		leader.asks()
		follower.asks()
		pass(h, time.Minute)
		first, second := leader.asks(), follower.asks()
		if first < second {
			leader, follower, first, second = follower, leader, second, first
		}
		if first < 3 || second != 0 {
			t.Errorf("in a minute one asked %d times, the other %d", first, second)
		}
		leader.mu.Lock()
		leader.dead = true
		leader.mu.Unlock()
		pass(h, 28*time.Second)
		if follower.asks() == 0 {
			t.Error("nobody asks after the leader was killed")
		}
	})
}

// Relaying, sweeping and noting the use of keys do not wait for each other: whichever
// hangs, the others are done.
func TestNoBackgroundWorkWaitsForAnother(t *testing.T) {
	t.Parallel()
	for _, hanging := range []string{"Outboxes", "SweepDeliveries", "NoteKeyUse"} {
		t.Run(hanging, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := testkit.Install(t, memory.New())
				p, svc, stop := start(h, hanging)
				defer stop()
				pass(h, 2*time.Second)
				_, err := svc.Access.Authenticate(t.Context(), access.Presented{Bearer: h.Operator.Keys.Secret, SubjectID: h.Operator.ID})
				testkit.Must(t, err)
				h.Create(h.Operator, `{"name":"P","email":"p@example.com","planKey":"platform"}`)
				pass(h, 11*time.Minute)
				if n := waiting(h, tenancy.AllSlots); (n == 0) == (hanging == "Outboxes") {
					t.Errorf("%d customers wait", n)
				}
				if p.did("swept") == (hanging == "SweepDeliveries") || p.did("noted") == (hanging == "NoteKeyUse") {
					t.Errorf("swept: %t, noted: %t", p.did("swept"), p.did("noted"))
				}
			})
		})
	}
}

// together is a store in which the first batches are relayed once as many of them as it says
// are under way.
type together struct {
	store.Store
	atOnce               int64
	begun, running, most atomic.Int64
	met                  sync.WaitGroup
}

func (s *together) Relay(ctx context.Context, batches ...rows.Batch) error {
	running := s.running.Add(1)
	defer s.running.Add(-1)
	for most := s.most.Load(); running > most; most = s.most.Load() {
		s.most.CompareAndSwap(most, running)
	}
	if s.begun.Add(1) <= s.atOnce {
		s.met.Done()
		s.met.Wait()
	}
	return s.Store.Relay(ctx, batches...)
}

// Many outboxes are relayed in eight batches at once, all of them; a process that has the store
// for itself relays one batch after another.
func TestABacklogIsRelayedInParts(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		exclusive bool
		atOnce    int
	}{"of several processes": {false, 8}, "of one process": {true, 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // a part that waits for another is a deadlock
				h := testkit.Install(t, memory.New())
				h.Relay()
				for n := range 300 {
					h.Create(h.Operator, fmt.Sprintf(`{"name":"P","email":"p%d@example.com","planKey":"payer"}`, n))
				}
				s := &together{atOnce: int64(row.atOnce)}
				s.met.Add(row.atOnce)
				svc := h.Service(h.Ring, func(o *app.Options) { s.Store, o.Store, o.Exclusive = o.Store, s, row.exclusive })
				if n, err := svc.Relay.RelayEvents(t.Context()); err != nil || n < 300 {
					t.Errorf("%d events were relayed: %v", n, err)
				}
				if most := s.most.Load(); most != s.atOnce {
					t.Errorf("%d batches were relayed at once, not %d", most, s.atOnce)
				}
				if left, err := h.Store.Outboxes(t.Context(), tenancy.AllSlots, 10); err != nil || len(left) > 0 {
					t.Errorf("%d outboxes are left: %v", len(left), err)
				}
			})
		})
	}
}
