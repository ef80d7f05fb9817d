package access_test

import (
	"strings"
	"testing"
	"time"

	"tenantry/customers/access"
	"tenantry/customers/events"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// A good credential that asks for a customer out of its reach is in the audit trail,
// in the same way for a stranger as for an unknown id; what is no id is not repeated; and
// the trail cannot be flooded.
func TestRefusedActingIsAudited(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	attempt := func(subject string) {
		_, err := h.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: h.Cove.Keys.Secret, SubjectID: subject})
		testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
	}
	for _, subject := range []string{h.Rival.ID, "65be9a3f1c2d4e5f60718293", "<script>"} {
		attempt(subject)
	}
	if got := h.AuditOf(h.Cove, "access.refused"); got != "access.refused access.refused access.refused" {
		t.Fatalf("the trail holds %q", got)
	}
	page, err := h.Svc.Events.Events(t.Context(), h.As(h.Operator), events.Query{CustomerID: h.Cove.ID, Type: "access.*"})
	testkit.Must(t, err)
	for i, want := range []string{`{"subject":""}`, `{"subject":"65be9a3f1c2d4e5f60718293"}`, `{"subject":"` + h.Rival.ID + `"}`} {
		t.Run(want, func(t *testing.T) {
			h := h.In(t)
			if e := page.Events[i]; string(e.Diff.Changes) != want || e.Actor != h.Cove.ID || e.Credential != h.KeyID(h.Cove.ID, 1) {
				t.Errorf("event %d is %+v", i, e)
			}
		})
	}
	for range 60 {
		attempt(h.Rival.ID)
	}
	if n := strings.Count(h.AuditOf(h.Cove, "access.refused"), "refused"); n != 30 {
		t.Errorf("%d attempts of one minute are in the trail", n)
	}
	h.Clock.Advance(time.Minute)
	attempt(h.Rival.ID)
	if n := strings.Count(h.AuditOf(h.Cove, "access.refused"), "refused"); n != 31 {
		t.Errorf("%d attempts are in the trail a minute later", n)
	}
	if got := h.AuditOf(h.Rival, "access.*"); got != "" {
		t.Errorf("the trail of the stranger holds %q", got)
	}
}

// No sign-in is answered that is not in the audit trail.
func TestSignInsAreAuditedFirst(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, err := h.Svc.Access.AddUser(t.Context(), h.As(h.Cove), "", testkit.Input[access.UserInput](t, `{"username":"ada","password":"correct-horse","role":"admin"}`))
	testkit.Must(t, err)
	_, err = h.Login("ada", "correct-horse")
	testkit.Must(t, err)
	if got := h.AuditOf(h.Cove, "user.*"); !strings.Contains(got, "user.signed_in") {
		t.Errorf("the trail holds %q", got)
	}
	if _, err := h.Login("ada", "wrong-horse"); err == nil {
		t.Error("a wrong password signs in")
	}
	if got := h.AuditOf(h.Cove, "user.signed_in"); got != "user.signed_in" {
		t.Errorf("the trail holds %q", got)
	}
}
