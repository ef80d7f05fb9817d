package client

import (
	"context"
	"net/http"
	"time"
)

// PlansService reads plans, what they ask for and what customers still need.
type PlansService struct{ c *Client }

// List returns the plans that the caller may assign.
func (s *PlansService) List(ctx context.Context, options ...CallOption) ([]Plan, error) {
	return all[Plan](ctx, s.c, path("plans"), options)
}

// Requirements returns what a plan asks of anyone, or of those of a country (ISO 3166-1
// alpha-3) or an entity type (ISP, LLC or CORP) alone; empty is everybody.
func (s *PlansService) Requirements(ctx context.Context, plan, country, entityType string, options ...CallOption) (*PlanRequirements, error) {
	return call[PlanRequirements](ctx, s.c, http.MethodGet, path("plans", plan, "requirements"), nil, with(options, asking(struct {
		Country    string `query:"country"`
		EntityType string `query:"entityType"`
	}{country, entityType})))
}

// Feature is what a plan lets a customer do. It may grow.
type Feature string

// The values of Feature.
const (
	FeatureCreateCustomers Feature = "createCustomers"
	FeatureAcceptPayments  Feature = "acceptPayments"
	FeatureSendPayments    Feature = "sendPayments"
	FeatureWithdraw        Feature = "withdraw"
	FeatureUnmask          Feature = "unmask"
)

// RequirementState is when something is needed. It may grow.
type RequirementState string

// The values of RequirementState.
const (
	RequirementEventually RequirementState = "eventually"
	RequirementDue        RequirementState = "due"
	RequirementPastDue    RequirementState = "pastDue"
	RequirementPending    RequirementState = "pending"
	RequirementFailed     RequirementState = "failed"
)

// Plan is a named set of features and of the verifications that they depend on.
type Plan struct {
	Key    string `json:"key"`
	Object string `json:"object"`
	Name   string `json:"name"`
	// May grow.
	Features []Feature `json:"features"`
	// May grow.
	Requires []string `json:"requires"`
	// The most that a customer of the plan may have; a name that is absent has no limit.
	Quotas *Quotas `json:"quotas,omitzero"`
}

// Quotas bounds what a customer of a plan and those below it may have; nil is no bound.
type Quotas struct {
	// Customers below it, at any depth.
	Customers *int `json:"customers,omitzero"`
	// Live keys; a pair counts once.
	Keys     *int `json:"keys,omitzero"`
	Webhooks *int `json:"webhooks,omitzero"`
	// Bytes of its documents.
	DocumentBytes *int64 `json:"documentBytes,omitzero"`
}

// PlanStatus shows what the plan of a customer allows now, and what is missing for the rest.
// It is computed, never set.
type PlanStatus struct {
	// The name of the plan.
	Plan    string `json:"plan"`
	PlanKey string `json:"planKey"`
	// verified when everything that the plan requires is; for a customer that is not active,
	// its own status, and then every feature is off. One of verified, unverified, created,
	// disabled and locked.
	Status string `json:"status"`
	// What the plan requires, and nothing else.
	Verifications map[string]string `json:"verifications"`
	// What is missing, as codes for programs, in the order in which to provide it:
	// underwritingData followed by the missing fields, identityReview and the like, bankDrops,
	// verifyBankDropAmounts.
	Needed []string `json:"needed"`
	// Whether each feature of the plan is on now.
	Features map[string]bool `json:"features"`
	// What is and will be needed, with its state, for programs and people.
	Requirements []Requirement `json:"requirements"`
	// The first deadline to come among the requirements.
	NextDeadline time.Time `json:"nextDeadline,omitzero"`
}

// Requirement is one thing that is needed, or will be.
type Requirement struct {
	// Stable, for programs: docs/requirements.md lists the codes. More may be added.
	Code string `json:"code"`
	// The native path of the field, or identity, defaultBank or ownership.
	Path string `json:"path"`
	// eventually: asked for later. due: asked for now. pastDue: its deadline has passed.
	// pending: somebody else than the customer is at it. failed: it was looked at and refused.
	// May grow.
	State RequirementState `json:"state"`
	// Why it is asked for. Not in events.
	Reason string `json:"reason,omitzero"`
	// What to send or do. Not in events.
	Remedy string `json:"remedy,omitzero"`
	// Until then its features stay on.
	Deadline time.Time `json:"deadline,omitzero"`
	// The features of the plan that it holds back, or will.
	Features []string `json:"features"`
	// Paths that would do as well.
	Alternatives []string `json:"alternatives,omitzero"`
	// What failed.
	Error *RequirementError `json:"error,omitzero"`
}

// RequirementError describes what was wrong with what was sent before.
type RequirementError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// PlanStatusPreview shows what a change would do to the plan status.
type PlanStatusPreview struct {
	Object string `json:"object"`
	// As it would be found after the change.
	PlanStatus PlanStatus `json:"planStatus"`
	// As it is now.
	Current PlanStatus `json:"current"`
	// The features that would end at once. What ends at the deadline of a review has it in
	// planStatus.requirements.
	SwitchedOff []string `json:"switchedOff"`
	// The features that would begin at once.
	SwitchedOn []string `json:"switchedOn"`
	// Whether the change would start a review of the identity.
	ReviewStarts bool `json:"reviewStarts"`
}

// PlanRequirements shows what a plan asks of anyone.
type PlanRequirements struct {
	Object string `json:"object"`
	// The name of the plan.
	Plan         string            `json:"plan"`
	PlanKey      string            `json:"planKey"`
	Requirements []PlanRequirement `json:"requirements"`
}

// PlanRequirement is one thing that a plan asks for.
type PlanRequirement struct {
	Code         string   `json:"code"`
	Path         string   `json:"path"`
	Reason       string   `json:"reason"`
	Remedy       string   `json:"remedy"`
	Features     []string `json:"features"`
	Alternatives []string `json:"alternatives,omitzero"`
	// From when it is asked for; from the creation of the customer on, if absent.
	After *RequirementStart `json:"after,omitzero"`
	// How many days it may be due before its features end.
	WithinDays *float64 `json:"withinDays,omitzero"`
}

// RequirementStart is the turnover or age from which something is asked for.
type RequirementStart struct {
	Days *int `json:"days,omitzero"`
	// The sum of credits and debits of the last twelve months.
	Volume   string `json:"volume,omitzero"`
	Currency string `json:"currency,omitzero"`
	Payments *int   `json:"payments,omitzero"`
}
