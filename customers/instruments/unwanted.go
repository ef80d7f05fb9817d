package instruments

import (
	"tenantry/customers/fields"
	"tenantry/internal/fault"
)

// besideToken returns Invalid for what a token stands for already.
func besideToken(in fields.BankInput) error {
	var faults fault.List
	fields.Unwanted(&faults, fault.BadValue, "the token stands for the account; leave this field out", in.Account()...)
	return faults.Err()
}

// besideToken returns Invalid for what a token stands for already.
func (in CardInput) besideToken() error {
	var faults fault.List
	fields.Unwanted(&faults, fault.BadValue, "the token stands for the card; leave this field out",
		fields.Sent{Path: "expirationMonth", There: in.ExpirationMonth.Set}, fields.Sent{Path: "expirationYear", There: in.ExpirationYear.Set})
	return faults.Err()
}
