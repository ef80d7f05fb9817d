package kyc

import (
	"strings"

	"tenantry/customers"
	"tenantry/customers/identity"
)

var _ identity.OwnerProvider = Sandbox{}

// VerifyOwner judges an owner by its first name: incomplete and document give that
// state (Dwolla API reference, testing in the sandbox), anything else is verified.
func (Sandbox) VerifyOwner(firstName, _ string) customers.OwnerVerification {
	switch word := customers.OwnerVerification(strings.ToLower(firstName)); word {
	case customers.OwnerIncomplete, customers.OwnerDocument:
		return word
	case customers.OwnerVerified:
		fallthrough
	default:
		return customers.OwnerVerified
	}
}
