package testkit

import "tenantry/customers/lifecycle"

// Scan visits a whole list page by page, with something happening between pages,
// and gives the names and counts that it saw.
func (h *Env) Walk(p Party, in lifecycle.ListInput, between func(page int)) (seen []string, totals []int64) {
	h.T.Helper()
	for page := 0; ; page++ {
		listing := h.List(p, in)
		seen, totals = append(seen, Names(listing)...), append(totals, listing.Total)
		if listing.NextCursor == "" {
			return seen, totals
		}
		if page > 100 {
			h.T.Fatal("the walk does not end")
		}
		in.Cursor = listing.NextCursor
		between(page)
	}
}
