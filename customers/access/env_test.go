package access_test

import (
	"time"

	"tenantry/customers/access"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
	"tenantry/keys"
)

// forged returns a well-formed key of a customer with a random part of its own, as a
// stranger can make one who knows how keys are written.
func forged(h *testkit.Env, p testkit.Party) keys.Pair {
	h.T.Helper()
	_, pair, err := keys.Minter{Mode: keys.Test}.Pair(h.T.Context(), h.Record(p.ID).Ref(), 1, h.Clock.Now())
	testkit.Must(h.T, err)
	return pair
}

// rotate returns the customer with its new pair.
func rotate(h *testkit.Env, p testkit.Party, grace time.Duration) testkit.Party {
	h.T.Helper()
	rotated, err := h.Svc.Access.RotateKeys(h.T.Context(), h.As(p), "", access.RotateInput{GraceSeconds: patch.Of(int(grace / time.Second))})
	testkit.Must(h.T, err)
	return testkit.Party{ID: p.ID, Keys: rotated.Pair}
}

// dead demands that a credential is refused as any wrong one.
func dead(h *testkit.Env, name string, p testkit.Party) {
	h.T.Helper()
	if err := h.Present(p); fault.KindOf(err) != fault.Unauthenticated || fault.CodeOf(err) != fault.CodeCredentials {
		h.T.Errorf("%s: got %v, want it dead", name, err)
	}
}

func grant(h *testkit.Env, body string) (access.Grant, error) {
	h.T.Helper()
	return h.Svc.Access.GrantToken(h.T.Context(), testkit.Input[access.GrantInput](h.T, body))
}

// credentials asks for a token with a customer id and a key of it.
func credentials(h *testkit.Env, id string, p testkit.Party) (access.Grant, error) {
	h.T.Helper()
	return h.Svc.Access.GrantToken(h.T.Context(), access.GrantInput{
		GrantType: patch.Of("client_credentials"), Scope: patch.Of("auth"), ClientID: patch.Of(id), ClientSecret: patch.Of(p.Keys.Secret),
	})
}

func keyList(h *testkit.Env, p testkit.Party) []view.KeyView {
	h.T.Helper()
	list, err := h.Svc.Access.Keys(h.T.Context(), h.As(p), "")
	testkit.Must(h.T, err)
	return list
}

func tryMint(h *testkit.Env, p testkit.Party, scopes ...string) (access.MintedKey, error) {
	h.T.Helper()
	return h.Svc.Access.MintKey(h.T.Context(), h.As(p), "", access.RestrictedKeyInput{Name: patch.Of("key"), Scopes: patch.Of(scopes)})
}

func changeUser(h *testkit.Env, by testkit.Party, id, user, body string) (view.UserView, error) {
	h.T.Helper()
	return h.Svc.Access.UpdateUser(h.T.Context(), h.As(by), id, user, testkit.Input[access.UserChange](h.T, body))
}

// staffed adds an administrator and a clerk to the customer and returns their ids.
func staffed(h *testkit.Env, p testkit.Party) (boss, clerk string) {
	h.T.Helper()
	first, err := h.AddUser(p, "", `{"username":"boss","password":"long enough"}`)
	testkit.Must(h.T, err)
	second, err := h.AddUser(p, "", `{"username":"clerk","password":"long enough"}`)
	testkit.Must(h.T, err)
	return first.ID, second.ID
}

// signedIn signs a user in who must be let in.
func signedIn(h *testkit.Env, username, password string) testkit.Party {
	h.T.Helper()
	user, err := h.Login(username, password)
	testkit.Must(h.T, err)
	return user
}
