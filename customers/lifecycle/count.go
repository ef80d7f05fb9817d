package lifecycle

import (
	"context"

	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/plans"
	"tenantry/tenancy"
)

// CountByStatus returns the number of children of the caller's subject by status. It
// returns Forbidden insufficientScope.
func (s *Service) CountByStatus(ctx context.Context, caller tenancy.Caller) (rows.StatusCounts, error) {
	subject := registry.Stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.Read}, subject); err != nil {
		return nil, err
	}
	counts, err := s.store.CountByStatus(ctx, rows.TenantScope(subject), subject.ID)
	return counts, rows.StoreFault(err, "counting the children of "+subject.Ref().String())
}

// Summary counts the customers below one by what they are and what they wait for.
type Summary struct {
	Object string `json:"object"` // customerSummary
	// Deep reports that all descendants are counted, not only children.
	Deep  bool  `json:"deep"`
	Count int64 `json:"count"` // all of them
	// Status, IdentityStatus and PlanStatus have every word, PlanKey those plans alone that
	// somebody has.
	Status         map[string]int64 `json:"status"`
	IdentityStatus map[string]int64 `json:"identityStatus"`
	PlanKey        map[string]int64 `json:"planKey"`
	PlanStatus     map[string]int64 `json:"planStatus"`
	// CountIsLowerBound reports that there may be more than some number says; LowerBounds
	// names these, such as status.active.
	CountIsLowerBound bool     `json:"countIsLowerBound,omitempty"`
	LowerBounds       []string `json:"lowerBounds,omitempty"`
}

// Summarize counts the children of the caller's subject, or all of its descendants, by
// status, identity status, plan and planStatus. It returns Forbidden insufficientScope.
func (s *Service) Summarize(ctx context.Context, caller tenancy.Caller, deep bool) (Summary, error) {
	subject := registry.Stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.Read}, subject); err != nil {
		return Summary{}, err
	}
	traits := []rows.Trait{{}}
	for _, word := range statuses {
		traits = append(traits, rows.Trait{Kind: rows.TraitStatus, Word: string(word)})
	}
	for _, word := range reviews.IdentityStatuses() {
		traits = append(traits, rows.Trait{Kind: rows.TraitIdentityStatus, Word: string(word)})
	}
	for _, plan := range s.catalog.All() {
		traits = append(traits, rows.Trait{Kind: rows.TraitPlanKey, Word: plan.Key})
	}
	for _, word := range plans.StatusWords() {
		traits = append(traits, rows.Trait{Kind: rows.TraitPlanStatus, Word: word})
	}
	counts, err := s.store.CountTraits(ctx, rows.CountQuery{Tenant: rows.TenantScope(subject), Under: subject.ID, Deep: deep, Traits: traits, MayLag: true})
	if err != nil {
		return Summary{}, rows.StoreFault(err, "counting the customers below "+subject.Ref().String())
	}
	sum := Summary{
		Object: "customerSummary", Deep: deep, Count: counts[0].N, CountIsLowerBound: counts[0].AtLeast,
		Status: map[string]int64{}, IdentityStatus: map[string]int64{}, PlanKey: map[string]int64{}, PlanStatus: map[string]int64{},
	}
	if counts[0].AtLeast {
		sum.LowerBounds = append(sum.LowerBounds, "count")
	}
	by := map[rows.TraitKind]map[string]int64{
		rows.TraitStatus: sum.Status, rows.TraitIdentityStatus: sum.IdentityStatus, rows.TraitPlanKey: sum.PlanKey, rows.TraitPlanStatus: sum.PlanStatus,
	}
	for i, trait := range traits[1:] {
		found := counts[i+1]
		if found.N > 0 || trait.Kind != rows.TraitPlanKey {
			by[trait.Kind][trait.Word] = found.N
		}
		if found.AtLeast {
			sum.CountIsLowerBound = true
			sum.LowerBounds = append(sum.LowerBounds, string(trait.Kind)+"."+trait.Word)
		}
	}
	return sum, nil
}
