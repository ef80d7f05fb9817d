package view

import (
	"tenantry/customers"
	"tenantry/internal/check"
	"tenantry/keys"
	"tenantry/plans"
)

// PlanStatus returns the features of its plan that a customer has, and what the others
// still lack. It is a pure function of plan and customer.
func (s *Presenter) PlanStatus(c *customers.Customer) plans.Status {
	return plans.Evaluate(s.Plan(c), s.Facts(c))
}

// Plan returns the customer's plan. When the configuration no longer has it, that is a
// plan of the same key without features.
func (s *Presenter) Plan(c *customers.Customer) plans.Plan {
	if plan, ok := s.catalog.Get(c.PlanKey); ok {
		return plan
	}
	return plans.Plan{Key: c.PlanKey, Name: c.PlanKey}
}

// Facts returns what a plan is evaluated on.
func (s *Presenter) Facts(c *customers.Customer) plans.Facts {
	facts := plans.Facts{
		CustomerStatus: string(c.Status), Identity: string(c.Identity.Status),
		Given: func(path string) bool { return Given(c, path) }, Bank: bankState(c), Sandbox: s.mode == keys.Test,
	}
	if c.LegalEntity != nil {
		facts.EntityType = c.LegalEntity.EntityType
	}
	return facts
}

func bankState(c *customers.Customer) plans.BankState {
	best := plans.BankNone
	for i := range c.Banks {
		bank := &c.Banks[i]
		state := plans.BankAdded
		switch {
		case !bank.Active:
			continue
		case bank.Verified:
			state = plans.BankVerified
		case bank.Drops != nil:
			state = plans.BankDropped
		}
		best = max(best, state)
	}
	return best
}

// Given reports whether the field at a native path has a value, or needs none; the paths
// are those that plans can require.
func Given(c *customers.Customer, path string) bool {
	entity, merchant := c.LegalEntity, c.Merchant
	if entity == nil {
		entity = &customers.LegalEntity{}
	}
	if merchant == nil {
		merchant = &customers.Merchant{}
	}
	person := entity.PersonalContact
	if person == nil {
		person = &customers.Contact{}
	}
	switch path {
	case "legalEntity.entityType":
		return entity.EntityType != ""
	case "legalEntity.businessName":
		return entity.BusinessName != ""
	case "legalEntity.businessTaxId":
		return entity.BusinessTaxID != nil
	case "legalEntity.personalTaxId":
		return entity.PersonalTaxID != nil
	case "legalEntity.businessAddress":
		return entity.BusinessAddress != nil
	case "legalEntity.businessSalesVolume":
		return entity.BusinessSalesVolume != ""
	case "legalEntity.yearsInBusiness":
		return entity.YearsInBusiness != ""
	case "legalEntity.personalContact.firstName":
		return person.FirstName != ""
	case "legalEntity.personalContact.lastName":
		return person.LastName != ""
	case "legalEntity.personalContact.email":
		return person.Email != ""
	case "legalEntity.personalContact.dateOfBirth":
		return person.DateOfBirth != nil
	case "merchant.businessName":
		return merchant.BusinessName != ""
	case "merchant.businessUrl":
		return merchant.BusinessURL != ""
	case "merchant.statementDescriptor":
		return merchant.StatementDescriptor != ""
	case "merchant.merchantCategoryCode":
		return merchant.MerchantCategoryCode != "" || withoutCategories(c)
	default:
		return false
	}
}

// withoutCategories reports whether the business is in a country without merchant
// category codes (PayStand API reference, merchant object: Mexico).
func withoutCategories(c *customers.Customer) bool {
	place := c.Address
	if entity := c.LegalEntity; entity != nil && entity.BusinessAddress != nil {
		place = entity.BusinessAddress
	}
	return place != nil && place.Country == check.Mexico
}
