package webhooks

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// DeliverySlice is a page of the delivery log, newest first, read by offset. It has no
// total, which would take reading all deliveries.
type DeliverySlice struct {
	Deliveries []DeliveryView
	More       bool // further ones follow
}

// DeliveriesFrom reads the deliveries to a webhook by offset: limit is 1 to 200, offset
// at most 5000. It returns NotFound, Forbidden insufficientScope and Invalid.
func (s *Service) DeliveriesFrom(ctx context.Context, caller tenancy.Caller, customerID, webhookID string, offset, limit int) (DeliverySlice, error) {
	c, endpoint, err := s.webhook(ctx, caller, customerID, webhookID, tenancy.Read)
	if err == nil {
		err = sliced(offset, limit)
	}
	if err != nil {
		return DeliverySlice{}, err
	}
	query := rows.DeliveryQuery{Tenant: c.Tenant, Endpoint: rows.WebhookRef{Customer: c.Ref(), ID: endpoint.ID}, Limit: rows.MaxLimit}
	slice := DeliverySlice{}
	for {
		found, err := s.store.Deliveries(ctx, query)
		if err != nil {
			return DeliverySlice{}, rows.StoreFault(err, "reading deliveries")
		}
		for _, d := range found {
			switch {
			case offset > 0:
				offset--
			case len(slice.Deliveries) == limit:
				slice.More = true
				return slice, nil
			default:
				slice.Deliveries = append(slice.Deliveries, deliveryView(d))
			}
		}
		if len(found) < query.Limit {
			return slice, nil
		}
		query.Before = found[len(found)-1].ID
	}
}

// Delivery reads one delivery to a webhook of the customer. It returns NotFound, also
// when its webhook is gone, and Forbidden insufficientScope.
func (s *Service) Delivery(ctx context.Context, caller tenancy.Caller, customerID, id string) (DeliveryView, error) {
	_, d, err := s.delivery(ctx, caller, customerID, id, tenancy.Read)
	if err != nil {
		return DeliveryView{}, err
	}
	return deliveryView(d), nil
}

// RetryDelivery sends one delivery again, at once, in whatever state it is. It returns
// NotFound, Forbidden insufficientScope, and Conflict when its webhook is disabled or
// the retention took the content of the event away.
func (s *Service) RetryDelivery(ctx context.Context, caller tenancy.Caller, customerID, id string) (DeliveryView, error) {
	c, d, err := s.delivery(ctx, caller, customerID, id, tenancy.WebhooksWrite)
	if err != nil {
		return DeliveryView{}, err
	}
	if err := s.registry.MayAct(ctx, c); err != nil {
		return DeliveryView{}, err
	}
	if endpoint, _, ok := endpoint(c, d.Endpoint.ID); !ok || endpoint.Disabled != nil || !c.Settings.Delivers() {
		return DeliveryView{}, fault.New(fault.Conflict, fault.CodeConflict, "nothing is sent to this webhook; enable it, and settings.events.enabled, first")
	}
	if event, err := s.message(ctx, d); err == nil && event.Resource == nil {
		return DeliveryView{}, fault.New(fault.Conflict, fault.CodeConflict, "the content of this event is no longer kept, so it cannot be sent")
	}
	again, err := s.resend(ctx, d)
	if err != nil {
		return DeliveryView{}, err
	}
	s.wake()
	return deliveryView(again), nil
}

// delivery finds a delivery by its id among those to the webhooks of a customer.
func (s *Service) delivery(ctx context.Context, caller tenancy.Caller, customerID, id string, scope tenancy.Scope) (*customers.Customer, rows.Delivery, error) {
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: scope})
	if err != nil {
		return nil, rows.Delivery{}, err
	}
	wanted, err := tenancy.ParseID(id)
	if err != nil {
		return nil, rows.Delivery{}, fault.NotFoundError()
	}
	for _, endpoint := range c.Webhooks {
		found, err := s.store.Deliveries(ctx, rows.DeliveryQuery{
			Tenant: c.Tenant, Endpoint: rows.WebhookRef{Customer: c.Ref(), ID: endpoint.ID}, Before: after(wanted), Limit: 1,
		})
		if err != nil {
			return nil, rows.Delivery{}, rows.StoreFault(err, "reading a delivery")
		}
		if len(found) == 1 && found[0].ID == wanted {
			return c, found[0], nil
		}
	}
	return nil, rows.Delivery{}, fault.NotFoundError()
}

// after returns the id that follows another; behind the last one it is the zero id,
// which asks for the newest of all.
func after(id tenancy.ID) tenancy.ID {
	for i := len(id) - 1; i >= 0; i-- {
		id[i]++
		if id[i] != 0 {
			break
		}
	}
	return id
}
