package identity

import (
	"context"
	"errors"
	"time"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// maxDecisions bounds the history of judgements that a customer keeps.
const maxDecisions = 20

// Review runs an identity review of the draft when the policy of the customer asks for
// one, there is enough to review, and what would be judged is new. Data that is no
// longer enough ends an earlier judgement.
func (s *Service) Review(d *registry.Draft, trigger customers.Trigger) { s.reviewAs(d, trigger, false) }

// ReviewAnew is review for a customer that comes back: what was judged of it before
// does not count, and the background work asks.
func (s *Service) ReviewAnew(d *registry.Draft, trigger customers.Trigger) {
	s.reviewAs(d, trigger, true)
}

func (s *Service) reviewAs(d *registry.Draft, trigger customers.Trigger, anew bool) {
	if !d.Sound() {
		return
	}
	policy := s.policyOf(d.Customer)
	if !policy.Applies(d.Customer) || standsRejected(d) {
		return
	}
	identity := &d.Customer.Identity
	if trigger == customers.TriggerCreate && identity.Processing == customers.ProcessSkip {
		identity.Status, identity.Reason = customers.IdentityVerified, "the account's policy allows doing without a review"
		identity.Updated = new(d.Now)
		AddDecision(d, customers.Decision{
			Status: customers.IdentityVerified, At: d.Now, Actor: d.Caller.Actor.Ref().ID, Credential: d.Caller.Credential.ID, Reason: identity.Reason,
		})
		return
	}
	lacking := policy.Lacking(d.Customer)
	same := !anew && d.Before != nil && policy.Same(d.Before, d.Customer)
	switch {
	case same && identity.Status != customers.IdentityNone:
	case lacking == "":
		s.Start(d, trigger, anew || identity.Processing == customers.ProcessBackground)
	case !same && identity.Status != customers.IdentityNone:
		endJudgment(d, lacking)
	}
}

// endJudgment ends an earlier judgement whose data is no longer complete.
func endJudgment(d *registry.Draft, reason string) {
	identity := &d.Customer.Identity
	identity.Status, identity.Messages, identity.Findings, identity.Questions, identity.Due = customers.IdentityNone, nil, nil, nil, nil
	identity.Reason, identity.Updated = reason, new(d.Now)
}

// standsRejected reports whether a rejection stands: only somebody above lifts it,
// by changing the data or by another review; the customer itself does not.
func standsRejected(d *registry.Draft) bool {
	return d.Before != nil && d.Before.Identity.Status == customers.IdentityRejected && !tenancy.IsAbove(d.Caller.Actor, d.Customer)
}

// Start starts a review under a new id. A provider of this process judges at once,
// unless later says that the background work shall ask it. A provider that fails,
// or answers what is no verdict, leaves the review pending with a reason, to be asked
// again: it never fails the change. A remote provider is never asked here.
func (s *Service) Start(d *registry.Draft, trigger customers.Trigger, later bool) {
	identity := &d.Customer.Identity
	identity.ReviewID, identity.Provider, identity.Trigger = d.NewID(), s.provider.Name(), trigger
	identity.Status, identity.Reason = customers.IdentityPending, "the review was started and has no result yet"
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
		verdict, err := s.provider.Verify(context.Background(), subject)
		s.applyAnswer(d, verdict, err)
	}
}

func AddDecision(d *registry.Draft, decision customers.Decision) {
	list := append(d.Customer.Identity.Decisions, decision)
	d.Customer.Identity.Decisions = list[max(0, len(list)-maxDecisions):]
}

// subject opens what the provider may see.
func (s *Service) subject(c *customers.Customer, now time.Time) (Subject, error) {
	subject := Subject{
		Ref: c.Ref(), ReviewID: c.Identity.ReviewID, Kind: c.PartyType, HasProfile: c.HasProfile(), Outcome: c.Identity.Outcome,
		Name: c.Name, Email: c.Email, Now: now, Address: c.Address, Type: c.EnrollmentType, Trigger: c.Identity.Trigger,
	}
	if c.Merchant != nil {
		subject.Website = c.Merchant.BusinessURL
	}
	var failed []error
	open := func(kind string, sealed *customers.Sealed) secret.Text {
		plain, err := s.view.Open(c, kind, sealed)
		failed = append(failed, err)
		return plain
	}
	if c.Device != nil {
		subject.IPAddress = open(customers.FieldIPAddress, c.Device.IPAddress)
	}
	if entity := c.LegalEntity; entity != nil {
		subject.EntityType, subject.BusinessName = entity.EntityType, entity.BusinessName
		subject.PersonalTax = open(customers.FieldPersonalTaxID, entity.PersonalTaxID)
		subject.BusinessTax = open(customers.FieldBusinessTaxID, entity.BusinessTaxID)
	}
	subject.Person(c.Contact, open)
	s.policyOf(c).Describe(c, &subject, open)
	return subject, errors.Join(failed...)
}

// Opener opens a sealed value of the customer under review.
type Opener = func(kind string, sealed *customers.Sealed) secret.Text

// Person puts the person of a contact into the subject; nil leaves it as it is.
func (s *Subject) Person(person *customers.Contact, open Opener) {
	if person == nil {
		return
	}
	s.FirstName, s.LastName, s.Phone = person.FirstName, person.LastName, person.Phone
	s.DateOfBirth = open(customers.FieldDateOfBirth, person.DateOfBirth)
}

// Identity reads the identity review of a customer. It returns NotFound and
// Forbidden insufficientScope.
func (s *Service) Identity(ctx context.Context, caller tenancy.Caller, id string) (view.IdentityView, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return view.IdentityView{}, err
	}
	return view.ShowIdentity(&c.Identity), nil
}

// DecideIdentity is DecideReview with the review alone as its answer.
func (s *Service) DecideIdentity(ctx context.Context, caller tenancy.Caller, id string, in DecisionInput) (view.IdentityView, error) {
	c, err := s.DecideReview(ctx, caller, id, in)
	if err != nil {
		return view.IdentityView{}, err
	}
	return view.ShowIdentity(&c.Identity), nil
}

// DecideReview decides a review that waits for a person, from above only. It
// returns NotFound, Forbidden, Invalid and Conflict identityNotDecidable for a
// review in any other state.
func (s *Service) DecideReview(ctx context.Context, caller tenancy.Caller, id string, in DecisionInput) (*customers.Customer, error) {
	at := registry.At{ID: id, Need: tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true}}
	return s.registry.Change(ctx, caller, at, "identity.decided", func(d *registry.Draft) error {
		next, reason := "", ""
		if !in.Status.Given() {
			fields.Missing(d, "status")
		}
		fields.Choice(d, in.Status, &next, "status", string(customers.IdentityVerified), string(customers.IdentityRejected))
		fields.Text(d, in.Reason, &reason, "reason", 512)
		if !d.Faults.Empty() {
			return nil
		}
		identity := &d.Customer.Identity
		if !decidable(identity.Status) {
			return fault.New(fault.Conflict, fault.CodeIdentityNotDecidable,
				"only a review that is in review, retry, document or kba can be decided; this one is "+string(identity.Status)).About("status", fault.BadValue)
		}
		decideReview(d, customers.IdentityStatus(next), reason)
		d.Reason = reason
		return nil
	})
}

// judged tells whether the state is one that a provider may answer.
func judged(s customers.IdentityStatus) bool {
	return s == customers.IdentityPending || s == customers.IdentityVerified || s == customers.IdentityRejected || decidable(s)
}

// decidable tells whether a person may decide: the provider left it open.
func decidable(s customers.IdentityStatus) bool {
	return s == customers.IdentityReview || s == customers.IdentityRetry || s == customers.IdentityDocument || s == customers.IdentityKBA
}

// RefreshIdentity runs a review again, under a new id, from above only. It
// returns NotFound, Forbidden (also for a customer that is not active), and Conflict
// invalidResourceState for one that was enrolled without a review.
func (s *Service) RefreshIdentity(ctx context.Context, caller tenancy.Caller, id string) (view.IdentityView, error) {
	c, err := s.refresh(ctx, caller, id, false)
	if err != nil {
		return view.IdentityView{}, err
	}
	return view.ShowIdentity(&c.Identity), nil
}

// RefreshReview is RefreshIdentity for a caller that does not wait: the answer is
// pending, and the background work brings the result.
func (s *Service) RefreshReview(ctx context.Context, caller tenancy.Caller, id string) (*customers.Customer, error) {
	return s.refresh(ctx, caller, id, true)
}

func (s *Service) refresh(ctx context.Context, caller tenancy.Caller, id string, later bool) (*customers.Customer, error) {
	at := registry.At{ID: id, Need: tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true}}
	return s.registry.Change(ctx, caller, at, "identity.refreshed", func(d *registry.Draft) error {
		if err := d.Active(); err != nil {
			return err
		}
		if d.Customer.EnrollmentType != "" && !d.Customer.EnrollmentType.Reviewed() {
			return notReviewed(d.Customer)
		}
		s.Start(d, customers.TriggerRefresh, later)
		return nil
	})
}

// notReviewed refuses what only a customer has whose type is reviewed.
func notReviewed(c *customers.Customer) error {
	return fault.New(fault.Conflict, fault.CodeResourceState, "a customer that is "+string(c.EnrollmentType)+" cannot be changed so")
}
