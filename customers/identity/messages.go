package identity

import "tenantry/internal/patch"

// DecisionInput decides an identity review.
type DecisionInput struct {
	Status patch.Field[string] `json:"status"` // verified, rejected
	Reason patch.Field[string] `json:"reason"` // 1 to 512 characters
}
