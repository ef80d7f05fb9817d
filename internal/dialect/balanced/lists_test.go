package balanced_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// crowd makes n customers, c0 first.
func (m tenant) crowd(n int) {
	m.T.Helper()
	for i := range n {
		m.create(object{"name": fmt.Sprintf("c%d", i), "email": fmt.Sprintf("c%d@b.co", i), "meta": object{"tag": fmt.Sprint(i % 2)}})
	}
}

// A page has the links that were recorded of the vendor for each total and limit.
func TestPageArithmetic(t *testing.T) {
	t.Parallel()
	m := market(t)
	made := 0
	for _, row := range []struct{ total, limit, last int }{{0, 10, 0}, {2, 2, 0}, {8, 2, 6}, {12, 2, 10}, {19, 10, 10}, {20, 4, 16}, {22, 7, 21}} {
		t.Run(fmt.Sprint(row.total), func(t *testing.T) {
			m := m.in(t)
			m.crowd(row.total - made)
			made = row.total
			m.get(fmt.Sprintf("/v1/customers?limit=%d", row.limit)).ok(200).is("total", float64(row.total)).
				is("last_uri", fmt.Sprintf("/v1/customers?limit=%d&offset=%d", row.limit, row.last)).
				is("first_uri", fmt.Sprintf("/v1/customers?limit=%d&offset=0", row.limit)).is("previous_uri", nil)
		})
	}
}

// Clients walk a list to its end by the links of its pages: newest first, ten at a time.
func TestWalkingPages(t *testing.T) {
	t.Parallel()
	m := market(t)
	empty := m.get("/v1/customers").ok(200).is("items", []any{}).is("total", 0.0).is("next_uri", nil).is("previous_uri", nil).
		is("first_uri", "/v1/customers?limit=10&offset=0").is("last_uri", "/v1/customers?limit=10&offset=0").is("uri", "/v1/customers?limit=10&offset=0")
	empty.is("_type", "page").is("_uris", object{
		"first_uri": object{"_type": "page", "key": "first"}, "next_uri": object{"_type": "page", "key": "next"},
		"previous_uri": object{"_type": "page", "key": "previous"}, "last_uri": object{"_type": "page", "key": "last"},
	})
	m.crowd(19)
	first := m.get("/v1/customers").ok(200).is("limit", 10.0).is("offset", 0.0).is("next_uri", "/v1/customers?limit=10&offset=10")
	second := m.get("/v1/customers?limit=10&offset=10").ok(200).is("previous_uri", "/v1/customers?limit=10&offset=0").is("next_uri", nil).
		is("last_uri", "/v1/customers?limit=10&offset=10")
	var names, want []any
	names = append(first.items("name"), second.items("name")...)
	for i := range 19 {
		want = append(want, fmt.Sprintf("c%d", 18-i))
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("the walk differs: %s", diff)
	}
	m.get("/v1/customers?limit=5").ok(200).is("next_uri", "/v1/customers?limit=5&offset=5")
	m.get("/v1/customers?offset=3").ok(200).is("previous_uri", "/v1/customers?limit=10&offset=0")
	m.get("/v1/customers?offset=100").ok(200).is("items", []any{}).is("next_uri", nil)
	m.get("/v1/customers?limit=1000").ok(200).is("limit", 100.0).is("uri", "/v1/customers?limit=100&offset=0")
	m.get("/v1/customers?offset=0&limit=1").ok(200).is("total", 19.0)
	for _, bad := range []string{"limit=abc", "limit=-1", "limit=0", "limit=1.5", "limit=", "offset=x", "offset=-1", "offset=99999999"} {
		field, _, _ := strings.Cut(bad, "=")
		m.get("/v1/customers?"+bad).refused(400, "request", "request", field)
	}
}

// Every filter and operator works, and the links of pages keep them.
func TestFilters(t *testing.T) {
	t.Parallel()
	m := market(t)
	m.crowd(4)
	m.create(object{"phone": "(904) 5", "business_name": "Ford", "ein": "123456789"})
	moment := m.get("/v1/customers?email=c2%40b.co").Str("uri")
	if moment != "/v1/customers?email=c2%40b.co&limit=10&offset=0" {
		t.Errorf("the link is %s", moment)
	}
	at := m.get("/v1/customers?name=c2").ok(200).items("created_at")[0].(string)
	for query, want := range map[string]string{
		"email=c2@b.co": "c2", "email=C2@B.CO": "c2", "email=": "", "email=nobody@b.co": "", "name=c1": "c1", "name[startswith]=c": "c3 c2 c1 c0",
		"name[endswith]=3": "c3", "name[contains]=2": "c2", "name[!contains]=c": "<nil>", "name[ilike]=C1": "c1", "name[!ilike]=C": "<nil>",
		"email[in]=c0@b.co,c3@b.co": "c3 c0", "email[!in]=c0@b.co,c3@b.co": "<nil> c2 c1", "email[!=]=c0@b.co": "<nil> c3 c2 c1",
		"created_at[>]=" + at: "<nil> c3", "created_at[>=]=" + at: "<nil> c3 c2", "created_at[<]=" + at: "c1 c0", "created_at[<=]=" + at: "c2 c1 c0",
		"created_at=" + at: "c2", "created_at[!=]=" + at: "<nil> c3 c1 c0", "created_at[>]=" + at + "&created_at[<]=" + at: "",
		"created_at[>]=2020-01-01": "<nil> c3 c2 c1 c0", "meta.tag=1": "c3 c1", "meta[contains]=tag": "c3 c2 c1 c0", "meta.tag[!=]=1": "<nil> c2 c0",
		"phone[startswith]=(904": "<nil>", "business_name=Ford": "<nil>", "ein=123456789": "<nil>", "ein=1": "",
		"is_active=true": "<nil> c3 c2 c1 c0", "nonsense[>]=5": "<nil> c3 c2 c1 c0", "name[odd]=x": "<nil> c3 c2 c1 c0",
		"email=c2@b.co&name=c1": "", "name[>]=c1": "c3 c2", "marketplace=TEST-MP1": "<nil> c3 c2 c1 c0",
	} {
		t.Run(query, func(t *testing.T) {
			m := m.in(t)
			var encoded []string
			for pair := range strings.SplitSeq(query, "&") {
				name, value, _ := strings.Cut(pair, "=")
				if strings.HasSuffix(name, "]") || !strings.Contains(name, "[") {
					encoded = append(encoded, url.QueryEscape(name)+"="+url.QueryEscape(value))
					continue
				}
				// The operator itself holds the sign.
				at := strings.Index(pair, "]=")
				encoded = append(encoded, url.QueryEscape(pair[:at+1])+"="+url.QueryEscape(pair[at+2:]))
			}
			page := m.get("/v1/customers?" + strings.Join(encoded, "&")).ok(200)
			got := strings.Trim(fmt.Sprint(page.items("name")), "[]")
			if got != want {
				t.Errorf("%s gives %q, want %q", query, got, want)
			}
			if !strings.Contains(page.Str("first_uri"), strings.Join(encoded, "&")+"&limit=10&offset=0") {
				t.Errorf("%s: the link is %s", query, page.Str("first_uri"))
			}
		})
	}
	m.get("/v1/customers?created_at%5B%3E%5D=yesterday").refused(400, "request", "request", "created_at")
}

// Lists sort by the fields that can be sorted; others are refused.
func TestSorting(t *testing.T) {
	t.Parallel()
	m := market(t)
	m.create(object{"name": "b", "email": "z@b.co"})
	m.create(object{"name": "c", "email": "a@b.co"})
	m.create(object{"name": "a", "email": "a@b.co"})
	for query, want := range map[string]string{
		"sort=created_at%2Casc": "[b c a]", "sort=created_at,desc": "[a c b]", "sort=email%2Casc": "[a c b]", "sort=email%2Cdesc": "[b a c]",
		"sort=email%2Casc&sort=created_at%2Casc": "[c a b]", "sort=name,asc": "[a b c]", "sort=email,asc&limit=1&offset=2": "[b]",
	} {
		t.Run(query, func(t *testing.T) {
			m := m.in(t)
			if got := fmt.Sprint(m.get("/v1/customers?" + query).ok(200).items("name")); got != want {
				t.Errorf("%s gives %s, want %s", query, got, want)
			}
		})
	}
	m.get("/v1/customers?limit=1&sort=created_at%2Casc").is("next_uri", "/v1/customers?sort=created_at%2Casc&limit=1&offset=1")
	refused := m.get("/v1/customers?sort=nope,asc").refused(400, "request", "request", "sort")
	if !strings.Contains(refused.Str("description"), `Unable to sort on unknown field "nope"`) {
		t.Errorf("the description is %s", refused.Str("description"))
	}
	m.get("/v1/customers?sort=phone,asc").refused(400, "request", "request", "sort")
	m.get("/v1/customers?sort=created_at,sideways").refused(400, "request", "request", "sort")
}

// The pages of a customer's instruments: newest first, only valid ones when asked.
func TestInstrumentPages(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{})
	m.get(uri+"/bank_accounts").ok(200).is("total", 0.0).is("items", []any{}).is("uri", uri+"/bank_accounts?limit=10&offset=0")
	var ids []any
	for i := range 12 {
		card := m.card(cardNumber)
		m.put(uri, object{"card_uri": card}).ok(200)
		ids = append([]any{last(card)}, ids...)
		if i < 6 {
			m.put(card, object{"is_valid": false, "meta": object{"n": i}}).ok(200)
		}
	}
	if diff := cmp.Diff(ids[:10], m.get(uri+"/cards").ok(200).is("total", 12.0).is("next_uri", uri+"/cards?limit=10&offset=10").items("id")); diff != "" {
		t.Errorf("the page differs: %s", diff)
	}
	for query, want := range map[string][]any{
		"is_valid=True&sort=created_at%2Cdesc": ids[:6], "is_valid=true": ids[:6], "is_valid=1": ids[:6], "is_valid=False": ids[6:],
		"is_active=true&sort=created_at,desc&limit=1": ids[:1], "meta.n=5": ids[6:7], "offset=10": ids[10:],
	} {
		t.Run(query, func(t *testing.T) {
			m := m.in(t)
			if diff := cmp.Diff(want, m.get(uri+"/cards?"+query).ok(200).items("id")); diff != "" {
				t.Errorf("%s differs: %s", query, diff)
			}
		})
	}
	oldest := m.get(uri + "/cards?sort=created_at%2Casc&limit=1").ok(200).items("id")
	if oldest[0] != ids[11] {
		t.Errorf("the oldest is %v", oldest)
	}
	m.get(uri+"/cards?sort=nope,asc").refused(400, "request", "request", "sort")
	m.get(uri+"/cards?limit=x").refused(400, "request", "request", "limit")
	m.Clock.Advance(time.Second)
}

// A marketplace lists the instruments of all its customers, newest first, filtered and in
// pages, without unassigned ones and those of other marketplaces.
func TestInstrumentsOfTheMarketplace(t *testing.T) {
	t.Parallel()
	w := install(t)
	m, other := w.tenant(), w.tenant()
	var newest []any
	for range 3 {
		uri := m.create(object{})
		held := m.put(uri, object{"card_uri": m.card(cardNumber), "bank_account_uri": m.bank()}).ok(200)
		newest = append([]any{last(held.Str("source_uri"))}, newest...)
	}
	m.card(otherCard) // waits
	other.put(other.create(object{}), object{"card_uri": other.card(cardNumber)}).ok(200)
	page := m.get(m.path("/cards")).ok(200).is("total", 3.0).is("uri", m.path("/cards?limit=10&offset=0"))
	if diff := cmp.Diff(newest, page.items("id")); diff != "" {
		t.Errorf("the cards are (-want +got):\n%s", diff)
	}
	m.get(m.path("/cards?limit=2&offset=2")).ok(200).is("total", 3.0).is("next_uri", nil).is("previous_uri", m.path("/cards?limit=2&offset=0"))
	oldest := m.get(m.path("/cards?sort=created_at%2Casc&limit=1")).ok(200)
	if got := oldest.items("id"); got[0] != newest[2] {
		t.Errorf("the oldest is %v", got)
	}
	m.put(page.items("uri")[0].(string), object{"is_valid": false}).ok(200)
	m.get(m.path("/cards?is_valid=True")).ok(200).is("total", 2.0)
	m.get(m.path("/bank_accounts")).ok(200).is("total", 3.0)
	m.get("/v1/bank_accounts").ok(200).is("total", 3.0).is("uri", "/v1/bank_accounts?limit=10&offset=0")
	other.get(other.path("/cards")).ok(200).is("total", 1.0)
	other.get("/v1/bank_accounts").ok(200).is("total", 0.0).is("items", []any{})
	m.get(m.path("/cards?limit=x")).refused(400, "request", "request", "limit")
}
