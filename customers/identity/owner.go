package identity

import "tenantry/customers"

// OwnerProvider is a provider that judges owners at once. Without one, an owner
// whose data are complete is asked for a document, which a person decides.
type OwnerProvider interface {
	Provider
	// VerifyOwner judges a complete owner by its name. It answers from that alone, without
	// input or output.
	VerifyOwner(firstName, lastName string) customers.OwnerVerification
}
