package dwolla

import (
	"net/http"

	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
)

// root answers the vendor's clients with the links where all others begin, and people who
// came by browser the page of the installation.
func (f *Handler) root(x *dialect.Request) (idempotency.Answer, error) {
	if wantsPage(x.Request) {
		return idempotency.Answer{Status: http.StatusOK, Body: f.options.Page, Header: map[string]string{
			"Content-Type": "text/html; charset=utf-8", "Vary": "Accept",
		}}, nil
	}
	base := f.base(x.Request)
	a, err := show(object{"_links": links{
		"account":               to(base+"/accounts/"+dialect.UUID(x.Caller.Subject.Ref().ID), "account"),
		"customers":             to(base+"/customers", "customer"),
		"events":                to(base+"/events", "event"),
		"webhook-subscriptions": to(base+"/webhook-subscriptions", "webhook-subscription"),
	}})
	a.Header["Vary"] = "Accept"
	return a, err
}

// wantsPage reports whether a request to the root is for the page, which is open to all.
func wantsPage(request *http.Request) bool { return !acceptsHAL(request.Header) }

// getAccount shows the account that the token acts for, and no other.
func (f *Handler) getAccount(x *dialect.Request) (idempotency.Answer, error) {
	id, err := identify(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	if id != x.Caller.Subject.Ref().ID.String() {
		return idempotency.Answer{}, fault.NotFoundError()
	}
	found, err := f.service.Lifecycle.Get(x, x.Caller, id)
	if err != nil {
		return idempotency.Answer{}, err
	}
	base := f.base(x.Request)
	return show(object{"_links": links{
		"self": to(base+"/accounts/"+uuid(id), "account"), "customers": to(base+"/customers", "customer"),
	}, "id": uuid(id), "name": found.Name})
}
