package straddle

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"tenantry/customers"
	"tenantry/customers/idempotency"
	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
	"tenantry/internal/jsonobj"
)

// identify returns the id of the path; what is no UUID of ours names nothing.
func identify(x *dialect.Request) (string, error) {
	id, ok := dialect.ParseUUID(x.Parameter("id"))
	if !ok {
		return "", fault.NotFoundError()
	}
	return id.String(), nil
}

// find reads the customer of the path. The account itself is none of its customers.
func (f *Handler) find(x *dialect.Request) (*customers.Customer, string, error) {
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

func (f *Handler) create(x *dialect.Request) (idempotency.Answer, error) {
	body, err := bindCustomer(x.Content, "name", "type", "email", "phone", "device")
	if err != nil {
		return idempotency.Answer{}, err
	}
	in := body.input(body, nil)
	in.ID, in.PlanKey = x.Attempt.ID, f.plan
	return dialect.Answered(x, func(ctx context.Context) (*customers.Customer, error) {
		created, err := f.service.Straddle.Create(ctx, x.Caller, in)
		return created, taken(err, body)
	}, func(created *customers.Customer) (idempotency.Answer, error) {
		return f.object(x, http.StatusCreated, masked(created))
	})
}

func (f *Handler) get(x *dialect.Request) (idempotency.Answer, error) {
	found, _, err := f.find(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.object(x, http.StatusOK, masked(found))
}

func (f *Handler) update(x *dialect.Request) (idempotency.Answer, error) {
	before, id, err := f.find(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	body, err := bindCustomer(x.Content, "name", "email", "phone", "device", "status")
	if err != nil {
		return idempotency.Answer{}, err
	}
	content, err := jsonobj.Changed(x.Content, masked(before), "compliance_profile", "device")
	if err != nil {
		return idempotency.Answer{}, fmt.Errorf("comparing with what is shown: %w", err)
	}
	changes, err := bindCustomer(content)
	if err != nil {
		return idempotency.Answer{}, err
	}
	in := changes.input(body, before)
	in.CustomerID = id
	answer, err := dialect.Answered(x, func(ctx context.Context) (*customers.Customer, error) {
		return f.service.Straddle.Update(ctx, x.Caller, in)
	}, func(changed *customers.Customer) (idempotency.Answer, error) {
		return f.object(x, http.StatusOK, masked(changed))
	})
	if err != nil {
		return answer, f.unsettable(x, id, taken(err, body))
	}
	return answer, nil
}

func (f *Handler) delete(x *dialect.Request) (idempotency.Answer, error) {
	before, id, missing := f.find(x)
	if missing != nil && (!fault.IsNotFound(missing) || !x.Caller.Attempt.Resumed || id == "") {
		return idempotency.Answer{}, missing
	}
	return dialect.Answered(x, func(ctx context.Context) (registry.Done, error) {
		return registry.Done{}, f.service.Lifecycle.Delete(ctx, x.Caller, lifecycle.DeleteInput{CustomerID: id})
	}, func(registry.Done) (idempotency.Answer, error) {
		if before == nil { // an earlier try of the request deleted it, and was not answered
			return f.object(x, http.StatusOK, erasedBody{ID: uuidOf(id)})
		}
		return f.object(x, http.StatusOK, masked(before))
	})
}

// erasedBody is what is left of a customer that is shown no more.
type erasedBody struct {
	ID string `json:"id"`
}

// taken words the refusal of an e-mail address that the account has already.
func taken(err error, body customerBody) error {
	refused, ok := errors.AsType[*fault.Error](err)
	if ok && refused.Kind == fault.Conflict && refused.Field == "email" && refused.Detail == fault.Duplicate {
		return unfit(refused, fmt.Sprintf("Email '%s' already exists and must be unique.", body.Email.Value))
	}
	return err
}
