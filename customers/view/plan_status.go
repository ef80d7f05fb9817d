package view

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/turnover"
	"tenantry/keys"
	"tenantry/plans"
)

// PlanStatus returns the features of its plan that a customer has now, and what the others
// still lack.
func (s *Presenter) PlanStatus(c *customers.Customer) plans.Status {
	return s.PlanStatusAt(c, s.now())
}

// PlanStatusAt is PlanStatus at another moment. It is a pure function of plan, customer
// and moment.
func (s *Presenter) PlanStatusAt(c *customers.Customer, at time.Time) plans.Status {
	return plans.Evaluate(s.Plan(c), s.FactsAt(c, at))
}

// PlanChange returns planStatus as it was last known of the record before and as it is of
// the record after, at a moment, without the texts for people; changed reports whether
// they differ. What only time changed since the record before was written is a change.
func (s *Presenter) PlanChange(before, after *customers.Customer, at time.Time) (was, is plans.Status, changed bool) {
	was = s.PlanStatusAt(before, lastKnown(before, at)).WithoutProse()
	is = s.PlanStatusAt(after, at).WithoutProse()
	was.NextChange, is.NextChange = time.Time{}, time.Time{}
	return was, is, !reflect.DeepEqual(was, is)
}

// NextPlanChange returns the first moment after at, at which planStatus differs if nothing
// but time changes it; zero for never.
func (s *Presenter) NextPlanChange(c *customers.Customer, at time.Time) time.Time {
	now := s.PlanStatusAt(c, at)
	next := now.NextChange
	now.NextChange = time.Time{}
	for !next.IsZero() {
		then := s.PlanStatusAt(c, next)
		after := then.NextChange
		if then.NextChange = (time.Time{}); !reflect.DeepEqual(now, then) {
			return next
		}
		next = after
	}
	return next
}

// NotePlan writes into a record what lists go by of its planStatus at a moment, and when
// that changes next by itself.
func (s *Presenter) NotePlan(c *customers.Customer, at time.Time) {
	now := s.PlanStatusAt(c, at)
	c.PlanStatus, c.PlanNeeded, c.PlanDue = now.Status, nil, nil
	c.ReviewDeadline = reviewDeadline(c, now)
	if len(now.Needed) > 0 {
		c.PlanNeeded = now.Needed
	}
	if next := s.NextPlanChange(c, at); !next.IsZero() {
		c.PlanDue = &next
	}
}

// PlanNoted reports whether a record has what NotePlan would write.
func (s *Presenter) PlanNoted(c *customers.Customer, at time.Time) bool {
	noted := *c
	s.NotePlan(&noted, at)
	return sameMoment(c.PlanDue, noted.PlanDue) && sameMoment(c.ReviewDeadline, noted.ReviewDeadline) &&
		c.PlanStatus == noted.PlanStatus && slices.Equal(c.PlanNeeded, noted.PlanNeeded)
}

func sameMoment(a, b *time.Time) bool { return a == b || a != nil && b != nil && a.Equal(*b) }

// reviewDeadline returns by when the review of a customer should be decided that waits for
// a person, as its planStatus says; nil for none.
func reviewDeadline(c *customers.Customer, status plans.Status) *time.Time {
	if c.Identity.Status != reviews.IdentityReview {
		return nil
	}
	at := slices.IndexFunc(status.Requirements, func(r plans.Requirement) bool { return r.Path == plans.IdentityPath })
	if at < 0 {
		return nil
	}
	deadline, err := time.Parse(time.RFC3339, status.Requirements[at].Deadline)
	if err != nil {
		return nil // it has none
	}
	return &deadline
}

// lastKnown returns a moment not after at, at which planStatus of a stored record is as it
// was when it was written.
func lastKnown(c *customers.Customer, at time.Time) time.Time {
	if c.PlanDue == nil || at.Before(*c.PlanDue) {
		return at
	}
	return c.PlanDue.Add(-time.Millisecond)
}

// Plan returns the customer's plan. When the configuration no longer has it, that is a
// plan of the same key without features.
func (s *Presenter) Plan(c *customers.Customer) plans.Plan { return s.PlanOf(c.PlanKey) }

// PlanOf returns the plan of a key. When the configuration does not have it, that is a plan
// of the same key without features.
func (s *Presenter) PlanOf(key string) plans.Plan {
	if plan, ok := s.catalog.Get(key); ok {
		return plan
	}
	return plans.Plan{Key: key, Name: key}
}

// Facts returns what a plan is evaluated on now.
func (s *Presenter) Facts(c *customers.Customer) plans.Facts { return s.FactsAt(c, s.now()) }

// FactsAt returns what a plan is evaluated on at a moment.
func (s *Presenter) FactsAt(c *customers.Customer, at time.Time) plans.Facts {
	facts := plans.Facts{
		Now: at, Created: c.Created, CustomerStatus: string(c.Status),
		Identity: string(c.Identity.Status), IdentityReason: c.Identity.Reason,
		Given: func(path string) bool { return Given(c, path) }, Sandbox: s.mode == keys.Test,
		Passed: passed(c),
	}
	if until := c.Identity.StandsUntil; until != nil {
		facts.StandsUntil = *until
	}
	facts.Bank, facts.BankFailed = s.bankState(c)
	facts.Evidence, facts.EvidenceReason = evidence(c)
	if c.LegalEntity != nil {
		facts.EntityType = c.LegalEntity.EntityType
	}
	if place := businessPlace(c); place != nil {
		facts.Country = place.Country
	}
	return facts
}

// passed returns the function that reports when the business of a customer passed a
// threshold.
func passed(c *customers.Customer) func(plans.Threshold) (time.Time, bool) {
	if c.Ledger == nil || c.LastActivity == nil {
		return nil
	}
	return func(t plans.Threshold) (time.Time, bool) {
		return c.Ledger.PassedAt(turnover.Threshold(t), c.LastActivity.Created)
	}
}

// bankState returns how far the best bank of a customer has come, and whether there is no
// usable one because wrong amounts were given for it.
func (s *Presenter) bankState(c *customers.Customer) (best plans.BankState, failed bool) {
	for i := range c.Banks {
		bank := &c.Banks[i]
		state := plans.BankAdded
		switch {
		case !bank.Active:
			failed = failed || bank.DropsFailed()
			continue
		case bank.Verified:
			state = plans.BankVerified
		case bank.Drops != nil && (bank.Drops.Sent != nil || s.mode == keys.Test):
			state = plans.BankDropped
		case bank.Drops != nil:
			state = plans.BankUnsent
		}
		best = max(best, state)
	}
	return best, failed && best == plans.BankNone
}

// evidence returns the state of the newest document of the customer itself, and why it was
// refused.
func evidence(c *customers.Customer) (state plans.Evidence, reason string) {
	for i := range c.Documents {
		document := &c.Documents[i]
		if !document.Owner.IsZero() {
			continue
		}
		switch document.Verification {
		case customers.DocumentPending:
			state, reason = plans.EvidencePending, ""
		case customers.DocumentRejected:
			state, reason = plans.EvidenceRejected, strings.Join(document.FailureReasons, ", ")
		default:
			state, reason = plans.NoEvidence, ""
		}
	}
	return state, reason
}

// businessPlace returns where the business is, or else the customer.
func businessPlace(c *customers.Customer) *customers.Address {
	if entity := c.LegalEntity; entity != nil && entity.BusinessAddress != nil {
		return entity.BusinessAddress
	}
	return c.Address
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
		return merchant.MerchantCategoryCode != ""
	case "merchant.productDescription":
		return merchant.ProductDescription != ""
	case "merchant.supportEmail":
		return merchant.SupportEmail != ""
	case "merchant.supportPhone":
		return merchant.SupportPhone != ""
	case "merchant.supportUrl":
		return merchant.SupportURL != ""
	case "legalEntity.personalAddress":
		return entity.PersonalAddress != nil
	case "legalEntity.personalContact.phone":
		return person.Phone != ""
	case "legalEntity.stakePercent":
		return entity.StakePercent != ""
	case "address":
		return c.Address != nil
	case "contact.firstName":
		return c.Contact != nil && c.Contact.FirstName != ""
	case "contact.lastName":
		return c.Contact != nil && c.Contact.LastName != ""
	case "contact.phone":
		return c.Contact != nil && c.Contact.Phone != ""
	case "ownership":
		certified := c.OwnershipStatus()
		return certified == customers.OwnershipCertified || certified == customers.OwnershipExempt
	default:
		return false
	}
}
