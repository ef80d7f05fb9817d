package customers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"tenantry/tenancy"
)

// record appends the events that tell of the draft to its outbox: one for each state
// that it went through, one for the last, and those of parts that follow it.
func (d *draft) record() error {
	d.endpoints()
	ids := make([]tenancy.ID, len(d.steps)+1+len(d.further))
	for i := range ids {
		ids[i] = d.newID()
	}
	// Events of one moment are told apart by their ids.
	slices.SortFunc(ids, func(x, y tenancy.ID) int { return bytes.Compare(x[:], y[:]) })
	previous, err := d.s.eventMembers(d.before)
	if err != nil {
		return err
	}
	for i, state := range d.steps {
		current, err := d.s.eventMembers(state.state)
		if err != nil {
			return err
		}
		d.c.Outbox = append(d.c.Outbox, d.told(ids[i], state.event, previous, current, nil))
		previous = current
	}
	current, err := d.s.eventMembers(d.c)
	if err != nil {
		return err
	}
	event := d.told(ids[len(d.steps)], d.event, previous, current, d.details)
	d.c.Outbox = append(d.c.Outbox, event)
	for i, also := range d.further {
		event.ID, event.Type, event.Part = ids[len(d.steps)+1+i], also.kind, also.part
		d.c.Outbox = append(d.c.Outbox, event)
	}
	return d.broken
}

// told gives an event: who did it, the masked resource, and which members differ,
// with details that are no members of it.
func (d *draft) told(id tenancy.ID, name string, previous, current, details []member) Event {
	event := Event{
		ID: id, Type: name, At: d.now, Credential: d.caller.Credential.ID, Reason: d.reason, Part: d.part,
		Resource: object(current), Holds: holdings(d.c),
	}
	if d.caller.Actor != nil {
		event.Actor, event.Subject = d.caller.Actor.Ref().ID, d.caller.Subject.Ref().ID
	}
	var was, is []member
	for _, m := range current {
		if old, ok := memberOf(previous, m.key); !ok || !bytes.Equal(old, m.value) {
			is = append(is, m)
		}
	}
	for _, m := range previous {
		if now, ok := memberOf(current, m.key); !ok || !bytes.Equal(now, m.value) {
			was = append(was, m)
			if !ok {
				is = append(is, member{key: m.key, value: json.RawMessage("null")})
			}
		}
	}
	event.Previous, event.Changes = object(was), object(append(is, details...))
	return event
}

// eventMembers gives the members of the customer as events show it: masked like
// answers, and without dates of birth. A nil customer has none.
func (s *Service) eventMembers(c *Customer) ([]member, error) {
	if c == nil {
		return nil, nil
	}
	text, err := json.Marshal(s.present(c, showing{}))
	if err != nil {
		return nil, fmt.Errorf("writing the event of customer %s: %w", c.Ref(), err)
	}
	list, _ := members(text)
	return list, nil
}

func memberOf(list []member, key string) (json.RawMessage, bool) {
	for _, m := range list {
		if m.key == key {
			return m.value, true
		}
	}
	return nil, false
}
