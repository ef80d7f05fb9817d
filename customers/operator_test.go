package customers_test

import (
	cryptorand "crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/seal"
	"tenantry/internal/store/memory"
	"tenantry/internal/testkit"
	"tenantry/keys"
	"tenantry/tenancy"
)

// vacant is a house with nobody in it.
func vacant(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, store: memory.New(), clock: testkit.NewClock(time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC))}
	ring, err := seal.Generate(cryptorand.Reader)
	must(t, err)
	h.svc = h.service(ring)
	return h
}

// everybody counts the customers in the store.
func (h *house) everybody() int {
	h.t.Helper()
	list, err := h.store.Walk(h.t.Context(), tenancy.ID{}, 100)
	must(h.t, err)
	return len(list)
}

// A store has one operator, with keys that work, and never gets a second.
func TestThereIsOneOperator(t *testing.T) {
	t.Parallel()
	h := vacant(t)
	if _, err := h.svc.Local(t.Context(), ""); !fault.IsNotFound(err) {
		t.Errorf("a local caller on an empty store: %v", err)
	}
	made, err := h.svc.InitOperator(t.Context(), "Operator", "op@example.com")
	must(t, err)
	operator := party{made.Customer.ID.String(), made.Keys}
	h.alive("the operator's key", operator)
	if !tenancy.IsOperator(h.as(operator).Actor) || made.Customer.Tenant != made.Customer.ID || made.Customer.PlanKey != "operator" {
		t.Errorf("the operator is %+v", made.Customer)
	}
	for range 2 {
		_, err = h.svc.InitOperator(t.Context(), "Second", "second@example.com")
		refused(t, err, fault.Conflict, fault.CodeConflict)
		h.clock.Advance(time.Hour)
	}
	if got := h.everybody(); got != 1 {
		t.Errorf("there are %d customers", got)
	}
	conceals(t, "the store", h.atRest(operator.id), operator.keys.Secret.Reveal())
}

// Of several processes that start at once on an empty store exactly one makes the
// operator; the others are told that there is one.
func TestConcurrentFirstStartsMakeOneOperator(t *testing.T) {
	t.Parallel()
	h := vacant(t)
	made := make([]customers.Created, 8)
	won := -1
	for i, err := range together(8, func(i int) (err error) {
		made[i], err = h.svc.InitOperator(t.Context(), "Operator", "op@example.com")
		return err
	}) {
		if err == nil {
			if won >= 0 {
				t.Error("two operators were made")
			}
			won = i
			continue
		}
		refused(t, err, fault.Conflict, fault.CodeConflict)
		if made[i].Customer != nil || made[i].Keys != (keys.Pair{}) {
			t.Error("a loser holds keys")
		}
	}
	if won < 0 || h.everybody() != 1 {
		t.Fatalf("winner %d, %d customers", won, h.everybody())
	}
	h.alive("the winner's key", party{made[won].Customer.ID.String(), made[won].Keys})
}

// A faulty name or e-mail is named, and leaves the store as empty as it was.
func TestAFaultyOperatorLeavesNothing(t *testing.T) {
	t.Parallel()
	h := vacant(t)
	for _, row := range []struct{ name, email, field string }{
		{"", "op@example.com", "name"}, {strings.Repeat("木", 257), "op@example.com", "name"}, {"O", "", "email"}, {"O", "nowhere", "email"},
	} {
		_, err := h.svc.InitOperator(t.Context(), row.name, row.email)
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] == "" {
			t.Errorf("%q %q: faults are %v", row.name, row.email, got)
		}
	}
	if got := h.everybody(); got != 0 {
		t.Errorf("there are %d customers", got)
	}
	_, err := h.svc.InitOperator(t.Context(), strings.Repeat("木", 256), "op@example.com")
	must(t, err)
}

// A first start that ends half way blocks the next one for a minute, no longer.
func TestACrashedFirstStartIsRepeated(t *testing.T) {
	t.Parallel()
	h := vacant(t)
	h.store.FailNext(3, customers.ErrUnavailable) // behind reading the root and claiming it
	_, err := h.svc.InitOperator(t.Context(), "Operator", "op@example.com")
	refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	h.clock.Advance(almost)
	_, err = h.svc.InitOperator(t.Context(), "Operator", "op@example.com")
	refused(t, err, fault.Conflict, fault.CodeConflict)
	h.clock.Advance(time.Millisecond)
	_, err = h.svc.InitOperator(t.Context(), "Operator", "op@example.com")
	must(t, err)
	if got := h.everybody(); got != 1 {
		t.Errorf("there are %d customers", got)
	}
}

// A store that cannot answer is not taken for an empty one.
func TestASilentStoreIsNotEmpty(t *testing.T) {
	t.Parallel()
	h := vacant(t)
	for _, cause := range []error{customers.ErrUnavailable, errors.New("disk on fire")} {
		h.store.FailNext(1, cause)
		if _, err := h.svc.InitOperator(t.Context(), "Operator", "op@example.com"); !errors.Is(err, cause) || fault.KindOf(err) == fault.Conflict {
			t.Errorf("%v is told as %v", cause, err)
		}
	}
	h.store.FailNext(1, customers.ErrUnavailable)
	refused(t, h.svc.Ready(t.Context()), fault.Unavailable, fault.CodeUnavailable)
	must(t, h.svc.Ready(t.Context()))
}
