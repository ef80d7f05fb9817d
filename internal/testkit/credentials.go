package testkit

import (
	"tenantry/customers/access"
	"tenantry/customers/view"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// credentials are the acts on keys, tokens and dashboard users.
type credentials struct{ *installation }

// Mint makes a restricted key of a customer and returns the customer signing with it.
func (h credentials) Mint(p Party, expiresInSeconds int, scopes ...string) Party {
	h.T.Helper()
	in := access.RestrictedKeyInput{Name: patch.Of("restricted"), Scopes: patch.Of(scopes)}
	if expiresInSeconds > 0 {
		in.ExpiresInSeconds = patch.Of(expiresInSeconds)
	}
	minted, err := h.Svc.Access.MintKey(h.T.Context(), h.As(p), "", in)
	Must(h.T, err)
	return Party{ID: p.ID, Keys: PairOf(minted.Secret)}
}

// Token exchanges the secret key of a customer for an access token and returns the
// customer signing with that.
func (h credentials) Token(p Party) Party {
	h.T.Helper()
	grant, err := h.Svc.Access.GrantToken(h.T.Context(), access.GrantInput{
		GrantType: patch.Of("client_credentials"), Scope: patch.Of("auth"), ClientID: patch.Of(p.ID), ClientSecret: patch.Of(p.Keys.Secret),
	})
	Must(h.T, err)
	return Party{ID: p.ID, Keys: PairOf(grant.AccessToken)}
}

// Login signs a dashboard user in and returns its customer signing with the token.
func (h credentials) Login(username, password string) (Party, error) {
	h.T.Helper()
	return h.LoginAt("", username, password)
}

// LoginAt is Login with the account named.
func (h credentials) LoginAt(account, username, password string) (Party, error) {
	h.T.Helper()
	grant, err := h.Svc.Access.GrantToken(h.T.Context(), access.GrantInput{
		GrantType: patch.Of("password"), Username: patch.Of(username), Password: patch.Of(secret.New(password)), Account: patch.Of(account),
	})
	return Party{ID: grant.CustomerID.String(), Keys: PairOf(grant.AccessToken)}, err
}

// Present authenticates a bearer credential for its own customer and returns the
// refusal.
func (h credentials) Present(p Party) error {
	_, err := h.Svc.Access.Authenticate(h.T.Context(), access.Presented{Bearer: p.Keys.Secret, SubjectID: p.ID})
	return err
}

// Publishing returns a caller that holds the publishable key of a customer.
func (h credentials) Publishing(p Party) tenancy.Caller {
	h.T.Helper()
	caller, err := h.Svc.Access.Authenticate(h.T.Context(), access.Presented{Publishable: p.Keys.Publishable, SubjectID: p.ID})
	Must(h.T, err)
	return caller
}

// AddUser adds a dashboard user.
func (h credentials) AddUser(by Party, id, body string) (view.UserView, error) {
	h.T.Helper()
	return h.Svc.Access.AddUser(h.T.Context(), h.As(by), id, Input[access.UserInput](h.T, body))
}

// Alive demands that a credential is accepted.
func (h credentials) Alive(name string, p Party) {
	h.T.Helper()
	if err := h.Present(p); err != nil {
		h.T.Errorf("%s: got %v, want it alive", name, err)
	}
}

// Keyed returns a customer of the platform that was made without keys, with a new pair.
func (h credentials) Keyed(p Party) Party {
	h.T.Helper()
	rotated, err := h.Svc.Access.RotateKeys(h.T.Context(), h.As(h.Cove), p.ID, access.RotateInput{})
	Must(h.T, err)
	return Party{p.ID, rotated.Pair}
}

// KeyID returns the public id of the n-th key of a customer.
func (h *Env) KeyID(customer string, n int32) string {
	h.T.Helper()
	c := h.Record(customer)
	entry, found := keys.Find(c.Keys, n)
	if !found {
		return "key_0" // names nothing
	}
	return entry.ID(c.ID)
}
