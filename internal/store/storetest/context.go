package storetest

import (
	"context"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/keys"
	"tenantry/tenancy"
)

// call is one method of the port, called on an env in a known state.
type call struct {
	name string
	do   func(ctx context.Context, e *env, c *customers.Customer) error
}

func calls() []call {
	return []call{
		{"Get", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.Get(ctx, c.Ref())
			return err
		}},
		{"GetAnywhere", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.GetAnywhere(ctx, c.ID)
			return err
		}},
		{"FirstInactive", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.FirstInactive(ctx, c.Tenant, []tenancy.ID{c.ID})
			return err
		}},
		{"Root", func(ctx context.Context, e *env, _ *customers.Customer) error {
			_, err := e.store.Root(ctx)
			return err
		}},
		{"Insert", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.Insert(ctx, Child(c, Seed(1<<30)))
		}},
		{"Replace", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.Replace(ctx, rename(c), c.Version)
		}},
		{"Erase", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.Erase(ctx, Tombstone(c), c.Version)
		}},
		{"List", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.List(ctx, rows.Query{Tenant: c.Tenant, Under: c.Parent, Limit: 10, Count: true, Order: rows.Order{By: rows.ByCreated}})
			return err
		}},
		{"Walk", func(ctx context.Context, e *env, _ *customers.Customer) error {
			_, err := e.store.Scan(ctx, tenancy.ID{}, 10)
			return err
		}},
		{"Holding", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.CustomerWithPart(ctx, c.Tenant, c.ID)
			return err
		}},
		{"PutDocument", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.PutDocument(ctx, c.Ref(), c.ID, []byte("x"))
		}},
		{"Document", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.Document(ctx, c.Ref(), c.ID)
			return err
		}},
		{"ResealDocument", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.ResealDocument(ctx, c.Ref(), c.ID, []byte("x"))
		}},
		{"RemoveDocument", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.RemoveDocument(ctx, c.Ref(), c.ID)
		}},
		{"RemoveDocuments", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.RemoveDocuments(ctx, c.Ref())
		}},
		{"Tally", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.CountByStatus(ctx, c.Tenant, c.Parent)
			return err
		}},
		{"CountTraits", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.CountTraits(ctx, rows.CountQuery{Tenant: c.Tenant, Under: c.Parent, Traits: []rows.Trait{{}}})
			return err
		}},
		{"CountChildren", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.CountChildren(ctx, []tenancy.Ref{{Tenant: c.Tenant, ID: c.Parent}})
			return err
		}},
		{"WaitingDocuments", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.WaitingDocuments(ctx, rows.WaitingQuery{Tenant: c.Tenant, Under: c.Parent, Limit: 1})
			return err
		}},
		{"DueReviews", func(ctx context.Context, e *env, _ *customers.Customer) error {
			_, err := e.store.DueReviews(ctx, opened, 10)
			return err
		}},
		{"DueDrops", func(ctx context.Context, e *env, _ *customers.Customer) error {
			_, err := e.store.DueDrops(ctx, rows.Position{}, 10)
			return err
		}},
		{"DuePlans", func(ctx context.Context, e *env, _ *customers.Customer) error {
			_, err := e.store.DuePlans(ctx, opened, 10)
			return err
		}},
		{"NoteKeyUse", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.NoteKeyUse(ctx, customers.KeyUse{Customer: c.Ref(), At: notes(1e6)})
		}},
		{"TagKeys", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.TagKeys(ctx, c.Ref(), []keys.Tagged{{Number: 1, Kind: keys.Secret, Tag: []byte("canceled")}})
		}},
		{"Reserve", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, _, err := e.store.Reserve(ctx, e.claim("canceled", c, 2))
			return err
		}},
		{"ReserveAll", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, _, err := e.store.ReserveAll(ctx, []rows.Reservation{e.claim("canceled", c, 2), e.claim("canceled too", c, 2)})
			return err
		}},
		{"GetTogether", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, _, err := e.store.GetTogether(ctx, c.Ref(), []tenancy.ID{c.Parent})
			return err
		}},
		{"Holder", func(ctx context.Context, e *env, _ *customers.Customer) error {
			_, err := e.store.ReservationHolder(ctx, "held")
			return err
		}},
		{"Swap", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.CompareAndSwap(ctx, e.claim("held", c, 1), e.claim("held", c, 2))
			return err
		}},
		{"Release", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.Release(ctx, e.claim("held", c, 1))
		}},
		{"SweepClaims", func(ctx context.Context, e *env, _ *customers.Customer) error {
			_, err := e.store.SweepReservations(ctx, opened.AddDate(9, 0, 0))
			return err
		}},
		{"Outboxes", func(ctx context.Context, e *env, _ *customers.Customer) error {
			_, err := e.store.Outboxes(ctx, tenancy.AllSlots, 10)
			return err
		}},
		{"GetAll", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.GetAll(ctx, []tenancy.Ref{c.Ref()})
			return err
		}},
		{"AddEvent", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.AddEvent(ctx, c.Ref(), event(77))
			return err
		}},
		{"Relay", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.Relay(ctx, rows.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox})
		}},
		{"Events", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.Events(ctx, rows.EventQuery{Customer: c.Ref(), Limit: 10})
			return err
		}},
		{"ThinEvents", func(ctx context.Context, e *env, _ *customers.Customer) error {
			_, err := e.store.ThinEvents(ctx, opened.AddDate(9, 0, 0), 10)
			return err
		}},
		{"AddDeliveries", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.AddDeliveries(ctx, []rows.Delivery{delivery(c, 1)})
		}},
		{"DueEndpoints", func(ctx context.Context, e *env, _ *customers.Customer) error {
			_, err := e.store.DueEndpoints(ctx, rows.DueQuery{At: opened, Of: tenancy.AllSlots, Each: 10, Limit: 10})
			return err
		}},
		{"SettleEndpoint", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.SettleEndpoint(ctx, delivery(c, 1).Endpoint)
		}},
		{"DueDeliveries", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.DueDeliveries(ctx, delivery(c, 1).Endpoint, opened, 10)
			return err
		}},
		{"UpdateDelivery", func(ctx context.Context, e *env, c *customers.Customer) error {
			return e.store.UpdateDelivery(ctx, ended(delivery(c, 1)), 1)
		}},
		{"Deliveries", func(ctx context.Context, e *env, c *customers.Customer) error {
			_, err := e.store.Deliveries(ctx, rows.DeliveryQuery{Tenant: c.Tenant, Limit: 10})
			return err
		}},
		{"PendingDeliveries", func(ctx context.Context, e *env, _ *customers.Customer) error {
			_, err := e.store.PendingDeliveries(ctx, 10)
			return err
		}},
		{"SweepDeliveries", func(ctx context.Context, e *env, _ *customers.Customer) error {
			_, err := e.store.SweepDeliveries(ctx, opened.AddDate(9, 0, 0), 10)
			return err
		}},
		{"Installation", func(ctx context.Context, e *env, _ *customers.Customer) error {
			_, err := e.store.Installation(ctx)
			return err
		}},
		{"SetInstallation", func(ctx context.Context, e *env, _ *customers.Customer) error {
			return e.store.SetInstallation(ctx, e.installed(1))
		}},
		{"Ping", func(ctx context.Context, e *env, _ *customers.Customer) error { return e.store.Ping(ctx) }},
	}
}

func canceling() []guarantee {
	return []guarantee{
		{"a call with a canceled context fails and changes nothing", func(e *env) {
			c := e.child(e.a)
			held := e.taken(e.claim("held", c, 1))
			ctx, cancel := context.WithCancel(e.Context())
			cancel()
			for _, call := range calls() {
				if err := call.do(ctx, e, c); err == nil {
					e.Errorf("%s succeeds", call.name)
				}
				e.stands(c)
			}
			e.held(held)
			e.free("canceled")
			e.logged(c.Ref(), c.Outbox)
			e.nowhere(Child(c, Seed(1<<30)).ID)
		}},
		{"a write canceled half-way is done or not, never half, and done when it says so", func(e *env) {
			c := e.child(e.a)
			for range 20 {
				ctx, cancel := context.WithCancel(e.Context())
				changed := next(c, func(n *customers.Customer) { n.Name, n.Email = "x"+c.Name, "x"+c.Email })
				var err error
				together(2, func(i int) {
					if i == 0 {
						err = e.store.Replace(ctx, changed, c.Version)
						return
					}
					cancel()
				})
				c = e.settled(c, changed, err)
			}
		}},
		{"a time-out ends a call", func(e *env) {
			ctx, cancel := context.WithDeadline(e.Context(), time.Unix(1, 0))
			defer cancel()
			for _, call := range calls() {
				if call.do(ctx, e, e.b) == nil {
					e.Errorf("%s succeeds after its deadline", call.name)
				}
			}
			e.stands(e.b)
		}},
	}
}

// settled brings a write of unknown outcome to its end as services do, by writing it
// again, and returns the record that then stands.
func (e *env) settled(before, after *customers.Customer, err error) *customers.Customer {
	e.Helper()
	got := e.get(after.Ref())
	if err == nil || got.Version == after.Version {
		if diff := Diff(after, got); diff != "" {
			e.Fatalf("the write answered %v and left something else (-want +got):\n%s", err, diff)
		}
		e.lists(e.a, rows.Filter{Name: after.Name}, after)
		return after
	}
	if diff := Diff(before, got); diff != "" {
		e.Fatalf("the canceled write left something else (-want +got):\n%s", diff)
	}
	err = e.store.Replace(e.Context(), after, before.Version)
	if err != nil {
		e.lost(err, rows.ErrStale) // it was under way still
	}
	e.stands(after)
	return after
}
