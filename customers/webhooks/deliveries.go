package webhooks

import (
	"context"

	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/cursor"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// DeliveryView shows a delivery with its attempts.
type DeliveryView struct {
	ID       string `json:"id"`
	Object   string `json:"object"` // delivery
	Event    string `json:"event"`
	Webhook  string `json:"webhook"`
	Customer string `json:"customer"` // whose webhook it is
	SourceID string `json:"sourceId"`
	Topic    string `json:"topic"`
	// Index is which of the topics of its event this is, from 0.
	Index  int                `json:"-"`
	Status rows.DeliveryState `json:"status"`
	// NextAttempt is when a pending delivery is tried next.
	NextAttempt *view.Stamp   `json:"nextAttempt,omitempty"`
	Attempts    []AttemptView `json:"attempts"`
	Reason      string        `json:"reason,omitempty"`
	Created     view.Stamp    `json:"created"`
}

// AttemptView shows one attempt.
type AttemptView struct {
	At             view.Stamp `json:"at"`
	ResponseStatus int32      `json:"responseStatus,omitempty"`
	Milliseconds   int64      `json:"milliseconds"`
	Error          string     `json:"error,omitempty"`
}

// DeliveryPage is a page of the delivery log, newest first.
type DeliveryPage struct {
	Deliveries []DeliveryView
	Limit      int
	NextCursor string
}

func deliveryView(d rows.Delivery) DeliveryView {
	shown := DeliveryView{
		ID: d.ID.String(), Object: "delivery", Event: d.Event.String(), Webhook: d.Endpoint.ID.String(),
		Customer: d.Endpoint.Customer.ID.String(), SourceID: d.Source.ID.String(), Topic: d.Topic, Index: Index(d), Status: d.State,
		Attempts: make([]AttemptView, 0, len(d.Attempts)), Reason: d.Reason, Created: view.Stamp(d.Created),
	}
	if d.State == rows.DeliveryPending {
		shown.NextAttempt = view.StampOf(&d.Due)
	}
	for _, a := range d.Attempts {
		shown.Attempts = append(shown.Attempts, AttemptView{At: view.Stamp(a.At), ResponseStatus: a.Status, Milliseconds: a.Milliseconds, Error: a.Error})
	}
	return shown
}

// WebhookDeliveries reads a page of the deliveries to a webhook. It returns NotFound,
// Forbidden insufficientScope and Invalid.
func (s *Service) WebhookDeliveries(ctx context.Context, caller tenancy.Caller, customerID, id, after string, limit int) (DeliveryPage, error) {
	c, endpoint, err := s.webhook(ctx, caller, customerID, id, tenancy.Read)
	if err != nil {
		return DeliveryPage{}, err
	}
	var faults fault.List
	bounds := rows.Bounds{Limit: limit}
	bounds.Check(&faults)
	query := rows.DeliveryQuery{Tenant: c.Tenant, Endpoint: rows.WebhookRef{Customer: c.Ref(), ID: endpoint.ID}, Limit: bounds.Limit}
	label := "deliveries:" + String(query.Endpoint)
	if after != "" {
		query.Before, err = cursor.OpenID(s.sealer, label, after)
		faults.Include(err)
	}
	if err := faults.Err(); err != nil {
		return DeliveryPage{}, err
	}
	found, err := s.store.Deliveries(ctx, query)
	if err != nil {
		return DeliveryPage{}, rows.StoreFault(err, "reading deliveries")
	}
	page := DeliveryPage{Limit: query.Limit, Deliveries: make([]DeliveryView, 0, len(found))}
	for _, d := range found {
		page.Deliveries = append(page.Deliveries, deliveryView(d))
	}
	if len(found) == query.Limit {
		page.NextCursor, err = cursor.SealID(s.sealer, label, found[len(found)-1].ID)
	}
	return page, err
}

// EventDeliveries lists the deliveries of an event to webhooks of customers within the
// caller's reach. It returns NotFound and Forbidden insufficientScope.
func (s *Service) EventDeliveries(ctx context.Context, caller tenancy.Caller, id string) ([]DeliveryView, error) {
	found, err := s.deliveriesAbout(ctx, caller, id, tenancy.Read)
	if err != nil {
		return nil, err
	}
	list := make([]DeliveryView, 0, len(found))
	for _, d := range found {
		list = append(list, deliveryView(d))
	}
	return list, nil
}

// deliveriesAbout returns the deliveries of an event that the caller may see: to
// webhooks of the subject and of those below it, never of those above.
func (s *Service) deliveriesAbout(ctx context.Context, caller tenancy.Caller, id string, scope tenancy.Scope) ([]rows.Delivery, error) {
	event, err := s.events.Lookup(ctx, caller, id, scope)
	if err != nil {
		return nil, err
	}
	subject := registry.Stored(caller.Subject)
	tenants := []tenancy.ID{event.Customer.Tenant}
	if tenancy.IsOperator(subject) && subject.Tenant != event.Customer.Tenant {
		tenants = append(tenants, subject.Tenant)
	}
	var list []rows.Delivery
	for _, tenant := range tenants {
		found, err := s.store.Deliveries(ctx, rows.DeliveryQuery{Tenant: tenant, Event: event.ID, Limit: rows.MaxLimit})
		if err != nil {
			return nil, rows.StoreFault(err, "reading the deliveries of an event")
		}
		for _, d := range found {
			if _, err := s.registry.Read(ctx, caller, d.Endpoint.Customer.ID.String(), tenancy.Need{Scope: scope}); err == nil {
				list = append(list, d)
			} else if !fault.IsNotFound(err) {
				return nil, err
			}
		}
	}
	return list, nil
}

// RedeliverEvent sends an event again, at once, to every enabled webhook of the subject
// that wants it, also to one that was added or enabled since. It returns NotFound,
// Forbidden insufficientScope, and Conflict when no webhook wants it or the retention
// took its content away.
func (s *Service) RedeliverEvent(ctx context.Context, caller tenancy.Caller, id string) ([]DeliveryView, error) {
	event, err := s.events.Lookup(ctx, caller, id, tenancy.WebhooksWrite)
	if err != nil {
		return nil, err
	}
	if event.Resource == nil {
		return nil, fault.New(fault.Conflict, fault.CodeConflict, "the content of this event is no longer kept, so it cannot be sent")
	}
	subject, err := s.store.Get(ctx, caller.Subject.Ref())
	if err != nil {
		return nil, rows.StoreFault(err, "reading the receivers of an event")
	}
	if err := s.registry.MayAct(ctx, subject); err != nil {
		return nil, err
	}
	var fresh []rows.Delivery
	if subject.Settings.Delivers() {
		fresh = s.deliveriesTo(subject, event.Customer, event.Event)
	}
	if len(fresh) == 0 {
		return nil, fault.New(fault.Conflict, fault.CodeConflict,
			"no webhook of the customer that you act for wants this event; look at settings.events and GET …/webhooks")
	}
	for i := range fresh {
		fresh[i].Asked = caller.Attempt.ID
	}
	if err := s.store.AddDeliveries(ctx, fresh); err != nil {
		return nil, rows.StoreFault(err, "adding deliveries")
	}
	list := make([]DeliveryView, 0, len(fresh))
	for _, d := range fresh {
		again, err := s.resend(ctx, d)
		if err != nil {
			return nil, err
		}
		list = append(list, deliveryView(again))
	}
	s.wake()
	return list, nil
}

// resend makes a delivery due now, in whatever state it is, unless it was asked for by the
// same attempt before.
func (s *Service) resend(ctx context.Context, wanted rows.Delivery) (rows.Delivery, error) {
	for range registry.MaxRaces {
		found, err := s.store.Deliveries(ctx, rows.DeliveryQuery{
			Tenant: wanted.Endpoint.Customer.Tenant, Endpoint: wanted.Endpoint, Event: wanted.Event, Limit: rows.MaxLimit,
		})
		if err != nil {
			return rows.Delivery{}, rows.StoreFault(err, "reading a delivery")
		}
		for _, d := range found {
			if d.ID != wanted.ID {
				continue
			}
			if !wanted.Asked.IsZero() && d.Asked == wanted.Asked {
				return d, nil
			}
			next := d
			next.Version++
			next.Asked = wanted.Asked
			next.State, next.Due, next.Round, next.Reason = rows.DeliveryPending, s.registry.Now(), 0, ""
			err := s.store.UpdateDelivery(ctx, next, d.Version)
			if err == nil {
				return next, nil
			}
			if !isRaced(err) {
				return rows.Delivery{}, rows.StoreFault(err, "sending a delivery again")
			}
		}
	}
	return rows.Delivery{}, fault.New(fault.Unavailable, fault.CodeUnavailable, "the delivery is under way; try again")
}
