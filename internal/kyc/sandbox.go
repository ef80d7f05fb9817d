package kyc

import (
	"context"
	"strings"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/customers/reviews"
)

// Sandbox judges without looking anything up, and the same input always the same
// way, so that integrations can be tried in every state: complete data is
// verified, unless the owner's first name or the legal name is one of the words
// verified, retry, review, document, kba, suspended or rejected (Dwolla API reference,
// testing in the sandbox), which give that state; kba is for people only. Of an enrolled
// business the legal name and the controller's first name count. A retry is verified
// even if it is named so again. Customers that are reviewed as a person or a business
// without having been enrolled follow the rules of screened instead. It must never serve
// live mode.
type Sandbox struct{}

var _ identity.ForcedProvider = Sandbox{}

// Forces reports that its result can be chosen.
func (Sandbox) Forces() {}

// Name names the provider.
func (Sandbox) Name() string { return "sandbox" }

// verdicts are the magic words with what they give.
var verdicts = map[string]identity.Result{
	"verified":  {Status: reviews.IdentityVerified, Reason: "the sandbox verifies complete data"},
	"retry":     {Status: reviews.IdentityRetry, Reason: "the sandbox was asked for retry by name"},
	"review":    {Status: reviews.IdentityReview, Reason: "the sandbox was asked for review by name"},
	"document":  {Status: reviews.IdentityDocument, Reason: "the sandbox was asked for document by name"},
	"kba":       {Status: reviews.IdentityKBA, Reason: "the sandbox was asked for kba by name"},
	"suspended": {Status: reviews.IdentityRejected, Reason: "the sandbox was asked for suspended by name"},
	"rejected":  {Status: reviews.IdentityRejected, Reason: "the sandbox was asked for rejected by name"},
}

// Verify judges at once and never fails.
func (Sandbox) Verify(_ context.Context, subject identity.Subject) (identity.Result, error) {
	words := []string{subject.FirstName, subject.BusinessName}
	switch {
	case subject.Type == customers.EnrollmentBusiness:
		words = words[1:]
		if subject.Controller != nil {
			words = append(words, subject.Controller.FirstName)
		}
	case subject.Type != "":
		words = words[:1]
	case subject.Kind != "":
		return screened(subject), nil
	}
	for _, word := range words {
		verdict, ok := verdicts[strings.ToLower(word)]
		again := verdict.Status == reviews.IdentityRetry && subject.Trigger == reviews.TriggerRetry
		business := verdict.Status == reviews.IdentityKBA && (subject.Type == customers.EnrollmentBusiness || (subject.Type == "" && subject.BusinessName != "" && !subject.BusinessTax.Empty()))
		if ok && !again && !business {
			return verdict, nil
		}
	}
	return verdicts["verified"], nil
}
