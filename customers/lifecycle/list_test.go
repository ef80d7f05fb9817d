package lifecycle_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/store"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// filled opens an installation whose platform has the children A to F, one a minute, with
// what filters tell apart, and descendants and strangers that no list of direct
// children shows.
func filled(t *testing.T) *testkit.Env {
	h := testkit.Open(t)
	for i, name := range []string{"Ärger A", "b B", "C c", "d D", "E e", "f F"} {
		h.Clock.Advance(time.Minute)
		h.Row(h.Cove, name, func(c *customers.Customer) {
			c.Email = fmt.Sprintf("%c@Example.com", 'a'+i)
			c.MerchantKey, c.ExternalID = fmt.Sprint("key-", i), fmt.Sprint("ext-", i/2)
			if i%2 == 1 {
				c.PlanKey, c.Status = "merchant", customers.StatusDisabled
			}
			if i == 5 {
				c.LastUpdated = c.LastUpdated.Add(-time.Hour)
			}
		})
	}
	h.Clock.Advance(time.Minute)
	h.Row(h.Rival, "b B of the rival")
	return h
}

// A list holds the direct children of the subject, newest first, with their count;
// orders and their direction are as asked.
func TestListOrders(t *testing.T) {
	t.Parallel()
	h := filled(t)
	for _, row := range []struct {
		order rows.Order
		want  string
	}{
		{rows.Order{}, "f F,E e,d D,C c,b B,Ärger A"},
		{rows.Order{By: rows.ByCreated, Ascending: true}, "Ärger A,b B,C c,d D,E e,f F"},
		{rows.Order{By: rows.ByName, Ascending: true}, "b B,C c,d D,E e,f F,Ärger A"},
		{rows.Order{By: rows.ByName}, "Ärger A,f F,E e,d D,C c,b B"},
		{rows.Order{By: rows.ByLastUpdated}, "E e,d D,C c,b B,Ärger A,f F"},
		{rows.Order{By: rows.ByLastUpdated, Ascending: true}, "f F,Ärger A,b B,C c,d D,E e"},
	} {
		t.Run(row.want, func(t *testing.T) {
			h := h.In(t)
			listing := h.List(h.Cove, lifecycle.ListInput{Order: row.order})
			if got := strings.Join(testkit.Names(listing), ","); got != row.want || listing.Total != 6 || listing.Limit != 50 || listing.NextCursor != "" {
				t.Errorf("%v: %s (%d of %d)", row.order, got, len(listing.Customers), listing.Total)
			}
		})
	}
	_, err := h.Svc.Lifecycle.List(t.Context(), h.As(h.Cove), lifecycle.ListInput{Order: rows.Order{By: "email"}})
	if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["order"] != fault.BadValue {
		t.Errorf("an unknown order is refused as %v", got)
	}
}

// Each filter keeps what it names, all of them together what all name, and none
// looks beyond the children of the subject.
func TestListFilters(t *testing.T) {
	t.Parallel()
	h := filled(t)
	began := h.Clock.Now().Add(-7 * time.Minute) // a minute before the first
	for _, row := range []struct {
		name   string
		filter rows.Filter
		want   string
	}{
		{"status", rows.Filter{Status: customers.StatusDisabled}, "f F,d D,b B"},
		{"plan", rows.Filter{PlanKey: "payer"}, "E e,C c,Ärger A"},
		{"merchant key", rows.Filter{MerchantKey: "key-3"}, "d D"},
		{"merchant key in another case", rows.Filter{MerchantKey: "KEY-3"}, ""},
		{"external id", rows.Filter{ExternalID: "ext-1"}, "d D,C c"},
		{"e-mail regardless of case", rows.Filter{Email: "B@EXAMPLE.com"}, "b B"},
		{"part of an e-mail", rows.Filter{Email: "@example.com"}, ""},
		{"part of a name regardless of case", rows.Filter{Name: "ÄRGER"}, "Ärger A"},
		{"a name that holds a pattern", rows.Filter{Name: "%"}, ""},
		{"a name that holds a pattern too", rows.Filter{Name: ".*"}, ""},
		{"created from", rows.Filter{CreatedFrom: began.Add(5 * time.Minute)}, "f F,E e"},
		{"created to, inclusive", rows.Filter{CreatedTo: began.Add(2 * time.Minute)}, "b B,Ärger A"},
		{"created between", rows.Filter{CreatedFrom: began.Add(2 * time.Minute), CreatedTo: began.Add(3 * time.Minute)}, "C c,b B"},
		{"updated from", rows.Filter{UpdatedFrom: began}, "E e,d D,C c,b B,Ärger A"},
		{"all together", rows.Filter{Status: customers.StatusDisabled, PlanKey: "merchant", ExternalID: "ext-1", Name: "d", CreatedFrom: began}, "d D"},
		{"a contradiction", rows.Filter{Status: customers.StatusActive, PlanKey: "merchant"}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := h.In(t)
			listing := h.List(h.Cove, lifecycle.ListInput{Filter: row.filter})
			if got := strings.Join(testkit.Names(listing), ","); got != row.want || int(listing.Total) != len(listing.Customers) {
				t.Errorf("%s: %s, count %d", row.name, got, listing.Total)
			}
		})
	}
	_, err := h.Svc.Lifecycle.List(t.Context(), h.As(h.Cove), lifecycle.ListInput{Filter: rows.Filter{Status: "frozen"}})
	if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["status"] != fault.BadValue {
		t.Errorf("an unknown status is refused as %v", got)
	}
}

// Limits and offsets have bounds, each named when it is passed.
func TestListBounds(t *testing.T) {
	t.Parallel()
	h := filled(t)
	for _, row := range []struct {
		in    lifecycle.ListInput
		field string
	}{
		{lifecycle.ListInput{Limit: -1}, "limit"}, {lifecycle.ListInput{Limit: 101}, "limit"}, {lifecycle.ListInput{Offset: -1}, "offset"},
		{lifecycle.ListInput{Offset: 10_001}, "offset"}, {lifecycle.ListInput{Limit: 1 << 62, Offset: -1 << 62}, "limit"},
		{lifecycle.ListInput{Offset: 1, Cursor: "x"}, "offset"},
	} {
		t.Run(row.field, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Lifecycle.List(t.Context(), h.As(h.Cove), row.in)
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] != fault.BadValue {
				t.Errorf("%+v: faults are %v", row.in, got)
			}
		})
	}
	for _, row := range []struct {
		limit, offset int
		want          string
	}{
		{2, 0, "f F,E e"}, {2, 2, "d D,C c"}, {2, 5, "Ärger A"}, {1, 6, ""}, {100, 10_000, ""}, {100, 0, "f F,E e,d D,C c,b B,Ärger A"},
	} {
		t.Run(fmt.Sprint(row.limit), func(t *testing.T) {
			h := h.In(t)
			listing := h.List(h.Cove, lifecycle.ListInput{Limit: row.limit, Offset: row.offset})
			if got := strings.Join(testkit.Names(listing), ","); got != row.want || listing.Total != 6 || listing.Limit != row.limit || listing.Offset != row.offset {
				t.Errorf("limit %d, offset %d: %s of %d", row.limit, row.offset, got, listing.Total)
			}
		})
	}
}

// A list shows direct children, a deep one all descendants; a platform sees none
// of another tenant either way, and the operator sees all.
func TestListReach(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	region := h.Create(h.Cove, `{"name":"Region","email":"r@example.com","planKey":"platform"}`)
	shop := testkit.Party{ID: h.Row(region, "Shop")}
	foreign := testkit.Party{ID: h.Row(h.Rival, "Foreign")}
	sees := func(p testkit.Party, deep bool, want ...string) {
		t.Helper()
		listing := h.List(p, lifecycle.ListInput{Deep: deep})
		got := testkit.Names(listing)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || int(listing.Total) != len(want) {
			t.Errorf("deep %v: sees %v, count %d, want %v", deep, got, listing.Total, want)
		}
	}
	sees(h.Operator, false, "Cove", "Rival")
	sees(h.Operator, true, "Cove", "Rival", "Region", "Shop", "Foreign")
	sees(h.Cove, false, "Region")
	sees(h.Cove, true, "Region", "Shop")
	sees(h.Rival, false, "Foreign")
	sees(h.Rival, true, "Foreign")
	sees(region, false, "Shop")
	sees(region, true, "Shop")
	on := h.As(h.Cove, region.ID)
	if listing, err := h.Svc.Lifecycle.List(t.Context(), on, lifecycle.ListInput{}); err != nil || !slices.Equal(testkit.Names(listing), []string{"Shop"}) {
		t.Errorf("acting for the region: %v %v", testkit.Names(listing), err)
	}
	if listing, err := h.Svc.Lifecycle.List(t.Context(), h.As(h.Operator, shop.ID), lifecycle.ListInput{Deep: true}); err != nil || listing.Total != 0 {
		t.Errorf("a shop without children: %v %v", listing.Total, err)
	}
	for _, filter := range []rows.Filter{{Name: "foreign"}, {Email: "row@example.com"}} {
		for _, c := range h.List(h.Cove, lifecycle.ListInput{Deep: true, Filter: filter}).Customers {
			if c.ID.String() == foreign.ID {
				t.Errorf("%+v finds a customer of another tenant", filter)
			}
		}
	}
	_, err := h.Svc.Lifecycle.List(t.Context(), h.As(h.Mint(h.Cove, 0, "customers:write", "banks:write", "keys:write", "unmask", "identity:decide")), lifecycle.ListInput{})
	testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
}

// asked is a store that keeps what lists were asked of it.
type asked struct {
	store.Store
	queries []rows.Query
}

func (a *asked) List(ctx context.Context, q rows.Query) (rows.Page, error) {
	a.queries = append(a.queries, q)
	return a.Store.List(ctx, q)
}

// Every list names its tenant to the store, so that no fault of a path or a parent
// can ever show another tenant's customers; only the operator's names none.
func TestEveryListNamesItsTenant(t *testing.T) {
	t.Parallel()
	store := &asked{}
	h := testkit.Open(t, func(o *app.Options) { store.Store, o.Store = o.Store, store })
	region := h.Create(h.Cove, `{"name":"Region","email":"r@example.com","planKey":"platform"}`)
	for i, p := range []testkit.Party{h.Cove, region, h.Rival, h.Operator} {
		for _, deep := range []bool{false, true} {
			store.queries = nil
			h.List(p, lifecycle.ListInput{Deep: deep})
			want := h.Record(p.ID).Tenant
			if i == 3 {
				want = tenancy.ID{}
			}
			if len(store.queries) != 1 || store.queries[0].Tenant != want || store.queries[0].Under.String() != p.ID || store.queries[0].Deep != deep {
				t.Errorf("list %d, deep %v asked %+v", i, deep, store.queries)
			}
		}
	}
}

// What was erased is in no list and no count.
func TestListForgetsTheErased(t *testing.T) {
	t.Parallel()
	h := filled(t)
	gone := h.List(h.Cove, lifecycle.ListInput{Limit: 1}).Customers[0].ID.String()
	testkit.Must(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove), lifecycle.DeleteInput{CustomerID: gone}))
	for _, deep := range []bool{false, true} {
		t.Run(fmt.Sprint(deep), func(t *testing.T) {
			h := h.In(t)
			if listing := h.List(h.Cove, lifecycle.ListInput{Deep: deep}); listing.Total != 5 || slices.Contains(testkit.Names(listing), "f F") {
				t.Errorf("deep %v: %v of %d", deep, testkit.Names(listing), listing.Total)
			}
		})
	}
}
