package access

import (
	"context"
	"time"

	"tenantry/customers/registry"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// clientTokenLife is how long the access tokens of OAuth clients last (Dwolla API
// reference, application authorization).
const clientTokenLife = time.Hour

// ClientGrantInput are the credentials of an OAuth client.
type ClientGrantInput struct {
	// ClientID is the id of the customer, or a publishable key of it.
	ClientID     string
	ClientSecret secret.Text // a secret or restricted key
	// Address is where the request came from, for the failure limits.
	Address string
}

// ClientGrant is an access token with what it may do.
type ClientGrant struct {
	Grant
	Scopes tenancy.Scope
}

// GrantClient exchanges a key for an access token of one hour, which does what the
// key does and ends with it. It returns Unauthenticated for wrong credentials,
// Forbidden customerDisabled and the like, and RateLimited.
func (s *Service) GrantClient(ctx context.Context, in ClientGrantInput) (ClientGrant, error) {
	return s.grantClient(ctx, in, s.clock().Add(clientTokenLife))
}

// grantClient is GrantClient for a token that ends when expires says, or after the usual
// time when that is zero.
func (s *Service) grantClient(ctx context.Context, in ClientGrantInput, expires time.Time) (ClientGrant, error) {
	caller, err := s.keyCaller(ctx, Presented{Address: in.Address}, in.ClientSecret, false)
	if err != nil {
		return ClientGrant{}, err
	}
	actor := registry.Stored(caller.Actor)
	if !names(in.ClientID, actor.Ref()) {
		return ClientGrant{}, fault.New(fault.Unauthenticated, fault.CodeCredentials, "client_id and client_secret do not match")
	}
	if err := checkNetwork(caller); err != nil {
		return ClientGrant{}, err
	}
	entry, _ := keys.FindID(actor.ID, actor.Keys, caller.Credential.ID)
	kind := keys.Secret
	if caller.Credential.Kind == tenancy.RestrictedKey {
		kind = keys.Restricted
	}
	grant, err := s.issue(ctx, actor, "token.issued", caller.Credential.ID, keys.TokenClaims{
		Ref: actor.Ref(), Entry: entry.Number, Kind: kind, Scope: grantScope, Expires: expires,
	})
	return ClientGrant{Grant: grant, Scopes: caller.Credential.Scopes}, err
}

// names reports whether a client id means the customer. A publishable key is a name
// here, as it is on every page that shows it: the secret beside it is what counts.
func names(clientID string, ref tenancy.Ref) bool {
	if clientID == ref.ID.String() {
		return true
	}
	key, err := keys.Parse(secret.New(clientID))
	return err == nil && key.Kind == keys.Publishable && key.Ref == ref
}
