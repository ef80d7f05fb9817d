package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// writer is the only goroutine that changes the file. It takes the operations that wait,
// applies each in a savepoint of its own, commits once and then answers all of them: the
// more wait, the fewer commits each one costs.
type writer struct {
	c     *conn
	path  string
	cache *cache
	// switches is kept in step with what is committed.
	switches *switches
	// operations has no room: an operation is handed over only when the writer
	// takes it, so that until then its caller can give up and be sure.
	operations chan *operation
	closing    <-chan struct{}
	ended      chan struct{}
	commits    atomic.Int64
	// queue is the number of operations that wait to be taken.
	queue   atomic.Int64
	metrics *metrics
	journal *journal
	files   *watch
	// names are those that transactions remember, until one is rolled back.
	names map[blob]int64
	// scrubs asks for an empty journal, and is told whether it is.
	scrubs chan chan bool
	// waits is how many customers wait to be indexed.
	waits int
	// due is when the journal is emptied next, nil while nothing asks for it.
	due   <-chan time.Time
	later time.Duration
}

// The journal holds what was erased until it is emptied. That is done soon after an erasure
// and not at once, so that many share it; a reader in the way makes it later and later.
const (
	scrubSoon  = 200 * time.Millisecond
	scrubLater = time.Minute
)

// largestBatch bounds how long the first operation of a batch waits for the rest.
const largestBatch = 256

// operation is one write: what it does and where its outcome goes.
type operation struct {
	ctx    context.Context // it belongs to the waiting caller
	apply  func(t *transaction) error
	answer chan error
}

// transaction is what an operation works on: the batch's transaction, in which
// all earlier operations of the batch can be seen.
type transaction struct {
	c     *conn
	cache *cache
	// batch holds what earlier operations of the batch wrote, written what this
	// one did.
	batch, written map[tenancy.ID]record
	// names remembers numbers of names.
	names map[blob]int64
	// scrubs is true if something was erased, which must leave the journal too.
	scrubs bool
	// indexes is true if a customer began to wait for the index of searches.
	indexes bool
}

func newWriter(c *conn, path string, cache *cache, switches *switches, j *journal, files *watch, m *metrics, closing <-chan struct{}) *writer {
	return &writer{
		c: c, path: path, cache: cache, switches: switches, journal: j, files: files, metrics: m, closing: closing,
		names: map[blob]int64{}, operations: make(chan *operation), ended: make(chan struct{}), scrubs: make(chan chan bool),
	}
}

// do passes an operation to the writer and waits for its outcome. If the context ends
// before it was taken, it is never applied; afterwards the outcome is waited for, because
// it can no longer be prevented.
func (w *writer) do(ctx context.Context, doing string, apply func(t *transaction) error) error {
	op := &operation{ctx: ctx, apply: apply, answer: make(chan error, 1)}
	select {
	case <-w.closing:
		return failed(doing, errClosed)
	default:
	}
	w.queue.Add(1)
	select {
	case w.operations <- op:
		w.queue.Add(-1)
		err := failed(doing, <-op.answer)
		if errors.Is(err, rows.ErrUnavailable) {
			w.metrics.refused.Inc()
		}
		return err
	case <-ctx.Done():
		w.queue.Add(-1)
		return failed(doing, ctx.Err())
	case <-w.closing:
		w.queue.Add(-1)
		return failed(doing, errClosed)
	}
}

func (w *writer) run() {
	defer close(w.ended)
	for {
		select {
		case op := <-w.operations:
			w.batch(op)
		case emptied := <-w.scrubs:
			emptied <- w.scrub()
		case <-w.due:
			w.scrub()
		case <-w.closing:
			return
		}
	}
}

// batch commits the first operation together with all that wait by then. It yields before
// it begins and before it looks for more: a goroutine about to hand over an operation
// does so first, and a commit is shared by more of them. With no one else to run,
// yielding costs nothing.
func (w *writer) batch(first *operation) {
	t := &transaction{c: w.c, cache: w.cache, names: w.names, batch: map[tenancy.ID]record{}}
	operations, outcomes := []*operation{}, []error{}
	runtime.Gosched()
	fault := w.files.check()
	if fault == nil {
		fault = w.exec("BEGIN IMMEDIATE")
	}
	runtime.Gosched()
	for op := first; op != nil; op = w.waiting(len(operations)) {
		var outcome error
		if fault == nil {
			outcome, fault = w.apply(t, op)
		}
		operations, outcomes = append(operations, op), append(outcomes, outcome)
	}
	if fault == nil {
		w.cache.announce(t.batch)
		began := time.Now()
		if fault = w.exec("COMMIT"); fault == nil {
			w.metrics.duration.Observe(time.Since(began).Seconds())
			w.metrics.size.Observe(float64(len(operations)))
			w.commits.Add(1)
			if t.scrubs && w.due == nil {
				w.later = scrubSoon
				w.due = time.After(w.later)
			}
			w.switches.publish(t.batch)
			w.cache.publish(t.batch)
			// Nothing is acknowledged that went into files without a name.
			fault = w.files.check()
		}
	}
	if fault != nil {
		w.metrics.failed.Inc()
		clear(w.names)
		// The transaction may be gone already, then there is nothing to roll back.
		_ = w.exec("ROLLBACK")
		fault = fmt.Errorf("%w: the writes were not committed: %w", rows.ErrUnavailable, fault)
	}
	for i, op := range operations {
		if fault != nil {
			outcomes[i] = fault
		}
		op.answer <- outcomes[i]
	}
	w.journal.restrain(w.commits.Load())
}

// scrub empties the journal and returns whether it could; else it is tried again later.
func (w *writer) scrub() bool {
	if w.journal.empty() {
		w.due = nil
		return true
	}
	w.later = min(max(2*w.later, scrubSoon), scrubLater)
	w.due = time.After(w.later)
	return false
}

// waiting takes one more operation for the batch, nil if none waits or the batch is full.
func (w *writer) waiting(taken int) *operation {
	if taken >= largestBatch {
		return nil
	}
	select {
	case op := <-w.operations:
		return op
	default:
		return nil
	}
}

// apply runs one operation in its savepoint. The outcome is the operation's own; a fault
// ends the whole batch.
func (w *writer) apply(t *transaction, op *operation) (outcome, fault error) {
	if err := op.ctx.Err(); err != nil {
		return err, nil
	}
	if err := w.exec("SAVEPOINT operation"); err != nil {
		return nil, err
	}
	t.written = map[tenancy.ID]record{}
	if outcome = op.apply(t); outcome == nil && t.indexes {
		t.indexes, outcome = false, t.index(context.Background(), int64(w.waits))
	}
	if outcome != nil {
		clear(w.names)
		// Some faults end the transaction; then the savepoint is gone too.
		if err := w.exec("ROLLBACK TO operation"); err != nil {
			return nil, outcome
		}
	}
	if err := w.exec("RELEASE operation"); err != nil {
		return nil, err
	}
	if outcome == nil {
		for id, r := range t.written {
			t.batch[id] = r
		}
	}
	return outcome, nil
}

func (w *writer) exec(text string) error {
	_, err := w.c.exec(context.Background(), text)
	return err
}
