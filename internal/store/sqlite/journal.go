package sqlite

import (
	"context"
	"database/sql/driver"
	"math"
	"os"
	"sync/atomic"
	"time"
)

const (
	// longestJournal is the size in bytes past which the journal is restarted.
	longestJournal = 64 << 20
	// journalCheck is the number of commits between looks at the journal's size. After an
	// attempt in vain it doubles, up to rarestCheck: a reader outside of this process may
	// keep the journal from being restarted for hours.
	journalCheck = 32
	rarestCheck  = 4096
	// mostRest is how many pages may be left to copy while the writer waits.
	mostRest = 512
	// restartTries and restartPause bound how long readers that are about to end are
	// waited for.
	restartTries = 5
	restartPause = 2 * time.Millisecond
)

// journal copies the journal into the database, and keeps it from growing without end when
// readers never pause. SQLite itself would copy within every commit past a thousand pages,
// and restart the journal only at a moment without readers.
//
// It works on a connection of its own that waits for nobody. Most pages are copied beside
// the writer. Only for the few that are left and the restart itself does the writer
// pause, and where a reader still needs the journal it goes on at once.
type journal struct {
	c    *conn
	path string
	// longest is the size in bytes past which the journal is restarted.
	longest atomic.Int64
	// copying is true while pages are copied beside the writer, and copied once few are
	// left.
	copying, copied atomic.Bool
	// next is the number of commits at which the writer looks again, every the distance
	// to the one after it.
	next, every int64
	// restarts counts how often it was restarted, for tests, and begun is when it last was
	// or was emptied, in Unix nanoseconds; 0 for not since the start.
	restarts, begun atomic.Int64
}

func newJournal(c *conn, path string) *journal {
	j := &journal{c: c, path: path, next: journalCheck, every: journalCheck}
	j.longest.Store(longestJournal)
	return j
}

// restrain is called by the writer after each batch.
func (j *journal) restrain(commits int64) {
	if j.copying.Load() {
		return
	}
	if j.copied.Swap(false) {
		j.restarted(commits, j.restart())
		return
	}
	if commits < j.next {
		return
	}
	j.next = commits + j.every
	info, err := os.Stat(j.path + "-wal")
	if err != nil || info.Size() <= j.longest.Load() {
		return
	}
	j.copying.Store(true)
	go func() {
		defer j.copying.Store(false)
		rest := j.copy()
		// A writer that is faster than the copying has to wait for the rest in the end.
		j.copied.Store(rest <= mostRest || info.Size() > 2*j.longest.Load())
	}()
}

// copy copies pages beside the writer until few are left, or the rest gets no smaller, and
// returns how many that are.
func (j *journal) copy() (rest int64) {
	for rest = math.MaxInt64; rest > mostRest; {
		_, left := j.checkpoint("PASSIVE")
		if left >= rest {
			return left
		}
		rest = left
	}
	return rest
}

// restarted notes how an attempt ended, and when the next one is due.
func (j *journal) restarted(commits int64, did bool) {
	if j.every = min(2*j.every, rarestCheck); did {
		j.every = journalCheck
		j.restarts.Add(1)
		j.begun.Store(time.Now().UnixNano())
	}
	j.next = commits + j.every
}

// restart tries to restart the journal; the writer does not write meanwhile.
func (j *journal) restart() bool {
	for try := range restartTries {
		if try > 0 {
			time.Sleep(restartPause)
		}
		if busy, _ := j.checkpoint("RESTART"); !busy {
			return true
		}
	}
	return false
}

// empty tries to copy the journal into the file and to empty it; the writer does not write
// meanwhile.
func (j *journal) empty() bool {
	if j.copying.Load() {
		return false
	}
	busy, _ := j.checkpoint("TRUNCATE")
	if !busy {
		j.begun.Store(time.Now().UnixNano())
	}
	return !busy
}

// checkpoint copies what no reader stands in the way of, and returns whether somebody did
// and how many pages are left.
func (j *journal) checkpoint(how string) (busy bool, rest int64) {
	busy, rest = true, mostRest+1
	// When it fails, the journal stays long and a later check tries again.
	_ = j.c.query(context.Background(), "PRAGMA wal_checkpoint("+how+")", func(v []driver.Value) error {
		code, _ := v[0].(int64)
		pages, _ := v[1].(int64)
		done, _ := v[2].(int64)
		busy, rest = code != 0, pages-done
		return nil
	})
	return busy, rest
}

// close waits for the copying to end and closes the connection. The writer has ended.
func (j *journal) close() error {
	for j.copying.Load() {
		time.Sleep(restartPause)
	}
	return j.c.close()
}
