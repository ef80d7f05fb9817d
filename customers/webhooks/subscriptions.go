package webhooks

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/settings"
	"tenantry/tenancy"
)

// maxChosenSecret bounds the secret that a client chose.
const maxChosenSecret = 256

// SubscriptionInput asks for a webhook whose secret the client chose, for formats that
// sign with the whole text of it.
type SubscriptionInput struct {
	URL    patch.Field[string]      // absolute, https but in a sandbox; required
	Secret patch.Field[secret.Text] // 1 to 256 characters; required
	Format settings.Format          // settings.Dwolla
	// Most is how many webhooks of that format the customer may have; 0 leaves the
	// limit of ten webhooks in all.
	Most int
}

// Subscribe adds a webhook and switches events on. It returns NotFound, Forbidden
// insufficientScope, Invalid about `url` and `secret`, Conflict
// maximumNumberOfResources, and Conflict duplicateResource about `url` with the id of
// the webhook that has that URL.
func (s *Service) Subscribe(ctx context.Context, caller tenancy.Caller, customerID string, in SubscriptionInput) (WebhookView, error) {
	at := registry.At{ID: customerID, Need: tenancy.Need{Scope: tenancy.Receivers}}
	return registry.ChangeTo(ctx, s.registry, caller, at, "webhook.subscribed", func(d *registry.Draft) error {
		url, text := "", ""
		fields.Required(d, in.URL, &url, "url", settings.MaxURLLength)
		if text = in.Secret.Value.Reveal(); !in.Secret.Given() || text == "" {
			fields.Missing(d, "secret")
		} else if utf8.RuneCountInString(text) > maxChosenSecret {
			d.Faults.Add("secret", fault.TooLong, fmt.Sprintf("at most %d characters", maxChosenSecret))
		}
		if !d.Faults.Has("url") {
			d.SettingsRules().ValidateURL(url, "url", &d.Faults)
			url = check.CanonicalURL(url)
		}
		if err := d.Err(); err != nil {
			return err
		}
		return subscribe(d, settings.Receiver{URL: url, Format: in.Format}, in.Secret.Value, in.Most)
	}, func(c *customers.Customer) (WebhookView, error) {
		return s.webhookView(ctx, c, c.Webhooks[len(c.Webhooks)-1].ID)
	})
}

func subscribe(d *registry.Draft, receiver settings.Receiver, text secret.Text, most int) error {
	receivers := d.Customer.Settings.Receivers()
	alike := 0
	for _, other := range receivers {
		if other.Shape() == receiver.Shape() {
			alike++
		}
		if other.URL == receiver.URL {
			refused := fault.New(fault.Conflict, fault.CodeDuplicateResource, "a webhook with this URL exists already").About("url", fault.Duplicate)
			for _, e := range d.Customer.Webhooks {
				if e.URL == receiver.URL {
					refused.Value = e.ID.String()
				}
			}
			return refused
		}
	}
	if len(receivers) >= settings.MaxURLs || most > 0 && alike >= most {
		return fault.New(fault.Conflict, fault.CodeTooManyResources, "the customer has the maximum number of webhooks; remove one first")
	}
	d.Customer.Settings = d.Customer.Settings.With(receiver)
	made := customers.Webhook{ID: d.NewID(), URL: receiver.URL, CreatedBy: d.Caller.Credential.Maker, CreatedByUser: d.Caller.Credential.IsUser(), Created: d.Now, Chosen: true, Shown: new(d.Now)}
	box, err := d.Sealer().Seal(d.Customer.Ref(), made.ID, customers.FieldWebhookSecret, text)
	if err != nil {
		return fmt.Errorf("sealing the secret of a webhook: %w", err)
	}
	made.Secret = &customers.Sealed{Box: box}
	d.Customer.Webhooks = append(d.Customer.Webhooks, made)
	endpointAt(d, made.ID)
	registry.About(d, "webhook", aboutWebhook{ID: made.ID})
	return nil
}

// Subscriptions lists the webhooks of one format with their state. It returns NotFound
// and Forbidden insufficientScope.
func (s *Service) Subscriptions(ctx context.Context, caller tenancy.Caller, customerID string, format settings.Format) ([]WebhookView, error) {
	list, err := s.Webhooks(ctx, caller, customerID)
	return slices.DeleteFunc(list, func(w WebhookView) bool { return w.Format != format }), err
}

// PauseWebhook stops deliveries to a webhook, or resumes them from the next event on.
// Events in between are not kept for it. It returns NotFound and Forbidden
// insufficientScope.
func (s *Service) PauseWebhook(ctx context.Context, caller tenancy.Caller, customerID, id string, paused bool) (WebhookView, error) {
	if !paused {
		return s.EnableWebhook(ctx, caller, customerID, id)
	}
	c, endpoint, err := s.webhook(ctx, caller, customerID, id, tenancy.WebhooksWrite)
	if err != nil {
		return WebhookView{}, err
	}
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.WebhooksWrite}}
	return registry.ChangeTo(ctx, s.registry, caller, at, "webhook.paused", func(d *registry.Draft) error {
		place := endpointAt(d, endpoint.ID)
		if place < 0 {
			return fault.NotFoundError()
		}
		registry.About(d, "webhook", aboutWebhook{ID: endpoint.ID})
		if e := &d.Customer.Webhooks[place]; e.Disabled == nil {
			e.Disabled, e.Reason = new(d.Now), "it was paused"
		}
		return nil
	}, func(c *customers.Customer) (WebhookView, error) { return s.webhookView(ctx, c, endpoint.ID) })
}

// RemoveWebhook takes a webhook out of the settings, with its secret, and returns its
// last state. It returns NotFound and Forbidden insufficientScope.
func (s *Service) RemoveWebhook(ctx context.Context, caller tenancy.Caller, customerID, id string) (WebhookView, error) {
	c, endpoint, err := s.webhook(ctx, caller, customerID, id, tenancy.WebhooksWrite)
	if fault.IsNotFound(err) && c != nil && registry.Resumes(caller, c) {
		return WebhookView{ID: id, Object: "webhook"}, nil
	}
	if err != nil {
		return WebhookView{}, err
	}
	last, err := s.webhookView(ctx, c, endpoint.ID)
	if err != nil {
		return WebhookView{}, err
	}
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.WebhooksWrite}}
	return registry.ChangeTo(ctx, s.registry, caller, at, "webhook.removed", func(d *registry.Draft) error {
		if endpointAt(d, endpoint.ID) < 0 {
			return fault.NotFoundError()
		}
		registry.About(d, "webhook", aboutWebhook{ID: endpoint.ID})
		d.Customer.Settings = d.Customer.Settings.Without(endpoint.URL)
		return nil // the endpoint goes with its URL
	}, func(*customers.Customer) (WebhookView, error) { return last, nil })
}
