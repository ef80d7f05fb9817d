package customers

import (
	"fmt"
	"maps"
	"reflect"
	"time"
)

// How often a provider that gave no answer is asked again: the last one for ever.
// Each customer keeps its own count, so that a restart changes nothing.
var askAgain = [...]time.Duration{10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour}

// askGrace is how long the request that started an inline review has to bring its
// result, before the background work asks again. It is longer than a request.
const askGrace = time.Minute

// screen runs the reviews of customers that are reviewed whatever their plan: on
// creation, when what was reviewed changes, and when an inactive one comes back. A
// business that gave no profile has nothing to review.
func (d *draft) screen(trigger Trigger) {
	if d.c.Status != StatusActive || d.standsRejected() {
		return
	}
	identity := &d.c.Identity
	if trigger == TriggerUpdate && !d.reopened && sameScreened(d.before, d.c) {
		return
	}
	switch {
	case trigger == TriggerCreate && identity.Processing == ProcessSkip:
		identity.Status, identity.Reason = IdentityVerified, "the account's policy allows doing without a review"
		identity.Updated = new(d.now)
		d.decided(Decision{
			Status: IdentityVerified, At: d.now, Actor: d.caller.Actor.Ref().ID, Credential: d.caller.Credential.ID, Reason: identity.Reason,
		})
	case d.c.Kind == KindBusiness && !d.c.HasProfile() && !d.c.forced():
		if identity.Status != IdentityNone {
			identity.Status, identity.Messages, identity.Findings, identity.Due = IdentityNone, nil, nil, nil
			identity.Reason, identity.Updated = "there is no business profile to review", new(d.now)
		}
	default:
		d.judge(trigger, d.reopened || identity.Processing == ProcessBackground)
	}
}

// sameScreened tells whether a review would see the same in both. Devices and free
// data are not reviewed.
func sameScreened(a, b *Customer) bool {
	return a.Name == b.Name && Fold(a.Email) == Fold(b.Email) && a.Contact == b.Contact && a.Address == b.Address &&
		websiteOf(a) == websiteOf(b) && reflect.DeepEqual(a.LegalEntity, b.LegalEntity)
}

func websiteOf(c *Customer) string {
	if c.Merchant == nil {
		return ""
	}
	return c.Merchant.BusinessURL
}

// verdict notes what a provider answered of the draft's review, or that it did not.
func (d *draft) verdict(v Verdict, err error) {
	identity := &d.c.Identity
	identity.Updated = new(d.now)
	kept, unfit := findings(v.Report)
	if err != nil || unfit != nil || !v.Status.judged() {
		identity.Status, identity.Reason = IdentityPending, "the identity provider gave no answer; it will be asked again, or refresh the review"
		wait := askAgain[min(int(identity.Attempts), len(askAgain)-1)]
		identity.Attempts++
		identity.Due = new(d.now.Add(wait))
		return
	}
	v.Status = d.reachable(v.Status)
	identity.Status, identity.Reason, identity.Messages, identity.Findings = v.Status, v.Reason, maps.Clone(v.Messages), kept
	identity.Due, identity.Attempts, identity.Questions = nil, 0, nil
	d.decided(Decision{
		ReviewID: identity.ReviewID, Status: v.Status, At: d.now, Provider: identity.Provider,
		Reason: fmt.Sprintf("%s: %s", identity.Trigger, v.Reason),
	})
}
