package lifecycle

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/internal/fault"
	"tenantry/internal/jsonobj"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// mergedObjects are the objects that a change merges; all others it replaces as a whole.
var mergedObjects = []string{"address", "contact", "legalEntity", "merchant", "settings", "defaultSettings", "meta"}

// UpdateInput is the input of Update.
type UpdateInput struct {
	fields.Input
	CustomerID string `json:"-"`
	// Sent is the object that Input was read from: what of it equals the representation of
	// the customer is no change. Nil makes a change of all that Input has.
	Sent patch.Raw `json:"-"`
	// IfVersions, unless nil, demand that the customer is in one of them (If-Match).
	IfVersions []int64 `json:"-"`
	// Piecewise merges the contact of the legal entity member by member too.
	Piecewise bool `json:"-"`
}

// Update changes a customer: members that are sent merge, null clears. Plan,
// status and policies are set from above only. It returns NotFound, Forbidden
// (scope, insufficientResourceAccess, customerLocked), PreconditionFailed,
// Invalid with every failing field and Conflict duplicateValue.
func (s *Service) Update(ctx context.Context, caller tenancy.Caller, in UpdateInput) (*customers.Customer, error) {
	return s.change(ctx, caller, in, func(*customers.Customer) error { return nil })
}

// change is Update of a customer that admit accepts.
func (s *Service) change(ctx context.Context, caller tenancy.Caller, in UpdateInput, admit func(*customers.Customer) error) (*customers.Customer, error) {
	need := in.need()
	at := registry.At{ID: in.CustomerID, Need: tenancy.Need{Scope: need}, IfVersions: in.IfVersions}
	return registry.ChangeTo(ctx, s.registry, caller, at, customers.EventUpdated, func(d *registry.Draft) error {
		if err := admit(d.Before); err != nil {
			return err
		}
		return s.apply(d, in, need)
	}, registry.Itself)
}

// apply applies the input of a change, for which need is the permission.
func (s *Service) apply(d *registry.Draft, in UpdateInput, need tenancy.Scope) error {
	changes := s.changes(d, in)
	if s.setsFromAbove(changes, d.Before) {
		if err := tenancy.Authorize(d.Caller, tenancy.Need{Scope: need, FromAbove: true}, d.Before); err != nil {
			return err
		}
	}
	s.update(d, changes, fields.Rules{Piecewise: in.Piecewise})
	return nil
}

// changes returns the input without what was sent as it is shown.
func (s *Service) changes(d *registry.Draft, in UpdateInput) fields.Input {
	if in.Sent == nil {
		return in.Input
	}
	shown, err := s.view.View(d.Caller, d.Before)
	if err != nil {
		return in.Input // What cannot be shown was not; a damaged value is repaired by sending it.
	}
	changed, err := jsonobj.Changed(in.Sent, shown, mergedObjects...)
	if err != nil {
		return in.Input
	}
	var next fields.Input
	next.Reading = patch.Decode(changed, &next)
	return next
}

// need returns the permission that the change takes.
func (in UpdateInput) need() tenancy.Scope {
	if in.onlyStatus() {
		return tenancy.CustomersStatus
	}
	return tenancy.CustomersWrite
}

// onlyStatus reports whether nothing but the status was sent.
func (in UpdateInput) onlyStatus() bool {
	rest := in.Input
	rest.Status = patch.Field[string]{}
	return in.Status.Set && reflect.DeepEqual(rest, fields.Input{})
}

// setsFromAbove reports whether the input changes what only a customer above c may set;
// clearing all settings clears the policies among them. A value that c has already is no
// change.
func (s *Service) setsFromAbove(in fields.Input, c *customers.Customer) bool {
	differs := func(field patch.Field[string], current ...string) bool {
		return field.Set && !slices.Contains(current, field.Value)
	}
	return differs(in.PlanKey, c.PlanKey) || differs(in.PlanName, c.PlanKey, s.view.Plan(c).Name) ||
		differs(in.Status, string(c.Status)) ||
		(in.Settings.Given() && in.Settings.Value.Customers.Set) ||
		(in.Settings.Null && c.Settings != nil && c.Settings.Customers != nil)
}

func (s *Service) update(d *registry.Draft, in fields.Input, rules fields.Rules) {
	fields.Unwanted(&d.Faults, fault.Immutable, "can be sent only when a customer is created; add users with POST …/users",
		fields.Sent{Path: "username", There: in.Username.Set && !shownUsername(d.Customer, in.Username)}, fields.Sent{Path: "password", There: in.Password.Set})
	if in.DefaultBank.Null && fields.HasDefault(d) {
		d.Faults.Add("defaultBank", fault.BadValue, "make another bank the default instead, or make this one inactive")
	}
	fields.Apply(d, in, registry.Stored(d.Caller.Actor), rules)
	fields.FollowName(d, in.Contact)
	fields.Defaults(d, in)
	applyStatus(d, in)
	s.identity.Review(d, reviews.TriggerUpdate)
}

// shownUsername reports whether a username is the one that answers show, which clients
// send back with the rest.
func shownUsername(c *customers.Customer, field patch.Field[string]) bool {
	return field.Given() && len(c.Users) > 0 && field.Value == c.Users[0].Username
}

// applyStatus applies a change of status from above: a platform switches active and
// disabled; locking and unlocking are the operator's.
func applyStatus(d *registry.Draft, in fields.Input) {
	if !in.Status.Set {
		return
	}
	next := string(d.Customer.Status)
	fields.Choice(d, in.Status, &next, "status", string(customers.StatusCreated), string(customers.StatusActive), string(customers.StatusDisabled), string(customers.StatusLocked))
	if in.Status.Null {
		fields.Missing(d, "status")
		return
	}
	was := d.Customer.Status
	d.Customer.Status = customers.Status(next)
	switch {
	case d.Customer.Status == was:
		return
	case d.Customer.Status == customers.StatusCreated:
		d.Faults.AddValue("status", fault.BadValue, next, fmt.Sprintf("a customer that is %s cannot become created again", was))
	case d.Customer.Status == customers.StatusLocked && !tenancy.IsOperator(d.Caller.Actor):
		d.Faults.AddValue("status", fault.BadValue, next, "only the operator locks a customer; use disabled")
	}
	d.Event = "customer.status_changed"
}
