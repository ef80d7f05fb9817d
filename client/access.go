package client

import (
	"context"
	"net/http"
)

// AccessService exchanges credentials and shows how the service sees them.
type AccessService struct{ c *Client }

// WhoAmI returns how the service sees the caller: the first thing to ask when something is
// refused.
func (s *AccessService) WhoAmI(ctx context.Context, options ...CallOption) (*WhoAmI, error) {
	return call[WhoAmI](ctx, s.c, http.MethodGet, path("whoami"), nil, options)
}

// Grant exchanges credentials for an access token, which lasts 14 days. It takes no
// Idempotency-Key. It returns [ErrInvalidCredentials].
func (s *AccessService) Grant(ctx context.Context, input GrantInput, options ...CallOption) (*AccessToken, error) {
	return call[AccessToken](ctx, s.c, http.MethodPost, path("oauth", "token"), input, options)
}

// Revoke ends an access token at once: this is how a user logs out. A token that is unknown is
// answered like one that was ended. It takes no Idempotency-Key.
func (s *AccessService) Revoke(ctx context.Context, input TokenRevocation, options ...CallOption) error {
	return run(ctx, s.c, http.MethodPost, path("oauth", "revoke"), input, options)
}

// WhoAmI shows how the service sees you.
type WhoAmI struct {
	Object string `json:"object"`
	// The mode in which the installation runs.
	Mode string `json:"mode"`
	// The version of the program.
	Version string `json:"version"`
	// The customer whose credential signed the request.
	Actor Actor `json:"actor"`
	// The customer that the request acts for.
	Subject Subject `json:"subject"`
	// What signed the request.
	Credential Credential `json:"credential"`
	// The subject's plan.
	Plan *OwnPlan `json:"plan,omitzero"`
}

// Actor is the owner of the credential.
type Actor struct {
	ID string `json:"id"`
}

// Subject is the customer that the request acts for.
type Subject struct {
	ID string `json:"id"`
}

// Credential is the credential that signed the request.
type Credential struct {
	ID string `json:"id"`
	// One of secret, restricted, publishable, user and local.
	Kind string `json:"kind"`
	// The name of the user or of the restricted key.
	Name string `json:"name,omitzero"`
	// What the user is.
	Role   Role    `json:"role,omitzero"`
	Scopes []Scope `json:"scopes"`
}

// OwnPlan is the plan of the subject.
type OwnPlan struct {
	Key string `json:"key"`
	// One of verified, unverified, created, disabled and locked.
	Status   string          `json:"status"`
	Features map[string]bool `json:"features"`
}

// GrantInput holds the credentials to exchange for an access token.
type GrantInput struct {
	// One of client_credentials and password.
	GrantType string `json:"grant_type"`
	// The only scope, and the default. Auth is the only value.
	Scope string `json:"scope,omitzero"`
	// A customer id or a publishable key; with client_credentials.
	ClientID string `json:"client_id,omitzero"`
	// That customer's secret key.
	ClientSecret Secret `json:"client_secret,omitzero"`
	// A dashboard user; with password.
	Username string `json:"username,omitzero"`
	Password Secret `json:"password,omitzero"`
	// With password: the id of the customer that the user belongs to, or of one above it. User
	// names are unique within a platform; where users of several have one name, it must be
	// sent (a client_id that is the id or a publishable key of such a customer does as well),
	// and a page that signs people in does well to send it always.
	Account string `json:"account,omitzero"`
}

// AccessToken is an access token.
type AccessToken struct {
	AccessToken Secret `json:"access_token"`
	TokenType   string `json:"token_type"`
	// Seconds until it ends.
	ExpiresIn int    `json:"expires_in"`
	Scope     string `json:"scope"`
	// The customer that it acts as; the value for X-CUSTOMER-ID.
	CustomerID string `json:"customer_id"`
}

// TokenRevocation names the access token to end.
type TokenRevocation struct {
	// The access token to end.
	Token Secret `json:"token"`
	// Not needed.
	TokenTypeHint string `json:"token_type_hint,omitzero"`
	// The customer that the token was issued to.
	ClientID string `json:"client_id,omitzero"`
	// That customer's secret key.
	ClientSecret Secret `json:"client_secret,omitzero"`
}
