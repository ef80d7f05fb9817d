package storetest

import (
	"sync/atomic"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
)

func claimRacing() []guarantee {
	return []guarantee{
		{"of 32 rivals one takes a claim and the others see it", func(e *env) {
			const rivals = 32
			claims, seen := make([]rows.Reservation, rivals), make([]rows.Reservation, rivals)
			var winner atomic.Int32
			winner.Store(-1)
			for i := range claims {
				claims[i] = e.claim("username:contested", e.build([]*customers.Customer{e.a, e.b}[i%2]), i)
			}
			together(rivals, func(i int) {
				holder, ok, err := e.store.Reserve(e.Context(), claims[i])
				if err != nil {
					e.Errorf("reserving: %v", err)
				}
				if seen[i] = holder; ok && !winner.CompareAndSwap(-1, int32(i)) {
					e.Error("two rivals took the claim")
				}
			})
			won := int(winner.Load())
			if won < 0 {
				e.Fatal("nobody took the claim")
			}
			e.held(claims[won])
			for i, holder := range seen {
				if diff := Diff(claims[won], holder); i != won && diff != "" {
					e.Fatalf("a loser saw another holder (-want +got):\n%s", diff)
				}
			}
		}},
		{"of 16 rivals one swaps a claim", func(e *env) {
			held := e.taken(e.claim("username:lapsed", e.a, 0))
			next := make([]rows.Reservation, 16)
			for i := range next {
				next[i] = e.claim(held.Key, e.build(e.b), i+1)
			}
			var winner atomic.Int32
			winner.Store(-1)
			together(len(next), func(i int) {
				ok, err := e.store.CompareAndSwap(e.Context(), held, next[i])
				if err != nil {
					e.Errorf("swapping: %v", err)
				}
				if ok && !winner.CompareAndSwap(-1, int32(i)) {
					e.Error("two rivals swapped the claim")
				}
			})
			if winner.Load() < 0 {
				e.Fatal("nobody swapped the claim")
			}
			e.held(next[winner.Load()])
		}},
		{"a release racing a take-over never removes the new claim", func(e *env) {
			for round := range 10 {
				held := e.taken(e.claim("username:handed-over", e.a, 2*round))
				next := e.claim(held.Key, e.b, 2*round+1)
				var swapped bool
				together(2, func(i int) {
					var err error
					if i == 0 {
						swapped, err = e.store.CompareAndSwap(e.Context(), held, next)
					} else {
						err = e.store.Release(e.Context(), held)
					}
					if err != nil {
						e.Errorf("handing over: %v", err)
					}
				})
				if !swapped {
					e.free(held.Key)
					continue
				}
				e.held(next)
				e.must(e.store.Release(e.Context(), next), "releasing")
			}
		}},
	}
}

func sweeping() []guarantee {
	return []guarantee{
		{"a sweep removes what ended before, and only that", func(e *env) {
			cut := opened.Add(time.Hour)
			ends := map[string]time.Time{
				"never": {}, "long ago": opened.Add(-1000 * time.Hour), "just before": cut.Add(-time.Millisecond),
				"at the cut": cut, "just after": cut.Add(time.Millisecond), "far ahead": cut.AddDate(10, 0, 0),
			}
			claims := map[string]rows.Reservation{}
			for key, end := range ends {
				claim := e.claim("idempotency:"+key, e.a, 1)
				claim.Ends, claim.Answer = end, []byte("sealed")
				claims[key] = e.taken(claim)
			}
			e.sweeps(cut, 2)
			for _, key := range []string{"never", "at the cut", "just after", "far ahead"} {
				e.held(claims[key])
			}
			e.sweeps(cut, 0)
			e.free(claims["long ago"].Key)
			e.free(claims["just before"].Key)
			e.sweeps(cut.AddDate(100, 0, 0), 3)
			e.held(claims["never"])
		}},
		{"a sweep goes by the end that a swap gave", func(e *env) {
			mine := e.claim("idempotency:moved", e.a, 1)
			mine.Ends = opened
			later := mine
			later.Ends = time.Time{}
			e.taken(mine)
			e.swaps(mine, later, true)
			e.sweeps(opened.AddDate(1, 0, 0), 0)
			e.held(later)
			e.swaps(later, mine, true)
			e.sweeps(opened.AddDate(1, 0, 0), 1)
			e.free(mine.Key)
		}},
		{"a sweep of many claims removes all of them", func(e *env) {
			const many = 150
			for i := range many {
				claim := e.claim("idempotency:"+e.build(e.a).ID.String(), e.a, i)
				claim.Ends = opened.Add(time.Duration(i) * time.Millisecond)
				e.taken(claim)
			}
			e.sweeps(opened.Add(time.Hour), many)
		}},
	}
}

func (e *env) sweeps(before time.Time, want int) {
	e.Helper()
	swept, err := e.store.SweepReservations(e.Context(), before)
	e.must(err, "sweeping")
	if swept != want {
		e.Fatalf("%d claims were swept instead of %d", swept, want)
	}
}
