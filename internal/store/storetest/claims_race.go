package storetest

import (
	"sync/atomic"
	"time"

	"tenantry/customers"
)

func claimRacing() []guarantee {
	return []guarantee{
		{"of 32 rivals one takes a claim and the others see it", func(h *house) {
			const rivals = 32
			claims, seen := make([]customers.Claim, rivals), make([]customers.Claim, rivals)
			var winner atomic.Int32
			winner.Store(-1)
			for i := range claims {
				claims[i] = h.claim("username:contested", h.build([]*customers.Customer{h.a, h.b}[i%2]), i)
			}
			together(rivals, func(i int) {
				holder, ok, err := h.store.Reserve(h.Context(), claims[i])
				if err != nil {
					h.Errorf("reserving: %v", err)
				}
				if seen[i] = holder; ok && !winner.CompareAndSwap(-1, int32(i)) {
					h.Error("two rivals took the claim")
				}
			})
			won := int(winner.Load())
			if won < 0 {
				h.Fatal("nobody took the claim")
			}
			h.held(claims[won])
			for i, holder := range seen {
				if diff := Diff(claims[won], holder); i != won && diff != "" {
					h.Fatalf("a loser saw another holder (-want +got):\n%s", diff)
				}
			}
		}},
		{"of 16 rivals one swaps a claim", func(h *house) {
			held := h.taken(h.claim("username:lapsed", h.a, 0))
			next := make([]customers.Claim, 16)
			for i := range next {
				next[i] = h.claim(held.Key, h.build(h.b), i+1)
			}
			var winner atomic.Int32
			winner.Store(-1)
			together(len(next), func(i int) {
				ok, err := h.store.Swap(h.Context(), held, next[i])
				if err != nil {
					h.Errorf("swapping: %v", err)
				}
				if ok && !winner.CompareAndSwap(-1, int32(i)) {
					h.Error("two rivals swapped the claim")
				}
			})
			if winner.Load() < 0 {
				h.Fatal("nobody swapped the claim")
			}
			h.held(next[winner.Load()])
		}},
		{"a release racing a take-over never removes the new claim", func(h *house) {
			for round := range 10 {
				held := h.taken(h.claim("username:handed-over", h.a, 2*round))
				next := h.claim(held.Key, h.b, 2*round+1)
				var swapped bool
				together(2, func(i int) {
					var err error
					if i == 0 {
						swapped, err = h.store.Swap(h.Context(), held, next)
					} else {
						err = h.store.Release(h.Context(), held)
					}
					if err != nil {
						h.Errorf("handing over: %v", err)
					}
				})
				if !swapped {
					h.free(held.Key)
					continue
				}
				h.held(next)
				h.must(h.store.Release(h.Context(), next), "releasing")
			}
		}},
	}
}

func sweeping() []guarantee {
	return []guarantee{
		{"a sweep removes what ended before, and only that", func(h *house) {
			cut := opened.Add(time.Hour)
			ends := map[string]time.Time{
				"never": {}, "long ago": opened.Add(-1000 * time.Hour), "just before": cut.Add(-time.Millisecond),
				"at the cut": cut, "just after": cut.Add(time.Millisecond), "far ahead": cut.AddDate(10, 0, 0),
			}
			claims := map[string]customers.Claim{}
			for key, end := range ends {
				claim := h.claim("idempotency:"+key, h.a, 1)
				claim.Ends, claim.Answer = end, []byte("sealed")
				claims[key] = h.taken(claim)
			}
			h.sweeps(cut, 2)
			for _, key := range []string{"never", "at the cut", "just after", "far ahead"} {
				h.held(claims[key])
			}
			h.sweeps(cut, 0)
			h.free(claims["long ago"].Key)
			h.free(claims["just before"].Key)
			h.sweeps(cut.AddDate(100, 0, 0), 3)
			h.held(claims["never"])
		}},
		{"a sweep goes by the end that a swap gave", func(h *house) {
			mine := h.claim("idempotency:moved", h.a, 1)
			mine.Ends = opened
			later := mine
			later.Ends = time.Time{}
			h.taken(mine)
			h.swaps(mine, later, true)
			h.sweeps(opened.AddDate(1, 0, 0), 0)
			h.held(later)
			h.swaps(later, mine, true)
			h.sweeps(opened.AddDate(1, 0, 0), 1)
			h.free(mine.Key)
		}},
		{"a sweep of many claims removes all of them", func(h *house) {
			const many = 150
			for i := range many {
				claim := h.claim("idempotency:"+h.build(h.a).ID.String(), h.a, i)
				claim.Ends = opened.Add(time.Duration(i) * time.Millisecond)
				h.taken(claim)
			}
			h.sweeps(opened.Add(time.Hour), many)
		}},
	}
}

func (h *house) sweeps(before time.Time, want int) {
	h.Helper()
	swept, err := h.store.SweepClaims(h.Context(), before)
	h.must(err, "sweeping")
	if swept != want {
		h.Fatalf("%d claims were swept instead of %d", swept, want)
	}
}
