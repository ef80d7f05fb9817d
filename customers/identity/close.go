package identity

import (
	"fmt"

	"tenantry/customers"
	"tenantry/customers/registry"
)

// ReviewedAfter tells of a change and of the judgement that followed at once as two
// events: first what was done, with the review as it was, then the review.
func ReviewedAfter(d *registry.Draft, event string, was *customers.Identity) {
	if d.Customer.Identity.Status == customers.IdentityPending {
		d.Event = event // the judgement follows by itself
		return
	}
	state := d.Customer.Clone()
	state.Identity, state.LastUpdated = *was, d.Now
	d.AddIntermediate(event, state)
	d.Event = "identity.reviewed"
}

// reachable returns the state that a provider's judgement leads to: a second review
// asks for nothing anew, and questions are asked of people only, by a provider that
// has some. Either needs a document instead.
func (s *Service) reachable(d *registry.Draft, status customers.IdentityStatus) customers.IdentityStatus {
	_, asks := s.provider.(QuestionProvider)
	switch {
	case status == customers.IdentityRetry && d.Customer.Identity.Trigger == customers.TriggerRetry,
		status == customers.IdentityKBA && (!asks || d.Customer.EffectivePartyType() != customers.PartyIndividual):
		return customers.IdentityDocument
	default:
		return status
	}
}

// judgeReview notes what the provider decided of the review in a further step of it.
func (s *Service) judgeReview(d *registry.Draft, status customers.IdentityStatus, reason string) {
	closeReview(d, customers.Decision{Status: status, Provider: s.provider.Name(), Reason: reason})
}

func closeReview(d *registry.Draft, decision customers.Decision) {
	identity := &d.Customer.Identity
	decision.ReviewID, decision.At = identity.ReviewID, d.Now
	identity.Status, identity.Reason, identity.Updated = decision.Status, decision.Reason, new(d.Now)
	identity.Questions, identity.Due = nil, nil
	AddDecision(d, decision)
}

// answered words the judgement of answers.
func answered(right, of int) string {
	return fmt.Sprintf("%d of %d questions were answered right", right, of)
}
