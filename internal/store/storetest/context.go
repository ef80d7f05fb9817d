package storetest

import (
	"context"
	"time"

	"tenantry/customers"
	"tenantry/tenancy"
)

// call is one method of the port, called on a house in a known state.
type call struct {
	name string
	do   func(ctx context.Context, h *house, c *customers.Customer) error
}

func calls() []call {
	return []call{
		{"Get", func(ctx context.Context, h *house, c *customers.Customer) error {
			_, err := h.store.Get(ctx, c.Ref())
			return err
		}},
		{"GetAnywhere", func(ctx context.Context, h *house, c *customers.Customer) error {
			_, err := h.store.GetAnywhere(ctx, c.ID)
			return err
		}},
		{"Root", func(ctx context.Context, h *house, _ *customers.Customer) error {
			_, err := h.store.Root(ctx)
			return err
		}},
		{"Insert", func(ctx context.Context, h *house, c *customers.Customer) error {
			return h.store.Insert(ctx, Child(c, Seed(1<<30)))
		}},
		{"Replace", func(ctx context.Context, h *house, c *customers.Customer) error {
			return h.store.Replace(ctx, rename(c), c.Version)
		}},
		{"Erase", func(ctx context.Context, h *house, c *customers.Customer) error {
			return h.store.Erase(ctx, Tombstone(c), c.Version)
		}},
		{"List", func(ctx context.Context, h *house, c *customers.Customer) error {
			_, err := h.store.List(ctx, customers.Query{Tenant: c.Tenant, Under: c.Parent, Limit: 10, Count: true, Order: customers.Order{By: customers.ByCreated}})
			return err
		}},
		{"Walk", func(ctx context.Context, h *house, _ *customers.Customer) error {
			_, err := h.store.Walk(ctx, tenancy.ID{}, 10)
			return err
		}},
		{"Holding", func(ctx context.Context, h *house, c *customers.Customer) error {
			_, err := h.store.Holding(ctx, c.Tenant, c.ID)
			return err
		}},
		{"PutDocument", func(ctx context.Context, h *house, c *customers.Customer) error {
			return h.store.PutDocument(ctx, c.Ref(), c.ID, []byte("x"))
		}},
		{"Document", func(ctx context.Context, h *house, c *customers.Customer) error {
			_, err := h.store.Document(ctx, c.Ref(), c.ID)
			return err
		}},
		{"ResealDocument", func(ctx context.Context, h *house, c *customers.Customer) error {
			return h.store.ResealDocument(ctx, c.Ref(), c.ID, []byte("x"))
		}},
		{"RemoveDocument", func(ctx context.Context, h *house, c *customers.Customer) error {
			return h.store.RemoveDocument(ctx, c.Ref(), c.ID)
		}},
		{"RemoveDocuments", func(ctx context.Context, h *house, c *customers.Customer) error {
			return h.store.RemoveDocuments(ctx, c.Ref())
		}},
		{"Tally", func(ctx context.Context, h *house, c *customers.Customer) error {
			_, err := h.store.Tally(ctx, c.Tenant, c.Parent)
			return err
		}},
		{"DueReviews", func(ctx context.Context, h *house, _ *customers.Customer) error {
			_, err := h.store.DueReviews(ctx, opened, 10)
			return err
		}},
		{"NoteKeyUse", func(ctx context.Context, h *house, c *customers.Customer) error {
			return h.store.NoteKeyUse(ctx, c.Ref(), notes(1e6))
		}},
		{"Reserve", func(ctx context.Context, h *house, c *customers.Customer) error {
			_, _, err := h.store.Reserve(ctx, h.claim("canceled", c, 2))
			return err
		}},
		{"Holder", func(ctx context.Context, h *house, _ *customers.Customer) error {
			_, err := h.store.Holder(ctx, "standing")
			return err
		}},
		{"Swap", func(ctx context.Context, h *house, c *customers.Customer) error {
			_, err := h.store.Swap(ctx, h.claim("standing", c, 1), h.claim("standing", c, 2))
			return err
		}},
		{"Release", func(ctx context.Context, h *house, c *customers.Customer) error {
			return h.store.Release(ctx, h.claim("standing", c, 1))
		}},
		{"SweepClaims", func(ctx context.Context, h *house, _ *customers.Customer) error {
			_, err := h.store.SweepClaims(ctx, opened.AddDate(9, 0, 0))
			return err
		}},
		{"Outboxes", func(ctx context.Context, h *house, _ *customers.Customer) error {
			_, err := h.store.Outboxes(ctx, 10)
			return err
		}},
		{"Relay", func(ctx context.Context, h *house, c *customers.Customer) error {
			return h.store.Relay(ctx, customers.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox})
		}},
		{"Events", func(ctx context.Context, h *house, c *customers.Customer) error {
			_, err := h.store.Events(ctx, customers.EventQuery{Customer: c.Ref(), Limit: 10})
			return err
		}},
		{"ThinEvents", func(ctx context.Context, h *house, _ *customers.Customer) error {
			_, err := h.store.ThinEvents(ctx, opened.AddDate(9, 0, 0), 10)
			return err
		}},
		{"AddDeliveries", func(ctx context.Context, h *house, c *customers.Customer) error {
			return h.store.AddDeliveries(ctx, []customers.Delivery{delivery(c, 1)})
		}},
		{"DueEndpoints", func(ctx context.Context, h *house, _ *customers.Customer) error {
			_, err := h.store.DueEndpoints(ctx, opened, 10)
			return err
		}},
		{"DueDeliveries", func(ctx context.Context, h *house, c *customers.Customer) error {
			_, err := h.store.DueDeliveries(ctx, delivery(c, 1).Endpoint, opened, 10)
			return err
		}},
		{"UpdateDelivery", func(ctx context.Context, h *house, c *customers.Customer) error {
			return h.store.UpdateDelivery(ctx, ended(delivery(c, 1)), 1)
		}},
		{"Deliveries", func(ctx context.Context, h *house, c *customers.Customer) error {
			_, err := h.store.Deliveries(ctx, customers.DeliveryQuery{Tenant: c.Tenant, Limit: 10})
			return err
		}},
		{"SweepDeliveries", func(ctx context.Context, h *house, _ *customers.Customer) error {
			_, err := h.store.SweepDeliveries(ctx, opened.AddDate(9, 0, 0), 10)
			return err
		}},
		{"Ping", func(ctx context.Context, h *house, _ *customers.Customer) error { return h.store.Ping(ctx) }},
	}
}

func canceling() []guarantee {
	return []guarantee{
		{"a call with a canceled context fails and changes nothing", func(h *house) {
			c := h.child(h.a)
			standing := h.taken(h.claim("standing", c, 1))
			ctx, cancel := context.WithCancel(h.Context())
			cancel()
			for _, call := range calls() {
				if err := call.do(ctx, h, c); err == nil {
					h.Errorf("%s succeeds", call.name)
				}
				h.stands(c)
			}
			h.held(standing)
			h.free("canceled")
			h.logged(c.Ref(), nil)
			h.nowhere(Child(c, Seed(1<<30)).ID)
		}},
		{"a write canceled half-way is done or not, never half, and done when it says so", func(h *house) {
			c := h.child(h.a)
			for range 20 {
				ctx, cancel := context.WithCancel(h.Context())
				changed := next(c, func(n *customers.Customer) { n.Name, n.Email = "x"+c.Name, "x"+c.Email })
				var err error
				together(2, func(i int) {
					if i == 0 {
						err = h.store.Replace(ctx, changed, c.Version)
						return
					}
					cancel()
				})
				c = h.settled(c, changed, err)
			}
		}},
		{"a time-out ends a call", func(h *house) {
			ctx, cancel := context.WithDeadline(h.Context(), time.Unix(1, 0))
			defer cancel()
			for _, call := range calls() {
				if call.do(ctx, h, h.b) == nil {
					h.Errorf("%s succeeds after its deadline", call.name)
				}
			}
			h.stands(h.b)
		}},
	}
}

// settled brings a write of unknown outcome to its end as services do, by writing
// it again, and gives what then stands.
func (h *house) settled(before, after *customers.Customer, err error) *customers.Customer {
	h.Helper()
	got := h.get(after.Ref())
	if err == nil || got.Version == after.Version {
		if diff := Diff(after, got); diff != "" {
			h.Fatalf("the write answered %v and left something else (-want +got):\n%s", err, diff)
		}
		h.lists(h.a, customers.Filter{Name: after.Name}, after)
		return after
	}
	if diff := Diff(before, got); diff != "" {
		h.Fatalf("the canceled write left something else (-want +got):\n%s", diff)
	}
	err = h.store.Replace(h.Context(), after, before.Version)
	if err != nil {
		h.lost(err, customers.ErrStale) // it was under way still
	}
	h.stands(after)
	return after
}
