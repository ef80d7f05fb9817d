package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// types returns the types of a page of events.
func (a answer) types() []string {
	a.T.Helper()
	list := []string{}
	for _, e := range a.List("results") {
		list = append(list, e.(map[string]any)["type"].(string))
	}
	return list
}

func (a answer) typesAre(want ...string) answer {
	a.T.Helper()
	if diff := cmp.Diff(append([]string{}, want...), a.types()); diff != "" {
		a.T.Errorf("%s (-want +got):\n%s", a.What, diff)
	}
	return a
}

// Everything that was done to a customer is in its log, newest first, with its actor and
// without any secret; filters, times and pages narrow it.
func TestTheEventLogIsTheAuditTrail(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	m, _ := p.child(complete())
	e.Clock.Advance(time.Second)
	p.self().put(m.path(), object{"description": "Changed"}).ok(http.StatusOK)
	e.Clock.Advance(time.Second)
	m.self().post("/v3/keys/rotate", nil, shows).ok(http.StatusCreated)
	e.Clock.Advance(time.Second)
	m.self().post("/v3/keys", object{"name": "n", "scopes": []any{"read"}}, shows).ok(http.StatusCreated)
	e.Clock.Advance(time.Second)
	e.client().post("/v3/oauth/token", object{"grant_type": "password", "username": "mira.okafor@harborlane.example", "password": password, "scope": "auth"}, shows).ok(http.StatusOK)
	e.Clock.Advance(time.Second)
	e.client().post("/v3/oauth/token", object{"grant_type": "client_credentials", "client_id": m.id, "client_secret": m.secret, "scope": "auth"}, shows).ok(http.StatusOK)
	e.Clock.Advance(time.Second)
	m.behalf(p.id).get("/v3/whoami").ok(http.StatusForbidden)
	e.Relay()
	log := p.self().get(m.path("/events")).ok(http.StatusOK)
	all := []string{"access.refused", "token.issued", "user.signed_in", "key.created", "key.rotated", "customer.updated", "bank.drops_started", "customer.created"}
	// What went into the log at once stands before what was relayed.
	got := log.types()
	if diff := cmp.Diff(sorted(all), sorted(got)); diff != "" {
		t.Fatalf("the log (-want +got):\n%s", diff)
	}
	updated := p.self().get(m.path("/events?type=customer.updated")).ok(http.StatusOK).typesAre("customer.updated")
	updated.is("results.0.actor", p.id).is("results.0.subject", p.id).is("results.0.credential", p.keyID(1)).
		is("results.0.diff.changes.description", "Changed").is("results.0.diff.previous.description", "Two shops and a repair bench").is("results.0.sourceId", m.id)
	refused := p.self().get(m.path("/events?type=access.*")).ok(http.StatusOK).typesAre("access.refused")
	refused.is("results.0.diff.changes.subject", p.id).is("results.0.actor", m.id)
	if strings.Contains(log.Text, birthDate) {
		t.Error("an event shows a date of birth")
	}
	first := p.self().get(m.path("/events?limit=5")).ok(http.StatusOK)
	rest := p.self().get(m.path("/events?limit=5&cursor=" + first.Str("settings.nextCursor"))).ok(http.StatusOK)
	if diff := cmp.Diff(got, append(first.types(), rest.types()...)); diff != "" || rest.Optional("settings.nextCursor") != "" {
		t.Errorf("page by page (-whole +pages):\n%s", diff)
	}
	p.self().get("/v3/events?limit=5&cursor="+first.Str("settings.nextCursor")).refused(http.StatusUnprocessableEntity, "validationError", "cursor")
	p.self().get("/v3/events?customer=" + m.id + "&type=key.*&from=2026-03-04T10:15:33Z&to=2026-03-04").ok(http.StatusOK).typesAre("key.created")
	p.self().get("/v3/events?type=nonsense", wrong).refused(http.StatusUnprocessableEntity, "validationError", "type")
	p.self().get("/v3/events?from=yesterday").refused(http.StatusUnprocessableEntity, "validationError", "from")
}

// A platform sees the events of its tree; a child sees only its own. Events of another
// tenant are invisible, and an event out of reach looks like one that does not exist.
func TestEventsStayWithinReach(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, other := e.platform(), e.platform()
	m := p.merchant()
	foreign := other.merchant()
	e.Relay()
	p.self().get("/v3/events").ok(http.StatusOK).typesAre("customer.created", "customer.created")
	m.self().get("/v3/events").ok(http.StatusOK).typesAre("customer.created").is("results.0.sourceId", m.id)
	if n := len(e.operator.self().get("/v3/events").ok(http.StatusOK).types()); n != 5 {
		t.Errorf("the operator sees %d events", n)
	}
	theirs := foreign.self().get("/v3/events").ok(http.StatusOK).Str("results.0.id")
	e.operator.self().get("/v3/events/"+theirs).ok(http.StatusOK).is("sourceId", foreign.id)
	for _, asker := range []*client{p.self(), m.self(), p.behalf(m.id)} {
		asker.get("/v3/events/"+theirs).refused(http.StatusNotFound, "notFound", "")
		asker.get("/v3/events?customer="+foreign.id).refused(http.StatusNotFound, "notFound", "")
	}
	above := p.self().get("/v3/events?customer=" + p.id).ok(http.StatusOK).Str("results.0.id")
	m.self().get("/v3/events/"+above).refused(http.StatusNotFound, "notFound", "")
	p.behalf(m.id).get("/v3/events/"+above).refused(http.StatusNotFound, "notFound", "")
}

// A received event verifies, whole or reduced to what older clients send; one that was
// tampered with is refused by the name of what differs.
func TestVerify(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	m, _ := p.child(complete())
	e.Relay()
	event := m.self().get("/v3/events").ok(http.StatusOK).At("results.0").(map[string]any)
	id := event["id"].(string)
	path := "/v3/events/" + id + "/verify"
	reduced := object{}
	for _, name := range []string{"id", "object", "resource", "diff", "created", "lastUpdated", "status"} {
		reduced[name] = event[name]
	}
	reduced["urls"] = []any{"https://hooks.example/in"}
	m.self().post(path, event).ok(http.StatusOK).is("id", id)
	m.self().post(path, reduced).ok(http.StatusOK)
	for field, tamper := range map[string]func(e object){
		"resource.status":   func(e object) { e["resource"].(object)["status"] = "locked" },
		"resource.email":    func(e object) { delete(e["resource"].(object), "email") },
		"resource.extra":    func(e object) { e["resource"].(object)["extra"] = 1 },
		"diff.changes.name": func(e object) { e["diff"].(object)["changes"].(object)["name"] = "Other" },
		"type":              func(e object) { e["type"] = "customer.deleted" },
		"id":                func(e object) { delete(e, "id") },
	} {
		t.Run(field, func(t *testing.T) {
			m := m.in(t)
			text, err := json.Marshal(event)
			if err != nil {
				t.Fatal(err)
			}
			var copied object
			if err := json.Unmarshal(text, &copied); err != nil {
				t.Fatal(err)
			}
			tamper(copied)
			m.self().post(path, copied).refused(http.StatusUnprocessableEntity, "validationError", field)
		})
	}
}
