package customers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"tenantry/tenancy"
)

// step is an intermediate state of a draft and the event of it.
type step struct {
	event string
	state *Customer
}

// AddStep adds a state that the draft went through before its last one, with an event
// of its own.
func (d *draft) AddStep(event string, state *Customer) {
	d.steps = append(d.steps, step{event: event, state: state})
}

// AddEvent adds an event that follows the draft's own, about the same or another part.
func (d *draft) AddEvent(kind string, part tenancy.ID) {
	d.further = append(d.further, furtherEvent{kind: kind, part: part})
}

// furtherEvent is an event that a change brings beside its own.
type furtherEvent struct {
	kind string
	part tenancy.ID
}

// record appends the events that tell of the draft to its outbox: one for each state
// that it went through, one for the last, and those of parts that follow it.
func (d *draft) record() error {
	for _, hook := range d.s.hooks.beforeRecord {
		hook(d)
	}
	ids := make([]tenancy.ID, len(d.steps)+1+len(d.further))
	for i := range ids {
		ids[i] = d.newID()
	}
	// Events of one moment are told apart by their ids.
	slices.SortFunc(ids, func(x, y tenancy.ID) int { return bytes.Compare(x[:], y[:]) })
	before := d.before
	for i, state := range append(slices.Clone(d.steps), step{event: d.event, state: d.c}) {
		event, err := d.told(before, state)
		if err != nil {
			return err
		}
		event.ID = ids[i]
		d.c.Outbox = append(d.c.Outbox, event)
		before = state.state
	}
	for i, also := range d.further {
		event := d.c.Outbox[len(d.c.Outbox)-1]
		event.ID, event.Type, event.Part = ids[len(d.steps)+1+i], also.kind, also.part
		d.c.Outbox = append(d.c.Outbox, event)
	}
	return d.broken
}

// told gives the event of a state: who did it, the masked resource, and which members
// differ from the one before.
func (d *draft) told(before *Customer, now step) (Event, error) {
	shown, err := d.s.shownInEvents(now.state)
	if err != nil {
		return Event{}, err
	}
	event := Event{
		Type: now.event, At: d.now, Credential: d.caller.Credential.ID, Reason: d.reason, Part: d.part,
		Resource: shown, Holds: holdings(now.state),
	}
	if d.caller.Actor != nil {
		event.Actor, event.Subject = d.caller.Actor.Ref().ID, d.caller.Subject.Ref().ID
	}
	event.Previous, event.Changes, err = d.differences(before, shown)
	return event, err
}

// differences gives the members that differ, before and after; shown is what they are
// now. All members of a new customer are changes.
func (d *draft) differences(before *Customer, shown []byte) (previous, changes []byte, err error) {
	if before == nil && len(d.details) == 0 {
		return nil, shown, nil
	}
	var was, is, past []member
	if before != nil {
		text, err := d.s.shownInEvents(before)
		if err != nil {
			return nil, nil, err
		}
		past, _ = members(text)
	}
	current, _ := members(shown)
	for _, m := range current {
		if old, ok := memberOf(past, m.key); !ok || !bytes.Equal(old, m.value) {
			is = append(is, m)
		}
	}
	for _, m := range past {
		if now, ok := memberOf(current, m.key); !ok || !bytes.Equal(now, m.value) {
			was = append(was, m)
			if !ok {
				is = append(is, member{key: m.key, value: json.RawMessage("null")})
			}
		}
	}
	return object(was), object(append(is, d.details...)), nil
}

// shownInEvents writes the customer as events show it: masked like answers, and
// without dates of birth.
func (s *Service) shownInEvents(c *Customer) ([]byte, error) {
	view := s.present(c, showing{})
	view.PlanStatus.Requirements = nil // needed says the same, without the prose
	text, err := json.Marshal(view)
	if err != nil {
		return nil, fmt.Errorf("writing the event of customer %s: %w", c.Ref(), err)
	}
	return text, nil
}

func memberOf(list []member, key string) (json.RawMessage, bool) {
	for _, m := range list {
		if m.key == key {
			return m.value, true
		}
	}
	return nil, false
}
