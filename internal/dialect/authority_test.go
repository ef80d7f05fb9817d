package dialect_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/bits"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced"
	"tenantry/internal/dialect/dwolla"
	"tenantry/internal/dialect/straddle"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// need is what a route of a dialect wants of its caller, and a body that it takes.
type need struct {
	scopes tenancy.Scope
	body   object
	// kept are the members that a writer that may not read is answered.
	kept []string
}

// needs says of every route of a dialect what a credential must hold for it; one that
// only reads and has no row needs read. A new route without a row fails the test.
func needs() map[string]need {
	const read, write, banks = tenancy.Read, tenancy.CustomersWrite, tenancy.BanksWrite
	return map[string]need{
		"GET /straddle/v1/customers/:id/unmasked": {scopes: tenancy.Unmask},
		"POST /straddle/v1/customers": {write, object{
			"name": "Ada Quill", "type": "individual", "email": "other@quill.example", "phone": "+15551234568", "device": object{"ip_address": "192.0.2.1"},
		}, []string{"data", "meta", "response_type"}},
		"PUT /straddle/v1/customers/:id": {write, object{
			"name": "Ada Quill", "email": "new@quill.example", "phone": "+15551234567", "status": "pending",
		}, nil},
		"DELETE /straddle/v1/customers/:id":                   {scopes: tenancy.CustomersDelete},
		"PATCH /straddle/v1/customers/:id/review":             {scopes: tenancy.IdentityDecide, body: object{"status": "verified"}},
		"PUT /straddle/v1/customers/:id/refresh_review":       {scopes: tenancy.IdentityDecide},
		"POST /straddle/v1/bridge/bank_account":               {scopes: banks},
		"PUT /straddle/v1/paykeys/:id/cancel":                 {scopes: banks},
		"POST /straddle/v1/reports/total_customers_by_status": {scopes: read},
		"POST /v1/api_keys":                                   {scopes: tenancy.KeysWrite}, "POST /v1/marketplaces": {scopes: write},
		// keys:revoke does by itself, and read and keys:write together.
		"GET /v1/api_keys": {scopes: tenancy.KeysRevoke}, "HEAD /v1/api_keys": {scopes: tenancy.KeysRevoke},
		"GET /v1/api_keys/:key": {scopes: tenancy.KeysRevoke}, "HEAD /v1/api_keys/:key": {scopes: tenancy.KeysRevoke}, "DELETE /v1/api_keys/:key": {scopes: tenancy.KeysWrite},
		"POST /v1/customers":           {write, object{"name": "Ada Quill"}, []string{"_type", "id", "uri"}},
		"PUT /v1/customers/:id":        {write, object{"name": "Ada Quill"}, []string{"_type", "id", "uri"}},
		"DELETE /v1/customers/:id":     {scopes: tenancy.CustomersDelete},
		"POST /v1/customers/:id/cards": {scopes: write | banks}, "POST /v1/customers/:id/bank_accounts": {scopes: write | banks},
		"POST /v1/marketplaces/:mp/cards": {scopes: banks}, "POST /v1/marketplaces/:mp/bank_accounts": {scopes: banks}, "POST /v1/bank_accounts": {scopes: banks},
		"PUT /v1/customers/:id/bank_accounts/:instrument": {scopes: banks}, "DELETE /v1/customers/:id/bank_accounts/:instrument": {scopes: banks},
		"PUT /v1/marketplaces/:mp/bank_accounts/:instrument": {scopes: banks}, "DELETE /v1/marketplaces/:mp/bank_accounts/:instrument": {scopes: banks},
		"PUT /v1/bank_accounts/:instrument": {scopes: banks}, "DELETE /v1/bank_accounts/:instrument": {scopes: banks},
		"PUT /v1/customers/:id/cards/:instrument": {scopes: banks}, "DELETE /v1/customers/:id/cards/:instrument": {scopes: banks},
		"PUT /v1/marketplaces/:mp/cards/:instrument": {scopes: banks}, "DELETE /v1/marketplaces/:mp/cards/:instrument": {scopes: banks},
		"POST /v1/customers/:id/bank_accounts/:instrument/verifications": {scopes: banks}, "POST /v1/marketplaces/:mp/bank_accounts/:instrument/verifications": {scopes: banks},
		"POST /v1/bank_accounts/:instrument/verifications":                               {scopes: banks},
		"PUT /v1/customers/:id/bank_accounts/:instrument/verifications/:verification":    {scopes: banks},
		"PUT /v1/marketplaces/:mp/bank_accounts/:instrument/verifications/:verification": {scopes: banks},
		"PUT /v1/bank_accounts/:instrument/verifications/:verification":                  {scopes: banks},
		"POST /token": {}, "GET /": {}, // a page of links
		"GET /business-classifications": {}, "GET /business-classifications/:id": {}, // the same for all
		"POST /customers/:id/beneficial-owners": {scopes: write}, "POST /beneficial-owners/:id": {scopes: write}, "DELETE /beneficial-owners/:id": {scopes: write},
		"POST /beneficial-owners/:id/documents": {scopes: write}, "POST /customers/:id/beneficial-ownership": {scopes: write, body: object{"status": "certified"}},
		"POST /customers/:id/kba": {scopes: write}, "POST /kba/:id": {scopes: write}, "POST /webhook-subscriptions/:id": {scopes: tenancy.WebhooksWrite, body: object{"paused": true}},
		"DELETE /webhook-subscriptions/:id": {scopes: tenancy.WebhooksWrite}, "POST /webhooks/:id/retries": {scopes: tenancy.WebhooksWrite},
		"POST /customers":                     {write, object{"firstName": "Ada", "lastName": "Quill", "email": "third@quill.example"}, []string{}},
		"POST /customers/:id":                 {scopes: write, body: object{"firstName": "Ada"}},
		"POST /customers/:id/documents":       {scopes: write},
		"POST /customers/:id/funding-sources": {scopes: banks}, "POST /funding-sources/:id": {scopes: banks}, "DELETE /funding-sources/:id": {scopes: banks},
		"POST /funding-sources/:id/micro-deposits": {scopes: banks},
		"POST /webhook-subscriptions":              {scopes: tenancy.Receivers, body: object{"url": "https://hooks.example/dwolla", "secret": "s"}},
	}
}

// No route of a dialect does for a credential, be it a key, an access token of one, or a
// user who signed in, what the native API would refuse it: it is
// refused what its row says it lacks, and who may not read is answered in the vendor's
// reduced shape.
func TestDialectsKeepTheLawsOfAuthority(t *testing.T) {
	t.Parallel()
	w := install(t)
	people := 0
	email := func() string { // what one made, another may not make again
		people++
		return fmt.Sprintf("n%d@quill.example", people)
	}
	table, signs := needs(), w.signs(needs())
	for _, vendor := range []dialect.Dialect{straddle.New(straddle.Options{}), balanced.New(balanced.Options{}), dwolla.New(dwolla.Options{})} {
		for _, route := range vendor.Routes() {
			name := route.Method + " " + route.Pattern
			row, listed := table[name]
			if reads := route.Method == http.MethodGet || route.Method == http.MethodHead; !listed && reads {
				row = need{scopes: tenancy.Read}
			} else if !listed {
				t.Errorf("%s has no row: say what a credential must hold for it", name)
				continue
			}
			if row.scopes == 0 {
				continue
			}
			// One of its own for each route: others end theirs.
			customer := w.ask(http.MethodPost, "/straddle/v1/customers", object{
				"name": "Ada Quill", "type": "individual", "email": email(), "phone": "+15551234567",
				"device": object{"ip_address": "192.0.2.1"},
			}, w.bearer())["data"].(object)["id"].(string)
			id, _ := dialect.ParseUUID(customer)
			path := route.Pattern
			for _, part := range strings.Split(path, "/") {
				if !strings.HasPrefix(part, ":") {
					continue
				}
				own := customer
				if strings.HasPrefix(name[strings.Index(name, " ")+1:], "/v1/") {
					own = dialect.Prefixed("CU", id)
				}
				path = strings.Replace(path, part, own, 1)
			}
			for _, s := range signs {
				sent := maps.Clone(row.body)
				if sent["email"] != nil {
					sent["email"] = email()
				}
				status, body := w.status(route.Method, path, sent, s.secret)
				if !s.scope.Has(row.scopes) && status < http.StatusBadRequest {
					t.Errorf("%s with %s of %s, which needs %s: %d %.200s", name, s.kind, s.scope, row.scopes, status, body)
				}
				if !s.scope.Has(row.scopes) || status == http.StatusUnauthorized && s.kind != "a key" && strings.HasPrefix(path, "/v1/") {
					continue // Balanced's clients have keys only
				}
				if status == http.StatusForbidden && bits.OnesCount64(uint64(row.scopes)) > 1 {
					t.Errorf("%s with %s of %s is refused: %.200s", name, s.kind, s.scope, body)
				}
				if row.kept == nil || s.scope.Has(tenancy.Read) {
					continue
				}
				var members map[string]json.RawMessage
				if status >= http.StatusBadRequest || len(row.kept) > 0 && json.Unmarshal(body, &members) != nil {
					t.Errorf("%s with %s: %d %.200s", name, s.scope, status, body)
				}
				for member := range members {
					if !slices.Contains(row.kept, member) {
						t.Errorf("%s with %s answers %s: %.300s", name, s.scope, member, body)
					}
				}
				if strings.Contains(string(body), "quill") || strings.Contains(string(body), "Ada") {
					t.Errorf("%s with %s shows the person: %s", name, s.scope, body)
				}
			}
		}
	}
}

// sign is a credential of the platform.
type sign struct {
	kind   string
	scope  tenancy.Scope
	secret string
}

// signs returns keys of one scope each, and of the scopes together that a row names; an
// access token of each of them; and a user of each role.
func (w *installation) signs(table map[string]need) (list []sign) {
	w.T.Helper()
	var scopes []tenancy.Scope
	for _, name := range tenancy.Full.Names() {
		scope, _ := tenancy.ParseScope(name)
		scopes = append(scopes, scope)
	}
	for _, row := range table {
		if row.scopes != 0 && !slices.Contains(scopes, row.scopes) {
			scopes = append(scopes, row.scopes)
		}
	}
	token := func(grant object) string {
		return w.ask(http.MethodPost, "/v3/oauth/token", grant, nil)["access_token"].(string)
	}
	for _, scope := range scopes {
		key := w.ask(http.MethodPost, "/v3/keys", object{"name": "n", "scopes": scope.Names()}, w.subject())["secret"].(string)
		list = append(list, sign{"a key", scope, key}, sign{"an access token", scope, token(object{
			"grant_type": "client_credentials", "scope": "auth", "client_id": w.Cove.ID, "client_secret": key,
		})})
	}
	for role, scope := range map[string]tenancy.Scope{"clerk": tenancy.Read, "admin": tenancy.Full} {
		const password = "a long enough phrase"
		w.ask(http.MethodPost, "/v3/users", object{"username": role + " of cove", "password": password, "role": role}, w.subject())
		list = append(list, sign{"the " + role, scope, token(object{
			"grant_type": "password", "scope": "auth", "username": role + " of cove", "password": password,
		})})
	}
	return list
}

// status sends a request with a key, as the clients of its dialect present it, and returns
// what is answered.
func (w *installation) status(method, path string, body object, key string) (int, []byte) {
	w.T.Helper()
	credential, media := testkit.Bearer(key), "application/vnd.dwolla.v1.hal+json"
	switch {
	case strings.HasPrefix(path, "/v1/"):
		credential, media = testkit.Basic(key), "application/json"
	case strings.HasPrefix(path, "/straddle/"):
		media = "application/json"
	}
	var content any
	if body != nil {
		content = body
	}
	a := w.Client(credential...).With("Content-Type", "application/json", "Accept", media).Do(method, path, content)
	return a.Status, []byte(a.Text)
}
