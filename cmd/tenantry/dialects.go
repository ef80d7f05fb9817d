package main

import (
	"tenantry/customers"
	"tenantry/internal/config"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced"
)

// dialects gives the faces of other vendors, as they are configured.
func (p *program) dialects(s *config.Loaded, service *customers.Service) []dialect.Dialect {
	return []dialect.Dialect{
		balanced.New(balanced.Options{
			Service: service, Plan: s.Dialects.Balanced.Plan, TenantPlan: s.Dialects.Balanced.TenantPlan,
			Sandbox: s.Mode == config.Sandbox, Now: p.now,
		}),
	}
}
