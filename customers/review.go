package customers

import (
	"context"
	"errors"
	"time"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/plans"
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

// review runs an identity review when the plan asks for one, its data is
// complete, and what would be judged is new. Identity data that is no longer
// complete ends an earlier judgement.
func (d *draft) review(trigger Trigger) {
	if !d.faults.Empty() || d.broken != nil {
		return
	}
	switch {
	case d.c.Type != "":
		d.reviewEnrolled(trigger)
		return
	case d.c.Kind != "":
		d.screen(trigger)
		return
	}
	verification, wanted := d.s.planOf(d.c).Underwriting()
	if !wanted {
		d.reviewBasic(trigger)
		return
	}
	if d.standsRejected() {
		return
	}
	complete := true
	for _, path := range plans.RequiredFields(verification, d.s.factsOf(d.c).EntityType) {
		complete = complete && d.c.given(path)
	}
	same := d.before != nil && sameIdentityData(d.before, d.c)
	switch {
	case same && d.c.Identity.Status != IdentityNone:
	case complete:
		d.judge(trigger, false)
	case !same && d.c.Identity.Status != IdentityNone:
		d.endJudgment()
	}
}

// endJudgment ends an earlier judgement whose data is no longer complete.
func (d *draft) endJudgment() {
	d.c.Identity.Status, d.c.Identity.Messages = IdentityNone, nil
	d.c.Identity.Reason = "data that the last review judged was taken away"
	d.c.Identity.Updated = new(d.now)
}

// standsRejected tells whether a rejection stands: only somebody above lifts it,
// by changing the data or by another review; the customer itself does not.
func (d *draft) standsRejected() bool {
	return d.before != nil && d.before.Identity.Status == IdentityRejected && !tenancy.IsAbove(d.caller.Actor, d.c)
}

// sameIdentityData tells whether a review would see the same in both.
func sameIdentityData(a, b *Customer) bool {
	la, lb := a.LegalEntity, b.LegalEntity
	if a.Name != b.Name || a.Email != b.Email || (la == nil) != (lb == nil) {
		return false
	}
	return la == nil || (la.EntityType == lb.EntityType && la.BusinessName == lb.BusinessName &&
		la.BusinessTaxID == lb.BusinessTaxID && la.PersonalTaxID == lb.PersonalTaxID &&
		la.BusinessAddress == lb.BusinessAddress && la.PersonalAddress == lb.PersonalAddress &&
		la.PersonalContact == lb.PersonalContact)
}

// judge starts a review under a new id. A provider of this process judges at once,
// unless later says that the background work shall ask it. A provider that fails,
// or answers no verdict that there is, leaves the review pending with a reason, to
// be asked again: it never fails the change. A remote provider is never asked here.
func (d *draft) judge(trigger Trigger, later bool) {
	identity := &d.c.Identity
	identity.ReviewID, identity.Provider, identity.Trigger = d.newID(), d.s.provider.Name(), trigger
	identity.Status, identity.Reason = IdentityPending, "the review was started and has no result yet"
	identity.Messages, identity.Findings, identity.Questions, identity.Attempts = nil, nil, nil, 0
	identity.Started, identity.Updated = new(d.now), new(d.now)
	_, remote := d.s.provider.(RemoteProvider)
	switch {
	case later:
		identity.Due = new(d.now)
	case remote:
		// Whoever made the change asks as soon as it is written; the background work
		// does should that never come to an end.
		identity.Due, d.asks = new(d.now.Add(askGrace)), true
	default:
		identity.Due = nil
		subject, err := d.s.subject(d.c, d.now)
		if err != nil {
			d.fail(err)
			return
		}
		verdict, err := d.s.provider.Verify(context.Background(), subject)
		d.verdict(verdict, err)
	}
}

func (d *draft) decided(decision Decision) {
	list := append(d.c.Identity.Decisions, decision)
	d.c.Identity.Decisions = list[max(0, len(list)-maxDecisions):]
}

// subject opens what the provider may see.
func (s *Service) subject(c *Customer, now time.Time) (IdentitySubject, error) {
	subject := IdentitySubject{
		Ref: c.Ref(), ReviewID: c.Identity.ReviewID, Kind: c.Kind, HasProfile: c.HasProfile(), Outcome: c.Identity.Outcome,
		Name: c.Name, Email: c.Email, Now: now, Address: c.Address, Type: c.Type, Trigger: c.Identity.Trigger,
	}
	if c.Type != "" {
		subject.Kind = c.EffectiveKind()
	}
	entity := c.LegalEntity
	if entity == nil {
		entity = &LegalEntity{}
	}
	subject.EntityType, subject.BusinessName = entity.EntityType, entity.BusinessName
	if entity.BusinessAddress != nil && !c.apart() {
		subject.Address = entity.BusinessAddress
	}
	person := entity.PersonalContact
	if person == nil || c.apart() {
		person = c.Contact
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
	if person != nil {
		subject.FirstName, subject.LastName, subject.Phone = person.FirstName, person.LastName, person.Phone
		subject.DateOfBirth = open(kindBirth, person.DateOfBirth)
	}
	if c.Device != nil {
		subject.IPAddress = open(kindAddress, c.Device.IPAddress)
	}
	subject.PersonalTax = open(kindTaxPersonal, entity.PersonalTaxID)
	subject.BusinessTax = open(kindTaxBusiness, entity.BusinessTaxID)
	subject.enrolled(c.Enrolment, open)
	if c.Identity.Basic {
		subject = c.basicSubject(subject)
	}
	return subject, errors.Join(failed...)
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
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true})
	if err != nil {
		return nil, err
	}
	return s.change(ctx, caller, c, 0, "identity.decided", func(d *draft) error {
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
		d.decideReview(IdentityStatus(next), reason)
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
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true})
	if err != nil {
		return nil, err
	}
	asks := false
	c, err = s.change(ctx, caller, c, 0, "identity.refreshed", func(d *draft) error {
		if err := d.active(); err != nil {
			return err
		}
		if d.c.Type != "" && !d.c.Type.reviewed() {
			return notInState(d.c.Stage())
		}
		d.judge(TriggerRefresh, later)
		asks = d.asks
		return nil
	})
	if err == nil && asks {
		c = s.askNow(ctx, c)
	}
	return c, err
}
