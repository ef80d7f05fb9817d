package webhook

import (
	"tenantry/customers"
	"tenantry/settings"
)

// dwollaLink is a link of Dwolla's form.
type dwollaLink struct {
	Href string `json:"href"`
}

// dwollaEvent is Dwolla's event (Dwolla API documentation, events).
type dwollaEvent struct {
	Links      map[string]dwollaLink `json:"_links"`
	ID         string                `json:"id"`
	Created    customers.Stamp       `json:"created"`
	Topic      string                `json:"topic"`
	ResourceID string                `json:"resourceId"`
}

func dwollaBody(a about) dwollaEvent {
	link := func(kind, id string) dwollaLink { return dwollaLink{Href: a.base + "/" + kind + "/" + id} }
	customer := uuidOf(a.event.Customer.ID)
	kind, resource := "customers", customer
	if owned, found := partKinds[a.event.Type]; found && !a.event.Part.IsZero() {
		kind, resource = owned, uuidOf(a.event.Part)
	}
	return dwollaEvent{
		Links: map[string]dwollaLink{
			"self":     link("events", uuidOf(a.delivery.ID)),
			"account":  link("accounts", uuidOf(a.account)),
			"resource": link(kind, resource),
			"customer": link("customers", customer),
		},
		ID: uuidOf(a.delivery.ID), Created: customers.Stamp(a.event.At), Topic: a.delivery.Topic, ResourceID: resource,
	}
}

// partKinds say of which kind the part is that an event is about; it never changes.
var partKinds = map[string]string{
	"document.uploaded": "documents", "document.accepted": "documents", "document.rejected": "documents",
	"owner.document_uploaded": "documents", "owner.document_accepted": "documents", "owner.document_rejected": "documents",
	"owner.created": "beneficial-owners", "owner.removed": "beneficial-owners", "owner.verified": "beneficial-owners",
	"owner.incomplete": "beneficial-owners", "owner.document_needed": "beneficial-owners",
}

// usesAccount tells whether messages of a format name the customer above.
func usesAccount(format settings.Format) bool { return format != settings.Native }
