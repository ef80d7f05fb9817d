package dwolla

import (
	"context"

	"tenantry/customers/idempotency"
	"tenantry/customers/view"
	"tenantry/customers/webhooks"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/settings"
)

// How many subscriptions an account may have.
const (
	mostInSandbox = 10
	mostLive      = 5
)

type subscriptionBody struct {
	URL    patch.Field[string]      `json:"url"`
	Secret patch.Field[secret.Text] `json:"secret"`
	Paused patch.Field[bool]        `json:"paused"` // change only
}

type shownSubscription struct {
	Links   links      `json:"_links"`
	ID      string     `json:"id"`
	URL     string     `json:"url"`
	Paused  bool       `json:"paused"`
	Created view.Stamp `json:"created"`
}

func (f *Handler) showSubscription(x *dialect.Request, w webhooks.WebhookView) shownSubscription {
	self := f.base(x.Request) + "/webhook-subscriptions/" + uuid(w.ID)
	return shownSubscription{
		Links: links{"self": to(self, "webhook-subscription"), "webhooks": to(self+"/webhooks", "webhook")},
		ID:    uuid(w.ID), URL: w.URL, Paused: w.Disabled != nil, Created: w.Created,
	}
}

func (f *Handler) subscribe(x *dialect.Request) (idempotency.Answer, error) {
	var body subscriptionBody
	if err := bindAll(x.Content, &body, plainWords); err != nil {
		return idempotency.Answer{}, err
	}
	most := mostLive
	if f.options.Sandbox {
		most = mostInSandbox
	}
	answer, err := dialect.Answered(x, func(ctx context.Context) (webhooks.WebhookView, error) {
		return f.service.Webhooks.Subscribe(ctx, x.Caller, "", webhooks.SubscriptionInput{
			URL: body.URL, Secret: body.Secret, Format: settings.Dwolla, Most: most,
		})
	}, func(made webhooks.WebhookView) (idempotency.Answer, error) {
		return f.created(x, "/webhook-subscriptions/"+uuid(made.ID))
	})
	return answer, in(plainWords, err)
}

func (f *Handler) listSubscriptions(x *dialect.Request) (idempotency.Answer, error) {
	list, err := f.service.Webhooks.Subscriptions(x, x.Caller, "", settings.Dwolla)
	if err != nil {
		return idempotency.Answer{}, err
	}
	items := make([]shownSubscription, 0, len(list))
	for _, w := range list {
		items = append(items, f.showSubscription(x, w))
	}
	return show(object{
		"_links":    links{"self": to(f.base(x.Request)+"/webhook-subscriptions", "webhook-subscription")},
		"_embedded": object{"webhook-subscriptions": items}, "total": len(items),
	})
}

// findSubscription reads the subscription of the path: a receiver of another format
// is not one.
func (f *Handler) findSubscription(x *dialect.Request) (webhooks.WebhookView, error) {
	id, err := identify(x)
	if err != nil {
		return webhooks.WebhookView{}, err
	}
	found, err := f.service.Webhooks.Webhook(x, x.Caller, "", id)
	if err == nil && found.Format != settings.Dwolla {
		err = fault.NotFoundError()
	}
	return found, err
}

func (f *Handler) getSubscription(x *dialect.Request) (idempotency.Answer, error) {
	found, err := f.findSubscription(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return show(f.showSubscription(x, found))
}

func (f *Handler) pauseSubscription(x *dialect.Request) (idempotency.Answer, error) {
	found, err := f.findSubscription(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	var body subscriptionBody
	if err := bindAll(x.Content, &body, plainWords); err != nil {
		return idempotency.Answer{}, err
	}
	return dialect.Answered(x, func(ctx context.Context) (webhooks.WebhookView, error) {
		if !body.Paused.Given() {
			return found, nil
		}
		return f.service.Webhooks.PauseWebhook(ctx, x.Caller, "", found.ID, body.Paused.Value)
	}, func(paused webhooks.WebhookView) (idempotency.Answer, error) {
		return show(f.showSubscription(x, paused))
	})
}

func (f *Handler) removeSubscription(x *dialect.Request) (idempotency.Answer, error) {
	found, err := f.findSubscription(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return dialect.Answered(x, func(ctx context.Context) (webhooks.WebhookView, error) {
		return f.service.Webhooks.RemoveWebhook(ctx, x.Caller, "", found.ID)
	}, func(last webhooks.WebhookView) (idempotency.Answer, error) { return show(f.showSubscription(x, last)) })
}
