// Package dwollaevent holds the shape of an event in Dwolla's words, the same in
// messages to receivers and in answers to clients. What events there are, and their
// topics, package customers and package webhook say.
package dwollaevent

import (
	"tenantry/customers/view"
	"tenantry/customers/webhooks"
	"tenantry/internal/dialect"
	"tenantry/tenancy"
)

// Link is a link of an answer.
type Link struct {
	Href string `json:"href"`
}

// Event is an event (Dwolla API documentation, events).
type Event struct {
	Links      map[string]Link `json:"_links"`
	ID         string          `json:"id"`
	Created    view.Stamp      `json:"created"`
	Topic      string          `json:"topic"`
	ResourceID string          `json:"resourceId"`
}

// Of returns an event with links below base, which has no slash at its end; account
// is the customer above the one that the event is about.
func Of(base string, account tenancy.ID, e webhooks.TopicEvent) Event {
	link := func(kind, id string) Link { return Link{Href: base + "/" + kind + "/" + id} }
	id, customer := dialect.PartUUID(e.ID, e.Index), dialect.UUID(e.Customer.ID)
	kind, resource := partOf(e)
	return Event{
		Links: map[string]Link{
			"self": link("events", id), "account": link("accounts", dialect.UUID(account)),
			"resource": link(kind, resource), "customer": link("customers", customer),
		},
		ID: id, Created: view.Stamp(e.At), Topic: e.Topic, ResourceID: resource,
	}
}

// partOf names the resource that an event is about: the customer, or an owner or a
// document of it.
func partOf(e webhooks.TopicEvent) (kind, id string) {
	switch {
	case e.Part.IsZero():
		return "customers", dialect.UUID(e.Customer.ID)
	case isDocument(e.Type):
		return "documents", dialect.UUID(e.Part)
	default:
		return "beneficial-owners", dialect.UUID(e.Part)
	}
}

func isDocument(kind string) bool {
	switch kind {
	case "document.uploaded", "document.accepted", "document.rejected",
		"owner.document_uploaded", "owner.document_accepted", "owner.document_rejected":
		return true
	default:
		return false
	}
}
