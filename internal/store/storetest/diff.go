package storetest

import (
	"bytes"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/tenancy"
)

// Diff compares two values of the port as strictly as engines must keep them, and returns
// "" or what differs: bytes exactly, absent and empty distinguished, and times as moments
// that are in UTC. Only an operator's path may be nil or empty alike.
func Diff(want, got any) string {
	return cmp.Diff(want, got, cmp.Comparer(sameMoment), cmp.Comparer(sameBytes), cmp.Comparer(slices.Equal[[]tenancy.ID]))
}

func sameMoment(x, y time.Time) bool { return x.Equal(y) && x.Location() == y.Location() }

// sameBytes saves cmp from comparing megabytes one by one.
func sameBytes(x, y []byte) bool { return (x == nil) == (y == nil) && bytes.Equal(x, y) }
