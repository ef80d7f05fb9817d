package sqlite

import (
	"context"
	"os"
	"sync"
	"testing"

	"tenantry/customers"
	"tenantry/internal/store/storetest"
)

// The journal stays within its bound though there is a reader at every moment,
// when SQLite itself would let it grow.
func TestTheJournalIsBounded(t *testing.T) {
	t.Parallel()
	s := openAt(t, t.TempDir(), -1)
	h := &house{T: t, Store: s, operator: storetest.Operator(opened)}
	defer h.shut()
	h.insert(h.operator)
	const bound = 512 << 10
	s.writer.journal.Store(bound)

	done := make(chan struct{})
	var crowd sync.WaitGroup
	for range 3 {
		crowd.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if _, err := s.List(context.Background(), customers.Query{Under: h.operator.ID, Limit: 20}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	var largest int64
	for n := range uint64(4 * journalCheck) {
		h.insert(child(h.operator, n))
		info, err := os.Stat(s.writer.path + "-wal")
		h.must(err)
		largest = max(largest, info.Size())
	}
	close(done)
	crowd.Wait()
	// Between two checks as many commits go in, of at most this many bytes each:
	// a document with its index pages, some of them split. Unbounded, four times as
	// many would have gone in.
	const commit = 120 << 10
	if largest > bound+journalCheck*commit {
		t.Errorf("the journal grew to %d KiB", largest>>10)
	}
}
