package balanced_test

import (
	"net/http"
	"strings"
	"testing"

	"tenantry/customers/access"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
)

// A key names its business. With it more keys of the same marketplace are made, listed and
// revoked; a key may revoke itself.
func TestKeys(t *testing.T) {
	t.Parallel()
	w := install(t)
	first := w.send("POST", "/v1/api_keys", http.Header{}, "").ok(201).is("_type", "api_key").is("merchant._type", "merchant").is("merchant.name", "Test Marketplace")
	m := tenant{installation: w, key: first.Str("secret")}
	merchant := first.At("merchant")
	m.get("/v1/merchants").ok(200).is("total", 1.0)
	if got := m.get(first.Str("merchant.uri")).ok(200); got.At("id") != first.At("merchant.id") {
		t.Errorf("the merchant is %s", got.Text)
	}
	m.post("/v1/marketplaces", nil).ok(201)
	second := m.post("/v1/api_keys", nil).ok(201).is("_type", "api_key").is("merchant", merchant)
	third := m.post("/v1/api_keys", `{"id":null}`).ok(201)
	page := m.get("/v1/api_keys").ok(200).is("total", 3.0)
	if strings.Contains(page.Text, "secret") || page.items("id")[0] != third.At("id") || page.items("id")[2] != first.At("id") {
		t.Errorf("the list is %s", page.Text)
	}
	m.get(second.Str("uri")).ok(200).is("id", second.At("id")).is("merchant", merchant)
	further := tenant{installation: w, key: second.Str("secret")}
	further.get("/v1/marketplaces").ok(200).is("items.0.id", m.get("/v1/marketplaces").At("items.0.id"))
	further.post("/v1/marketplaces", nil).refused(409, "marketplace-already-created", "logical", "")
	further.post("/v1/customers", nil).ok(201)
	for range 2 { // again is no news
		m.do("DELETE", third.Str("uri"), nil).ok(204)
	}
	m.get(third.Str("uri")).refused(404, "not-found", "request", "")
	m.get("/v1/api_keys").ok(200).is("total", 2.0)
	(tenant{installation: w, key: third.Str("secret")}).get("/v1/customers").ok(401)
	m.do("DELETE", first.Str("uri"), nil).ok(204)
	m.get("/v1/customers").refused(401, "authentication-required", "permission", "")
	further.get("/v1/customers").ok(200).is("total", 1.0)
}

// A restricted key may revoke itself and mint keys with its own scopes; it sees other keys
// only with the scopes for that.
func TestKeysOfARestrictedKey(t *testing.T) {
	t.Parallel()
	m := market(t)
	minted, err := m.Svc.Access.MintKey(t.Context(), m.caller(), "", access.RestrictedKeyInput{
		Name: patch.Of("writer"), Scopes: patch.Of([]string{"read", "customers:write"}),
	})
	testkit.Must(t, err)
	writer := m
	writer.key = minted.Secret.Reveal()
	own := "/v1/api_keys/AK" + strings.TrimPrefix(minted.Key.ID, "key_")
	writer.get("/v1/api_keys").refused(403, "not-authorized", "permission", "")
	writer.post("/v1/api_keys", nil).refused(403, "not-authorized", "permission", "")
	writer.do("DELETE", m.get("/v1/api_keys").items("uri")[1].(string), nil).refused(403, "not-authorized", "permission", "")
	writer.do("DELETE", own, nil).ok(204)
	writer.get("/v1/customers").ok(401)
	revoker, err := m.Svc.Access.MintKey(t.Context(), m.caller(), "", access.RestrictedKeyInput{
		Name: patch.Of("revoker"), Scopes: patch.Of([]string{"keys:revoke"}),
	})
	testkit.Must(t, err)
	guard := m
	guard.key = revoker.Secret.Reveal()
	guard.get("/v1/api_keys").ok(200).is("total", 1.0).is("items.0.merchant", object{"_type": "merchant", "id": "TEST-MR" + m.id, "uri": "/v1/merchants/TEST-MR" + m.id})
	guard.get("/v1/merchants").refused(403, "not-authorized", "permission", "")
	minter, err := m.Svc.Access.MintKey(t.Context(), m.caller(), "", access.RestrictedKeyInput{
		Name: patch.Of("minter"), Scopes: patch.Of([]string{"keys:write"}),
	})
	testkit.Must(t, err)
	blind := m
	blind.key = minter.Secret.Reveal()
	made := blind.post("/v1/api_keys", nil).ok(201)
	if made.Str("secret") == "" || made.Body["merchant"] != nil {
		t.Errorf("who may not read is answered %s", made.Text)
	}
}

// A marketplace shows its owner as a customer of the same address.
func TestAMarketplaceHasAnOwner(t *testing.T) {
	t.Parallel()
	m := market(t)
	shown := m.get(m.path("")).ok(200).is("owner_customer._type", "customer").is("owner_customer.name", "Cove").is("owner_account", nil)
	m.get(shown.Str("owner_customer.uri")).ok(200).is("name", "Cove").is("id", "CU"+m.id)
	m.get("/v1/marketplaces").ok(200).is("items.0.owner_customer.id", "CU"+m.id)
	m.post("/v1/marketplaces", object{"name": "Shop Street"}).ok(201).is("owner_customer.name", "Shop Street")
}

// The limits of the sign-up are those of the installation, which may also have none.
func TestTheSignUpIsASetting(t *testing.T) {
	t.Parallel()
	off := install(t, func(s *apitest.Setup) { s.Balanced.SignUp = false })
	off.send("POST", "/v1/api_keys", http.Header{}, "").refused(404, "not-found", "request", "")
	m := off.tenant()
	m.post("/v1/api_keys", nil).ok(201)
	few := install(t, func(s *apitest.Setup) { s.Balanced.AddressSignUpsPerMinute = 2 })
	few.send("POST", "/v1/api_keys", http.Header{}, "").ok(201)
	few.send("POST", "/v1/api_keys", http.Header{"Authorization": {basic("")}}, "").ok(201)
	few.send("POST", "/v1/api_keys", http.Header{}, "").refused(429, "rate-limited", "request", "")
	few.send("POST", "/v1/api_keys", http.Header{"Authorization": {basic("wrong")}}, "").refused(401, "authentication-required", "permission", "")
	altogether := install(t, func(s *apitest.Setup) { s.Balanced.SignUpsPerMinute = 1 })
	altogether.send("POST", "/v1/api_keys", http.Header{}, "").ok(201)
	altogether.send("POST", "/v1/api_keys", http.Header{}, "").ok(429)
	many := install(t, func(s *apitest.Setup) { s.Balanced.AddressSignUpsPerMinute, s.Balanced.SignUpsPerMinute = 100, 100 })
	for range 15 {
		many.send("POST", "/v1/api_keys", http.Header{}, "").ok(201)
	}
}
