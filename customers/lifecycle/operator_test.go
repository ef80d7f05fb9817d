package lifecycle_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/store/memory"
	"tenantry/internal/testkit"
	"tenantry/keys"
	"tenantry/tenancy"
)

// vacant returns an installation without a customer, in memory, where calls can be made
// to fail.
func vacant(t *testing.T) *testkit.Env {
	t.Helper()
	return testkit.Vacant(t, memory.New())
}

// A store has one operator, with keys that work, and never gets a second.
func TestThereIsOneOperator(t *testing.T) {
	t.Parallel()
	h := vacant(t)
	if _, err := h.Svc.Access.Local(t.Context(), ""); !fault.IsNotFound(err) {
		t.Errorf("a local caller on an empty store: %v", err)
	}
	made, err := h.Svc.Lifecycle.InitOperator(t.Context(), "Operator", "op@example.com")
	testkit.Must(t, err)
	operator := testkit.Party{ID: made.Customer.ID.String(), Keys: made.Keys}
	h.Alive("the operator's key", operator)
	if !tenancy.IsOperator(h.As(operator).Actor) || made.Customer.Tenant != made.Customer.ID || made.Customer.PlanKey != "operator" {
		t.Errorf("the operator is %+v", made.Customer)
	}
	for range 2 {
		_, err = h.Svc.Lifecycle.InitOperator(t.Context(), "Second", "second@example.com")
		testkit.Refused(t, err, fault.Conflict, fault.CodeConflict)
		h.Clock.Advance(time.Hour)
	}
	if got := h.Everybody(); got != 1 {
		t.Errorf("there are %d customers", got)
	}
	testkit.Conceals(t, "the store", h.AtRest(operator.ID), operator.Keys.Secret.Reveal())
}

// Of several processes that start at once on an empty store exactly one makes the
// operator; the others are refused, since it exists.
func TestConcurrentFirstStartsMakeOneOperator(t *testing.T) {
	t.Parallel()
	h := vacant(t)
	made := make([]registry.Created, 8)
	won := -1
	for i, err := range testkit.Together(8, func(i int) (err error) {
		made[i], err = h.Svc.Lifecycle.InitOperator(t.Context(), "Operator", "op@example.com")
		return err
	}) {
		if err == nil {
			if won >= 0 {
				t.Error("two operators were made")
			}
			won = i
			continue
		}
		testkit.Refused(t, err, fault.Conflict, fault.CodeConflict)
		if made[i].Customer != nil || made[i].Keys != (keys.Pair{}) {
			t.Error("a loser holds keys")
		}
	}
	if won < 0 || h.Everybody() != 1 {
		t.Fatalf("winner %d, %d customers", won, h.Everybody())
	}
	h.Alive("the winner's key", testkit.Party{ID: made[won].Customer.ID.String(), Keys: made[won].Keys})
}

// A faulty name or e-mail is named, and leaves the store as empty as it was.
func TestAFaultyOperatorLeavesNothing(t *testing.T) {
	t.Parallel()
	h := vacant(t)
	for _, row := range []struct{ name, email, field string }{
		{"", "op@example.com", "name"}, {strings.Repeat("木", 257), "op@example.com", "name"}, {"O", "", "email"}, {"O", "nowhere", "email"},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Lifecycle.InitOperator(t.Context(), row.name, row.email)
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] == "" {
				t.Errorf("%q %q: faults are %v", row.name, row.email, got)
			}
		})
	}
	if got := h.Everybody(); got != 0 {
		t.Errorf("there are %d customers", got)
	}
	_, err := h.Svc.Lifecycle.InitOperator(t.Context(), strings.Repeat("木", 256), "op@example.com")
	testkit.Must(t, err)
}

// A first start that ends half way blocks the next one for a minute, no longer.
func TestACrashedFirstStartIsRepeated(t *testing.T) {
	t.Parallel()
	h := vacant(t)
	h.FailNext(3, rows.ErrUnavailable) // behind reading the root and claiming it
	_, err := h.Svc.Lifecycle.InitOperator(t.Context(), "Operator", "op@example.com")
	testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	h.Clock.Advance(testkit.Almost)
	_, err = h.Svc.Lifecycle.InitOperator(t.Context(), "Operator", "op@example.com")
	testkit.Refused(t, err, fault.Conflict, fault.CodeConflict)
	h.Clock.Advance(time.Millisecond)
	_, err = h.Svc.Lifecycle.InitOperator(t.Context(), "Operator", "op@example.com")
	testkit.Must(t, err)
	if got := h.Everybody(); got != 1 {
		t.Errorf("there are %d customers", got)
	}
}

// A store that cannot answer is not taken for an empty one.
func TestASilentStoreIsNotEmpty(t *testing.T) {
	t.Parallel()
	h := vacant(t)
	for _, cause := range []error{rows.ErrUnavailable, errors.New("disk on fire")} {
		h.FailNext(1, cause)
		if _, err := h.Svc.Lifecycle.InitOperator(t.Context(), "Operator", "op@example.com"); !errors.Is(err, cause) || fault.KindOf(err) == fault.Conflict {
			t.Errorf("%v is reported as %v", cause, err)
		}
	}
	h.FailNext(1, rows.ErrUnavailable)
	testkit.Refused(t, h.Svc.Registry.Ready(t.Context()), fault.Unavailable, fault.CodeUnavailable)
	testkit.Must(t, h.Svc.Registry.Ready(t.Context()))
}
