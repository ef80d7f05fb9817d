package sqlite

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"github.com/maypok86/otter/v2"

	"tenantry/customers"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// cache keeps decoded living customers. It never shows a version older than one whose
// write was acknowledged: the writer publishes what it committed before it answers, and a
// reader fills in what it read only if nothing was published since before its read began.
type cache struct {
	records *otter.Cache[tenancy.ID, record] // nil when switched off
	metrics *metrics
	// publishing is held for reading by fills and for writing by publications.
	publishing   sync.RWMutex
	publications atomic.Uint64
}

// record is a decoded customer and the size of its document in bytes.
type record struct {
	customer *customers.Customer
	document int
	// damage is about events of its outbox that cannot be read.
	damage []error
}

// size returns the bytes that the record has in the file, its outbox included.
func (r record) size() int {
	size := r.document
	for i := range r.customer.Outbox {
		size += codec.SizeOfEvent(&r.customer.Outbox[i])
	}
	return size
}

// decodedFactor is how much more memory a decoded customer takes than its document.
const decodedFactor = 3

func newCache(limit int64, m *metrics) (*cache, error) {
	if limit < 0 {
		return &cache{metrics: m}, nil
	}
	records, err := otter.New(&otter.Options[tenancy.ID, record]{
		MaximumWeight: uint64(limit),
		Weigher: func(_ tenancy.ID, r record) uint32 {
			return uint32(min(r.size()*decodedFactor, math.MaxUint32)) //nolint:gosec // bounded here
		},
		// Upkeep runs where it falls due, so that the bound holds at all times and no
		// goroutine outlives the store.
		Executor: func(task func()) { task() },
	})
	if err != nil {
		return nil, fmt.Errorf("making the cache: %w", err)
	}
	return &cache{records: records, metrics: m}, nil
}

func (c *cache) get(id tenancy.ID) (*customers.Customer, bool) {
	r, ok := c.record(id)
	return r.customer, ok
}

func (c *cache) record(id tenancy.ID) (record, bool) {
	if c.records == nil {
		c.metrics.misses.Inc()
		return record{}, false
	}
	r, ok := c.records.GetIfPresent(id)
	if ok {
		c.metrics.hits.Inc()
	} else {
		c.metrics.misses.Inc()
	}
	return r, ok
}

// length returns the number of customers that are kept, and bytes about how much memory
// they take.
func (c *cache) length() int {
	if c.records == nil {
		return 0
	}
	return c.records.EstimatedSize()
}

func (c *cache) bytes() uint64 {
	if c.records == nil {
		return 0
	}
	return c.records.WeightedSize()
}

// mark returns the present mark, to be taken before a read from the database begins and
// given to fill.
func (c *cache) mark() uint64 { return c.publications.Load() }

// fill keeps what was read, unless something was published after the mark: it might be a
// newer version of the same customer.
func (c *cache) fill(mark uint64, r record) {
	if c.records == nil {
		return
	}
	c.publishing.RLock()
	defer c.publishing.RUnlock()
	if c.publications.Load() == mark {
		c.records.Set(r.customer.ID, r)
	}
}

// publish shows what was committed. A record without a customer is gone.
func (c *cache) publish(written map[tenancy.ID]record) {
	if len(written) == 0 {
		return
	}
	c.publishing.Lock()
	defer c.publishing.Unlock()
	c.publications.Add(1)
	if c.records == nil {
		return
	}
	for id, r := range written {
		if r.customer == nil || r.customer.Deleted != nil {
			c.records.Invalidate(id)
			continue
		}
		c.records.Set(id, r)
	}
}
