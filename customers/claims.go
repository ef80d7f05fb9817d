package customers

import "tenantry/tenancy"

// TenantScope limits a query under a customer to its tenant; the operator's spans all.
func TenantScope(c *Customer) tenancy.ID {
	if tenancy.IsOperator(c) {
		return tenancy.ID{}
	}
	return c.Tenant
}
