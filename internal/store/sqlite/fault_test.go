package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"tenantry/customers"
	"tenantry/customers/rows"
)

// limitPages sets how large the file may grow, as a full disk would.
func (e *env) limitPages(limit string) {
	e.Helper()
	e.must(e.writer.do(context.Background(), "limiting the file", func(t *transaction) error {
		_, err := t.exec("PRAGMA max_page_count = " + limit)
		return err
	}))
}

// With the disk full, writes are refused as unavailable, existing records stay whole and
// readable, and writes work again once there is room.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.limitPages("1") // SQLite makes that the present size
	written := []*customers.Customer{e.tenant}
	var refusal error
	for seed := uint64(0); refusal == nil; seed++ {
		c := child(e.tenant, seed)
		if refusal = e.Insert(context.Background(), c); refusal == nil {
			written = append(written, c)
		}
	}
	if !errors.Is(refusal, rows.ErrUnavailable) {
		t.Errorf("the refusal is %v", refusal)
	}
	var crowd sync.WaitGroup
	for n := range 20 {
		crowd.Go(func() {
			if err := e.Insert(context.Background(), child(e.tenant, uint64(10_000+n))); err != nil && !errors.Is(err, rows.ErrUnavailable) {
				t.Errorf("the refusal is %v", err)
			}
		})
	}
	crowd.Wait()
	e.cache.records.InvalidateAll()
	for _, c := range written {
		if _, err := e.Get(context.Background(), c.Ref()); err != nil {
			t.Fatalf("reading what was written before: %v", err)
		}
	}
	e.sound(t)

	e.limitPages("1000000")
	e.insert(child(e.tenant, 1_000_000))
	e.must(e.Replace(context.Background(), renamed(e.tenant, "Renamed"), e.tenant.Version))
	e.sound(t)
}

// If a batch cannot be committed, every write in it fails as unavailable, none is
// visible, not even in the cache, and the next writes succeed.
func TestAFailedCommitFailsTheWholeBatch(t *testing.T) {
	t.Parallel()
	for name, sabotage := range map[string][]string{
		"the commit is refused": {
			"CREATE TABLE owed (id INTEGER REFERENCES empty (id) DEFERRABLE INITIALLY DEFERRED)",
			"CREATE TABLE empty (id INTEGER PRIMARY KEY)",
			"INSERT INTO owed (id) VALUES (1)",
		},
		"the transaction is gone": {"ROLLBACK"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				e := newEnv(t)
				release := e.hold()
				outcomes := make([]error, 11)
				var writes sync.WaitGroup
				for n := range outcomes {
					writes.Go(func() {
						if n != 5 {
							outcomes[n] = e.Insert(context.Background(), child(e.tenant, uint64(n)))
							return
						}
						outcomes[n] = e.writer.do(context.Background(), "sabotaging", func(t *transaction) error {
							for _, text := range sabotage {
								if _, err := t.exec(text); err != nil {
									return err
								}
							}
							return nil
						})
					})
				}
				synctest.Wait()
				if err := release(); !errors.Is(err, rows.ErrUnavailable) {
					t.Errorf("the first of the batch gives %v", err)
				}
				writes.Wait()
				for n, outcome := range outcomes {
					if !errors.Is(outcome, rows.ErrUnavailable) {
						t.Errorf("write %d gives %v", n, outcome)
					}
					if _, err := e.Get(context.Background(), child(e.tenant, uint64(n)).Ref()); !errors.Is(err, rows.ErrNotFound) {
						t.Errorf("write %d is there: %v", n, err)
					}
				}
				for n := range outcomes {
					e.insert(child(e.tenant, uint64(n)))
				}
				e.sound(t)
			})
		})
	}
}

// A damaged file is not reported as unavailable: trying again does not help.
func TestDamageIsNotUnavailability(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.must(e.writer.do(context.Background(), "damaging a record", func(t *transaction) error {
		_, err := t.exec("UPDATE customers SET document = x'00' WHERE id = ?", e.tenant.ID)
		return err
	}))
	e.cache.records.InvalidateAll()
	_, err := e.Get(context.Background(), e.tenant.Ref())
	if err == nil || errors.Is(err, rows.ErrUnavailable) || errors.Is(err, rows.ErrNotFound) {
		t.Error(fmt.Errorf("reading the damaged record gives %w", err))
	}
}
