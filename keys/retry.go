package keys

import (
	"slices"
	"time"

	"tenantry/tenancy"
)

// RevokeAttempt ends at once what earlier tries of an idempotent attempt minted and never
// showed to anyone; found is false if they minted nothing, and for the zero attempt. The
// argument is left as it is.
func RevokeAttempt(entries []Entry, attempt tenancy.ID, now time.Time) (out []Entry, found bool) {
	out = slices.Clone(entries)
	if attempt.IsZero() {
		return out, false
	}
	for i := range out {
		if out[i].Attempt != attempt {
			continue
		}
		found = true
		if out[i].Revoked == nil {
			out[i].Revoked = new(storable(now))
		}
	}
	return out, found
}

// RotatedBy returns the older pairs that the first try of an attempt to rotate ended,
// with the end of each: what Rotate returned as previous then.
func RotatedBy(entries []Entry, attempt tenancy.ID) (previous []Entry) {
	first := slices.IndexFunc(entries, func(e Entry) bool { return e.Attempt == attempt })
	if attempt.IsZero() || first < 0 {
		return nil
	}
	rotated := entries[first].Created
	for _, e := range entries[:first] {
		ended := e.Expires != nil && !e.Expires.Before(rotated)
		if !e.Restricted && ended && (e.Revoked == nil || e.Revoked.After(rotated)) {
			previous = append(previous, e)
		}
	}
	return previous
}
