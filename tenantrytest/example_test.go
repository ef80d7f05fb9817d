package tenantrytest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/tenantrytest"
)

const seed = `
platforms:
  cove:
    name: Cove Payments
    email: ops@cove.example
    merchants:
      harbor: {name: Harbor Lane Bikes, email: shop@harbor.example}
`

// rename changes the description of a customer of the seed, as a program under test would.
func rename(t *testing.T, s *tenantrytest.Sandbox, name, description string) {
	t.Helper()
	body := fmt.Sprintf(`{"description":%q}`, description)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.URL()+"/v3/customers/"+s.ID(name), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.Key("cove"))
	request.Header.Set("X-CUSTOMER-ID", s.ID("cove"))
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("the answer is %s", response.Status)
	}
}

// A receiver that is down for two days gets its event when it is back: the schedule of 72
// hours is over in less than a second, and each attempt came at its moment.
func TestARetryScheduleEndsUnderAMovedClock(t *testing.T) {
	t.Parallel()
	s := tenantrytest.Start(t, tenantrytest.Seed(seed))
	hooks := s.Receive("cove", "customer.updated")
	hooks.Fail(5)
	began, from := time.Now(), s.Now()
	rename(t, s, "harbor", "Two shops and a repair bench")
	s.Advance(72 * time.Hour)
	if took := time.Since(began); took > time.Second {
		t.Errorf("72 hours took %s", took)
	}
	events := hooks.Events()
	if hooks.Tried() != 6 || len(events) != 1 {
		t.Fatalf("%d attempts brought %d events", hooks.Tried(), len(events))
	}
	got := events[0]
	if got.Type != "customer.updated" || got.SourceID != s.ID("harbor") {
		t.Errorf("the event is %s of %s", got.Type, got.SourceID)
	}
	// 5 and 15 minutes, an hour, 12 hours and a day.
	if after := got.At.Sub(from); after < 37*time.Hour || after > 38*time.Hour {
		t.Errorf("it came after %s", after)
	}
	if ahead := s.Now().Sub(from); ahead < 72*time.Hour || ahead > 72*time.Hour+time.Minute {
		t.Errorf("the clock moved by %s", ahead)
	}
	var resource struct{ Description string }
	if err := json.Unmarshal(got.Resource, &resource); err != nil || resource.Description != "Two shops and a repair bench" {
		t.Errorf("the event shows %s", got.Resource)
	}
}

// Many sandboxes run side by side, each with the ids and keys of its seed, and a reset takes
// back what was done.
func TestSandboxesRunSideBySide(t *testing.T) {
	t.Parallel()
	first := tenantrytest.Start(t, tenantrytest.Seed(seed))
	second := tenantrytest.Start(t, tenantrytest.Seed(seed))
	if first.ID("harbor") != second.ID("harbor") || first.Key("cove") != second.Key("cove") || first.URL() == second.URL() {
		t.Error("two sandboxes of one seed differ, or are one")
	}
	hooks := second.Receive("cove")
	rename(t, first, "harbor", "Changed")
	rename(t, second, "harbor", "Changed too")
	if got := hooks.Next(); got.SourceID != second.ID("harbor") {
		t.Errorf("the receiver hears of %s", got.SourceID)
	}
	key := first.Key("harbor")
	first.Reset()
	if first.Key("harbor") != key {
		t.Error("a reset changes the keys")
	}
	rename(t, first, "harbor", "Once more")
}
