package storetest

import (
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/patch"
	"tenantry/settings"
)

// Diff sees every difference that an engine must not make, so that a passing suite means
// something.
func TestDiffSeesWhatEnginesMustKeep(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*customers.Customer){
		"a byte of meta":      func(c *customers.Customer) { c.Meta = patch.Raw(`{"tier":"gold","ratio":1}`) },
		"absent meta":         func(c *customers.Customer) { c.Meta = nil },
		"empty meta":          func(c *customers.Customer) { c.Meta = patch.Raw{} },
		"empty settings":      func(c *customers.Customer) { c.Settings = &settings.Settings{} },
		"an emptied list":     func(c *customers.Customer) { c.Outbox = []customers.Event{} },
		"a byte of a box":     func(c *customers.Customer) { c.Contact.DateOfBirth.Box[3]++ },
		"a millisecond":       func(c *customers.Customer) { c.Identity.Decisions[1].At = c.Identity.Decisions[1].At.Add(1e6) },
		"a zone":              func(c *customers.Customer) { c.Created = c.Created.In(time.FixedZone("", 3600)) },
		"a note":              func(c *customers.Customer) { c.KeyUse["2"] = c.Created },
		"a path":              func(c *customers.Customer) { c.Path = c.Path[:0] },
		"a composed letter":   func(c *customers.Customer) { c.Name += "\u0301" },
		"a version":           func(c *customers.Customer) { c.Version++ },
		"a revoked key":       func(c *customers.Customer) { c.Keys[1].Revoked = nil },
		"an event's resource": func(c *customers.Customer) { c.Outbox[0].Resource = []byte(`{}`) },
	} {
		t.Run(name, func(t *testing.T) {
			want, got := Child(Operator(opened)), Child(Operator(opened))
			if diff := Diff(want, got); diff != "" {
				t.Fatalf("equal seeds make different customers (-want +got):\n%s", diff)
			}
			if change(got); Diff(want, got) == "" {
				t.Errorf("%s goes unseen", name)
			}
		})
	}
}

// Children with different seeds or parents differ in their ids, and all parts of a
// filled customer are filled.
func TestChildrenDifferAndAreWhole(t *testing.T) {
	t.Parallel()
	operator := Operator(opened)
	tenant, other := Child(operator), Child(operator, Seed(1))
	seen := map[string]bool{}
	for _, parent := range []*customers.Customer{tenant, other} {
		for seed := range uint64(1000) {
			c := Child(parent, Seed(seed))
			if id := c.ID.String(); seen[id] {
				t.Fatalf("id %s is made twice", id)
			} else {
				seen[id] = true
			}
			if c.Tenant != parent.ID || c.Parent != parent.ID || len(c.Path) != 2 || c.Version != 1 || len(c.Outbox) != 1 {
				t.Fatalf("the child is %+v", c)
			}
		}
	}
	if tenant.Tenant != tenant.ID || operator.Tenant != operator.ID || !operator.Parent.IsZero() {
		t.Error("a tenant or the operator is not its own tenant")
	}
}
