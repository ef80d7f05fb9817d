package events

import (
	"context"
	"slices"
	"sync"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
)

const (
	// feedEvery is how often the end of the log is read while anybody follows it.
	feedEvery = time.Second
	// feedRecent is how many of the last events are held for all who do, and feedKept how
	// long, once nothing comes in: what is erased, thinned or purged must go here too.
	feedRecent = 256
	feedKept   = time.Minute
)

// feed is the one reader of the end of the log for all streams of a process: idle ones cost
// one small read a second together. It runs while there are streams. It is safe for
// concurrent use.
type feed struct {
	log Log
	// nudge asks for a read at once.
	nudge chan struct{}

	mu      sync.Mutex
	streams int
	stop    context.CancelFunc
	// recent are the events that came in behind from, up to last, in that order.
	recent     []rows.Arrival
	from, last int64
	// moved is closed when last moves, which it did last at since.
	moved chan struct{}
	since time.Time
}

func newFeed(log Log) *feed {
	return &feed{log: log, nudge: make(chan struct{}, 1), moved: make(chan struct{})}
}

// wake has the log read at once, if anybody follows it.
func (f *feed) wake() {
	select {
	case f.nudge <- struct{}{}:
	default:
	}
}

// join counts a stream and returns the present end of the log; its caller leaves.
func (f *feed) join(ctx context.Context) (last int64, err error) {
	last, err = f.log.LastArrival(ctx)
	if err != nil {
		return 0, rows.StoreFault(err, "reading the end of the log")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.streams++; f.streams == 1 {
		f.recent, f.from, f.last = nil, last, last
		// It outlives the request of the stream that happens to be the first.
		running, stop := context.WithCancel(context.WithoutCancel(ctx))
		f.stop = stop
		go f.run(running)
	}
	return last, nil
}

func (f *feed) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.streams--; f.streams == 0 {
		f.stop()
	}
}

// run reads the end of the log until ctx ends. A store that fails is read again at the next
// turn: whoever follows waits meanwhile.
func (f *feed) run(ctx context.Context) {
	turns := time.NewTicker(feedEvery)
	defer turns.Stop()
	for ctx.Err() == nil {
		f.advance(ctx)
		select {
		case <-ctx.Done():
		case <-turns.C:
			f.forget()
		case <-f.nudge:
		}
	}
}

// advance reads what came in since the last time, and tells those who follow.
func (f *feed) advance(ctx context.Context) {
	f.mu.Lock()
	at := f.last
	f.mu.Unlock()
	for {
		list, upTo, err := f.log.Arrivals(ctx, rows.EventQuery{Limit: rows.MaxLimit}, at)
		if err != nil || upTo == at {
			return
		}
		f.mu.Lock()
		if ctx.Err() != nil { // another run has begun by now
			f.mu.Unlock()
			return
		}
		f.recent = append(f.recent, list...)
		if over := len(f.recent) - feedRecent; over > 0 {
			f.from = f.recent[over-1].Place
			f.recent = append([]rows.Arrival(nil), f.recent[over:]...)
		}
		at, f.last, f.since = upTo, upTo, time.Now()
		if slices.ContainsFunc(list, func(e rows.Arrival) bool { return e.Type == customers.EventDeleted }) {
			f.recent, f.from = nil, upTo // the log is about to show less of the customer's events
		}
		close(f.moved)
		f.moved = make(chan struct{})
		f.mu.Unlock()
	}
}

// forget drops what is held once nothing came in for a while.
func (f *feed) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.recent) > 0 && time.Since(f.since) > feedKept {
		f.recent, f.from = nil, f.last
	}
}

// behind returns the events that came in behind a place and the place up to which these
// are all, and what closes when there are more. It returns false for a place before those
// that are held.
func (f *feed) behind(place int64) (list []rows.Arrival, last int64, moved <-chan struct{}, held bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if place < f.from {
		return nil, f.last, f.moved, false
	}
	at := len(f.recent)
	for at > 0 && f.recent[at-1].Place > place {
		at--
	}
	return f.recent[at:len(f.recent):len(f.recent)], f.last, f.moved, true
}
