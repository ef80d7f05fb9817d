package customers

import "fmt"

// reachable returns the state that a provider's judgement leads to: a second review
// asks for nothing anew, and questions are asked of people only, by a provider that
// has some. Either needs a document instead.
func (s *Service) reachable(d *draft, status IdentityStatus) IdentityStatus {
	_, asks := s.provider.(QuestionProvider)
	switch {
	case status == IdentityRetry && d.c.Identity.Trigger == TriggerRetry,
		status == IdentityKBA && (!asks || d.c.EffectiveKind() != KindIndividual):
		return IdentityDocument
	default:
		return status
	}
}

// decideReview notes what the caller decided of the review.
func decideReview(d *draft, status IdentityStatus, reason string) {
	closeReview(d, Decision{
		Status: status, Actor: d.caller.Actor.Ref().ID, Credential: d.caller.Credential.ID, Reason: reason,
	})
}

// judgeReview notes what the provider decided of the review in a further step of it.
func (s *Service) judgeReview(d *draft, status IdentityStatus, reason string) {
	closeReview(d, Decision{Status: status, Provider: s.provider.Name(), Reason: reason})
}

func closeReview(d *draft, decision Decision) {
	identity := &d.c.Identity
	decision.ReviewID, decision.At = identity.ReviewID, d.now
	identity.Status, identity.Reason, identity.Updated = decision.Status, decision.Reason, new(d.now)
	identity.Questions, identity.Due = nil, nil
	decided(d, decision)
}

// answered words the judgement of answers.
func answered(right, of int) string {
	return fmt.Sprintf("%d of %d questions were answered right", right, of)
}
