package balanced_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"tenantry/customers/access"
	"tenantry/customers/fields"
	"tenantry/customers/lifecycle"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
)

// The key is the user name of HTTP Basic and the password is ignored; without a valid key
// every route is refused.
func TestTheKeySigns(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{})
	for _, password := range []string{"", "None", "anything"} {
		request := &http.Request{Header: http.Header{}}
		request.SetBasicAuth(m.key, password)
		m.send("GET", uri, request.Header, "").ok(200)
	}
	for name, encoding := range map[string]*base64.Encoding{"bare": base64.RawStdEncoding, "URL-safe": base64.URLEncoding, "both": base64.RawURLEncoding} {
		t.Run(name, func(t *testing.T) {
			m := m.in(t)
			// 0xFB 0xEF needs what the alphabets differ in.
			header := "Basic " + encoding.EncodeToString([]byte(m.key+":\xfb\xef\xbe"))
			m.send("GET", uri, http.Header{"Authorization": {header}}, "").ok(200)
		})
	}
	wrong := m.key[:len(m.key)-1] + map[bool]string{true: "y", false: "x"}[strings.HasSuffix(m.key, "x")]
	for name, header := range map[string]string{
		"none": "", "unknown": basic("ak-test-nobody"), "wrong": basic(wrong), "empty": basic(""), "bearer": "Bearer " + m.key, "junk": "Basic !!",
	} {
		t.Run(name, func(t *testing.T) {
			m := m.in(t)
			h := http.Header{}
			if header != "" {
				h.Set("Authorization", header)
			}
			for _, route := range []string{"GET " + uri, "GET /v1/customers", "POST /v1/customers", "DELETE " + uri, "GET /v1/marketplaces"} {
				method, path, _ := strings.Cut(route, " ")
				a := m.send(method, path, h.Clone(), "").refused(401, "authentication-required", "permission", "")
				if !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Basic ") {
					t.Errorf("%s: no challenge", name)
				}
			}
		})
	}
	m.get(uri).ok(200)
}

func basic(key string) string {
	request := &http.Request{Header: http.Header{}}
	request.SetBasicAuth(key, "")
	return request.Header.Get("Authorization")
}

// A restricted key does what its scopes say.
func TestScopesHold(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{})
	minted, err := m.Svc.Access.MintKey(t.Context(), m.caller(), "", access.RestrictedKeyInput{
		Name: patch.Of("reader"), Scopes: patch.Of([]string{"read"}),
	})
	testkit.Must(t, err)
	reader := m
	reader.key = minted.Secret.Reveal()
	reader.get(uri).ok(200)
	for _, a := range []answer{
		reader.put(uri, object{"name": "x"}), reader.post("/v1/customers", object{}), reader.do("DELETE", uri, nil),
		reader.post(m.path("/cards"), card(cardNumber)), reader.post(uri+"/cards", card(cardNumber)),
	} {
		a.refused(403, "not-authorized", "permission", "")
	}
}

// Ids of another tenant, unknown ids and malformed ids get the same answer on every route,
// and nothing of the other tenant changes.
func TestStrangersFindNothing(t *testing.T) {
	t.Parallel()
	w := install(t)
	owner, stranger := w.tenant(), w.tenant()
	uri := owner.create(object{"name": "Mine"})
	held := owner.put(uri, object{"card_uri": owner.card(cardNumber), "bank_account_uri": owner.bank()}).ok(200)
	waiting, waitingBank := owner.card(otherCard), owner.bank()
	before := owner.get(uri)
	missing := strings.NewReplacer(uri, "/v1/customers/CU65be9a3f1c2d4e5f60718293")
	own := stranger.create(object{})
	id := func(uri string) string { return uri[strings.LastIndexByte(uri, '/')+1:] }
	paths := []string{uri, uri + "/cards", uri + "/bank_accounts", uri + "/credits", uri + "/transactions", held.Str("source_uri"), held.Str("destination_uri")}
	for _, path := range paths {
		a := stranger.get(path).refused(404, "not-found", "request", "")
		b := stranger.get(missing.Replace(path)).refused(404, "not-found", "request", "")
		if a.Body["description"] == nil || strings.Split(a.Str("description"), " Your request")[0] != strings.Split(b.Str("description"), " Your request")[0] {
			t.Errorf("%s tells a stranger from nobody", path)
		}
	}
	for _, path := range []string{waiting, waitingBank, stranger.path("/cards/" + id(waiting)), "/v1/customers/nonsense", "/v1/customers/CU123", own + "/cards/" + id(waiting)} {
		stranger.get(path).refused(404, "not-found", "request", "")
		stranger.do("DELETE", path, nil).refused(404, "not-found", "request", "")
	}
	stranger.put(uri, object{"name": "Taken"}).refused(404, "not-found", "request", "")
	stranger.do("DELETE", uri, nil).refused(404, "not-found", "request", "")
	stranger.put(held.Str("source_uri"), object{"is_valid": false}).refused(404, "not-found", "request", "")
	stranger.do("DELETE", held.Str("destination_uri"), nil).refused(404, "not-found", "request", "")
	stranger.post(uri+"/cards", card(cardNumber)).refused(404, "not-found", "request", "")
	stranger.post(owner.path("/cards"), card(cardNumber)).refused(404, "not-found", "request", "")
	stranger.put(own, object{"card_uri": waiting}).refused(400, "request", "request", "card_uri")
	stranger.put(own, object{"bank_account_uri": waitingBank}).refused(400, "request", "request", "bank_account_uri")
	stranger.get("/v1/customers").is("total", 1.0)
	if after := owner.get(uri); after.Text != before.Text {
		t.Error("something of the other tenant changed")
	}
	owner.put(uri, object{"card_uri": waiting}).ok(200)
}

// HEAD answers as GET does, without a body; other methods, and other paths under /v1,
// are refused in the vendor's shape.
func TestMethods(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{})
	for _, path := range []string{uri, "/v1/customers", uri + "/cards", uri + "/bank_accounts", "/v1/customers/CU65be9a3f1c2d4e5f60718293"} {
		t.Run(path, func(t *testing.T) {
			m := m.in(t)
			got, head := m.get(path), m.do("HEAD", path, nil)
			if head.Status != got.Status || head.Text != "" || head.Header.Get("Content-Type") != "application/json" {
				t.Errorf("HEAD %s: %d %q %s", path, head.Status, head.Text, head.Header.Get("Content-Type"))
			}
		})
	}
	m.do("PATCH", uri, object{}).refused(405, "method-not-allowed", "request", "")
	m.do("PATCH", "/v1/customers", object{}).refused(405, "method-not-allowed", "request", "")
	m.post(uri+"/credits", object{}).refused(405, "method-not-allowed", "request", "")
	m.get("/v1/nonsense").refused(404, "not-found", "request", "")
	m.get("/v1/customers//cards").refused(404, "not-found", "request", "")
	m.do("POST", "/v1/customers", strings.Repeat(" ", 1<<20)+"{}").refused(413, "request", "request", "")
}

// In a sandbox anybody can sign up and use the key at once: it has one marketplace, whose
// name can be set once. Sign-ups are rate limited, and live mode has none.
func TestSigningUp(t *testing.T) {
	t.Parallel()
	w := install(t)
	made := w.send("POST", "/v1/api_keys", http.Header{"Content-Type": {"application/json"}}, `{"id": null}`).ok(201).is("_type", "api_key")
	m := tenant{installation: w, key: made.Str("secret")}
	m.get("/v1/customers").ok(200).is("total", 0.0)
	page := m.get("/v1/marketplaces").ok(200).is("total", 1.0).is("next_uri", nil)
	opened := m.post("/v1/marketplaces", object{"id": nil, "name": "Shop Street", "support_email_address": "help@shop.example"}).ok(201).
		is("name", "Shop Street").is("support_email_address", "help@shop.example").is("in_escrow", 0.0).is("customers_uri", "/v1/customers")
	if page.items("uri")[0] != opened.At("uri") {
		t.Errorf("the marketplace is %v and %v", page.items("uri"), opened.At("uri"))
	}
	m.get(opened.Str("uri")).ok(200).is("name", "Shop Street")
	m.get(opened.Str("uri")+"/").ok(200).is("name", "Shop Street") // as the vendor's Node client asks
	m.get("/v1/merchants").ok(200).is("items.0.marketplace_uri", opened.At("uri"))
	m.post("/v1/marketplaces", object{"name": "Again"}).refused(409, "marketplace-already-created", "logical", "")
	m.get("/v1/marketplaces/TEST-MP65be9a3f1c2d4e5f60718293").refused(404, "not-found", "request", "")
	m.post(opened.Str("cards_uri"), card(cardNumber)).ok(201)
	m.post(opened.Str("bank_accounts_uri"), bank()).ok(201)
	for range 9 {
		w.send("POST", "/v1/api_keys", http.Header{}, "").ok(201)
	}
	limited := w.send("POST", "/v1/api_keys", http.Header{}, "").refused(429, "rate-limited", "request", "")
	if limited.Header.Get("Retry-After") != "60" {
		t.Errorf("Retry-After is %q", limited.Header.Get("Retry-After"))
	}
	closed := install(t, func(s *apitest.Setup) { s.Balanced.SignUp = false })
	closed.send("POST", "/v1/api_keys", http.Header{}, "").refused(404, "not-found", "request", "")
}

// A marketplace below an account that is switched off is refused in the vendor's words.
func TestTheAccountAboveIsSwitchedOff(t *testing.T) {
	t.Parallel()
	m := market(t)
	below, err := m.Svc.Lifecycle.Create(t.Context(), m.caller(), lifecycle.CreateInput{Input: fields.Input{
		Name: patch.Of("Below"), Email: patch.Of("ops@below.example"), PlanKey: patch.Of("platform"),
	}})
	testkit.Must(t, err)
	_, err = m.Svc.Lifecycle.Update(t.Context(), m.caller(), lifecycle.UpdateInput{CustomerID: m.id, Input: fields.Input{Status: patch.Of("disabled")}})
	testkit.Must(t, err)
	off := tenant{installation: m.installation, id: below.Customer.ID.String(), key: below.Keys.Secret.Reveal()}
	if a := off.get("/v1/customers").ok(403); !strings.Contains(a.Str("description"), "The account above") {
		t.Errorf("got %s", a.Text)
	}
	off.post("/v1/customers", object{}).ok(403)
}
