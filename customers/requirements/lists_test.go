package requirements_test

import (
	"slices"
	"testing"
	"time"

	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/internal/testkit"
)

// Lists by planStatus and by what is needed follow what time alone changes, as soon as the
// background work has seen it, and the version rises without the time of the last change.
func TestListsFollowWhatTimeChanges(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, ruled(t, supportLater))
	shop := h.Create(h.Cove, testkit.Quay)
	h.Create(h.Rival, testkit.Quay)
	lists := func(f rows.Filter) bool {
		t.Helper()
		listing := h.List(h.Cove, lifecycle.ListInput{Filter: f})
		return slices.Contains(testkit.Names(listing), h.Record(shop.ID).Name) && listing.Total == 1
	}
	needed := rows.Filter{Needed: supportLater.Path}
	if lists(needed) {
		t.Error("it is listed before it is needed")
	}
	updated := h.Record(shop.ID).LastUpdated
	h.Clock.Advance(30 * day)
	due(t, h)
	if !lists(needed) || !lists(rows.Filter{PlanStatus: "unverified", Needed: supportLater.Path}) {
		t.Error("it is not listed although it is needed")
	}
	if now := h.Record(shop.ID).LastUpdated; !now.Equal(updated) {
		t.Errorf("time alone moved the last change from %s to %s", updated, now)
	}
	_, err := h.Update(h.Cove, shop.ID, `{"merchant":{"supportEmail":"help@quay.example"}}`)
	testkit.Must(t, err)
	if lists(needed) {
		t.Error("it is listed although it was given")
	}
}

// Records that say nothing of their planStatus, as those of earlier releases, are listed
// by it once the background work looked at them, and are written once.
func TestAdoptedRecordsAreListed(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	h.Clock.Advance(time.Minute)
	older := h.Row(h.Cove, "Older")
	version := h.Record(older).Version
	byPlan := lifecycle.ListInput{Filter: rows.Filter{PlanStatus: "verified"}}
	if n := h.List(h.Cove, byPlan).Total; n != 0 {
		t.Fatalf("%d are listed before", n)
	}
	for range 2 {
		_, err := h.Svc.Requirements.Adopt(t.Context())
		testkit.Must(t, err)
	}
	if n := h.List(h.Cove, byPlan).Total; n != 1 || h.Record(older).Version != version+1 {
		t.Errorf("%d are listed; the version went from %d to %d", n, version, h.Record(older).Version)
	}
}
