package lifecycle

import (
	"context"
	"errors"

	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/fault"
)

// MerchantProfile returns the public profile of the merchant with a vanity name, for
// whoever asks. It returns NotFound in the same words for a name that nobody has, and for
// a customer that is no merchant, or not active, or below one that is not.
func (s *Service) MerchantProfile(ctx context.Context, vanityName string) (view.MerchantProfile, error) {
	if !fields.IsVanityName(vanityName) {
		return view.MerchantProfile{}, fault.NotFoundError()
	}
	holder, err := s.store.ReservationHolder(ctx, registry.VanityNameKey(vanityName))
	if errors.Is(err, rows.ErrNotFound) {
		return view.MerchantProfile{}, fault.NotFoundError()
	}
	if err != nil {
		return view.MerchantProfile{}, rows.StoreFault(err, "looking a vanity name up")
	}
	c, err := s.store.Get(ctx, holder.Customer)
	if errors.Is(err, rows.ErrNotFound) || err == nil && (c.VanityName != vanityName || c.Merchant == nil) {
		return view.MerchantProfile{}, fault.NotFoundError()
	}
	if err != nil {
		return view.MerchantProfile{}, rows.StoreFault(err, "reading a merchant")
	}
	if err := s.registry.MayAct(ctx, c); fault.KindOf(err) == fault.Forbidden {
		return view.MerchantProfile{}, fault.NotFoundError()
	} else if err != nil {
		return view.MerchantProfile{}, err
	}
	return view.ShowProfile(vanityName, c.Merchant), nil
}
