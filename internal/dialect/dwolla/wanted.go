package dwolla

import (
	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/internal/dialect/dwolla/status"
	"tenantry/plans"
)

// wantedOf returns what the review of a customer waits for, in the vendor's words: each
// with the link by which to give it. self is where the customer is.
func wantedOf(self string, c *customers.Customer, facts plans.Facts) []embeddedError {
	business := status.EnrollmentTypeOf(c) == customers.EnrollmentBusiness
	switch status.Of(c) {
	case status.Retry:
		switch {
		case business:
			return wanted("Required", "Full SSN required.", "retry-with-full-ssn", to(self, "customer"))
		case c.Identity.Status == reviews.IdentityRetry:
			return wanted("Required", "Full SSN required.", "retry-verification", to(self, "customer"))
		}
	case status.KBA:
		return wanted("Required", "Answers to knowledge questions required.", "verify-kba", to(self+"/kba", "kba"))
	case status.Document:
		if c.Identity.Status != reviews.IdentityDocument {
			return nil // a person is looking; nothing is wanted of the customer
		}
		switch facts.Evidence {
		case plans.EvidencePending:
		case plans.EvidenceRejected:
			return wanted("Invalid", "Document not accepted: "+facts.EvidenceReason+".", documentLink(c), to(self+"/documents", "document"))
		default:
			return wanted("Required", "Document required.", documentLink(c), to(self+"/documents", "document"))
		}
	}
	return nil
}

func wanted(code, message, relation string, target link) []embeddedError {
	return []embeddedError{{Code: code, Message: message, Links: links{relation: target}}}
}
