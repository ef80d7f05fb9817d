package memory

import (
	"context"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Outboxes reads up to limit customers of the slots that have events to relay, tombstones
// too.
func (s *Store) Outboxes(ctx context.Context, of tenancy.Slots, limit int) ([]rows.Batch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	var batches []rows.Batch
	for _, c := range s.records {
		if len(batches) == limit {
			break
		}
		if len(c.Outbox) > 0 && of.Has(c.ID.Slot()) {
			batches = append(batches, rows.Batch{Customer: c.Ref(), Path: slices.Clone(c.Path), Events: slices.Clone(c.Outbox)})
		}
	}
	return batches, nil
}

// AddEvent numbers an event and adds it to the outbox of its customer.
func (s *Store) AddEvent(ctx context.Context, ref tenancy.Ref, event customers.Event) (customers.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return event, err
	}
	c := s.living(ref)
	if c == nil {
		return event, rows.ErrNotFound
	}
	next := *c // the stored record is shared with its readers, so it is never changed
	next.EventCount++
	next.AuditCount++
	event.Number = next.EventCount
	next.Outbox = append(slices.Clone(c.Outbox), event)
	s.records[ref.ID] = &next
	s.follow(c, &next)
	return event, nil
}

// follow brings the log in line with the outbox of a customer that was written over
// another version of it, nil for none. The mutex is held.
func (s *Store) follow(before, c *customers.Customer) {
	if before != nil {
		s.log = slices.DeleteFunc(s.log, func(l logged) bool {
			gone := l.waits && l.event.Customer == c.Ref() && !slices.ContainsFunc(c.Outbox, func(e customers.Event) bool { return e.ID == l.event.ID })
			if gone {
				delete(s.logged, l.event.ID)
			}
			return gone
		})
	}
	for _, event := range c.Outbox {
		s.note(c, event, true)
	}
}

// note writes an event of a customer into the log; one that is there stays as it is,
// unless it waits. The mutex is held.
func (s *Store) note(c *customers.Customer, event customers.Event, waits bool) {
	s.arrived++
	entry := logged{place: s.arrived, event: rows.LoggedEvent{Event: event, Customer: c.Ref()}, within: append(slices.Clone(c.Path), c.ID), waits: waits}
	if !s.logged[event.ID] {
		s.logged[event.ID] = true
		s.log = append(s.log, entry)
		return
	}
	for i := range s.log {
		if s.log[i].event.ID == event.ID && s.log[i].waits {
			entry.place = s.log[i].place
			s.log[i] = entry
		}
	}
}

// Relay removes the events of batches from the outboxes; the log has them by then, or gets
// them.
func (s *Store) Relay(ctx context.Context, batches ...rows.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	for _, batch := range batches {
		s.relay(batch)
	}
	return nil
}

// relay is Relay for one batch. The mutex is held.
func (s *Store) relay(batch rows.Batch) {
	c := s.records[batch.Customer.ID]
	if c == nil || c.Tenant != batch.Customer.Tenant {
		return
	}
	relayed := map[tenancy.ID]bool{}
	for _, event := range batch.Events {
		s.note(c, event, false)
		relayed[event.ID] = true
	}
	next := *c // the stored record is shared with its readers, so it is never changed
	next.Outbox = nil
	for _, event := range c.Outbox {
		if !relayed[event.ID] {
			next.Outbox = append(next.Outbox, event)
		}
	}
	s.records[c.ID] = &next
}

// logged is an event of the log with its customer and all ancestors of the customer.
type logged struct {
	place  int64 // in the order in which events came in
	event  rows.LoggedEvent
	within []tenancy.ID
	// waits says that it is in an outbox too: it is not counted, thinned or purged yet.
	waits bool
}

// Events reads one page of the log, newest first.
func (s *Store) Events(ctx context.Context, q rows.EventQuery) ([]rows.LoggedEvent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	var page []rows.LoggedEvent
	behind := q.Before.IsZero()
	for _, entry := range slices.Backward(s.log) {
		if behind && len(page) < q.Limit && entry.wanted(q) {
			page = append(page, entry.event)
		}
		behind = behind || (entry.event.ID == q.Before && entry.reached(q))
	}
	return page, nil
}

// LastArrival returns the place of the event that came in last.
func (s *Store) LastArrival(ctx context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.arrived, s.enter(ctx)
}

// Arrivals reads events in the order in which they came in.
func (s *Store) Arrivals(ctx context.Context, q rows.EventQuery, after int64) (list []rows.Arrival, upTo int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, after, err
	}
	q.ID = tenancy.ID{}
	for _, entry := range s.log {
		if entry.place <= after || !entry.wanted(q) {
			continue
		}
		list = append(list, rows.Arrival{LoggedEvent: entry.event, Place: entry.place})
		if len(list) == q.Limit {
			return list, entry.place, nil
		}
	}
	return list, max(after, s.arrived), nil
}

// reached reports whether the query may reach the event.
func (l logged) reached(q rows.EventQuery) bool {
	return (q.Customer == tenancy.Ref{} || l.event.Customer == q.Customer) &&
		(q.Tenant.IsZero() || l.event.Customer.Tenant == q.Tenant) &&
		(q.Under.IsZero() || slices.Contains(l.within, q.Under))
}

func (l logged) wanted(q rows.EventQuery) bool {
	return l.reached(q) && q.Selects(l.event.Event)
}

// ThinEvents removes the copy of the resource from old events.
func (s *Store) ThinEvents(ctx context.Context, until time.Time, limit int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	thinned := 0
	for i := range s.log {
		if e := &s.log[i].event; thinned < limit && e.At.Before(until) && e.Resource != nil && !s.log[i].waits {
			e.Resource = nil
			thinned++
		}
	}
	return thinned, nil
}
