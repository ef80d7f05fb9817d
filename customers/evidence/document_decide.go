package evidence

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/identity"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// DocumentDecision decides a document.
type DocumentDecision struct {
	Decision patch.Field[string] `json:"decision"` // accepted, rejected; required
	// Reasons are short words such as ScanNotReadable: 1 to 10 for a rejection, none
	// otherwise.
	Reasons patch.Field[[]string] `json:"reasons"`
}

const (
	maxFailureReasons = 10
	maxFailureReason  = 64
)

var failureReasonForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)

// DecideDocument accepts or rejects a document that waits for it, from above only.
// An accepted one ends the review that asked for it: the customer, or the owner, is
// verified. A rejected one leaves it as it is, and another document can be sent. It
// returns NotFound, Forbidden, Invalid and Conflict invalidResourceState for a
// document that was decided already.
func (s *Service) DecideDocument(ctx context.Context, caller tenancy.Caller, part SubresourceRef, in DocumentDecision) (view.DocumentView, error) {
	c, id, err := s.reachPart(ctx, caller, part, tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true})
	if err != nil {
		return view.DocumentView{}, err
	}
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true}}
	return registry.ChangeTo(ctx, s.registry, caller, at, eventDocumentAccepted, func(d *registry.Draft) error {
		if err := registry.MayDecide(d); err != nil {
			return err
		}
		decided := d.Customer.Document(id)
		if decided == nil {
			return fault.NotFoundError()
		}
		decision, reasons := documentDecision(d, in)
		if !d.Faults.Empty() {
			return nil
		}
		if decided.Verification != customers.DocumentPending {
			return wrongState("this document is " + string(decided.Verification) + " already")
		}
		decided.Verification, decided.FailureReasons, decided.Decided = decision, reasons, new(d.Now)
		d.Part = id
		documentDecided(d, decided)
		return nil
	}, func(c *customers.Customer) (view.DocumentView, error) {
		return view.ShowDocument(c, c.Document(id)), nil
	})
}

func documentDecision(d *registry.Draft, in DocumentDecision) (customers.DocumentVerification, []string) {
	decision := ""
	if !in.Decision.Given() {
		fields.Missing(d, "decision")
	}
	fields.Choice(d, in.Decision, &decision, "decision", string(customers.DocumentAccepted), string(customers.DocumentRejected))
	reasons := in.Reasons.Or(nil)
	switch {
	case decision == string(customers.DocumentAccepted) && len(reasons) > 0:
		d.Faults.Add("reasons", fault.BadValue, "an accepted document has no reasons; leave them out")
	case decision == string(customers.DocumentRejected) && len(reasons) == 0:
		d.Faults.Add("reasons", fault.Missing, "say why: one word or more such as ScanNotReadable")
	case len(reasons) > maxFailureReasons:
		d.Faults.Add("reasons", fault.TooMany, fmt.Sprintf("at most %d reasons", maxFailureReasons))
		return "", nil
	}
	for i, reason := range reasons {
		path := fault.Index("reasons", i)
		if check.Text(&d.Faults, reason, path, maxFailureReason) && !failureReasonForm.MatchString(reason) {
			d.Faults.AddValue(path, fault.BadValue, reason, "must be one word of letters A-Z and digits such as ScanNotReadable")
		}
	}
	return customers.DocumentVerification(decision), reasons
}

// documentDecided names the event of a decision and lets it end the review that asked.
func documentDecided(d *registry.Draft, doc *customers.Document) {
	accepted := doc.Verification == customers.DocumentAccepted
	if !doc.Owner.IsZero() {
		d.Event = eventOwnerDocumentRejected
		if accepted {
			d.Event = eventOwnerDocumentAccepted
			settleOwner(d, doc.Owner, customers.OwnerVerified)
		}
		return
	}
	if !accepted {
		d.Event = eventDocumentRejected
		d.Reason = strings.Join(doc.FailureReasons, ", ")
		return
	}
	review := &d.Customer.Identity
	if !d.Customer.AwaitsDocument() {
		return // somebody decided the review meanwhile
	}
	review.Status, review.Reason, review.Updated = reviews.IdentityVerified, "a document was accepted", new(d.Now)
	identity.AddDecision(d, reviews.Decision{
		ReviewID: review.ReviewID, Status: reviews.IdentityVerified, At: d.Now, Actor: d.Caller.Actor.Ref().ID,
		Credential: d.Caller.Credential.ID, Reason: review.Reason,
	})
	d.AddEvent("identity.decided", tenancy.ID{})
}
