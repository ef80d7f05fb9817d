package straddle

import (
	"encoding/json"

	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
)

// Reduce implements dialect.Dialect: the envelope stays, and of the data the id and when
// it was changed.
func (f *Handler) Reduce(a idempotency.Answer) (idempotency.Answer, error) {
	return dialect.Reduced(a, func(members dialect.Members) dialect.Members {
		kept := dialect.Only(members, "meta", "response_type")
		var data dialect.Members
		if json.Unmarshal(members["data"], &data) != nil {
			return kept
		}
		if data, err := json.Marshal(dialect.Only(data, "id", "updated_at")); err == nil {
			kept["data"] = data
		}
		return kept
	})
}
