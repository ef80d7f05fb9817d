package memory_test

import (
	"errors"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/memory"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

var (
	errDown = errors.New("down")
	opened  = time.Date(2025, time.March, 1, 0, 0, 0, 0, time.UTC)
)

// The n-th call fails and does nothing, and the calls around it succeed.
func TestTheChosenCallFails(t *testing.T) {
	t.Parallel()
	store, operator := memory.New(), storetest.Operator(opened)
	if err := store.Insert(t.Context(), operator); err != nil {
		t.Fatal(err)
	}
	child := storetest.Child(operator)
	for n := 1; n <= 3; n++ {
		store.FailNext(n, errDown)
		for call := 1; call <= 4; call++ {
			if err := store.Ping(t.Context()); errors.Is(err, errDown) != (call == n) {
				t.Errorf("with n = %d, call %d gives %v", n, call, err)
			}
		}
	}
	store.FailNext(1, errDown)
	if err := store.Insert(t.Context(), child); !errors.Is(err, errDown) {
		t.Errorf("the insert gives %v", err)
	}
	if _, err := store.Get(t.Context(), child.Ref()); !errors.Is(err, rows.ErrNotFound) {
		t.Errorf("the failed insert left something: %v", err)
	}
	store.FailNext(1, errDown)
	store.FailNext(0, errDown)
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("a called off failure happens: %v", err)
	}
}

// A reader's record is never changed by later calls, so it may be shared.
func TestSharedRecordsStayAsTheyWere(t *testing.T) {
	t.Parallel()
	store, operator := memory.New(), storetest.Operator(opened)
	if err := store.Insert(t.Context(), operator); err != nil {
		t.Fatal(err)
	}
	held, err := store.Get(t.Context(), operator.Ref())
	if err != nil {
		t.Fatal(err)
	}
	batches, err := store.Outboxes(t.Context(), tenancy.AllSlots, 1)
	if err != nil || len(batches) != 1 {
		t.Fatal(batches, err)
	}
	if err := store.Relay(t.Context(), batches[0]); err != nil {
		t.Fatal(err)
	}
	later := operator.KeyUse["1"].AddDate(1, 0, 0)
	if err := store.NoteKeyUse(t.Context(), customers.KeyUse{Customer: operator.Ref(), At: map[string]time.Time{"1": later}}); err != nil {
		t.Fatal(err)
	}
	if diff := storetest.Diff(storetest.Operator(opened), held); diff != "" {
		t.Errorf("the record changed under its reader (-want +got):\n%s", diff)
	}
}

// Writes that no service may make are refused, so that domain tests see them.
func TestMalformedWritesAreRefused(t *testing.T) {
	t.Parallel()
	store, operator := memory.New(), storetest.Operator(opened)
	if err := store.Insert(t.Context(), operator); err != nil {
		t.Fatal(err)
	}
	if err := store.Insert(t.Context(), storetest.Operator(opened.AddDate(1, 0, 0))); !errors.Is(err, rows.ErrExists) {
		t.Errorf("a second operator gives %v", err)
	}
	if store.Replace(t.Context(), operator, operator.Version) == nil {
		t.Error("a write that does not raise the version is accepted")
	}
	living := *storetest.Tombstone(operator)
	living.Deleted = nil
	if store.Erase(t.Context(), &living, operator.Version) == nil {
		t.Error("an erase without a tombstone is accepted")
	}
}
