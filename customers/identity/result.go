package identity

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"tenantry/customers/registry"
	"tenantry/customers/reviews"
)

// askAgain is how long to wait before a provider that failed is asked again; the last
// pause repeats. Each customer keeps its own count, so that a restart changes nothing.
var askAgain = [...]time.Duration{10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour}

// askGrace is how long the request that started an inline review has to bring its
// result, before the background work asks again. It is longer than a request.
const askGrace = time.Minute

// applyAnswer records a provider's answer on the draft's review, or its failure.
func (s *Service) applyAnswer(d *registry.Draft, v Result, err error) {
	identity := &d.Customer.Identity
	identity.Updated = new(d.Now)
	kept, unfit := findings(v.Report)
	if err != nil || unfit != nil || !judged(v.Status) {
		identity.Status, identity.Reason = reviews.IdentityPending, "the identity provider gave no answer; it will be asked again, or refresh the review"
		if errors.Is(err, errSwitchedOff) {
			identity.Reason = "the customer, or one above it, is switched off; the identity provider is asked some time after both are active, or refresh the review then"
		}
		wait := askAgain[min(int(identity.Attempts), len(askAgain)-1)]
		identity.Attempts++
		identity.Due = new(d.Now.Add(wait))
		return
	}
	v.Status = s.reachable(d, v.Status)
	identity.Status, identity.Reason, identity.Messages, identity.Findings = v.Status, v.Reason, maps.Clone(v.Messages), kept
	identity.Due, identity.Attempts, identity.Questions = nil, 0, nil
	settle(identity)
	AddDecision(d, reviews.Decision{
		ReviewID: identity.ReviewID, Status: v.Status, At: d.Now, Provider: identity.Provider,
		Reason: fmt.Sprintf("%s: %s", identity.Trigger, v.Reason),
	})
}
