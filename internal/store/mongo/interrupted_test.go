package mongo_test

import (
	"context"
	"errors"
	"testing"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// interruptions calls round with a number of requests to let through, from zero on, until
// the call that it makes is not interrupted any longer. A round interrupts by handing
// call a context that ends in front of the request that is one too many, as if the
// process had died there.
func (e *env) interruptions(round func(call func(func(ctx context.Context) error) error)) {
	e.Helper()
	for allowed, done := 0, false; !done; allowed++ {
		if allowed > 20 {
			e.Fatal("the call does not end")
		}
		round(func(method func(ctx context.Context) error) error {
			ctx, die := context.WithCancel(e.Context())
			defer die()
			e.left.Store(int64(allowed))
			e.die = die
			err := method(ctx)
			e.left.Store(unlimited)
			if done = err == nil; !done && !errors.Is(err, context.Canceled) {
				e.Fatalf("the call interrupted after %d requests gives %v", allowed, err)
			}
			return err
		})
		e.forget()
	}
}

// An erase that dies at any step does not keep a child from being inserted, at once,
// below a parent that lives on.
func TestInsertAfterAnInterruptedErase(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.interruptions(func(call func(func(context.Context) error) error) {
		parent := e.child(e.tenant)
		erased := call(func(ctx context.Context) error { return e.store.Erase(ctx, storetest.Tombstone(parent), 1) })
		child := e.build(parent)
		err := e.store.Insert(t.Context(), child)
		living, traces := e.found()
		_, lives := living[child.ID]
		if wanted := erased != nil; lives != wanted || traces > 0 || wanted != (err == nil) {
			t.Fatalf("the erase gave %v, the insert %v, the child lives: %t, %d traces are left", erased, err, lives, traces)
		}
	})
}

// An erase that dies at any step can be done again at once, and changes nothing else.
func TestEraseAfterAnInterruptedErase(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.interruptions(func(call func(func(context.Context) error) error) {
		c := e.child(e.tenant)
		if call(func(ctx context.Context) error { return e.store.Erase(ctx, storetest.Tombstone(c), 1) }) != nil {
			if got, err := e.store.Get(t.Context(), c.Ref()); err != nil || storetest.Diff(c, got) != "" {
				t.Fatalf("the interrupted erase left %v (%v)", got, err)
			}
			e.must(e.store.Erase(t.Context(), storetest.Tombstone(c), 1), "erasing again")
		}
		if living, traces := e.found(); len(living) != 2 || traces > 0 {
			t.Fatalf("%d live, %d traces are left", len(living), traces)
		}
	})
}

// A write of a customer whose erasure died at any step succeeds, and leaves no mark
// of it.
func TestReplaceAfterAnInterruptedErase(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.interruptions(func(call func(func(context.Context) error) error) {
		c := e.child(e.tenant)
		if call(func(ctx context.Context) error { return e.store.Erase(ctx, storetest.Tombstone(c), 1) }) == nil {
			return
		}
		changed := *c
		changed.Version, changed.Name = 2, "Changed"
		e.must(e.store.Replace(t.Context(), &changed, 1), "replacing")
		if living, traces := e.found(); living[c.ID] != "Changed" || traces > 0 {
			t.Fatalf("%q stands, %d traces are left", living[c.ID], traces)
		}
	})
}

// An insert that dies at any step leaves nothing that a reader sees, and nothing that
// keeps its parent from being erased.
func TestEraseAfterAnInterruptedInsert(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.interruptions(func(call func(func(context.Context) error) error) {
		parent := e.child(e.tenant)
		child := e.build(parent)
		if call(func(ctx context.Context) error { return e.store.Insert(ctx, child) }) == nil {
			return
		}
		if _, err := e.store.GetAnywhere(t.Context(), child.ID); !errors.Is(err, rows.ErrNotFound) {
			t.Fatalf("getting what was not inserted gives %v", err)
		}
		e.must(e.store.Erase(t.Context(), storetest.Tombstone(parent), 1), "erasing the parent")
		if living, traces := e.found(); len(living) != 2 || traces > 0 {
			t.Fatalf("%d live, %d traces are left", len(living), traces)
		}
	})
}

// An insert that dies at any step can be done again with the same id, as an
// idempotent retry does.
func TestInsertAfterAnInterruptedInsert(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.interruptions(func(call func(func(context.Context) error) error) {
		c := e.build(e.tenant)
		if call(func(ctx context.Context) error { return e.store.Insert(ctx, c) }) == nil {
			return
		}
		second := *c
		second.Name = "Second"
		e.must(e.store.Insert(t.Context(), &second), "inserting again")
		if living, traces := e.found(); living[c.ID] != "Second" || traces > 0 {
			t.Fatalf("%q stands, %d traces are left", living[c.ID], traces)
		}
	})
}

// The next migration removes what interrupted inserts left, and nothing else.
func TestMigrateRemovesInterruptedInserts(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.interruptions(func(call func(func(context.Context) error) error) {
		stays := e.child(e.tenant)
		_ = call(func(ctx context.Context) error { return e.store.Insert(ctx, e.build(stays)) })
		before, _ := e.found()
		e.must(e.store.Migrate(t.Context()), "migrating")
		if living, traces := e.found(); len(living) != len(before) || traces > 0 {
			t.Fatalf("%d of %d live, %d traces are left", len(living), len(before), traces)
		}
	})
}

// A relay that dies at any step loses no event and, done again, stores none twice.
func TestRelayAfterAnInterruptedRelay(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.drain()
	e.interruptions(func(call func(func(context.Context) error) error) {
		c := e.child(e.tenant, storetest.With(func(c *customers.Customer) {
			c.Outbox = storetest.Operator(opened).Outbox
			c.Outbox[0].ID[0] = byte(e.seeds)
		}))
		batches, err := e.store.Outboxes(t.Context(), tenancy.AllSlots, 10)
		e.must(err, "reading outboxes")
		if call(func(ctx context.Context) error { return e.store.Relay(ctx, batches[0]) }) != nil {
			e.drain()
		}
		log, err := e.store.Events(t.Context(), rows.EventQuery{Customer: c.Ref(), Limit: 10})
		e.must(err, "reading events")
		want := []rows.LoggedEvent{{Event: c.Outbox[0], Customer: c.Ref()}}
		if diff := storetest.Diff(want, log); diff != "" {
			t.Fatalf("the log differs (-want +got):\n%s", diff)
		}
		got, err := e.store.Get(t.Context(), c.Ref())
		e.must(err, "getting")
		if got.Outbox != nil {
			t.Fatalf("%d events are left", len(got.Outbox))
		}
	})
}

// drain relays all waiting events.
func (e *env) drain() {
	e.Helper()
	for {
		batches, err := e.store.Outboxes(e.Context(), tenancy.AllSlots, 100)
		e.must(err, "reading outboxes")
		if len(batches) == 0 {
			return
		}
		for _, batch := range batches {
			e.must(e.store.Relay(e.Context(), batch), "relaying")
		}
	}
}
