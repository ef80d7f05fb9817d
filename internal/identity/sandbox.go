package identity

import (
	"context"
	"strings"

	"tenantry/customers"
)

// Sandbox judges without looking anything up, and the same input always the same
// way, so that integrations can be tried in every state: complete data is
// verified, unless the owner's first name or the legal name is one of the words
// verified, retry, review, document, suspended or rejected (Dwolla API reference,
// testing in the sandbox), which give that state. Customers that are reviewed as a
// person or a business follow the rules of screened instead. It must never serve live mode.
type Sandbox struct{}

var _ customers.ForcedProvider = Sandbox{}

// Forces tells that it judges as it is told to.
func (Sandbox) Forces() {}

// Name names the provider.
func (Sandbox) Name() string { return "sandbox" }

// verdicts are the magic words with what they give.
var verdicts = map[string]customers.Verdict{
	"verified":  {Status: customers.IdentityVerified, Reason: "the sandbox verifies complete data"},
	"retry":     {Status: customers.IdentityRetry, Reason: "the sandbox was asked for retry by name"},
	"review":    {Status: customers.IdentityReview, Reason: "the sandbox was asked for review by name"},
	"document":  {Status: customers.IdentityDocument, Reason: "the sandbox was asked for document by name"},
	"suspended": {Status: customers.IdentityRejected, Reason: "the sandbox was asked for suspended by name"},
	"rejected":  {Status: customers.IdentityRejected, Reason: "the sandbox was asked for rejected by name"},
}

// Verify judges at once and never fails.
func (Sandbox) Verify(_ context.Context, subject customers.IdentitySubject) (customers.Verdict, error) {
	if subject.Kind != "" {
		return screened(subject), nil
	}
	for _, word := range []string{subject.FirstName, subject.BusinessName} {
		if verdict, ok := verdicts[strings.ToLower(word)]; ok {
			return verdict, nil
		}
	}
	return verdicts["verified"], nil
}
