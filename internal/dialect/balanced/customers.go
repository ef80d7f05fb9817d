package balanced

import (
	"encoding/json"
	"fmt"
	"net/http"

	"tenantry/customers"
	"tenantry/customers/idempotency"
	"tenantry/customers/lifecycle"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced/rules"
	"tenantry/internal/jsonobj"
)

// customerID returns the digits of the customer in the path. What is no id names nobody.
func customerID(x *dialect.Request) string {
	if digits := dialect.Unprefixed(prefixCustomer, x.Parameter("id")); digits != "" {
		return digits
	}
	return "-"
}

func (f *Handler) createCustomer(x *dialect.Request) (idempotency.Answer, error) {
	members, err := readBody(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	profile, attached, err := readCustomer(members)
	if err != nil {
		return idempotency.Answer{}, err
	}
	// A new customer has nothing to choose among yet.
	attached.Source, attached.Destination = rules.InstrumentID{}, rules.InstrumentID{}
	made, err := f.service.Balanced.Create(x, x.Caller, rules.CreateInput{
		CustomerInput: profile, PlanKey: f.options.Plan, Attachments: attached,
	})
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.answerCustomer(x, http.StatusCreated, made)
}

func (f *Handler) getCustomer(x *dialect.Request) (idempotency.Answer, error) {
	found, err := f.service.Lifecycle.Get(x, x.Caller, customerID(x))
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.answerCustomer(x, http.StatusOK, found)
}

func (f *Handler) updateCustomer(x *dialect.Request) (idempotency.Answer, error) {
	members, err := readBody(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	profile, attached, err := readCustomer(members)
	if err != nil {
		return idempotency.Answer{}, err
	}
	changed, err := f.service.Balanced.Update(x, x.Caller, rules.UpdateInput{
		CustomerInput: profile, CustomerID: customerID(x), Attachments: attached,
		Changes: func(stored *customers.Customer) (rules.CustomerInput, error) {
			return f.changes(x, members, stored)
		},
	})
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.answerCustomer(x, http.StatusOK, changed)
}

// changes reads the profile of members without what equals the stored customer as it is
// shown.
func (f *Handler) changes(x *dialect.Request, members body, stored *customers.Customer) (rules.CustomerInput, error) {
	var shown any = object{}
	if c, err := f.showCustomer(x, stored); err == nil { // what cannot be shown was not
		shown = c
	}
	sent, err := json.Marshal(members)
	if err == nil {
		sent, err = jsonobj.Changed(sent, shown)
	}
	rest := body{}
	if err == nil {
		err = json.Unmarshal(sent, &rest)
	}
	if err != nil {
		return rules.CustomerInput{}, fmt.Errorf("comparing with what is shown: %w", err)
	}
	next, _, err := readCustomer(rest)
	return next, err
}

func (f *Handler) deleteCustomer(x *dialect.Request) (idempotency.Answer, error) {
	err := f.service.Lifecycle.Delete(x, x.Caller, lifecycle.DeleteInput{CustomerID: customerID(x)})
	return nothing(), err
}

func (f *Handler) answerCustomer(x *dialect.Request, status int, c *customers.Customer) (idempotency.Answer, error) {
	shown, err := f.showCustomer(x, c)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return answer(status, shown)
}

func (f *Handler) listCustomers(x *dialect.Request) (idempotency.Answer, error) {
	q, err := readQuery(x, customerFields)
	if err != nil {
		return idempotency.Answer{}, err
	}
	found, err := f.service.Balanced.Search(x, x.Caller, rules.SearchInput{
		Criteria: q.criteria, Sort: q.sort, Limit: q.limit, Offset: q.offset,
	})
	if err != nil {
		return idempotency.Answer{}, err
	}
	items := make([]*customer, 0, len(found.Customers))
	for _, c := range found.Customers {
		shown, err := f.showCustomer(x, c)
		if err != nil {
			return idempotency.Answer{}, err
		}
		items = append(items, shown)
	}
	return answer(http.StatusOK, q.page(root+"/customers", found.Total, items))
}
