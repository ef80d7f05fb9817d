package plans

// The canonical identity states that planStatus distinguishes. Review is missing: it is
// what any other state counts as.
const (
	identityNone     = "none"
	identityPending  = "pending"
	identityRetry    = "retry"
	identityDocument = "document"
	identityKBA      = "kba"
	identityVerified = "verified"
	identityRejected = "rejected"
)

// identityPath is the path of the requirement that stands for the review.
const identityPath = "identity"

// identityWord returns the needed word for an identity that is not verified.
func identityWord(state string) string {
	switch state {
	case identityRetry:
		return "identityRetry"
	case identityDocument:
		return "identityDocument"
	case identityKBA:
		return "identityQuestions"
	case identityRejected:
		return "identityRejected"
	default:
		return "identityReview"
	}
}

// identityRequirement returns the review as a requirement worded for people. A rejection
// is named even while fields are missing, because filling them in would not undo it.
func identityRequirement(f Facts, fieldsMissing bool) Missing {
	m := Missing{Path: identityPath}
	switch {
	case f.Identity == identityRejected:
		m.Reason = "The identity review ended in a rejection."
		m.Remedy = "More data does not change it by itself: ask the platform that onboarded this customer, " +
			"which may run the review again with POST /v3/customers/:id/identity/refresh."
	case fieldsMissing:
		m.Reason = "The identity review waits for the missing fields."
		m.Remedy = "Nothing but the data: the review starts by itself once it is complete."
	case f.Identity == identityRetry:
		m.Reason = "The identity review could not match the data that was given."
		m.Remedy = "Compare names, tax ids, address and date of birth with the official documents, correct what differs, " +
			"then send all of them, once, with POST /v3/customers/:id/identity/retry."
	case f.Identity == identityDocument:
		m.Reason = "The data alone did not settle the identity review; it asks for a document."
		m.Remedy = "Send a picture of one with POST /v3/customers/:id/documents, " +
			"then the platform decides with PATCH /v3/customers/:id/documents/:did."
	case f.Identity == identityKBA:
		m.Reason = "The data alone did not settle the identity review; it asks questions that only the customer can answer."
		m.Remedy = "Get them with POST /v3/customers/:id/identity/kba and answer them, once, with POST /v3/customers/:id/identity/kba/answers."
	case f.Identity == identityNone:
		m.Reason = "The data is complete and the identity review has not begun."
		m.Remedy = "It starts by itself; POST /v3/customers/:id/identity/refresh starts it now."
	case f.Identity == identityPending:
		m.Reason = "The identity review is running."
		m.Remedy = "Nothing is needed but time; GET /v3/customers/:id/identity shows its state."
		if f.Sandbox {
			m.Remedy += " In sandbox mode POST /v3/customers/:id/identity/refresh runs it again at once."
		}
	default:
		m.Reason = "A person is looking at the identity of this customer."
		m.Remedy = "Nothing is needed but time; the platform that onboarded this customer may decide with PATCH /v3/customers/:id/identity."
	}
	return m
}
