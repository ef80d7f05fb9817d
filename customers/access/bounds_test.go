package access_test

import (
	"fmt"
	"sync"
	"testing"

	"tenantry/customers/access"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/store/memory"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// What is gathered of refused attempts keeps its bounds while the store is away, however
// often recording it fails, and nothing of it is lost: what has no room is counted
// together.
func TestAttemptsThatCannotBeRecordedKeepTheirBounds(t *testing.T) {
	t.Parallel()
	var steps *storetest.Steps
	h := testkit.Open(t, func(o *app.Options) {
		steps = storetest.NewSteps(memory.New())
		o.Store = steps
	})
	caller := h.As(h.Cove)
	refusal := fault.New(fault.Forbidden, fault.CodeScope, "no")
	flood := func(turn int) {
		for i := range 60_000 {
			caller.Credential.ID = fmt.Sprint(turn, "/", i)
			ctx := tenancy.WithOrigin(t.Context(), tenancy.Origin{Address: fmt.Sprintf("10.%d.0.0/24", i&255)})
			h.Svc.Access.NoteDenied(ctx, caller, "GET /", refusal)
		}
	}
	flood(0)
	for turn := range 2 {
		var meanwhile sync.Once
		steps.On(func(storetest.Step, func() error) error {
			meanwhile.Do(func() { flood(1 + turn) })
			return storetest.Fail(nil)
		})
		if err := h.Svc.Access.FlushAttempts(t.Context()); err == nil {
			t.Fatal("what was refused is recorded without a store")
		}
	}
	if targets, rows := access.HeldAttempts(h.Svc.Access); targets > 100_000 || rows > 120_000 || targets < 100_000 {
		t.Errorf("%d targets with %d rows are held", targets, rows)
	}
}

// However many actors ask for strangers within a minute, no more are counted than the
// bound allows.
func TestCountedRefusalsAreBounded(t *testing.T) {
	t.Parallel()
	if held := access.HeldRefusals(150_000); held > 100_000 {
		t.Errorf("%d actors are counted", held)
	}
}
