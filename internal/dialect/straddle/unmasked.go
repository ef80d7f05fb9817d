package straddle

import (
	"net/http"

	"tenantry/customers"
	"tenantry/internal/check"
	"tenantry/internal/dialect"
)

// unmasked reads a customer with its sensitive values. The vendor's operation takes
// no reason, so the audit trail keeps the client's trace id as one.
func (f *Face) unmasked(x *dialect.Exchange) (customers.Answer, error) {
	found, id, err := f.find(x)
	if err != nil {
		return customers.Answer{}, err
	}
	reason := "read unmasked through the Straddle API"
	if trace := f.Echoes(x.Request)[headerRequest]; trace != "" {
		reason += ", request " + trace
	}
	view, err := f.service.Unmasked(x, x.Caller, customers.UnmaskInput{CustomerID: id, Reason: reason})
	if err != nil {
		return customers.Answer{}, err
	}
	return f.object(x, http.StatusOK, show(found, plainOf(view)))
}

func plainOf(view customers.View) (p plain) {
	if view.Contact != nil {
		p.dob = view.Contact.DateOfBirth
	}
	if view.LegalEntity != nil {
		p.ssn = check.FormatSSN(view.LegalEntity.PersonalTaxID)
		p.ein = check.FormatEIN(view.LegalEntity.BusinessTaxID)
	}
	if view.Device != nil {
		p.ipAddress = view.Device.IPAddress
	}
	return p
}
