package storetest

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// all is more than a check holds.
const all = 10_000

// endpointRef draws one of two endpoints of a customer, or of a missing one.
func (m *model) endpointRef(t *rapid.T) rows.WebhookRef {
	return rows.WebhookRef{Customer: m.ref(t), ID: some(t, "endpoint", tenancy.ID{11: 1}, tenancy.ID{11: 2})}
}

// receiver draws an endpoint of a customer: deliveries go to no others.
func (m *model) receiver(t *rapid.T) rows.WebhookRef {
	ref := m.endpointRef(t)
	if ref.Customer.Tenant.IsZero() || ref.Customer.ID.IsZero() {
		ref.Customer = m.refs[0]
	}
	return ref
}

// addDeliveries adds new deliveries, and some that are there already.
func (m *model) addDeliveries(t *rapid.T) {
	var list []rows.Delivery
	for range rapid.IntRange(1, 3).Draw(t, "deliveries") {
		if len(m.sent) > 0 && rapid.IntRange(0, 4).Draw(t, "again") == 4 {
			d := rapid.SampledFrom(m.sent).Draw(t, "delivery")
			list, m.waited = append(list, d), append(m.waited, d.Endpoint)
			continue
		}
		seed := *m.made
		*m.made++
		d := rows.Delivery{
			ID: newMaker(m.refs[0].ID, seed, opened).id(), Endpoint: m.receiver(t), Event: event(some(t, "event", 1, 2)).ID,
			Source: m.ref(t), Topic: some(t, "topic", "customer.created", "customer.updated"),
			State: m.deliveryState(t), Due: m.moment(t), Created: m.moment(t), Version: 1,
		}
		list, m.sent, m.waited = append(list, d), append(m.sent, d), append(m.waited, d.Endpoint)
	}
	m.both("adding deliveries", func(s store.Store) (any, error) {
		return nil, s.AddDeliveries(m.context, slices.Clone(list))
	})
}

func (m *model) deliveryState(t *rapid.T) rows.DeliveryState {
	return some(t, "state", rows.DeliveryPending, rows.DeliveryPending, rows.DeliveryDelivered, rows.DeliveryFailed)
}

// updateDelivery notes an attempt, also of a version that is gone and under an
// endpoint that it is not for.
func (m *model) updateDelivery(t *rapid.T) {
	if len(m.sent) == 0 {
		t.Skip("nothing was sent")
	}
	at := rapid.IntRange(0, len(m.sent)-1).Draw(t, "delivery")
	d := m.sent[at]
	version := d.Version + some[int64](t, "lateness", 0, 0, 0, 0, -1, 1)
	d.Version = version + 1
	d.State, d.Due, d.Round = m.deliveryState(t), m.moment(t), d.Round+1
	d.Reason = some(t, "reason", "", "gone")
	d.Attempts = append(slices.Clone(d.Attempts), rows.Attempted{At: m.moment(t), Status: some[int32](t, "status", 0, 204, 500), Milliseconds: 3})
	m.waited = append(m.waited, d.Endpoint) // which may wait for what ended or was put off
	if rapid.IntRange(0, 9).Draw(t, "astray") == 9 {
		d.Endpoint = m.receiver(t)
		m.waited = append(m.waited, d.Endpoint)
	}
	_, err := m.both("updating a delivery", func(s store.Store) (any, error) {
		return nil, s.UpdateDelivery(m.context, d, version)
	})
	if err == nil {
		m.sent[at] = d
	}
}

// settle settles all webhooks that deliveries were meant for.
func (m *model) settle() {
	for _, ref := range m.waited {
		m.both("settling a webhook", func(s store.Store) (any, error) { return nil, s.SettleEndpoint(m.context, ref) })
	}
	m.waited = nil
}

// dueDeliveries compares which endpoints wait, and for what.
func (m *model) dueDeliveries(t *rapid.T) {
	at := m.moment(t).Add(time.Duration(rapid.IntRange(-1, 0).Draw(t, "shift")) * time.Millisecond)
	m.settle()
	m.both("reading due endpoints", func(s store.Store) (any, error) {
		list, err := s.DueEndpoints(m.context, rows.DueQuery{At: at, Of: tenancy.AllSlots, Each: all, Limit: all})
		slices.SortFunc(list, func(x, y rows.WebhookRef) int { return strings.Compare(webhooks.String(x), webhooks.String(y)) })
		return append([]rows.WebhookRef{}, list...), err
	})
	ref, limit := m.endpointRef(t), rapid.IntRange(1, 3).Draw(t, "limit")
	m.both("reading due deliveries", func(s store.Store) (any, error) {
		list, err := s.DueDeliveries(m.context, ref, at, limit)
		return append([]rows.Delivery{}, list...), err
	})
}

// deliveryLog compares a page of the delivery log.
func (m *model) deliveryLog(t *rapid.T) {
	q := rows.DeliveryQuery{Tenant: m.ref(t).Tenant, Limit: rapid.IntRange(1, 4).Draw(t, "limit")}
	if rapid.Bool().Draw(t, "of an endpoint") {
		q.Endpoint = m.endpointRef(t)
	}
	if rapid.Bool().Draw(t, "of an event") {
		q.Event = event(some(t, "event", 1, 2)).ID
	}
	if len(m.sent) > 0 && rapid.Bool().Draw(t, "behind") {
		q.Before = rapid.SampledFrom(m.sent).Draw(t, "delivery").ID
	}
	if q.Tenant.IsZero() {
		t.Skip("deliveries are asked for by tenant")
	}
	m.both("reading deliveries", func(s store.Store) (any, error) {
		list, err := s.Deliveries(m.context, q)
		return append([]rows.Delivery{}, list...), err
	})
}

// sweepDeliveries removes all that ended, so that no choice is left to an engine.
func (m *model) sweepDeliveries(t *rapid.T) {
	before := m.moment(t)
	m.both("sweeping deliveries", func(s store.Store) (any, error) { return s.SweepDeliveries(m.context, before, all) })
}

// purge removes all old events.
func (m *model) purge(t *rapid.T) {
	before := opened.Add(time.Duration(rapid.IntRange(-1, 200).Draw(t, "seconds")) * time.Second)
	m.both("counting events", func(s store.Store) (any, error) { return s.CountEvents(m.context, before) })
	m.both("purging events", func(s store.Store) (any, error) { return s.PurgeEvents(m.context, before, all) })
	m.old = nil // a batch is relayed again right after a crash, not once its events are purged
}

// deliveriesAreEqual ends a check.
func (m *model) deliveriesAreEqual() {
	m.settle() // the next check finds these deliveries too
	for _, tenant := range m.refs[:2] {
		m.both("reading all deliveries", func(s store.Store) (any, error) {
			list, err := s.Deliveries(m.context, rows.DeliveryQuery{Tenant: tenant.Tenant, Limit: 100})
			slices.SortFunc(list, func(x, y rows.Delivery) int { return bytes.Compare(x.ID[:], y.ID[:]) })
			return append([]rows.Delivery{}, list...), err
		})
	}
}
