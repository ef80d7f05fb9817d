package evidence

import (
	"context"
	"fmt"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// DocumentFileInput asks for the bytes of a document.
type DocumentFileInput struct {
	Document SubresourceRef
	// Reason is required, 3 to 256 characters; it is kept in the audit trail.
	Reason string
}

// DocumentFile is a document with its bytes.
type DocumentFile struct {
	view.DocumentView
	// FileName is made of the id: senders' names of files are not kept.
	FileName string
	Content  []byte
}

// DocumentFile reads the bytes of a document, for the operator only. The reading, with
// its reason, is in the audit trail before it is answered. It returns NotFound,
// Forbidden (scope, insufficientResourceAccess for everyone but the operator) and
// Invalid for a missing reason.
func (s *Service) DocumentFile(ctx context.Context, caller tenancy.Caller, in DocumentFileInput) (DocumentFile, error) {
	c, id, err := s.reachPart(ctx, caller, in.Document, tenancy.Need{Scope: tenancy.Unmask})
	if err != nil {
		return DocumentFile{}, err
	}
	if c.Document(id) == nil {
		return DocumentFile{}, fault.NotFoundError()
	}
	if !tenancy.IsOperator(caller.Actor) {
		return DocumentFile{}, fault.New(fault.Forbidden, fault.CodeAccess, "only the operator reads the files of documents")
	}
	reason, err := fields.UnmaskReason(in.Reason)
	if err != nil {
		return DocumentFile{}, err
	}
	c, err = s.registry.Change(ctx, caller, registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.Unmask}}, eventDocumentRead, func(d *registry.Draft) error {
		if d.Customer.Document(id) == nil {
			return fault.NotFoundError()
		}
		d.Reason, d.Part, d.Always = reason, id, true
		return nil
	})
	if err != nil {
		return DocumentFile{}, err
	}
	content, err := s.content(ctx, c.Ref(), c.Document(id))
	if err != nil {
		return DocumentFile{}, err
	}
	view := view.ShowDocument(c, c.Document(id))
	return DocumentFile{DocumentView: view, FileName: "document-" + view.ID + "." + extensions[view.MediaType], Content: content}, nil
}

// content reads the bytes of a document, piece by piece.
func (s *Service) content(ctx context.Context, ref tenancy.Ref, d *customers.Document) ([]byte, error) {
	content := make([]byte, 0, d.Size)
	for _, one := range piecesOf(ref, d) {
		box, err := s.store.Document(ctx, ref, one.id)
		if err != nil {
			return nil, rows.StoreFault(err, "reading the file of document "+d.ID.String())
		}
		plain, err := s.sealer.OpenBox(nil, one.label, box)
		if err != nil {
			return nil, fmt.Errorf("opening document %s: %w", d.ID, err)
		}
		content = append(content, plain...)
	}
	if int64(len(content)) != d.Size {
		return nil, fmt.Errorf("opening document %s: it has %d bytes and not %d", d.ID, len(content), d.Size)
	}
	return content, nil
}

// extensions are those of the media types of documents; it never changes.
var extensions = map[string]string{mediaJPEG: "jpg", mediaPNG: "png", mediaPDF: "pdf"}

// dropFiles removes the bytes of documents that a change took from a customer. What
// cannot be removed now stays sealed, and nothing leads to it.
func (s *Service) dropFiles(ctx context.Context, before, after *customers.Customer) {
	for i := range before.Documents {
		if after.Document(before.Documents[i].ID) != nil {
			continue
		}
		for _, one := range piecesOf(before.Ref(), &before.Documents[i]) {
			_ = s.store.RemoveDocument(ctx, before.Ref(), one.id)
		}
	}
}

// DropAllFiles removes the bytes of the documents of a customer that was erased.
func (s *Service) DropAllFiles(ctx context.Context, batch rows.Batch) error {
	if !batch.Has(customers.EventDeleted) {
		return nil
	}
	return rows.StoreFault(s.store.RemoveDocuments(ctx, batch.Customer), "removing the documents of "+batch.Customer.String())
}

// ResealFiles seals the bytes of the documents of a customer anew that were sealed
// with an older key.
func (s *Service) ResealFiles(ctx context.Context, c *customers.Customer) error {
	for i := range c.Documents {
		for _, one := range piecesOf(c.Ref(), &c.Documents[i]) {
			if err := s.resealPiece(ctx, c.Ref(), one); err != nil && !fault.IsNotFound(err) { // removed meanwhile
				return fmt.Errorf("resealing document %s: %w", c.Documents[i].ID, err)
			}
		}
	}
	return nil
}

func (s *Service) resealPiece(ctx context.Context, ref tenancy.Ref, one piece) error {
	box, err := s.store.Document(ctx, ref, one.id)
	if err != nil {
		return rows.StoreFault(err, "reading a document")
	}
	if s.sealer.IsCurrent(box) {
		return nil
	}
	content, err := s.sealer.OpenBox(nil, one.label, box)
	if err != nil {
		return fmt.Errorf("opening a document: %w", err)
	}
	if box, err = s.sealer.SealBox(nil, one.label, content); err != nil {
		return fmt.Errorf("sealing a document: %w", err)
	}
	return rows.StoreFault(s.store.ResealDocument(ctx, ref, one.id, box), "storing a document")
}
