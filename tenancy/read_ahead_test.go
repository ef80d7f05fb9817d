package tenancy_test

import (
	"testing"

	"tenantry/tenancy"
)

// What was read ahead serves, once, whoever is above it; a sibling and an id that does not
// exist are both still to be looked for.
func TestReadAheadServesThoseAbove(t *testing.T) {
	t.Parallel()
	root, tenant, one, other := tenancy.ID{1}, tenancy.ID{2}, tenancy.ID{3}, tenancy.ID{4}
	above := &node{ref: tenancy.Ref{Tenant: tenant, ID: tenant}, path: []tenancy.ID{root}}
	below := &node{ref: tenancy.Ref{Tenant: tenant, ID: one}, path: []tenancy.ID{root, tenant}}
	sibling := &node{ref: tenancy.Ref{Tenant: tenant, ID: other}, path: []tenancy.ID{root, tenant}}
	read := func() *tenancy.ReadAhead { return tenancy.NewReadAhead([]*node{below}) }
	ahead := read()
	if got := ahead.Take(above, one); got != below {
		t.Errorf("who is above takes %v", got)
	}
	if got := ahead.Take(above, one); got != nil {
		t.Errorf("it is taken again: %v", got)
	}
	for name, got := range map[string]tenancy.Principal{
		"a sibling": read().Take(sibling, one), "one itself": read().Take(below, one), "an id that does not exist": read().Take(above, tenancy.ID{9}), "none read": (*tenancy.ReadAhead)(nil).Take(above, one),
	} {
		if got != nil {
			t.Errorf("%s takes %v", name, got)
		}
	}
}
