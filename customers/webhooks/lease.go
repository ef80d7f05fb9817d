package webhooks

import (
	"context"
	"time"

	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Lease is the right to do a piece of background work alone, for a while. It is a
// reservation, so it works across processes wherever reservations do. Its times are those
// of the clock that all processes of the store share, so that none whose own clock is ahead
// takes it from another.
type Lease struct {
	r    *Relay
	held rows.Reservation
	life time.Duration
}

// Lease takes the named lease for that long. It returns nil while another process has
// it; where one process owns the store alone it always succeeds, at no cost.
func (r *Relay) Lease(ctx context.Context, name string, life time.Duration) (*Lease, error) {
	if r.exclusive {
		return &Lease{r: r}, nil
	}
	now, err := registry.SharedNow(ctx, r.store, r.registry.Now())
	if err != nil {
		return nil, err
	}
	who, err := tenancy.NewID(now, r.random)
	if err != nil {
		return nil, err
	}
	wanted := rows.Reservation{Key: "lease:" + name, Customer: tenancy.Ref{Tenant: who, ID: who}, Taken: now, Ends: now.Add(life)}
	holder, taken, err := r.store.Reserve(ctx, wanted)
	if err != nil {
		return nil, rows.StoreFault(err, "taking the lease "+name)
	}
	if !taken && !holder.Ends.After(now) {
		// The process that had it died, or was too slow.
		taken, err = r.store.CompareAndSwap(ctx, holder, wanted)
		if err != nil {
			return nil, rows.StoreFault(err, "taking over the lease "+name)
		}
	}
	if !taken {
		return nil, nil
	}
	return &Lease{r: r, held: wanted, life: life}, nil
}

// Renew makes the lease last as long again from now on. It reports whether the lease is
// still held.
func (l *Lease) Renew(ctx context.Context) (bool, error) {
	if l.held.Key == "" {
		return true, nil
	}
	now, err := registry.SharedNow(ctx, l.r.store, l.r.registry.Now())
	if err != nil {
		return false, err
	}
	if l.held.Ends.Sub(now) > l.life/2 {
		return true, nil
	}
	next := l.held
	next.Ends = now.Add(l.life)
	ok, err := l.r.store.CompareAndSwap(ctx, l.held, next)
	if err != nil {
		return false, rows.StoreFault(err, "renewing the lease "+l.held.Key)
	}
	if ok {
		l.held = next
	}
	return ok, nil
}

// Release ends the lease early. A failure does no harm, because the lease ends by
// itself.
func (l *Lease) Release(ctx context.Context) {
	if l.held.Key != "" {
		_ = l.r.store.Release(ctx, l.held)
	}
}
