package customers

import "tenantry/tenancy"

// maxAttempts bounds how many attempts a record remembers: a client that was not answered
// repeats its request before many others have changed the same record.
const maxAttempts = 8

// Attempt is an idempotent request that wrote the record.
type Attempt struct {
	ID      tenancy.ID `bson:"id"`
	Version int64      `bson:"version"` // that it wrote
	// Part is an owner that it removed, by whose id another try of it finds the customer.
	Part tenancy.ID `bson:"part,omitempty"`
}

// AttemptedBy returns the last version that an attempt wrote, 0 for none that is
// remembered.
func (c *Customer) AttemptedBy(id tenancy.ID) (version int64) {
	for _, a := range c.Attempts {
		if a.ID == id && !id.IsZero() {
			version = a.Version
		}
	}
	return version
}

// NoteAttempt remembers that an attempt wrote this version, unless its id is zero, and
// which part it removed; a zero part is none.
func (c *Customer) NoteAttempt(id, removed tenancy.ID) {
	if id.IsZero() {
		return
	}
	kept := make([]Attempt, 0, maxAttempts)
	for _, a := range c.Attempts {
		if a.ID != id {
			kept = append(kept, a)
		}
	}
	if len(kept) >= maxAttempts {
		kept = kept[len(kept)-maxAttempts+1:]
	}
	c.Attempts = append(kept, Attempt{ID: id, Version: c.Version, Part: removed})
}
