package fair

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// ErrFull is returned where too many are waiting already.
var ErrFull = errors.New("too many are waiting")

// Gate lets few callers in at once. Those that wait are served in turn: each class that
// has waiters gets one slot, then the next class; within a class the same holds for
// sources, and within a source whoever came first goes first. So a source waits for one
// caller of each other source at most, however many of them wait.
type Gate struct {
	queue int

	mu      sync.Mutex
	free    int
	classes []line
	// next is the class whose turn it is.
	next int
}

// line is what waits in one class.
type line struct {
	waiting int
	// sources are those with waiters, in the order of their turns.
	sources []*source
}

// source is what waits of one source, first come first.
type source struct {
	name    string
	waiters []chan error
}

// New returns a gate with that many slots, at least 1, and that many classes. In each
// class no more callers wait than queue.
func New(slots, classes, queue int) *Gate {
	return &Gate{free: max(slots, 1), queue: queue, classes: make([]line, max(classes, 1))}
}

// Enter waits for a slot. It returns ErrFull when the queue of the class is full and this
// source has no fewer in it than every other, or when it had to give way to one that has;
// and the cause of the end of ctx if that comes first. After nil, Leave must be called.
func (g *Gate) Enter(ctx context.Context, class int, name string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	g.mu.Lock()
	if g.free > 0 {
		g.free-- // nobody waits while a slot is free
		g.mu.Unlock()
		return nil
	}
	l := &g.classes[class]
	if l.waiting >= g.queue && !l.giveWay(name) {
		g.mu.Unlock()
		return ErrFull
	}
	waiter := l.add(name)
	g.mu.Unlock()
	select {
	case err := <-waiter:
		return err
	case <-ctx.Done():
	}
	g.mu.Lock()
	waits := l.remove(name, waiter)
	g.mu.Unlock()
	if !waits && <-waiter == nil {
		g.Leave() // the slot came at the same moment
	}
	return context.Cause(ctx)
}

// Leave passes a slot on to the caller whose turn it is.
func (g *Gate) Leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for range g.classes {
		l := &g.classes[g.next]
		g.next = (g.next + 1) % len(g.classes)
		if waiter := l.take(); waiter != nil {
			waiter <- nil
			return
		}
	}
	g.free++
}

// Waiting returns how many wait in a class.
func (g *Gate) Waiting(class int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.classes[class].waiting
}

func (l *line) find(name string) int {
	return slices.IndexFunc(l.sources, func(s *source) bool { return s.name == name })
}

// add puts a waiter behind those of its source.
func (l *line) add(name string) chan error {
	waiter := make(chan error, 1)
	l.waiting++
	if i := l.find(name); i >= 0 {
		l.sources[i].waiters = append(l.sources[i].waiters, waiter)
		return waiter
	}
	l.sources = append(l.sources, &source{name: name, waiters: []chan error{waiter}})
	return waiter
}

// take removes the waiter whose turn it is, nil if none waits.
func (l *line) take() chan error {
	if len(l.sources) == 0 {
		return nil
	}
	first := l.sources[0]
	l.sources = slices.Delete(l.sources, 0, 1)
	waiter := first.waiters[0]
	if first.waiters = slices.Delete(first.waiters, 0, 1); len(first.waiters) > 0 {
		l.sources = append(l.sources, first)
	}
	l.waiting--
	return waiter
}

// remove takes a waiter out of the line; false says that it is not in it anymore.
func (l *line) remove(name string, waiter chan error) bool {
	i := l.find(name)
	if i < 0 {
		return false
	}
	at := slices.Index(l.sources[i].waiters, waiter)
	if at < 0 {
		return false
	}
	if l.sources[i].waiters = slices.Delete(l.sources[i].waiters, at, at+1); len(l.sources[i].waiters) == 0 {
		l.sources = slices.Delete(l.sources, i, i+1)
	}
	l.waiting--
	return true
}

// giveWay turns the last waiter of the longest source away in favor of a source that
// would still have fewer; false if no source does.
func (l *line) giveWay(name string) bool {
	mine := 0
	if i := l.find(name); i >= 0 {
		mine = len(l.sources[i].waiters)
	}
	var longest *source
	for _, s := range l.sources {
		if longest == nil || len(s.waiters) > len(longest.waiters) {
			longest = s
		}
	}
	if longest == nil || len(longest.waiters) <= mine+1 {
		return false
	}
	last := len(longest.waiters) - 1
	longest.waiters[last] <- ErrFull
	longest.waiters = longest.waiters[:last]
	l.waiting--
	return true
}
