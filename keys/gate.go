package keys

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// How many hashes may wait for each that runs: a second or two of waiting, at the cost of
// keys and at that of passwords. Beyond that a caller is told to come back, which is
// cheaper for both than to queue.
const (
	keysPerSlot      = 1024
	passwordsPerSlot = 8
)

// gate lets few slow hashes run at once, so that they never take all processors from the
// requests that need none. Keys and passwords have a gate each: hashing one password
// takes as long as hundreds of keys, which must not wait behind it.
type gate struct {
	slots   *semaphore.Weighted
	waiting atomic.Int64
	queue   int64
}

func newGate(slots, waitingPerSlot int) *gate {
	return &gate{slots: semaphore.NewWeighted(int64(slots)), queue: int64(slots) * int64(waitingPerSlot)}
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
