package keys

import (
	"slices"
	"time"
)

const (
	// MaxGrace is the longest time that an old pair may outlive a rotation.
	MaxGrace = 7 * 24 * time.Hour
	// DefaultGrace is the grace of a rotation that names none.
	DefaultGrace = 24 * time.Hour
)

// Rotate replaces the live pairs with fresh: each of them ends at now + grace, or at its
// own end if that is sooner; no life is ever lengthened. Restricted keys are untouched. A
// grace below zero counts as zero and one above MaxGrace as MaxGrace. The argument is
// left as it is; out is the new list with fresh at its end, previous the old pairs with
// their new end.
func Rotate(entries []Entry, fresh Entry, now time.Time, grace time.Duration) (out, previous []Entry) {
	end := storable(now.Add(min(max(grace, 0), MaxGrace)))
	out = make([]Entry, 0, len(entries)+1)
	for _, e := range entries {
		if !e.Restricted && e.Live(now) {
			if e.Expires == nil || end.Before(*e.Expires) {
				e.Expires = new(end)
			}
			previous = append(previous, e)
		}
		out = append(out, e)
	}
	return append(out, fresh), previous
}

// Revoke ends the entry with that number at once and for good; ok is false if there is
// none. Revoking a revoked entry keeps the first time. The argument is left as it is.
func Revoke(entries []Entry, number int32, now time.Time) (out []Entry, ok bool) {
	out = slices.Clone(entries)
	i := indexOf(out, number)
	if i < 0 {
		return out, false
	}
	if out[i].Revoked == nil {
		out[i].Revoked = new(storable(now))
	}
	return out, true
}
