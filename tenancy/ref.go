package tenancy

import "slices"

// Ref is the only way to name a customer below HTTP: an id together with the
// tenant whose record it must be. A store answers "not found" for an id that
// exists under another tenant.
type Ref struct {
	// Tenant is the child of the operator under which the record lies. A tenant
	// is its own; so is the operator.
	Tenant ID
	// ID names the customer.
	ID ID
}

// String gives tenant and id for logs.
func (r Ref) String() string { return r.Tenant.String() + "/" + r.ID.String() }

// Principal is a customer as far as the tree is concerned. The records that
// stores return satisfy it.
type Principal interface {
	// Ref names the customer.
	Ref() Ref
	// Ancestors are the ids above it, root first, without itself. Empty for the
	// operator. The caller must not change the slice.
	Ancestors() []ID
}

// IsOperator tells whether p is the root of the tree.
func IsOperator(p Principal) bool { return len(p.Ancestors()) == 0 }

// IsAbove tells whether p is an ancestor of other. Nobody is above itself. Only
// the operator is above customers of more than one tenant.
func IsAbove(p, other Principal) bool {
	if !IsOperator(p) && p.Ref().Tenant != other.Ref().Tenant {
		return false
	}
	return slices.Contains(other.Ancestors(), p.Ref().ID)
}

// Reaches tells whether p is other, or above it.
func Reaches(p, other Principal) bool { return p.Ref() == other.Ref() || IsAbove(p, other) }

// Under gives the place in the tree of a new child of parent with the given id:
// its reference and its ancestors. A child of the operator starts a tenant.
func Under(parent Principal, id ID) (Ref, []ID) {
	ref := Ref{Tenant: parent.Ref().Tenant, ID: id}
	if IsOperator(parent) {
		ref.Tenant = id
	}
	return ref, append(slices.Clone(parent.Ancestors()), parent.Ref().ID)
}
