package webhook_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"tenantry/customers/events"
	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/internal/store"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/testkit"
)

// Two processes on one store share the work: every event is delivered, and while both
// live none is delivered twice.
func TestTwoSendersShareTheWork(t *testing.T) {
	t.Parallel()
	e, to := newEnv(t), receive(t, nil)
	c := e.child(to.URL)
	e.quiet()
	to.forget()
	const events = 60
	other := e.newSender(e.newService(nil))
	var work sync.WaitGroup
	for n := range events {
		e.update(c, fmt.Sprintf(`{"description":"change %d"}`, n))
	}
	for range 2 {
		work.Go(func() {
			if _, err := e.Svc.Relay.RelayEvents(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	work.Wait()
	for range 4 {
		work.Go(func() {
			if err := e.sender.Drain(t.Context()); err != nil {
				t.Error(err)
			}
		})
		work.Go(func() {
			if err := other.Drain(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	work.Wait()
	testkit.Must(t, e.sender.Drain(t.Context()))
	seen := map[string]int{}
	for _, g := range to.all() {
		seen[g.header.Get("Webhook-Id")]++
	}
	if len(seen) != events || len(to.all()) != events {
		t.Errorf("%d messages about %d events were sent", len(to.all()), len(seen))
	}
}

// The webhook of a dead process is left alone until the lease ends, and served then. A
// live lease can only be renewed by its holder.
func TestLeases(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	dead, err := e.Svc.Relay.Lease(t.Context(), "work", time.Minute)
	testkit.Must(t, err)
	take := func() *webhooks.Lease {
		lease, err := e.Svc.Relay.Lease(t.Context(), "work", time.Minute)
		testkit.Must(t, err)
		return lease
	}
	if dead == nil || take() != nil {
		t.Fatal("a lease is not had by one alone")
	}
	e.Clock.Advance(40 * time.Second)
	if held, err := dead.Renew(t.Context()); err != nil || !held {
		t.Fatalf("renewing: %t, %v", held, err)
	}
	e.Clock.Advance(40 * time.Second)
	if take() != nil {
		t.Fatal("a renewed lease was taken over")
	}
	e.Clock.Advance(20 * time.Second)
	next := take()
	if next == nil {
		t.Fatal("a lease that ended is not taken over")
	}
	if held, err := dead.Renew(t.Context()); err != nil || held {
		t.Errorf("renewing what was lost: %t, %v", held, err)
	}
	dead.Release(t.Context())
	if take() != nil {
		t.Error("somebody else's lease was released")
	}
	next.Release(t.Context())
	if take() == nil {
		t.Error("a released lease cannot be taken")
	}
}

// apart is a store whose clock differs from that of a process.
type apart struct {
	store.Store
	skew time.Duration
}

func (a apart) Skew(context.Context) (time.Duration, error) { return a.skew, nil }

// A process whose clock is ahead takes no lease from another, and one whose clock is behind
// does not hold its own for longer.
func TestAWrongClockTakesNoLease(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	process := func(ahead time.Duration) *webhooks.Relay {
		e.T.Helper()
		svc, err := testkit.Services(apart{e.Store, -ahead}, e.Ring, func() time.Time { return e.Clock.Now().Add(ahead) }, sending(nil))
		testkit.Must(t, err)
		return svc.Relay
	}
	right, fast, slow := process(0), process(4*time.Minute), process(-4*time.Minute)
	take := func(r *webhooks.Relay) *webhooks.Lease {
		t.Helper()
		lease, err := r.Lease(t.Context(), "work", time.Minute)
		testkit.Must(t, err)
		return lease
	}
	held := take(right)
	if held == nil || take(fast) != nil {
		t.Fatal("a clock that is ahead ends a lease of another process")
	}
	held.Release(t.Context())
	if take(slow) == nil {
		t.Fatal("a free lease is not taken")
	}
	e.Clock.Advance(59 * time.Second)
	if take(right) != nil {
		t.Error("the lease of a clock that is behind ends early")
	}
	e.Clock.Advance(time.Second)
	if take(right) == nil {
		t.Error("the lease of a clock that is behind does not end")
	}
}

// Run sends what is relayed at once, without waiting for the next look, and ends when its
// context does.
func TestRunningDelivers(t *testing.T) {
	t.Parallel()
	store, err := sqlite.Open(t.Context(), sqlite.Options{Dir: t.TempDir()})
	testkit.Must(t, err)
	t.Cleanup(func() { testkit.Must(t, store.Close(context.Background())) })
	e := newEnvOn(t, store)
	r := receive(t, nil)
	e.Svc = e.newService(e.sender.Wake)
	c := e.child(r.URL)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { e.sender.Run(ctx, func(err error) { t.Error(err) }) })
	_, err = e.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for e.log(c)[0].Status != rows.DeliveryDelivered {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("nothing is delivered")
		}
	}
	stop()
	running.Wait()
}

// Ended deliveries are kept for the retention and no longer: then they are removed,
// events lose their copies of customers, and the audit trail stays.
func TestRetention(t *testing.T) {
	t.Parallel()
	e, to := newEnv(t), receive(t, nil)
	c := e.child(to.URL)
	e.quiet()
	e.Clock.Advance(30*24*time.Hour + time.Millisecond)
	e.update(c, `{"name":"Fresh"}`)
	e.quiet()
	testkit.Must(t, e.Svc.Relay.SweepEvents(t.Context()))
	if log := e.log(c); len(log) != 1 {
		t.Errorf("%d deliveries are left", len(log))
	}
	page, err := e.Svc.Events.Events(t.Context(), e.behalf(c), events.Query{})
	testkit.Must(t, err)
	if len(page.Events) != 2 || page.Events[0].Resource == nil || page.Events[1].Resource != nil ||
		page.Events[1].Actor == "" || page.Events[1].Type != "customer.created" {
		t.Errorf("got %+v", page.Events)
	}
	if _, err := e.Svc.Webhooks.RedeliverEvent(t.Context(), e.behalf(c), page.Events[1].ID); err == nil {
		t.Error("an event without its content is sent again")
	}
}
