package dwolla

import (
	"encoding/json"

	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
)

// Reduce implements dialect.Dialect: a resource's id and the link to itself are left.
func (f *Handler) Reduce(a idempotency.Answer) (idempotency.Answer, error) {
	return dialect.Reduced(a, func(members dialect.Members) dialect.Members {
		kept := dialect.Only(members, "id")
		var all dialect.Members
		if json.Unmarshal(members["_links"], &all) != nil {
			return kept
		}
		if self, err := json.Marshal(dialect.Only(all, "self")); err == nil {
			kept["_links"] = self
		}
		return kept
	})
}
