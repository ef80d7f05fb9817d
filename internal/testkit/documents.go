package testkit

import "tenantry/customers/evidence"

// ReadFile reads the bytes of a document, found by its id alone.
func (h *Env) ReadFile(by Party, id string) (evidence.DocumentFile, error) {
	h.T.Helper()
	return h.Svc.Evidence.DocumentFile(h.T.Context(), h.As(by), evidence.DocumentFileInput{Document: evidence.SubresourceRef{ID: id}, Reason: "a test"})
}
