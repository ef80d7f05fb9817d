package keys

import (
	"slices"
	"time"
)

// EndAfterUse marks the live pairs beside the successor, which a rotation just ended, to end
// so many seconds after the successor's first use, if that is sooner. One that waits for the
// use of another pair already goes on doing so: no life is lengthened. The argument is left
// as it is.
func EndAfterUse(entries []Entry, successor, seconds int32, now time.Time) []Entry {
	out := slices.Clone(entries)
	for i := range out {
		if e := &out[i]; e.Number != successor && !e.Restricted && e.Live(now) && e.Successor == 0 {
			e.Successor, e.SecondsAfterUse = successor, seconds
		}
	}
	return out
}

// SucceedAgain puts the pair that another try of an attempt minted in the place of those
// that earlier tries minted, for the pairs that wait for their use. The argument is left
// as it is.
func SucceedAgain(entries []Entry, fresh Entry) []Entry {
	out := slices.Clone(entries)
	for i := range out {
		before, found := Find(entries, out[i].Successor)
		if found && !fresh.Attempt.IsZero() && before.Attempt == fresh.Attempt {
			out[i].Successor = fresh.Number
		}
	}
	return out
}

// AwaitUse reports whether a live pair waits for the first use of the entry with that
// number.
func AwaitUse(entries []Entry, number int32, now time.Time) bool {
	return slices.ContainsFunc(entries, func(e Entry) bool { return e.Successor == number && number != 0 && e.Live(now) })
}

// Used ends the pairs that waited for the first use of the entry with that number, which
// was at that moment, as far as they do not end sooner; ended are those. The argument is
// left as it is.
func Used(entries []Entry, number int32, at time.Time) (out, ended []Entry) {
	out = slices.Clone(entries)
	for i := range out {
		e := &out[i]
		if e.Successor != number || number == 0 || e.Revoked != nil {
			continue
		}
		end := storable(at.Add(time.Duration(e.SecondsAfterUse) * time.Second))
		if e.Expires == nil || end.Before(*e.Expires) {
			e.Expires = &end
		}
		e.Successor, e.SecondsAfterUse = 0, 0
		ended = append(ended, *e)
	}
	return out, ended
}
