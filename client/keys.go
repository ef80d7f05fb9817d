package client

import (
	"context"
	"net/http"
	"time"
)

// KeysService lists, mints, rotates and revokes keys.
type KeysService struct{ c *Client }

// List returns the credentials of a customer, never the keys themselves.
func (s *KeysService) List(ctx context.Context, customer string, options ...CallOption) ([]Key, error) {
	return all[Key](ctx, s.c, path("customers", customer, "keys"), options)
}

// Create mints a restricted key with the scopes that the input names, none of which the caller
// lacks. Its secret is in this answer alone. It returns [ErrInsufficientScope] and
// [ErrMaximumNumberOfResources].
func (s *KeysService) Create(ctx context.Context, customer string, input RestrictedKeyInput, options ...CallOption) (*MintedKey, error) {
	return call[MintedKey](ctx, s.c, http.MethodPost, path("customers", customer, "keys"), input, options)
}

// Rotate replaces the pair of keys. The old pair stays valid for the grace period, 24 hours
// unless the input says otherwise, and never longer than it would have been. Restricted keys
// stay.
func (s *KeysService) Rotate(ctx context.Context, customer string, input RotateInput, options ...CallOption) (*RotatedKeys, error) {
	return call[RotatedKeys](ctx, s.c, http.MethodPost, path("customers", customer, "keys", "rotate"), input, options)
}

// Revoke ends a key at once; with [Cascade] what it made ends too. It returns
// [ErrInsufficientScope] for a key that may do more than the caller.
func (s *KeysService) Revoke(ctx context.Context, customer, key string, options ...CallOption) (*Key, error) {
	return call[Key](ctx, s.c, http.MethodDelete, path("customers", customer, "keys", key), nil, options)
}

// RevokeOwn ends the key that signs the call; with [Cascade] what it made ends too.
func (s *KeysService) RevokeOwn(ctx context.Context, options ...CallOption) (*Key, error) {
	return call[Key](ctx, s.c, http.MethodDelete, path("keys", "current"), nil, options)
}

// Scope is what a credential may do. It may grow.
type Scope string

// The values of Scope.
const (
	ScopeRead            Scope = "read"
	ScopeCustomersWrite  Scope = "customers:write"
	ScopeCustomersDelete Scope = "customers:delete"
	ScopeCustomersStatus Scope = "customers:status"
	ScopeBanksWrite      Scope = "banks:write"
	ScopeKeysWrite       Scope = "keys:write"
	ScopeKeysRevoke      Scope = "keys:revoke"
	ScopeUsersWrite      Scope = "users:write"
	ScopeWebhooksWrite   Scope = "webhooks:write"
	ScopeUnmask          Scope = "unmask"
	ScopeIdentityDecide  Scope = "identity:decide"
	ScopeTokensWrite     Scope = "tokens:write"
)

// KeyPair is a new pair of keys, shown in one answer and never again.
type KeyPair struct {
	// Safe in a browser; can only make tokens.
	Publishable string `json:"publishable"`
	// May do everything that the customer may.
	Secret Secret `json:"secret"`
}

// KeyBase holds what every answer shows of a credential.
type KeyBase struct {
	// Unique in the installation.
	ID     string `json:"id"`
	Object string `json:"object"`
	// May grow. One of pair and restricted.
	Type string `json:"type"`
	Name string `json:"name,omitzero"`
	// One of live and test.
	Mode   string  `json:"mode"`
	Scopes []Scope `json:"scopes"`
	// The last four characters of the secret half. At most 4 characters.
	Hint string `json:"hint"`
	// One of active, expired and revoked.
	Status  string    `json:"status"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"`
	Revoked time.Time `json:"revoked,omitzero"`
	// Approximate.
	LastUsed time.Time `json:"lastUsed,omitzero"`
	// Where it was used from then; approximate.
	LastUsedAddress string `json:"lastUsedAddress,omitzero"`
	// The key or user that minted it, if it is one of the customer or your own.
	CreatedBy string `json:"createdBy,omitzero"`
	// The networks that it may be used from; absent for all.
	AllowedAddresses []string `json:"allowedAddresses,omitzero"`
	Made             *Made    `json:"made,omitzero"`
}

// Key is a credential of a customer, without the key itself.
type Key struct {
	KeyBase
}

// MintedKey is a new restricted key, shown once.
type MintedKey struct {
	KeyBase

	// The key. Absent when this answer is replayed to another credential.
	Secret Secret `json:"secret,omitzero"`
}

// RotatedKeys is a new pair, shown once, and the pairs that it replaces.
type RotatedKeys struct {
	KeyBase

	Keys *KeyPair `json:"keys,omitzero"`
	// Newest first, each with the time at which it expires.
	Previous []Key `json:"previous"`
}

// RestrictedKeyInput is a key to mint, with fewer scopes than a secret key has.
type RestrictedKeyInput struct {
	// Your own name for the key. 1 to 64 characters.
	Name string `json:"name"`
	// One or more, never more than the minting credential has.
	Scopes []Scope `json:"scopes"`
	// When the key expires by itself; by default never, or as late as the policy of the
	// account allows. 60 to 31,536,000.
	ExpiresInSeconds Optional[int] `json:"expiresInSeconds,omitzero"`
	// Addresses and networks (CIDR) that it may be used from; by default all that the minting
	// key may be used from. At most 20.
	AllowedAddresses Optional[[]string] `json:"allowedAddresses,omitzero"`
}

// RotateInput says how long the old pair stays valid and what the new one is limited to.
type RotateInput struct {
	// 0 to 7 days; 24 hours by default. A rotation never extends the life of a key. 0 to
	// 604,800.
	GraceSeconds Optional[int] `json:"graceSeconds,omitzero"`
	// When the key expires by itself; by default never, or as late as the policy of the
	// account allows. 60 to 31,536,000.
	ExpiresInSeconds Optional[int] `json:"expiresInSeconds,omitzero"`
	// Addresses and networks (CIDR) that it may be used from; by default all that the minting
	// key may be used from. At most 20.
	AllowedAddresses Optional[[]string] `json:"allowedAddresses,omitzero"`
}

// Made is what a credential that ends has made and what that made in turn, as far as it is
// still in force.
type Made struct {
	// Whether it was ended by the same request.
	Ended    bool       `json:"ended"`
	Keys     []MadePart `json:"keys"`
	Users    []MadePart `json:"users"`
	Webhooks []MadePart `json:"webhooks"`
	// Whether the lists are cut off.
	More bool `json:"more"`
}

// MadePart is one key, user or receiver that a credential has made.
type MadePart struct {
	ID         string `json:"id"`
	CustomerID string `json:"customerId"`
	// The name of a key or user, the URL of a receiver.
	Name string `json:"name,omitzero"`
}
