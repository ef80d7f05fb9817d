package api_test

import (
	"context"
	"net/http"
	"strconv"
	"testing"

	"tenantry/customers/rows"
	"tenantry/internal/store"
)

// shortCounts is a store that counts as far as two.
type shortCounts struct{ store.Store }

func (b shortCounts) List(ctx context.Context, q rows.Query) (rows.Page, error) {
	q.CountTo = 2
	return b.Store.List(ctx, q)
}

func (b shortCounts) Activities(ctx context.Context, q rows.ActivityQuery) (rows.ActivityPage, error) {
	q.CountTo = 2
	return b.Store.Activities(ctx, q)
}

// A list that is not counted to its end says so, on its first page and on those behind it;
// to the bound the number is exact and nothing is said.
func TestAListSaysThatItsCountIsALowerBound(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.wrap = func(inner store.Store) store.Store { return shortCounts{inner} } })
	p := e.platform()
	first := p.merchant()
	for range 3 {
		p.merchant()
	}
	const named = "/v3/customers?limit=1&name=e"
	page := p.self().get(named).ok(http.StatusOK)
	page.is("count", 2).is("countIsLowerBound", true)
	cursor := page.Str("settings.nextCursor")
	p.self().get(named+"&cursor="+cursor).ok(http.StatusOK).is("count", 2).is("countIsLowerBound", true)
	p.self().get("/v3/customers?limit=1&merchantKey=nobody").ok(http.StatusOK).is("count", 0).lacks("countIsLowerBound")

	path := first.path("/activities")
	for i := range 4 {
		if i == 2 {
			p.self().get(path+"?limit=1").ok(http.StatusOK).is("count", 2).lacks("countIsLowerBound")
		}
		p.self().post(path, object{"type": "debit", "amount": "1.00", "reference": strconv.Itoa(i)}).ok(http.StatusCreated)
	}
	page = p.self().get(path + "?limit=1").ok(http.StatusOK)
	page.is("count", 2).is("countIsLowerBound", true)
	p.self().get(path+"?limit=1&cursor="+page.Str("settings.nextCursor")).ok(http.StatusOK).is("count", 2).is("countIsLowerBound", true)
}
