package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/jsonobj"
	"tenantry/plans"
	"tenantry/tenancy"
)

// AddEvent adds an event that follows the draft's own, about the same or another part.
func (d *Draft) AddEvent(kind string, part tenancy.ID) {
	d.extraEvents = append(d.extraEvents, extraEvent{kind: kind, part: part})
}

// extraEvent is an event of a change beside its own.
type extraEvent struct {
	kind string
	part tenancy.ID
}

// AddIntermediate adds a state that the draft passed through before its last one, with
// an event of its own.
func (d *Draft) AddIntermediate(event string, state *customers.Customer) {
	d.intermediate = append(d.intermediate, intermediateState{event: event, state: state})
}

// intermediateState is a state that a draft passed through, with its event.
type intermediateState struct {
	event string
	state *customers.Customer
}

// Audit writes an event that belongs to no change into the log, before the answer that
// it records. It gets its number in the record of its customer, in the write that adds it
// there, and is moved to the log at once: interrupted in between, by the next turn of the
// relay. It is not delivered.
func (s *Registry) Audit(ctx context.Context, c *customers.Customer, event customers.Event) error {
	id, err := tenancy.NewID(s.Now(), s.random)
	if err != nil {
		return err
	}
	event = event.From(tenancy.OriginOf(ctx))
	event.ID, event.At, event.Unsent = id, s.Now(), true
	event, err = s.store.AddEvent(ctx, c.Ref(), event)
	if err == nil {
		err = s.store.Relay(ctx, rows.Batch{Customer: c.Ref(), Path: c.Path, Events: []customers.Event{event}})
	}
	return rows.StoreFault(err, "writing the audit trail of "+c.Ref().String())
}

// number counts an event, which is written together with the count.
func number(c *customers.Customer, event customers.Event) customers.Event {
	c.EventCount++
	event.Number = c.EventCount
	return event
}

// record appends the events of the draft to its outbox: one for each intermediate state,
// one for the last, and the extra ones.
func (d *Draft) record(ctx context.Context) error {
	for _, hook := range d.registry.hooks.beforeRecord {
		hook(d)
	}
	if err := d.keepToQuotas(); err != nil {
		return err
	}
	d.aboutSettings()
	origin := tenancy.OriginOf(ctx)
	was, is, changed := d.planStatus()
	states := d.intermediate
	if d.Event != "" {
		states = append(slices.Clone(states), intermediateState{event: d.Event, state: d.Customer})
	}
	count := len(states) + len(d.extraEvents)
	if changed {
		count++
	}
	ids := make([]tenancy.ID, count)
	for i := range ids {
		ids[i] = d.NewID()
	}
	// Events of one moment are told apart by their ids.
	slices.SortFunc(ids, func(x, y tenancy.ID) int { return bytes.Compare(x[:], y[:]) })
	before := d.Before
	for i, state := range states {
		event, err := d.newEvent(before, state)
		if err != nil {
			return err
		}
		event.ID = ids[i]
		if i == len(d.intermediate) {
			event.About = jsonobj.Write(d.about)
		}
		d.Customer.Outbox = append(d.Customer.Outbox, number(d.Customer, event.From(origin)))
		before = state.state
	}
	for i, also := range d.extraEvents {
		event := d.Customer.Outbox[len(d.Customer.Outbox)-1]
		event.ID, event.Type, event.Part = ids[len(states)+i], also.kind, also.part
		d.Customer.Outbox = append(d.Customer.Outbox, number(d.Customer, event))
	}
	if changed {
		event, err := d.newEvent(d.Customer, intermediateState{event: EventPlanStatusChanged, state: d.Customer})
		if err != nil {
			return err
		}
		event.ID, event.Previous, event.Changes = ids[len(ids)-1], ofPlanStatus(was), ofPlanStatus(is)
		d.Customer.Outbox = append(d.Customer.Outbox, number(d.Customer, event.From(origin)))
	}
	return d.broken
}

// EventPlanStatusChanged is the type of event of a planStatus that differs from the one
// before, be it by a change or by time alone.
const EventPlanStatusChanged = "customer.plan_status_changed"

// planStatus notes what lists go by, and when the customer's planStatus changes next by
// itself, and returns it as it was and as it is. That of a new customer is in the event of
// its creation.
func (d *Draft) planStatus() (was, is plans.Status, changed bool) {
	d.registry.view.NotePlan(d.Customer, d.Now)
	if d.Before == nil {
		return was, is, false
	}
	return d.registry.view.PlanChange(d.Before, d.Customer, d.Now)
}

func ofPlanStatus(s plans.Status) []byte {
	text, _ := json.Marshal(map[string]plans.Status{"planStatus": s}) // texts, maps and lists alone
	return text
}

// newEvent returns the event of a state: who caused it, the masked resource, and the
// members that differ from the state before.
func (d *Draft) newEvent(before *customers.Customer, now intermediateState) (customers.Event, error) {
	shown, err := d.registry.view.Event(now.state, d.Now)
	if err != nil {
		return customers.Event{}, err
	}
	event := customers.Event{
		Type: now.event, At: d.Now, Credential: d.Caller.Credential.ID, Reason: d.Reason, Part: d.Part,
		Resource: shown, Holds: view.Holdings(now.state),
	}
	if d.Caller.Actor != nil {
		event.Actor, event.Subject = d.Caller.Actor.Ref().ID, d.Caller.Subject.Ref().ID
	}
	event.Previous, event.Changes, err = d.differences(before, shown)
	return event, err
}

// differences returns the members that differ, before and after; shown is the JSON of
// the state now. Of a new customer, all members are changes.
func (d *Draft) differences(before *customers.Customer, shown []byte) (previous, changes []byte, err error) {
	if before == nil && len(d.Details) == 0 {
		return nil, shown, nil
	}
	var was, is, past []jsonobj.Member
	if before != nil {
		text, err := d.registry.view.Event(before, d.Now)
		if err != nil {
			return nil, nil, err
		}
		past, _ = jsonobj.Members(text)
	}
	current, _ := jsonobj.Members(shown)
	for _, m := range current {
		if old, ok := jsonobj.Find(past, m.Key); !ok || !bytes.Equal(old, m.Value) {
			is = append(is, m)
		}
	}
	for _, m := range past {
		if now, ok := jsonobj.Find(current, m.Key); !ok || !bytes.Equal(now, m.Value) {
			was = append(was, m)
			if !ok {
				is = append(is, jsonobj.Member{Key: m.Key, Value: json.RawMessage("null")})
			}
		}
	}
	return jsonobj.Write(was), jsonobj.Write(append(is, d.Details...)), nil
}
