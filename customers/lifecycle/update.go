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
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// UpdateInput is the input of Update.
type UpdateInput struct {
	fields.Input
	CustomerID string `json:"-"`
	// IfVersions, unless nil, demand that the customer is in one of them (If-Match).
	IfVersions []int64 `json:"-"`
	// Keep, unless nil, returns the answer that the write keeps.
	Keep registry.Keep `json:"-"`
}

// Update changes a customer: members that are sent merge, null clears. Plan,
// status and policies are set from above only. It returns NotFound, Forbidden
// (scope, insufficientResourceAccess, customerLocked), PreconditionFailed,
// Invalid with every failing field and Conflict duplicateValue.
func (s *Service) Update(ctx context.Context, caller tenancy.Caller, in UpdateInput) (*customers.Customer, error) {
	need := tenancy.CustomersWrite
	if in.onlyStatus() {
		need = tenancy.CustomersStatus
	}
	at := registry.At{ID: in.CustomerID, Need: tenancy.Need{Scope: need}, IfVersions: in.IfVersions, Keep: in.Keep}
	return s.registry.Change(ctx, caller, at, customers.EventUpdated, func(d *registry.Draft) error {
		if s.setsFromAbove(in.Input, d.Before) {
			if err := tenancy.Authorize(caller, tenancy.Need{Scope: need, FromAbove: true}, d.Before); err != nil {
				return err
			}
		}
		s.update(d, in.Input)
		return nil
	})
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

func (s *Service) update(d *registry.Draft, in fields.Input) {
	fields.Unwanted(&d.Faults, fault.Immutable, "can be sent only when a customer is created; add users with POST …/users",
		fields.Sent{Path: "username", There: in.Username.Set}, fields.Sent{Path: "password", There: in.Password.Set})
	if in.DefaultBank.Null && fields.HasDefault(d) {
		d.Faults.Add("defaultBank", fault.BadValue, "make another bank the default instead, or make this one inactive")
	}
	fields.Apply(d, in, registry.Stored(d.Caller.Actor), fields.Rules{})
	fields.Defaults(d, in)
	applyStatus(d, in)
	s.identity.Review(d, reviews.TriggerUpdate)
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
