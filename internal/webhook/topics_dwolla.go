package webhook

import (
	"encoding/json"

	"tenantry/customers"
	"tenantry/customers/reviews"
)

const dwollaCreated = "customer_created"

// dwollaTopics returns creation first, then the outcome of the identity review; plain
// changes have no topic (Dwolla API documentation, events).
func dwollaTopics(event customers.Event) []string {
	switch event.Type {
	case nativeCreated:
		return append([]string{dwollaCreated}, outcomes(identityIn(event.Resource))...)
	case "customer.status_changed":
		return dwollaStatus(event)
	case "customer.updated", "identity.decided", "identity.refreshed", "identity.reviewed", "identity.retried":
		return outcomes(identityIn(event.Changes))
	default:
		if topic := dwollaParts[event.Type]; topic != "" {
			return []string{topic}
		}
		return nil
	}
}

// dwollaParts are the topics of events about answers, owners and documents.
var dwollaParts = map[string]string{
	"identity.questions_passed": "customer_kba_verification_passed",
	"identity.questions_failed": "customer_kba_verification_failed",

	"document.uploaded":       "customer_verification_document_uploaded",
	"document.accepted":       "customer_verification_document_approved",
	"document.rejected":       "customer_verification_document_failed",
	"owner.created":           "customer_beneficial_owner_created",
	"owner.removed":           "customer_beneficial_owner_removed",
	"owner.verified":          "customer_beneficial_owner_verified",
	"owner.document_needed":   "customer_beneficial_owner_verification_document_needed",
	"owner.incomplete":        "customer_beneficial_owner_reverification_needed",
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

func outcomes(status reviews.IdentityStatus) []string {
	switch status {
	case reviews.IdentityVerified:
		return []string{"customer_verified"}
	case reviews.IdentityRetry:
		return []string{"customer_reverification_needed"}
	case reviews.IdentityKBA:
		return []string{"customer_kba_verification_needed"}
	case reviews.IdentityReview, reviews.IdentityDocument:
		return []string{"customer_verification_document_needed"}
	case reviews.IdentityRejected:
		return []string{"customer_suspended"}
	case reviews.IdentityNone, reviews.IdentityPending:
		fallthrough
	default:
		return nil
	}
}
