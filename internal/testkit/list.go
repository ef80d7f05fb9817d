package testkit

import (
	cryptorand "crypto/rand"
	"time"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/tenancy"
)

// Row inserts a bare child into the store: lists need many, and a key pair for
// each would take long.
func (h *Env) Row(parent Party, name string, change ...func(*customers.Customer)) string {
	h.T.Helper()
	above := h.Record(parent.ID)
	id, err := tenancy.NewID(h.Clock.Now(), cryptorand.Reader)
	Must(h.T, err)
	ref, path := tenancy.Under(above, id)
	now := h.Clock.Now().UTC().Truncate(time.Millisecond)
	c := &customers.Customer{
		ID: id, Tenant: ref.Tenant, Parent: above.ID, Path: path, Version: 1, Created: now, LastUpdated: now,
		Status: customers.StatusActive, PlanKey: "payer", Name: name, Email: "row@example.com",
		Identity: customers.Identity{Status: customers.IdentityNone},
	}
	for _, act := range change {
		act(c)
	}
	Must(h.T, h.Store.Insert(h.T.Context(), c))
	return id.String()
}

func (h *Env) List(p Party, in lifecycle.ListInput) lifecycle.Listing {
	h.T.Helper()
	listing, err := h.Svc.Lifecycle.List(h.T.Context(), h.As(p), in)
	Must(h.T, err)
	return listing
}

func Names(listing lifecycle.Listing) []string {
	list := []string{}
	for _, c := range listing.Customers {
		list = append(list, c.Name)
	}
	return list
}
