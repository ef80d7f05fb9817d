package view

import "tenantry/customers"

// DocumentView shows the description of a document, never its bytes.
type DocumentView struct {
	ID         string `json:"id"`
	Object     string `json:"object"` // document
	CustomerID string `json:"customerId"`
	// CustomerName is there in lists of the documents of many customers.
	CustomerName string                 `json:"customerName,omitempty"`
	OwnerID      string                 `json:"ownerId,omitempty"` // absent for the customer's own
	Type         customers.DocumentKind `json:"documentType"`
	MediaType    string                 `json:"mediaType"`
	Size         int64                  `json:"size"`
	// Status is pending until the document was decided, then reviewed.
	Status             customers.DocumentStatus       `json:"status"`
	VerificationStatus customers.DocumentVerification `json:"verificationStatus"`
	FailureReasons     []string                       `json:"failureReasons,omitempty"`
	Created            Stamp                          `json:"created"`
	Decided            *Stamp                         `json:"decided,omitempty"`
}

// ShowDocument returns the representation of a document of a customer.
func ShowDocument(c *customers.Customer, d *customers.Document) DocumentView {
	view := DocumentView{
		ID: d.ID.String(), Object: "document", CustomerID: c.ID.String(), Type: d.Kind, MediaType: d.Media, Size: d.Size,
		Status: d.Status(), VerificationStatus: d.Verification, FailureReasons: d.FailureReasons,
		Created: Stamp(d.Created), Decided: StampOf(d.Decided),
	}
	if !d.Owner.IsZero() {
		view.OwnerID = d.Owner.String()
	}
	return view
}

// ShowDocuments returns the representations of all documents of a customer.
func ShowDocuments(c *customers.Customer) []DocumentView {
	var list []DocumentView
	for i := range c.Documents {
		list = append(list, ShowDocument(c, &c.Documents[i]))
	}
	return list
}
