package customers

import (
	"context"
	"fmt"
	"regexp"
	"strings"

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
func (s *Service) DecideDocument(ctx context.Context, caller tenancy.Caller, part PartRef, in DocumentDecision) (DocumentView, error) {
	c, id, err := s.reachPart(ctx, caller, part, tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true})
	if err != nil {
		return DocumentView{}, err
	}
	at := At{Customer: c, Need: tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true}}
	changed, err := s.Change(ctx, caller, at, eventDocumentAccepted, func(d *draft) error {
		decided := d.c.document(id)
		if decided == nil {
			return fault.NotFoundError()
		}
		decision, reasons := d.documentDecision(in)
		if !d.faults.Empty() {
			return nil
		}
		if decided.Verification != DocumentPending {
			return wrongState("this document is " + string(decided.Verification) + " already")
		}
		decided.Verification, decided.FailureReasons, decided.Decided = decision, reasons, new(d.now)
		d.part = id
		d.documentDecided(decided)
		return nil
	})
	if err != nil {
		return DocumentView{}, err
	}
	return documentView(changed, changed.document(id)), nil
}

func (d *draft) documentDecision(in DocumentDecision) (DocumentVerification, []string) {
	decision := ""
	if !in.Decision.Given() {
		d.missing("decision")
	}
	d.choice(in.Decision, &decision, "decision", string(DocumentAccepted), string(DocumentRejected))
	reasons := in.Reasons.Or(nil)
	switch {
	case decision == string(DocumentAccepted) && len(reasons) > 0:
		d.faults.Add("reasons", fault.BadValue, "an accepted document has none; leave them out")
	case decision == string(DocumentRejected) && len(reasons) == 0:
		d.faults.Add("reasons", fault.Missing, "say why: one word or more such as ScanNotReadable")
	case len(reasons) > maxFailureReasons:
		d.faults.Add("reasons", fault.TooMany, fmt.Sprintf("at most %d reasons", maxFailureReasons))
		return "", nil
	}
	for i, reason := range reasons {
		path := fault.Index("reasons", i)
		if check.Text(&d.faults, reason, path, maxFailureReason) && !failureReasonForm.MatchString(reason) {
			d.faults.AddValue(path, fault.BadValue, reason, "must be one word of letters A-Z and digits such as ScanNotReadable")
		}
	}
	return DocumentVerification(decision), reasons
}

// documentDecided tells of a decision and lets it end the review that asked.
func (d *draft) documentDecided(doc *Document) {
	accepted := doc.Verification == DocumentAccepted
	if !doc.Owner.IsZero() {
		d.event = eventOwnerDocumentRejected
		if accepted {
			d.event = eventOwnerDocumentAccepted
			d.settleOwner(doc.Owner, OwnerVerified)
		}
		return
	}
	if !accepted {
		d.event = eventDocumentRejected
		d.reason = strings.Join(doc.FailureReasons, ", ")
		return
	}
	identity := &d.c.Identity
	if !d.c.AwaitsDocument() {
		return // somebody decided the review meanwhile
	}
	identity.Status, identity.Reason, identity.Updated = IdentityVerified, "a document was accepted", new(d.now)
	decided(d, Decision{
		ReviewID: identity.ReviewID, Status: IdentityVerified, At: d.now, Actor: d.caller.Actor.Ref().ID,
		Credential: d.caller.Credential.ID, Reason: identity.Reason,
	})
	d.AddEvent("identity.decided", tenancy.ID{})
}
