package straddle

import (
	"net/http"

	"tenantry/customers/idempotency"
	"tenantry/customers/lifecycle"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/dialect"
)

// unmasked reads a customer with its sensitive values. The vendor's operation takes
// no reason, so the audit trail keeps the client's trace id as one.
func (f *Handler) unmasked(x *dialect.Request) (idempotency.Answer, error) {
	found, id, err := f.find(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	reason := "read unmasked through the Straddle API"
	if trace := f.Echoes(x.Request)[headerRequest]; trace != "" {
		reason += ", request " + trace
	}
	view, err := f.service.Lifecycle.Unmasked(x, x.Caller, lifecycle.UnmaskInput{CustomerID: id, Reason: reason})
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.object(x, http.StatusOK, show(found, plainOf(view)))
}

func plainOf(view view.View) (p plain) {
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
