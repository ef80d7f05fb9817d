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
		{"a walk meets every living customer of every tenant once, whole, in the order of ids", func(h *house) {
			trees := h.grove()
			h.erase(trees[0][3])
			filled := h.child(h.b)
			want := slices.Concat(trees[0][:3], trees[1][:], []*customers.Customer{h.operator, h.a, h.b, filled})
			slices.SortFunc(want, func(x, y *customers.Customer) int { return bytes.Compare(x.ID[:], y.ID[:]) })
			for _, limit := range []int{1, 3, len(want), 100} {
				var rows []*customers.Customer
				var after tenancy.ID
				for range len(want) + 1 {
					page, err := h.store.Walk(h.Context(), after, limit)
					h.must(err, "walking")
					if rows = append(rows, page...); len(page) == 0 {
						break
					}
					if len(page) > limit {
						h.Fatalf("a page of %d holds %d rows", limit, len(page))
					}
					after = page[len(page)-1].ID
				}
				h.sameOrder(fmt.Sprint("pages of ", limit), rows, want)
				if diff := Diff(want, rows); diff != "" {
					h.Fatalf("pages of %d (-want +got):\n%s", limit, diff)
				}
			}
		}},
		{"a walk goes on behind an id that is nobody's", func(h *house) {
			var last tenancy.ID
			copy(last[:], bytes.Repeat([]byte{0xff}, len(last)))
			rows, err := h.store.Walk(h.Context(), last, 10)
			h.must(err, "walking")
			if len(rows) > 0 {
				h.Errorf("behind the last id there is %s", labels(rows))
			}
			rows, err = h.store.Walk(h.Context(), tenancy.ID{11: 1}, 10)
			h.must(err, "walking")
			if len(rows) != 3 {
				h.Errorf("there are %s", labels(rows))
			}
		}},
	}
}
