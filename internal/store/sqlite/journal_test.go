package sqlite

import (
	"context"
	"os"
	"sync"
	"testing"

	"tenantry/customers"
	"tenantry/internal/store/storetest"
)

// The journal is started anew past its bound though there is a reader at every
// moment, when SQLite itself would let it grow for ever.
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
	// A journal that is started anew is overwritten from its beginning: the file
	// stops growing while commits go on. A single check may lose against a reader
	// that stands in its way; one that never succeeds lets the file grow for ever.
	const checks = 12
	size, stopped := int64(0), false
	for n := uint64(0); n < checks*journalCheck && !stopped; n += journalCheck {
		for i := range uint64(journalCheck) {
			h.insert(child(h.operator, n+i))
		}
		info, err := os.Stat(s.writer.path + "-wal")
		h.must(err)
		stopped = info.Size() > bound && info.Size() == size
		size = info.Size()
	}
	close(done)
	crowd.Wait()
	if !stopped {
		t.Errorf("the journal grew at every check, to %d KiB", size>>10)
	}
}
