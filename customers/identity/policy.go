package identity

import (
	"tenantry/customers"
	"tenantry/plans"
)

// ReviewPolicy names the rules by which a customer is reviewed. It is derived from the
// record.
type ReviewPolicy string

// The review policies.
const (
	// ReviewByPlan reviews what the customer's plan requires.
	ReviewByPlan ReviewPolicy = "plan"
	// ReviewBasic reviews name, date of birth and postal code.
	ReviewBasic ReviewPolicy = "basic"
	// ReviewScreening reviews a person or a business whatever its plan.
	ReviewScreening ReviewPolicy = "screening"
	// ReviewEnrollment reviews what the type requires that a customer was enrolled as.
	ReviewEnrollment ReviewPolicy = "enrolment"
)

// Policy says when a customer is reviewed, and on what.
type Policy interface {
	// Applies reports whether the customer is reviewed as it stands.
	Applies(c *customers.Customer) bool
	// Lacking returns in a sentence why the data do not suffice; empty when they do.
	Lacking(c *customers.Customer) string
	// Same reports whether a review would see the same in both.
	Same(before, after *customers.Customer) bool
	// Describe completes what a provider sees: the subject holds names, the root
	// contact and address, and the tax numbers.
	Describe(c *customers.Customer, subject *Subject, open Opener)
}

// DataTakenAway is the reason with which an earlier judgment ends.
const DataTakenAway = "data that the last review relied on was removed"

// policyOf returns the policy of a customer.
func (s *Service) policyOf(c *customers.Customer) Policy {
	return s.policies[s.reviewPolicyOf(c)]
}

func (s *Service) reviewPolicyOf(c *customers.Customer) ReviewPolicy {
	_, underwritten := s.view.Plan(c).Underwriting()
	switch {
	case c.EnrollmentType != "":
		return ReviewEnrollment
	case c.PartyType != "":
		return ReviewScreening
	case !underwritten && c.Identity.Basic:
		return ReviewBasic
	default:
		return ReviewByPlan
	}
}

// PlanPolicy reviews the parts of the legal entity that the plan requires.
type PlanPolicy struct{ reviews *Service }

// Applies reports whether the plan requires a review.
func (p PlanPolicy) Applies(c *customers.Customer) bool {
	_, wanted := p.reviews.view.Plan(c).Underwriting()
	return wanted
}

// Lacking returns why the data that the plan requires are incomplete, or the empty text.
func (p PlanPolicy) Lacking(c *customers.Customer) string {
	if plans.Lacks(p.reviews.view.Plan(c), p.reviews.view.Facts(c)) != "" {
		return DataTakenAway
	}
	return ""
}

// Same reports whether legal name, tax numbers, date of birth and addresses are the same in
// both. What else is corrected starts no review.
func (PlanPolicy) Same(before, after *customers.Customer) bool {
	was, is := before.LegalEntity, after.LegalEntity
	if was == nil || is == nil {
		return was == is
	}
	return was.BusinessName == is.BusinessName && was.BusinessTaxID == is.BusinessTaxID && was.PersonalTaxID == is.PersonalTaxID &&
		was.BusinessAddress == is.BusinessAddress && was.PersonalAddress == is.PersonalAddress && samePerson(was.PersonalContact, is.PersonalContact)
}

// samePerson reports whether names and date of birth are the same in both.
func samePerson(a, b *customers.Contact) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.FirstName == b.FirstName && a.LastName == b.LastName && a.DateOfBirth == b.DateOfBirth
}

// Describe adds the address and the person of the legal entity to the subject.
func (PlanPolicy) Describe(c *customers.Customer, subject *Subject, open Opener) {
	entity := c.LegalEntity
	if entity == nil {
		return
	}
	if entity.BusinessAddress != nil {
		subject.Address = entity.BusinessAddress
	}
	subject.Person(entity.PersonalContact, open)
}

// SameLegalIdentity reports whether name, e-mail address and legal entity are the same
// in both, as far as a review looks at them.
func SameLegalIdentity(a, b *customers.Customer) bool {
	la, lb := a.LegalEntity, b.LegalEntity
	if a.Name != b.Name || a.Email != b.Email || (la == nil) != (lb == nil) {
		return false
	}
	return la == nil || (la.EntityType == lb.EntityType && la.BusinessName == lb.BusinessName &&
		la.BusinessTaxID == lb.BusinessTaxID && la.PersonalTaxID == lb.PersonalTaxID &&
		la.BusinessAddress == lb.BusinessAddress && la.PersonalAddress == lb.PersonalAddress &&
		la.PersonalContact == lb.PersonalContact)
}
