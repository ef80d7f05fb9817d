package registry

import (
	"context"
	"fmt"
	"math"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// ImportedCustomer is a customer that another store had: with its id, its version, its
// keys and the count of its events, in its place below Parent.
type ImportedCustomer struct {
	Customer *customers.Customer
	// Parent is the customer above; nil for the operator of an empty store.
	Parent *customers.Customer
	// Planned notes what lists know of its plan anew, because it has another one here.
	Planned bool
	// Whole says that the installation moves as it is: quotas and receivers of events that
	// were accepted before count as accepted.
	Whole bool
	// Tried makes it a try that changes nothing: Import returns what it would refuse after
	// the customers that were tried before.
	Tried *Tried
	// Turn, unless nil, is called before the customer takes its unique values and its place
	// in rooms, and waits for the customers before it that may want the same.
	Turn func(ctx context.Context, values []string, rooms []rows.Room) error
}

// maxImportedBanks is the most banks of a customer.
const maxImportedBanks = 50

// Import is Insert for a customer that exists elsewhere: it makes neither keys nor events,
// and asks nothing of what a customer must have when it is new. It returns Invalid with
// every fault of the record, Forbidden (depth, quotaExceeded), Conflict for an id or a
// unique value that is taken.
func Import(ctx context.Context, s *Registry, caller tenancy.Caller, in ImportedCustomer) error {
	d := &Draft{registry: s, Caller: caller, Now: s.Now(), Parent: in.Parent, Customer: in.Customer}
	if in.Parent != nil {
		if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.Full}, in.Parent); err != nil {
			return err
		}
		if len(in.Parent.Path)+2 > s.maxDepth {
			return fault.New(fault.Forbidden, fault.CodePlan, fmt.Sprintf("customers can be nested at most %d deep, and its parent is at the last level; import it below a customer further up", s.maxDepth))
		}
	}
	s.sound(d, in)
	if err := d.Err(); err != nil {
		return err
	}
	if in.Planned {
		s.view.NotePlan(d.Customer, d.Now)
	}
	if in.Tried != nil {
		return s.try(ctx, caller, d, in.Tried)
	}
	rooms, err := s.rooms(ctx, caller, d.Customer.Tenant, d.Customer.Path)
	if err != nil {
		return err
	}
	for i := range rooms {
		if in.Whole { // it is counted, and not bounded
			rooms[i].Room.Most = math.MaxInt64
		}
	}
	if in.Turn != nil {
		if err := in.Turn(ctx, UniqueKeys(d.Customer, d.Parent), rows.Rooms(rooms)); err != nil {
			return err
		}
	}
	_, err = s.insert(ctx, &insertion{registry: s, draft: d, in: NewCustomer{Root: in.Parent == nil}, rooms: rooms})
	return err
}

// sound adds a fault for everything that no record of a customer may be.
func (s *Registry) sound(d *Draft, in ImportedCustomer) {
	c := d.Customer
	wrong := func(path, text string) { d.Faults.Add(path, fault.BadValue, text) }
	ref, path := tenancy.Ref{Tenant: c.ID, ID: c.ID}, []tenancy.ID{}
	above := tenancy.ID{}
	if in.Parent != nil {
		ref, path = tenancy.Under(in.Parent, c.ID)
		above = in.Parent.ID
		if _, known := s.catalog.Get(c.PlanKey); !known {
			wrong("planKey", fmt.Sprintf("there is no plan %q here", c.PlanKey))
		}
	}
	switch {
	case c.ID.IsZero() || c.Ref() != ref || c.Parent != above || !slices.Equal(c.Path, path):
		wrong("path", "it must lead to the customer above")
	case c.Deleted != nil:
		wrong("deleted", "an erased customer cannot be imported")
	}
	if !slices.Contains([]customers.Status{customers.StatusCreated, customers.StatusActive, customers.StatusDisabled, customers.StatusLocked}, c.Status) {
		wrong("status", "must be created, active, disabled or locked")
	}
	if c.Version < 1 || c.AuditCount < 0 || c.EventCount < c.AuditCount || c.ActivityCount < 0 {
		wrong("version", "the numbers of writes, events and activities do not fit together")
	}
	if c.Created.IsZero() {
		wrong("created", "must be given: every customer was created at some time")
	}
	if len(c.Banks) > maxImportedBanks {
		wrong("banks", fmt.Sprintf("at most %d", maxImportedBanks))
	}
	s.soundParts(d, wrong)
	if !in.Whole {
		s.settingsRules.Validate(c.Settings, "settings", &d.Faults)
		s.settingsRules.Validate(c.DefaultSettings, "defaultSettings", &d.Faults)
	}
}

// soundParts is sound for what is nested in the record.
func (s *Registry) soundParts(d *Draft, wrong func(path, text string)) {
	c := d.Customer
	met := map[tenancy.ID]bool{}
	once := func(id tenancy.ID, path string) {
		if id.IsZero() || met[id] {
			wrong(path, "each needs an id of its own")
		}
		met[id] = true
	}
	for i := range c.Banks {
		once(c.Banks[i].ID, "banks")
	}
	for i := range c.Cards {
		once(c.Cards[i].ID, "cards")
	}
	for i := range c.Documents {
		once(c.Documents[i].ID, "documents")
	}
	for i := range c.Webhooks {
		once(c.Webhooks[i].ID, "endpoints")
	}
	if c.LegalEntity != nil {
		for i := range c.LegalEntity.AdditionalOwners {
			once(c.LegalEntity.AdditionalOwners[i].ID, "legalEntity.additionalOwners")
		}
	}
	for i := range c.Users {
		once(c.Users[i].ID, "users")
		if role := c.Users[i].Role; c.Users[i].Username == "" || role != customers.RoleAdmin && role != customers.RoleClerk {
			wrong("users", "each needs a username and a role: admin or clerk")
		}
	}
	numbers := map[int32]bool{}
	for _, entry := range c.Keys {
		if entry.Number < 1 || entry.Number > c.KeyCount || numbers[entry.Number] {
			wrong("keys", "each needs a number of its own, up to keyCount")
		}
		if entry.Mode != s.mode && entry.Live(d.Now) {
			wrong("keys", "a key of another mode than this installation's would never work")
		}
		numbers[entry.Number] = true
	}
}
