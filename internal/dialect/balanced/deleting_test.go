package balanced_test

import (
	"strings"
	"testing"
	"time"

	"tenantry/customers/activities"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// A customer without activity is deleted for good, with its cards and bank accounts;
// deleting it again answers 404.
func TestDeleting(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri, stays := m.create(everything()), m.create(object{})
	held := m.card(cardNumber)
	m.put(uri, object{"card_uri": held, "bank_account_uri": m.bank()}).ok(200)
	if gone := m.do("DELETE", uri, nil).ok(204); gone.Text != "" {
		t.Errorf("the answer has a body: %s", gone.Text)
	}
	for _, path := range []string{uri, uri + "/cards", held, "/v1/customers/CU65be9a3f1c2d4e5f60718293"} {
		m.get(path).refused(404, "not-found", "request", "")
		m.do("DELETE", path, nil).ok(map[bool]int{true: 405, false: 404}[strings.HasSuffix(path, "/cards")])
	}
	m.put(uri, object{"name": "x"}).refused(404, "not-found", "request", "")
	m.put(stays, object{"card_uri": held}).refused(400, "request", "request", "card_uri")
	m.get("/v1/customers").ok(200).is("total", 1.0)
}

// A customer's activity shows in its lists, and a customer with activity cannot be
// deleted.
func TestWhatHappened(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{"name": "Busy"})
	for _, name := range []string{"credits", "debits", "holds", "refunds", "transactions", "reversals"} {
		m.get(uri+"/"+name).ok(200).is("total", 0.0).is("items", []any{}).is("next_uri", nil).is("uri", uri+"/"+name+"?limit=10&offset=0")
	}
	id := strings.TrimPrefix(last(uri), "CU")
	for i, kind := range []string{"hold", "debit", "debit", "credit", "refund"} {
		t.Run(kind, func(t *testing.T) {
			m := m.in(t)
			m.Clock.Advance(time.Minute)
			_, fresh, err := m.Svc.Activities.RecordActivity(t.Context(), m.caller(), id, activities.ActivityInput{
				Type: patch.Of(kind), Amount: patch.Of(patch.Number("12.5")), Reference: patch.Of(string(rune('a' + i))),
			})
			if testkit.Must(t, err); !fresh {
				t.Errorf("%s was there already", kind)
			}
		})
	}
	m.get(uri+"/debits").ok(200).is("total", 2.0)
	for name, kind := range map[string]string{"credits": "credit", "holds": "hold", "refunds": "refund"} {
		t.Run(name, func(t *testing.T) {
			m := m.in(t)
			page := m.get(uri+"/"+name).ok(200).is("total", 1.0)
			if page.items("_type")[0] != kind || page.items("amount")[0] != 1250.0 || !stampForm.MatchString(page.items("created_at")[0].(string)) {
				t.Errorf("%s shows %s", name, page.Text)
			}
		})
	}
	all := m.get(uri+"/transactions?limit=2&offset=2").ok(200).is("total", 5.0).is("next_uri", uri+"/transactions?limit=2&offset=4")
	if got := all.items("transaction_number"); got[0] != "c" || got[1] != "b" {
		t.Errorf("the page is %v", got)
	}
	if got := m.get(uri + "/transactions?sort=created_at,asc").items("transaction_number"); got[0] != "a" {
		t.Errorf("the oldest is %v", got[0])
	}
	at := func(name string) string { return m.get(uri + "/" + name).items("created_at")[0].(string) }
	for filter, want := range map[string]float64{
		"created_at%5B%3E%5D=" + at("holds"): 4, "created_at%5B%3E%3D%5D=" + at("holds"): 5, "created_at%5B%3C%5D=" + at("refunds"): 4,
		"created_at%5B%3C%3D%5D=" + at("refunds"): 5, "created_at=" + at("holds"): 1, "created_at%5B%3E%5D=" + at("refunds"): 0, "nonsense=1": 5,
		"created_at%5B%3E%5D=" + at("holds") + "&created_at%5B%3C%5D=" + at("refunds"): 3,
	} {
		t.Run(filter, func(t *testing.T) {
			m := m.in(t)
			page := m.get(uri+"/transactions?limit=2&"+filter).ok(200).is("total", want)
			if len(page.items("id")) != min(2, int(want)) {
				t.Errorf("%s: %s", filter, page.Text)
			}
		})
	}
	m.get(uri+"/transactions?created_at=yesterday").refused(400, "request", "request", "created_at")
	m.get(uri+"/transactions?created_at%5B%21%3D%5D=2026-01-01").refused(400, "request", "request", "created_at")
	stranger := m.tenant()
	for name, kind := range map[string]string{"credits": "credit", "debits": "debit", "holds": "hold", "refunds": "refund"} {
		t.Run(name, func(t *testing.T) {
			m, stranger := m.in(t), stranger.in(t)
			page := m.get(uri + "/" + name)
			own := page.items("uri")[0].(string)
			m.get(own).ok(200).is("_type", kind).is("uri", own).is("id", last(own)).is("customer_uri", uri).is("amount", 1250.0)
			m.get(strings.Replace(own, "/"+name+"/", "/"+map[bool]string{true: "debits", false: "credits"}[name == "credits"]+"/", 1)).refused(404, "not-found", "request", "")
			foreign, none := stranger.get(own).refused(404, "not-found", "request", ""), stranger.get("/v1/"+name+"/"+last(own)[:2]+"65be9a3f1c2d4e5f60718293")
			if foreign.Body["category_code"] != none.Body["category_code"] || foreign.Status != none.Status {
				t.Errorf("%s: a stranger tells it from nobody", own)
			}
		})
	}
	m.get(uri+"/reversals").ok(200).is("total", 0.0)
	m.do("DELETE", uri, nil).refused(409, "customer-has-activity", "logical", "")
	m.get(uri).ok(200).is("name", "Busy")
}
