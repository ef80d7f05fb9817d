package customers

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"tenantry/internal/fault"
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
		d.judge(trigger)
	case !same && d.c.Identity.Status != IdentityNone:
		d.endJudgement()
	}
}

// endJudgement ends an earlier judgement whose data is no longer complete.
func (d *draft) endJudgement() {
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

// judge asks the provider and notes its verdict under a new review id. A
// provider that fails, or answers no verdict that there is, leaves the review
// pending with a reason: it never fails the change.
func (d *draft) judge(trigger Trigger) {
	subject, err := d.subject()
	if err != nil {
		d.fail(err)
		return
	}
	verdict, err := d.s.provider.Verify(context.Background(), subject)
	if err != nil || !verdict.Status.judged() {
		verdict = Verdict{Status: IdentityPending, Reason: "the identity provider gave no answer; refresh the review to ask again"}
	}
	id := d.newID()
	identity := &d.c.Identity
	identity.ReviewID, identity.Status, identity.Provider = id, verdict.Status, d.s.provider.Name()
	identity.Reason, identity.Messages = verdict.Reason, maps.Clone(verdict.Messages)
	identity.Started, identity.Updated = new(d.now), new(d.now)
	d.decided(Decision{
		ReviewID: id, Status: verdict.Status, At: d.now, Provider: identity.Provider,
		Reason: fmt.Sprintf("%s: %s", trigger, verdict.Reason),
	})
}

func (d *draft) decided(decision Decision) {
	list := append(d.c.Identity.Decisions, decision)
	d.c.Identity.Decisions = list[max(0, len(list)-maxDecisions):]
}

// subject opens what the provider may see.
func (d *draft) subject() (IdentitySubject, error) {
	c := d.c
	subject := IdentitySubject{Ref: c.Ref(), Name: c.Name, Email: c.Email, Now: d.now, Address: c.Address}
	entity := c.LegalEntity
	if entity == nil {
		entity = &LegalEntity{}
	}
	subject.EntityType, subject.BusinessName = entity.EntityType, entity.BusinessName
	if entity.BusinessAddress != nil {
		subject.Address = entity.BusinessAddress
	}
	person := entity.PersonalContact
	if person == nil {
		person = c.Contact
	}
	var failed []error
	if person != nil {
		subject.FirstName, subject.LastName, subject.Phone = person.FirstName, person.LastName, person.Phone
		birth, err := d.s.unseal(c, kindBirth, person.DateOfBirth)
		subject.DateOfBirth, failed = birth, append(failed, err)
	}
	personal, err := d.s.unseal(c, kindTaxPersonal, entity.PersonalTaxID)
	subject.PersonalTax, failed = personal, append(failed, err)
	business, err := d.s.unseal(c, kindTaxBusiness, entity.BusinessTaxID)
	subject.BusinessTax, failed = business, append(failed, err)
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

// DecideIdentity decides a review that waits for a person, from above only. It
// returns NotFound, Forbidden, Invalid and Conflict identityNotDecidable for a
// review in any other state.
func (s *Service) DecideIdentity(ctx context.Context, caller tenancy.Caller, id string, in DecisionInput) (IdentityView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true})
	if err != nil {
		return IdentityView{}, err
	}
	c, err = s.change(ctx, caller, c, 0, "identity.decided", func(d *draft) error {
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
				"only a review that is in review, retry or document can be decided; this one is "+string(identity.Status)).About("status", fault.BadValue)
		}
		identity.Status, identity.Reason, identity.Updated = IdentityStatus(next), reason, new(d.now)
		d.reason = reason
		d.decided(Decision{
			ReviewID: identity.ReviewID, Status: identity.Status, At: d.now, Actor: caller.Actor.Ref().ID,
			Credential: caller.Credential.ID, Reason: reason,
		})
		return nil
	})
	if err != nil {
		return IdentityView{}, err
	}
	return identityView(&c.Identity), nil
}

// judged tells whether the state is one that a provider may answer.
func (s IdentityStatus) judged() bool {
	return s == IdentityPending || s == IdentityVerified || s == IdentityRejected || s.decidable()
}

// decidable tells whether a person may decide: the provider left it open.
func (s IdentityStatus) decidable() bool {
	return s == IdentityReview || s == IdentityRetry || s == IdentityDocument
}

// RefreshIdentity runs a review again, under a new id, from above only. It
// returns NotFound, Forbidden (also for a customer that is not active).
func (s *Service) RefreshIdentity(ctx context.Context, caller tenancy.Caller, id string) (IdentityView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true})
	if err != nil {
		return IdentityView{}, err
	}
	c, err = s.change(ctx, caller, c, 0, "identity.refreshed", func(d *draft) error {
		if err := d.active(); err != nil {
			return err
		}
		d.judge(TriggerRefresh)
		return nil
	})
	if err != nil {
		return IdentityView{}, err
	}
	return identityView(&c.Identity), nil
}
