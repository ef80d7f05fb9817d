package transfer

import (
	"maps"
	"slices"

	"tenantry/customers"
	"tenantry/tenancy"
)

// losses counts what an export leaves out.
type losses struct {
	values    map[string]int64
	customers map[string]int64
	// erased are the erased customers of whom there are events, and ofErased counts these.
	erased   map[tenancy.ID]bool
	ofErased int64
}

func (l *losses) add(what string, values int64) {
	if values == 0 {
		return
	}
	if l.values == nil {
		l.values, l.customers = map[string]int64{}, map[string]int64{}
	}
	l.values[what] += values
	l.customers[what]++
}

func (l *losses) list() (list []Loss) {
	for _, what := range slices.Sorted(maps.Keys(l.values)) {
		list = append(list, Loss{What: what, Values: l.values[what], Customers: l.customers[what]})
	}
	if len(l.erased) > 0 {
		list = append(list, Loss{What: eventsOfErased, Values: l.ofErased, Customers: int64(len(l.erased)), Why: whyErased})
	}
	return list
}

// What is said of erased customers: of each at least the event of its erasure is in the log.
const (
	eventsOfErased = "events of erased customers"
	whyErased      = "what is left of erased customers stays in the store that erased them; keep a backup of it for as long as you must keep the trail"
)

// ofErasedCustomer counts an event of a customer that was erased.
func (l *losses) ofErasedCustomer(id tenancy.ID) {
	if l.erased == nil {
		l.erased = map[tenancy.ID]bool{}
	}
	l.ofErased++
	l.erased[id] = true
}

// withoutSealed returns a copy of a customer that has nothing sealed: a bank without its
// number, a webhook without its secret and a document without its bytes would be broken
// ones, so these leave too.
func (l *losses) withoutSealed(c *customers.Customer) *customers.Customer {
	kinds := map[string]int64{}
	next := c.EachSealed(func(_ tenancy.ID, kind string, value *customers.Sealed) *customers.Sealed {
		kinds[kind]++
		return value
	})
	kinds[customers.FieldDocument] = int64(len(c.Documents))
	for kind, values := range kinds {
		l.add(kind, values)
	}
	next.Device, next.KeyUseFrom = nil, nil
	next.Banks, next.SourceBank, next.Webhooks, next.Documents = nil, tenancy.ID{}, nil, nil
	if next.Contact != nil {
		next.Contact.DateOfBirth = nil
	}
	if m := next.Merchant; m != nil {
		m.BankID = tenancy.ID{}
		if m.PersonalContact != nil {
			m.PersonalContact.DateOfBirth = nil
		}
	}
	if e := next.LegalEntity; e != nil {
		e.BusinessTaxID, e.PersonalTaxID = nil, nil
		if e.PersonalContact != nil {
			e.PersonalContact.DateOfBirth = nil
		}
		for i := range e.AdditionalOwners {
			owner := &e.AdditionalOwners[i]
			owner.PersonalTaxID, owner.Passport = nil, nil
			if owner.Contact != nil {
				owner.Contact.DateOfBirth = nil
			}
		}
	}
	if next.Enrollment != nil && next.Enrollment.Controller != nil {
		controller := next.Enrollment.Controller
		controller.DateOfBirth, controller.PersonalTaxID, controller.Passport = nil, nil, nil
	}
	return next
}
