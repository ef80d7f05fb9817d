package dwolla

import (
	"context"
	"fmt"
	"strings"

	"tenantry/customers"
	"tenantry/customers/idempotency"
	"tenantry/customers/registry"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/fault"
	"tenantry/internal/jsonobj"
)

// findCustomer reads the customer of the path. The account itself is none of its
// customers.
func (f *Handler) findCustomer(x *dialect.Request) (*customers.Customer, string, error) {
	id, err := identify(x)
	if err != nil {
		return nil, "", err
	}
	if id == x.Caller.Subject.Ref().ID.String() {
		return nil, "", fault.NotFoundError()
	}
	found, err := f.service.Lifecycle.Get(x, x.Caller, id)
	return found, id, err
}

func (f *Handler) createCustomer(x *dialect.Request) (idempotency.Answer, error) {
	body, input, err := readCustomer(x.Content)
	if err != nil {
		return idempotency.Answer{}, err
	}
	answer, err := dialect.Answered(x, func(ctx context.Context) (registry.Created, error) {
		return f.service.Dwolla.Create(ctx, x.Caller, rules.CreateInput{CustomerInput: input, PlanKey: f.options.Plan, ID: x.Attempt.ID})
	}, func(made registry.Created) (idempotency.Answer, error) {
		return f.created(x, "/customers/"+dialect.UUID(made.Customer.ID))
	})
	return answer, in(body.words(), err)
}

func (f *Handler) getCustomer(x *dialect.Request) (idempotency.Answer, error) {
	found, _, err := f.findCustomer(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return show(f.shown(x, found))
}

func (f *Handler) updateCustomer(x *dialect.Request) (idempotency.Answer, error) {
	before, id, err := f.findCustomer(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	_, whole, err := readCustomer(x.Content)
	if err != nil {
		return idempotency.Answer{}, err
	}
	content, err := jsonobj.Changed(x.Content, f.shown(x, before))
	if err != nil {
		return idempotency.Answer{}, fmt.Errorf("comparing with what is shown: %w", err)
	}
	body, input, err := readCustomer(content)
	if err != nil {
		return idempotency.Answer{}, err
	}
	answer, err := dialect.Answered(x, func(ctx context.Context) (*customers.Customer, error) {
		return f.service.Dwolla.Update(ctx, x.Caller, rules.UpdateInput{CustomerInput: input, Whole: whole, CustomerID: id, Status: body.Status})
	}, func(changed *customers.Customer) (idempotency.Answer, error) { return show(f.shown(x, changed)) })
	return answer, in(body.words(), err)
}

// listNothing answers for what a customer has none of here: no money is moved.
func (f *Handler) listNothing(name string) func(x *dialect.Request) (idempotency.Answer, error) {
	return func(x *dialect.Request) (idempotency.Answer, error) {
		_, id, err := f.findCustomer(x)
		if err != nil {
			return idempotency.Answer{}, err
		}
		href := f.base(x.Request) + "/customers/" + uuid(id) + "/" + name
		return show(object{"_links": links{"self": to(href, strings.TrimSuffix(name, "s"))}, "_embedded": object{name: []object{}}, "total": 0})
	}
}
