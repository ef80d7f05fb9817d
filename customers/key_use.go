package customers

import (
	"time"

	"tenantry/tenancy"
)

// KeyUse is a note of when keys of a customer were last used, by entry number, and from
// where. Notes are approximate.
type KeyUse struct {
	Customer tenancy.Ref
	At       map[string]time.Time
	From     map[string]*Sealed
}

// IsZero reports whether it notes nothing.
func (u KeyUse) IsZero() bool { return len(u.At) == 0 && len(u.From) == 0 }
