package webhook

import (
	"encoding/json"
	"strings"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/internal/dialect/straddle"
	"tenantry/settings"
)

// nativeCreated is the type of the first event of every customer.
const nativeCreated = "customer.created"

// Topics returns the topics of the messages that a format sends about an event, in their
// order. It is a webhooks.Topics.
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
			return nil // nothing visible has changed
		}
		return []string{event.Type}
	}
}

// straddleTopics returns both topics for a creation, and one for every later state of the
// customer.
func straddleTopics(event customers.Event) []string {
	switch {
	case event.Type == nativeCreated:
		return []string{straddle.TopicCreated, straddle.TopicEvent}
	case event.Type == "identity.delayed":
		return nil // the review waits as before
	case event.Type == "customer.updated", event.Type == "customer.status_changed", strings.HasPrefix(event.Type, "identity."):
		return []string{straddle.TopicEvent}
	default:
		return nil
	}
}

// identityIn returns the state of the review in a representation of a customer, or in
// what changed of it; empty if it is not there.
func identityIn(text json.RawMessage) reviews.IdentityStatus {
	var shown struct {
		Identity struct {
			Status reviews.IdentityStatus `json:"status"`
		} `json:"identity"`
	}
	if json.Unmarshal(text, &shown) != nil {
		return ""
	}
	return shown.Identity.Status
}
