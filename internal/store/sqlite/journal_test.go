package sqlite

import (
	"os"
	"testing"
	"time"

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

// crowded returns a store with a small bound of its journal and somebody to insert below.
func crowded(t *testing.T, bound int64) *env {
	t.Helper()
	s := openAt(t, t.TempDir(), -1)
	e := &env{T: t, Store: s, operator: storetest.Operator(opened)}
	t.Cleanup(e.shut)
	e.insert(e.operator)
	s.writer.journal.longest.Store(bound)
	return e
}

// journalSize returns the size of the journal in bytes.
func (e *env) journalSize() int64 {
	e.Helper()
	info, err := os.Stat(e.writer.path + "-wal")
	e.must(err)
	return info.Size()
}

// The journal is restarted past its bound even with a reader at every moment, when SQLite
// itself would let it grow forever.
func TestTheJournalIsBounded(t *testing.T) {
	t.Parallel()
	const bound, most = 512 << 10, 20 << 20 // without a restart it is some 40 MiB
	e := crowded(t, bound)
	crowd := &relay{env: e, from: e.readers}
	crowd.pass()
	enough, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-enough:
				return
			default:
				crowd.pass()
			}
		}
	}()
	longest := int64(0)
	for n := range uint64(20 * journalCheck) {
		e.insert(child(e.operator, n))
		longest = max(longest, e.journalSize())
	}
	close(enough)
	<-ended
	crowd.end(crowd.reader)
	if longest < bound || longest > most {
		t.Errorf("the journal grew to %d KiB", longest>>10)
	}
}

// A commit copies no page of the journal into the database, however long the journal is
// within its bound: that is done beside the writer.
func TestACommitCopiesNoPages(t *testing.T) {
	t.Parallel()
	const copiedBySQLite = 1000 * 4096 // what SQLite by itself copies at
	e := crowded(t, longestJournal)
	before := e.Files().Database
	for n := range uint64(300) {
		e.insert(child(e.operator, n))
	}
	if size := e.journalSize(); size < 2*copiedBySQLite {
		t.Errorf("the journal grew to %d KiB only", size>>10)
	}
	if grown := e.Files().Database; grown != before {
		t.Errorf("the database grew from %d to %d bytes", before, grown)
	}
}

// A reader that holds on to an old state, such as a backup from outside, lets the journal
// grow and delays no write; once it ends, the journal is restarted.
func TestALongReaderDelaysNoWrite(t *testing.T) {
	t.Parallel()
	const bound, patience = 256 << 10, 2 * time.Second
	e := crowded(t, bound)
	outside, err := dial(t.Context(), e.writer.path, common...)
	e.must(err)
	_, err = outside.exec(t.Context(), "BEGIN")
	e.must(err)
	_, _, err = outside.number(t.Context(), "SELECT count(*) FROM claims")
	e.must(err)
	n, slowest := uint64(0), time.Duration(0)
	insert := func() {
		begun := time.Now()
		e.insert(child(e.operator, n))
		n++
		slowest = max(slowest, time.Since(begun))
	}
	for range 8 * journalCheck {
		insert()
	}
	if slowest > patience {
		t.Errorf("a write took %s beside a reader", slowest)
	}
	if e.journalSize() <= bound {
		t.Fatalf("the journal has %d KiB only", e.journalSize()>>10)
	}
	_, err = outside.exec(t.Context(), "COMMIT")
	e.must(err)
	e.must(outside.close())
	for tries := 0; e.writer.journal.restarts.Load() == 0; tries++ {
		if tries > 4*rarestCheck {
			t.Fatal("the journal is not restarted once nobody reads")
		}
		insert()
	}
	if told := e.Files(); time.Since(told.Checkpoint) > time.Minute || told.Database == 0 || told.Journal == 0 {
		t.Errorf("the store tells %+v", told)
	}
}
