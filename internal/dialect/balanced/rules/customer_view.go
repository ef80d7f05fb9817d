package rules

import (
	"encoding/json"
	"maps"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// maskText stands for digits that are not shown.
const maskText = "xxxxx"

// Customer returns the flat representation of a customer that a use case returned. It
// returns internal errors only.
func (s *Service) Customer(c *customers.Customer) (Customer, error) {
	p := Customer{
		ID: c.ID, Created: view.Stamp(c.Created), Name: c.Name, Email: c.Email, Address: flat(c.Address), Meta: c.Meta,
		Verified: c.Identity.Status == reviews.IdentityVerified, Source: source(c), Destination: destination(c),
	}
	if contact := c.Contact; contact != nil {
		birth, err := s.view.Open(c, tenancy.ID{}, customers.FieldDateOfBirth, contact.DateOfBirth)
		if err != nil {
			return Customer{}, err
		}
		p.Phone, p.Facebook, p.Twitter, p.BirthMonth = contact.Phone, contact.Facebook, contact.Twitter, monthOf(birth)
	}
	if entity := c.LegalEntity; entity != nil {
		tax, err := s.view.Open(c, tenancy.ID{}, customers.FieldBusinessTaxID, entity.BusinessTaxID)
		if err != nil {
			return Customer{}, err
		}
		p.BusinessName, p.BusinessTax, p.HasTaxID = entity.BusinessName, tax.Reveal(), entity.PersonalTaxID != nil
		if entity.EntityType == customers.EntityISP && entity.BusinessTaxID != nil {
			p.BusinessTax = maskText + entity.BusinessTaxID.Last4
		}
		p.Business = entity.BusinessName != "" && entity.BusinessTaxID != nil
	}
	return p, nil
}

// monthOf returns the month of a date of birth, as YYYY-MM.
func monthOf(birth secret.Text) string {
	text := birth.Reveal()
	return text[:min(len(text), len(check.ISOMonth))]
}

// flat returns the members of an address as flat dialects name them.
func flat(a *customers.Address) map[string]string {
	members := map[string]string{}
	if a == nil {
		return members
	}
	if a.Other != "" {
		_ = json.Unmarshal([]byte(a.Other), &members) // written by us
	}
	country := a.Country
	if meant, _ := check.Country(a.CountryGiven); meant == a.Country && a.CountryGiven != "" {
		country = a.CountryGiven
	}
	maps.Copy(members, map[string]string{
		"line1": a.Street1, "line2": a.Street2, "city": a.City, "state": a.State, "postal_code": a.PostalCode, "country_code": country,
	})
	maps.DeleteFunc(members, func(_, value string) bool { return value == "" })
	return members
}

// source is what the customer is debited by: a bank that was chosen for it, else the
// default card.
func source(c *customers.Customer) *InstrumentName {
	for i := range c.Banks {
		if bank := &c.Banks[i]; bank.Active && !c.SourceBank.IsZero() && bank.ID == c.SourceBank {
			return &InstrumentName{ID: bank.ID, Bank: true}
		}
	}
	for i := range c.Cards {
		if card := &c.Cards[i]; card.Active && card.IsDefault {
			return &InstrumentName{ID: card.ID}
		}
	}
	return nil
}

// destination is where the customer is credited: the default bank.
func destination(c *customers.Customer) *InstrumentName {
	for i := range c.Banks {
		if bank := &c.Banks[i]; bank.Active && bank.IsDefault {
			return &InstrumentName{ID: bank.ID, Bank: true}
		}
	}
	return nil
}
