package keys

import (
	"cmp"
	"slices"
	"time"
)

const (
	// MaxLive is the largest number of live entries that one customer may have.
	MaxLive = 20
	// keptDead is how many dead entries a record keeps for lists.
	keptDead = 20
)

// Find returns the entry with that number.
func Find(entries []Entry, number int32) (Entry, bool) {
	i := indexOf(entries, number)
	if i < 0 {
		return Entry{}, false
	}
	return entries[i], true
}

// CountLive returns the number of live entries, pairs and restricted keys alike. It is
// compared with MaxLive before an entry is added.
func CountLive(entries []Entry, now time.Time) int {
	count := 0
	for _, e := range entries {
		if e.Live(now) {
			count++
		}
	}
	return count
}

// Prune returns the entries without old dead ones, so that the record stays small: it
// keeps all live entries and the 20 dead ones with the highest numbers, in their order.
// The argument is left as it is.
func Prune(entries []Entry, now time.Time) []Entry {
	var dead []int32
	for _, e := range entries {
		if !e.Live(now) {
			dead = append(dead, e.Number)
		}
	}
	var oldestKept int32
	if len(dead) > keptDead {
		slices.SortFunc(dead, func(a, b int32) int { return cmp.Compare(b, a) })
		oldestKept = dead[keptDead-1]
	}
	kept := make([]Entry, 0, len(entries))
	for _, e := range entries {
		if e.Live(now) || e.Number >= oldestKept {
			kept = append(kept, e)
		}
	}
	return kept
}

func indexOf(entries []Entry, number int32) int {
	return slices.IndexFunc(entries, func(e Entry) bool { return e.Number == number })
}
