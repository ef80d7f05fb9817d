package events

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/cursor"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Query asks for a page of the event log.
type Query struct {
	// CustomerID limits it to one customer's own events; empty means the subject and
	// everyone below it.
	CustomerID string
	// Type is a type, or its beginning and a star (`bank.*`).
	Type     string
	From, To time.Time
	Cursor   string
	Limit    int // 1 to 100; 0 is the default of 50
	// Reading is what reading the request found faulty; it is answered with the rest.
	Reading error
}

// EventPage is a page of the event log, newest first.
type EventPage struct {
	Events     []EventView
	Limit      int
	NextCursor string
}

// EventView is the native representation of an event (PayStand API reference,
// events).
type EventView struct {
	Object     string          `json:"object"` // event
	ID         string          `json:"id"`
	Number     int64           `json:"number,omitempty"` // within its customer; absent on events of releases that did not count
	Type       string          `json:"type"`
	About      json.RawMessage `json:"about,omitempty"` // the key, user, webhook or policies that it is about
	Resource   json.RawMessage `json:"resource,omitempty"`
	Diff       EventDiff       `json:"diff"`
	URLs       []string        `json:"urls,omitempty"`
	SourceID   string          `json:"sourceId"`
	SourceType string          `json:"sourceType"`      // Customer
	Actor      string          `json:"actor,omitempty"` // operator or platform for one above the reader
	Subject    string          `json:"subject,omitempty"`
	Credential string          `json:"credential,omitempty"`
	Ref        string          `json:"ref,omitempty"` // the reference of the answer to the request
	Address    string          `json:"address,omitempty"`
	UserAgent  string          `json:"userAgent,omitempty"`
	SystemUser string          `json:"systemUser,omitempty"`
	// Names are those of the customers, users and keys that the event names by their ids,
	// as they are now: of the customer it happened to, the actor and the one acted for, the
	// credential, and the user or key that it is about.
	Names       map[string]string `json:"names,omitempty"`
	Reason      string            `json:"reason,omitempty"`
	PartID      string            `json:"partId,omitempty"` // the owner or document that it is about
	Status      string            `json:"status"`           // active
	Created     view.Stamp        `json:"created"`
	LastUpdated view.Stamp        `json:"lastUpdated"`
}

// EventDiff is what an event changed: the members before and after.
type EventDiff struct {
	Previous json.RawMessage `json:"previous"`
	Changes  json.RawMessage `json:"changes"`
}

// ViewEvent returns the native representation of an event as messages to webhooks have
// it: without the network, the client and the system user of its request, which are for
// those who keep the credentials and not for whoever reads what a receiver logs. Of the
// customers above the reader, root first, it names neither ids nor credentials.
func ViewEvent(e rows.LoggedEvent, above []tenancy.ID) EventView {
	view := EventView{
		Object: "event", ID: e.ID.String(), Number: e.Number, Type: e.Type, About: e.About, Resource: e.Resource, Ref: e.Ref,
		Diff:     EventDiff{Previous: orEmpty(e.Previous), Changes: orEmpty(e.Changes)},
		SourceID: e.Customer.ID.String(), SourceType: "Customer", Reason: e.Reason,
		Status: view.Active, Created: view.Stamp(e.At), LastUpdated: view.Stamp(e.At),
	}
	if !e.Part.IsZero() {
		view.PartID = e.Part.String()
	}
	if !e.Actor.IsZero() {
		view.Actor, view.Subject = tenancy.Name(above, e.Actor), tenancy.Name(above, e.Subject)
	}
	if !slices.Contains(above, e.Actor) {
		view.Credential = e.Credential
	}
	return view
}

// seesOrigin reports whether a caller may see where the request of an event came from:
// credentials that manage keys may, of whoever made the request and of those above.
func seesOrigin(caller tenancy.Caller, e rows.LoggedEvent) bool {
	return caller.Credential.Scopes.Has(tenancy.KeysWrite) && !slices.Contains(caller.Subject.Ancestors(), e.Actor)
}

// viewFor returns the native representation of an event as a caller may see it.
func viewFor(caller tenancy.Caller, e rows.LoggedEvent) EventView {
	shown := ViewEvent(e, caller.Actor.Ancestors())
	if seesOrigin(caller, e) {
		shown.Address, shown.UserAgent, shown.SystemUser = e.Address, e.UserAgent, e.SystemUser
	}
	return shown
}

func orEmpty(text json.RawMessage) json.RawMessage {
	if text == nil {
		return json.RawMessage("{}")
	}
	return text
}

// Events reads a page of the event log: of one customer, or of the subject with
// everyone below it. It returns NotFound, Forbidden insufficientScope, and Invalid
// for limits out of range and cursors of another list.
func (s *Service) Events(ctx context.Context, caller tenancy.Caller, in Query) (EventPage, error) {
	query, err := s.Reach(ctx, caller, in.CustomerID, tenancy.Read)
	if err != nil {
		return EventPage{}, err
	}
	var faults fault.List
	faults.Include(in.Reading)
	bounds := rows.Bounds{Limit: in.Limit}
	bounds.Check(&faults)
	in.Limit = bounds.Limit
	query.Type, query.From, query.To = in.Type, in.From, in.To
	label := eventsLabel(query)
	if in.Cursor != "" {
		query.Before, err = cursor.OpenID(s.sealer, label, in.Cursor)
		faults.Include(err)
	}
	if err := faults.Err(); err != nil {
		return EventPage{}, err
	}
	query.Limit, query.MayLag = in.Limit, true
	found, err := s.store.Events(ctx, query)
	if err != nil {
		return EventPage{}, rows.StoreFault(err, "reading the event log")
	}
	page := EventPage{Limit: in.Limit, Events: make([]EventView, 0, len(found))}
	names := s.namesFor(caller)
	for _, e := range found {
		shown := viewFor(caller, e)
		shown.Names = names.of(ctx, e)
		page.Events = append(page.Events, shown)
	}
	if len(found) == in.Limit {
		page.NextCursor, err = cursor.SealID(s.sealer, label, found[len(found)-1].ID)
	}
	return page, err
}

// Event reads one event within the caller's reach. It returns NotFound and
// Forbidden insufficientScope.
func (s *Service) Event(ctx context.Context, caller tenancy.Caller, id string) (EventView, error) {
	e, err := s.Lookup(ctx, caller, id, tenancy.Read)
	if err != nil {
		return EventView{}, err
	}
	shown := viewFor(caller, e)
	shown.Names = s.namesFor(caller).of(ctx, e)
	return shown, nil
}

// Lookup reads one event within the caller's reach, for a use case that needs that
// scope. It returns NotFound and Forbidden insufficientScope.
func (s *Service) Lookup(ctx context.Context, caller tenancy.Caller, id string, scope tenancy.Scope) (rows.LoggedEvent, error) {
	query, err := s.Reach(ctx, caller, "", scope)
	if err != nil {
		return rows.LoggedEvent{}, err
	}
	if query.ID, err = tenancy.ParseID(id); err != nil {
		return rows.LoggedEvent{}, fault.NotFoundError()
	}
	query.Limit = 1
	found, err := s.store.Events(ctx, query)
	if err != nil {
		return rows.LoggedEvent{}, rows.StoreFault(err, "reading an event")
	}
	if len(found) == 0 {
		return rows.LoggedEvent{}, fault.NotFoundError()
	}
	return found[0], nil
}

// Reach returns the query for all that the caller may see: the events of one customer in
// its reach, or those of the subject and of everyone below it, the deleted ones too.
func (s *Service) Reach(ctx context.Context, caller tenancy.Caller, customerID string, scope tenancy.Scope) (rows.EventQuery, error) {
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: scope})
	if err != nil {
		return rows.EventQuery{}, err
	}
	switch {
	case customerID != "":
		return rows.EventQuery{Customer: c.Ref()}, nil
	case tenancy.IsOperator(c):
		return rows.EventQuery{}, nil
	default:
		return rows.EventQuery{Tenant: c.Tenant, Under: c.ID}, nil
	}
}

// eventsLabel identifies a list of events by its customers and filters.
func eventsLabel(q rows.EventQuery) string {
	q.Before, q.Limit = tenancy.ID{}, 0
	identity, _ := json.Marshal(q) // plain data: cannot fail
	return "events:" + string(identity)
}
