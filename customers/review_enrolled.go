package customers

import (
	"fmt"
	"reflect"

	"tenantry/internal/secret"
)

// reviewEnrolled runs the review of an enrolled person or business when what was
// reviewed is changed other than by the rules of its enrolment. Data that is no
// longer complete ends an earlier judgement.
func (d *draft) reviewEnrolled(trigger Trigger) {
	if trigger != TriggerUpdate || !d.c.Type.reviewed() || d.c.Status != StatusActive || d.standsRejected() || sameEnrolled(d.before, d.c) {
		return
	}
	if d.c.enrolledWhole() {
		d.judge(trigger, false)
		return
	}
	identity := &d.c.Identity
	identity.Status, identity.Messages, identity.Findings, identity.Questions, identity.Due = IdentityNone, nil, nil, nil, nil
	identity.Reason, identity.Updated = "data that the last review judged was taken away", new(d.now)
}

// sameEnrolled tells whether a review would see the same in both. How to reach the
// customer is not reviewed, except where it lives.
func sameEnrolled(a, b *Customer) bool {
	was, now := reviewedOf(a), reviewedOf(b)
	for i := range was {
		if was[i].path != "externalId" && !reflect.DeepEqual(was[i].value, now[i].value) {
			return false
		}
	}
	return a.Name == b.Name && a.Address == b.Address
}

// enrolledWhole tells whether what a review of the type looks at is all there.
func (c *Customer) enrolledWhole() bool {
	if c.LegalEntity == nil || c.Address == nil {
		return false
	}
	if c.Type == TypeBusiness && c.businessForm() != SoleProprietorship {
		return c.LegalEntity.BusinessTaxID != nil
	}
	return c.LegalEntity.PersonalTaxID != nil && c.Contact != nil && c.Contact.DateOfBirth != nil
}

// enrolled adds what only an enrolled business gives.
func (s *IdentitySubject) enrolled(e *Enrolment, open func(kind string, sealed *Sealed) secret.Text) {
	if e == nil {
		return
	}
	s.BusinessType, s.BusinessClassification = e.BusinessType, e.BusinessClassification
	c := e.Controller
	if c == nil {
		return
	}
	s.Controller = &ControllerSubject{
		Title: c.Title, FirstName: c.FirstName, LastName: c.LastName, Address: c.Address,
		DateOfBirth: open(kindBirth, c.DateOfBirth), PersonalTax: open(kindTaxPersonal, c.PersonalTaxID),
	}
	if c.Passport != nil {
		s.Controller.Passport, s.Controller.PassportCountry = open(kindPassport, c.Passport.Number), c.Passport.Country
	}
}

// reachable gives the state that a provider's judgement leads to: a second review
// asks for nothing anew, and questions are asked of people only, by a provider that
// has some. Either needs a document instead.
func (d *draft) reachable(status IdentityStatus) IdentityStatus {
	_, asks := d.s.provider.(QuestionProvider)
	switch {
	case status == IdentityRetry && d.c.Identity.Trigger == TriggerRetry,
		status == IdentityKBA && (!asks || d.c.EffectiveKind() != KindIndividual):
		return IdentityDocument
	default:
		return status
	}
}

// decideReview notes what the caller decided of the review.
func (d *draft) decideReview(status IdentityStatus, reason string) {
	d.closeReview(Decision{
		Status: status, Actor: d.caller.Actor.Ref().ID, Credential: d.caller.Credential.ID, Reason: reason,
	})
}

// judgeReview notes what the provider decided of the review in a further step of it.
func (d *draft) judgeReview(status IdentityStatus, reason string) {
	d.closeReview(Decision{Status: status, Provider: d.s.provider.Name(), Reason: reason})
}

func (d *draft) closeReview(decision Decision) {
	identity := &d.c.Identity
	decision.ReviewID, decision.At = identity.ReviewID, d.now
	identity.Status, identity.Reason, identity.Updated = decision.Status, decision.Reason, new(d.now)
	identity.Questions, identity.Due = nil, nil
	d.decided(decision)
}

// answered words the judgement of answers.
func answered(right, of int) string {
	return fmt.Sprintf("%d of %d questions were answered right", right, of)
}
