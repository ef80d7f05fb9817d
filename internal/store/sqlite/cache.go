package sqlite

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/maypok86/otter/v2"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/shown"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// cache keeps living customers: what shows them, and decoded those that something else was
// wanted of. It never shows a version older than one whose write was acknowledged: the writer
// publishes what it committed before it answers, and a reader fills in what it read only if
// nothing was published since before its read began.
type cache struct {
	records *otter.Cache[cached, record] // nil when switched off
	metrics *metrics
	// publishing is held for reading by fills and for writing by publications.
	publishing   sync.RWMutex
	publications atomic.Uint64
	// begun is what publications will be once what is about to be committed is published.
	begun atomic.Uint64
}

// cached names what is kept: the decoded customer of an id, or what shows it.
type cached struct {
	id    tenancy.ID
	shown bool
}

// record is a decoded customer and the size of its document in bytes without its outbox, or
// else what shows it.
type record struct {
	customer *customers.Customer
	document int
	// damage is about events of its outbox that cannot be read.
	damage []error
	shown  *keptAnswer
}

// size returns the bytes that the record has in the file, its outbox included.
func (r record) size() int {
	size := r.document
	for i := range r.customer.Outbox {
		size += codec.SizeOfEvent(&r.customer.Outbox[i])
	}
	return size
}

// keptAnswer is what shows a customer, who made it, and where its record stands in the
// orders of lists.
type keptAnswer struct {
	shown.Answer
	by               any
	created, updated int64 // milliseconds, as the columns have them
	name             string
}

func keep(made shown.Answer, show shown.Show, c *customers.Customer) *keptAnswer {
	return &keptAnswer{made, show.By, c.Created.UnixMilli(), c.LastUpdated.UnixMilli(), customers.Fold(c.Name)}
}

// standsAt reports whether the record stands at a place of an order; false also where only
// the record itself tells.
func (k *keptAnswer) standsAt(p place, by rows.OrderBy) bool {
	switch by {
	case rows.ByCreated:
		return p.value == k.created
	case rows.ByLastUpdated:
		return p.value == k.updated
	case rows.ByName:
		return p.value == k.name
	case rows.ByReviewDeadline:
	}
	return false
}

// goodFor reports whether it is what a show would make.
func (k *keptAnswer) goodFor(show shown.Show) bool { return k.by == show.By && k.GoodAt(show.At) }

const (
	// decodedFactor is how much more memory the texts and parts of a decoded customer take
	// than its document.
	decodedFactor = 3
	// entryBytes is what the cache itself takes for each entry.
	entryBytes = 240
	// oneUnusable of so many bytes that the heap holds for a cache that is full lie between what
	// was put in since others went, and serve nothing.
	oneUnusable = 8
)

// weight returns about how many bytes of memory an entry takes.
func (r record) weight() uint32 {
	n := entryBytes
	if r.shown != nil {
		n += int(unsafe.Sizeof(*r.shown)) + cap(r.shown.Body) + len(r.shown.name) + cap(r.shown.Path)*len(tenancy.ID{}) + r.shown.holesWeight()
	} else {
		n += int(unsafe.Sizeof(*r.customer)) + r.size()*decodedFactor
	}
	n += n / oneUnusable
	return uint32(min(n, math.MaxUint32)) //nolint:gosec // sizes are not negative
}

// holesWeight returns how many bytes of memory the holes of the answer take.
func (k *keptAnswer) holesWeight() (n int) {
	for _, hole := range k.Holes {
		n += int(unsafe.Sizeof(hole)) + cap(hole.Box) + len(hole.Kind)
	}
	return n
}

func newCache(limit int64, m *metrics) (*cache, error) {
	if limit < 0 {
		return &cache{metrics: m}, nil
	}
	records, err := otter.New(&otter.Options[cached, record]{
		MaximumWeight: uint64(limit),
		Weigher:       func(_ cached, r record) uint32 { return r.weight() },
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

// record returns the decoded customer of an id, and what its document takes.
func (c *cache) record(id tenancy.ID) (record, bool) {
	r, ok := c.lookUp(cached{id: id})
	c.count(ok)
	return r, ok
}

// shown returns what is kept of what a maker made to show a customer, if it is good at the
// moment of the show.
func (c *cache) shown(id tenancy.ID, show shown.Show) (shown.Answer, bool) {
	return c.shownIf(id, show, func(*keptAnswer) bool { return true })
}

// shownAt is shown for a place in an order, at which what is kept must stand.
func (c *cache) shownAt(p place, by rows.OrderBy, show shown.Show) (shown.Answer, bool) {
	return c.shownIf(p.id, show, func(k *keptAnswer) bool { return k.standsAt(p, by) })
}

func (c *cache) shownIf(id tenancy.ID, show shown.Show, fits func(*keptAnswer) bool) (shown.Answer, bool) {
	r, ok := c.lookUp(cached{id: id, shown: true})
	if !ok || !r.shown.goodFor(show) || !fits(r.shown) {
		return shown.Answer{}, false
	}
	c.count(true)
	return r.shown.Answer, true
}

func (c *cache) lookUp(name cached) (record, bool) {
	if c.records == nil {
		return record{}, false
	}
	return c.records.GetIfPresent(name)
}

// count counts a read that the cache answered, or did not.
func (c *cache) count(hit bool) {
	if hit {
		c.metrics.hits.Inc()
	} else {
		c.metrics.misses.Inc()
	}
}

// length returns the number of entries, and bytes about how much memory
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

// mark returns the present mark, to be taken before a read from the database begins and given
// to fill. It grows by one for each customer that is published.
func (c *cache) mark() uint64 { return c.publications.Load() }

// writing returns the mark that there may be in the file already, whatever is read of it.
func (c *cache) writing() uint64 { return c.begun.Load() }

// announce comes before the commit of what was written, so that no read of the file is ahead
// of writing. What is not committed after all counts until the next commit.
func (c *cache) announce(written map[tenancy.ID]record) {
	c.begun.Store(c.publications.Load() + uint64(len(written)))
}

// fill keeps what was read, unless something was published after the mark: it might be a
// newer version of the same customer.
func (c *cache) fill(mark uint64, r record) { c.keep(mark, cached{id: r.customer.ID}, r) }

// keep is fill for an entry of that name.
func (c *cache) keep(mark uint64, name cached, r record) {
	if c.records == nil {
		return
	}
	c.publishing.RLock()
	defer c.publishing.RUnlock()
	if c.publications.Load() == mark {
		c.records.Set(name, r)
	}
}

// publish shows what was committed. A record without a customer is gone.
func (c *cache) publish(written map[tenancy.ID]record) {
	if len(written) == 0 {
		return
	}
	c.publishing.Lock()
	defer c.publishing.Unlock()
	// Last: who took a mark until then may have found the old record, and keeps nothing of it.
	defer c.publications.Add(uint64(len(written)))
	if c.records == nil {
		return
	}
	for id, r := range written {
		// What shows it goes first: who has seen the new record must not be shown the old one.
		c.records.Invalidate(cached{id: id, shown: true})
		if r.customer == nil || r.customer.Deleted != nil {
			c.records.Invalidate(cached{id: id})
			continue
		}
		c.records.Set(cached{id: id}, r)
	}
}
