package balanced_test

import (
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/patch"
)

// A customer on which nothing happened is deleted for good, its cards and bank accounts
// with it; a second time there is none.
func TestDeleting(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri, stays := m.create(everything()), m.create(object{})
	held := m.card(cardNumber)
	m.put(uri, object{"card_uri": held, "bank_account_uri": m.bank()}).ok(200)
	if gone := m.do("DELETE", uri, nil).ok(204); gone.text != "" {
		t.Errorf("the answer has a body: %s", gone.text)
	}
	for _, path := range []string{uri, uri + "/cards", held, "/v1/customers/CU65be9a3f1c2d4e5f60718293"} {
		m.get(path).refused(404, "not-found", "request", "")
		m.do("DELETE", path, nil).ok(map[bool]int{true: 405, false: 404}[strings.HasSuffix(path, "/cards")])
	}
	m.put(uri, object{"name": "x"}).refused(404, "not-found", "request", "")
	m.put(stays, object{"card_uri": held}).refused(400, "request", "request", "card_uri")
	m.get("/v1/customers").ok(200).is("total", 1.0)
}

// What happened on a customer shows on its pages, and then it stays.
func TestWhatHappened(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{"name": "Busy"})
	for _, name := range []string{"credits", "debits", "holds", "refunds", "transactions", "reversals"} {
		m.get(uri+"/"+name).ok(200).is("total", 0.0).is("items", []any{}).is("next_uri", nil).is("uri", uri+"/"+name+"?limit=10&offset=0")
	}
	id := strings.TrimPrefix(last(uri), "CU")
	for i, kind := range []string{"hold", "debit", "debit", "credit", "refund"} {
		m.advance(time.Minute)
		_, fresh, err := m.service.RecordActivity(t.Context(), m.caller(), id, customers.ActivityInput{
			Type: patch.Of(kind), Amount: patch.Of(patch.Number("12.5")), Reference: patch.Of(string(rune('a' + i))),
		})
		if must(t, err); !fresh {
			t.Errorf("%s was there already", kind)
		}
	}
	m.get(uri+"/debits").ok(200).is("total", 2.0)
	for name, kind := range map[string]string{"credits": "credit", "holds": "hold", "refunds": "refund"} {
		page := m.get(uri+"/"+name).ok(200).is("total", 1.0)
		if page.items("_type")[0] != kind || page.items("amount")[0] != 1250.0 || !stampForm.MatchString(page.items("created_at")[0].(string)) {
			t.Errorf("%s shows %s", name, page.text)
		}
	}
	all := m.get(uri+"/transactions?limit=2&offset=2").ok(200).is("total", 5.0).is("next_uri", uri+"/transactions?limit=2&offset=4")
	if got := all.items("transaction_number"); got[0] != "c" || got[1] != "b" {
		t.Errorf("the page is %v", got)
	}
	if got := m.get(uri + "/transactions?sort=created_at,asc").items("transaction_number"); got[0] != "a" {
		t.Errorf("the oldest is %v", got[0])
	}
	m.get(uri+"/reversals").ok(200).is("total", 0.0)
	m.do("DELETE", uri, nil).refused(409, "customer-has-activity", "logical", "")
	m.get(uri).ok(200).is("name", "Busy")
}
