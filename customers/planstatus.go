package customers

import (
	"tenantry/internal/fault"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/tenancy"
)

// PlanStatus tells which features of its plan a customer has and what is still
// missing for the others. It is a pure function of plan and customer.
func (s *Service) PlanStatus(c *Customer) plans.Status {
	return plans.Evaluate(s.planOf(c), s.factsOf(c))
}

// planOf gives the customer's plan. A plan that was taken out of the
// configuration leaves its customers with a plan of that key without features.
func (s *Service) planOf(c *Customer) plans.Plan {
	if plan, ok := s.catalog.Get(c.PlanKey); ok {
		return plan
	}
	return plans.Plan{Key: c.PlanKey, Name: c.PlanKey}
}

func (s *Service) factsOf(c *Customer) plans.Facts {
	facts := plans.Facts{
		CustomerStatus: string(c.Status), Identity: string(c.Identity.Status),
		Given: c.given, Bank: bankState(c), Sandbox: s.mode == keys.Test,
	}
	if c.LegalEntity != nil {
		facts.EntityType = c.LegalEntity.EntityType
	}
	return facts
}

func bankState(c *Customer) plans.BankState {
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

// given tells whether the field at a native path has a value, or needs none; the
// paths are those that plans can require.
func (c *Customer) given(path string) bool {
	entity, merchant := c.LegalEntity, c.Merchant
	if entity == nil {
		entity = &LegalEntity{}
	}
	if merchant == nil {
		merchant = &Merchant{}
	}
	person := entity.PersonalContact
	if person == nil {
		person = &Contact{}
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
		return merchant.MerchantCategoryCode != "" || c.withoutCategories()
	default:
		return false
	}
}

// withoutCategories tells whether the business is in a country that has no merchant
// category codes (PayStand API reference, merchant object: Mexico).
func (c *Customer) withoutCategories() bool {
	place := c.Address
	if entity := c.LegalEntity; entity != nil && entity.BusinessAddress != nil {
		place = entity.BusinessAddress
	}
	return place != nil && place.Country == mexico
}

// Plans lists the plans that the caller's subject may hand out. It returns
// Forbidden insufficientScope.
func (s *Service) Plans(caller tenancy.Caller) ([]PlanView, error) {
	if err := tenancy.AuthorizeScope(caller, tenancy.Read); err != nil {
		return nil, err
	}
	list := []PlanView{}
	for _, plan := range s.catalog.AvailableTo(stored(caller.Subject).PlanKey) {
		view := PlanView{Key: plan.Key, Object: "plan", Name: plan.Name, Features: plan.Features, Requires: plan.Requires}
		if view.Features == nil {
			view.Features = []plans.Feature{}
		}
		if view.Requires == nil {
			view.Requires = []plans.Verification{}
		}
		list = append(list, view)
	}
	return list, nil
}

// plan applies planKey or its deprecated twin planName, which may hold a key or a
// name. Only a plan that the giver may hand out is accepted, in the same words as
// for one that does not exist.
func (d *draft) plan(in Input, giver *Customer) {
	if !in.PlanKey.Set && !in.PlanName.Set {
		if d.c.PlanKey == "" {
			d.missing("planKey")
		}
		return
	}
	field, value := "planKey", in.PlanKey.Value
	if !in.PlanKey.Set {
		field, value = "planName", in.PlanName.Value
	}
	if value == "" {
		d.missing(field)
		return
	}
	plan, ok := d.s.catalog.Get(value)
	if !ok && field == "planName" {
		plan, ok = d.s.catalog.ByName(value)
	}
	if ok && plan.Key == d.c.PlanKey {
		d.agree(in, plan)
		return
	}
	if !ok || !d.s.catalog.MayHandOut(giver.PlanKey, plan.Key) {
		d.faults.AddValue(field, fault.BadValue, value, "is not a plan that you can hand out; GET /v3/plans lists those")
		return
	}
	d.agree(in, plan)
	d.c.PlanKey = plan.Key
}

// agree notes a planName that contradicts planKey.
func (d *draft) agree(in Input, plan plans.Plan) {
	if in.PlanKey.Given() && in.PlanName.Given() && in.PlanName.Value != plan.Name && in.PlanName.Value != plan.Key {
		d.faults.AddValue("planName", fault.BadValue, in.PlanName.Value, "contradicts planKey; send planKey alone")
	}
}
