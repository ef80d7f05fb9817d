package rows

import (
	"errors"
	"fmt"

	"tenantry/tenancy"
)

// ErrDamaged says that a stored record exists but cannot be read. No other try helps; the
// error is a *Damage.
var ErrDamaged = errors.New("the stored record is damaged")

// Damage is one stored record that cannot be read.
type Damage struct {
	// Kind is what the record is: customer, event, delivery, activity, or file for the
	// database as a whole.
	Kind string
	// ID is the record's id; zero where it is unknown.
	ID tenancy.ID
	// Cause says what is wrong with it; it holds nothing of the record.
	Cause error
}

// Error implements error.
func (d *Damage) Error() string {
	if d.ID.IsZero() {
		return fmt.Sprintf("%v: %s: %v", ErrDamaged, d.Kind, d.Cause)
	}
	return fmt.Sprintf("%v: %s %s: %v", ErrDamaged, d.Kind, d.ID, d.Cause)
}

// Unwrap returns the cause.
func (d *Damage) Unwrap() error { return d.Cause }

// Is reports that it is an ErrDamaged.
func (d *Damage) Is(target error) bool { return target == ErrDamaged }
