package customers

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// record appends the event that tells of the draft to its outbox: who did it,
// the masked resource, and which members differ.
func (d *draft) record() error {
	previous, err := d.s.eventMembers(d.before)
	if err != nil {
		return err
	}
	current, err := d.s.eventMembers(d.c)
	if err != nil {
		return err
	}
	event := Event{
		ID: d.newID(), Type: d.event, At: d.now, Credential: d.caller.Credential.ID, Reason: d.reason, Part: d.part,
		Resource: object(current),
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
	event.Previous, event.Changes = object(was), object(is)
	d.c.Outbox = append(d.c.Outbox, event)
	for _, also := range d.further {
		event.ID, event.Type, event.Part = d.newID(), also.kind, also.part
		d.c.Outbox = append(d.c.Outbox, event)
	}
	return d.broken
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
