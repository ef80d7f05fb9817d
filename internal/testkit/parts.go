package testkit

import (
	"strings"

	"tenantry/customers"
	"tenantry/customers/activities"
	"tenantry/customers/evidence"
	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/view"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// holdings are the acts on what a customer has: banks, cards, documents, owners and
// activities.
type holdings struct{ *installation }

// TryAddBank adds a bank.
func (h holdings) TryAddBank(by Party, id, body string) (view.BankView, error) {
	h.T.Helper()
	return h.Svc.Instruments.AddBank(h.T.Context(), h.As(by), id, Input[fields.BankInput](h.T, body))
}

// AddBank adds a bank, and ends the test when that is refused.
func (h holdings) AddBank(by Party, id, body string) view.BankView {
	h.T.Helper()
	bank, err := h.TryAddBank(by, id, body)
	Must(h.T, err)
	return bank
}

// UpdateBank changes a bank.
func (h holdings) UpdateBank(by Party, id, bank, body string) (view.BankView, error) {
	h.T.Helper()
	return h.Svc.Instruments.UpdateBank(h.T.Context(), h.As(by), id, bank, Input[fields.BankInput](h.T, body))
}

// Banks lists the banks of a customer.
func (h holdings) Banks(by Party, id string) []view.BankView {
	h.T.Helper()
	list, err := h.Svc.Instruments.Banks(h.T.Context(), h.As(by), id)
	Must(h.T, err)
	return list
}

// Confirm confirms the micro-deposits of a bank.
func (h holdings) Confirm(by Party, id, bank string, amounts ...string) (view.BankView, error) {
	h.T.Helper()
	return h.Svc.Instruments.ConfirmDrops(h.T.Context(), h.As(by), id, bank, instruments.ConfirmDropsInput{Amounts: patch.Of(amounts)})
}

// StartDrops starts the micro-deposits of a bank.
func (h holdings) StartDrops(by Party, id, bank string) (view.BankView, error) {
	h.T.Helper()
	return h.Svc.Instruments.StartDrops(h.T.Context(), h.As(by), id, bank)
}

// Tokenize exchanges a bank or a card for a single-use token.
func (h holdings) Tokenize(by tenancy.Caller, body string) instruments.Token {
	h.T.Helper()
	token, err := h.Svc.Instruments.Tokenize(h.T.Context(), by, Input[instruments.TokenInput](h.T, body))
	Must(h.T, err)
	return token
}

// AddCard adds the card of a token, with the members in more.
func (h holdings) AddCard(by Party, id, token string, more ...string) (view.CardView, error) {
	h.T.Helper()
	return h.Svc.Instruments.AddCard(h.T.Context(), h.As(by), id, Input[instruments.CardInput](h.T, `{"token":"`+token+`"`+strings.Join(more, "")+`}`))
}

// Upload adds a picture as a document of the customer itself.
func (h holdings) Upload(p Party, shade uint8) (view.DocumentView, error) {
	h.T.Helper()
	return h.Svc.Evidence.AddDocument(h.T.Context(), h.As(p), "", evidence.DocumentInput{Kind: "license", Content: Picture(h.T, shade)})
}

// Own adds an additional owner.
func (h holdings) Own(p Party, body string) (view.OwnerView, error) {
	h.T.Helper()
	return h.Svc.Evidence.AddOwner(h.T.Context(), h.As(p), "", Input[fields.OwnerInput](h.T, body))
}

// Happened reports an activity of a customer; the flag reports whether it is new.
func (h holdings) Happened(caller tenancy.Caller, id, body string) (customers.Activity, bool, error) {
	h.T.Helper()
	return h.Svc.Activities.RecordActivity(h.T.Context(), caller, id, Input[activities.ActivityInput](h.T, body))
}
