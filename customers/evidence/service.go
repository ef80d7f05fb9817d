package evidence

import (
	"context"
	"io"

	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/tenancy"
)

// Store is the port of the bytes of documents, and of finding customers by their parts.
type Store interface {
	registry.Parts
	// PutDocument keeps the sealed bytes of a document of a customer, which need not
	// know of it yet. ErrExists.
	PutDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error
	// Document reads the sealed bytes of a document. ErrNotFound.
	Document(ctx context.Context, ref tenancy.Ref, id tenancy.ID) ([]byte, error)
	// ResealDocument replaces the sealed bytes of a document that is there. ErrNotFound.
	ResealDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error
	// RemoveDocument removes the bytes of a document, RemoveDocuments those of all
	// documents of a customer. Missing ones are no error.
	RemoveDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID) error
	RemoveDocuments(ctx context.Context, ref tenancy.Ref) error
}

// Service keeps documents, owners and the certification of ownership. It is safe for
// concurrent use.
type Service struct {
	registry *registry.Registry
	view     *view.Presenter
	store    Store
	sealer   registry.Sealer
	random   io.Reader
}

// New returns a Service that drops the bytes of documents which leave their customers.
func New(r *registry.Registry, show *view.Presenter, store Store, sealer registry.Sealer, random io.Reader) *Service {
	s := &Service{registry: r, view: show, store: store, sealer: sealer, random: random}
	r.OnWritten(s.dropFiles)
	return s
}
