package access

import (
	"tenantry/customers"
	"tenantry/customers/view"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// Presented is what a request shows of itself, before anything is verified.
type Presented struct {
	// Bearer is a secret key, a restricted key or an access token.
	Bearer secret.Text
	// Publishable is a publishable key (X-PUBLISHABLE-KEY).
	Publishable secret.Text
	// SubjectID is the customer that the request acts for (X-CUSTOMER-ID).
	SubjectID string
	// TargetID is the customer that the request names beside those; it is read by the same
	// read as the signer where the store gains by that, and authorized as ever.
	TargetID string
	// Itself lets a request that names no subject act for the signer.
	Itself bool
	// Address is where it came from, for the failure limits.
	Address string
}

// KeyTermsInput says when a new key ends and from where it may be used.
type KeyTermsInput struct {
	// ExpiresInSeconds ends the key by itself: 60 to 31536000; absent is never, or the
	// latest that the policy of the account allows.
	ExpiresInSeconds patch.Field[int] `json:"expiresInSeconds"`
	// AllowedAddresses are the addresses and networks (CIDR) that it may be used from, at
	// most 20; absent is everywhere that the minting key may be used from.
	AllowedAddresses patch.Field[[]string] `json:"allowedAddresses"`
}

// RestrictedKeyInput mints a restricted key.
type RestrictedKeyInput struct {
	Name patch.Field[string] `json:"name"` // 1 to 64 characters; required
	// Scopes are one or more of the names of tenancy.Full; never more than the minting
	// credential has.
	Scopes patch.Field[[]string] `json:"scopes"`
	KeyTermsInput
	// Attempt, when not zero, is the idempotent attempt that asks: a key that an
	// earlier try of it minted, which was never shown, is revoked.
	Attempt tenancy.ID `json:"-"`
}

// MintedKey is a new restricted key, shown once.
type MintedKey struct {
	Customer *customers.Customer
	Key      view.KeyView
	Secret   secret.Text
}

// RotateInput mints a new pair and ends the old one after a grace period.
type RotateInput struct {
	// GraceSeconds is 0 to 604800 (7 days); the default is 86400 (24 hours).
	GraceSeconds patch.Field[int] `json:"graceSeconds"`
	// GraceUntilUsed ends the old pair that many seconds after the first use of the new
	// secret key, at the latest with the grace: 0 to 604800. Absent, the use does not matter.
	GraceUntilUsed patch.Field[int] `json:"graceUntilUsed"`
	KeyTermsInput
	// Attempt, when not zero, is the idempotent attempt that asks: a pair that an
	// earlier try of it minted, which was never shown, is revoked, and nothing else rotated again.
	Attempt tenancy.ID `json:"-"`
}

// RotatedKeys is a new pair, shown once, with the pairs that it replaces.
type RotatedKeys struct {
	Customer *customers.Customer
	Key      view.KeyView
	Pair     keys.Pair
	Previous []view.KeyView // newest first; each with its end
}

// UserInput adds a dashboard user.
type UserInput struct {
	Username patch.Field[string]      `json:"username"` // 1 to 128 characters, unique in the tenant regardless of case
	Password patch.Field[secret.Text] `json:"password"` // 8 to 128 characters
	Name     patch.Field[string]      `json:"name"`     // of the person, at most 128 characters
	Role     patch.Field[string]      `json:"role"`     // admin, clerk; the first user is admin, later ones clerk
	// ID, when not zero, is the id that an idempotent attempt reserved for the user.
	ID tenancy.ID `json:"-"`
}

// UserChange changes a dashboard user; what is absent stays.
type UserChange struct {
	Status   patch.Field[string]      `json:"status"`   // active, disabled
	Name     patch.Field[string]      `json:"name"`     // of the person, at most 128 characters
	Role     patch.Field[string]      `json:"role"`     // admin, clerk
	Password patch.Field[secret.Text] `json:"password"` // 8 to 128 characters
	// Cascade ends what a user that is disabled has made.
	Cascade bool `json:"-"`

	ID       patch.ReadOnly `json:"id"`
	Object   patch.ReadOnly `json:"object"`
	Username patch.ReadOnly `json:"username"`
	Created  patch.ReadOnly `json:"created"`
}

// InvitationInput invites a person to become a dashboard user.
type InvitationInput struct {
	Username patch.Field[string] `json:"username"` // 1 to 128 characters, unique in the tenant regardless of case; an e-mail address will do
	Name     patch.Field[string] `json:"name"`     // of the person, at most 128 characters
	Role     patch.Field[string] `json:"role"`     // admin, clerk; the first user is admin, later ones clerk
	// ExpiresInSeconds ends the link by itself: 300 to 2592000 (30 days); the default is
	// 604800 (7 days).
	ExpiresInSeconds patch.Field[int] `json:"expiresInSeconds"`
	// Attempt, when not zero, is the idempotent attempt that asks: the user has its id,
	// and a link that an earlier try of it made, which was never shown, is dead.
	Attempt tenancy.ID `json:"-"`
}

// Invited is an invitation with its link's token, shown once.
type Invited struct {
	Invitation view.InvitationView
	Token      secret.Text
}

// AcceptInput accepts an invitation.
type AcceptInput struct {
	Token    patch.Field[secret.Text] `json:"token"`
	Password patch.Field[secret.Text] `json:"password"` // 8 to 128 characters
	// Address is where the request came from, for the trail.
	Address string `json:"-"`
}

// GrantInput asks for an access token (PayStand API reference, access token).
type GrantInput struct {
	GrantType    patch.Field[string]      `json:"grant_type"` // client_credentials, password
	Scope        patch.Field[string]      `json:"scope"`      // auth, the default
	ClientID     patch.Field[string]      `json:"client_id"`  // customer id or publishable key
	ClientSecret patch.Field[secret.Text] `json:"client_secret"`
	Username     patch.Field[string]      `json:"username"`
	Password     patch.Field[secret.Text] `json:"password"`
	// Account is the id of the customer that the user belongs to, or of one above that:
	// required where another tenant has a user of the same name.
	Account patch.Field[string] `json:"account"`
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
