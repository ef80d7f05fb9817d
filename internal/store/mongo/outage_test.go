package mongo_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/secret"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/storetest"
	"tenantry/keys"
	"tenantry/tenancy"
)

// every calls each method of the store once, at the same time, and passes its error to
// seen, which may be called from many goroutines.
func every(ctx context.Context, s *mongo.Store, c *customers.Customer, seen func(method string, err error)) {
	claim := rows.Reservation{Key: "username:ann", Customer: c.Ref(), Taken: opened}
	second := *c
	second.Version = 2
	calls := map[string]func() error{
		"Get":         func() error { _, err := s.Get(ctx, c.Ref()); return err },
		"GetAll":      func() error { _, err := s.GetAll(ctx, []tenancy.Ref{c.Ref()}); return err },
		"GetAnywhere": func() error { _, err := s.GetAnywhere(ctx, c.ID); return err },
		"Root":        func() error { _, err := s.Root(ctx); return err },
		"Insert":      func() error { return s.Insert(ctx, storetest.Child(c)) },
		"Replace":     func() error { return s.Replace(ctx, &second, 1) },
		"Erase":       func() error { return s.Erase(ctx, storetest.Tombstone(c), 1) },
		"List": func() error {
			_, err := s.List(ctx, rows.Query{Tenant: c.Tenant, Under: c.Parent, Limit: 1, Count: true})
			return err
		},
		"Walk": func() error { _, err := s.Scan(ctx, tenancy.ID{}, 1); return err },
		"NoteKeyUse": func() error {
			return s.NoteKeyUse(ctx, customers.KeyUse{Customer: c.Ref(), At: map[string]time.Time{"1": opened}})
		},
		"TagKeys":     func() error { return s.TagKeys(ctx, c.Ref(), []keys.Tagged{{Number: 1, Kind: keys.Secret}}) },
		"Reserve":     func() error { _, _, err := s.Reserve(ctx, claim); return err },
		"ReserveAll":  func() error { _, _, err := s.ReserveAll(ctx, []rows.Reservation{claim}); return err },
		"GetTogether": func() error { _, _, err := s.GetTogether(ctx, c.Ref(), []tenancy.ID{c.Parent}); return err },
		"Holder":      func() error { _, err := s.ReservationHolder(ctx, claim.Key); return err },
		"Swap":        func() error { _, err := s.CompareAndSwap(ctx, claim, claim); return err },
		"Release":     func() error { return s.Release(ctx, claim) },
		"SweepClaims": func() error { _, err := s.SweepReservations(ctx, opened); return err },
		"Outboxes":    func() error { _, err := s.Outboxes(ctx, tenancy.AllSlots, 1); return err },
		"Relay":       func() error { return s.Relay(ctx, rows.Batch{Customer: c.Ref(), Events: c.Outbox}) },
		"Events":      func() error { _, err := s.Events(ctx, rows.EventQuery{Customer: c.Ref(), Limit: 1}); return err },
		"Ping":        func() error { return s.Ping(ctx) },
		"Migrate":     func() error { return s.Migrate(ctx) },
	}
	var all sync.WaitGroup
	for method, call := range calls {
		all.Go(func() { seen(method, call()) })
	}
	all.Wait()
}

// While MongoDB is lost every method reports within the time limit that the store is
// unavailable; once it is back the same store serves, with all that was acknowledged.
func TestOutage(t *testing.T) {
	t.Parallel()
	const limit = 2 * time.Second
	directory := t.TempDir()
	server := privateServer(t, directory, "127.0.0.1:0")
	s, err := mongo.Open(t.Context(), mongo.Options{URI: secret.New(server.uri), Database: ownDatabase(t), Timeout: limit})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	operator := storetest.Operator(opened)
	c := storetest.Child(operator)
	for _, record := range []*customers.Customer{operator, c} {
		if err := s.Insert(t.Context(), record); err != nil {
			t.Fatal(err)
		}
	}

	server.kill(t)
	for _, round := range []string{"at once", "later"} {
		t.Run(round, func(t *testing.T) {
			start := time.Now()
			every(t.Context(), s, c, func(method string, err error) {
				if !errors.Is(err, rows.ErrUnavailable) {
					t.Errorf("%s: %s answers %v", round, method, err)
				}
				// The slack is for a machine under load, and well below twice the limit.
				if took := time.Since(start); took > limit+1500*time.Millisecond {
					t.Errorf("%s: %s takes %s", round, method, took)
				}
			})
		})
	}

	privateServer(t, directory, server.address)
	deadline := time.Now().Add(startLimit)
	for err := s.Ping(t.Context()); err != nil; err = s.Ping(t.Context()) { // each waits for the server itself
		if time.Now().After(deadline) {
			t.Fatalf("the store does not recover: %v", err)
		}
	}
	got, err := s.Get(t.Context(), c.Ref())
	if err != nil {
		t.Fatalf("getting after the outage: %v", err)
	}
	if diff := storetest.Diff(c, got); diff != "" {
		t.Errorf("an acknowledged customer differs (-want +got):\n%s", diff)
	}
	if err := s.Insert(t.Context(), storetest.Child(c)); err != nil {
		t.Errorf("inserting after the outage: %v", err)
	}
}

// Once no server takes writes for two seconds, calls fail at once: one waits for a server, for
// all. With a limit of an hour the others would wait for that long.
func TestAnOutageIsAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	server := privateServer(t, directory, "127.0.0.1:0")
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	s, err := mongo.Open(t.Context(), mongo.Options{URI: secret.New(server.uri), Database: ownDatabase(t), Timeout: time.Hour, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	server.kill(t)
	if err := s.Ping(t.Context()); !errors.Is(err, rows.ErrUnavailable) { // finds the connection cut
		t.Fatalf("the first answer is %v", err)
	}
	ahead.Store(int64(3 * time.Second))

	ctx, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	const all = 20
	answers := make(chan error, all)
	for range all {
		go func() { answers <- s.Ping(ctx) }()
	}
	for range all - 1 {
		if err := <-answers; !errors.Is(err, rows.ErrUnavailable) {
			t.Errorf("a call answers %v", err)
		}
	}
	select {
	case err := <-answers:
		t.Errorf("no call waits for a server: %v", err)
	default:
	}
	privateServer(t, directory, server.address)
	if err := <-answers; err != nil {
		t.Errorf("the call that waited answers %v", err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("after the outage: %v", err)
	}
}

// The caller's own deadline is kept when it comes before the store's limit.
func TestCallersDeadlineDuringAnOutage(t *testing.T) {
	t.Parallel()
	server := privateServer(t, t.TempDir(), "127.0.0.1:0")
	s, err := mongo.Open(t.Context(), mongo.Options{URI: secret.New(server.uri), Database: ownDatabase(t), Timeout: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	server.kill(t)
	if err := s.Ping(t.Context()); !errors.Is(err, rows.ErrUnavailable) { // finds the connection cut
		t.Errorf("the first answer is %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := s.Ping(ctx); !errors.Is(err, rows.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the answer is %v", err)
	}
	canceled, cancelNow := context.WithCancel(t.Context())
	cancelNow()
	if err := s.Ping(canceled); !errors.Is(err, context.Canceled) || errors.Is(err, rows.ErrUnavailable) {
		t.Errorf("the answer to a canceled call is %v", err)
	}
}

// A closed store reports that it is unavailable, and can be closed again.
func TestClosed(t *testing.T) {
	t.Parallel()
	uri, database := freshDatabase(t)
	s := openAt(t, uri, database)
	closeStore(t, s)
	closeStore(t, s)
	every(t.Context(), s, storetest.Child(storetest.Operator(opened)), func(method string, err error) {
		if !errors.Is(err, rows.ErrUnavailable) {
			t.Errorf("%s answers %v", method, err)
		}
	})
}
