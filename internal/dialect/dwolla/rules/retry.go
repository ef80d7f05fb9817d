package rules

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/customers/view"
	"tenantry/internal/dialect/dwolla/status"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// RetryInput is the native form of the data of a second review: all that the
// customer's type requires, tax numbers in whole.
type RetryInput struct {
	Email                  patch.Field[string]          `json:"email"`
	Contact                patch.Field[RetryContact]    `json:"contact"`
	Address                patch.Field[RetryAddress]    `json:"address"`
	LegalEntity            patch.Field[RetryEntity]     `json:"legalEntity"`
	BusinessType           patch.Field[string]          `json:"businessType"`
	BusinessClassification patch.Field[string]          `json:"businessClassification"`
	Controller             patch.Field[ControllerInput] `json:"controller"`
}

// RetryContact is the person of a second review.
type RetryContact struct {
	FirstName   patch.Field[string]      `json:"firstName"`
	LastName    patch.Field[string]      `json:"lastName"`
	Phone       patch.Field[string]      `json:"phone"`
	DateOfBirth patch.Field[secret.Text] `json:"dateOfBirth"`
}

// RetryAddress is the address of a second review, in the US.
type RetryAddress struct {
	Street1    patch.Field[string] `json:"street1"`
	Street2    patch.Field[string] `json:"street2"`
	City       patch.Field[string] `json:"city"`
	State      patch.Field[string] `json:"state"`
	PostalCode patch.Field[string] `json:"postalCode"`
}

// RetryEntity is the legal entity of a second review.
type RetryEntity struct {
	PersonalTaxID patch.Field[secret.Text] `json:"personalTaxId"`
	BusinessTaxID patch.Field[secret.Text] `json:"businessTaxId"`
	BusinessName  patch.Field[string]      `json:"businessName"`
}

// RetryIdentity is the last review that a customer in retry gets: with all its
// identity data anew and the whole tax number. It returns what Amend returns.
func (s *Service) RetryIdentity(ctx context.Context, caller tenancy.Caller, id string, in RetryInput) (view.IdentityView, error) {
	at := registry.At{ID: id, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	show := func(c *customers.Customer) (view.IdentityView, error) {
		return view.ShowIdentity(&c.Identity, caller.Actor.Ancestors()), nil
	}
	return registry.Shown(ctx, show, func(ctx context.Context) (*customers.Customer, error) {
		return s.update(ctx, caller, at, func(d *registry.Draft) error { return s.retry(d, in.customer()) })
	})
}

func (in RetryInput) customer() *CustomerInput {
	contact, address, entity := in.Contact.Value, in.Address.Value, in.LegalEntity.Value
	return &CustomerInput{
		Email: in.Email, FirstName: contact.FirstName, LastName: contact.LastName, Phone: contact.Phone, DateOfBirth: contact.DateOfBirth,
		Street1: address.Street1, Street2: address.Street2, City: address.City, State: address.State, PostalCode: address.PostalCode,
		SSN: entity.PersonalTaxID, EIN: entity.BusinessTaxID, BusinessName: entity.BusinessName,
		BusinessType: in.BusinessType, BusinessClassification: in.BusinessClassification, Controller: in.Controller,
	}
}

// retry reviews all identity data anew. The judgment cannot be retry again.
func (s *Service) retry(d *registry.Draft, in *CustomerInput) error {
	now, as := status.Of(d.Before), status.EnrollmentTypeOf(d.Before)
	if now != status.Retry || d.Before.Identity.Status == reviews.IdentityPending {
		return notInState(now)
	}
	if in.Type.Set && typeOf(d, in) != as && !d.Faults.Has("type") {
		immutable(d, "type")
	}
	apply(d, in, as, anew)
	mirror(d)
	if d.Sound() {
		s.identity.Start(d, reviews.TriggerRetry, false)
		d.Event = "identity.retried"
	}
	return nil
}

// mirror copies to the owner of a legal entity that is reviewed by its plan what was
// sent anew: the review looks there.
func mirror(d *registry.Draft) {
	if d.Customer.Apart() || d.Customer.LegalEntity == nil || d.Customer.Contact == nil {
		return
	}
	next := *d.Customer.LegalEntity
	if next.PersonalContact != nil {
		owner := *next.PersonalContact
		owner.FirstName, owner.LastName, owner.DateOfBirth = d.Customer.Contact.FirstName, d.Customer.Contact.LastName, d.Customer.Contact.DateOfBirth
		next.PersonalContact = fields.KeepStamps(d, next.PersonalContact, &owner)
	}
	if next.BusinessAddress != nil && d.Customer.Address != nil {
		place := *d.Customer.Address
		next.BusinessAddress = fields.KeepStamps(d, next.BusinessAddress, &place)
	}
	d.Customer.LegalEntity = &next
}
