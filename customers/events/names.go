package events

import (
	"context"
	"encoding/json"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/keys"
	"tenantry/tenancy"
)

// names finds what the ids in events are called. An event holds ids alone, so that
// nothing personal is left in it when a customer is erased: names are read from the
// records that stand, when the event is read, and only from those within the caller's
// reach.
type names struct {
	registry *registry.Registry
	caller   tenancy.Caller
	// read are the customers that were looked up, nil for those out of reach.
	read map[tenancy.ID]*customers.Customer
}

func (s *Service) namesFor(caller tenancy.Caller) *names {
	subject := registry.Stored(caller.Subject)
	return &names{registry: s.registry, caller: caller, read: map[tenancy.ID]*customers.Customer{subject.ID: subject}}
}

// of returns the names of an event by their ids, nil for none.
func (n *names) of(ctx context.Context, e rows.LoggedEvent) map[string]string {
	found := map[string]string{}
	for _, id := range []tenancy.ID{e.Customer.ID, e.Subject} {
		if c := n.customer(ctx, id); c != nil {
			found[c.ID.String()] = c.Name
		}
	}
	if actor := n.customer(ctx, e.Actor); actor != nil {
		found[actor.ID.String()] = actor.Name
		n.credential(found, actor, e.Credential)
	}
	var about struct{ User, Key struct{ ID string } }
	if json.Unmarshal(e.About, &about) == nil && about.User.ID+about.Key.ID != "" {
		if source := n.customer(ctx, e.Customer.ID); source != nil {
			n.credential(found, source, about.User.ID)
			n.credential(found, source, about.Key.ID)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found
}

// credential adds the name of a user or a restricted key of a customer.
func (n *names) credential(found map[string]string, c *customers.Customer, id string) {
	if entry, isKey := keys.FindID(c.ID, c.Keys, id); isKey && entry.Name != "" {
		found[id] = entry.Name
		return
	}
	for i := range c.Users {
		if c.Users[i].ID.String() == id {
			found[id] = c.Users[i].Username
		}
	}
}

// customer returns a customer within the caller's reach; nil for any other, and for one
// that cannot be read now: a name is no reason to refuse an event.
func (n *names) customer(ctx context.Context, id tenancy.ID) *customers.Customer {
	c, known := n.read[id]
	if known || id.IsZero() {
		return c
	}
	c, err := n.registry.Lookup(ctx, registry.Stored(n.caller.Subject), id)
	if err != nil || !tenancy.Reaches(n.caller.Subject, c) {
		c = nil
	}
	n.read[id] = c
	return c
}
