package tenancy

import "slices"

// Ref is the only way to name a customer below HTTP: an id together with the tenant that
// its record must belong to. A store answers "not found" for an id that exists under
// another tenant.
type Ref struct {
	// Tenant is the child of the operator under which the record lies. A tenant is its
	// own tenant; so is the operator.
	Tenant ID
	// ID is the customer's id.
	ID ID
}

// String returns tenant and id for logs.
func (r Ref) String() string { return r.Tenant.String() + "/" + r.ID.String() }

// Principal is a customer as far as the tree is concerned. The records that stores return
// implement it.
type Principal interface {
	// Ref returns the reference of the customer.
	Ref() Ref
	// Ancestors returns the ids above the customer, root first, without its own. It is
	// empty for the operator. The caller must not change the slice.
	Ancestors() []ID
}

// IsOperator reports whether p is the root of the tree.
func IsOperator(p Principal) bool { return len(p.Ancestors()) == 0 }

// IsAbove reports whether p is an ancestor of other. No customer is above itself. Only
// the operator is above customers of more than one tenant.
func IsAbove(p, other Principal) bool {
	if !IsOperator(p) && p.Ref().Tenant != other.Ref().Tenant {
		return false
	}
	return slices.Contains(other.Ancestors(), p.Ref().ID)
}

// Reaches reports whether p is other or above it.
func Reaches(p, other Principal) bool { return p.Ref() == other.Ref() || IsAbove(p, other) }

// Under returns the reference and the ancestors of a new child of parent with the given
// id. A child of the operator starts a tenant.
func Under(parent Principal, id ID) (Ref, []ID) {
	ref := Ref{Tenant: parent.Ref().Tenant, ID: id}
	if IsOperator(parent) {
		ref.Tenant = id
	}
	return ref, append(slices.Clone(parent.Ancestors()), parent.Ref().ID)
}
