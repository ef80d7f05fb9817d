package main

import (
	"tenantry/internal/api"
	"tenantry/internal/app"
	"tenantry/internal/config"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced"
	"tenantry/internal/dialect/dwolla"
	"tenantry/internal/dialect/straddle"
)

// dialects returns the vendors' dialects, as they are configured.
func (p *program) dialects(s *config.Loaded, service *app.App) []dialect.Dialect {
	return []dialect.Dialect{
		straddle.New(straddle.Options{Service: service, Plan: s.Dialects.Straddle.Plan, Now: p.Now}),
		balanced.New(balanced.Options{
			Service: service, Plan: s.Dialects.Balanced.Plan, TenantPlan: s.Dialects.Balanced.TenantPlan,
			Sandbox: s.Mode == config.Sandbox, Now: p.Now,
			SignUp:                  s.AllowsHere(s.Dialects.Balanced.SignUp),
			AddressSignUpsPerMinute: s.Dialects.Balanced.AddressSignUpsPerMinute, SignUpsPerMinute: s.Dialects.Balanced.SignUpsPerMinute,
		}),
		dwolla.New(dwolla.Options{
			Service: service, Plan: s.Dialects.Dwolla.Plan, Lenient: s.Dialects.Dwolla.Accept == config.AcceptLenient,
			Sandbox: s.Mode == config.Sandbox, PublicURL: s.PublicURL, TrustedProxies: s.Limits.TrustedProxies,
			Page: api.IndexPage(s.Console.Listen == ""),
		}),
	}
}
