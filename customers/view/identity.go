package view

import (
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/tenancy"
)

// IdentityBrief is the state of the identity review inside a customer.
type IdentityBrief struct {
	Status reviews.IdentityStatus `json:"status"`
}

// IdentityView is the review itself.
type IdentityView struct {
	Object   string                 `json:"object"` // identity
	Status   reviews.IdentityStatus `json:"status"`
	ReviewID string                 `json:"reviewId,omitempty"`
	Provider string                 `json:"provider,omitempty"`
	Reason   string                 `json:"reason,omitempty"`
	Messages map[string]string      `json:"messages,omitempty"`
	Trigger  reviews.Trigger        `json:"trigger,omitempty"` // why the latest review ran
	// Processing is how reviews of this customer run, when it was said.
	Processing reviews.Processing `json:"processing,omitempty"`
	// Report is what the provider found.
	Report    *reviews.Report `json:"report,omitempty"`
	Decisions []DecisionView  `json:"decisions"`
	// NextAttempt is when the provider is asked (again) about a pending review.
	NextAttempt *Stamp `json:"nextAttempt,omitempty"`
	Started     *Stamp `json:"started,omitempty"`
	Updated     *Stamp `json:"updated,omitempty"`
}

// DecisionView shows one judgment of a review.
type DecisionView struct {
	ReviewID string                 `json:"reviewId,omitempty"` // absent where a review was skipped
	Status   reviews.IdentityStatus `json:"status"`
	At       Stamp                  `json:"at"`
	Provider string                 `json:"provider,omitempty"`
	ActorID  string                 `json:"actorId,omitempty"`
	// DecidedBy is the person who decided.
	DecidedBy string `json:"decidedBy,omitempty"`
	Reason    string `json:"reason,omitempty"`
}

// ShowIdentity returns the representation of an identity review for a reader below certain
// customers, root first: it names neither their ids nor their credentials.
func ShowIdentity(i *reviews.Identity, above []tenancy.ID) IdentityView {
	view := IdentityView{
		Object: "identity", Status: i.Status, Provider: i.Provider, Reason: i.Reason, Messages: i.Messages,
		Decisions: make([]DecisionView, 0, len(i.Decisions)), Started: StampOf(i.Started), Updated: StampOf(i.Updated),
		Trigger: i.Trigger, Processing: i.Processing, Report: i.Report(),
	}
	if i.Status == reviews.IdentityPending {
		view.NextAttempt = StampOf(i.Due)
	}
	if !i.ReviewID.IsZero() {
		view.ReviewID = i.ReviewID.String()
	}
	for _, decision := range i.Decisions {
		shown := DecisionView{
			Status: decision.Status, At: Stamp(decision.At),
			Provider: decision.Provider, DecidedBy: decision.Person, Reason: decision.Reason,
		}
		if !decision.ReviewID.IsZero() {
			shown.ReviewID = decision.ReviewID.String()
		}
		shown.ActorID = tenancy.Name(above, decision.Actor)
		if decision.Credential != "" && slices.Contains(above, decision.Actor) && strings.Contains(decision.Person, decision.Credential) {
			shown.DecidedBy = "" // who decided by a credential alone is called after it
		}
		view.Decisions = append(view.Decisions, shown)
	}
	return view
}

// IdentityOf returns the representation of the identity review of a customer, as
// ShowIdentity does.
func IdentityOf(c *customers.Customer, above []tenancy.ID) IdentityView {
	return ShowIdentity(&c.Identity, above)
}
