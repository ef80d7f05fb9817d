package client

import (
	"context"
	"net/http"
	"time"
)

// TokensService turns cards and banks into single-use tokens.
type TokensService struct{ c *Client }

// Create turns a card or a bank into a single-use token, by a publishable key or by the scope
// banks:write. It takes no Idempotency-Key; making a token stores nothing.
func (s *TokensService) Create(ctx context.Context, input TokenInput, options ...CallOption) (*Token, error) {
	return call[Token](ctx, s.c, http.MethodPost, path("tokens"), input, options)
}

// TokenInput is what to make a token of: exactly one of Bank and Card.
type TokenInput struct {
	Bank *BankInput `json:"bank,omitzero"`
	Card *TokenCard `json:"card,omitzero"`
}

// TokenCard is a card to make a token from.
type TokenCard struct {
	// 1 to 128 characters.
	NameOnCard Optional[string] `json:"nameOnCard,omitzero"`
	// 12 to 19 digits with a valid check digit. Never stored.
	CardNumber Secret `json:"cardNumber"`
	// 3 or 4 digits. Never stored.
	SecurityCode Optional[Secret] `json:"securityCode,omitzero"`
	// 1 to 12.
	ExpirationMonth int `json:"expirationMonth"`
	// Four digits. 2,000 to 9,999.
	ExpirationYear int `json:"expirationYear"`
	// Where bills go.
	BillingAddress Optional[AddressInput] `json:"billingAddress,omitzero"`
}

// Token is a single-use token, shown once.
type Token struct {
	Object string `json:"object"`
	// The token to send as token of a new bank or card; absent from a dry run.
	Token  string `json:"token,omitzero"`
	Status string `json:"status"`
	Used   bool   `json:"used"`
	// What the token stands for, without a fingerprint; it gets another id when it is added.
	Bank *Bank `json:"bank,omitzero"`
	// What the token stands for, without a fingerprint; it gets another id when it is added.
	Card    *Card     `json:"card,omitzero"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}
