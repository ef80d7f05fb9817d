package lifecycle

import (
	"context"
	"slices"

	"tenantry/customers/registry"
	"tenantry/plans"
	"tenantry/tenancy"
)

// Preview returns the planStatus that a customer would have if it were created now, without
// creating it: nothing is written and no value is reserved. It returns what Create returns,
// but for values that are taken.
func (s *Service) Preview(ctx context.Context, caller tenancy.Caller, in CreateInput) (plans.Status, error) {
	at := registry.NewCustomer{Need: tenancy.Need{Scope: tenancy.CustomersWrite | tenancy.Read}}
	c, err := s.registry.Preview().Insert(ctx, caller, at, func(d *registry.Draft) error {
		s.fill(d, in.Input)
		return nil
	})
	if err != nil {
		return plans.Status{}, err
	}
	return s.view.PlanStatus(c), nil
}

// ChangePreview is what a change would do to the planStatus of a customer.
type ChangePreview struct {
	Object string `json:"object"` // planStatusPreview
	// PlanStatus is what would be found after the change, Current what is found now.
	PlanStatus plans.Status `json:"planStatus"`
	Current    plans.Status `json:"current"`
	// SwitchedOff are the features that the change would end at once, SwitchedOn those
	// that it would begin.
	SwitchedOff []string `json:"switchedOff"`
	SwitchedOn  []string `json:"switchedOn"`
	// ReviewStarts reports whether the change would start a review of the identity.
	ReviewStarts bool `json:"reviewStarts"`
}

// PreviewUpdate returns what a change would do to planStatus, without making it. It returns
// what Update returns, but for values that are taken.
func (s *Service) PreviewUpdate(ctx context.Context, caller tenancy.Caller, in UpdateInput) (ChangePreview, error) {
	need := in.need()
	at := registry.At{ID: in.CustomerID, Need: tenancy.Need{Scope: need | tenancy.Read}}
	before, after, err := s.registry.Preview().Change(ctx, caller, at, func(d *registry.Draft) error { return s.apply(d, in, need) })
	if err != nil {
		return ChangePreview{}, err
	}
	then, now := s.view.PlanStatus(after), s.view.PlanStatus(before)
	return ChangePreview{
		Object: "planStatusPreview", PlanStatus: then, Current: now, SwitchedOff: onlyIn(now, then), SwitchedOn: onlyIn(then, now),
		ReviewStarts: after.Identity.ReviewID != before.Identity.ReviewID,
	}, nil
}

// onlyIn returns the features that are on in one status and not in the other, in the order
// of the alphabet.
func onlyIn(one, other plans.Status) []string {
	found := []string{}
	for feature, on := range one.Features {
		if on && !other.Features[feature] {
			found = append(found, feature)
		}
	}
	slices.Sort(found)
	return found
}
