package testkit

import (
	"context"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/doctor"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// Examine returns what the doctor finds wrong with the installation, whatever its engine:
// values held twice or by nobody, gaps in the numbers of events, references that lead
// nowhere, files without a record, sealed fields that do not open.
func (h *installation) Examine() (wrong []doctor.Finding) {
	h.T.Helper()
	_, err := doctor.Examine(h.T.Context(), doctor.Options{
		Store: examined{h.Store}, Opener: h.Ring, Current: h.Ring.Current(), Relay: h.Svc.Relay.RelayEvents, Now: h.Clock.Now,
		Intact: func(context.Context) error { return nil },
	}, func(f doctor.Finding) {
		if f.Level != doctor.OK {
			wrong = append(wrong, f)
		}
	})
	Must(h.T, err)
	return wrong
}

// examined lets the doctor read any store by its ports alone.
type examined struct{ store.Store }

// Survey implements store.Examined.
func (e examined) Survey(context.Context) (store.Survey, error) { return survey(e), nil }

// MissingIndexes implements store.Examined.
func (examined) MissingIndexes(context.Context) ([]string, error) { return nil, nil }

// MakeIndexes implements store.Examined.
func (examined) MakeIndexes(context.Context) error { return nil }

// Recount implements store.Examined.
func (examined) Recount(context.Context, tenancy.ID) error { return nil }

// LogEvents implements store.Examined.
func (examined) LogEvents(context.Context, []rows.Batch) (int, error) { return 0, nil }

// Clock implements store.Examined.
func (examined) Clock(context.Context) (time.Time, error) { return time.Time{}, nil }

// survey reads a whole store by its ports. What no port reads whole, it passes over:
// deliveries, activities, and what an engine keeps counted.
type survey struct{ store.Store }

// surveyed is how many records a survey reads at a time.
const surveyed = 100

// each passes pages of records until there is none left.
func each[T any](read func(last *T) ([]T, error), do func(T) error) error {
	var last *T
	for {
		list, err := read(last)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, record := range list {
			if err := do(record); err != nil {
				return err
			}
		}
		last = &list[len(list)-1]
	}
}

// EachCustomer implements store.Survey.
func (s survey) EachCustomer(ctx context.Context, do func(*customers.Customer) error, _ func(rows.Damage)) error {
	return each(func(last **customers.Customer) ([]*customers.Customer, error) {
		var after tenancy.ID
		if last != nil {
			after = (*last).ID
		}
		return s.Scan(ctx, after, surveyed)
	}, do)
}

// EachReservation implements store.Survey.
func (s survey) EachReservation(ctx context.Context, do func(rows.Reservation) error, _ func(rows.Damage)) error {
	return each(func(last *rows.Reservation) ([]rows.Reservation, error) {
		after := ""
		if last != nil {
			after = last.Key
		}
		return s.ReservationsBehind(ctx, "", after, surveyed)
	}, do)
}

// EachEvent implements store.Survey.
func (s survey) EachEvent(ctx context.Context, do func(rows.LoggedEvent) error, _ func(rows.Damage)) error {
	return each(func(last *rows.LoggedEvent) ([]rows.LoggedEvent, error) {
		q := rows.EventQuery{Limit: surveyed}
		if last != nil {
			q.Before = last.ID
		}
		return s.Events(ctx, q)
	}, do)
}

// EachDelivery implements store.Survey.
func (survey) EachDelivery(context.Context, func(rows.Delivery) error, func(rows.Damage)) error {
	return nil
}

// EachActivity implements store.Survey.
func (survey) EachActivity(context.Context, func(customers.Activity) error, func(rows.Damage)) error {
	return nil
}

// EachFile implements store.Survey.
func (s survey) EachFile(ctx context.Context, do func(rows.StoredFile) error) error {
	return each(func(last *rows.StoredFile) ([]rows.StoredFile, error) {
		var after rows.StoredFile
		if last != nil {
			after = *last
		}
		return s.DocumentsBehind(ctx, after, surveyed)
	}, do)
}

// EachCount implements store.Survey.
func (survey) EachCount(context.Context, func(store.Count) error) error { return nil }

// Integrity implements store.Survey.
func (survey) Integrity(context.Context) error { return nil }

// Close implements store.Survey.
func (survey) Close() error { return nil }
