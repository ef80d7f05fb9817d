package rules

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// The defaults of a marketplace (Balanced API, marketplaces).
const (
	marketplaceName   = "Test Marketplace"
	marketplaceDomain = "example.com"
	marketplaceEmail  = "support@example.com"
	marketplacePhone  = "+16505551234"
)

// Marketplace is the caller's subject as the business whose customers it keeps.
type Marketplace struct {
	ID           tenancy.ID
	Name         string
	Domain       string
	SupportEmail string
	SupportPhone string
	Meta         patch.Raw
	// Owner is the record of the business itself.
	Owner *customers.Customer
}

// MarketplaceInput opens a marketplace; absent members have defaults.
type MarketplaceInput struct {
	Name         patch.Field[string] // 1 to 256 characters
	SupportEmail patch.Field[string]
	SupportPhone patch.Field[string]
}

// Marketplace shows the caller's subject. It returns Forbidden insufficientScope.
func (s *Service) Marketplace(caller tenancy.Caller) (Marketplace, error) {
	c := registry.Stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.Read}, c); err != nil {
		return Marketplace{}, err
	}
	return marketplace(c), nil
}

func marketplace(c *customers.Customer) Marketplace {
	shown := Marketplace{
		ID: c.ID, Name: c.Name, Domain: marketplaceDomain, SupportEmail: marketplaceEmail, SupportPhone: marketplacePhone, Meta: c.Meta,
		Owner: c,
	}
	if m := c.Merchant; m != nil {
		if m.SupportEmail != "" {
			shown.SupportEmail = m.SupportEmail
		}
		if m.SupportPhone != "" {
			shown.SupportPhone = m.SupportPhone
		}
		if m.BusinessURL != "" {
			shown.Domain = m.BusinessURL
		}
	}
	return shown
}

// OpenMarketplace names the caller's subject as a marketplace, once. It returns
// Forbidden, Invalid, and Conflict marketplaceExists for the second time.
func (s *Service) OpenMarketplace(ctx context.Context, caller tenancy.Caller, in MarketplaceInput) (Marketplace, error) {
	c, err := s.registry.Read(ctx, caller, "", tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return Marketplace{}, err
	}
	claim := rows.Reservation{Key: "marketplace:" + c.ID.String(), Customer: c.Ref(), Taken: s.registry.Now()}
	_, taken, err := s.store.Reserve(ctx, claim)
	if err != nil {
		return Marketplace{}, rows.StoreFault(err, "claiming a marketplace")
	}
	if !taken {
		return Marketplace{}, fault.New(fault.Conflict, fault.CodeMarketplaceExists, "this key has a marketplace already")
	}
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	c, err = s.registry.Change(ctx, caller, at, customers.EventUpdated, func(d *registry.Draft) error {
		fields.Name(d, in.Name, &d.Customer.Name, "name", 256)
		if in.SupportEmail.Given() || in.SupportPhone.Given() {
			next := customers.Merchant{}
			if d.Customer.Merchant != nil {
				next = *d.Customer.Merchant
			}
			fields.Email(d, in.SupportEmail, &next.SupportEmail, "merchant.supportEmail")
			loose(d, in.SupportPhone, &next.SupportPhone, "merchant.supportPhone", maxProfilePhone)
			d.Customer.Merchant = &next
		}
		return nil
	})
	if err != nil {
		s.registry.GiveBack(ctx, []rows.Reservation{claim}, err)
		return Marketplace{}, err
	}
	return marketplace(c), nil
}
