package memory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// AddDeliveries stores new deliveries.
func (s *Store) AddDeliveries(ctx context.Context, list []rows.Delivery) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	for _, d := range list {
		if _, there := s.deliveries[d.ID]; !there {
			s.deliveries[d.ID] = apart(d)
		}
	}
	return nil
}

// DueEndpoints returns endpoints with deliveries that are due.
func (s *Store) DueEndpoints(ctx context.Context, q rows.DueQuery) ([]rows.WebhookRef, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	var list []rows.WebhookRef
	for _, d := range s.deliveries {
		if due(d, q.At) && q.Of.Has(d.Endpoint.ID.Slot()) && compareIDs(d.Endpoint.Customer.Tenant, q.After) > 0 && !slices.Contains(list, d.Endpoint) {
			list = append(list, d.Endpoint)
		}
	}
	slices.SortFunc(list, func(x, y rows.WebhookRef) int {
		return cmp.Or(
			compareIDs(x.Customer.Tenant, y.Customer.Tenant), compareIDs(x.Customer.ID, y.Customer.ID), compareIDs(x.ID, y.ID))
	})
	each := make(map[tenancy.ID]int)
	list = slices.DeleteFunc(list, func(r rows.WebhookRef) bool {
		each[r.Customer.Tenant]++
		return each[r.Customer.Tenant] > q.Each
	})
	return list[:min(len(list), q.Limit)], nil
}

// SettleEndpoint does nothing: DueEndpoints looks at the deliveries themselves.
func (s *Store) SettleEndpoint(ctx context.Context, _ rows.WebhookRef) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.enter(ctx)
}

// DueDeliveries reads deliveries of an endpoint that are due.
func (s *Store) DueDeliveries(ctx context.Context, endpoint rows.WebhookRef, at time.Time, limit int) ([]rows.Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	return s.some(limit, func(x, y rows.Delivery) int {
		return cmp.Or(x.Due.Compare(y.Due), compareIDs(x.ID, y.ID))
	}, func(d rows.Delivery) bool { return d.Endpoint == endpoint && due(d, at) }), nil
}

// PendingDeliveries counts pending deliveries.
func (s *Store) PendingDeliveries(ctx context.Context, most int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	n := 0
	for _, d := range s.deliveries {
		if d.State == rows.DeliveryPending {
			n++
		}
	}
	return min(n, most), nil
}

// UpdateDelivery writes a delivery over its record of that version. It returns
// rows.ErrNotFound and rows.ErrStale.
func (s *Store) UpdateDelivery(ctx context.Context, d rows.Delivery, version int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	stored, there := s.deliveries[d.ID]
	switch {
	case !there || stored.Endpoint != d.Endpoint:
		return rows.ErrNotFound
	case stored.Version != version:
		return rows.ErrStale
	case d.Version != version+1:
		return fmt.Errorf("updating a delivery in memory: version %d is not the successor of %d", d.Version, version)
	}
	s.deliveries[d.ID] = apart(d)
	return nil
}

// Deliveries reads one page of deliveries, newest first.
func (s *Store) Deliveries(ctx context.Context, q rows.DeliveryQuery) ([]rows.Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	return s.some(q.Limit, func(x, y rows.Delivery) int { return compareIDs(y.ID, x.ID) }, func(d rows.Delivery) bool {
		return d.Endpoint.Customer.Tenant == q.Tenant && (q.Endpoint == rows.WebhookRef{} || d.Endpoint == q.Endpoint) &&
			(q.Event.IsZero() || d.Event == q.Event) && (q.Before.IsZero() || compareIDs(d.ID, q.Before) < 0)
	}), nil
}

// SweepDeliveries removes deliveries that ended before the given time.
func (s *Store) SweepDeliveries(ctx context.Context, until time.Time, limit int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	swept := 0
	for id, d := range s.deliveries {
		if swept < limit && d.State != rows.DeliveryPending && d.Due.Before(until) {
			delete(s.deliveries, id)
			swept++
		}
	}
	return swept, nil
}

func due(d rows.Delivery, at time.Time) bool {
	return d.State == rows.DeliveryPending && !d.Due.After(at)
}

// some returns the first of the wanted deliveries, in an order. The mutex is held.
func (s *Store) some(limit int, order func(x, y rows.Delivery) int, wanted func(rows.Delivery) bool) []rows.Delivery {
	var list []rows.Delivery
	for _, d := range s.deliveries {
		if wanted(d) {
			list = append(list, apart(d))
		}
	}
	slices.SortFunc(list, order)
	return list[:min(limit, len(list)):min(limit, len(list))]
}

// apart returns a copy of d that shares nothing that may be changed.
func apart(d rows.Delivery) rows.Delivery {
	d.Attempts = slices.Clone(d.Attempts)
	return d
}
