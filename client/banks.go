package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// BanksService manages bank accounts and the micro-deposits that verify them.
type BanksService struct{ c *Client }

// List returns all banks of a customer, their account numbers shown as the last four digits.
func (s *BanksService) List(ctx context.Context, customer string, options ...CallOption) ([]Bank, error) {
	return all[Bank](ctx, s.c, path("customers", customer, "banks"), options)
}

// Create adds a bank account by its numbers or by a token that a browser made of them. The
// first one becomes the default. It returns [ErrInstrumentNotValid] for a token that is used
// or over and [ErrMaximumNumberOfResources] past 50 active banks.
func (s *BanksService) Create(ctx context.Context, customer string, input BankInput, options ...CallOption) (*Bank, error) {
	return call[Bank](ctx, s.c, http.MethodPost, path("customers", customer, "banks"), input, options)
}

// Get returns a bank, its account number shown as the last four digits.
func (s *BanksService) Get(ctx context.Context, customer, bank string, options ...CallOption) (*Bank, error) {
	return call[Bank](ctx, s.c, http.MethodGet, path("customers", customer, "banks", bank), nil, options)
}

// Update changes a bank; the account itself never changes. The status inactive takes it out of
// use.
func (s *BanksService) Update(ctx context.Context, customer, bank string, input BankChange, options ...CallOption) (*Bank, error) {
	return call[Bank](ctx, s.c, http.MethodPut, path("customers", customer, "banks", bank), input, options)
}

// SetDefault makes a bank the default one, in one step.
func (s *BanksService) SetDefault(ctx context.Context, customer, bank string, options ...CallOption) (*Bank, error) {
	return call[Bank](ctx, s.c, http.MethodPut, path("customers", customer, "banks", bank, "default"), nil, options)
}

// StartDrops starts the two micro-deposits that verify a bank. Starting them again while they
// wait for confirmation changes nothing.
func (s *BanksService) StartDrops(ctx context.Context, customer, bank string, options ...CallOption) (*Bank, error) {
	return call[Bank](ctx, s.c, http.MethodPost, path("customers", customer, "banks", bank, "drops"), nil, options)
}

// ConfirmDrops verifies a bank by the two amounts that arrived. It returns [ErrBankFailure]
// for wrong ones; the third time the bank becomes inactive.
func (s *BanksService) ConfirmDrops(ctx context.Context, customer, bank string, input DropsInput, options ...CallOption) (*Bank, error) {
	return call[Bank](ctx, s.c, http.MethodPut, path("customers", customer, "banks", bank, "drops"), input, options)
}

// DropAmounts returns the amounts to pay out, for the operator alone.
func (s *BanksService) DropAmounts(ctx context.Context, customer, bank string, options ...CallOption) (*Drops, error) {
	return call[Drops](ctx, s.c, http.MethodGet, path("customers", customer, "banks", bank, "drops"), nil, options)
}

// MarkDropsSent notes that the operator sent the micro-deposits; from then on the customer is
// asked to confirm them.
func (s *BanksService) MarkDropsSent(ctx context.Context, customer, bank string, options ...CallOption) (*Bank, error) {
	return call[Bank](ctx, s.c, http.MethodPut, path("customers", customer, "banks", bank, "drops", "sent"), nil, options)
}

// DueDrops returns the micro-deposits that wait to be sent, those that wait longest first,
// for the operator alone.
func (s *BanksService) DueDrops(ctx context.Context, filter DropsFilter, options ...CallOption) iter.Seq2[*DueDrops, error] {
	return pages(filter.Cursor, func(cursor string) (page[DueDrops], error) {
		filter.Cursor = cursor
		p, err := s.DueDropsPage(ctx, filter, options...)
		if err != nil {
			return page[DueDrops]{}, err
		}
		return page[DueDrops]{p.Results, nil, p.Settings.NextCursor}, nil
	})
}

// DueDropsPage returns one page of [BanksService.DueDrops].
func (s *BanksService) DueDropsPage(ctx context.Context, filter DropsFilter, options ...CallOption) (*DueDropsPage, error) {
	return call[DueDropsPage](ctx, s.c, http.MethodGet, path("drops"), nil, with(options, asking(filter)))
}

// DueDropsCSV returns one page of the micro-deposits that wait to be sent as CSV, with whole
// account numbers, which needs a reason and is in the audit trail. The header X-Next-Cursor
// of the answer continues the list.
func (s *BanksService) DueDropsCSV(ctx context.Context, filter DropsFilter, reason string, options ...CallOption) (*Response, error) {
	return do(ctx, s.c, http.MethodGet, path("drops"), nil, with(options, because(reason), asking(struct {
		DropsFilter
		Format string `query:"format"`
	}{filter, "csv"})))
}

// DropsFilter selects micro-deposits that wait to be sent.
type DropsFilter struct {
	// Status is due, which is the default.
	Status string `query:"status"`
	// Limit is the number of customers to a page, 1 to 100; the default is 50.
	Limit int `query:"limit"`
	// Cursor continues a list after a page of it.
	Cursor string `query:"cursor"`
}

// Bank is a bank account, its number shown as the last four digits.
type Bank struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	// What the customer calls it.
	Nickname      string `json:"nickname,omitzero"`
	NameOnAccount string `json:"nameOnAccount,omitzero"`
	// One of individual and company.
	AccountHolderType string `json:"accountHolderType,omitzero"`
	// May grow. One of checking, savings, generalLedger and loan.
	AccountType   string `json:"accountType,omitzero"`
	BankName      string `json:"bankName,omitzero"`
	RoutingNumber string `json:"routingNumber"`
	// In unmasked answers only.
	AccountNumber Secret `json:"accountNumber,omitzero"`
	Last4         string `json:"last4"`
	// Equal for the same account within one tenant. Never in a token.
	Fingerprint string `json:"fingerprint,omitzero"`
	// May grow. One of USD and CAD.
	Currency string `json:"currency"`
	// ISO 3166-1 alpha-3.
	Country string `json:"country"`
	// Whether it is the default bank; a customer with banks has exactly one.
	IsDefault bool `json:"isDefault"`
	// Whether it is the default bank for paying bills.
	IsApDefault    bool     `json:"isApDefault"`
	BillingAddress *Address `json:"billingAddress,omitzero"`
	ExternalID     string   `json:"externalId,omitzero"`
	// Whether micro-deposits were started.
	Dropped bool `json:"dropped"`
	// Whether micro-deposits were confirmed.
	Verified bool `json:"verified"`
	// One of active and inactive.
	Status string `json:"status"`
	// Free data of your own, returned as it was sent: at most 50 keys, each of 1 to 128
	// characters without control characters; values are texts of at most 500 characters,
	// numbers within the range of a double, booleans, null, or one level of objects and lists;
	// 8 KiB in all. On a change keys merge, and a key with the value null is deleted. Lists of
	// customers filter by it: ?meta.crmId=40417.
	Meta        map[string]any `json:"meta,omitzero"`
	Created     time.Time      `json:"created"`
	LastUpdated time.Time      `json:"lastUpdated"`
}

// BankInput is a new bank account. RoutingNumber and AccountNumber are required, unless Token
// stands for them. The first bank becomes the default.
type BankInput struct {
	// What the customer calls it. 1 to 128 characters.
	Nickname Optional[string] `json:"nickname,omitzero"`
	// 1 to 128 characters.
	NameOnAccount Optional[string] `json:"nameOnAccount,omitzero"`
	// Replaced as a whole; the customer's own by default.
	BillingAddress Optional[AddressInput] `json:"billingAddress,omitzero"`
	// 1 to 255 characters.
	ExternalID Optional[string] `json:"externalId,omitzero"`
	// Makes it the default bank in place of the present one.
	IsDefault Optional[bool] `json:"isDefault,omitzero"`
	// Whether it is the default bank for paying bills.
	IsApDefault Optional[bool] `json:"isApDefault,omitzero"`
	// Merges key by key.
	Meta Optional[map[string]any] `json:"meta,omitzero"`
	// A single-use token from POST /v3/tokens; only with POST …/banks. It stands for the
	// account, so no member that describes the account may be sent with it.
	Token string `json:"token,omitzero"`
	// Nine digits with a valid check digit in USA, NNNNN-NNN in CAN. A sandbox also takes the
	// numbers of clients' own tests, 121000000, 121000359 and 321174811. 1 to 16 characters.
	RoutingNumber string `json:"routingNumber,omitzero"`
	// 4 to 17 letters and digits, as a string, so that leading zeros are kept. Spaces and
	// hyphens are dropped. Kept encrypted.
	AccountNumber Secret `json:"accountNumber,omitzero"`
	// One of individual and company.
	AccountHolderType Optional[string] `json:"accountHolderType,omitzero"`
	// One of checking, savings, generalLedger and loan.
	AccountType Optional[string] `json:"accountType,omitzero"`
	// 1 to 128 characters.
	BankName Optional[string] `json:"bankName,omitzero"`
	// USD by default. One of USD and CAD.
	Currency Optional[string] `json:"currency,omitzero"`
	// USA by default, CAN for CAD.
	Country Optional[string] `json:"country,omitzero"`
}

// BankChange is what may change about a bank. The account itself never does: add a new bank
// instead.
type BankChange struct {
	// What the customer calls it. 1 to 128 characters.
	Nickname Optional[string] `json:"nickname,omitzero"`
	// 1 to 128 characters.
	NameOnAccount Optional[string] `json:"nameOnAccount,omitzero"`
	// Replaced as a whole; the customer's own by default.
	BillingAddress Optional[AddressInput] `json:"billingAddress,omitzero"`
	// 1 to 255 characters.
	ExternalID Optional[string] `json:"externalId,omitzero"`
	// Makes it the default bank in place of the present one.
	IsDefault Optional[bool] `json:"isDefault,omitzero"`
	// Whether it is the default bank for paying bills.
	IsApDefault Optional[bool] `json:"isApDefault,omitzero"`
	// Merges key by key.
	Meta Optional[map[string]any] `json:"meta,omitzero"`
	// inactive takes a bank out of use; another one becomes the default. One of active and
	// inactive.
	Status string `json:"status,omitzero"`
}

// DropsInput holds the two amounts that arrived, in any order.
type DropsInput struct {
	// Whole cents, as strings. At most 2.
	Amounts []string `json:"amounts"`
}

// Drops holds the amounts to pay out to verify a bank.
type Drops struct {
	Object string `json:"object"`
	BankID string `json:"bankId"`
	// Two amounts in whole cents. At most 2.
	Amounts []string `json:"amounts"`
}

// DueDropsPage is a page of the micro-deposits that wait to be sent.
type DueDropsPage struct {
	Results  []DueDrops `json:"results"`
	Settings Cursor     `json:"settings"`
}

// DueDrops are the two micro-deposits to send to one bank.
type DueDrops struct {
	Object       string  `json:"object"`
	CustomerID   string  `json:"customerId"`
	CustomerName string  `json:"customerName"`
	Bank         DueBank `json:"bank"`
	// Two whole cents.
	Amounts  []string  `json:"amounts"`
	Currency string    `json:"currency"`
	Started  time.Time `json:"started"`
	// They cannot be confirmed later, unless they are noted as sent: then for 30 days more.
	ConfirmBy time.Time `json:"confirmBy"`
}

// Cursor says how a list is continued.
type Cursor struct {
	Limit      int    `json:"limit"`
	NextCursor string `json:"nextCursor,omitzero"`
}

// DueBank is the bank that micro-deposits are sent to.
type DueBank struct {
	ID            string `json:"id"`
	NameOnAccount string `json:"nameOnAccount,omitzero"`
	AccountType   string `json:"accountType,omitzero"`
	RoutingNumber string `json:"routingNumber"`
	Last4         string `json:"last4"`
	Country       string `json:"country"`
}
