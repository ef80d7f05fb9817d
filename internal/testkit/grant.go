package testkit

import (
	"tenantry/customers/access"
	"tenantry/internal/patch"
)

func (h *Env) Grant(body string) (access.Grant, error) {
	h.T.Helper()
	return h.Svc.Access.GrantToken(h.T.Context(), Input[access.GrantInput](h.T, body))
}

// Credentials asks for a token with a customer id and a key of it.
func (h *Env) Credentials(id string, p Party) (access.Grant, error) {
	h.T.Helper()
	return h.Svc.Access.GrantToken(h.T.Context(), access.GrantInput{
		GrantType: patch.Of("client_credentials"), Scope: patch.Of("auth"), ClientID: patch.Of(id), ClientSecret: patch.Of(p.Keys.Secret),
	})
}
