package customers_test

import (
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
)

// auditOf gives the types of a customer's events, newest first, as one text.
func (h *house) auditOf(p party, kind string) string {
	h.t.Helper()
	page, err := h.svc.Events(h.t.Context(), h.as(h.operator), customers.EventsInput{CustomerID: p.id, Type: kind, Limit: 100})
	must(h.t, err)
	types := []string{}
	for _, e := range page.Events {
		types = append(types, e.Type)
	}
	return strings.Join(types, " ")
}

// A good credential that asks for a customer out of its reach is in the audit trail,
// in the same way for a stranger as for nobody; what is no id is not repeated; and
// nobody floods the trail.
func TestRefusedActingIsAudited(t *testing.T) {
	t.Parallel()
	h := open(t)
	attempt := func(subject string) {
		_, err := h.svc.Authenticate(t.Context(), customers.Presented{Bearer: h.cove.keys.Secret, SubjectID: subject})
		refused(t, err, fault.Forbidden, fault.CodeAccess)
	}
	for _, subject := range []string{h.rival.id, "65be9a3f1c2d4e5f60718293", "<script>"} {
		attempt(subject)
	}
	if got := h.auditOf(h.cove, "access.refused"); got != "access.refused access.refused access.refused" {
		t.Fatalf("the trail holds %q", got)
	}
	page, err := h.svc.Events(t.Context(), h.as(h.operator), customers.EventsInput{CustomerID: h.cove.id, Type: "access.*"})
	must(t, err)
	for i, want := range []string{`{"subject":""}`, `{"subject":"65be9a3f1c2d4e5f60718293"}`, `{"subject":"` + h.rival.id + `"}`} {
		if e := page.Events[i]; string(e.Diff.Changes) != want || e.Actor != h.cove.id || e.Credential != "key_1" {
			t.Errorf("event %d is %+v", i, e)
		}
	}
	for range 60 {
		attempt(h.rival.id)
	}
	if n := strings.Count(h.auditOf(h.cove, "access.refused"), "refused"); n != 30 {
		t.Errorf("%d attempts of one minute are in the trail", n)
	}
	h.clock.Advance(time.Minute)
	attempt(h.rival.id)
	if n := strings.Count(h.auditOf(h.cove, "access.refused"), "refused"); n != 31 {
		t.Errorf("%d attempts are in the trail a minute later", n)
	}
	if got := h.auditOf(h.rival, "access.*"); got != "" {
		t.Errorf("the trail of the stranger holds %q", got)
	}
}

// No sign-in is answered that is not in the audit trail.
func TestSignInsAreAuditedFirst(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, err := h.svc.AddUser(t.Context(), h.as(h.cove), "", input[customers.UserInput](t, `{"username":"ada","password":"correct-horse","role":"admin"}`))
	must(t, err)
	_, err = h.login("ada", "correct-horse")
	must(t, err)
	if got := h.auditOf(h.cove, "user.*"); !strings.Contains(got, "user.signed_in") {
		t.Errorf("the trail holds %q", got)
	}
	if _, err := h.login("ada", "wrong-horse"); err == nil {
		t.Error("a wrong password signs in")
	}
	if got := h.auditOf(h.cove, "user.signed_in"); got != "user.signed_in" {
		t.Errorf("the trail holds %q", got)
	}
}
