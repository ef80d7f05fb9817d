package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// WebhooksService manages the receivers of events.
type WebhooksService struct{ c *Client }

// List returns each receiver of settings.events with its state.
func (s *WebhooksService) List(ctx context.Context, customer string, options ...CallOption) ([]Webhook, error) {
	return all[Webhook](ctx, s.c, path("customers", customer, "webhooks"), options)
}

// Get returns what is configured for a receiver, and how its deliveries went.
func (s *WebhooksService) Get(ctx context.Context, customer, webhook string, options ...CallOption) (*Webhook, error) {
	return call[Webhook](ctx, s.c, http.MethodGet, path("customers", customer, "webhooks", webhook), nil, options)
}

// RenewSecret makes a new signing secret and returns it, this once. The previous one also
// signs until the grace period ends, 24 hours unless the input says otherwise.
func (s *WebhooksService) RenewSecret(ctx context.Context, customer, webhook string, input WebhookSecretInput, options ...CallOption) (*WebhookSecret, error) {
	return call[WebhookSecret](ctx, s.c, http.MethodPost, path("customers", customer, "webhooks", webhook, "secret"), input, options)
}

// Enable serves a webhook again that was disabled because its receiver kept failing. What was
// missed is not sent.
func (s *WebhooksService) Enable(ctx context.Context, customer, webhook string, options ...CallOption) (*Webhook, error) {
	return call[Webhook](ctx, s.c, http.MethodPost, path("customers", customer, "webhooks", webhook, "enable"), nil, options)
}

// Test sends a test event to a webhook alone; its deliveries show the outcome.
func (s *WebhooksService) Test(ctx context.Context, customer, webhook string, options ...CallOption) (*Event, error) {
	return call[Event](ctx, s.c, http.MethodPost, path("customers", customer, "webhooks", webhook, "test"), nil, options)
}

// Deliveries returns every message to a receiver, newest first, with its attempts.
func (s *WebhooksService) Deliveries(ctx context.Context, customer, webhook string, filter DeliveryFilter, options ...CallOption) iter.Seq2[*Delivery, error] {
	return pages(filter.Cursor, func(cursor string) (page[Delivery], error) {
		filter.Cursor = cursor
		p, err := s.DeliveriesPage(ctx, customer, webhook, filter, options...)
		if err != nil {
			return page[Delivery]{}, err
		}
		return page[Delivery]{p.Results, nil, p.Settings.NextCursor}, nil
	})
}

// DeliveriesPage returns one page of [WebhooksService.Deliveries].
func (s *WebhooksService) DeliveriesPage(ctx context.Context, customer, webhook string, filter DeliveryFilter, options ...CallOption) (*DeliveryPage, error) {
	return call[DeliveryPage](ctx, s.c, http.MethodGet, path("customers", customer, "webhooks", webhook, "deliveries"), nil, with(options, asking(filter)))
}

// DeliveryFilter says which page of the deliveries to read.
type DeliveryFilter struct {
	// Limit is the number of rows to a page, 1 to 100; the default is 50.
	Limit int `query:"limit"`
	// Cursor continues a list after a page of it.
	Cursor string `query:"cursor"`
}

// WebhookFormat is the shape and schedule of the messages to a webhook. It may grow.
type WebhookFormat string

// The values of WebhookFormat.
const (
	FormatNative   WebhookFormat = "native"
	FormatStraddle WebhookFormat = "straddle"
	FormatDwolla   WebhookFormat = "dwolla"
)

// WebhookBase holds what every answer shows of a webhook.
type WebhookBase struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	URL    string `json:"url"`
	// The types of events that it receives; an empty list means all.
	Types []string `json:"types"`
	// May grow.
	Format WebhookFormat `json:"format"`
	// off means that settings.events.enabled is false. One of active, failing, disabled and
	// off.
	Status string `json:"status"`
	// When its uninterrupted failures began; after five days it is disabled.
	FailingSince time.Time `json:"failingSince,omitzero"`
	Disabled     time.Time `json:"disabled,omitzero"`
	// Why it was disabled.
	Reason string `json:"reason,omitzero"`
	// When its secret was shown; absent before.
	SecretShown time.Time `json:"secretShown,omitzero"`
	// When the previous secret stops signing.
	PreviousSecretEnds time.Time `json:"previousSecretEnds,omitzero"`
	Created            time.Time `json:"created"`
}

// Webhook is a receiver of events, without its secret.
type Webhook struct {
	WebhookBase
}

// WebhookSecret is a webhook with its new secret, shown once.
type WebhookSecret struct {
	WebhookBase

	// Absent when this answer is replayed to another credential.
	Secret Secret `json:"secret,omitzero"`
}

// WebhookSecretInput says how long the previous secret stays valid.
type WebhookSecretInput struct {
	// 0 to 7 days; 24 hours by default. 0 to 604,800.
	GraceSeconds Optional[int] `json:"graceSeconds,omitzero"`
}

// Delivery is one message to one webhook.
type Delivery struct {
	// The header webhook-id of the message is msg_ and this id.
	ID      string `json:"id"`
	Object  string `json:"object"`
	Event   string `json:"event"`
	Webhook string `json:"webhook"`
	// The customer that has the webhook.
	Customer string `json:"customer"`
	// The customer that the event is about.
	SourceID string `json:"sourceId"`
	// The type of the event in the format of the webhook.
	Topic string `json:"topic"`
	// May grow. One of pending, delivered and failed.
	Status      string    `json:"status"`
	NextAttempt time.Time `json:"nextAttempt,omitzero"`
	Attempts    []Attempt `json:"attempts"`
	// Why it failed for good.
	Reason  string    `json:"reason,omitzero"`
	Created time.Time `json:"created"`
}

// Attempt is one attempt to deliver a message.
type Attempt struct {
	At             time.Time `json:"at"`
	ResponseStatus *int      `json:"responseStatus,omitzero"`
	Milliseconds   int       `json:"milliseconds"`
	// Why the receiver did not answer.
	Error string `json:"error,omitzero"`
}

// DeliveryPage is a page of what was sent to a webhook, newest first.
type DeliveryPage struct {
	Results  []Delivery `json:"results"`
	Settings Cursor     `json:"settings"`
}
