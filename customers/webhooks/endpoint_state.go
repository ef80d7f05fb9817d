package webhooks

import (
	"context"
	"errors"
	"strconv"
	"time"

	"tenantry/customers/rows"
)

// failingFor is how long a failure is remembered as part of the same trouble: longer
// than the longest wait between two attempts.
const failingFor = 36 * time.Hour

// Failing is how long every attempt at a webhook has failed.
type Failing struct {
	Since time.Time
	// Count is how many attempts failed in a row.
	Count int
}

// NoteFailure notes that so many attempts at a webhook failed, and returns since when
// all have. It is for the sender, which has the lease of the webhook.
func (r *Relay) NoteFailure(ctx context.Context, endpoint rows.WebhookRef, attempts int) (Failing, error) {
	now := r.registry.Now()
	noted := rows.Reservation{Key: failingKey(endpoint), Customer: endpoint.Customer, Taken: now, Ends: now.Add(failingFor)}
	failing := Failing{Since: now, Count: attempts}
	noted.Request = failing.kept()
	holder, taken, err := r.store.Reserve(ctx, noted)
	if err != nil || taken {
		return failing, rows.StoreFault(err, "noting that an endpoint fails")
	}
	if holder.Ends.After(now) {
		before := failingOf(holder)
		noted.Taken, failing.Since, failing.Count = holder.Taken, before.Since, before.Count+attempts
		noted.Request = failing.kept()
	}
	_, err = r.store.CompareAndSwap(ctx, holder, noted)
	return failing, rows.StoreFault(err, "noting that an endpoint still fails")
}

// NoteSuccess ends what NoteFailure noted.
func (r *Relay) NoteSuccess(ctx context.Context, endpoint rows.WebhookRef) error {
	return r.forgetFailures(ctx, endpoint)
}

func (s *core) forgetFailures(ctx context.Context, endpoint rows.WebhookRef) error {
	holder, err := s.store.ReservationHolder(ctx, failingKey(endpoint))
	if errors.Is(err, rows.ErrNotFound) {
		return nil
	}
	if err == nil {
		err = s.store.Release(ctx, holder)
	}
	return rows.StoreFault(err, "noting that an endpoint works")
}

// failingSince returns since when a webhook fails, or nil when it does not.
func (s *core) failingSince(ctx context.Context, endpoint rows.WebhookRef) (*time.Time, error) {
	holder, err := s.store.ReservationHolder(ctx, failingKey(endpoint))
	if errors.Is(err, rows.ErrNotFound) || err == nil && !holder.Ends.After(s.registry.Now()) {
		return nil, nil
	}
	if err != nil {
		return nil, rows.StoreFault(err, "reading whether an endpoint fails")
	}
	return &holder.Taken, nil
}

// kept returns the count in the form in which the reservation that notes the failures
// has it.
func (f Failing) kept() []byte { return strconv.AppendInt(nil, int64(f.Count), 10) }

func failingOf(noted rows.Reservation) Failing {
	count, _ := strconv.Atoi(string(noted.Request)) // none in notes of an earlier build
	return Failing{Since: noted.Taken, Count: count}
}

func failingKey(endpoint rows.WebhookRef) string { return "failing:" + endpoint.ID.String() }
