package webhooks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/jsonobj"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/settings"
	"tenantry/tenancy"
)

// How long the secret before stays valid beside a new one.
const (
	defaultSecretGrace = 24 * time.Hour
	maxSecretGrace     = 7 * 24 * time.Hour
)

// WebhookView shows a webhook, never its secret.
type WebhookView struct {
	ID     string          `json:"id"`
	Object string          `json:"object"` // webhook
	URL    string          `json:"url"`
	Types  []string        `json:"types"` // empty for all
	Format settings.Format `json:"format"`
	Status string          `json:"status"` // active, failing, disabled, off
	// FailingSince is when the failures began that no success interrupted.
	FailingSince *view.Stamp `json:"failingSince,omitempty"`
	Disabled     *view.Stamp `json:"disabled,omitempty"`
	Reason       string      `json:"reason,omitempty"`
	// SecretShown is when the secret was shown; absent until then.
	SecretShown *view.Stamp `json:"secretShown,omitempty"`
	// PreviousSecretEnds is when the secret before stops signing.
	PreviousSecretEnds *view.Stamp `json:"previousSecretEnds,omitempty"`
	Created            view.Stamp  `json:"created"`
}

// WebhookSecretInput asks for a new secret.
type WebhookSecretInput struct {
	// GraceSeconds is how long the one before stays valid: 0 to 604800, default 86400.
	GraceSeconds patch.Field[int] `json:"graceSeconds"`
}

// WebhookSecret is a new secret, shown once.
type WebhookSecret struct {
	Webhook WebhookView
	Secret  secret.Text
}

// Webhooks lists the webhooks of a customer with their state. It returns NotFound and
// Forbidden insufficientScope.
func (s *Service) Webhooks(ctx context.Context, caller tenancy.Caller, customerID string) ([]WebhookView, error) {
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, err
	}
	list := make([]WebhookView, 0, len(c.Webhooks))
	for _, endpoint := range c.Webhooks {
		view, err := s.webhookView(ctx, c, endpoint.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, view)
	}
	return list, nil
}

// Webhook reads one webhook. It returns NotFound and Forbidden insufficientScope.
func (s *Service) Webhook(ctx context.Context, caller tenancy.Caller, customerID, id string) (WebhookView, error) {
	c, endpoint, err := s.webhook(ctx, caller, customerID, id, tenancy.Read)
	if err != nil {
		return WebhookView{}, err
	}
	return s.webhookView(ctx, c, endpoint.ID)
}

// webhook finds a webhook of a customer that the caller names.
func (s *Service) webhook(ctx context.Context, caller tenancy.Caller, customerID, id string, scope tenancy.Scope) (*customers.Customer, customers.Webhook, error) {
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: scope})
	if err != nil {
		return nil, customers.Webhook{}, err
	}
	wanted, err := tenancy.ParseID(id)
	if err != nil {
		return nil, customers.Webhook{}, fault.NotFoundError()
	}
	endpoint, _, ok := endpoint(c, wanted)
	if !ok {
		return c, customers.Webhook{}, fault.NotFoundError()
	}
	return c, endpoint, nil
}

func (s *Service) webhookView(ctx context.Context, c *customers.Customer, id tenancy.ID) (WebhookView, error) {
	endpoint, receiver, _ := endpoint(c, id)
	shown := WebhookView{
		ID: endpoint.ID.String(), Object: "webhook", URL: endpoint.URL, Types: append([]string{}, receiver.Types...),
		Format: receiver.Shape(), Status: view.Active, Disabled: view.StampOf(endpoint.Disabled), Reason: endpoint.Reason,
		SecretShown: view.StampOf(endpoint.Shown), Created: view.Stamp(endpoint.Created),
	}
	if endpoint.Previous != nil && endpoint.PreviousEnds.After(s.clock()) {
		shown.PreviousSecretEnds = view.StampOf(endpoint.PreviousEnds)
	}
	since, err := s.failingSince(ctx, rows.WebhookRef{Customer: c.Ref(), ID: id})
	shown.FailingSince = view.StampOf(since)
	switch {
	case endpoint.Disabled != nil:
		shown.Status = "disabled"
	case !c.Settings.Delivers():
		shown.Status = "off"
	case since != nil:
		shown.Status = "failing"
	}
	return shown, err
}

// aboutWebhook is what events tell of a webhook: everything but its URL, which may hold a
// secret.
type aboutWebhook struct {
	ID tenancy.ID `json:"id"`
	// GraceSeconds is how long the secret before signs too.
	GraceSeconds *int `json:"graceSeconds,omitempty"`
}

// RenewWebhookSecret makes a new secret and shows it, this once. The one before signs
// too until the grace period ends, unless it was never shown. It returns NotFound,
// Forbidden insufficientScope and Invalid.
func (s *Service) RenewWebhookSecret(ctx context.Context, caller tenancy.Caller, customerID, id string, in WebhookSecretInput) (WebhookSecret, error) {
	c, endpoint, err := s.webhook(ctx, caller, customerID, id, tenancy.Receivers)
	if err != nil {
		return WebhookSecret{}, err
	}
	seconds := in.GraceSeconds.Or(int(defaultSecretGrace / time.Second))
	if seconds < 0 || seconds > int(maxSecretGrace/time.Second) {
		var faults fault.List
		faults.AddValue("graceSeconds", fault.BadValue, strconv.Itoa(seconds), fmt.Sprintf("must be 0 to %d (7 days)", int(maxSecretGrace/time.Second)))
		return WebhookSecret{}, faults.Err()
	}
	var made WebhookSecret
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.Receivers}, Replays: true}
	return registry.ChangeTo(ctx, s.registry, caller, at, "webhook.secret_renewed", func(d *registry.Draft) error {
		at := endpointAt(d, endpoint.ID)
		if at < 0 {
			return fault.NotFoundError()
		}
		e := &d.Customer.Webhooks[at]
		previous := e.Secret
		e.Secret, made.Secret = newSecret(d, e.ID)
		if registry.Resumes(caller, d.Before) {
			return nil // of an earlier try, which nobody was shown: the one before that signs on
		}
		e.Previous, e.PreviousEnds, e.Chosen = nil, nil, false
		if e.Shown != nil && seconds > 0 {
			e.Previous, e.PreviousEnds = previous, new(d.Now.Add(time.Duration(seconds)*time.Second))
		}
		e.Shown = new(d.Now)
		registry.About(d, "webhook", aboutWebhook{ID: e.ID, GraceSeconds: &seconds})
		return nil
	}, func(c *customers.Customer) (_ WebhookSecret, err error) {
		made.Webhook, err = s.webhookView(ctx, c, endpoint.ID)
		return made, err
	})
}

// EnableWebhook serves a disabled webhook again, from the next event on. It returns
// NotFound and Forbidden insufficientScope.
func (s *Service) EnableWebhook(ctx context.Context, caller tenancy.Caller, customerID, id string) (WebhookView, error) {
	c, endpoint, err := s.webhook(ctx, caller, customerID, id, tenancy.Receivers)
	if err != nil {
		return WebhookView{}, err
	}
	// Old failures must not disable it again at its first new one.
	if err := s.forgetFailures(ctx, rows.WebhookRef{Customer: c.Ref(), ID: endpoint.ID}); err != nil {
		return WebhookView{}, err
	}
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.Receivers}}
	return registry.ChangeTo(ctx, s.registry, caller, at, "webhook.enabled", func(d *registry.Draft) error {
		at := endpointAt(d, endpoint.ID)
		if at < 0 {
			return fault.NotFoundError()
		}
		d.Customer.Webhooks[at].Disabled, d.Customer.Webhooks[at].Reason = nil, ""
		registry.About(d, "webhook", aboutWebhook{ID: endpoint.ID})
		return nil
	}, func(c *customers.Customer) (WebhookView, error) { return s.webhookView(ctx, c, endpoint.ID) })
}

// TestWebhook sends a test event to one webhook alone. It returns NotFound, Forbidden
// insufficientScope or of an account that is not active, and Conflict for a webhook that
// is disabled.
func (s *Service) TestWebhook(ctx context.Context, caller tenancy.Caller, customerID, id string) (DeliveryView, error) {
	c, found, err := s.webhook(ctx, caller, customerID, id, tenancy.WebhooksWrite)
	if err != nil {
		return DeliveryView{}, err
	}
	if err := s.registry.MayAct(ctx, c); err != nil {
		return DeliveryView{}, err
	}
	_, receiver, _ := endpoint(c, found.ID)
	if found.Disabled != nil || !c.Settings.Delivers() {
		return DeliveryView{}, fault.New(fault.Conflict, fault.CodeConflict,
			"nothing is sent to this webhook; enable it, and settings.events.enabled, first")
	}
	shown, err := s.view.Event(c, c.LastUpdated) // every format can be made of it
	if err != nil {
		return DeliveryView{}, err
	}
	eventID := caller.Attempt.ID // every try of an idempotent attempt sends the same
	if eventID.IsZero() {
		if eventID, err = tenancy.NewID(s.registry.Now(), s.random); err != nil {
			return DeliveryView{}, err
		}
	}
	event := customers.Event{
		ID: eventID, Type: "webhook.test", At: s.registry.Now(), Actor: caller.Actor.Ref().ID, Subject: caller.Subject.Ref().ID,
		Credential: caller.Credential.ID, Resource: shown, Holds: view.Holdings(c),
	}
	topic := event.Type
	if named := s.topics(receiver.Shape(), event); len(named) > 0 {
		topic = named[0]
	}
	d := s.newDelivery(rows.WebhookRef{Customer: c.Ref(), ID: found.ID}, c.Ref(), event, topic)
	if err := s.store.Relay(ctx, rows.Batch{Customer: c.Ref(), Path: c.Path, Events: []customers.Event{event}}); err != nil {
		return DeliveryView{}, rows.StoreFault(err, "writing a test event")
	}
	if err := s.store.AddDeliveries(ctx, []rows.Delivery{d}); err != nil {
		return DeliveryView{}, rows.StoreFault(err, "adding a test delivery")
	}
	s.wake()
	return deliveryView(d), nil
}

// endpointAt returns the index of a webhook in the draft, or -1.
func endpointAt(d *registry.Draft, id tenancy.ID) int {
	at := slices.IndexFunc(d.Customer.Webhooks, func(e customers.Webhook) bool { return e.ID == id })
	if at >= 0 {
		e := d.Customer.Webhooks[at]
		told, err := json.Marshal(map[string]string{"id": e.ID.String(), "url": e.URL})
		d.Fail(err)
		d.Details = []jsonobj.Member{{Key: "webhook", Value: told}}
	}
	return at
}

func (s *core) wake() {
	if s.relayed != nil {
		s.relayed()
	}
}

// isRaced reports whether a record changed or went away under a write.
func isRaced(err error) bool {
	return errors.Is(err, rows.ErrNotFound) || errors.Is(err, rows.ErrStale)
}
