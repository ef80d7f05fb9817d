package identity

import (
	"context"
	"time"

	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/customers/view"
	"tenantry/tenancy"
)

// maxDecisions bounds the history of judgments that a customer keeps.
const maxDecisions = 20

// Review runs an identity review of the draft when the policy of the customer asks for
// one, the data suffice, and a judgment would see something new. Data that no longer
// suffice end an earlier judgment.
func (s *Service) Review(d *registry.Draft, trigger reviews.Trigger) { s.reviewAs(d, trigger, false) }

// ReviewAnew is Review for a customer that comes back: earlier judgments do not count,
// and the background work asks.
func (s *Service) ReviewAnew(d *registry.Draft, trigger reviews.Trigger) {
	s.reviewAs(d, trigger, true)
}

func (s *Service) reviewAs(d *registry.Draft, trigger reviews.Trigger, anew bool) {
	if !d.Sound() {
		return
	}
	policy := s.policyOf(d.Customer)
	if !policy.Applies(d.Customer) || standsRejected(d) {
		return
	}
	identity := &d.Customer.Identity
	if trigger == reviews.TriggerCreate && identity.Processing == reviews.ProcessSkip {
		identity.Status, identity.Reason = reviews.IdentityVerified, "the account's policy allows skipping the review"
		identity.Updated = new(d.Now)
		AddDecision(d, reviews.Decision{
			Status: reviews.IdentityVerified, At: d.Now, Actor: d.Caller.Actor.Ref().ID, Credential: d.Caller.Credential.ID, Reason: identity.Reason,
		})
		return
	}
	lacking := policy.Lacking(d.Customer)
	same := !anew && d.Before != nil && policy.Same(d.Before, d.Customer)
	switch {
	case same && identity.Status != reviews.IdentityNone:
	case lacking == "":
		if anew {
			identity.StandsUntil = nil
			identity.Status = reviews.IdentityNone
		}
		s.Start(d, trigger, anew || identity.Processing == reviews.ProcessBackground)
	case !same && identity.Status != reviews.IdentityNone:
		endJudgment(d, lacking)
	}
}

// endJudgment ends an earlier judgment whose data are no longer complete.
func endJudgment(d *registry.Draft, reason string) {
	identity := &d.Customer.Identity
	identity.Status, identity.Messages, identity.Findings, identity.Questions, identity.Due = reviews.IdentityNone, nil, nil, nil, nil
	identity.Reason, identity.Updated, identity.StandsUntil = reason, new(d.Now), nil
}

// standsRejected reports whether a rejection stands: a caller above lifts it by changing
// the data or by another review; the customer itself cannot.
func standsRejected(d *registry.Draft) bool {
	return d.Before != nil && d.Before.Identity.Status == reviews.IdentityRejected && !tenancy.IsAbove(d.Caller.Actor, d.Customer)
}

// Start starts a review under a new id. A local provider judges at once, unless later
// leaves the question to the background work. A provider that fails, or returns no valid
// result, leaves the review pending with a reason, to be asked again: it never fails the
// change. A remote provider is asked after the write only.
func (s *Service) Start(d *registry.Draft, trigger reviews.Trigger, later bool) {
	identity := &d.Customer.Identity
	stands(d, trigger)
	identity.ReviewID, identity.Provider, identity.Trigger = d.NewID(), s.provider.Name(), trigger
	identity.Status, identity.Reason = reviews.IdentityPending, "the review was started and has no result yet"
	identity.Messages, identity.Findings, identity.Questions, identity.Attempts = nil, nil, nil, 0
	identity.Started, identity.Updated = new(d.Now), new(d.Now)
	_, remote := s.provider.(RemoteProvider)
	switch {
	case later:
		identity.Due = new(d.Now)
	case remote:
		// Whoever made the change asks as soon as it is written; the background work
		// does should that never come to an end.
		identity.Due = new(d.Now.Add(askGrace))
		d.AfterWrite(s.askNow)
	default:
		identity.Due = nil
		subject, err := s.subject(d.Customer, d.Now)
		if err != nil {
			d.Fail(err)
			return
		}
		result, err := s.provider.Verify(context.Background(), subject)
		s.applyAnswer(d, result, err)
	}
}

// standing is how long the judgment before stands while a newer review goes on.
const standing = 30 * 24 * time.Hour

// stands lets an earlier judgment that found the customer verified stand until the review
// that begins is decided, so that a correction does not stop a business. A review that
// follows another one does not prolong it.
func stands(d *registry.Draft, trigger reviews.Trigger) {
	identity := &d.Customer.Identity
	if identity.Status == reviews.IdentityVerified && trigger != reviews.TriggerCreate {
		identity.StandsUntil = new(d.Now.Add(standing))
	}
}

// AddDecision appends a decision to the history of the review, which keeps the newest
// ones.
func AddDecision(d *registry.Draft, decision reviews.Decision) {
	list := append(d.Customer.Identity.Decisions, decision)
	d.Customer.Identity.Decisions = list[max(0, len(list)-maxDecisions):]
}

// Identity reads the identity review of a customer. It returns NotFound and
// Forbidden insufficientScope.
func (s *Service) Identity(ctx context.Context, caller tenancy.Caller, id string) (view.IdentityView, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return view.IdentityView{}, err
	}
	return view.ShowIdentity(&c.Identity, caller.Actor.Ancestors()), nil
}

// judged reports whether the state is one that a provider may answer.
func judged(s reviews.IdentityStatus) bool {
	return s == reviews.IdentityPending || s == reviews.IdentityVerified || s == reviews.IdentityRejected || decidable(s)
}
