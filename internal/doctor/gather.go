package doctor

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/evidence"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// examination is one run of all checks: what was read of the records, in a form that holds
// those of a large store.
type examination struct {
	Options
	began     time.Time
	structure error
	// damaged are the records that cannot be read.
	damaged []rows.Damage
	// known are all customers, by their ids; counted what each has below it, and claimed
	// what its children say of the path to it.
	known   []known
	counted map[tenancy.ID]*below
	claimed map[tenancy.ID]uint64
	// astray are customers whose path is not the one of their parent.
	astray []tenancy.ID
	// kept is what the engine keeps counted, if it does; keeps says whether.
	kept  map[tenancy.ID]store.Count
	keeps bool
	// held are the unique values of customers, reserved those that are reserved, as
	// digests of their keys.
	held, reserved []holding
	reservations   int
	// parents are the parents of the customers that were read last.
	parents map[tenancy.ID]*customers.Customer
	// waiting are the events in outboxes, oldest the moment of the first of them.
	waiting map[numbered]bool
	oldest  time.Time
	// logged is what the log has of each customer, in the order of known; operator are the
	// numbers of the operator's events.
	logged   []span
	root     tenancy.ID
	operator []operatorEvent
	events   int
	purged   bool
	// homeless are records whose customer is missing, the first of each customer alone.
	homeless map[tenancy.ID]homeless
	// named are the files that records name, and stored those that are there.
	named, stored []rows.StoredFile
	sealed        Sealed
	// newest is the latest moment in any record.
	newest time.Time
	digest digest
	seed   maphash.Seed
}

// known is a customer that was read.
type known struct {
	id tenancy.ID
	// path is the digest of the path that leads to its children.
	path uint64
	// numbered is how many events it had.
	numbered int64
}

// below is what a walk over all customers found below one.
type below struct{ direct, deep int64 }

// holding is a unique value with who holds it.
type holding struct {
	key uint64
	id  tenancy.ID
}

func (a holding) compare(b holding) int {
	return cmp.Or(cmp.Compare(a.key, b.key), bytes.Compare(a.id[:], b.id[:]))
}

// numbered is an event of a customer by its number.
type numbered struct {
	customer tenancy.ID
	number   int64
}

// span is which numbers of events were found.
type span struct{ first, last, count int64 }

// add takes a number in.
func (s *span) add(number int64) {
	if s.count == 0 || number < s.first {
		s.first = number
	}
	s.last = max(s.last, number)
	s.count++
}

// homeless is a record whose customer is missing.
type homeless struct {
	kind     string
	id       tenancy.ID
	customer tenancy.Ref
}

// operatorEvent is a number of the operator's events, of which a purge leaves some.
type operatorEvent struct {
	number int64
	purge  bool
}

// tellEvery is how often the progress is told.
const tellEvery = 1000

// gather reads all records once.
func (e *examination) gather(ctx context.Context) (err error) {
	e.seed, e.counted, e.claimed = maphash.MakeSeed(), map[tenancy.ID]*below{}, map[tenancy.ID]uint64{}
	e.waiting, e.homeless = map[numbered]bool{}, map[tenancy.ID]homeless{}
	e.kept, e.parents = map[tenancy.ID]store.Count{}, map[tenancy.ID]*customers.Customer{}
	survey, err := e.Store.Survey(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, survey.Close()) }()
	done := 0
	err = survey.EachCustomer(ctx, func(c *customers.Customer) error {
		if done++; done%tellEvery == 0 {
			e.Progress("customers", done)
		}
		return e.see(ctx, c)
	}, e.broken)
	if err != nil {
		return err
	}
	slices.SortFunc(e.known, func(a, b known) int { return bytes.Compare(a.id[:], b.id[:]) })
	e.logged = make([]span, len(e.known))
	return errors.Join(
		survey.EachReservation(ctx, e.seeReservation, e.broken),
		survey.EachEvent(ctx, e.seeEvent, e.broken),
		survey.EachActivity(ctx, func(a customers.Activity) error {
			e.belongs(homeless{"activity", a.ID, a.Customer})
			return nil
		}, e.broken),
		survey.EachDelivery(ctx, func(d rows.Delivery) error {
			e.moment(d.Created)
			return nil
		}, e.broken),
		survey.EachFile(ctx, func(f rows.StoredFile) error {
			e.stored = append(e.stored, f)
			return nil
		}),
		survey.EachCount(ctx, func(c store.Count) error {
			e.kept[c.ID], e.keeps = c, true
			return nil
		}),
	)
}

func (e *examination) broken(d rows.Damage) { e.damaged = append(e.damaged, d) }

// moment notes a moment in a record.
func (e *examination) moment(at time.Time) {
	if at.After(e.newest) {
		e.newest = at
	}
}

// see takes in one customer.
func (e *examination) see(ctx context.Context, c *customers.Customer) error {
	own := e.pathOf(append(slices.Clone(c.Path), c.ID))
	e.known = append(e.known, known{id: c.ID, path: own, numbered: c.EventCount})
	if c.Parent.IsZero() {
		e.root = c.ID
	} else {
		led := e.pathOf(c.Path)
		said, ok := e.claimed[c.Parent]
		if !ok {
			e.claimed[c.Parent] = led
		}
		if ok && said != led || len(c.Path) == 0 || c.Path[len(c.Path)-1] != c.Parent {
			e.astray = append(e.astray, c.ID)
		}
	}
	for _, ancestor := range c.Path {
		b := e.counted[ancestor]
		if b == nil {
			b = &below{}
			e.counted[ancestor] = b
		}
		b.deep++
		if ancestor == c.Parent {
			b.direct++
		}
	}
	for _, event := range c.Outbox {
		e.waiting[numbered{c.ID, event.Number}] = true
		if e.oldest.IsZero() || event.At.Before(e.oldest) {
			e.oldest = event.At
		}
	}
	e.moment(c.LastUpdated)
	evidence.EachPiece(c, func(_, id tenancy.ID, _ string) {
		e.named = append(e.named, rows.StoredFile{Customer: c.Ref(), ID: id})
	})
	if err := e.sealed.Open(ctx, c, e.Opener, nil); err != nil {
		return err
	}
	if e.Digest {
		if err := e.digest.add(c, e.Opener); err != nil {
			return err
		}
	}
	parent, err := e.parentOf(ctx, c)
	if err != nil {
		return err
	}
	for _, key := range registry.UniqueKeys(c, parent) {
		e.held = append(e.held, holding{maphash.String(e.seed, key), c.ID})
	}
	return nil
}

func (e *examination) pathOf(path []tenancy.ID) uint64 {
	var h maphash.Hash
	h.SetSeed(e.seed)
	for _, id := range path {
		_, _ = h.Write(id[:]) // it never fails
	}
	return h.Sum64()
}

// mostParents bounds the parents that are remembered.
const mostParents = 4096

// parentOf reads the parent of a customer; nil if it has none or that cannot be read.
func (e *examination) parentOf(ctx context.Context, c *customers.Customer) (*customers.Customer, error) {
	if c.Parent.IsZero() {
		return nil, nil //nolint:nilnil // the operator has none
	}
	if found, ok := e.parents[c.Parent]; ok {
		return found, nil
	}
	found, err := e.Store.GetAnywhere(ctx, c.Parent)
	if errors.Is(err, rows.ErrNotFound) || errors.Is(err, rows.ErrDamaged) {
		found, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	if len(e.parents) >= mostParents {
		clear(e.parents)
	}
	e.parents[c.Parent] = found
	return found, nil
}

// find returns the place of a customer among the known ones.
func (e *examination) find(id tenancy.ID) (at int, ok bool) {
	return slices.BinarySearchFunc(e.known, id, func(k known, id tenancy.ID) int { return bytes.Compare(k.id[:], id[:]) })
}

func (e *examination) seeReservation(r rows.Reservation) error {
	e.reservations++
	if registry.ReservesUnique(r.Key) {
		e.reserved = append(e.reserved, holding{maphash.String(e.seed, r.Key), r.Customer.ID})
	}
	return nil
}

func (e *examination) seeEvent(event rows.LoggedEvent) error {
	if e.events++; e.events%tellEvery == 0 {
		e.Progress("events", e.events)
	}
	e.moment(event.At)
	purge := event.Type == customers.EventPurged
	e.purged = e.purged || purge
	at, ok := e.find(event.Customer.ID)
	switch {
	case !ok:
		// Those of erased customers stay in the log, and nothing says how many there were.
		e.belongs(homeless{"event", event.ID, event.Customer})
	case event.Number == 0: // of a release that did not count
	case e.waiting[numbered{event.Customer.ID, event.Number}]: // it is on its way; some engines show it already
		e.events--
	case event.Customer.ID == e.root:
		e.operator = append(e.operator, operatorEvent{event.Number, purge})
	case event.Number <= e.known[at].numbered:
		e.logged[at].add(event.Number)
	}
	return nil
}

// mostHomeless bounds the customers whose absence is looked into.
const mostHomeless = 100_000

// belongs notes a record whose customer was not read.
func (e *examination) belongs(r homeless) {
	if _, ok := e.find(r.customer.ID); ok || len(e.homeless) >= mostHomeless {
		return
	}
	if _, seen := e.homeless[r.customer.ID]; !seen {
		e.homeless[r.customer.ID] = r
	}
}
