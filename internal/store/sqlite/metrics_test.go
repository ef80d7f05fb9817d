package sqlite

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"

	"tenantry/customers/rows"
)

// measured returns the metrics of a store by name; of a histogram its sum, and its count
// under name:count.
func (s *Store) measured(t testing.TB) map[string]float64 {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(s.Metrics()...)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]float64{}
	for _, f := range families {
		m := f.GetMetric()[0]
		found[f.GetName()] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + m.GetHistogram().GetSampleSum()
		if h := m.GetHistogram(); h != nil {
			found[f.GetName()+":count"] = float64(h.GetSampleCount())
		}
	}
	return found
}

// Commits are counted with what they hold, and writes that wait for the writer are seen.
func TestCommitsAreMeasured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := newEnv(t)
		before := e.measured(t)
		release := e.hold()
		var inserts sync.WaitGroup
		for n := range 100 {
			inserts.Go(func() { e.insert(child(e.tenant, uint64(n))) })
		}
		synctest.Wait()
		waiting := e.measured(t)
		e.must(release())
		inserts.Wait()
		after := e.measured(t)
		for name, row := range map[string]struct{ got, want float64 }{
			"waiting":         {waiting["tenantry_store_writes_waiting"], 100},
			"waiting no more": {after["tenantry_store_writes_waiting"], 0},
			"commits":         {after["tenantry_store_commit_writes:count"] - before["tenantry_store_commit_writes:count"], 1},
			"writes":          {after["tenantry_store_commit_writes"] - before["tenantry_store_commit_writes"], 101},
			"timed commits":   {after["tenantry_store_commit_duration_seconds:count"] - before["tenantry_store_commit_duration_seconds:count"], 1},
			"failed commits":  {after["tenantry_store_commits_failed_total"], 0},
			"failed writes":   {after["tenantry_store_writes_failed_total"], 0},
			"cached":          {after["tenantry_store_cache_customers"], 102},
		} {
			if row.got != row.want { // no subtests run in a bubble
				t.Errorf("%s: %v, want %v", name, row.got, row.want)
			}
		}
		if after["tenantry_store_journal_bytes"] <= before["tenantry_store_journal_bytes"] || after["tenantry_store_database_bytes"] == 0 ||
			after["tenantry_store_cache_bytes"] <= before["tenantry_store_cache_bytes"] {
			t.Errorf("the sizes are %v after %v", after, before)
		}
	})
}

// Reads that the cache answers are told from those that it does not.
func TestTheCacheIsMeasured(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	before := e.measured(t)
	for range 3 {
		_, err := e.Get(context.Background(), e.tenant.Ref())
		e.must(err)
	}
	e.cache.records.InvalidateAll()
	_, err := e.Get(context.Background(), e.tenant.Ref())
	e.must(err)
	after := e.measured(t)
	if hits, misses := after["tenantry_store_cache_hits_total"]-before["tenantry_store_cache_hits_total"],
		after["tenantry_store_cache_misses_total"]-before["tenantry_store_cache_misses_total"]; hits != 3 || misses != 1 {
		t.Errorf("%v hits and %v misses", hits, misses)
	}
}

// Writes that fail for want of room, and commits that fail, are counted; refusals that are
// the caller's are not.
func TestFailedWritesAreMeasured(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	if err := e.Replace(context.Background(), renamed(e.tenant, "Stale"), e.tenant.Version+7); err == nil {
		t.Fatal("a stale write succeeds")
	}
	if found := e.measured(t); found["tenantry_store_writes_failed_total"] != 0 {
		t.Errorf("a stale write counts as failed: %v", found)
	}
	e.must(e.writer.do(context.Background(), "owing", func(x *transaction) error {
		_, err := x.exec("CREATE TABLE owed (id INTEGER REFERENCES customers (number) DEFERRABLE INITIALLY DEFERRED)")
		return err
	}))
	err := e.writer.do(context.Background(), "failing to commit", func(x *transaction) error {
		_, err := x.exec("INSERT INTO owed VALUES (-1)")
		return err
	})
	if !errors.Is(err, rows.ErrUnavailable) {
		t.Fatalf("the commit is answered %v", err)
	}
	if found := e.measured(t); found["tenantry_store_commits_failed_total"] != 1 || found["tenantry_store_writes_failed_total"] != 1 {
		t.Errorf("a failed commit is measured as %v", found)
	}
}
