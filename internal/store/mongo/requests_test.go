package mongo_test

import (
	"strings"
	"testing"

	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
)

// What each request over HTTP sends to the database is what docs/mongodb.md states: by these
// commands a cluster is sized. A request that needs one more is a change to state there.
func TestCommandsOfARequest(t *testing.T) {
	t.Parallel()
	store, noted := watched(t)
	h := apitest.Install(t, func(s *apitest.Setup) { s.Store = store })
	cove := h.Platform("Cove")
	shop := h.Create(cove, `{"name":"Shop","email":"shop@example.com","planKey":"platform"}`)
	leaf := h.Create(shop, testkit.One(``))
	spare := h.Create(cove, testkit.One(``))
	alone := h.Platform("Alone")
	h.Create(alone, testkit.One(``))
	as := func(p testkit.Party, more ...string) *testkit.Client {
		return h.Client(append(testkit.Behalf(p.Secret(), p.ID), more...)...)
	}
	named := func(id string) string { return "/v3/customers/" + id }
	payer := func(more string) string {
		return `{"name":"Ada","email":"ada@example.com","planKey":"payer"` + more + `}`
	}
	for _, row := range []struct {
		what, method, path, body string
		by                       *testkit.Client
		status                   int
		commands                 string
	}{
		{"a get of itself", "GET", named(cove.ID), ``, as(cove), 200, "find"},
		{"a get of a child", "GET", named(shop.ID), ``, as(cove), 200, "find"},
		{"a get on behalf of a child", "GET", named(leaf.ID), ``, as(cove, "X-CUSTOMER-ID", shop.ID), 200, "find"},
		{"a get by a customer below a tenant", "GET", named(leaf.ID), ``, as(shop), 200, "find find"},
		{"a get of a stranger", "GET", named(h.Operator.ID), ``, as(cove), 404, "find find"},
		{"a plan status", "GET", named(shop.ID) + "/plan-status", ``, as(cove), 200, "find"},
		{"a list that fits on its page", "GET", "/v3/customers", ``, as(alone), 200, "find find aggregate aggregate"},
		{"a change", "PATCH", named(shop.ID), `{"name":"Shop 2"}`, as(cove), 200, "find update"},
		{"a change under an idempotency key", "PATCH", named(shop.ID), `{"name":"Shop 3"}`, as(cove, "Idempotency-Key", "change"), 200, "find insert update update"},
		{"a repeated change", "PATCH", named(shop.ID), `{"name":"Shop 3"}`, as(cove, "Idempotency-Key", "change"), 200, "find insert find find"},
		{"a create", "POST", "/v3/customers", payer(``), as(cove), 201, "find insert update update"},
		{"a create with a unique value", "POST", "/v3/customers", payer(`,"merchantKey":"one"`), as(cove), 201, "find insert insert find update update"},
		{"a create with two unique values", "POST", "/v3/customers", payer(`,"merchantKey":"two","vanityName":"two-cups"`), as(cove), 201, "find insert insert find update update"},
		{"a create under an idempotency key", "POST", "/v3/customers", payer(``), as(cove, "Idempotency-Key", "create"), 201, "find insert insert update update update"},
		{"a repeated create", "POST", "/v3/customers", payer(``), as(cove, "Idempotency-Key", "create"), 201, "find insert find"},
		{"a delete that children refuse", "DELETE", named(shop.ID), ``, as(cove), 409, "find find find"},
		{"a delete", "DELETE", named(spare.ID), ``, as(cove), 204, "find find update delete find update"},
		{"a delete of a grandchild", "DELETE", named(leaf.ID), ``, as(cove), 204, "find find update delete find update find"},
	} {
		t.Run(row.what, func(t *testing.T) {
			var got testkit.Answered
			sent := noted.of(func() { got = row.by.In(t).Do(row.method, row.path, row.body) })
			var names []string
			for _, one := range sent {
				names = append(names, one.name)
			}
			if got.Status != row.status {
				t.Fatalf("it is answered %d: %s", got.Status, got.Text)
			}
			if text := strings.Join(names, " "); text != row.commands {
				t.Errorf("it sends %s, want %s", text, row.commands)
			}
		})
	}
}
