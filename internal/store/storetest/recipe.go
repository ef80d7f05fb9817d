package storetest

import (
	"encoding/binary"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/tenancy"
)

// Option changes how Child makes a customer.
type Option func(*recipe)

type recipe struct {
	seed    uint64
	at      time.Time
	trim    func(*customers.Customer) *customers.Customer
	changes []func(*customers.Customer)
}

// Seed distinguishes two children of one parent; equal seeds make equal customers. The
// default is 0.
func Seed(seed uint64) Option { return func(r *recipe) { r.seed = seed } }

// At sets when the customer was created, cut to milliseconds. The default is a minute
// after its parent.
func At(at time.Time) Option { return func(r *recipe) { r.at = at } }

// Bare leaves out everything that no list shows or filters by, events too, for tests of
// many rows.
func Bare() Option { return func(r *recipe) { r.trim = bare } }

// Typical fills the customer as a platform's import usually does, about 2 KB
// encoded where a fully filled one has 8, for measurements.
func Typical() Option { return func(r *recipe) { r.trim = typical } }

// With changes the finished customer; several run in the order given.
func With(change func(*customers.Customer)) Option {
	return func(r *recipe) { r.changes = append(r.changes, change) }
}

// Operator returns the root customer of an installation started at the given time: equal
// for equal times, fully filled, at version 1.
func Operator(at time.Time) *customers.Customer {
	m := newMaker(tenancy.ID{}, 0, at)
	c := m.customer("operator")
	c.Tenant = c.ID
	return c
}

// Child returns a customer below parent as Insert takes it: fully filled, at version 1,
// with one event in its outbox. A child of the operator starts a tenant. The result
// depends on the parent's id and the options alone.
func Child(parent *customers.Customer, options ...Option) *customers.Customer {
	r := recipe{at: parent.Created.Add(time.Minute)}
	for _, option := range options {
		option(&r)
	}
	m := newMaker(parent.ID, r.seed, r.at)
	plan := "merchant"
	if tenancy.IsOperator(parent) {
		plan = "platform"
	}
	c := m.customer(plan)
	if r.trim != nil {
		c = r.trim(c)
	}
	ref, path := tenancy.Under(parent, c.ID)
	c.Tenant, c.Parent, c.Path = ref.Tenant, parent.ID, path
	for _, change := range r.changes {
		change(c)
	}
	return c
}

// Tombstone returns what Erase writes over c: the successor of its version, without
// anything personal, with one more event in its outbox.
func Tombstone(c *customers.Customer) *customers.Customer {
	m := newMaker(c.ID, uint64(c.Version), c.LastUpdated.Add(time.Hour))
	return &customers.Customer{
		ID: c.ID, Tenant: c.Tenant, Parent: c.Parent, Path: c.Path,
		Version: c.Version + 1, Created: c.Created, LastUpdated: m.at, Deleted: &m.at,
		Status: customers.StatusDisabled, PlanKey: c.PlanKey,
		Identity: reviews.Identity{Status: reviews.IdentityNone},
		Outbox:   append(append([]customers.Event{}, c.Outbox...), m.event("customer.deleted")),

		EventCount: c.EventCount + 1, AuditCount: c.AuditCount,
	}
}

// bare returns what lists show and filter by of c.
func bare(c *customers.Customer) *customers.Customer {
	return &customers.Customer{
		ID: c.ID, Version: c.Version, Created: c.Created, LastUpdated: c.LastUpdated, Status: c.Status,
		PlanKey: c.PlanKey, Name: c.Name, Email: c.Email, MerchantKey: c.MerchantKey, ExternalID: c.ExternalID,
		Identity: reviews.Identity{Status: reviews.IdentityNone},
	}
}

// typical returns what most customers have of c.
func typical(c *customers.Customer) *customers.Customer {
	t := bare(c)
	t.Description, t.Address, t.Contact, t.Meta = c.Description, c.Address, c.Contact, c.Meta
	t.LegalEntity = &customers.LegalEntity{
		EntityType: c.LegalEntity.EntityType, BusinessName: c.LegalEntity.BusinessName,
		BusinessTaxID: c.LegalEntity.BusinessTaxID, BusinessAddress: c.LegalEntity.BusinessAddress,
	}
	t.Banks, t.Keys, t.KeyCount = c.Banks[:1], c.Keys[:1], 1
	t.Identity.Status = reviews.IdentityVerified
	return t
}

// seedOf returns the 32 bytes that decide everything about a customer but its place and
// time.
func seedOf(parent tenancy.ID, seed uint64) (bytes [32]byte) {
	copy(bytes[:], parent[:])
	binary.BigEndian.PutUint64(bytes[len(parent):], seed)
	return bytes
}
