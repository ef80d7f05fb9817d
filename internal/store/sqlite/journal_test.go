package sqlite

import (
	"os"
	"testing"

	"tenantry/internal/store/storetest"
)

// relay keeps a reader open at every moment: the next one begins before the last one
// ends.
type relay struct {
	*env
	from   *readers
	reader *conn
}

// pass hands over to a reader of the newest state; the previous one saw an older state
// for as long as it read.
func (r *relay) pass() {
	last := r.reader
	next, err := r.from.take(r.Context())
	r.must(err)
	_, err = next.exec(r.Context(), "BEGIN")
	r.must(err)
	_, _, err = next.number(r.Context(), "SELECT count(*) FROM claims")
	r.must(err)
	r.reader = next
	r.end(last)
}

func (r *relay) end(reader *conn) {
	if reader == nil {
		return
	}
	_, err := reader.exec(r.Context(), "COMMIT")
	r.must(err)
	r.from.put(reader)
}

// The journal is restarted past its bound even with a reader at every moment, when SQLite
// itself would let it grow forever.
func TestTheJournalIsBounded(t *testing.T) {
	t.Parallel()
	s := openAt(t, t.TempDir(), -1)
	e := &env{T: t, Store: s, operator: storetest.Operator(opened)}
	defer e.shut()
	e.insert(e.operator)
	const bound, most = 512 << 10, 4 << 20
	s.writer.journal.Store(bound)
	crowd := &relay{env: e, from: s.readers}
	crowd.pass()

	// Each insert happens beside a reader of the state before it, so that SQLite never
	// finds the journal free. Where the writer looks at its size, the readers take turns
	// until it is done: an operation that writes nothing waits for it.
	longest := int64(0)
	for n := range uint64(6 * journalCheck) {
		e.insert(child(e.operator, n))
		looked := make(chan error, 1)
		if s.writer.commits.Load()%journalCheck == 0 {
			go func() { looked <- s.writer.do(t.Context(), "waiting", func(*transaction) error { return nil }) }()
		} else {
			looked <- nil
		}
		for waiting := true; waiting; {
			crowd.pass()
			select {
			case err := <-looked:
				e.must(err)
				waiting = false
			default:
			}
		}
		info, err := os.Stat(s.writer.path + "-wal")
		e.must(err)
		longest = max(longest, info.Size())
	}
	crowd.end(crowd.reader)
	if longest < bound || longest > most {
		t.Errorf("the journal grew to %d KiB", longest>>10)
	}
}
