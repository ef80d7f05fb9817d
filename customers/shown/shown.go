// Package shown holds the shapes by which a store keeps what shows a customer.
package shown

import (
	"context"
	"time"

	"tenantry/customers"
	"tenantry/tenancy"
)

// Show asks for what shows a customer. A store may keep what Of made of a record, for as long
// as the record stands, and return it again to a Show of the same maker.
type Show struct {
	// By identifies the maker, by comparison: whatever Of makes follows from it, the record
	// and the moment alone, and so from nothing of the request.
	By any
	// At is the moment at which the customer is shown.
	At time.Time
	Of func(c *customers.Customer) (Answer, error)
}

// Answer is what shows a customer, and where that customer is in the tree. It is shared: the
// receiver must not change its slices.
type Answer struct {
	Customer tenancy.Ref
	Path     []tenancy.ID
	Version  int64
	// Body is what is sent once its holes are filled.
	Body  []byte
	Holes []Hole
	// From and Until are between which moments it is good, the second one excluded; a zero
	// Until is for ever.
	From, Until time.Time
}

// Hole is a place in a body where a value belongs that is sealed wherever it is kept. The
// holes of a body are in its order.
type Hole struct {
	At   int
	Part tenancy.ID // of the customer, that the value is of; zero for itself
	Kind string
	Box  []byte
}

var _ tenancy.Principal = (*Answer)(nil)

// Ref implements tenancy.Principal.
func (s *Answer) Ref() tenancy.Ref { return s.Customer }

// Ancestors implements tenancy.Principal.
func (s *Answer) Ancestors() []tenancy.ID { return s.Path }

// GoodAt reports whether it is what would be made at that moment.
func (s *Answer) GoodAt(at time.Time) bool {
	return !at.Before(s.From) && (s.Until.IsZero() || at.Before(s.Until))
}

// Reader reads customers one at a time.
type Reader interface {
	Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
	GetAnywhere(ctx context.Context, id tenancy.ID) (*customers.Customer, error)
}

// Read makes what shows a customer of a store that keeps none of it. A reference without a
// tenant is the operator's reach. It returns the errors of the store and of Of.
func (s Show) Read(ctx context.Context, from Reader, ref tenancy.Ref) (made Answer, err error) {
	var c *customers.Customer
	if ref.Tenant.IsZero() {
		c, err = from.GetAnywhere(ctx, ref.ID)
	} else {
		c, err = from.Get(ctx, ref)
	}
	if err != nil {
		return Answer{}, err
	}
	return s.Of(c)
}
