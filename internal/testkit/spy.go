package testkit

import (
	"context"
	"errors"
	"sync"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/app"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// Spy stands before a store: it counts the calls, keeps what they wrote, and lets
// a test step into one of them.
type Spy struct {
	store.Store

	mu      sync.Mutex
	calls   []string
	Written []*customers.Customer
	Claims  []rows.Reservation
	traps   map[string]func(call func() error) error
}

// Spied returns a Spy and the Tuning that puts it before the store of an Env.
func Spied() (*Spy, Tuning) {
	s := &Spy{traps: map[string]func(func() error) error{}}
	return s, func(o *app.Options) { s.Store, o.Store = o.Store, s }
}

// Block makes every call of a method crash, until a test sets another trap.
func (s *Spy) Block(method string) {
	s.Trap(method, func(call func() error) error {
		s.Block(method)
		return Crash(call)
	})
}

// Relay implements store.Store.
func (s *Spy) Relay(ctx context.Context, batches ...rows.Batch) error {
	return s.through("Relay", func() error { return s.Store.Relay(ctx, batches...) })
}

// AddEvent implements store.Store.
func (s *Spy) AddEvent(ctx context.Context, ref tenancy.Ref, event customers.Event) (added customers.Event, err error) {
	err = s.through("AddEvent", func() (err error) { added, err = s.Store.AddEvent(ctx, ref, event); return err })
	return added, err
}

// Trap lets act step into the next call of a method; call is the real one.
func (s *Spy) Trap(method string, act func(call func() error) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.traps[method] = act
}

// Reset forgets the calls so far.
func (s *Spy) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls, s.Written, s.Claims = nil, nil, nil
}

// Since returns the names of the methods called since the last Reset.
func (s *Spy) Since() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

func (s *Spy) through(method string, call func() error) error {
	s.mu.Lock()
	s.calls = append(s.calls, method)
	act := s.traps[method]
	delete(s.traps, method)
	s.mu.Unlock()
	if act == nil {
		return call()
	}
	return act(call)
}

func (s *Spy) keep(c *customers.Customer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Written = append(s.Written, c)
}

func (s *Spy) keepReservation(wanted rows.Reservation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Claims = append(s.Claims, wanted)
}

// Get implements store.Store.
func (s *Spy) Get(ctx context.Context, ref tenancy.Ref) (c *customers.Customer, err error) {
	err = s.through("Get", func() (err error) { c, err = s.Store.Get(ctx, ref); return err })
	return c, err
}

// GetAnywhere implements store.Store.
func (s *Spy) GetAnywhere(ctx context.Context, id tenancy.ID) (c *customers.Customer, err error) {
	err = s.through("GetAnywhere", func() (err error) { c, err = s.Store.GetAnywhere(ctx, id); return err })
	return c, err
}

// Insert implements store.Store.
func (s *Spy) Insert(ctx context.Context, c *customers.Customer, with ...rows.Companion) error {
	s.keep(c)
	return s.through("Insert", func() error { return s.Store.Insert(ctx, c, with...) })
}

// Replace implements store.Store.
func (s *Spy) Replace(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	s.keep(c)
	return s.through("Replace", func() error { return s.Store.Replace(ctx, c, version, with...) })
}

// Erase implements store.Store.
func (s *Spy) Erase(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	s.keep(c)
	return s.through("Erase", func() error { return s.Store.Erase(ctx, c, version, with...) })
}

// GetTogether implements store.Store.
func (s *Spy) GetTogether(ctx context.Context, ref tenancy.Ref, others []tenancy.ID) (c *customers.Customer, along []*customers.Customer, err error) {
	err = s.through("GetTogether", func() (err error) { c, along, err = s.Store.GetTogether(ctx, ref, others); return err })
	return c, along, err
}

// ReserveAll implements store.Store.
func (s *Spy) ReserveAll(ctx context.Context, wanted []rows.Reservation) (holders []rows.Reservation, taken []bool, err error) {
	for _, one := range wanted {
		s.keepReservation(one)
	}
	err = s.through("ReserveAll", func() (err error) { holders, taken, err = s.Store.ReserveAll(ctx, wanted); return err })
	return holders, taken, err
}

// List implements store.Store.
func (s *Spy) List(ctx context.Context, q rows.Query) (page rows.Page, err error) {
	err = s.through("List", func() (err error) { page, err = s.Store.List(ctx, q); return err })
	return page, err
}

// Reserve implements store.Store.
func (s *Spy) Reserve(ctx context.Context, wanted rows.Reservation) (holder rows.Reservation, taken bool, err error) {
	s.keepReservation(wanted)
	err = s.through("Reserve", func() (err error) { holder, taken, err = s.Store.Reserve(ctx, wanted); return err })
	return holder, taken, err
}

// ReservationHolder implements store.Store.
func (s *Spy) ReservationHolder(ctx context.Context, key string) (holder rows.Reservation, err error) {
	err = s.through("Holder", func() (err error) { holder, err = s.Store.ReservationHolder(ctx, key); return err })
	return holder, err
}

// CompareAndSwap implements store.Store.
func (s *Spy) CompareAndSwap(ctx context.Context, held, next rows.Reservation) (ok bool, err error) {
	s.keepReservation(next)
	err = s.through("Swap", func() (err error) { ok, err = s.Store.CompareAndSwap(ctx, held, next); return err })
	return ok, err
}

// Release implements store.Store.
func (s *Spy) Release(ctx context.Context, held rows.Reservation) error {
	return s.through("Release", func() error { return s.Store.Release(ctx, held) })
}

// Crash is a trap in which the store is gone before the call.
func Crash(func() error) error { return rows.ErrUnavailable }

// Lost is a trap in which the call is carried out and its answer is lost.
func Lost(call func() error) error { return errors.Join(call(), rows.ErrUnavailable) }
