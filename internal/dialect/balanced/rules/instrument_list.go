package rules

import (
	"context"
	"slices"

	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Instruments lists the cards, or the banks, of all children of the caller's subject,
// in the order in which they were added. It reads every child, 10000 at most; what
// waits for a customer is in no list. It returns Forbidden insufficientScope and
// Invalid for more children.
func (s *Service) Instruments(ctx context.Context, caller tenancy.Caller, banks bool) ([]Instrument, error) {
	subject := registry.Stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.Read}, subject); err != nil {
		return nil, err
	}
	all, err := s.scan(ctx, rows.Query{Tenant: rows.TenantScope(subject), Under: subject.ID, Order: rows.Order{By: rows.ByCreated, Ascending: true}}, nil)
	if err != nil {
		return nil, err
	}
	var list []Instrument
	for _, c := range all {
		list = append(list, instrumentsOf(c, banks)...)
	}
	slices.SortStableFunc(list, func(a, b Instrument) int {
		return CompareInstruments(a, b, []SortBy{{Field: FieldCreated, Ascending: true}})
	})
	return list, nil
}
