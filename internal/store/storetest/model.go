package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/memory"
	"tenantry/tenancy"
)

// RunModel does the same random calls on an engine and on package memory and tests
// that both answer alike. It uses one store for all of its checks, each with two
// tenants of its own; `-rapid.checks` sets how many there are. The suite closes it.
func RunModel(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	engine, oracle := newEmptyEnv(t, open).store, memory.New()
	operator := Operator(opened)
	for _, store := range []store.Store{engine, oracle} {
		if err := store.Insert(t.Context(), operator); err != nil {
			t.Fatalf("inserting the operator: %v", err)
		}
	}
	var made uint64
	rapid.Check(t, func(rt *rapid.T) {
		m := &model{T: rt, context: t.Context(), engine: engine, oracle: oracle, made: &made}
		m.drain() // a failed check may have left something
		m.start(operator)
		rt.Repeat(map[string]func(*rapid.T){
			"":           m.lastIsEqual,
			"insert":     m.insert,
			"replace":    m.replace,
			"erase":      m.erase,
			"noteKeyUse": m.noteKeyUse,
			"relay":      m.relay,
			"reserve":    m.reserve,
			"swap":       m.swap,
			"release":    m.release,
			"sweep":      m.sweep,
			"get":        m.get,
			"list":       m.list,
			"walk":       m.walk,
			"events":     m.events,
			"purge":      m.purge,

			"addDeliveries":   m.addDeliveries,
			"updateDelivery":  m.updateDelivery,
			"dueDeliveries":   m.dueDeliveries,
			"deliveryLog":     m.deliveryLog,
			"sweepDeliveries": m.sweepDeliveries,
			"happen":          m.happen,
			"activities":      m.activities,
		})
		m.allIsEqual()
	})
}

// model is one check: an engine, its oracle, and what was made in both.
type model struct {
	*rapid.T
	context        context.Context
	engine, oracle store.Store
	made           *uint64 // customers made in all checks; gives every one its own id

	scope    string               // begins the claims of this check
	refs     []tenancy.Ref        // every customer of this check, its two tenants first
	last     tenancy.Ref          // whom the last call named
	old      []rows.Batch         // batches relayed, to relay again
	taken    []rows.Reservation   // claims used, to use again
	happened []customers.Activity // every activity of this check
	sent     []rows.Delivery      // every delivery of this check
	waited   []rows.WebhookRef    // the webhooks that deliveries were meant for
	dummy    customers.Customer   // never stored: what a missing customer is taken for
}

// start inserts the two tenants.
func (m *model) start(operator *customers.Customer) {
	for range 2 {
		tenant := Child(operator, Seed(*m.made), Bare())
		*m.made++
		m.both("inserting a tenant", func(s store.Store) (any, error) { return nil, s.Insert(m.context, tenant) })
		m.refs = append(m.refs, tenant.Ref())
	}
	m.scope = m.refs[0].ID.String()
	m.last = m.refs[0]
	m.dummy = *Child(operator, Seed(*m.made), Bare())
	*m.made++
}

// both makes one call on engine and oracle, tests that they answer alike and returns the
// oracle's answer.
func (m *model) both(doing string, call func(s store.Store) (any, error)) (any, error) {
	m.Helper()
	want, wantErr := call(m.oracle)
	got, gotErr := call(m.engine)
	if refusal(wantErr) != refusal(gotErr) { //nolint:errorlint // refusal unwraps both
		m.Fatalf("%s: the engine says %v, the oracle %v", doing, gotErr, wantErr)
	}
	if diff := Diff(want, got); diff != "" {
		m.Fatalf("%s (-oracle +engine):\n%s", doing, diff)
	}
	return want, wantErr
}

// refusal returns the refusal that an error is, the error itself for a fault.
func refusal(err error) error {
	for _, r := range []error{rows.ErrNotFound, rows.ErrStale, rows.ErrExists, rows.ErrParentGone, rows.ErrHasChildren} {
		if errors.Is(err, r) {
			return r
		}
	}
	return err
}

// lastIsEqual runs after every step.
func (m *model) lastIsEqual(*rapid.T) {
	m.both("getting "+m.last.String(), func(s store.Store) (any, error) { return s.Get(m.context, m.last) })
}

// allIsEqual ends a check: all documents, outboxes and logs.
func (m *model) allIsEqual() {
	for _, tenant := range m.refs[:2] {
		m.page(rows.Query{
			Tenant: tenant.ID, Under: tenant.ID, Deep: true, Limit: 100, Count: true,
			Order: rows.Order{By: rows.ByLastUpdated},
		})
	}
	m.deliveriesAreEqual()
	m.both("reading outboxes", m.outboxes)
	m.drain()
	for _, ref := range m.refs {
		m.both("reading the log", func(s store.Store) (any, error) {
			log, err := s.Events(m.context, rows.EventQuery{Customer: ref, Limit: 100})
			return append([]rows.LoggedEvent{}, log...), err
		})
	}
}

// outboxes reads all outboxes, ordered by their customers.
func (m *model) outboxes(s store.Store) (any, error) {
	list, err := s.Outboxes(m.context, tenancy.AllSlots, 100)
	slices.SortFunc(list, func(x, y rows.Batch) int { return bytes.Compare(x.Customer.ID[:], y.Customer.ID[:]) })
	return append([]rows.Batch{}, list...), err
}

// drain relays all waiting events, on each store its own.
func (m *model) drain() {
	for _, s := range []store.Store{m.oracle, m.engine} {
		for {
			list, err := s.Outboxes(m.context, tenancy.AllSlots, 100)
			if err != nil {
				m.Fatalf("reading outboxes: %v", err)
			}
			if len(list) == 0 {
				break
			}
			if err := s.Relay(m.context, list...); err != nil {
				m.Fatalf("relaying: %v", err)
			}
		}
	}
}
