package keys

import (
	"context"
	"errors"
	"runtime"

	"golang.org/x/sync/semaphore"

	"tenantry/internal/fair"
	"tenantry/tenancy"
)

// How many hashes of each class may wait for each that runs: a second or two of waiting,
// at the cost of keys and at that of passwords. Beyond that a caller is told to come
// back, which is cheaper for both than to queue.
const (
	keysPerSlot      = 1024
	passwordsPerSlot = 8
)

// The classes of what waits for a hash. They take turns, so that a flood of strangers
// costs the two others one hash of waiting each, and no more.
const (
	// authenticated is work for a caller whose credential was found good.
	authenticated = iota
	// recognized is a key that fits its tag, or a user who signed in from there before.
	recognized
	stranger
	classes
)

// turn is what a hash is queued by: its class, and within it the source.
type turn struct {
	class  int
	source string
}

// turnOf returns the turn of a tenant's own work.
func turnOf(tenant tenancy.ID) turn { return turn{authenticated, string(tenant[:])} }

// gate lets few slow hashes run at once, so that they never take all processors from the
// requests that need none. Keys and passwords have a gate each: hashing one password
// takes as long as hundreds of keys, which must not wait behind it. Both share one bound.
type gate struct {
	slots *fair.Gate
	all   *semaphore.Weighted
}

// newGates makes the gates of keys and of passwords. By default hashing takes half of the
// processors, and passwords half of that; each gets at least one.
func newGates(atOnce, passwordsAtOnce int) (ofKeys, ofPasswords *gate) {
	half := runtime.GOMAXPROCS(0) / 2
	together := max(half, 2)
	if atOnce != 0 || passwordsAtOnce != 0 {
		together = max(atOnce+passwordsAtOnce, together)
	}
	atOnce = orDefault(atOnce, max(half, 1))
	passwordsAtOnce = orDefault(passwordsAtOnce, max(half/2, 1))
	all := semaphore.NewWeighted(int64(together))
	return &gate{fair.New(atOnce, classes, atOnce*keysPerSlot), all},
		&gate{fair.New(passwordsAtOnce, classes, passwordsAtOnce*passwordsPerSlot), all}
}

// enter waits for a slot. It returns Unavailable when the queue is full or ctx
// ends first; after nil, leave must be called.
func (g *gate) enter(ctx context.Context, t turn) error {
	switch err := g.slots.Enter(ctx, t.class, t.source); {
	case errors.Is(err, fair.ErrFull):
		return busy()
	case err != nil:
		return gaveUp(ctx)
	}
	if g.all.Acquire(ctx, 1) != nil {
		g.slots.Leave()
		return gaveUp(ctx)
	}
	return nil
}

func (g *gate) leave() {
	g.all.Release(1)
	g.slots.Leave()
}
