package apitest

import (
	"context"
	"strings"
	"sync/atomic"

	"tenantry/customers/rows"
	"tenantry/internal/store"
)

// Apart counts the answers of idempotent requests that are kept by a write of their own, and
// not by the one that changes something.
type Apart struct {
	store.Store
	Count *atomic.Int64
}

// CompareAndSwap counts an answer that is kept.
func (s Apart) CompareAndSwap(ctx context.Context, held, next rows.Reservation) (bool, error) {
	if len(next.Answer) > 0 && strings.HasPrefix(next.Key, "idempotency:") {
		s.Count.Add(1)
	}
	return s.Store.CompareAndSwap(ctx, held, next)
}
