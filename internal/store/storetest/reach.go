package storetest

import (
	"tenantry/customers"
	"tenantry/tenancy"
)

// grove is two tenants with the same tree: a child with two children of its own,
// one of which has a child again.
func (h *house) grove() (trees [2][4]*customers.Customer) {
	h.Helper()
	for i, tenant := range []*customers.Customer{h.a, h.b} {
		child := h.child(tenant, Bare())
		left, right := h.child(child, Bare()), h.child(child, Bare())
		trees[i] = [4]*customers.Customer{child, left, right, h.child(left, Bare())}
	}
	return trees
}

func reaching() []guarantee {
	return []guarantee{
		{"a list reaches children, a deep one all descendants, and neither leaves the tenant", func(h *house) {
			trees := h.grove()
			mine, theirs := trees[0], trees[1]
			everyone := append(append([]*customers.Customer{h.a, h.b}, mine[:]...), theirs[:]...)
			for _, row := range []struct {
				what          string
				tenant, under tenancy.ID
				deep          bool
				want          []*customers.Customer
			}{
				{"the tenant's children", h.a.ID, h.a.ID, false, mine[:1]},
				{"the tenant's descendants", h.a.ID, h.a.ID, true, mine[:]},
				{"a child's children", h.a.ID, mine[0].ID, false, mine[1:3]},
				{"a child's descendants", h.a.ID, mine[0].ID, true, mine[1:]},
				{"a leaf", h.a.ID, mine[3].ID, true, nil},
				{"a missing customer", h.a.ID, h.missing(), true, nil},
				{"another tenant's children", h.a.ID, h.b.ID, false, nil},
				{"another tenant's descendants", h.a.ID, h.b.ID, true, nil},
				{"a stranger's children", h.a.ID, theirs[0].ID, false, nil},
				{"a stranger's descendants", h.a.ID, theirs[0].ID, true, nil},
				{"what a tenant shares with the operator", h.a.ID, h.operator.ID, false, []*customers.Customer{h.a}},
				{"all that a tenant shares with the operator", h.a.ID, h.operator.ID, true, append([]*customers.Customer{h.a}, mine[:]...)},
				{"no tenant's children", h.missing(), h.a.ID, true, nil},
				{"the operator's reach: tenants", tenancy.ID{}, h.operator.ID, false, []*customers.Customer{h.a, h.b}},
				{"the operator's reach: everyone", tenancy.ID{}, h.operator.ID, true, everyone},
				{"the operator's reach: one tenant", tenancy.ID{}, h.b.ID, true, theirs[:]},
				{"the operator's reach: below a child", tenancy.ID{}, theirs[0].ID, false, theirs[1:3]},
				{"the operator's reach: nobody's children", tenancy.ID{}, tenancy.ID{}, false, nil},
				{"the operator's reach: nobody's descendants", tenancy.ID{}, tenancy.ID{}, true, nil},
			} {
				page := h.page(customers.Query{Tenant: row.tenant, Under: row.under, Deep: row.deep, Limit: 100, Count: true})
				h.sameRows(page, row.want...)
				if page.Total != int64(len(row.want)) || page.More {
					h.Errorf("%s: counts %d (more: %t)", row.what, page.Total, page.More)
				}
				if h.Failed() {
					h.Fatal(row.what)
				}
			}
		}},
		{"a count is taken only when asked for", func(h *house) {
			h.grove()
			if page := h.page(customers.Query{Tenant: h.a.ID, Under: h.a.ID, Deep: true, Limit: 2}); page.Total != 0 || !page.More {
				h.Errorf("counts %d unasked, more is %t", page.Total, page.More)
			}
		}},
	}
}
