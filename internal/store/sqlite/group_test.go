package sqlite

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"tenantry/customers"
	"tenantry/customers/rows"
)

// hold keeps the writer busy until release is called, which returns how that went.
func (e *env) hold() (release func() error) {
	free, outcome := make(chan struct{}), make(chan error)
	go func() {
		outcome <- e.writer.do(context.Background(), "holding the writer", func(*transaction) error { <-free; return nil })
	}()
	synctest.Wait()
	return func() error { close(free); return <-outcome }
}

// Writes that wait share one commit.
func TestWaitingWritesShareACommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := newEnv(t)
		before := e.writer.commits.Load()
		release := e.hold()
		var inserts sync.WaitGroup
		for n := range 100 {
			inserts.Go(func() { e.insert(child(e.tenant, uint64(n))) })
		}
		synctest.Wait()
		e.must(release())
		inserts.Wait()
		if commits := e.writer.commits.Load() - before; commits != 1 {
			t.Errorf("101 waiting writes took %d commits", commits)
		}
		e.sound(t)
	})
}

// No batch grows without end: writes beyond the bound wait for the next batch.
func TestABatchIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := newEnv(t)
		before := e.writer.commits.Load()
		release := e.hold()
		var writes sync.WaitGroup
		for range 2 * largestBatch {
			writes.Go(func() { e.must(e.NoteKeyUse(context.Background(), customers.KeyUse{Customer: e.tenant.Ref()})) })
		}
		synctest.Wait()
		e.must(release())
		writes.Wait()
		if commits := e.writer.commits.Load() - before; commits != 3 {
			t.Errorf("%d waiting writes took %d commits", 2*largestBatch+1, commits)
		}
	})
}

// A refused write does not affect the others in its batch, and each sees what those
// before it did.
func TestARefusedWriteFailsAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := newEnv(t)
		before := e.writer.commits.Load()
		release := e.hold()
		parent := child(e.tenant, 1)
		outcomes := make([]error, 5)
		var writes sync.WaitGroup
		for i, write := range []func() error{
			func() error { return e.Insert(context.Background(), parent) },
			func() error { return e.Insert(context.Background(), child(parent, 1)) },
			func() error { return e.Insert(context.Background(), parent) },
			func() error { return e.Replace(context.Background(), renamed(parent, "Renamed"), 7) },
			func() error { return e.Replace(context.Background(), renamed(parent, "Renamed"), 1) },
		} {
			writes.Go(func() { outcomes[i] = write() })
			synctest.Wait() // so that they wait in this order
		}
		e.must(release())
		writes.Wait()
		for i, want := range []error{nil, nil, rows.ErrExists, rows.ErrStale, nil} {
			if !errors.Is(outcomes[i], want) {
				t.Errorf("write %d gives %v instead of %v", i, outcomes[i], want)
			}
		}
		if commits := e.writer.commits.Load() - before; commits != 1 {
			t.Errorf("the writes took %d commits", commits)
		}
		got, err := e.Get(context.Background(), parent.Ref())
		if err != nil || got.Name != "Renamed" {
			t.Errorf("there is %+v (%v)", got, err)
		}
		e.sound(t)
	})
}

// A write that fails half-way leaves nothing behind, in the file or the cache.
func TestAWriteThatFailsHalfWayLeavesNothing(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c, fault := child(e.tenant, 1), errors.New("half-way")
	row, err := rowOf(c)
	e.must(err)
	err = e.writer.do(context.Background(), "testing", func(t *transaction) error {
		if err := t.insert(row); err != nil {
			return err
		}
		return fault
	})
	if !errors.Is(err, fault) || errors.Is(err, rows.ErrUnavailable) {
		t.Errorf("the outcome is %v", err)
	}
	if _, err := e.Get(context.Background(), c.Ref()); !errors.Is(err, rows.ErrNotFound) {
		t.Errorf("it is there: %v", err)
	}
	e.sound(t)
	e.insert(c)
}

// A write whose caller gave up before the writer took it is never applied; one that was
// taken is waited for.
func TestGivingUpInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := newEnv(t)
		release := e.hold()
		ctx, giveUp := context.WithCancel(context.Background())
		given, late := child(e.tenant, 1), child(e.tenant, 2)
		var outcome error
		var writes sync.WaitGroup
		writes.Go(func() { outcome = e.Insert(ctx, given) })
		synctest.Wait()
		giveUp()
		writes.Wait()
		if !errors.Is(outcome, context.Canceled) {
			t.Errorf("giving up gives %v", outcome)
		}
		e.must(release())
		if _, err := e.Get(context.Background(), given.Ref()); !errors.Is(err, rows.ErrNotFound) {
			t.Errorf("the write was applied all the same: %v", err)
		}

		ctx, giveUp = context.WithCancel(context.Background())
		row, err := rowOf(late)
		e.must(err)
		e.must(e.writer.do(ctx, "inserting", func(t *transaction) error { giveUp(); return t.insert(row) }))
		if _, err := e.Get(context.Background(), late.Ref()); err != nil {
			t.Errorf("an acknowledged write is missing: %v", err)
		}
	})
}
