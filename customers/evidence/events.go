package evidence

import "tenantry/customers"

// The events of documents, owners and ownership. One change may bring several, in
// the order in which they are recorded; each names the document or owner.
const (
	eventDocumentUploaded = "document.uploaded"
	eventDocumentAccepted = "document.accepted"
	eventDocumentRejected = "document.rejected"
	eventDocumentRead     = "document.read"

	eventOwnerCreated          = "owner.created"
	eventOwnerUpdated          = "owner.updated"
	eventOwnerRemoved          = "owner.removed"
	eventOwnerVerified         = "owner.verified"
	eventOwnerDocumentNeeded   = "owner.document_needed"
	eventOwnerIncomplete       = "owner.incomplete"
	eventOwnerDocumentUploaded = "owner.document_uploaded"
	eventOwnerDocumentAccepted = "owner.document_accepted"
	eventOwnerDocumentRejected = "owner.document_rejected"

	eventOwnershipCertified = "ownership.certified"
)

// ownerOutcomes are the events of each new verification of an owner.
var ownerOutcomes = map[customers.OwnerVerification]string{
	customers.OwnerVerified: eventOwnerVerified, customers.OwnerDocument: eventOwnerDocumentNeeded, customers.OwnerIncomplete: eventOwnerIncomplete,
}
