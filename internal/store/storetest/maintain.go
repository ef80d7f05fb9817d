package storetest

import (
	"bytes"
	"fmt"
	"slices"

	"tenantry/customers"
	"tenantry/tenancy"
)

func maintaining() []guarantee {
	return []guarantee{
		{"a walk meets every living customer of every tenant once, whole, in the order of ids", func(e *env) {
			trees := e.grove()
			e.erase(trees[0][3])
			filled := e.child(e.b)
			want := slices.Concat(trees[0][:3], trees[1][:], []*customers.Customer{e.operator, e.a, e.b, filled})
			slices.SortFunc(want, func(x, y *customers.Customer) int { return bytes.Compare(x.ID[:], y.ID[:]) })
			for _, limit := range []int{1, 3, len(want), 100} {
				var rows []*customers.Customer
				var after tenancy.ID
				for range len(want) + 1 {
					page, err := e.store.Scan(e.Context(), after, limit)
					e.must(err, "walking")
					if rows = append(rows, page...); len(page) == 0 {
						break
					}
					if len(page) > limit {
						e.Fatalf("a page of %d holds %d rows", limit, len(page))
					}
					after = page[len(page)-1].ID
				}
				e.sameOrder(fmt.Sprint("pages of ", limit), rows, want)
				if diff := Diff(want, rows); diff != "" {
					e.Fatalf("pages of %d (-want +got):\n%s", limit, diff)
				}
			}
		}},
		{"a walk goes on behind an id that is nobody's", func(e *env) {
			var last tenancy.ID
			copy(last[:], bytes.Repeat([]byte{0xff}, len(last)))
			rows, err := e.store.Scan(e.Context(), last, 10)
			e.must(err, "walking")
			if len(rows) > 0 {
				e.Errorf("behind the last id there is %s", labels(rows))
			}
			rows, err = e.store.Scan(e.Context(), tenancy.ID{11: 1}, 10)
			e.must(err, "walking")
			if len(rows) != 3 {
				e.Errorf("there are %s", labels(rows))
			}
		}},
	}
}
