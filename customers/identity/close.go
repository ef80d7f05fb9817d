package identity

import (
	"fmt"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
)

// ReviewedAfter splits a change and the judgment that followed at once into two events:
// first the change, with the review as it was, then the review.
func ReviewedAfter(d *registry.Draft, event string, was *reviews.Identity) {
	if d.Customer.Identity.Status == reviews.IdentityPending {
		d.Event = event // the judgment follows by itself
		return
	}
	state := d.Customer.Clone()
	state.Identity, state.LastUpdated = *was, d.Now
	d.AddIntermediate(event, state)
	d.Event = "identity.reviewed"
}

// reachable returns the state that a provider's judgment leads to: a second review asks
// for no new data, and only people are asked questions, by a provider that has some.
// Either needs a document instead.
func (s *Service) reachable(d *registry.Draft, status reviews.IdentityStatus) reviews.IdentityStatus {
	_, asks := s.provider.(QuestionProvider)
	switch {
	case status == reviews.IdentityRetry && d.Customer.Identity.Trigger == reviews.TriggerRetry,
		status == reviews.IdentityKBA && (!asks || d.Customer.EffectivePartyType() != customers.PartyIndividual):
		return reviews.IdentityDocument
	default:
		return status
	}
}

// judgeReview records a decision of the provider on the review.
func (s *Service) judgeReview(d *registry.Draft, status reviews.IdentityStatus, reason string) {
	closeReview(d, reviews.Decision{Status: status, Provider: s.provider.Name(), Reason: reason})
}

// closeReview ends the open questions of a review with a decision.
func closeReview(d *registry.Draft, decision reviews.Decision) {
	identity := &d.Customer.Identity
	decision.ReviewID, decision.At = identity.ReviewID, d.Now
	identity.Status, identity.Reason, identity.Updated = decision.Status, decision.Reason, new(d.Now)
	identity.Questions, identity.Due = nil, nil
	settle(identity)
	AddDecision(d, decision)
}

// settle ends an earlier judgment once a newer one is final.
func settle(identity *reviews.Identity) {
	if identity.Status == reviews.IdentityVerified || identity.Status == reviews.IdentityRejected {
		identity.StandsUntil = nil
	}
}

// answered returns the reason that a judgment of answers is recorded with.
func answered(right, of int) string {
	return fmt.Sprintf("%d of %d questions were answered right", right, of)
}
