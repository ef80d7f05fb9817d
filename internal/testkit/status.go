package testkit

import (
	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/lifecycle"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Account is a bank that can be added.
const Account = `{"routingNumber":"110000000","accountNumber":"000123456789"}`

// RefusesWork demands that the platform is refused to add to a customer of its.
func (h *Env) RefusesWork(shop Party, code fault.Code) {
	h.T.Helper()
	caller, bank := h.As(h.Cove, shop.ID), UnknownID
	if banks := h.Record(shop.ID).Banks; len(banks) > 0 {
		bank = banks[0].ID.String()
		_, err := h.Svc.Instruments.StartDrops(h.T.Context(), caller, "", bank)
		Refused(h.T, err, fault.Forbidden, code)
		_, err = h.Svc.Instruments.ConfirmDrops(h.T.Context(), caller, "", bank, Input[instruments.ConfirmDropsInput](h.T, `{"amounts":["32","45"]}`))
		Refused(h.T, err, fault.Forbidden, code)
	}
	_, err := h.Svc.Instruments.AddBank(h.T.Context(), caller, "", Input[fields.BankInput](h.T, Account))
	Refused(h.T, err, fault.Forbidden, code)
	_, err = h.Svc.Lifecycle.Create(h.T.Context(), caller, Input[lifecycle.CreateInput](h.T, `{"name":"C","email":"c@example.com","planKey":"payer"}`))
	Refused(h.T, err, fault.Forbidden, code)
}

// Attempt is tryUpdate for its error alone.
func (h *Env) Attempt(caller tenancy.Caller, id, body string) error {
	h.T.Helper()
	_, err := h.TryUpdate(caller, id, body)
	return err
}

func Second[T any](_ T, err error) error { return err }
