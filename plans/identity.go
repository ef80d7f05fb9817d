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

// IdentityPath is the path of the requirement that stands for the review.
const IdentityPath = "identity"

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

// identityRequirement returns the review as a requirement, and its state by itself. A
// rejection is named even while fields are missing, because filling them in would not undo
// it.
func identityRequirement(f *Facts, fieldsMissing bool) (Requirement, State) {
	r, state := Requirement{Path: IdentityPath}, Pending
	switch {
	case f.Identity == identityRejected:
		state, r.Code, r.Error = Failed, "identity.rejected", failure("identityRejected", f.IdentityReason, "the review ended in a rejection")
		r.Reason = "The identity review ended in a rejection."
		r.Remedy = "More data does not change it by itself: ask the platform that onboarded this customer, " +
			"which may run the review again with POST /v3/customers/:id/identity/refresh."
	case f.Identity == identityRetry:
		state, r.Code, r.Error = Due, "identity.data.mismatch", failure("identityMismatch", f.IdentityReason, "the data do not match")
		r.Reason = "The identity review could not match the data that was given."
		r.Remedy = "Compare names, tax ids, address and date of birth with the official documents, correct what differs, " +
			"then send all of them, once, with POST /v3/customers/:id/identity/retry."
	case f.Identity == identityDocument:
		state = evidenceRequirement(f, &r)
	case f.Identity == identityKBA:
		state, r.Code = Due, "identity.questions.unanswered"
		r.Reason = "The data alone did not settle the identity review; it asks questions that only the customer can answer."
		r.Remedy = "Get them with POST /v3/customers/:id/identity/kba and answer them, once, with POST /v3/customers/:id/identity/kba/answers."
	case fieldsMissing:
		r.Code = "identity.review.waiting"
		r.Reason = "The identity review waits for the missing fields."
		r.Remedy = "Send the missing fields; the review then starts by itself."
	case f.Identity == identityNone:
		r.Code = "identity.review.unstarted"
		r.Reason = "The data is complete and the identity review has not begun."
		r.Remedy = "It starts by itself; POST /v3/customers/:id/identity/refresh starts it now."
	case f.Identity == identityPending:
		r.Code = "identity.review.running"
		r.Reason = "The identity review is running."
		r.Remedy = "No action is needed; GET /v3/customers/:id/identity shows its state."
		if f.Sandbox {
			r.Remedy += " In sandbox mode POST /v3/customers/:id/identity/refresh runs it again at once."
		}
	default:
		r.Code = "identity.review.manual"
		r.Reason = "A person is looking at the identity of this customer."
		r.Remedy = "No action is needed; the platform that onboarded this customer may decide with PATCH /v3/customers/:id/identity."
	}
	return r, state
}

// ReviewCode returns the code of what the review of a customer waits for, whatever its plan
// asks; empty for nothing.
func ReviewCode(f Facts) string {
	if f.Identity == identityVerified {
		return ""
	}
	r, _ := identityRequirement(&f, false)
	return r.Code
}

// evidenceRequirement completes the requirement of a review that asks for a document, and
// returns its state.
func evidenceRequirement(f *Facts, r *Requirement) State {
	r.Reason = "The data alone did not settle the identity review; it asks for a document."
	switch f.Evidence {
	case EvidencePending:
		r.Code = "identity.document.pending"
		r.Reason += " One was sent and waits to be looked at."
		r.Remedy = "No action is needed; the platform decides with PATCH /v3/customers/:id/documents/:did."
		return Pending
	case EvidenceRejected:
		r.Code, r.Error = "identity.document.rejected", failure("documentRejected", f.EvidenceReason, "the document was refused")
		r.Reason += " The one that was sent was refused."
		r.Remedy = "Send another one with POST /v3/customers/:id/documents: a whole, sharp picture of a document that is still valid."
		return Failed
	default:
		r.Code = "identity.document.missing"
		r.Remedy = "Send a picture of one with POST /v3/customers/:id/documents, " +
			"then the platform decides with PATCH /v3/customers/:id/documents/:did."
		return Due
	}
}

// failure returns what failed, in the words that were given with it or else the usual
// ones.
func failure(code, message, usual string) *Failure {
	if message == "" {
		message = usual
	}
	return &Failure{Code: code, Message: message}
}
