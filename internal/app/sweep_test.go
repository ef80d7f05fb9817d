package app_test

import (
	"testing"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// reserved reports whether a reservation stands.
func reserved(h *testkit.Env, key string) bool {
	_, err := h.Store.ReservationHolder(h.T.Context(), key)
	return err == nil
}

// Leftovers go: bytes that no record names and reservations that no customer holds once
// they are old enough for nobody to be about to write them, and idempotent answers past
// their time. What is held, and what is young, stays.
func TestLeftoversAreSwept(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, `{"name":"Shop","email":"s@example.com","planKey":"payer","merchantKey":"held","vanityName":"held-name"}`)
	ref := h.Record(shop.ID).Ref()
	heldKey := "merchantKey:" + h.Cove.ID + ":held"
	claim := func(key string, c tenancy.Ref) string {
		_, taken, err := h.Store.Reserve(t.Context(), rows.Reservation{Key: key, Customer: c, Taken: h.Clock.Now()})
		if err != nil || !taken {
			t.Fatal("the reservation is not taken:", err)
		}
		return key
	}
	given, dead := claim("vanityName:given-up", ref), claim("merchantKey:"+h.Cove.ID+":dead", tenancy.Ref{Tenant: ref.Tenant, ID: tenancy.ID{7}})
	file := tenancy.ID{9}
	testkit.Must(t, h.Store.PutDocument(t.Context(), ref, file, []byte("bytes")))
	testkit.Must(t, h.Svc.Idempotency.Finish(t.Context(), h.Began(h.As(h.Cove), "k"), testkit.Created))

	sweeps := func() {
		for range 6 { // a scope each
			testkit.Must(t, h.Svc.Sweep(t.Context()))
		}
	}
	stands := func(when string, want bool) {
		t.Helper()
		for _, key := range []string{given, dead} {
			if reserved(h, key) != want {
				t.Errorf("%s: %s stands: %t", when, key, !want)
			}
		}
		if _, err := h.Store.Document(t.Context(), ref, file); (err == nil) != want {
			t.Errorf("%s: the bytes are there: %t", when, !want)
		}
	}
	sweeps()
	h.Clock.Advance(59 * time.Minute)
	sweeps()
	stands("young", true)
	h.Clock.Advance(2 * time.Minute)
	sweeps()
	stands("old", false)
	if !reserved(h, heldKey) || !reserved(h, "vanityName:held-name") {
		t.Error("a reservation that is held was swept")
	}
	h.Clock.Advance(24 * time.Hour)
	sweeps()
	for what, want := range map[string]int64{"ended_reservations": 1, "orphaned_reservations": 2, "orphaned_files": 1} {
		t.Run(what, func(t *testing.T) {
			h := h.In(t)
			if got := h.Svc.Swept[what].Load(); got != want {
				t.Errorf("%d %s were swept, want %d", got, what, want)
			}
		})
	}
}
