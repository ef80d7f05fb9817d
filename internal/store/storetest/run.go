package storetest

import (
	"testing"

	"tenantry/internal/store"
)

// guarantee is one sentence of the contract, and the test that would fail if an
// engine broke it.
type guarantee struct {
	name  string
	holds func(e *env)
}

// Run tests the whole contract of store.Store. Every open must return an empty store
// of its own; Run closes it.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	t.Run("Empty", func(t *testing.T) {
		t.Parallel()
		emptiness(newEmptyEnv(t, open))
	})
	runParts(t, open, []part{
		{"Get", reading()},
		{"Shown", showing()},
		{"Documents", documents()},
		{"Insert", inserting()},
		{"Replace", replacing()},
		{"Erase", erasing()},
		{"EraseAgainstInsert", erasingAgainstInserting()},
		{"Switches", switching()},
		{"ListReach", reaching()},
		{"ListOrder", ordering()},
		{"ListCursor", walking()},
		{"ListFilter", filtering()},
		{"ListText", filteringText()},
		{"ListByStatus", listsByStatus()},
		{"Queues", queueing()},
		{"Tally", tallying()},
		{"DueReviews", reviewing()},
		{"DuePlans", changingPlans()},
		{"DueDrops", sendingDrops()},
		{"Walk", maintaining()},
		{"Files", filing()},
		{"Holding", holding()},
		{"Identifiers", identifying()},
		{"Claims", claiming()},
		{"ClaimRaces", claimRacing()},
		{"Companions", companions()},
		{"Rooms", rooming()},
		{"SweepClaims", sweeping()},
		{"NoteKeyUse", noting()},
		{"TagKeys", tagging()},
		{"Outboxes", relaying()},
		{"Relay", relayingAgain()},
		{"AddEvent", auditing()},
		{"Redact", redacting()},
		{"Events", eventsPaging()},
		{"Waiting", listingWhatWaits()},
		{"EventReach", eventsReaching()},
		{"EventFilter", eventsFiltering()},
		{"Arrivals", arriving()},
		{"ThinEvents", thinning()},
		{"PurgeEvents", purging()},
		{"Deliveries", delivering()},
		{"DeliveryRaces", deliveryRacing()},
		{"DeliveryLog", deliveriesPaging()},
		{"SweepDeliveries", deliveriesSweeping()},
		{"Activities", happening()},
		{"Installation", installing()},
		{"Survey", surveying()},
		{"Context", canceling()},
		{"Counts", counting()},
		{"Size", sizing()},
	})
}

// RunSearches tests the part of the contract that searches by words fall under.
func RunSearches(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	runParts(t, open, []part{{"ListFilter", filtering()}, {"ListText", filteringText()}, {"Queues", queueing()}})
}

// part is some guarantees of the contract.
type part struct {
	name       string
	guarantees []guarantee
}

func runParts(t *testing.T, open func(t *testing.T) store.Store, parts []part) {
	t.Helper()
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			for _, g := range part.guarantees {
				t.Run(g.name, func(t *testing.T) {
					t.Parallel()
					g.holds(newEnv(t, open))
				})
			}
		})
	}
}
