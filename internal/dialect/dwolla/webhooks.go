package dwolla

import (
	"strconv"

	"tenantry/customers/idempotency"
	"tenantry/customers/webhooks"
	"tenantry/internal/dialect"
	"tenantry/tenancy"
)

// shownWebhook is one message to a subscriber, with the attempts to deliver it.
type shownWebhook struct {
	Links        links          `json:"_links"`
	ID           string         `json:"id"`
	Topic        string         `json:"topic"`
	AccountID    string         `json:"accountId"`
	EventID      string         `json:"eventId"`
	Subscription string         `json:"subscriptionId"`
	Attempts     []shownAttempt `json:"attempts"`
}

type shownAttempt struct {
	ID       string `json:"id"`
	Request  object `json:"request"`
	Response object `json:"response,omitempty"`
}

func (f *Handler) showWebhook(x *dialect.Request, d webhooks.DeliveryView) shownWebhook {
	base := f.base(x.Request)
	self, event := base+"/webhooks/"+uuid(d.ID), ""
	if id, err := tenancy.ParseID(d.Event); err == nil {
		event = dialect.PartUUID(id, d.Index)
	}
	shown := shownWebhook{
		Links: links{
			"self": to(self, "webhook"), "retry": to(self+"/retries", "retry"), "event": to(base+"/events/"+event, "event"),
			"subscription": to(base+"/webhook-subscriptions/"+uuid(d.Webhook), "webhook-subscription"),
		},
		ID: uuid(d.ID), Topic: d.Topic, AccountID: dialect.UUID(x.Caller.Subject.Ref().ID), EventID: event,
		Subscription: uuid(d.Webhook), Attempts: []shownAttempt{},
	}
	for i, a := range d.Attempts {
		attempt := shownAttempt{ID: shown.ID + "-" + strconv.Itoa(i+1), Request: object{"timestamp": a.At}}
		if a.ResponseStatus != 0 {
			attempt.Response = object{"timestamp": a.At, "statusCode": a.ResponseStatus}
		}
		shown.Attempts = append(shown.Attempts, attempt)
	}
	return shown
}

func (f *Handler) listWebhooks(x *dialect.Request) (idempotency.Answer, error) {
	subscription, err := f.findSubscription(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	p := readPage(x)
	if err := p.faults.Err(); err != nil {
		return idempotency.Answer{}, in(plainWords, err)
	}
	found, err := f.service.Webhooks.DeliveriesFrom(x, x.Caller, "", subscription.ID, p.offset, p.limit)
	if err != nil {
		return idempotency.Answer{}, in(plainWords, err)
	}
	items := make([]shownWebhook, 0, len(found.Deliveries))
	for _, d := range found.Deliveries {
		items = append(items, f.showWebhook(x, d))
	}
	href := f.base(x.Request) + "/webhook-subscriptions/" + uuid(subscription.ID) + "/webhooks"
	return p.list(href, "webhooks", "webhook", items, p.sliced(len(items), found.More))
}

func (f *Handler) getWebhook(x *dialect.Request) (idempotency.Answer, error) {
	found, err := f.findDelivery(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return show(f.showWebhook(x, found))
}

func (f *Handler) findDelivery(x *dialect.Request) (webhooks.DeliveryView, error) {
	id, err := identify(x)
	if err != nil {
		return webhooks.DeliveryView{}, err
	}
	return f.service.Webhooks.Delivery(x, x.Caller, "", id)
}

// listRetries shows the attempts after the first.
func (f *Handler) listRetries(x *dialect.Request) (idempotency.Answer, error) {
	found, err := f.findDelivery(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	self := f.base(x.Request) + "/webhooks/" + uuid(found.ID)
	items := []object{}
	for i, a := range found.Attempts {
		if i > 0 {
			items = append(items, object{"id": uuid(found.ID) + "-" + strconv.Itoa(i+1), "timestamp": a.At})
		}
	}
	return show(object{
		"_links":    links{"self": to(self+"/retries", "retry"), "webhook": to(self, "webhook")},
		"_embedded": object{"retries": items}, "total": len(items),
	})
}

func (f *Handler) retryWebhook(x *dialect.Request) (idempotency.Answer, error) {
	found, err := f.findDelivery(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	if _, err := f.service.Webhooks.RetryDelivery(x, x.Caller, "", found.ID); err != nil {
		return idempotency.Answer{}, err
	}
	return f.created(x, "/webhooks/"+uuid(found.ID)+"/retries")
}
