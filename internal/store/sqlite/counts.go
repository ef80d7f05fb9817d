package sqlite

import (
	"sync"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// counts remembers how many rows lists had when they were counted. A write changes the number
// of a list by no more than the customers that it writes, so a number stays a lower bound, less
// one for each customer written since. That is why lists are counted some way behind their
// bound: for that many writes the next one need not be.
type counts struct {
	mutex sync.Mutex
	known map[countedList]countedRows
}

// countedList is what a number of rows is about.
type countedList struct {
	// tenant is set where the list is of one tenant among others.
	tenant, under tenancy.ID
	deep          bool
	filter        rows.Filter
}

// countedRows is how many rows a list had, as far as a limit, at a mark of the cache.
type countedRows struct {
	n, limit int64
	mark     uint64
}

const (
	// mostCounts bounds the lists whose numbers are remembered.
	mostCounts = 512
	// fewCounted are soon counted again.
	fewCounted = 100
)

func countedListOf(q rows.Query, oneTenant bool) countedList {
	list := countedList{under: q.Under, deep: q.Deep, filter: q.Filter}
	if oneTenant {
		list.tenant = q.Tenant
	}
	return list
}

// behind returns how far to count a list in order to know whether it has a number of rows.
func behind(limit int64) int64 { return limit + limit/8 }

// number returns how many rows a list has, or that it has at least limit, if that is known
// when so many customers were written.
func (k *counts) number(list countedList, limit int64, written uint64) (n int64, ok bool) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	known, ok := k.known[list]
	if !ok {
		return 0, false
	}
	since := int64(written - known.mark) //nolint:gosec // far fewer
	switch {
	case known.n-since >= limit:
		return limit, true
	case since == 0 && known.n < known.limit:
		return known.n, true
	default:
		return 0, false
	}
}

// keep remembers what was counted.
func (k *counts) keep(list countedList, counted countedRows) {
	if counted.n < fewCounted {
		return
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.known == nil {
		k.known = map[countedList]countedRows{}
	}
	if _, there := k.known[list]; !there && len(k.known) >= mostCounts {
		for other := range k.known {
			delete(k.known, other)
			break
		}
	}
	k.known[list] = counted
}
