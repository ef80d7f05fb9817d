package lifecycle

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// PayerInput is what a client sends to create or to change a payer (PayStand API
// reference, payer): the members of a customer that say who it is.
type PayerInput struct {
	Name        patch.Field[string]              `json:"name"`  // required
	Email       patch.Field[string]              `json:"email"` // required
	Description patch.Field[string]              `json:"description"`
	ExternalID  patch.Field[string]              `json:"externalId"`
	Status      patch.Field[string]              `json:"status"` // change only, from above only
	Address     patch.Field[fields.AddressInput] `json:"address"`
	Contact     patch.Field[fields.ContactInput] `json:"contact"`
	Meta        patch.Field[patch.Raw]           `json:"meta"`

	// Attempt, when not zero, is the id that an idempotent attempt reserved for a new one.
	Attempt tenancy.ID `json:"-"`
	// PayerID names the payer to change; IfVersions, unless nil, demand that it is in one
	// of them (If-Match).
	PayerID    string  `json:"-"`
	IfVersions []int64 `json:"-"`
	// Reading holds the faults found by reading the request; nil for none.
	Reading error `json:"-"`

	ID          patch.ReadOnly `json:"id"`
	Object      patch.ReadOnly `json:"object"`
	OwnerID     patch.ReadOnly `json:"ownerId"`
	Created     patch.ReadOnly `json:"created"`
	LastUpdated patch.ReadOnly `json:"lastUpdated"`
}

// input returns the same as the input of a customer.
func (in PayerInput) input() fields.Input {
	return fields.Input{
		Name: in.Name, Email: in.Email, Description: in.Description, ExternalID: in.ExternalID, Status: in.Status,
		Address: in.Address, Contact: in.Contact, Meta: in.Meta, Reading: in.Reading,
	}
}

// CreatePayer makes a child of the caller's subject on the plan of payers, without keys.
// It returns the errors of Create, and Invalid if the subject may not hand that plan out.
func (s *Service) CreatePayer(ctx context.Context, caller tenancy.Caller, in PayerInput) (*customers.Customer, error) {
	made := registry.NewCustomer{
		ID: in.Attempt, PlanKey: s.payerPlan, Need: tenancy.Need{Scope: tenancy.CustomersWrite},
		Keep: registry.Keeps(ctx, func(c registry.Created) (*customers.Customer, error) { return c.Customer, nil }),
	}
	created, err := s.registry.Insert(ctx, caller, made, func(d *registry.Draft) error {
		s.fill(d, in.input())
		return nil
	})
	return created.Customer, err
}

// Payer returns a customer on the plan of payers. It returns NotFound for any other and
// for one out of reach, and Forbidden insufficientScope.
func (s *Service) Payer(ctx context.Context, caller tenancy.Caller, id string) (*customers.Customer, error) {
	c, err := s.Get(ctx, caller, id)
	if err == nil {
		err = s.onlyPayers(c)
	}
	return c, err
}

// Payers returns a page of the children of the caller's subject that are on the plan of
// payers. It returns the errors of List.
func (s *Service) Payers(ctx context.Context, caller tenancy.Caller, in ListInput) (Listing, error) {
	in.Filter.PlanKey, in.Deep = s.payerPlan, false
	return s.List(ctx, caller, in)
}

// UpdatePayer changes a customer on the plan of payers. It returns the errors of Update,
// and NotFound for a customer on another plan.
func (s *Service) UpdatePayer(ctx context.Context, caller tenancy.Caller, in PayerInput) (*customers.Customer, error) {
	return s.change(ctx, caller, UpdateInput{Input: in.input(), CustomerID: in.PayerID, IfVersions: in.IfVersions}, s.onlyPayers)
}

// onlyPayers returns NotFound for a customer that is not on the plan of payers.
func (s *Service) onlyPayers(c *customers.Customer) error {
	if c.PlanKey != s.payerPlan {
		return fault.NotFoundError()
	}
	return nil
}
