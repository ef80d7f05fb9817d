package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// PayersService makes, reads and changes customers that only pay.
type PayersService struct{ c *Client }

// Create makes a customer on the plan of payers, without keys. It returns
// [ErrInsufficientPlan] if the plan above lacks the feature createCustomers.
func (s *PayersService) Create(ctx context.Context, input PayerInput, options ...CallOption) (*Payer, error) {
	return call[Payer](ctx, s.c, http.MethodPost, path("payers"), input, options)
}

// Get returns a payer as the caller sees it.
func (s *PayersService) Get(ctx context.Context, payer string, options ...CallOption) (*Payer, error) {
	return call[Payer](ctx, s.c, http.MethodGet, path("payers", payer), nil, options)
}

// Update changes a payer; what is absent stays. It returns [ErrPreconditionFailed] with
// [IfMatch] for one that changed meanwhile.
func (s *PayersService) Update(ctx context.Context, payer string, input PayerChange, options ...CallOption) (*Payer, error) {
	return call[Payer](ctx, s.c, http.MethodPatch, path("payers", payer), input, options)
}

// MerchantProfile returns what anyone may know of a merchant, with a publishable key or
// without any.
func (s *PayersService) MerchantProfile(ctx context.Context, vanityName string, options ...CallOption) (*MerchantProfile, error) {
	return call[MerchantProfile](ctx, s.c, http.MethodGet, path("merchants", vanityName), nil, options)
}

// List returns the payers of the customer that c acts for, newest first unless the filter
// says otherwise. A payer whose record is damaged comes as a [*RowFault] between the others;
// after any other error the list ends.
func (s *PayersService) List(ctx context.Context, filter PayerFilter, options ...CallOption) iter.Seq2[*Payer, error] {
	return pages(filter.Cursor, func(cursor string) (page[Payer], error) {
		filter.Cursor = cursor
		p, err := s.Page(ctx, filter, options...)
		if err != nil {
			return page[Payer]{}, err
		}
		return page[Payer]{p.Results, p.Faults, p.Settings.NextCursor}, nil
	})
}

// Page returns one page of the list, with the number of all matching payers.
func (s *PayersService) Page(ctx context.Context, filter PayerFilter, options ...CallOption) (*PayerPage, error) {
	return call[PayerPage](ctx, s.c, http.MethodGet, path("payers"), nil, with(options, asking(filter)))
}

// PayerFilter selects and orders payers; the zero value is all of them, newest first.
type PayerFilter struct {
	// Limit is the number of rows to a page, 1 to 100; the default is 50.
	Limit int `query:"limit"`
	// Offset skips rows, at most 10,000; it does not go with Cursor.
	Offset int `query:"offset"`
	// Cursor continues a list after a page of it, with the same filter.
	Cursor string `query:"cursor"`
	// Order is a field (created, lastUpdated or name) and ASC or DESC.
	Order      string         `query:"order"`
	Status     CustomerStatus `query:"status"`
	ExternalID string         `query:"externalId"`
	Email      string         `query:"email"`
	// Name is a part of the name, regardless of case.
	Name            string    `query:"name"`
	CreatedFrom     time.Time `query:"createdFrom"`
	CreatedTo       time.Time `query:"createdTo"`
	LastUpdatedFrom time.Time `query:"lastUpdatedFrom"`
	// Meta selects by the values of at most 3 members of meta, by their dotted paths.
	Meta map[string]string `query:"meta"`
}

// Payer is a customer that only pays. Its id is its id as a customer, for banks, cards and the
// rest.
type Payer struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	// The customer that it pays; shown from there and from above.
	OwnerID string `json:"ownerId,omitzero"`
	// Empty where another dialect sent none.
	Name string `json:"name"`
	// Empty where another dialect sent none.
	Email       string         `json:"email"`
	Description string         `json:"description,omitzero"`
	ExternalID  string         `json:"externalId,omitzero"`
	Status      CustomerStatus `json:"status"`
	Address     *Address       `json:"address,omitzero"`
	Contact     *Contact       `json:"contact,omitzero"`
	Meta        Meta           `json:"meta,omitzero"`
	Created     time.Time      `json:"created"`
	LastUpdated time.Time      `json:"lastUpdated"`

	// ETag is the version of the customer, for [IfMatch] and [IfNoneMatch]; empty in lists.
	ETag string `json:"-"`
}

// PayerInput is a new payer.
type PayerInput struct {
	// The full name. 1 to 256 characters.
	Name string `json:"name"`
	// Up to 128 characters, of which the local part is up to 64. 3 to 128 characters.
	Email string `json:"email"`
	// 1 to 512 characters.
	Description Optional[string] `json:"description,omitzero"`
	// Your own id. 1 to 255 characters.
	ExternalID Optional[string]       `json:"externalId,omitzero"`
	Address    Optional[AddressInput] `json:"address,omitzero"`
	Contact    Optional[ContactInput] `json:"contact,omitzero"`
	Meta       Optional[Meta]         `json:"meta,omitzero"`
}

// PayerChange changes a payer: what is absent stays, null clears what is optional, objects
// merge one level deep.
type PayerChange struct {
	// The full name. 1 to 256 characters.
	Name string `json:"name,omitzero"`
	// Up to 128 characters, of which the local part is up to 64. 3 to 128 characters.
	Email string `json:"email,omitzero"`
	// 1 to 512 characters.
	Description Optional[string] `json:"description,omitzero"`
	// Your own id. 1 to 255 characters.
	ExternalID Optional[string]       `json:"externalId,omitzero"`
	Address    Optional[AddressInput] `json:"address,omitzero"`
	Contact    Optional[ContactInput] `json:"contact,omitzero"`
	Meta       Optional[Meta]         `json:"meta,omitzero"`
	// Only from above: active and disabled, and by the operator locked.
	Status CustomerStatus `json:"status,omitzero"`
}

// PayerPage is a page of payers.
type PayerPage struct {
	Results []Payer `json:"results"`
	// Payers of this page that are damaged in the service's store and cannot be shown; absent
	// if there are none.
	Faults []RowFault `json:"faults,omitzero"`
	// The number of all matching rows, not only of those on this page. Where it must be
	// counted, that ends at 10,000; a page by cursor has the number of the first page.
	Count int `json:"count"`
	// There are more rows than count says, or as many: counting ended there. Absent if count
	// is the number.
	CountIsLowerBound *bool `json:"countIsLowerBound,omitzero"`
	// The parameters of the list, and how to continue it.
	Settings PageSettings `json:"settings"`
}

// MerchantProfile is what anyone may know of a merchant.
type MerchantProfile struct {
	Object             string `json:"object"`
	VanityName         string `json:"vanityName"`
	BusinessName       string `json:"businessName,omitzero"`
	BusinessURL        string `json:"businessUrl,omitzero"`
	BusinessLogo       string `json:"businessLogo,omitzero"`
	SupportEmail       string `json:"supportEmail,omitzero"`
	SupportPhone       string `json:"supportPhone,omitzero"`
	SupportURL         string `json:"supportUrl,omitzero"`
	ProductDescription string `json:"productDescription,omitzero"`
	// What payers read on their statements.
	StatementDescriptor string `json:"statementDescriptor,omitzero"`
	DefaultCurrency     string `json:"defaultCurrency,omitzero"`
}
