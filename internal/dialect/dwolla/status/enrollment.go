package status

import (
	"tenantry/customers"
	"tenantry/customers/reviews"
)

// EnrollmentTypeOf returns the type that the customer was enrolled as. For a
// customer made otherwise it is business or personal: business by the effective party
// type, personal once a review has run, and unverified until then.
func EnrollmentTypeOf(c *customers.Customer) customers.EnrollmentType {
	switch {
	case c.EnrollmentType != "":
		return c.EnrollmentType
	case c.EffectivePartyType() == customers.PartyBusiness:
		return customers.EnrollmentBusiness
	case c.Identity.Status != reviews.IdentityNone:
		return customers.EnrollmentPersonal
	default:
		return customers.EnrollmentUnverified
	}
}
