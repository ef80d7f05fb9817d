package balanced

import (
	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
)

// Reduce implements dialect.Dialect: a record's type, id and URI are left, and the secret
// of a new key, which is shown once.
func (f *Handler) Reduce(a idempotency.Answer) (idempotency.Answer, error) {
	return dialect.Reduced(a, func(members dialect.Members) dialect.Members {
		return dialect.Only(members, "_type", "id", "uri", "secret")
	})
}
