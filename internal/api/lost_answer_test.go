package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// retried is a request that is sent until it is answered.
type retried struct {
	// made prepares a customer and returns it with the path of the request.
	made         func(p actor) (child actor, path string)
	method       string
	body         any
	ifMatch      string
	status       int
	event        string
	shown        mode
	secondAnswer string // a member of the answer that must be there
}

// retries are the changes that clients repeat when they were not answered.
var retries = map[string]retried{
	"update": {
		made: func(p actor) (actor, string) { m := p.merchant(); return m, m.path() }, method: http.MethodPatch,
		body: object{"name": "Changed"}, ifMatch: `"1"`, status: http.StatusOK, event: "customer.updated", secondAnswer: "name",
	},
	"update of a unique value": {
		made: func(p actor) (actor, string) { m := p.merchant(); return m, m.path() }, method: http.MethodPut,
		body: object{"merchantKey": "KEY"}, ifMatch: `"1"`, status: http.StatusOK, event: "customer.updated", secondAnswer: "merchantKey",
	},
	"status": {
		made: func(p actor) (actor, string) { m := p.merchant(); return m, m.path() }, method: http.MethodPatch,
		body: object{"status": "disabled"}, ifMatch: `"1"`, status: http.StatusOK, event: "customer.status_changed", secondAnswer: "status",
	},
	"delete": {
		made: func(p actor) (actor, string) { m := p.merchant(); return m, m.path() }, method: http.MethodDelete,
		ifMatch: `"1"`, status: http.StatusNoContent, event: "customer.deleted",
	},
	"decision": {
		made:   func(p actor) (actor, string) { m := reviewed(p, "review"); return m, m.path("/identity") },
		method: http.MethodPatch, body: object{"status": "verified", "reason": "seen"}, status: http.StatusOK,
		event: "identity.decided", secondAnswer: "status",
	},
	"refresh": {
		made:   func(p actor) (actor, string) { m := reviewed(p, "review"); return m, m.path("/identity/refresh") },
		method: http.MethodPost, status: http.StatusOK, event: "identity.refreshed", secondAnswer: "reviewId",
	},
	"decision on a document": {
		made: func(p actor) (actor, string) {
			m := p.waiting()
			added := m.self().post("/v3/documents", license(1)).ok(http.StatusCreated)
			return m, m.path("/documents/", added.Str("id"))
		},
		method: http.MethodPatch, body: object{"decision": "accepted"}, status: http.StatusOK, event: "document.accepted", secondAnswer: "id",
	},
	"owner that leaves": {
		made: func(p actor) (actor, string) {
			m := p.business()
			return m, m.path("/owners/", m.self().post("/v3/owners", partner("Dana")).ok(http.StatusCreated).Str("id"))
		},
		method: http.MethodDelete, status: http.StatusNoContent, event: "owner.removed",
	},
	"owner that changes": {
		made: func(p actor) (actor, string) {
			m := p.business()
			return m, m.path("/owners/", m.self().post("/v3/owners", partner("incomplete")).ok(http.StatusCreated).Str("id"))
		},
		method: http.MethodPut, body: object{"contact": object{"firstName": "Dana"}}, status: http.StatusOK, event: "owner.updated", secondAnswer: "id",
	},
	"card that leaves": {
		made: func(p actor) (actor, string) {
			m := p.merchant()
			return m, m.path("/cards/", m.self().post("/v3/cards", object{"token": m.token(object{"card": card()})}).ok(http.StatusCreated).Str("id"))
		},
		method: http.MethodDelete, status: http.StatusNoContent, event: "card.deleted",
	},
	"bank that changes": {
		made: func(p actor) (actor, string) {
			m := p.merchant()
			return m, m.path("/banks/", m.self().post("/v3/banks", bank()).ok(http.StatusCreated).Str("id"))
		},
		method: http.MethodPut, body: object{"nameOnAccount": "Other"}, status: http.StatusOK, event: "bank.updated", secondAnswer: "id",
	},
	"bank that is added": {
		made: func(p actor) (actor, string) { m := p.merchant(); return m, m.path("/banks") }, method: http.MethodPost,
		body: bank(), status: http.StatusCreated, event: "bank.created", secondAnswer: "id",
	},
	"key that is revoked": {
		made: func(p actor) (actor, string) { m := p.merchant(); return m, m.path("/keys/" + m.keyID(1)) }, method: http.MethodDelete,
		status: http.StatusOK, event: "key.revoked", secondAnswer: "revoked",
	},
	"keys that are rotated": {
		made: func(p actor) (actor, string) { m := p.merchant(); return m, m.path("/keys/rotate") }, method: http.MethodPost,
		status: http.StatusCreated, shown: shows, secondAnswer: "keys.secret",
	},
	"customer that is created": {
		made: func(p actor) (actor, string) { m := p.child1(); return m, "/v3/customers" }, method: http.MethodPost,
		body: with(minimal("payer"), object{"merchantKey": "KEY"}), status: http.StatusCreated, shown: shows, secondAnswer: "id",
	},
}

// child1 creates a platform below the platform, whose requests are its own.
func (a actor) child1() actor {
	made, _ := a.child(minimal("platform"))
	return made
}

// Whatever step of a request fails, or succeeds without an answer, a client that repeats
// it under the same key is answered in the end as it would have been at once, and it is
// done once.
func TestALostAnswerIsNoRefusal(t *testing.T) {
	t.Parallel()
	for name, row := range retries {
		for how, act := range map[string]func(func() error) error{"fails": storetest.Fail, "loses its answer": storetest.Lose} {
			t.Run(strings.ReplaceAll(name+" "+how, " ", "_"), func(t *testing.T) {
				t.Parallel()
				var steps *storetest.Steps
				e := newEnv(t, func(s *setup) {
					s.wrap = func(store store.Store) store.Store { steps = storetest.NewSteps(store); return steps }
				})
				p := e.platform()
				for n, reached := 1, true; reached; n++ {
					reached = false
					child, path := row.made(p)
					sender := p
					if path == "/v3/customers" {
						sender = child
					}
					c := sender.self().with("Idempotency-Key", fmt.Sprintf("%s %d", name, n))
					if row.ifMatch != "" {
						c = c.with("If-Match", row.ifMatch)
					}
					body := row.body
					if o, ok := body.(object); ok && o["merchantKey"] != nil {
						body = with(o, object{"merchantKey": fmt.Sprintf("key%d", n)})
					}
					steps.At(n, func(call func() error) error {
						reached = true
						return act(call)
					})
					first := c.do(row.method, path, body, row.shown)
					steps.Off()
					if first.Status != http.StatusServiceUnavailable {
						first.ok(row.status)
					}
					e.Clock.Advance(61 * time.Second)
					again := c.do(row.method, path, body, row.shown)
					if again.Status != row.status {
						t.Fatalf("step %d: first answered %d, again %d: %s", n, first.Status, again.Status, again.Text)
					}
					if row.secondAnswer != "" {
						again.At(row.secondAnswer)
					}
					if row.ifMatch != "" && row.status == http.StatusOK && again.Header.Get("ETag") != `"2"` {
						t.Errorf("step %d: the answer has the tag %s", n, again.Header.Get("ETag"))
					}
					if row.event != "" {
						onceEvent(t, e, child, row.event, n)
					}
					if n > 40 {
						t.Fatal("a request has more steps than it should")
					}
				}
			})
		}
	}
}

// onceEvent tests that a customer has exactly one event of a type.
func onceEvent(t *testing.T, e *env, child actor, kind string, n int) {
	t.Helper()
	e.Relay()
	id, err := tenancy.ParseID(child.id)
	if err != nil {
		t.Fatal(err)
	}
	found, err := e.Store.Events(t.Context(), rows.EventQuery{Customer: tenancy.Ref{Tenant: tenantOf(t, child), ID: id}, Type: kind, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 {
		t.Errorf("step %d: there are %d events %s", n, len(found), kind)
	}
}

// tenantOf returns the tenant of a customer below a platform of these tests.
func tenantOf(t *testing.T, child actor) tenancy.ID {
	t.Helper()
	root, err := child.env.Store.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	page, err := child.env.Store.List(t.Context(), rows.Query{Under: root.ID, Order: rows.Order{By: rows.ByCreated}, Limit: 1})
	if err != nil || len(page.Customers) != 1 {
		t.Fatalf("looking for the platform: %v, %d found", err, len(page.Customers))
	}
	return page.Customers[0].ID
}
