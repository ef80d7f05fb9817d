package webhooks

import (
	"context"
	"errors"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/settings"
	"tenantry/tenancy"
)

// Topics names the messages that a format sends about an event, in their order, or none
// when it has no word for it.
type Topics func(format settings.Format, event customers.Event) []string

// NativeTopics sends every event under its own type.
func NativeTopics(_ settings.Format, event customers.Event) []string { return []string{event.Type} }

// deliveriesOf returns the deliveries of batches: to the webhooks of their customers and of
// those above them that include their children, so far as they and all above them are
// active.
func (r *Relay) deliveriesOf(ctx context.Context, batches []rows.Batch) ([]rows.Delivery, error) {
	tree, err := r.tree(ctx, batches)
	if err != nil {
		return nil, err
	}
	var list []rows.Delivery
	for _, batch := range batches {
		for _, c := range listeners(tree, batch) {
			if !c.Settings.Delivers() || c.ID != batch.Customer.ID && !c.Settings.IncludesChildren() {
				continue
			}
			for i, event := range batch.Events {
				for _, d := range r.deliveriesTo(c, batch.Customer, event) {
					// Events of one moment are sent in the order in which they happened.
					d.Due = d.Due.Add(time.Duration(i-len(batch.Events)+1) * time.Millisecond)
					list = append(list, d)
				}
			}
		}
	}
	return list, nil
}

// tree reads the customers of batches and all above them.
func (r *Relay) tree(ctx context.Context, batches []rows.Batch) (map[tenancy.Ref]*customers.Customer, error) {
	tree := make(map[tenancy.Ref]*customers.Customer)
	var refs []tenancy.Ref
	for _, batch := range batches {
		for _, ref := range lineOf(batch) {
			if _, named := tree[ref]; !named {
				tree[ref] = nil
				refs = append(refs, ref)
			}
		}
	}
	found, err := r.store.GetAll(ctx, refs)
	for _, c := range found {
		tree[c.Ref()] = c
	}
	return tree, err
}

// listeners returns those in the line of a batch that may be told of it, nearest first:
// from the root down as far as all are active.
func listeners(tree map[tenancy.Ref]*customers.Customer, batch rows.Batch) []*customers.Customer {
	var list []*customers.Customer
	for _, ref := range lineOf(batch) {
		switch c := tree[ref]; {
		case c == nil:
		case c.Status == customers.StatusActive:
			list = append(list, c)
		default:
			list = nil // nothing goes to it, nor to anybody below it
		}
	}
	return list
}

// lineOf names the customer of a batch and those above it, nearest first.
func lineOf(batch rows.Batch) []tenancy.Ref {
	line := []tenancy.Ref{batch.Customer}
	for i := len(batch.Path) - 1; i >= 0; i-- {
		ref := tenancy.Ref{Tenant: batch.Customer.Tenant, ID: batch.Path[i]}
		if i == 0 { // the operator is a tenant of its own
			ref.Tenant = ref.ID
		}
		line = append(line, ref)
	}
	return line
}

// deliveriesTo returns the deliveries of one event to the webhooks of c; none of an event
// of no change.
func (s *core) deliveriesTo(c *customers.Customer, source tenancy.Ref, event customers.Event) (list []rows.Delivery) {
	if event.Unsent {
		return nil
	}
	for _, found := range c.Webhooks {
		_, receiver, ok := endpoint(c, found.ID)
		if !ok || found.Disabled != nil || !receiver.Wants(event.Type) {
			continue
		}
		for i, topic := range s.topicsFor(receiver.Shape(), c.ID, source.ID, event) {
			d := s.newDelivery(rows.WebhookRef{Customer: c.Ref(), ID: found.ID}, source, event, topic)
			d.ID[rows.IDOrder] = byte(i) // messages about one event are in order
			list = append(list, d)
		}
	}
	return list
}

// topicsFor returns the topics that an event has in a format for a listener.
func (s *core) topicsFor(format settings.Format, listener, source tenancy.ID, event customers.Event) []string {
	if s.formats[format].OmitsItself && listener == source {
		return nil
	}
	return s.topics(format, event)
}

func (s *core) newDelivery(to rows.WebhookRef, source tenancy.Ref, event customers.Event, topic string) rows.Delivery {
	now := s.registry.Now()
	return rows.Delivery{
		ID: deliveryID(event, to.ID, topic), Endpoint: to, Event: event.ID, Source: source, Topic: topic,
		State: rows.DeliveryPending, Due: now, Created: now, Version: 1,
	}
}

// Target is where deliveries to a webhook go now, and how.
type Target struct {
	URL    string
	Format settings.Format
	// Secrets sign, the newest first; the second is there while a rotation lasts.
	Secrets []secret.Text
	// Above are the customers above the owner of the webhook, root first; messages name
	// none of them.
	Above []tenancy.ID
	// Refused is why nothing goes there any more; empty while deliveries do.
	Refused string
}

// Target reads where deliveries to a webhook go. It is for the sender.
func (r *Relay) Target(ctx context.Context, ref rows.WebhookRef) (Target, error) {
	c, err := r.store.Get(ctx, ref.Customer)
	if errors.Is(err, rows.ErrNotFound) {
		return Target{Refused: "the customer of this endpoint was deleted"}, nil
	}
	if err != nil {
		return Target{}, rows.StoreFault(err, "reading the customer of an endpoint")
	}
	if err := r.registry.MayAct(ctx, c); fault.KindOf(err) == fault.Forbidden {
		return Target{Refused: "the customer of this endpoint, or one above it, is not active"}, nil
	} else if err != nil {
		return Target{}, err
	}
	endpoint, receiver, ok := endpoint(c, ref.ID)
	switch {
	case !ok:
		return Target{Refused: "the URL was taken out of the settings"}, nil
	case !c.Settings.Delivers():
		return Target{Refused: "settings.events.enabled is off"}, nil
	case endpoint.Disabled != nil:
		return Target{Refused: "the endpoint is disabled"}, nil
	}
	target := Target{URL: receiver.URL, Format: receiver.Shape(), Above: c.Path}
	for _, sealed := range []*customers.Sealed{endpoint.Secret, endpoint.Previous} {
		if sealed == nil || sealed == endpoint.Previous && !endpoint.PreviousEnds.After(r.clock()) {
			continue
		}
		text, err := r.view.Open(c, endpoint.ID, customers.FieldWebhookSecret, sealed)
		if err != nil {
			return Target{}, err
		}
		target.Secrets = append(target.Secrets, text)
	}
	return target, nil
}

// Message reads the event of a delivery. It is for the sender, and returns
// ErrNotFound while the event is still on its way to the log.
func (r *Relay) Message(ctx context.Context, d rows.Delivery) (rows.LoggedEvent, error) {
	return r.message(ctx, d)
}

func (s *core) message(ctx context.Context, d rows.Delivery) (rows.LoggedEvent, error) {
	found, err := s.store.Events(ctx, rows.EventQuery{Customer: d.Source, ID: d.Event, Limit: 1})
	if err != nil {
		return rows.LoggedEvent{}, rows.StoreFault(err, "reading the event of a delivery")
	}
	if len(found) == 0 {
		return rows.LoggedEvent{}, rows.ErrNotFound
	}
	return found[0], nil
}

// Account returns the customer above the one that a delivery is about; the owner of the
// webhook when that one is gone, or is the owner itself, who learns of nobody above. It is
// for the sender.
func (r *Relay) Account(ctx context.Context, d rows.Delivery) (tenancy.ID, error) {
	if d.Source == d.Endpoint.Customer {
		return d.Source.ID, nil
	}
	c, err := r.store.Get(ctx, d.Source)
	if errors.Is(err, rows.ErrNotFound) || err == nil && c.Parent.IsZero() {
		return d.Endpoint.Customer.ID, nil
	}
	if err != nil {
		return tenancy.ID{}, rows.StoreFault(err, "reading the customer of an event")
	}
	return c.Parent, nil
}

// DisableEndpoint ends deliveries to a webhook and records that as an event.
func (r *Relay) DisableEndpoint(ctx context.Context, ref rows.WebhookRef, reason string) error {
	c, err := r.store.Get(ctx, ref.Customer)
	if errors.Is(err, rows.ErrNotFound) {
		return nil
	}
	if err != nil {
		return rows.StoreFault(err, "reading the customer of an endpoint")
	}
	caller, err := r.registry.System(ctx, "webhooks")
	if err != nil {
		return err
	}
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.WebhooksWrite}}
	_, err = r.registry.Change(ctx, caller, at, "webhook.disabled", func(d *registry.Draft) error {
		at := endpointAt(d, ref.ID)
		if at < 0 || d.Customer.Webhooks[at].Disabled != nil {
			return nil
		}
		endpoint := &d.Customer.Webhooks[at]
		endpoint.Disabled, endpoint.Reason = new(d.Now), reason
		d.Reason = reason
		registry.About(d, "webhook", aboutWebhook{ID: ref.ID})
		return nil
	})
	return err
}
