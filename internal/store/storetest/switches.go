package storetest

import (
	"tenantry/customers"
	"tenantry/tenancy"
)

func switching() []guarantee {
	return []guarantee{
		{"the first of the ids that is switched off is named, from the write on, until it is switched on", func(e *env) {
			one, two := e.child(e.a), e.child(e.a)
			ids := []tenancy.ID{one.ID, two.ID}
			e.firstInactive(e.a.ID, ids, customers.StatusActive)
			two = e.switched(two, customers.StatusLocked)
			e.firstInactive(e.a.ID, ids, customers.StatusLocked)
			one = e.switched(one, customers.StatusDisabled)
			e.firstInactive(e.a.ID, ids, customers.StatusDisabled)
			e.firstInactive(e.a.ID, []tenancy.ID{two.ID, one.ID}, customers.StatusLocked)
			one = e.switched(one, customers.StatusCreated)
			e.firstInactive(e.a.ID, ids, customers.StatusCreated)
			e.switched(one, customers.StatusActive)
			e.switched(two, customers.StatusActive)
			e.firstInactive(e.a.ID, ids, customers.StatusActive)
		}},
		{"a customer made switched off is, and one that was erased is not", func(e *env) {
			off := e.child(e.a, With(func(c *customers.Customer) { c.Status = customers.StatusDisabled }))
			e.firstInactive(e.a.ID, []tenancy.ID{off.ID}, customers.StatusDisabled)
			e.erase(off)
			e.firstInactive(e.a.ID, []tenancy.ID{off.ID}, customers.StatusActive)
		}},
		{"ids of another tenant, missing ones and none are not switched off", func(e *env) {
			theirs := e.switched(e.child(e.b), customers.StatusDisabled)
			e.firstInactive(e.b.ID, []tenancy.ID{theirs.ID}, customers.StatusDisabled)
			for _, stranger := range e.strangers(theirs) {
				e.firstInactive(stranger.Tenant, []tenancy.ID{theirs.ID, e.missing(), {}}, customers.StatusActive)
			}
			e.firstInactive(e.b.ID, nil, customers.StatusActive)
		}},
	}
}

// firstInactive ends the test unless the store names that status.
func (e *env) firstInactive(tenant tenancy.ID, ids []tenancy.ID, want customers.Status) {
	e.Helper()
	got, err := e.store.FirstInactive(e.Context(), tenant, ids)
	e.must(err, "asking who is switched off")
	if got != want {
		e.Fatalf("the first that is not active is %q, want %q", got, want)
	}
}

// switched writes c with another status and returns it.
func (e *env) switched(c *customers.Customer, status customers.Status) *customers.Customer {
	e.Helper()
	n := next(c, func(n *customers.Customer) { n.Status = status })
	e.must(e.store.Replace(e.Context(), n, c.Version), "switching")
	return n
}
