package transfer

import (
	"errors"
	"strings"

	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Refusal is a line that was not imported.
type Refusal struct {
	Line int    `json:"line"`
	Kind string `json:"kind"`
	// ID is that of the customer, activity, event or document.
	ID tenancy.ID `json:"id,omitzero"`
	// Why says what is wrong with it.
	Why string `json:"why"`
}

// Error implements error.
func (r *Refusal) Error() string { return r.Why }

// Tally is what became of the lines of one kind.
type Tally struct {
	// Made are new, and There stood already with the same content.
	Made  int64 `json:"made"`
	There int64 `json:"alreadyThere"`
	// Refused are in the list of refusals; Left belong to one of those, or to the operator
	// of the other installation.
	Refused int64 `json:"refused"`
	Left    int64 `json:"left"`
}

// Report is the outcome of an import.
type Report struct {
	DryRun     bool  `json:"dryRun,omitempty"`
	Customers  Tally `json:"customers"`
	Files      Tally `json:"files"`
	Activities Tally `json:"activities"`
	Events     Tally `json:"events"`
	// Deliveries and Reservations come with a move alone.
	Deliveries   Tally `json:"deliveries,omitzero"`
	Reservations Tally `json:"reservations,omitzero"`
	// Keyless is how many customers came without their keys, which name the tenant that
	// they were in before.
	Keyless int64 `json:"keyless,omitempty"`
	// Refused are the lines that were refused, in their order within each kind.
	Refused []Refusal `json:"refused"`
}

// of returns the tally of a kind of line, nil for an unknown kind.
func (r *Report) of(kind string) *Tally {
	switch kind {
	case kindCustomer:
		return &r.Customers
	case kindFile:
		return &r.Files
	case kindActivity:
		return &r.Activities
	case kindEvent:
		return &r.Events
	case kindDelivery:
		return &r.Deliveries
	case kindReservation:
		return &r.Reservations
	}
	return nil
}

// Whole reports whether no line was refused.
func (r *Report) Whole() bool { return len(r.Refused) == 0 }

// refuse returns the refusal of a line.
func refuse(why string) error { return &Refusal{Why: why} }

// refusalOf returns an error as the refusal of a line, if it is one; any other ends the
// import.
func refusalOf(err error) (*Refusal, bool) {
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		return refusal, true
	}
	switch fault.KindOf(err) {
	case fault.Internal, fault.Unavailable:
		return nil, false
	}
	if errors.Is(err, rows.ErrUnavailable) {
		return nil, false
	}
	e, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return nil, false
	}
	var says []string
	for _, v := range append([]fault.Violation{e.Violation}, e.More...) {
		text := v.Text
		if v.Field != "" {
			text = v.Field + ": " + text
		}
		says = append(says, text)
	}
	if e.Holder != "" {
		says = append(says, "customer "+e.Holder+" has it")
	}
	return &Refusal{Why: strings.Join(says, "; ")}, true
}
