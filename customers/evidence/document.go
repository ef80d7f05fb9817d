package evidence

import "tenantry/internal/fault"

// Limits of documents. A customer and its owners have MaxDocuments together; of
// those that wait for a decision, one person or business has MaxPendingDocuments.
const (
	MaxDocuments        = 20
	MaxPendingDocuments = 4
	// MaxDocumentSize is the most bytes of one file.
	MaxDocumentSize = 10 << 20
)

// wrongState refuses what the state of a customer or owner does not allow.
func wrongState(text string) error {
	return fault.New(fault.Conflict, fault.CodeResourceState, text)
}
