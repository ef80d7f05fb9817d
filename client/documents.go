package client

import (
	"bytes"
	"context"
	"iter"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"time"
)

// DocumentsService uploads, reads and decides the evidence of identities.
type DocumentsService struct{ c *Client }

// Get returns what is known of a document, without its bytes.
func (s *DocumentsService) Get(ctx context.Context, customer, document string, options ...CallOption) (*Document, error) {
	return call[Document](ctx, s.c, http.MethodGet, path("customers", customer, "documents", document), nil, options)
}

// Decide accepts or rejects a document, only from above and with the scope identity:decide. An
// accepted one ends the review that asked for it. It returns [ErrInvalidResourceState] for one
// that was decided.
func (s *DocumentsService) Decide(ctx context.Context, customer, document string, input DocumentDecision, options ...CallOption) (*Document, error) {
	return call[Document](ctx, s.c, http.MethodPatch, path("customers", customer, "documents", document), input, options)
}

// List returns the documents of a customer and its owners, newest first or, with
// [DocumentFilter.Deep], those below it that wait for a decision.
func (s *DocumentsService) List(ctx context.Context, customer string, filter DocumentFilter, options ...CallOption) iter.Seq2[*Document, error] {
	return pages(filter.Cursor, func(cursor string) (page[Document], error) {
		filter.Cursor = cursor
		p, err := s.Page(ctx, customer, filter, options...)
		if err != nil {
			return page[Document]{}, err
		}
		next := ""
		if p.Settings != nil {
			next = p.Settings.NextCursor
		}
		return page[Document]{p.Results, nil, next}, nil
	})
}

// Page returns one page of the list.
func (s *DocumentsService) Page(ctx context.Context, customer string, filter DocumentFilter, options ...CallOption) (*DocumentPage, error) {
	return call[DocumentPage](ctx, s.c, http.MethodGet, path("customers", customer, "documents"), nil, with(options, asking(filter)))
}

// Create uploads a document: JPEG or PNG, for a business also PDF, at most 10 MiB. It is
// accepted while the identity review, or the verification of the owner, asks for one. It
// returns [ErrInvalidFileType] for content that is not what its type says,
// [ErrInvalidResourceState], [ErrDuplicateResource] for a file that was uploaded before and
// [ErrMaximumNumberOfResources].
func (s *DocumentsService) Create(ctx context.Context, customer string, input DocumentInput, options ...CallOption) (*Document, error) {
	body, contentType, err := input.form()
	if err != nil {
		return nil, err
	}
	return call[Document](ctx, s.c, http.MethodPost, path("customers", customer, "documents"), nil, with(options, sending(body, contentType)))
}

// File returns the bytes of a document, for the operator alone and for a reason of 3 to 256
// characters. The read is recorded before it is answered. Its type is in the header
// Content-Type of the answer.
func (s *DocumentsService) File(ctx context.Context, customer, document, reason string, options ...CallOption) (*Response, error) {
	return do(ctx, s.c, http.MethodGet, path("customers", customer, "documents", document, "file"), nil, with(options, because(reason)))
}

// DocumentFilter selects documents.
type DocumentFilter struct {
	// OwnerID selects the documents of one owner.
	OwnerID string `query:"ownerId"`
	// Status is pending or reviewed.
	Status string `query:"status"`
	// Deep selects the documents of all customers below that wait for a decision.
	Deep bool `query:"deep"`
	// Limit is the number of rows to a page, 1 to 100.
	Limit int `query:"limit"`
	// Cursor continues a list after a page of it, with the same filter.
	Cursor string `query:"cursor"`
}

// DocumentInput is a document to upload.
type DocumentInput struct {
	DocumentType DocumentType `json:"documentType"`
	// OwnerID is the owner whom the document is about; empty is the customer itself.
	OwnerID string `json:"ownerId,omitzero"`
	// File is the whole file, at most 10 MiB.
	File []byte `json:"file"`
	// FileName is what the file is called; the service does not keep it.
	FileName string `json:"-"`
}

// form returns the input as a form, and its type.
func (d DocumentInput) form() (body []byte, contentType string, err error) {
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	if err := form.WriteField("documentType", string(d.DocumentType)); err != nil {
		return nil, "", err
	}
	if d.OwnerID != "" {
		if err := form.WriteField("ownerId", d.OwnerID); err != nil {
			return nil, "", err
		}
	}
	name := d.FileName
	if name == "" {
		name = "document"
	}
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", multipart.FileContentDisposition("file", name))
	header.Set("Content-Type", http.DetectContentType(d.File))
	part, err := form.CreatePart(header)
	if err != nil {
		return nil, "", err
	}
	if _, err := part.Write(d.File); err != nil {
		return nil, "", err
	}
	if err := form.Close(); err != nil {
		return nil, "", err
	}
	return out.Bytes(), form.FormDataContentType(), nil
}

// DocumentType is what a document is. It may grow.
type DocumentType string

// The values of DocumentType.
const (
	DocumentPassport DocumentType = "passport"
	DocumentLicense  DocumentType = "license"
	DocumentIDCard   DocumentType = "idCard"
	DocumentOther    DocumentType = "other"
)

// Document is an uploaded document, without its bytes.
type Document struct {
	ID         string `json:"id"`
	Object     string `json:"object"`
	CustomerID string `json:"customerId"`
	// The name of the customer; in lists with deep only.
	CustomerName string `json:"customerName,omitzero"`
	// The owner whose identity it proves; absent for the customer's own.
	OwnerID      string       `json:"ownerId,omitzero"`
	DocumentType DocumentType `json:"documentType"`
	// May grow. One of image/jpeg, image/png and application/pdf.
	MediaType string `json:"mediaType"`
	// Bytes.
	Size int64 `json:"size"`
	// Whether the document was decided on. One of pending and reviewed.
	Status string `json:"status"`
	// One of pending, accepted and rejected.
	VerificationStatus string    `json:"verificationStatus"`
	FailureReasons     []string  `json:"failureReasons,omitzero"`
	Created            time.Time `json:"created"`
	Decided            time.Time `json:"decided,omitzero"`
}

// DocumentDecision is the decision on a document.
type DocumentDecision struct {
	// One of accepted and rejected.
	Decision string `json:"decision"`
	// Why it is rejected, each as one word such as ScanNotReadable; required for a rejection,
	// and only then. At most 10.
	Reasons Optional[[]string] `json:"reasons,omitzero"`
}

// DocumentPage is all documents of one customer or, of all below it, a page of those that wait
// for a decision.
type DocumentPage struct {
	Results []Document `json:"results"`
	// The number of all matching rows; with deep, of those up to the end of this page.
	Count int `json:"count"`
	// More rows follow than count says.
	CountIsLowerBound *bool `json:"countIsLowerBound,omitzero"`
	// With deep: the parameters of the list, and how to continue it.
	Settings *PageSettings `json:"settings,omitzero"`
}
