package tenancy_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// node is a customer in a test tree.
type node struct {
	ref  tenancy.Ref
	path []tenancy.ID
}

func (n *node) Ref() tenancy.Ref        { return n.ref }
func (n *node) Ancestors() []tenancy.ID { return n.path }

func newID(t interface{ Fatal(...any) }) tenancy.ID {
	id, err := tenancy.NewID(time.Unix(1_700_000_000, 0), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func root(t interface{ Fatal(...any) }) *node {
	id := newID(t)
	return &node{ref: tenancy.Ref{Tenant: id, ID: id}}
}

func under(t interface{ Fatal(...any) }, parent *node) *node {
	ref, path := tenancy.Under(parent, newID(t))
	return &node{ref: ref, path: path}
}

func callerOf(actor, subject *node, scopes tenancy.Scope) tenancy.Caller {
	return tenancy.Caller{Actor: actor, Subject: subject, Credential: tenancy.Credential{Scopes: scopes}}
}

// A child of the operator starts a tenant; everything below it belongs to that tenant.
func TestUnderPlacesInTheTree(t *testing.T) {
	t.Parallel()
	operator := root(t)
	platform := under(t, operator)
	merchant := under(t, platform)
	if platform.ref.Tenant != platform.ref.ID || merchant.ref.Tenant != platform.ref.ID {
		t.Errorf("tenants are %v and %v", platform.ref, merchant.ref)
	}
	if want := []tenancy.ID{operator.ref.ID, platform.ref.ID}; !slices.Equal(merchant.path, want) {
		t.Errorf("the path is %v, want %v", merchant.path, want)
	}
}

// In any tree, a caller may touch a target exactly when actor, subject and target lie on
// one line downwards; everything else is "not found", whatever the scopes.
func TestReachIsDownTheTreeOnly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tree := []*node{root(t)}
		for range rapid.IntRange(1, 12).Draw(t, "size") {
			tree = append(tree, under(t, rapid.SampledFrom(tree).Draw(t, "parent")))
		}
		pick := func(label string) *node { return rapid.SampledFrom(tree).Draw(t, label) }
		actor, subject, target := pick("actor"), pick("subject"), pick("target")
		onLine := func(above, below *node) bool { return above == below || slices.Contains(below.path, above.ref.ID) }
		want := onLine(actor, subject) && onLine(subject, target)

		err := tenancy.Authorize(callerOf(actor, subject, tenancy.Full), tenancy.Need{Scope: tenancy.Read}, target)
		if (err == nil) != want {
			t.Fatalf("allowed %t, want %t", err == nil, want)
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			t.Fatalf("out of reach answers %v", err)
		}
		err = tenancy.Authorize(callerOf(actor, subject, tenancy.Full), tenancy.Need{FromAbove: true}, target)
		if wantAbove := want && actor != target; (err == nil) != wantAbove {
			t.Fatalf("from above: allowed %t, want %t", err == nil, wantAbove)
		}
	})
}

// A record under another tenant is out of reach even if its path runs through the subject:
// the tenant must match too.
func TestTheSameIDInAnotherTenantIsAStranger(t *testing.T) {
	t.Parallel()
	operator := root(t)
	platform := under(t, operator)
	forged := &node{
		ref:  tenancy.Ref{Tenant: newID(t), ID: newID(t)},
		path: []tenancy.ID{operator.ref.ID, platform.ref.ID},
	}
	if tenancy.Reaches(platform, forged) {
		t.Error("a platform reaches a record of another tenant")
	}
	twin := &node{ref: tenancy.Ref{Tenant: newID(t), ID: platform.ref.ID}, path: platform.path}
	if tenancy.Reaches(platform, twin) {
		t.Error("a platform reaches its own id under another tenant")
	}
}

// A credential without the scope is refused, but only where it could see the target at
// all; the zero caller may do nothing.
func TestScopesAreDemanded(t *testing.T) {
	t.Parallel()
	operator := root(t)
	platform := under(t, operator)
	other := under(t, operator)
	clerk := callerOf(platform, platform, tenancy.Read)
	if err := tenancy.Authorize(clerk, tenancy.Need{Scope: tenancy.KeysWrite}, platform); fault.CodeOf(err) != fault.CodeScope {
		t.Errorf("got %v", err)
	}
	if err := tenancy.Authorize(clerk, tenancy.Need{Scope: tenancy.KeysWrite}, other); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a stranger's record answers %v", err)
	}
	if err := tenancy.Authorize(tenancy.Caller{}, tenancy.Need{}, platform); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the zero caller gets %v", err)
	}
}

// Every scope has a name that reads back, except the publishable key's, which no
// restricted key may have.
func TestScopeNames(t *testing.T) {
	t.Parallel()
	var all tenancy.Scope
	for _, name := range tenancy.Full.Names() {
		scope, ok := tenancy.ParseScope(name)
		if !ok {
			t.Errorf("%q does not read back", name)
		}
		all |= scope
	}
	if all != tenancy.Full {
		t.Errorf("the names give %s, want %s", all, tenancy.Full)
	}
	for _, name := range []string{"tokens:write", "", "READ", "read ", "*"} {
		t.Run(name, func(t *testing.T) {
			if _, ok := tenancy.ParseScope(name); ok {
				t.Errorf("%q is taken for a scope", name)
			}
		})
	}
}

// Ids of later milliseconds are greater, also within a second, and ids of the same moment
// differ.
func TestIDsRiseWithTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMilli(rapid.Int64Range(1, 1<<41).Draw(t, "at"))
		later := at.Add(time.Duration(rapid.Int64Range(1, 5000).Draw(t, "later")) * time.Millisecond)
		ids := make([]tenancy.ID, 3)
		for i, moment := range []time.Time{at, at, later} {
			id, err := tenancy.NewID(moment, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			ids[i] = id
		}
		if ids[0] == ids[1] || ids[0].String() >= ids[2].String() || ids[1].String() >= ids[2].String() {
			t.Fatalf("ids of %s, the same and %s are %v", at, later, ids)
		}
	})
}

// Ids are read strictly: 24 lower-case digits, nothing else, never zero.
func FuzzParseID(f *testing.F) {
	for _, seed := range []string{
		"65d2f0a1b2c3d4e5f6a7b8c9", "65D2F0A1B2C3D4E5F6A7B8C9", "000000000000000000000000", "", "65d2f0a1b2c3d4e5f6a7b8c",
		"65d2f0a1b2c3d4e5f6a7b8c9 ", "65d2f0a1b2c3d4e5f6a7b8cg", "６５d2f0a1b2c3d4e5f6a7b8c9",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := tenancy.ParseID(text)
		strict := len(text) == 24 && strings.Trim(text, "0123456789abcdef") == "" && strings.Trim(text, "0") != ""
		if (err == nil) != strict {
			t.Fatalf("%q: parsed %t, want %t", text, err == nil, strict)
		}
		if err == nil && id.String() != text {
			t.Fatalf("%q reads back as %q", text, id)
		}
	})
}
