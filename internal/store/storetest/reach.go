package storetest

import (
	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// grove inserts two tenants with the same tree: a child with two children of its own, one
// of which has a child again.
func (e *env) grove() (trees [2][4]*customers.Customer) {
	e.Helper()
	for i, tenant := range []*customers.Customer{e.a, e.b} {
		child := e.child(tenant, Bare())
		left, right := e.child(child, Bare()), e.child(child, Bare())
		trees[i] = [4]*customers.Customer{child, left, right, e.child(left, Bare())}
	}
	return trees
}

func reaching() []guarantee {
	return []guarantee{
		{"a list reaches children, a deep one all descendants, and neither leaves the tenant", func(e *env) {
			trees := e.grove()
			mine, theirs := trees[0], trees[1]
			everyone := append(append([]*customers.Customer{e.a, e.b}, mine[:]...), theirs[:]...)
			for _, row := range []struct {
				what          string
				tenant, under tenancy.ID
				deep          bool
				want          []*customers.Customer
			}{
				{"the tenant's children", e.a.ID, e.a.ID, false, mine[:1]},
				{"the tenant's descendants", e.a.ID, e.a.ID, true, mine[:]},
				{"a child's children", e.a.ID, mine[0].ID, false, mine[1:3]},
				{"a child's descendants", e.a.ID, mine[0].ID, true, mine[1:]},
				{"a leaf", e.a.ID, mine[3].ID, true, nil},
				{"a missing customer", e.a.ID, e.missing(), true, nil},
				{"another tenant's children", e.a.ID, e.b.ID, false, nil},
				{"another tenant's descendants", e.a.ID, e.b.ID, true, nil},
				{"a stranger's children", e.a.ID, theirs[0].ID, false, nil},
				{"a stranger's descendants", e.a.ID, theirs[0].ID, true, nil},
				{"what a tenant shares with the operator", e.a.ID, e.operator.ID, false, []*customers.Customer{e.a}},
				{"all that a tenant shares with the operator", e.a.ID, e.operator.ID, true, append([]*customers.Customer{e.a}, mine[:]...)},
				{"no tenant's children", e.missing(), e.a.ID, true, nil},
				{"the operator's reach: tenants", tenancy.ID{}, e.operator.ID, false, []*customers.Customer{e.a, e.b}},
				{"the operator's reach: everyone", tenancy.ID{}, e.operator.ID, true, everyone},
				{"the operator's reach: one tenant", tenancy.ID{}, e.b.ID, true, theirs[:]},
				{"the operator's reach: below a child", tenancy.ID{}, theirs[0].ID, false, theirs[1:3]},
				{"the operator's reach: nobody's children", tenancy.ID{}, tenancy.ID{}, false, nil},
				{"the operator's reach: nobody's descendants", tenancy.ID{}, tenancy.ID{}, true, nil},
			} {
				page := e.page(rows.Query{Tenant: row.tenant, Under: row.under, Deep: row.deep, Limit: 100, Count: true})
				e.sameRows(page, row.want...)
				if page.Total != int64(len(row.want)) || page.More {
					e.Errorf("%s: counts %d (more: %t)", row.what, page.Total, page.More)
				}
				if e.Failed() {
					e.Fatal(row.what)
				}
			}
		}},
		{"a count is taken only when asked for", func(e *env) {
			e.grove()
			if page := e.page(rows.Query{Tenant: e.a.ID, Under: e.a.ID, Deep: true, Limit: 2}); page.Total != 0 || !page.More {
				e.Errorf("counts %d unasked, more is %t", page.Total, page.More)
			}
		}},
	}
}
