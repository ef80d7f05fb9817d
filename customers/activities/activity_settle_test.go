package activities_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tenantry/customers"
	"tenantry/customers/activities"
	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/seal"
	"tenantry/internal/store"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// fragile loses the ways into the log of activities, one call after the other, behind
// those that it spares.
type fragile struct {
	store.Store
	mu          sync.Mutex
	spare, lose int
}

func (f *fragile) PutActivity(ctx context.Context, a customers.Activity) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.spare > 0:
		f.spare--
	case f.lose > 0:
		f.lose--
		return rows.ErrUnavailable
	}
	return f.Store.PutActivity(ctx, a)
}

// interrupted opens an Env with a customer whose newest activity was interrupted
// between its write and the log.
func interrupted(t *testing.T, body string, before ...string) (h *testkit.Env, shop testkit.Party, store *fragile) {
	t.Helper()
	store = &fragile{}
	h = testkit.Open(t, func(o *app.Options) { store.Store, o.Store = o.Store, store })
	shop = h.Create(h.Cove, testkit.Quay)
	for _, earlier := range before {
		_, _, err := h.Happened(h.As(h.Cove), shop.ID, earlier)
		testkit.Must(t, err)
	}
	store.spare, store.lose = min(len(before), 1), 1 // the one before is put in its place first
	_, _, err := h.Happened(h.As(h.Cove), shop.ID, body)
	testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	return h, shop, store
}

// A call that is interrupted between its write and the log loses nothing and counts
// nothing twice: the same call again, the next activity, and the background work each
// put it in its place.
func TestAnInterruptedActivityIsNotLost(t *testing.T) {
	t.Parallel()
	for name, mend := range map[string]func(h *testkit.Env, id string) (others int64){
		"the same again": func(h *testkit.Env, id string) int64 {
			_, fresh, err := h.Happened(h.As(h.Cove), id, debit)
			if testkit.Must(h.T, err); fresh {
				h.T.Error("it was noted twice")
			}
			return 0
		},
		"the next": func(h *testkit.Env, id string) int64 {
			_, _, err := h.Happened(h.As(h.Cove), id, `{"type":"debit","amount":1,"reference":"r2"}`)
			testkit.Must(h.T, err)
			return 1
		},
		"the background work": func(h *testkit.Env, _ string) int64 {
			_, err := h.Svc.Relay.RelayEvents(h.T.Context())
			testkit.Must(h.T, err)
			return 0
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, shop, _ := interrupted(t, debit)
			testkit.Refused(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove), lifecycle.DeleteInput{CustomerID: shop.ID}), fault.Conflict, fault.CodeHasActivity)
			want := 1 + mend(h, shop.ID)
			placed, err := h.Store.ActivityOf(t.Context(), h.Record(shop.ID).Ref(), "r1")
			if testkit.Must(t, err); placed.Amount != 1250 {
				t.Errorf("%s: in its place is %+v", name, placed)
			}
			if found := ledger(h, shop.ID).Total; found != want || h.Record(shop.ID).ActivityCount != want {
				t.Errorf("%s: %d are listed and %d counted, want %d", name, found, h.Record(shop.ID).ActivityCount, want)
			}
		})
	}
}

// The background work that cannot put an activity in its place keeps the event that
// tells of it, and so tries again.
func TestSettlingIsTriedAgain(t *testing.T) {
	t.Parallel()
	h, shop, store := interrupted(t, debit)
	store.lose = math.MaxInt // a turn tries a customer alone where many fail together
	if _, err := h.Svc.Relay.RelayEvents(t.Context()); !errors.Is(err, rows.ErrUnavailable) {
		t.Errorf("the first turn returns %v", err)
	}
	store.lose = 0
	if _, err := h.Store.ActivityOf(t.Context(), h.Record(shop.ID).Ref(), "r1"); !errors.Is(err, rows.ErrNotFound) {
		t.Errorf("it is in its place already: %v", err)
	}
	_, err := h.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	_, err = h.Store.ActivityOf(t.Context(), h.Record(shop.ID).Ref(), "r1")
	testkit.Must(t, err)
	if left := h.Record(shop.ID).Outbox; len(left) != 0 {
		t.Errorf("%d events are left", len(left))
	}
}

// readsOnly is a store that can do nothing but the reads below: a call of anything else
// ends the test by a panic.
type readsOnly struct {
	store.Store
	from store.Store
}

func (r readsOnly) Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error) {
	return r.from.Get(ctx, ref)
}

func (r readsOnly) Activities(ctx context.Context, q rows.ActivityQuery) (rows.ActivityPage, error) {
	return r.from.Activities(ctx, q)
}

func (r readsOnly) ActivityOf(ctx context.Context, customer tenancy.Ref, reference string) (customers.Activity, error) {
	return r.from.ActivityOf(ctx, customer, reference)
}

func (r readsOnly) Activity(ctx context.Context, tenant, id tenancy.ID) (customers.Activity, error) {
	return r.from.Activity(ctx, tenant, id)
}

// No read of activities writes, and it shows an activity that was interrupted before
// it came to its place just as it does afterwards: each page with its order and its
// count, by offset and by cursor, whichever moment the activity is of, and also when
// it comes to its place in the middle of a walk.
func TestActivityReadsWriteNothing(t *testing.T) {
	t.Parallel()
	const layout = `{"type":"%s","amount":"%d","reference":"r%d","occurredAt":"2026-03-01T10:%02d:00Z"}`
	var earlier []string
	for i, kind := range []string{"debit", "credit", "debit", "hold", "debit"} {
		earlier = append(earlier, fmt.Sprintf(layout, kind, i+1, i, 10*(i/2))) // two share a moment
	}
	for _, minute := range []int{30, 20, 15, 10, 0} {
		t.Run(fmt.Sprint(minute), func(t *testing.T) {
			h, shop, _ := interrupted(t, fmt.Sprintf(layout, "debit", 9, 9, minute), earlier...)
			ring, err := seal.Generate(rand.Reader)
			testkit.Must(t, err)
			reader := h.Service(ring, func(o *app.Options) { o.Store = readsOnly{from: h.Store} })
			caller := h.As(h.Cove)
			read := func(in activities.ListActivitiesInput) activities.ActivityListing {
				t.Helper()
				page, err := reader.Activities.Activities(t.Context(), caller, in)
				testkit.Must(t, err)
				return page
			}
			// walk reads all pages from one on; after the first, meanwhile happens.
			walk := func(in activities.ListActivitiesInput, meanwhile func()) (seen []activities.ActivityListing) {
				t.Helper()
				for {
					page := read(in)
					in.Cursor, in.Offset = page.NextCursor, 0
					page.NextCursor = strconv.FormatBool(page.NextCursor != "") // it is never the same twice
					if seen = append(seen, page); in.Cursor == "" || len(seen) > 10 {
						return seen
					}
					meanwhile()
				}
			}
			lists := map[activities.ListActivitiesInput][]activities.ActivityListing{}
			at := func(minute int) time.Time { return time.Date(2026, 3, 1, 10, minute, 0, 0, time.UTC) }
			for _, kind := range []customers.ActivityType{"", customers.ActivityDebit, customers.ActivityHold} {
				for _, window := range [][2]time.Time{{}, {at(10), at(20)}, {at(25), {}}} {
					for _, ascending := range []bool{false, true} {
						for _, limit := range []int{1, 2, 3, 5, 6, 100} {
							for offset := range 8 {
								in := activities.ListActivitiesInput{
									CustomerID: shop.ID, Type: kind, From: window[0], To: window[1], Ascending: ascending, Limit: limit, Offset: offset,
								}
								lists[in] = walk(in, func() {})
							}
						}
					}
				}
			}
			middle := activities.ListActivitiesInput{CustomerID: shop.ID, Limit: 2}
			settle := sync.OnceFunc(func() { testkit.Must(t, testkit.Second(h.Svc.Relay.RelayEvents(t.Context()))) })
			through := walk(middle, settle)
			if diff := cmp.Diff(through, walk(middle, func() {})); diff != "" {
				t.Errorf("minute %d: a walk during which it came to its place (-during +after):\n%s", minute, diff)
			}
			for in, before := range lists {
				if diff := cmp.Diff(before, walk(in, func() {}), cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("minute %d, %+v: (-before it is in its place +after):\n%s", minute, in, diff)
				}
			}
			if all := read(activities.ListActivitiesInput{CustomerID: shop.ID}); all.Total != 6 || len(all.Activities) != 6 {
				t.Errorf("minute %d: %d of %d are listed", minute, len(all.Activities), all.Total)
			}
			one, err := reader.Activities.Activity(t.Context(), caller, h.Record(shop.ID).LastActivity.ID.String())
			if testkit.Must(t, err); one.Reference != "r9" {
				t.Errorf("by its id it is %+v", one)
			}
		})
	}
}
