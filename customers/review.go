package customers

import (
	"context"
	"errors"
	"time"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Trigger says why a review runs.
type Trigger string

// The triggers.
const (
	TriggerCreate  Trigger = "create"
	TriggerUpdate  Trigger = "update"
	TriggerRefresh Trigger = "refresh"
	TriggerRetry   Trigger = "retry" // everything was sent anew, which can be done once
)

// maxDecisions bounds the history of judgements that a customer keeps.
const maxDecisions = 20

// review runs an identity review of the draft when the policy of the customer asks for
// one, there is enough to review, and what would be judged is new. Data that is no
// longer enough ends an earlier judgement.
func (s *Service) review(d *draft, trigger Trigger) { s.reviewAs(d, trigger, false) }

// reviewAnew is review for a customer that comes back: what was judged of it before
// does not count, and the background work asks.
func (s *Service) reviewAnew(d *draft, trigger Trigger) { s.reviewAs(d, trigger, true) }

func (s *Service) reviewAs(d *draft, trigger Trigger, anew bool) {
	if !d.Sound() {
		return
	}
	policy := s.policyOf(d.c)
	if !policy.Applies(d.c) || standsRejected(d) {
		return
	}
	identity := &d.c.Identity
	if trigger == TriggerCreate && identity.Processing == ProcessSkip {
		identity.Status, identity.Reason = IdentityVerified, "the account's policy allows doing without a review"
		identity.Updated = new(d.now)
		decided(d, Decision{
			Status: IdentityVerified, At: d.now, Actor: d.caller.Actor.Ref().ID, Credential: d.caller.Credential.ID, Reason: identity.Reason,
		})
		return
	}
	lacking := policy.Lacking(d.c)
	same := !anew && d.before != nil && policy.Same(d.before, d.c)
	switch {
	case same && identity.Status != IdentityNone:
	case lacking == "":
		s.judge(d, trigger, anew || identity.Processing == ProcessBackground)
	case !same && identity.Status != IdentityNone:
		endJudgment(d, lacking)
	}
}

// endJudgment ends an earlier judgement whose data is no longer complete.
func endJudgment(d *draft, reason string) {
	identity := &d.c.Identity
	identity.Status, identity.Messages, identity.Findings, identity.Questions, identity.Due = IdentityNone, nil, nil, nil, nil
	identity.Reason, identity.Updated = reason, new(d.now)
}

// standsRejected reports whether a rejection stands: only somebody above lifts it,
// by changing the data or by another review; the customer itself does not.
func standsRejected(d *draft) bool {
	return d.before != nil && d.before.Identity.Status == IdentityRejected && !tenancy.IsAbove(d.caller.Actor, d.c)
}

// judge starts a review under a new id. A provider of this process judges at once,
// unless later says that the background work shall ask it. A provider that fails,
// or answers what is no verdict, leaves the review pending with a reason, to be asked
// again: it never fails the change. A remote provider is never asked here.
func (s *Service) judge(d *draft, trigger Trigger, later bool) {
	identity := &d.c.Identity
	identity.ReviewID, identity.Provider, identity.Trigger = d.newID(), s.provider.Name(), trigger
	identity.Status, identity.Reason = IdentityPending, "the review was started and has no result yet"
	identity.Messages, identity.Findings, identity.Questions, identity.Attempts = nil, nil, nil, 0
	identity.Started, identity.Updated = new(d.now), new(d.now)
	_, remote := s.provider.(RemoteProvider)
	switch {
	case later:
		identity.Due = new(d.now)
	case remote:
		// Whoever made the change asks as soon as it is written; the background work
		// does should that never come to an end.
		identity.Due = new(d.now.Add(askGrace))
		d.AfterWrite(s.askNow)
	default:
		identity.Due = nil
		subject, err := s.subject(d.c, d.now)
		if err != nil {
			d.fail(err)
			return
		}
		verdict, err := s.provider.Verify(context.Background(), subject)
		s.verdict(d, verdict, err)
	}
}

func decided(d *draft, decision Decision) {
	list := append(d.c.Identity.Decisions, decision)
	d.c.Identity.Decisions = list[max(0, len(list)-maxDecisions):]
}

// subject opens what the provider may see.
func (s *Service) subject(c *Customer, now time.Time) (IdentitySubject, error) {
	subject := IdentitySubject{
		Ref: c.Ref(), ReviewID: c.Identity.ReviewID, Kind: c.Kind, HasProfile: c.HasProfile(), Outcome: c.Identity.Outcome,
		Name: c.Name, Email: c.Email, Now: now, Address: c.Address, Type: c.Type, Trigger: c.Identity.Trigger,
	}
	if c.Merchant != nil {
		subject.Website = c.Merchant.BusinessURL
	}
	var failed []error
	open := func(kind string, sealed *Sealed) secret.Text {
		plain, err := s.unseal(c, kind, sealed)
		failed = append(failed, err)
		return plain
	}
	if c.Device != nil {
		subject.IPAddress = open(kindAddress, c.Device.IPAddress)
	}
	if entity := c.LegalEntity; entity != nil {
		subject.EntityType, subject.BusinessName = entity.EntityType, entity.BusinessName
		subject.PersonalTax = open(kindTaxPersonal, entity.PersonalTaxID)
		subject.BusinessTax = open(kindTaxBusiness, entity.BusinessTaxID)
	}
	subject.Person(c.Contact, open)
	s.policyOf(c).Describe(c, &subject, open)
	return subject, errors.Join(failed...)
}

// Opener opens a sealed value of the customer under review.
type Opener = func(kind string, sealed *Sealed) secret.Text

// Person puts the person of a contact into the subject; nil leaves it as it is.
func (s *IdentitySubject) Person(person *Contact, open Opener) {
	if person == nil {
		return
	}
	s.FirstName, s.LastName, s.Phone = person.FirstName, person.LastName, person.Phone
	s.DateOfBirth = open(kindBirth, person.DateOfBirth)
}

// Identity reads the identity review of a customer. It returns NotFound and
// Forbidden insufficientScope.
func (s *Service) Identity(ctx context.Context, caller tenancy.Caller, id string) (IdentityView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return IdentityView{}, err
	}
	return identityView(&c.Identity), nil
}

// DecideIdentity is DecideReview with the review alone as its answer.
func (s *Service) DecideIdentity(ctx context.Context, caller tenancy.Caller, id string, in DecisionInput) (IdentityView, error) {
	c, err := s.DecideReview(ctx, caller, id, in)
	if err != nil {
		return IdentityView{}, err
	}
	return identityView(&c.Identity), nil
}

// DecideReview decides a review that waits for a person, from above only. It
// returns NotFound, Forbidden, Invalid and Conflict identityNotDecidable for a
// review in any other state.
func (s *Service) DecideReview(ctx context.Context, caller tenancy.Caller, id string, in DecisionInput) (*Customer, error) {
	at := At{ID: id, Need: tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true}}
	return s.Change(ctx, caller, at, "identity.decided", func(d *draft) error {
		next, reason := "", ""
		if !in.Status.Given() {
			d.missing("status")
		}
		d.choice(in.Status, &next, "status", string(IdentityVerified), string(IdentityRejected))
		d.text(in.Reason, &reason, "reason", 512)
		if !d.faults.Empty() {
			return nil
		}
		identity := &d.c.Identity
		if !identity.Status.decidable() {
			return fault.New(fault.Conflict, fault.CodeIdentityNotDecidable,
				"only a review that is in review, retry, document or kba can be decided; this one is "+string(identity.Status)).About("status", fault.BadValue)
		}
		decideReview(d, IdentityStatus(next), reason)
		d.reason = reason
		return nil
	})
}

// judged tells whether the state is one that a provider may answer.
func (s IdentityStatus) judged() bool {
	return s == IdentityPending || s == IdentityVerified || s == IdentityRejected || s.decidable()
}

// decidable tells whether a person may decide: the provider left it open.
func (s IdentityStatus) decidable() bool {
	return s == IdentityReview || s == IdentityRetry || s == IdentityDocument || s == IdentityKBA
}

// RefreshIdentity runs a review again, under a new id, from above only. It
// returns NotFound, Forbidden (also for a customer that is not active), and Conflict
// invalidResourceState for one that was enrolled without a review.
func (s *Service) RefreshIdentity(ctx context.Context, caller tenancy.Caller, id string) (IdentityView, error) {
	c, err := s.refresh(ctx, caller, id, false)
	if err != nil {
		return IdentityView{}, err
	}
	return identityView(&c.Identity), nil
}

// RefreshReview is RefreshIdentity for a caller that does not wait: the answer is
// pending, and the background work brings the result.
func (s *Service) RefreshReview(ctx context.Context, caller tenancy.Caller, id string) (*Customer, error) {
	return s.refresh(ctx, caller, id, true)
}

func (s *Service) refresh(ctx context.Context, caller tenancy.Caller, id string, later bool) (*Customer, error) {
	at := At{ID: id, Need: tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true}}
	return s.Change(ctx, caller, at, "identity.refreshed", func(d *draft) error {
		if err := d.active(); err != nil {
			return err
		}
		if d.c.Type != "" && !d.c.Type.reviewed() {
			return notReviewed(d.c)
		}
		s.judge(d, TriggerRefresh, later)
		return nil
	})
}

// notReviewed refuses what only a customer has whose type is reviewed.
func notReviewed(c *Customer) error {
	return fault.New(fault.Conflict, fault.CodeResourceState, "a customer that is "+string(c.Type)+" cannot be changed so")
}
