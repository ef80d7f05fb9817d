package customers

import (
	"time"

	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/tenancy"
)

// Presented is what a request shows of itself, before anything is verified.
type Presented struct {
	// Bearer is a secret key, a restricted key or an access token.
	Bearer secret.Text
	// Publishable is a publishable key (X-PUBLISHABLE-KEY).
	Publishable secret.Text
	// SubjectID is whom the request acts for (X-CUSTOMER-ID).
	SubjectID string
	// Itself lets a request that names no subject act for the signer.
	Itself bool
	// Address is where it came from, for the failure limits.
	Address string
}

// CreateInput creates a child of the caller's subject.
type CreateInput struct {
	Input
	// ID, when not zero, is the id that was reserved for the new customer by an
	// idempotent attempt: a retry of that attempt meets its own earlier write.
	ID tenancy.ID `json:"-"`
}

// Created is a new customer with its first keys, which are shown only now.
type Created struct {
	Customer *Customer
	Keys     keys.Pair
}

// UpdateInput changes a customer.
type UpdateInput struct {
	Input
	CustomerID string `json:"-"`
	// IfVersions, unless nil, demand that the customer is in one of them (If-Match).
	IfVersions []int64 `json:"-"`
}

// DeleteInput erases a customer.
type DeleteInput struct {
	CustomerID string
	// IfVersions, unless nil, demand that the customer is in one of them.
	IfVersions []int64
}

// ListInput asks for a page of the subject's children.
type ListInput struct {
	// Reading is what reading the request found faulty, to be told together with
	// what the rules of lists find; nil when nothing was.
	Reading error

	Deep   bool
	Filter Filter
	Order  Order
	// Limit is 1 to 100 (0: the default of 50); Offset is 0 or more.
	Limit, Offset int
	// Cursor continues a list; it excludes Offset.
	Cursor string
	// Wide is for faces with numbered pages: pages of up to 1000 rows, however many
	// are skipped, at the cost of an index entry for each.
	Wide bool
}

// Listing is a page of children.
type Listing struct {
	Customers []*Customer
	// Total counts all matching rows.
	Total         int64
	Limit, Offset int
	Order         Order
	// NextCursor continues behind this page; empty on the last one.
	NextCursor string
}

// UnmaskInput asks for sensitive fields in full.
type UnmaskInput struct {
	CustomerID string
	// Reason is required, 3 to 256 characters; it is kept in the audit trail.
	Reason string
}

// RestrictedKeyInput mints a restricted key.
type RestrictedKeyInput struct {
	Name patch.Field[string] `json:"name"` // 1 to 64 characters; required
	// Scopes are one or more of read, customers:write, banks:write, keys:write,
	// unmask, identity:decide; never more than the minting credential has.
	Scopes patch.Field[[]string] `json:"scopes"`
	// ExpiresInSeconds ends the key by itself: 60 to 31536000; absent is never.
	ExpiresInSeconds patch.Field[int] `json:"expiresInSeconds"`
	// Attempt, when not zero, is the idempotent attempt that asks: a key that an
	// earlier try of it minted, and nobody saw, is revoked.
	Attempt tenancy.ID `json:"-"`
}

// MintedKey is a new restricted key, shown once.
type MintedKey struct {
	Customer *Customer
	Key      KeyView
	Secret   secret.Text
}

// RotateInput mints a new pair and ends the old one after a grace period.
type RotateInput struct {
	// GraceSeconds is 0 to 604800 (7 days); the default is 86400 (24 hours).
	GraceSeconds patch.Field[int] `json:"graceSeconds"`
	// Attempt, when not zero, is the idempotent attempt that asks: a pair that an
	// earlier try of it minted, and nobody saw, is revoked, and nothing else rotated again.
	Attempt tenancy.ID `json:"-"`
}

// RotatedKeys is a new pair, shown once, with the pairs that it replaces.
type RotatedKeys struct {
	Customer *Customer
	Key      KeyView
	Pair     keys.Pair
	Previous []KeyView // newest first; each with its end
}

// UserInput adds a dashboard user.
type UserInput struct {
	Username patch.Field[string]      `json:"username"` // 1 to 128 characters, unique regardless of case
	Password patch.Field[secret.Text] `json:"password"` // 8 to 128 characters
	Role     patch.Field[string]      `json:"role"`     // admin, clerk; the first user is admin, later ones clerk
	// ID, when not zero, is the id that an idempotent attempt reserved for the user.
	ID tenancy.ID `json:"-"`
}

// UserChange changes a dashboard user; what is absent stays.
type UserChange struct {
	Status   patch.Field[string]      `json:"status"`   // active, disabled
	Role     patch.Field[string]      `json:"role"`     // admin, clerk
	Password patch.Field[secret.Text] `json:"password"` // 8 to 128 characters

	ID       patch.ReadOnly `json:"id"`
	Object   patch.ReadOnly `json:"object"`
	Username patch.ReadOnly `json:"username"`
	Created  patch.ReadOnly `json:"created"`
}

// ConfirmDropsInput confirms micro-deposits.
type ConfirmDropsInput struct {
	Amounts patch.Field[[]string] `json:"amounts"` // two whole cents as strings, in any order
	// Attempt, when not zero, is the idempotent attempt that asks: all its tries
	// count as one confirmation.
	Attempt tenancy.ID `json:"-"`
}

// DecisionInput decides an identity review.
type DecisionInput struct {
	Status patch.Field[string] `json:"status"` // verified, rejected
	Reason patch.Field[string] `json:"reason"` // 1 to 512 characters
}

// GrantInput asks for an access token (PayStand API reference, access token).
type GrantInput struct {
	GrantType    patch.Field[string]      `json:"grant_type"` // client_credentials, password
	Scope        patch.Field[string]      `json:"scope"`      // auth
	ClientID     patch.Field[string]      `json:"client_id"`  // customer id
	ClientSecret patch.Field[secret.Text] `json:"client_secret"`
	Username     patch.Field[string]      `json:"username"`
	Password     patch.Field[secret.Text] `json:"password"`
	// Address is where the request came from, for the failure limits.
	Address string `json:"-"`
}

// Grant is an access token, shown once.
type Grant struct {
	AccessToken      secret.Text
	ExpiresInSeconds int
	Scope            string
	CustomerID       tenancy.ID
}

// TokenInput exchanges a bank or a card for a single-use token: exactly one.
type TokenInput struct {
	Bank patch.Field[BankInput] `json:"bank"`
	Card patch.Field[CardInput] `json:"card"`
}

// CardInput is a card as sent; only to make a token of it.
type CardInput struct {
	Token           patch.Field[string]       `json:"token"`
	NameOnCard      patch.Field[string]       `json:"nameOnCard"`
	CardNumber      patch.Field[secret.Text]  `json:"cardNumber"`      // 12 to 19 digits, Luhn
	SecurityCode    patch.Field[secret.Text]  `json:"securityCode"`    // 3 or 4 digits; checked and forgotten
	ExpirationMonth patch.Field[patch.Number] `json:"expirationMonth"` // 1 to 12
	ExpirationYear  patch.Field[patch.Number] `json:"expirationYear"`  // four digits
	BillingAddress  patch.Field[AddressInput] `json:"billingAddress"`
	IsDefault       patch.Field[bool]         `json:"isDefault"`
	Status          patch.Field[string]       `json:"status"` // change only: active, inactive
	Meta            patch.Field[patch.Raw]    `json:"meta"`
	// ID, when not zero, is the id that an idempotent attempt reserved for the card.
	ID tenancy.ID `json:"-"`

	readOnlyStamps
	Brand       patch.ReadOnly `json:"brand"`
	Last4       patch.ReadOnly `json:"last4"`
	Fingerprint patch.ReadOnly `json:"fingerprint"`
}

// Token is a single-use token and what it stands for, masked.
type Token struct {
	// Text is what is exchanged; the whole token, opaque and encrypted.
	Text    secret.Text
	Bank    *BankView
	Card    *CardView
	Created time.Time
	Expires time.Time
}

// PlanView shows a plan of the catalog.
type PlanView struct {
	Key      string               `json:"key"`
	Object   string               `json:"object"` // plan
	Name     string               `json:"name"`
	Features []plans.Feature      `json:"features"`
	Requires []plans.Verification `json:"requires"`
}

// Attempt is an idempotent request that may go ahead; it must be finished or
// abandoned.
type Attempt struct {
	// ID is reserved for what the request may make: every try of it makes the same.
	ID     tenancy.ID
	claim  Claim
	scopes tenancy.Scope
	derive func(label string) []byte
	// resumed tells that an earlier try with this key ended without an answer.
	resumed bool
}

// Answer is what an idempotent request was answered.
type Answer struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header,omitempty"`
	Body   []byte            `json:"body,omitempty"`
	// Redacted is Body without what only the original caller may see again; nil
	// when Body holds nothing of the kind.
	Redacted []byte `json:"-"`
}
