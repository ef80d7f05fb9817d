package straddle

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"tenantry/customers"
	"tenantry/customers/idempotency"
	"tenantry/customers/identity"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/straddle/status"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

func (f *Handler) review(x *dialect.Request) (idempotency.Answer, error) {
	found, _, err := f.find(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.object(x, http.StatusOK, reviewBody{Customer: masked(found), Details: detailsOf(found, f.service.View.Facts(found))})
}

func (f *Handler) decide(x *dialect.Request) (idempotency.Answer, error) {
	_, id, err := f.find(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	var body decisionBody
	if err := bind(x.Content, &body); err != nil {
		return idempotency.Answer{}, err
	}
	return dialect.Answered(x, func(ctx context.Context) (*customers.Customer, error) {
		decided, err := f.service.Identity.DecideReview(ctx, x.Caller, id, identity.DecisionInput{
			Status: body.Status,
			// The vendor's request names neither; whoever holds the credential answers for it.
			Reason: patch.Of("set through Straddle's API"), DecidedBy: patch.Of("holder of " + x.Caller.Credential.ID),
		})
		return decided, f.undecidable(ctx, x.Caller, id, err)
	}, func(decided *customers.Customer) (idempotency.Answer, error) {
		return f.object(x, http.StatusOK, masked(decided))
	})
}

func (f *Handler) refresh(x *dialect.Request) (idempotency.Answer, error) {
	_, id, err := f.find(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return dialect.Answered(x, func(ctx context.Context) (*customers.Customer, error) {
		refreshed, err := f.service.Identity.RefreshReview(ctx, x.Caller, id)
		return refreshed, f.undecidable(ctx, x.Caller, id, err)
	}, func(refreshed *customers.Customer) (idempotency.Answer, error) {
		return f.object(x, http.StatusAccepted, masked(refreshed))
	})
}

// undecidable words the refusal to set what the present status does not allow.
func (f *Handler) undecidable(ctx context.Context, caller tenancy.Caller, id string, err error) error {
	refused, ok := errors.AsType[*fault.Error](err)
	if !ok || (refused.Code != fault.CodeIdentityNotDecidable && refused.Code != fault.CodeCustomerDisabled) {
		return err
	}
	now, failed := f.service.Lifecycle.Get(ctx, caller, id)
	if failed != nil {
		return failed
	}
	status := string(status.Of(now))
	return unfit(refused, fmt.Sprintf("Customers with status %s cannot be changed.", strings.ToUpper(status[:1])+status[1:]))
}

// unsettable is undecidable for a change, which also says what the status can be.
func (f *Handler) unsettable(x *dialect.Request, id string, err error) error {
	worded := f.undecidable(x, x.Caller, id, err)
	if shown, ok := errors.AsType[*refusal](worded); ok && shown.cause.Code == fault.CodeIdentityNotDecidable {
		shown.add(itemOf(shown.cause.Violation))
	}
	return worded
}

// totals counts the customers of the account by status.
func (f *Handler) totals(x *dialect.Request) (idempotency.Answer, error) {
	tally, err := f.service.Lifecycle.CountByStatus(x, x.Caller)
	if err != nil {
		return idempotency.Answer{}, err
	}
	counts := make(map[string]int64, len(status.All()))
	for _, word := range status.All() {
		counts[string(word)] = tally[string(word)]
	}
	return f.object(x, http.StatusOK, counts)
}
