package testkit

import (
	"context"
	"sync/atomic"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/internal/app"
)

// judge is a provider made of a function, which a test can replace.
type judge struct {
	verify atomic.Pointer[func(identity.Subject) (identity.Result, error)]
}

func (*judge) Name() string { return "judge" }

func (j *judge) Verify(_ context.Context, subject identity.Subject) (identity.Result, error) {
	return (*j.verify.Load())(subject)
}

func (j *judge) Say(verify func(identity.Subject) (identity.Result, error)) {
	j.verify.Store(&verify)
}

func (j *judge) Always(status customers.IdentityStatus) {
	j.Say(func(identity.Subject) (identity.Result, error) {
		return identity.Result{Status: status, Reason: "the judge says so"}, nil
	})
}

// Judged gives a judge and the tuning that makes it the provider.
func Judged() (*judge, Tuning) {
	j := &judge{}
	j.Always(customers.IdentityReview)
	return j, func(o *app.Options) { o.Provider = j }
}

// Llc is a customer with all that a standard review asks for; the first name of
// its owner is open.
func Llc(firstName string) string {
	return `{"name":"Reviewed","email":"r@example.com","planKey":"merchant",
		"address":{"street1":"1 Main St","city":"Portland","state":"ME","country":"USA"},
		"legalEntity":{"entityType":"LLC","businessName":"Reviewed LLC","businessTaxId":"000765432",
		"personalContact":{"firstName":"` + firstName + `","lastName":"Okafor","email":"o@example.com","dateOfBirth":"1984-02-17"}}}`
}
