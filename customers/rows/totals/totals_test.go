package totals_test

import (
	"fmt"
	"testing"

	"tenantry/customers/rows"
	"tenantry/customers/rows/totals"
)

// A total is exact to the bound. Behind it, it is a lower bound that is never less than what
// the page shows and one more, so that a client that goes by the number alone reads on to
// the last row; there it is exact again.
func TestTotalsAreBounded(t *testing.T) {
	t.Parallel()
	const bound = 10
	for _, all := range []int{0, 1, bound - 1, bound, bound + 1, 4 * bound} {
		for _, limit := range []int{1, 3, bound, 2 * bound} {
			t.Run(fmt.Sprintf("%d by %d", all, limit), func(t *testing.T) {
				t.Parallel()
				for offset := 0; offset <= all+limit; offset += limit {
					shown := max(min(limit, all-offset), 0)
					more := offset+shown < all
					seen := totals.Of(offset, nil, shown, more)
					counted := min(int64(all), totals.Limit(bound))
					got := seen.Bounded(counted, bound)
					switch isLast := shown > 0 && !more; {
					case all <= bound || isLast:
						if got != (rows.Count{N: int64(all)}) {
							t.Errorf("offset %d: %+v", offset, got)
						}
					case !got.AtLeast || got.N < bound || got.N > int64(all) || more && got.N <= int64(offset+shown):
						t.Errorf("offset %d: %+v", offset, got)
					}
					if least := seen.AtLeast(); least.N > int64(all) || !least.AtLeast && least.N != int64(all) {
						t.Errorf("offset %d: the page alone shows %+v", offset, least)
					}
				}
			})
		}
	}
	behind := totals.Of(7, &rows.Position{}, 2, false)
	if count, known := behind.Count(); known || behind.AtLeast() != (rows.Count{N: 2, AtLeast: true}) {
		t.Errorf("a page behind a row shows %+v of what is before it", count)
	}
}
