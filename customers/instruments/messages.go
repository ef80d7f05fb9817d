package instruments

import (
	"time"

	"tenantry/customers/fields"
	"tenantry/customers/view"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// ConfirmDropsInput confirms micro-deposits.
type ConfirmDropsInput struct {
	Amounts patch.Field[[]string] `json:"amounts"` // two whole cents as strings, in any order
	// Attempt, when not zero, is the idempotent attempt that asks: all its tries
	// count as one confirmation.
	Attempt tenancy.ID `json:"-"`
}

// TokenInput exchanges a bank or a card for a single-use token: exactly one.
type TokenInput struct {
	Bank patch.Field[fields.BankInput] `json:"bank"`
	Card patch.Field[CardInput]        `json:"card"`
}

// CardInput is a card as sent; only to make a token of it.
type CardInput struct {
	Token           patch.Field[string]              `json:"token"`
	NameOnCard      patch.Field[string]              `json:"nameOnCard"`
	CardNumber      patch.Field[secret.Text]         `json:"cardNumber"`      // 12 to 19 digits, Luhn
	SecurityCode    patch.Field[secret.Text]         `json:"securityCode"`    // 3 or 4 digits; checked and forgotten
	ExpirationMonth patch.Field[patch.Number]        `json:"expirationMonth"` // 1 to 12
	ExpirationYear  patch.Field[patch.Number]        `json:"expirationYear"`  // four digits
	BillingAddress  patch.Field[fields.AddressInput] `json:"billingAddress"`
	IsDefault       patch.Field[bool]                `json:"isDefault"`
	Status          patch.Field[string]              `json:"status"` // change only: active, inactive
	Meta            patch.Field[patch.Raw]           `json:"meta"`
	// ID, when not zero, is the id that an idempotent attempt reserved for the card.
	ID tenancy.ID `json:"-"`

	fields.ReadOnlyStamps
	Brand       patch.ReadOnly `json:"brand"`
	Last4       patch.ReadOnly `json:"last4"`
	Fingerprint patch.ReadOnly `json:"fingerprint"`
}

// Token is a single-use token and what it stands for, masked.
type Token struct {
	// Text is what is exchanged; the whole token, opaque and encrypted.
	Text    secret.Text
	Bank    *view.BankView
	Card    *view.CardView
	Created time.Time
	Expires time.Time
}
