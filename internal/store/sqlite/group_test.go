package sqlite

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"tenantry/customers"
)

// hold keeps the writer busy until release is called, which gives how that went.
func (h *house) hold() (release func() error) {
	free, outcome := make(chan struct{}), make(chan error)
	go func() {
		outcome <- h.writer.do(context.Background(), "holding the writer", func(*transaction) error { <-free; return nil })
	}()
	synctest.Wait()
	return func() error { close(free); return <-outcome }
}

// Writes that wait share one commit.
func TestWaitingWritesShareACommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		before := h.writer.commits.Load()
		release := h.hold()
		var inserts sync.WaitGroup
		for n := range 100 {
			inserts.Go(func() { h.insert(child(h.tenant, uint64(n))) })
		}
		synctest.Wait()
		h.must(release())
		inserts.Wait()
		if commits := h.writer.commits.Load() - before; commits != 1 {
			t.Errorf("101 waiting writes took %d commits", commits)
		}
		h.sound(t)
	})
}

// No batch grows without end: what waits beyond the bound waits for the next.
func TestABatchIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		before := h.writer.commits.Load()
		release := h.hold()
		var writes sync.WaitGroup
		for range 2 * largestBatch {
			writes.Go(func() { h.must(h.NoteKeyUse(context.Background(), h.tenant.Ref(), nil)) })
		}
		synctest.Wait()
		h.must(release())
		writes.Wait()
		if commits := h.writer.commits.Load() - before; commits != 3 {
			t.Errorf("%d waiting writes took %d commits", 2*largestBatch+1, commits)
		}
	})
}

// A write that is refused takes nothing of the others in its batch with it, and
// each sees what those before it did.
func TestARefusedWriteFailsAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		before := h.writer.commits.Load()
		release := h.hold()
		parent := child(h.tenant, 1)
		outcomes := make([]error, 5)
		var writes sync.WaitGroup
		for i, write := range []func() error{
			func() error { return h.Insert(context.Background(), parent) },
			func() error { return h.Insert(context.Background(), child(parent, 1)) },
			func() error { return h.Insert(context.Background(), parent) },
			func() error { return h.Replace(context.Background(), renamed(parent, "Renamed"), 7) },
			func() error { return h.Replace(context.Background(), renamed(parent, "Renamed"), 1) },
		} {
			writes.Go(func() { outcomes[i] = write() })
			synctest.Wait() // so that they wait in this order
		}
		h.must(release())
		writes.Wait()
		for i, want := range []error{nil, nil, customers.ErrExists, customers.ErrStale, nil} {
			if !errors.Is(outcomes[i], want) {
				t.Errorf("write %d gives %v instead of %v", i, outcomes[i], want)
			}
		}
		if commits := h.writer.commits.Load() - before; commits != 1 {
			t.Errorf("the writes took %d commits", commits)
		}
		got, err := h.Get(context.Background(), parent.Ref())
		if err != nil || got.Name != "Renamed" {
			t.Errorf("there is %+v (%v)", got, err)
		}
		h.sound(t)
	})
}

// A write that fails half-way leaves nothing of itself, in the file or the cache.
func TestAWriteThatFailsHalfWayLeavesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c, fault := child(h.tenant, 1), errors.New("half-way")
	row, err := rowOf(c)
	h.must(err)
	err = h.writer.do(context.Background(), "testing", func(t *transaction) error {
		if err := t.insert(row); err != nil {
			return err
		}
		return fault
	})
	if !errors.Is(err, fault) || errors.Is(err, customers.ErrUnavailable) {
		t.Errorf("the outcome is %v", err)
	}
	if _, err := h.Get(context.Background(), c.Ref()); !errors.Is(err, customers.ErrNotFound) {
		t.Errorf("it is there: %v", err)
	}
	h.sound(t)
	h.insert(c)
}

// A write whose caller gave up before the writer took it is never applied; one
// that was taken is waited for.
func TestGivingUpInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		release := h.hold()
		ctx, giveUp := context.WithCancel(context.Background())
		given, late := child(h.tenant, 1), child(h.tenant, 2)
		var outcome error
		var writes sync.WaitGroup
		writes.Go(func() { outcome = h.Insert(ctx, given) })
		synctest.Wait()
		giveUp()
		writes.Wait()
		if !errors.Is(outcome, context.Canceled) {
			t.Errorf("giving up gives %v", outcome)
		}
		h.must(release())
		if _, err := h.Get(context.Background(), given.Ref()); !errors.Is(err, customers.ErrNotFound) {
			t.Errorf("the write was applied all the same: %v", err)
		}

		ctx, giveUp = context.WithCancel(context.Background())
		row, err := rowOf(late)
		h.must(err)
		h.must(h.writer.do(ctx, "inserting", func(t *transaction) error { giveUp(); return t.insert(row) }))
		if _, err := h.Get(context.Background(), late.Ref()); err != nil {
			t.Errorf("an acknowledged write is missing: %v", err)
		}
	})
}
