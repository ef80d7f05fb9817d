package view

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
)

// Event returns the JSON of the customer as events show it: masked like answers, without
// dates of birth, and as its record was when it was last written before the moment.
func (s *Presenter) Event(c *customers.Customer, at time.Time) ([]byte, error) {
	view := s.present(c, showing{at: lastKnown(c, at)})
	view.PlanStatus.Requirements = nil // needed says the same, without the prose
	text, err := json.Marshal(view)
	if err != nil {
		return nil, fmt.Errorf("writing the event of customer %s: %w", c.Ref(), err)
	}
	return text, nil
}

// What an event names as held by a customer although its resource shows nothing of it.
const (
	holdsBirth  = "contact.dateOfBirth"
	holdsDevice = "device.ipAddress"
)

// Holdings returns the names of the sealed values of a customer of which events show
// nothing.
func Holdings(c *customers.Customer) (list []string) {
	if c.Contact != nil && c.Contact.DateOfBirth != nil {
		list = append(list, holdsBirth)
	}
	if c.Device != nil {
		list = append(list, holdsDevice)
	}
	return list
}

// Snapshot returns the customer as it was after the event, as far as dialects show
// customers: of sealed values only the last digits are known. It reports false when the
// event holds no copy of a customer, or no longer does.
func Snapshot(e rows.LoggedEvent) (c *customers.Customer, ok bool) {
	var view View
	if json.Unmarshal(e.Resource, &view) != nil || view.Name == "" {
		return nil, false
	}
	c = &customers.Customer{
		ID: e.Customer.ID, Tenant: e.Customer.Tenant, PartyType: view.Kind, Name: view.Name, Email: view.Email,
		PlanKey: view.PlanKey, ExternalID: view.ExternalID, Status: view.Status, Address: addressOf(view.Address),
		Identity: reviews.Identity{Status: reviews.IdentityNone}, Created: time.Time(view.Created), LastUpdated: time.Time(view.LastUpdated),
	}
	c.Meta = append(c.Meta, view.Meta...)
	if view.Identity != nil {
		c.Identity.Status = view.Identity.Status
	}
	if v := view.Contact; v != nil {
		c.Contact = &customers.Contact{FirstName: v.FirstName, LastName: v.LastName, Email: v.Email, Phone: v.Phone}
	}
	if slices.Contains(e.Holds, holdsBirth) && c.Contact != nil {
		c.Contact.DateOfBirth = &customers.Sealed{}
	}
	if slices.Contains(e.Holds, holdsDevice) {
		c.Device = &customers.Device{IPAddress: &customers.Sealed{}}
	}
	if v := view.LegalEntity; v != nil {
		c.LegalEntity = &customers.LegalEntity{
			EntityType: v.EntityType, BusinessName: v.BusinessName,
			BusinessTaxID: heldAs(v.Last4BusinessTaxID), PersonalTaxID: heldAs(v.Last4PersonalTaxID),
		}
		for _, r := range v.Representatives {
			c.LegalEntity.Representatives = append(c.LegalEntity.Representatives, customers.Representative(r))
		}
	}
	if v := view.Merchant; v != nil {
		c.Merchant = &customers.Merchant{BusinessName: v.BusinessName, BusinessURL: v.BusinessURL}
	}
	return c, true
}

func addressOf(v *AddressView) *customers.Address {
	if v == nil {
		return nil
	}
	return &customers.Address{
		Street1: v.Street1, Street2: v.Street2, City: v.City, State: v.State, PostalCode: v.PostalCode, Country: v.Country,
		Created: time.Time(v.Created), LastUpdated: time.Time(v.LastUpdated),
	}
}

// heldAs returns a sealed value of which only the last digits are known, or nil without
// them.
func heldAs(last4 string) *customers.Sealed {
	if last4 == "" {
		return nil
	}
	return &customers.Sealed{Last4: last4}
}
