package balanced_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// python sends as the vendor's Python client does: the literal None as the password,
// and its own headers.
func (m tenant) python(method, path, body string) answer {
	m.T.Helper()
	request := &http.Request{Header: http.Header{}}
	request.SetBasicAuth(m.key, "None")
	for name, value := range map[string]string{
		"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "balanced-python/0.11.15",
	} {
		request.Header.Set(name, value)
	}
	return m.send(method, path, request.Header, body)
}

// The recorded requests of the vendor's Python client are answered as it expects, in the
// order in which a program makes them.
func TestTheRecordedPythonClient(t *testing.T) {
	t.Parallel()
	w := install(t)
	key := w.send("POST", "/v1/api_keys", http.Header{"Content-Type": {"application/json"}}, `{"id": null}`).ok(201)
	m := tenant{installation: w, key: key.Str("secret")}
	mp := m.python("POST", "/v1/marketplaces", `{"id": null}`).ok(201).is("name", "Test Marketplace")
	mine := m.python("GET", "/v1/marketplaces", "").ok(200)
	if len(mine.items("uri")) != 1 || mine.items("uri")[0] != mp.At("uri") {
		t.Fatalf("its marketplace is %s", mine.Text)
	}
	m.python("POST", "/v1/customers", `{"id": null}`).ok(201).is("source_uri", nil).is("destination_uri", nil)
	made := m.python("POST", "/v1/customers", `{"id": null, "name": "Henry Ford", "meta": {"tag": "1"}}`).ok(201)
	m.python("POST", "/v1/customers", `{"id": null, "email": "a@b.co", "resides_under_marketplace": true}`).ok(201)
	uri := made.Str("uri")
	m.python("GET", uri, "").ok(200)

	bare := strings.TrimPrefix(uri, "/")
	whole := func(extra string) string {
		return fmt.Sprintf(`{"id": %q, "_type": "customer", "_uris": {"cards_uri": {"_type": "page", "key": "cards"}}, "name": "Henry Ford",
			"created_at": "2013-06-07T17:29:26.368776+00:00Z", "ssn_last4": "xxxx", "source_uri": null, "destination_uri": null,
			"cards_uri": "%[2]s/cards", "bank_accounts_uri": "%[2]s/bank_accounts", "is_identity_verified": false,
			"meta": {"tag": "1"}, "address": {}, "dob": null, "email": null%[3]s}`, made.Str("id"), bare, extra)
	}
	m.python("PUT", uri, whole("")).ok(200).is("created_at", made.At("created_at")).is("ssn_last4", nil)
	token := m.python("POST", mp.Str("cards_uri"), `{"id": null, "card_number": "5105105105105100", "expiration_month": 12, "expiration_year": 2030,
		"security_code": null, "street_address": null, "postal_code": null, "city": null, "region": null, "country_code": null, "phone_number": null}`).ok(201)
	m.python("PUT", uri, whole(fmt.Sprintf(`, "card_uri": %q`, strings.TrimPrefix(token.Str("uri"), "/")))).ok(200).
		is("source_uri", uri+"/cards/"+token.Str("id"))
	m.python("PUT", uri, whole(`, "card": {"card_number": "4111111111111111", "expiration_month": 12, "expiration_year": 2030}`)).ok(200)
	account := m.python("POST", "/v1/bank_accounts", `{"id": null, "name": "H", "account_number": "9900000000123", "routing_number": "121000358", "type": "checking"}`).ok(201)
	m.python("POST", mp.Str("bank_accounts_uri"), `{"id": null, "name": "H", "account_number": "9900000000123", "bank_code": "321174851", "type": "checking"}`).ok(201)
	m.python("PUT", uri, whole(fmt.Sprintf(`, "bank_account_uri": %q`, strings.TrimPrefix(account.Str("uri"), "/")))).ok(200)
	m.python("PUT", uri, whole(`, "bank_account": {"name": "H", "account_number": "9900000000123", "routing_number": "021000021"}`)).ok(200)

	m.python("GET", uri+"/cards", "").ok(200).is("total", 2.0).is("next_uri", nil)
	active := m.python("GET", uri+"/cards?is_valid=True&sort=created_at%2Cdesc", "").ok(200)
	source := m.python("GET", uri, "").Str("source_uri")
	if m.python("GET", source, "").ok(200).At("id") != active.items("id")[0] {
		t.Error("the source is not the active card")
	}
	for query, total := range map[string]float64{
		"": 3, "?offset=0&limit=1": 3, "?email=a%40b.co": 1, "?created_at%5B%3E%5D=2013-06-07T00%3A00%3A00Z&name%5Bstartswith%5D=H": 1,
		"?email%5Bin%5D=a%40b.co%2Cc%40d": 1, "?meta.tag=1&email%5B%21%3D%5D=x": 1, "?meta%5Bcontains%5D=tag": 1, "?sort=created_at%2Cdesc": 3,
	} {
		t.Run(query, func(t *testing.T) {
			m := m.in(t)
			m.python("GET", "/v1/customers"+query, "").ok(200).is("total", total)
		})
	}
	m.python("DELETE", uri, "").ok(204)
	w.send("GET", uri, http.Header{}, "").ok(401)
}
