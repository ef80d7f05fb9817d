package dialect

import (
	"encoding/json"
	"fmt"

	"tenantry/customers/idempotency"
)

// Members are the members of a JSON object.
type Members = map[string]json.RawMessage

// Reduced returns an answer whose body is what keep leaves of it; without a body it stays
// as it is.
func Reduced(a idempotency.Answer, keep func(Members) Members) (idempotency.Answer, error) {
	for _, body := range []*[]byte{&a.Body, &a.Redacted} {
		if len(*body) == 0 {
			continue
		}
		var members Members
		if err := json.Unmarshal(*body, &members); err != nil {
			return a, fmt.Errorf("reducing an answer: %w", err)
		}
		reduced, err := json.Marshal(keep(members))
		if err != nil {
			return a, fmt.Errorf("reducing an answer: %w", err)
		}
		*body = reduced
	}
	return a, nil
}

// Only returns those of the members that have one of the names.
func Only(members Members, names ...string) Members {
	kept := Members{}
	for _, name := range names {
		if value, ok := members[name]; ok {
			kept[name] = value
		}
	}
	return kept
}
