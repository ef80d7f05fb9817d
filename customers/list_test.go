package customers_test

import (
	"context"
	cryptorand "crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// row inserts a bare child into the store: lists need many, and a key pair for
// each would take long.
func (h *house) row(parent party, name string, change ...func(*customers.Customer)) string {
	h.t.Helper()
	above := h.record(parent.id)
	id, err := tenancy.NewID(h.clock.Now(), cryptorand.Reader)
	must(h.t, err)
	ref, path := tenancy.Under(above, id)
	now := h.clock.Now().UTC().Truncate(time.Millisecond)
	c := &customers.Customer{
		ID: id, Tenant: ref.Tenant, Parent: above.ID, Path: path, Version: 1, Created: now, LastUpdated: now,
		Status: customers.StatusActive, PlanKey: "payer", Name: name, Email: "row@example.com",
		Identity: customers.Identity{Status: customers.IdentityNone},
	}
	for _, act := range change {
		act(c)
	}
	must(h.t, h.store.Insert(h.t.Context(), c))
	return id.String()
}

func (h *house) list(p party, in customers.ListInput) customers.Listing {
	h.t.Helper()
	listing, err := h.svc.List(h.t.Context(), h.as(p), in)
	must(h.t, err)
	return listing
}

func names(listing customers.Listing) []string {
	list := []string{}
	for _, c := range listing.Customers {
		list = append(list, c.Name)
	}
	return list
}

// filled opens a house whose platform has the children A to F, one a minute, with
// what filters tell apart, and descendants and strangers that no list of direct
// children shows.
func filled(t *testing.T) *house {
	h := open(t)
	for i, name := range []string{"Ärger A", "b B", "C c", "d D", "E e", "f F"} {
		h.clock.Advance(time.Minute)
		h.row(h.cove, name, func(c *customers.Customer) {
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
	h.clock.Advance(time.Minute)
	h.row(h.rival, "b B of the rival")
	return h
}

// A list holds the direct children of the subject, newest first, with their count;
// orders and their direction are as asked.
func TestListOrders(t *testing.T) {
	t.Parallel()
	h := filled(t)
	for _, row := range []struct {
		order customers.Order
		want  string
	}{
		{customers.Order{}, "f F,E e,d D,C c,b B,Ärger A"},
		{customers.Order{By: customers.ByCreated, Ascending: true}, "Ärger A,b B,C c,d D,E e,f F"},
		{customers.Order{By: customers.ByName, Ascending: true}, "b B,C c,d D,E e,f F,Ärger A"},
		{customers.Order{By: customers.ByName}, "Ärger A,f F,E e,d D,C c,b B"},
		{customers.Order{By: customers.ByLastUpdated}, "E e,d D,C c,b B,Ärger A,f F"},
		{customers.Order{By: customers.ByLastUpdated, Ascending: true}, "f F,Ärger A,b B,C c,d D,E e"},
	} {
		listing := h.list(h.cove, customers.ListInput{Order: row.order})
		if got := strings.Join(names(listing), ","); got != row.want || listing.Total != 6 || listing.Limit != 50 || listing.NextCursor != "" {
			t.Errorf("%v: %s (%d of %d)", row.order, got, len(listing.Customers), listing.Total)
		}
	}
	_, err := h.svc.List(t.Context(), h.as(h.cove), customers.ListInput{Order: customers.Order{By: "email"}})
	if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["order"] != fault.BadValue {
		t.Errorf("an unknown order is refused as %v", got)
	}
}

// Each filter keeps what it names, all of them together what all name, and none
// looks beyond the children of the subject.
func TestListFilters(t *testing.T) {
	t.Parallel()
	h := filled(t)
	began := h.clock.Now().Add(-7 * time.Minute) // a minute before the first
	for _, row := range []struct {
		name   string
		filter customers.Filter
		want   string
	}{
		{"status", customers.Filter{Status: customers.StatusDisabled}, "f F,d D,b B"},
		{"plan", customers.Filter{PlanKey: "payer"}, "E e,C c,Ärger A"},
		{"merchant key", customers.Filter{MerchantKey: "key-3"}, "d D"},
		{"merchant key in another case", customers.Filter{MerchantKey: "KEY-3"}, ""},
		{"external id", customers.Filter{ExternalID: "ext-1"}, "d D,C c"},
		{"e-mail regardless of case", customers.Filter{Email: "B@EXAMPLE.com"}, "b B"},
		{"part of an e-mail", customers.Filter{Email: "@example.com"}, ""},
		{"part of a name regardless of case", customers.Filter{Name: "ÄRGER"}, "Ärger A"},
		{"a name that holds a pattern", customers.Filter{Name: "%"}, ""},
		{"a name that holds a pattern too", customers.Filter{Name: ".*"}, ""},
		{"created from", customers.Filter{CreatedFrom: began.Add(5 * time.Minute)}, "f F,E e"},
		{"created to, inclusive", customers.Filter{CreatedTo: began.Add(2 * time.Minute)}, "b B,Ärger A"},
		{"created between", customers.Filter{CreatedFrom: began.Add(2 * time.Minute), CreatedTo: began.Add(3 * time.Minute)}, "C c,b B"},
		{"updated from", customers.Filter{UpdatedFrom: began}, "E e,d D,C c,b B,Ärger A"},
		{"all together", customers.Filter{Status: customers.StatusDisabled, PlanKey: "merchant", ExternalID: "ext-1", Name: "d", CreatedFrom: began}, "d D"},
		{"a contradiction", customers.Filter{Status: customers.StatusActive, PlanKey: "merchant"}, ""},
	} {
		listing := h.list(h.cove, customers.ListInput{Filter: row.filter})
		if got := strings.Join(names(listing), ","); got != row.want || int(listing.Total) != len(listing.Customers) {
			t.Errorf("%s: %s, count %d", row.name, got, listing.Total)
		}
	}
	_, err := h.svc.List(t.Context(), h.as(h.cove), customers.ListInput{Filter: customers.Filter{Status: "frozen"}})
	if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["status"] != fault.BadValue {
		t.Errorf("an unknown status is refused as %v", got)
	}
}

// Limits and offsets have bounds, each named when it is passed.
func TestListBounds(t *testing.T) {
	t.Parallel()
	h := filled(t)
	for _, row := range []struct {
		in    customers.ListInput
		field string
	}{
		{customers.ListInput{Limit: -1}, "limit"}, {customers.ListInput{Limit: 101}, "limit"}, {customers.ListInput{Offset: -1}, "offset"},
		{customers.ListInput{Offset: 10_001}, "offset"}, {customers.ListInput{Limit: 1 << 62, Offset: -1 << 62}, "limit"},
		{customers.ListInput{Offset: 1, Cursor: "x"}, "offset"},
	} {
		_, err := h.svc.List(t.Context(), h.as(h.cove), row.in)
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] != fault.BadValue {
			t.Errorf("%+v: faults are %v", row.in, got)
		}
	}
	for _, row := range []struct {
		limit, offset int
		want          string
	}{
		{2, 0, "f F,E e"}, {2, 2, "d D,C c"}, {2, 5, "Ärger A"}, {1, 6, ""}, {100, 10_000, ""}, {100, 0, "f F,E e,d D,C c,b B,Ärger A"},
	} {
		listing := h.list(h.cove, customers.ListInput{Limit: row.limit, Offset: row.offset})
		if got := strings.Join(names(listing), ","); got != row.want || listing.Total != 6 || listing.Limit != row.limit || listing.Offset != row.offset {
			t.Errorf("limit %d, offset %d: %s of %d", row.limit, row.offset, got, listing.Total)
		}
	}
}

// A list shows direct children, a deep one all descendants; a platform sees none
// of another tenant either way, and the operator sees all.
func TestListReach(t *testing.T) {
	t.Parallel()
	h := open(t)
	region := h.create(h.cove, `{"name":"Region","email":"r@example.com","planKey":"platform"}`)
	shop := party{id: h.row(region, "Shop")}
	foreign := party{id: h.row(h.rival, "Foreign")}
	sees := func(p party, deep bool, want ...string) {
		t.Helper()
		listing := h.list(p, customers.ListInput{Deep: deep})
		got := names(listing)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || int(listing.Total) != len(want) {
			t.Errorf("deep %v: sees %v, count %d, want %v", deep, got, listing.Total, want)
		}
	}
	sees(h.operator, false, "Cove", "Rival")
	sees(h.operator, true, "Cove", "Rival", "Region", "Shop", "Foreign")
	sees(h.cove, false, "Region")
	sees(h.cove, true, "Region", "Shop")
	sees(h.rival, false, "Foreign")
	sees(h.rival, true, "Foreign")
	sees(region, false, "Shop")
	sees(region, true, "Shop")
	on := h.as(h.cove, region.id)
	if listing, err := h.svc.List(t.Context(), on, customers.ListInput{}); err != nil || !slices.Equal(names(listing), []string{"Shop"}) {
		t.Errorf("acting for the region: %v %v", names(listing), err)
	}
	if listing, err := h.svc.List(t.Context(), h.as(h.operator, shop.id), customers.ListInput{Deep: true}); err != nil || listing.Total != 0 {
		t.Errorf("a shop without children: %v %v", listing.Total, err)
	}
	for _, filter := range []customers.Filter{{Name: "foreign"}, {Email: "row@example.com"}} {
		for _, c := range h.list(h.cove, customers.ListInput{Deep: true, Filter: filter}).Customers {
			if c.ID.String() == foreign.id {
				t.Errorf("%+v finds a customer of another tenant", filter)
			}
		}
	}
	_, err := h.svc.List(t.Context(), h.as(h.mint(h.cove, 0, "customers:write", "banks:write", "keys:write", "unmask", "identity:decide")), customers.ListInput{})
	refused(t, err, fault.Forbidden, fault.CodeScope)
}

// asked is a store that keeps what lists were asked of it.
type asked struct {
	customers.Store
	queries []customers.Query
}

func (a *asked) List(ctx context.Context, q customers.Query) (customers.Page, error) {
	a.queries = append(a.queries, q)
	return a.Store.List(ctx, q)
}

// Every list names its tenant to the store, so that no fault of a path or a parent
// can ever show another tenant's customers; only the operator's names none.
func TestEveryListNamesItsTenant(t *testing.T) {
	t.Parallel()
	store := &asked{}
	h := open(t, func(o *customers.Options) { store.Store, o.Store = o.Store, store })
	region := h.create(h.cove, `{"name":"Region","email":"r@example.com","planKey":"platform"}`)
	for i, p := range []party{h.cove, region, h.rival, h.operator} {
		for _, deep := range []bool{false, true} {
			store.queries = nil
			h.list(p, customers.ListInput{Deep: deep})
			want := h.record(p.id).Tenant
			if i == 3 {
				want = tenancy.ID{}
			}
			if len(store.queries) != 1 || store.queries[0].Tenant != want || store.queries[0].Under.String() != p.id || store.queries[0].Deep != deep {
				t.Errorf("list %d, deep %v asked %+v", i, deep, store.queries)
			}
		}
	}
}

// What was erased is in no list and no count.
func TestListForgetsTheErased(t *testing.T) {
	t.Parallel()
	h := filled(t)
	gone := h.list(h.cove, customers.ListInput{Limit: 1}).Customers[0].ID.String()
	must(t, h.svc.Delete(t.Context(), h.as(h.cove), customers.DeleteInput{CustomerID: gone}))
	for _, deep := range []bool{false, true} {
		if listing := h.list(h.cove, customers.ListInput{Deep: deep}); listing.Total != 5 || slices.Contains(names(listing), "f F") {
			t.Errorf("deep %v: %v of %d", deep, names(listing), listing.Total)
		}
	}
}
