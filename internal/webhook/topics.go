package webhook

import (
	"encoding/json"
	"strings"

	"tenantry/customers"
	"tenantry/settings"
)

// Topics names the messages that a format sends about an event, in their order. It
// is a customers.Topics.
func Topics(format settings.Format, event customers.Event) []string {
	switch format {
	case settings.Straddle:
		return straddleTopics(event)
	case settings.Dwolla:
		return dwollaTopics(event)
	case settings.Native:
		fallthrough
	default:
		if event.Type == "customer.resealed" {
			return nil // nothing that anybody could see has changed
		}
		return []string{event.Type}
	}
}

// straddleTopics: one message at creation and one for every state of the customer
// after it, with its creation.
func straddleTopics(event customers.Event) []string {
	switch {
	case event.Type == "customer.created":
		return []string{straddleCreated, straddleEvent}
	case event.Type == "customer.updated", event.Type == "customer.status_changed", strings.HasPrefix(event.Type, "identity."):
		return []string{straddleEvent}
	default:
		return nil
	}
}

// dwollaTopics: creation first, then the outcome of the identity review; plain
// changes have no topic (Dwolla API documentation, events).
func dwollaTopics(event customers.Event) []string {
	switch event.Type {
	case "customer.created":
		return append([]string{"customer_created"}, outcomes(identityIn(event.Resource))...)
	case "customer.status_changed":
		return dwollaStatus(event)
	case "customer.updated", "identity.decided", "identity.refreshed":
		return outcomes(identityIn(event.Changes))
	default:
		if topic, ok := partTopics[event.Type]; ok {
			return []string{topic}
		}
		return nil
	}
}

// partTopics are the topics of what happens to documents and owners; it never
// changes.
var partTopics = map[string]string{
	"document.uploaded":       "customer_verification_document_uploaded",
	"document.accepted":       "customer_verification_document_approved",
	"document.rejected":       "customer_verification_document_failed",
	"owner.created":           "customer_beneficial_owner_created",
	"owner.removed":           "customer_beneficial_owner_removed",
	"owner.verified":          "customer_beneficial_owner_verified",
	"owner.incomplete":        "customer_beneficial_owner_reverification_needed",
	"owner.document_needed":   "customer_beneficial_owner_verification_document_needed",
	"owner.document_uploaded": "customer_beneficial_owner_verification_document_uploaded",
	"owner.document_accepted": "customer_beneficial_owner_verification_document_approved",
	"owner.document_rejected": "customer_beneficial_owner_verification_document_failed",
}

func dwollaStatus(event customers.Event) []string {
	var resource struct {
		Status customers.Status `json:"status"`
	}
	if json.Unmarshal(event.Resource, &resource) != nil {
		return nil
	}
	switch resource.Status {
	case customers.StatusActive:
		return []string{"customer_activated"}
	case customers.StatusDisabled:
		return []string{"customer_deactivated"}
	case customers.StatusLocked:
		return []string{"customer_suspended"}
	case customers.StatusCreated:
		fallthrough
	default:
		return nil
	}
}

// identityIn gives the state of the review in a representation of a customer, or in
// what changed of it; empty when it is not there.
func identityIn(text json.RawMessage) customers.IdentityStatus {
	var shown struct {
		Identity struct {
			Status customers.IdentityStatus `json:"status"`
		} `json:"identity"`
	}
	if json.Unmarshal(text, &shown) != nil {
		return ""
	}
	return shown.Identity.Status
}

func outcomes(status customers.IdentityStatus) []string {
	switch status {
	case customers.IdentityVerified:
		return []string{"customer_verified"}
	case customers.IdentityPending, customers.IdentityRetry:
		return []string{"customer_reverification_needed"}
	case customers.IdentityReview, customers.IdentityDocument:
		return []string{"customer_verification_document_needed"}
	case customers.IdentityRejected:
		return []string{"customer_suspended"}
	case customers.IdentityNone:
		fallthrough
	default:
		return nil
	}
}
