package customers

import (
	"time"

	"tenantry/internal/fault"
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

// DocumentStatus tells whether somebody has looked at a document.
type DocumentStatus string

// The statuses.
const (
	DocumentAwaitsReview DocumentStatus = "pending"
	DocumentReviewed     DocumentStatus = "reviewed"
)

// Limits of documents. A customer and its owners have MaxDocuments together; of
// those that nobody decided yet, one person or business has MaxPendingDocuments.
const (
	MaxDocuments        = 20
	MaxPendingDocuments = 4
	// MaxDocumentSize is the most bytes of one file.
	MaxDocumentSize = 10 << 20
)

// Status tells whether the document was decided.
func (d *Document) Status() DocumentStatus {
	if d.Verification == DocumentPending {
		return DocumentAwaitsReview
	}
	return DocumentReviewed
}

// AwaitsDocument tells whether a document can settle the review of the customer: it
// asks for one, or waits for a person, who may want to see one.
func (c *Customer) AwaitsDocument() bool {
	return c.Identity.Status == IdentityDocument || c.Identity.Status == IdentityReview
}

// document gives the document of an id, nil for none.
func (c *Customer) document(id tenancy.ID) *Document {
	for i := range c.Documents {
		if c.Documents[i].ID == id {
			return &c.Documents[i]
		}
	}
	return nil
}

// DocumentView shows what is known of a document, never its bytes.
type DocumentView struct {
	ID         string       `json:"id"`
	Object     string       `json:"object"` // document
	CustomerID string       `json:"customerId"`
	OwnerID    string       `json:"ownerId,omitempty"` // absent for the customer's own
	Type       DocumentKind `json:"documentType"`
	MediaType  string       `json:"mediaType"`
	Size       int64        `json:"size"`
	// Status is pending until the document was decided, then reviewed.
	Status             DocumentStatus       `json:"status"`
	VerificationStatus DocumentVerification `json:"verificationStatus"`
	FailureReasons     []string             `json:"failureReasons,omitempty"`
	Created            Stamp                `json:"created"`
	Decided            *Stamp               `json:"decided,omitempty"`
}

func documentView(c *Customer, d *Document) DocumentView {
	view := DocumentView{
		ID: d.ID.String(), Object: "document", CustomerID: c.ID.String(), Type: d.Kind, MediaType: d.Media, Size: d.Size,
		Status: d.Status(), VerificationStatus: d.Verification, FailureReasons: d.FailureReasons,
		Created: Stamp(d.Created), Decided: stampOf(d.Decided),
	}
	if !d.Owner.IsZero() {
		view.OwnerID = d.Owner.String()
	}
	return view
}

func documentViews(c *Customer) []DocumentView {
	var list []DocumentView
	for i := range c.Documents {
		list = append(list, documentView(c, &c.Documents[i]))
	}
	return list
}

// wrongState refuses what the state of a customer or owner does not allow.
func wrongState(text string) error {
	return fault.New(fault.Conflict, fault.CodeResourceState, text)
}
