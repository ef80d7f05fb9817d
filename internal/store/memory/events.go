package memory

import (
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/tenancy"
)

// Outboxes reads up to limit customers that have events to relay, tombstones too.
func (s *Store) Outboxes(ctx context.Context, limit int) ([]customers.Batch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	var batches []customers.Batch
	for _, c := range s.records {
		if len(batches) == limit {
			break
		}
		if len(c.Outbox) > 0 {
			batches = append(batches, customers.Batch{Customer: c.Ref(), Path: slices.Clone(c.Path), Events: slices.Clone(c.Outbox)})
		}
	}
	return batches, nil
}

// Relay moves the events of a batch from the outbox to the log.
func (s *Store) Relay(ctx context.Context, batch customers.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	relayed := map[tenancy.ID]bool{}
	for _, event := range batch.Events {
		relayed[event.ID] = true
		logged := func(e customers.LoggedEvent) bool { return e.ID == event.ID }
		if !slices.ContainsFunc(s.events[batch.Customer], logged) {
			s.events[batch.Customer] = append(s.events[batch.Customer], customers.LoggedEvent{Event: event, Customer: batch.Customer})
		}
	}
	c := s.records[batch.Customer.ID]
	if c == nil || c.Tenant != batch.Customer.Tenant {
		return nil
	}
	next := *c // the stored record is shared with its readers, so it is never changed
	next.Outbox = nil
	for _, event := range c.Outbox {
		if !relayed[event.ID] {
			next.Outbox = append(next.Outbox, event)
		}
	}
	s.records[c.ID] = &next
	return nil
}

// Events reads one page of a customer's relayed events, newest first.
func (s *Store) Events(ctx context.Context, q customers.EventQuery) ([]customers.LoggedEvent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	var page []customers.LoggedEvent
	behind := q.Before.IsZero()
	for _, event := range slices.Backward(s.events[q.Customer]) {
		if behind && len(page) < q.Limit {
			page = append(page, event)
		}
		behind = behind || event.ID == q.Before
	}
	return page, nil
}
