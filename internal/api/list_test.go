package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// three creates a platform with three children, a second apart, the last one newest.
func three(e *env) (actor, []string) {
	p := e.platform()
	var ids []string
	for i, name := range []string{"Cedar", "alder", "Birch"} {
		e.Clock.Advance(time.Second)
		child, _ := p.child(with(minimal("merchant"), object{"name": name, "merchantKey": fmt.Sprintf("key_%d", i), "externalId": fmt.Sprintf("ext-%d", i)}))
		ids = append(ids, child.id)
	}
	return p, ids
}

func idsOf(a answer) []string {
	ids := []string{}
	for i := range a.List("results") {
		ids = append(ids, lookUpText(a, "results", i, "id"))
	}
	return ids
}

// The list holds the direct children, newest first, with the count of all and the
// parameters it was made with, and no keys in any row.
func TestTheListHoldsTheChildren(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, ids := three(e)
	e.platform().merchant() // of another
	for _, path := range []string{"/v3/customers", "/v3/customers/accounts"} {
		t.Run(path, func(t *testing.T) {
			p := p.in(t)
			got := p.self().get(path).ok(http.StatusOK).is("count", 3.0).
				is("settings.limit", 50.0).is("settings.offset", 0.0).is("settings.order", "created DESC").lacks("settings.nextCursor")
			if diff := cmp.Diff([]string{ids[2], ids[1], ids[0]}, idsOf(got)); diff != "" {
				t.Errorf("other rows (-want +got):\n%s", diff)
			}
			if strings.Contains(got.Text, `"keys"`) {
				t.Error("there are keys in a row")
			}
		})
	}
}

// Pages by offset and by cursor hold every row once, and count all of them.
func TestPages(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, ids := three(e)
	second := p.self().get("/v3/customers/accounts?limit=2&offset=2").ok(http.StatusOK).is("count", 3.0)
	if diff := cmp.Diff([]string{ids[0]}, idsOf(second)); diff != "" {
		t.Errorf("the second page differs (-want +got):\n%s", diff)
	}
	first := p.self().get("/v3/customers?limit=2").ok(http.StatusOK)
	rest := p.self().get("/v3/customers?limit=2&cursor="+url.QueryEscape(first.Str("settings.nextCursor"))).ok(http.StatusOK).is("count", 3.0)
	if diff := cmp.Diff([]string{ids[2], ids[1], ids[0]}, append(idsOf(first), idsOf(rest)...)); diff != "" {
		t.Errorf("the pages by cursor differ (-want +got):\n%s", diff)
	}
	rest.lacks("settings.nextCursor")
}

// A cursor belongs to one list of one customer: altered, or with other filters or another
// order, it is refused. It reveals nothing.
func TestACursorBelongsToItsList(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, ids := three(e)
	other, _ := three(e)
	cursor := p.self().get("/v3/customers?limit=1").ok(http.StatusOK).Str("settings.nextCursor")
	if strings.Contains(cursor, ids[2]) {
		t.Error("the cursor shows an id")
	}
	escaped := url.QueryEscape(cursor)
	for _, query := range []string{"cursor=" + escaped + "&status=active", "cursor=" + escaped + "&order=name%20ASC", "cursor=" + escaped + "&deep=true", "cursor=nonsense", "cursor=A" + escaped} {
		p.self().get("/v3/customers?"+query).refused(http.StatusUnprocessableEntity, "validationError", "cursor")
	}
	other.self().get("/v3/customers?cursor="+escaped).refused(http.StatusUnprocessableEntity, "validationError", "cursor")
	p.self().get("/v3/customers?offset=1&cursor="+escaped).refused(http.StatusUnprocessableEntity, "validationError", "offset")
}

// A cursor works behind the longest name of the widest letters.
func TestCursorsGoOnBehindLongNames(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for _, letter := range []string{"顧", "客", "名"} {
		p.child(with(minimal("merchant"), object{"name": strings.Repeat(letter, 256)}))
	}
	seen := map[string]bool{}
	query := "?order=name%20ASC&limit=1"
	for range 3 {
		got := p.self().get("/v3/customers" + query).ok(http.StatusOK)
		seen[got.Str("results.0.id")] = true
		query = "?order=name%20ASC&limit=1&cursor=" + url.QueryEscape(got.Optional("settings.nextCursor"))
	}
	if len(seen) != 3 {
		t.Errorf("%d of 3 customers were shown", len(seen))
	}
	p.self().get("/v3/customers?cursor="+strings.Repeat("A", 8193), wrong).refused(http.StatusUnprocessableEntity, "validationError", "cursor")
}

// A list comes in the order that was asked for.
func TestOrders(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, ids := three(e)
	for order, want := range map[string][]int{
		"created ASC": {0, 1, 2}, "created DESC": {2, 1, 0}, "name ASC": {1, 2, 0}, "name desc": {0, 2, 1}, "lastUpdated ASC": {0, 1, 2},
	} {
		t.Run(order, func(t *testing.T) {
			p := p.in(t)
			var expected []string
			for _, i := range want {
				expected = append(expected, ids[i])
			}
			got := p.self().get("/v3/customers/accounts?order=" + url.QueryEscape(order)).ok(http.StatusOK)
			if diff := cmp.Diff(expected, idsOf(got)); diff != "" {
				t.Errorf("%s differs (-want +got):\n%s", order, diff)
			}
		})
	}
}

// Each filter finds exactly its rows.
func TestFilters(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, ids := three(e)
	p.self().put("/v3/customers/"+ids[0], object{"status": "disabled"}).ok(http.StatusOK)
	e.Clock.Advance(time.Hour)
	p.self().put("/v3/customers/"+ids[1], object{"email": "other@harborlane.example", "planKey": "payer"}).ok(http.StatusOK)
	for query, want := range map[string][]int{
		"merchantKey=key_1":                       {1},
		"merchantKey=KEY_1":                       {},
		"externalId=ext-2":                        {2},
		"email=OTHER@harborlane.example":          {1},
		"name=ALD":                                {1},
		"name=r":                                  {2, 1, 0},
		"status=disabled":                         {0},
		"status=active":                           {2, 1},
		"planKey=payer":                           {1},
		"planKey=gold":                            {},
		"createdFrom=2026-03-04T10:15:32Z":        {2, 1},
		"createdTo=2026-03-04T10:15:32.000Z":      {1, 0},
		"createdFrom=2026-03-04":                  {2, 1, 0},
		"createdTo=2026-03-04":                    {2, 1, 0},
		"createdFrom=2026-03-05":                  {},
		"createdTo=2026-03-03":                    {},
		"createdFrom=2026-03-04T12:15:32%2B02:00": {2, 1},
		"lastUpdatedFrom=2026-03-04T11:00:00Z":    {1},
		"status=active&name=birch":                {2},
	} {
		t.Run(query, func(t *testing.T) {
			p := p.in(t)
			expected := []string{}
			for _, i := range want {
				expected = append(expected, ids[i])
			}
			got := p.self().get("/v3/customers/accounts?"+query).ok(http.StatusOK).is("count", float64(len(want)))
			if diff := cmp.Diff(expected, idsOf(got)); diff != "" {
				t.Errorf("other rows (-want +got):\n%s", diff)
			}
		})
	}
}

// A parameter that is out of range is refused by name, not clamped.
func TestListParametersAreChecked(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for query, parameter := range map[string]string{
		"limit=0": "limit", "limit=101": "limit", "limit=-1": "limit", "limit=x": "limit", "limit=": "limit", "limit=1&limit=2": "limit",
		"offset=-1": "offset", "offset=10001": "offset", "offset=1.5": "offset", "deep=yes": "deep", "status=frozen": "status",
		"order=email%20ASC": "order", "order=created": "order", "order=created%20UP": "order", "order=": "order",
		"createdFrom=yesterday": "createdFrom", "createdTo=2026-13-01": "createdTo", "lastUpdatedFrom=1": "lastUpdatedFrom",
		"name=": "name", "merchantKey=" + strings.Repeat("k", 1025): "merchantKey",
	} {
		t.Run(query, func(t *testing.T) {
			p := p.in(t)
			p.self().get("/v3/customers/accounts?"+query, wrong).refused(http.StatusUnprocessableEntity, "validationError", parameter)
		})
	}
	for _, query := range []string{"limit=0", "limit=101", "offset=-1", "status=frozen", "order=email%20ASC"} {
		p.restricted("customers:write").get("/v3/customers?"+query, wrong).refused(http.StatusForbidden, "insufficientScope", "")
	}
	got := p.self().get("/v3/customers?limit=0&offset=-1&deep=x", wrong).ok(http.StatusUnprocessableEntity)
	if len(got.List("error.errors")) != 3 {
		t.Errorf("not all faults are listed: %s", got.Text)
	}
}

// A customer without children has an empty list; deep shows grandchildren too, and acting
// for a child shows that child's children.
func TestWhoseChildren(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	middle, _ := p.child(minimal("platform"))
	leaf := middle.merchant()
	leaf.self().get("/v3/customers/accounts").ok(http.StatusOK).is("results", []any{}).is("count", 0.0)
	p.self().get("/v3/customers").ok(http.StatusOK).is("count", 1.0)
	p.self().get("/v3/customers?deep=true").ok(http.StatusOK).is("count", 2.0)
	p.behalf(middle.id).get("/v3/customers").ok(http.StatusOK).is("results.0.id", leaf.id)
	e.operator.self().get("/v3/customers?deep=true").ok(http.StatusOK).is("count", 3.0)
}

// A list filters by scalars of free data, at most three at once, through nested names and
// lists, and a cursor of another such filter is refused.
func TestListByMeta(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, other := e.platform(), e.platform()
	merchant := func(owner actor, meta string) string {
		made, _ := owner.child(with(minimal("merchant"), object{"meta": json.RawMessage(meta)}))
		return made.id
	}
	one := merchant(p, `{"crmId":40417,"owner":{"team":"north"},"tags":["a","b"],"t":true,"a.b":"dot"}`)
	merchant(p, `{"crmId":40418,"owner":{"team":"north"}}`)
	merchant(other, `{"crmId":40417}`)
	for query, want := range map[string]int{
		"meta.crmId=40417": 1, "meta.owner.team=north": 2, "meta.owner.team=north&meta.crmId=40417&meta.t=true": 1,
		"meta.tags=b": 1, "meta.a.b=dot": 1, "meta.crmId=404": 0, "meta.crmId=": 0, "meta.owner=north": 0, "meta.crmId=40417&status=locked": 0,
	} {
		t.Run(query, func(t *testing.T) {
			p := p.in(t)
			list := p.self().in(t).get("/v3/customers?" + query).ok(http.StatusOK)
			if got := len(list.List("results")); got != want || list.At("count") != float64(want) {
				t.Errorf("%d customers, %v in all; want %d", got, list.At("count"), want)
			}
		})
	}
	p.self().get("/v3/customers?meta.crmId=40417").ok(http.StatusOK).is("results.0.id", one)
	p.self().get("/v3/customers?meta.a=1&meta.b=1&meta.c=1&meta.d=1").refused(http.StatusUnprocessableEntity, "validationError", "meta.d")
	p.self().get("/v3/customers?meta.=1").refused(http.StatusUnprocessableEntity, "validationError", "meta.")
	p.self().get("/v3/customers?meta.a=1&meta.a=2").refused(http.StatusUnprocessableEntity, "validationError", "meta.a")
	next := p.self().get("/v3/customers?meta.owner.team=north&limit=1").ok(http.StatusOK).Str("settings.nextCursor")
	p.self().get("/v3/customers?meta.owner.team=north&limit=1&cursor=" + url.QueryEscape(next)).ok(http.StatusOK).lacks("settings.nextCursor")
	p.self().get("/v3/customers?meta.owner.team=south&limit=1&cursor="+url.QueryEscape(next)).refused(http.StatusUnprocessableEntity, "validationError", "cursor")
}
