package customers

import (
	"time"

	"tenantry/customers/reviews"
	"tenantry/tenancy"
)

// Document is uploaded evidence of who a customer or one of its owners is. The
// customer keeps what is known of it; its bytes are sealed and lie elsewhere in the
// store.
type Document struct {
	ID   tenancy.ID   `bson:"id"`
	Kind DocumentKind `bson:"kind"`
	// Owner is the additional owner that it is evidence of; zero is the customer itself.
	Owner tenancy.ID `bson:"owner,omitempty"`
	Media string     `bson:"media"` // image/jpeg, image/png, application/pdf
	Size  int64      `bson:"size"`  // bytes
	// Fingerprint is equal for equal files within one tenant; keyed.
	Fingerprint    string               `bson:"fingerprint"`
	Verification   DocumentVerification `bson:"verification"`
	FailureReasons []string             `bson:"failureReasons,omitempty"` // of a rejected one
	Created        time.Time            `bson:"created"`
	Decided        *time.Time           `bson:"decided,omitempty"`
	// File is what its pieces are stored under, and Pieces how many there are; 0 is a file
	// of an earlier build, which is stored whole under the id of the document.
	File   tenancy.ID `bson:"file,omitempty"`
	Pieces int32      `bson:"pieces,omitempty"`
}

// DocumentKind says what a document is (Dwolla API reference, documents).
type DocumentKind string

// The kinds of document.
const (
	DocumentPassport DocumentKind = "passport"
	DocumentLicense  DocumentKind = "license"
	DocumentIDCard   DocumentKind = "idCard"
	DocumentOther    DocumentKind = "other"
)

// DocumentVerification is what was decided of a document.
type DocumentVerification string

// The verifications.
const (
	DocumentPending  DocumentVerification = "pending"
	DocumentAccepted DocumentVerification = "accepted"
	DocumentRejected DocumentVerification = "rejected"
)

// DocumentStatus says whether a document was decided.
type DocumentStatus string

// The statuses.
const (
	DocumentAwaitsReview DocumentStatus = "pending"
	DocumentReviewed     DocumentStatus = "reviewed"
)

// Status returns whether the document was decided: pending or reviewed.
func (d *Document) Status() DocumentStatus {
	if d.Verification == DocumentPending {
		return DocumentAwaitsReview
	}
	return DocumentReviewed
}

// AwaitsDocument reports whether a document can close the review of the customer: the
// review asks for one, or waits for a person, who may want to see one.
func (c *Customer) AwaitsDocument() bool {
	return c.Identity.Status == reviews.IdentityDocument || c.Identity.Status == reviews.IdentityReview
}

// Document returns the document with an id, or nil.
func (c *Customer) Document(id tenancy.ID) *Document {
	for i := range c.Documents {
		if c.Documents[i].ID == id {
			return &c.Documents[i]
		}
	}
	return nil
}
