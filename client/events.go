package client

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"time"
)

// EventsService reads the log of everything that happened.
type EventsService struct{ c *Client }

// Get returns an event with the members that differ before and after it.
func (s *EventsService) Get(ctx context.Context, event string, options ...CallOption) (*Event, error) {
	return call[Event](ctx, s.c, http.MethodGet, path("events", event), nil, options)
}

// Redeliver sends an event to every enabled webhook of the customer that c acts for that is
// subscribed to its type, also to one that was added since.
func (s *EventsService) Redeliver(ctx context.Context, event string, options ...CallOption) (*Event, error) {
	return call[Event](ctx, s.c, http.MethodPost, path("events", event, "redeliver"), nil, options)
}

// Deliveries returns the messages of an event to webhooks of the customer that c acts for and
// of those below it.
func (s *EventsService) Deliveries(ctx context.Context, event string, options ...CallOption) ([]Delivery, error) {
	return all[Delivery](ctx, s.c, path("events", event, "deliveries"), options)
}

// List returns the events of the customer that c acts for and of all below it, newest first.
func (s *EventsService) List(ctx context.Context, filter EventFilter, options ...CallOption) iter.Seq2[*Event, error] {
	return pages(filter.Cursor, func(cursor string) (page[Event], error) {
		filter.Cursor = cursor
		return eventPage(s.Page(ctx, filter, options...))
	})
}

// Page returns one page of the list.
func (s *EventsService) Page(ctx context.Context, filter EventFilter, options ...CallOption) (*EventPage, error) {
	return call[EventPage](ctx, s.c, http.MethodGet, path("events"), nil, with(options, asking(filter)))
}

// ListOf returns the events of one customer alone, newest first; the filter's Customer is
// ignored.
func (s *EventsService) ListOf(ctx context.Context, customer string, filter EventFilter, options ...CallOption) iter.Seq2[*Event, error] {
	return pages(filter.Cursor, func(cursor string) (page[Event], error) {
		filter.Cursor = cursor
		return eventPage(s.PageOf(ctx, customer, filter, options...))
	})
}

// PageOf returns one page of [EventsService.ListOf].
func (s *EventsService) PageOf(ctx context.Context, customer string, filter EventFilter, options ...CallOption) (*EventPage, error) {
	filter.Customer = ""
	return call[EventPage](ctx, s.c, http.MethodGet, path("customers", customer, "events"), nil, with(options, asking(filter)))
}

func eventPage(p *EventPage, err error) (page[Event], error) {
	if err != nil {
		return page[Event]{}, err
	}
	return page[Event]{p.Results, nil, p.Settings.NextCursor}, nil
}

// Verify checks an event that was received against the log and returns the one of the log.
// The body is the event as it came, or some members of it. It returns [ErrValidationError]
// that names the first member that differs. A signature proves the same without a call.
func (s *EventsService) Verify(ctx context.Context, event string, body json.RawMessage, options ...CallOption) (*Event, error) {
	return call[Event](ctx, s.c, http.MethodPost, path("events", event, "verify"), body, options)
}

// EventFilter selects events.
type EventFilter struct {
	// Customer selects the events of this customer itself.
	Customer string `query:"customer"`
	// Type is a type or, with a star at its end, all types that begin with it, as in
	// bank.*, say.
	Type string    `query:"type"`
	From time.Time `query:"from"`
	To   time.Time `query:"to"`
	// Limit is the number of rows to a page, 1 to 100; the default is 50.
	Limit int `query:"limit"`
	// Cursor continues a list after a page of it, with the same filter.
	Cursor string `query:"cursor"`
}

// Event is one thing that happened.
type Event struct {
	Object string `json:"object"`
	ID     string `json:"id"`
	// Its number among the events of the customer that it is about: 1, 2, 3 … A number that is
	// missing shows that an event was removed. Absent on events of releases that did not
	// count.
	Number *int `json:"number,omitzero"`
	// What happened. May grow. The log alone keeps access.denied, access.failed,
	// access.refused, data.exported, data.imported, events.purged, setup.link_created,
	// token.issued, user.signed_in and user.signed_out; all other types are sent to webhooks.
	Type string `json:"type"`
	// What it is about, by identifiers and without personal data: key with its scopes,
	// graceSeconds and replaced of a rotation, user with what changed, webhook, webhooks,
	// policies and defaultPolicies before and after, attempts that were refused, export.
	About map[string]any `json:"about,omitzero"`
	// The customer after the change, masked like answers, without dates of birth and without
	// planStatus.requirements. Absent after the retention period, and where nothing changed.
	Resource json.RawMessage `json:"resource,omitzero"`
	Diff     Diff            `json:"diff"`
	// The receiver that a message is sent to.
	URLs []string `json:"urls,omitzero"`
	// The customer that it is about.
	SourceID   string `json:"sourceId"`
	SourceType string `json:"sourceType"`
	// The customer whose credential signed the request.
	Actor string `json:"actor,omitzero"`
	// The customer that the request acted for.
	Subject string `json:"subject,omitzero"`
	// Which credential: a key, a user, or local. Absent where the actor is above you.
	Credential string `json:"credential,omitzero"`
	// The reference of the answer to the request that caused it, as in its header X-Request-Id
	// and in the log of the service.
	Ref string `json:"ref,omitzero"`
	// The network that the request came from: the first 24 bits of IPv4, the first 48 of IPv6.
	// Shown, like userAgent and systemUser, to credentials with the scope keys:write of the
	// customer that made the request and of those above it; never sent to webhooks.
	Address string `json:"address,omitzero"`
	// What the client of the request calls itself, shortened.
	UserAgent string `json:"userAgent,omitzero"`
	// What the ids of the event are called now: the customer that it happened to, the actor,
	// the one acted for, the user or restricted key that signed, the user or key that it is
	// about. Only of customers within your reach that still exist, and never sent to webhooks.
	Names map[string]string `json:"names,omitzero"`
	// The user of the operating system behind a command on the machine itself: name and uid.
	SystemUser string `json:"systemUser,omitzero"`
	Reason     string `json:"reason,omitzero"`
	// The owner or document that it is about.
	PartID      string    `json:"partId,omitzero"`
	Status      string    `json:"status"`
	Created     time.Time `json:"created"`
	LastUpdated time.Time `json:"lastUpdated"`
}

// Diff holds the members that differ before and after an event.
type Diff struct {
	// The members that differ, as they were before.
	Previous map[string]any `json:"previous"`
	// The members that differ, as they are now.
	Changes map[string]any `json:"changes"`
}

// EventPage is a page of the event log, newest first.
type EventPage struct {
	Results  []Event `json:"results"`
	Settings Cursor  `json:"settings"`
}
