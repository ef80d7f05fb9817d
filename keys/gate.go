package keys

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// queuePerSlot bounds how many comparisons may wait for each that runs: a second
// or so of waiting at the cost of keys. Past it a caller is told to come back,
// which is cheaper for both than to queue.
const queuePerSlot = 1024

// gate lets few slow hashes run at once, so that they never take all processors
// from the requests that need none.
type gate struct {
	slots   *semaphore.Weighted
	waiting atomic.Int64
	queue   int64
}

func newGate(slots int) *gate {
	return &gate{slots: semaphore.NewWeighted(int64(slots)), queue: int64(slots) * queuePerSlot}
}

// enter waits for a slot. It returns Unavailable when the queue is full or ctx
// ends first; after nil, leave must be called.
func (g *gate) enter(ctx context.Context) error {
	defer g.waiting.Add(-1)
	if g.waiting.Add(1) > g.queue {
		return busy()
	}
	if g.slots.Acquire(ctx, 1) != nil {
		return gaveUp(ctx)
	}
	return nil
}

func (g *gate) leave() { g.slots.Release(1) }
