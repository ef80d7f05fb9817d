package client

import (
	"context"
	"net/http"
	"time"
)

// CardsService manages payment cards.
type CardsService struct{ c *Client }

// List returns all cards of a customer, their numbers shown as the last four digits.
func (s *CardsService) List(ctx context.Context, customer string, options ...CallOption) ([]Card, error) {
	return all[Card](ctx, s.c, path("customers", customer, "cards"), options)
}

// Create adds the card that a browser made a token of. It returns [ErrInstrumentNotValid] for
// a token that is used or over.
func (s *CardsService) Create(ctx context.Context, customer string, input CardInput, options ...CallOption) (*Card, error) {
	return call[Card](ctx, s.c, http.MethodPost, path("customers", customer, "cards"), input, options)
}

// Get returns a card.
func (s *CardsService) Get(ctx context.Context, customer, card string, options ...CallOption) (*Card, error) {
	return call[Card](ctx, s.c, http.MethodGet, path("customers", customer, "cards", card), nil, options)
}

// Update changes what is known of a card, or makes it the default one. Its number never
// changes.
func (s *CardsService) Update(ctx context.Context, customer, card string, input CardChange, options ...CallOption) (*Card, error) {
	return call[Card](ctx, s.c, http.MethodPut, path("customers", customer, "cards", card), input, options)
}

// Delete removes a card for good.
func (s *CardsService) Delete(ctx context.Context, customer, card string, options ...CallOption) error {
	return run(ctx, s.c, http.MethodDelete, path("customers", customer, "cards", card), nil, options)
}

// Card is a payment card. Its number and security code are never stored.
type Card struct {
	ID         string `json:"id"`
	Object     string `json:"object"`
	NameOnCard string `json:"nameOnCard,omitzero"`
	Brand      string `json:"brand"`
	Last4      string `json:"last4"`
	// 1 to 12.
	ExpirationMonth int `json:"expirationMonth"`
	// Four digits. 2,000 to 9,999.
	ExpirationYear int `json:"expirationYear"`
	// Equal for the same number within one tenant. Never in a token.
	Fingerprint    string   `json:"fingerprint,omitzero"`
	BillingAddress *Address `json:"billingAddress,omitzero"`
	// Whether it is the default card.
	IsDefault bool `json:"isDefault"`
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

// CardInput is a new card: the single-use token that a browser made from it.
type CardInput struct {
	// 1 to 128 characters.
	NameOnCard Optional[string] `json:"nameOnCard,omitzero"`
	// The customer's own by default; in a change it is replaced as a whole.
	BillingAddress Optional[AddressInput] `json:"billingAddress,omitzero"`
	// Makes it the default card.
	IsDefault Optional[bool] `json:"isDefault,omitzero"`
	// Merges key by key.
	Meta Optional[map[string]any] `json:"meta,omitzero"`
	// From POST /v3/tokens.
	Token string `json:"token"`
}

// CardChange is what may change about a card.
type CardChange struct {
	// 1 to 128 characters.
	NameOnCard Optional[string] `json:"nameOnCard,omitzero"`
	// The customer's own by default; in a change it is replaced as a whole.
	BillingAddress Optional[AddressInput] `json:"billingAddress,omitzero"`
	// Makes it the default card.
	IsDefault Optional[bool] `json:"isDefault,omitzero"`
	// Merges key by key.
	Meta Optional[map[string]any] `json:"meta,omitzero"`
	// 1 to 12.
	ExpirationMonth int `json:"expirationMonth,omitzero"`
	// Four digits. 2,000 to 9,999.
	ExpirationYear int `json:"expirationYear,omitzero"`
	// One of active and inactive.
	Status string `json:"status,omitzero"`
}
