package rules

import "tenantry/customers"

// The legal forms of a business as it was enrolled.
const (
	SoleProprietorship = "soleProprietorship"
	FormLLC            = "llc"
	FormCorporation    = "corporation"
	FormPartnership    = "partnership"
)

// businessForm is the legal form, as enrolled; empty when it was not said.
func businessForm(c *customers.Customer) string {
	if c.Enrollment == nil {
		return ""
	}
	return c.Enrollment.BusinessType
}
