package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// CustomersService makes, reads, changes and removes customers.
type CustomersService struct{ c *Client }

// Create makes a customer below the one that c acts for, with everything nested in it and its
// first pair of keys, as a whole or not at all. It returns [ErrValidationError],
// [ErrDuplicateResource] for a value that another customer has, [ErrInsufficientPlan] if the
// plan above lacks the feature createCustomers and [ErrQuotaExceeded].
func (s *CustomersService) Create(ctx context.Context, input CustomerInput, options ...CallOption) (*CreatedCustomer, error) {
	return call[CreatedCustomer](ctx, s.c, http.MethodPost, path("customers"), input, options)
}

// CreateAccount does as [CustomersService.Create] and answers the customer twice, flat and as
// a member.
func (s *CustomersService) CreateAccount(ctx context.Context, input CustomerInput, options ...CallOption) (*CreatedAccount, error) {
	return call[CreatedAccount](ctx, s.c, http.MethodPost, path("customers", "accounts"), input, options)
}

// Get returns a customer, sensitive values masked. It returns [ErrNotFound] for a customer
// that is out of reach, exactly like one that does not exist, and [ErrNotModified] with
// [IfNoneMatch].
func (s *CustomersService) Get(ctx context.Context, customer string, options ...CallOption) (*Customer, error) {
	return call[Customer](ctx, s.c, http.MethodGet, path("customers", customer), nil, options)
}

// Update changes a customer: what is absent stays. It returns [ErrValidationError],
// [ErrDuplicateResource] and, with [IfMatch], [ErrPreconditionFailed] for a customer that
// changed meanwhile.
func (s *CustomersService) Update(ctx context.Context, customer string, input CustomerChange, options ...CallOption) (*Customer, error) {
	return call[Customer](ctx, s.c, http.MethodPatch, path("customers", customer), input, options)
}

// Delete erases a customer's personal data for good, revokes its credentials and frees its
// unique names. It returns [ErrCustomerHasChildren], [ErrCustomerHasActivity] and, with
// [IfMatch], [ErrPreconditionFailed].
func (s *CustomersService) Delete(ctx context.Context, customer string, options ...CallOption) error {
	return run(ctx, s.c, http.MethodDelete, path("customers", customer), nil, options)
}

// PreviewChange returns what a change would do to the plan status; nothing is stored.
func (s *CustomersService) PreviewChange(ctx context.Context, customer string, input CustomerChange, options ...CallOption) (*PlanStatusPreview, error) {
	return call[PlanStatusPreview](ctx, s.c, http.MethodPost, path("customers", customer, "plan-status", "preview"), input, options)
}

// Preview returns the plan status that a new customer would have; nothing is stored.
func (s *CustomersService) Preview(ctx context.Context, input CustomerInput, options ...CallOption) (*PlanStatus, error) {
	return call[PlanStatus](ctx, s.c, http.MethodPost, path("plan-status", "preview"), input, options)
}

// Version returns the version of a customer, for [IfMatch], without reading the rest of it.
func (s *CustomersService) Version(ctx context.Context, customer string, options ...CallOption) (string, error) {
	answer, err := do(ctx, s.c, http.MethodHead, path("customers", customer), nil, options)
	if err != nil {
		return "", err
	}
	return answer.ETag(), nil
}

// Unmasked returns a customer with its sensitive fields in full, for a reason of 3 to 256
// characters. It needs the scope unmask and an account policy that allows it; the read is
// recorded before it is answered. It returns [ErrPolicyForbids] and [ErrInsufficientScope].
func (s *CustomersService) Unmasked(ctx context.Context, customer, reason string, options ...CallOption) (*Customer, error) {
	return call[Customer](ctx, s.c, http.MethodGet, path("customers", customer, "unmasked"), nil, with(options, because(reason)))
}

// PlanStatus returns what a customer's plan allows, and what is missing for the rest.
func (s *CustomersService) PlanStatus(ctx context.Context, customer string, what PlanStatusQuery, options ...CallOption) (*PlanStatus, error) {
	return call[PlanStatus](ctx, s.c, http.MethodGet, path("customers", customer, "plan-status"), nil, with(options, asking(what)))
}

// List returns the customers below the one that c acts for, newest first unless the filter
// says otherwise. It reads page after page for as long as the loop goes on. A customer whose
// record is damaged comes as a [*RowFault] between the others; after any other error the
// list ends.
func (s *CustomersService) List(ctx context.Context, filter CustomerFilter, options ...CallOption) iter.Seq2[*Customer, error] {
	return pages(filter.Cursor, func(cursor string) (page[Customer], error) {
		filter.Cursor = cursor
		p, err := s.Page(ctx, filter, options...)
		if err != nil {
			return page[Customer]{}, err
		}
		return page[Customer]{p.Results, p.Faults, p.Settings.NextCursor}, nil
	})
}

// Page returns one page of the list, with the number of all matching customers.
func (s *CustomersService) Page(ctx context.Context, filter CustomerFilter, options ...CallOption) (*CustomerPage, error) {
	return call[CustomerPage](ctx, s.c, http.MethodGet, path("customers"), nil, with(options, asking(filter)))
}

// Summary counts the customers directly below the one that c acts for or, deep, all of them.
func (s *CustomersService) Summary(ctx context.Context, deep bool, options ...CallOption) (*CustomerSummary, error) {
	return call[CustomerSummary](ctx, s.c, http.MethodGet, path("customers", "summary"), nil, with(options, asking(struct {
		Deep bool `query:"deep"`
	}{deep})))
}

// PlanStatusQuery asks for another plan status than the present one.
type PlanStatusQuery struct {
	// Plan is the key of another plan.
	Plan string `query:"plan"`
	// At is a later time.
	At time.Time `query:"at"`
}

// CustomerFilter selects and orders customers; the zero value is all direct children, newest
// first.
type CustomerFilter struct {
	// Limit is the number of rows to a page, 1 to 100; the default is 50.
	Limit int `query:"limit"`
	// Offset skips rows, at most 10,000. It does not go with Cursor, which costs the same
	// from any position.
	Offset int `query:"offset"`
	// Cursor continues a list after a page of it, with the same filter.
	Cursor string `query:"cursor"`
	// Order is a field (created, lastUpdated, name or reviewDeadline) and ASC or DESC.
	Order string `query:"order"`
	// Deep selects all descendants instead of direct children.
	Deep bool `query:"deep"`

	Status         CustomerStatus `query:"status"`
	IdentityStatus IdentityStatus `query:"identityStatus"`
	PlanKey        string         `query:"planKey"`
	// PlanStatus is verified, unverified, created, disabled or locked.
	PlanStatus string `query:"planStatus"`
	// Needed is one of planStatus.needed, as in bankDrops.
	Needed string `query:"needed"`
	// Webhooks is disabled for those with a receiver that was disabled because it failed.
	Webhooks string `query:"webhooks"`
	// Search finds the beginnings of words in names, e-mail addresses, phone numbers and
	// meta, and whole ids, keys and usernames; at most 8 words.
	Search      string `query:"q"`
	MerchantKey string `query:"merchantKey"`
	ExternalID  string `query:"externalId"`
	Email       string `query:"email"`
	// Name is a part of the name, regardless of case.
	Name            string    `query:"name"`
	CreatedFrom     time.Time `query:"createdFrom"`
	CreatedTo       time.Time `query:"createdTo"`
	LastUpdatedFrom time.Time `query:"lastUpdatedFrom"`
	// Meta selects by the values of at most 3 members of meta, by their dotted paths.
	Meta map[string]string `query:"meta"`
}
