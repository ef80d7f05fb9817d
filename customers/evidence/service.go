package evidence

import (
	"context"
	"io"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
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
	// DocumentsBehind names up to limit stored bytes behind others, in the store's own
	// order; the zero value is before all. For maintenance only.
	DocumentsBehind(ctx context.Context, after rows.StoredFile, limit int) ([]rows.StoredFile, error)
	// WaitingDocuments reads living customers below one with documents that wait for a
	// decision, the longest waiting first, from a place on.
	WaitingDocuments(ctx context.Context, q rows.WaitingQuery) ([]*customers.Customer, error)
	// Get reads one living customer. ErrNotFound.
	Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
}

// Scanner looks for what is harmful in a file.
type Scanner interface {
	// Scan reads a file of a tenant, as far as it needs, and reports whether it is clean;
	// an error says nothing about the file.
	Scan(ctx context.Context, tenant tenancy.ID, file io.Reader) (clean bool, err error)
}

// Service keeps documents, owners and the certification of ownership. It is safe for
// concurrent use.
type Service struct {
	registry *registry.Registry
	view     *view.Presenter
	store    Store
	sealer   registry.Sealer
	random   io.Reader
	scanner  Scanner // nil for none
	sweep    fileSweep
}

// New returns a Service that drops the bytes of documents which leave their customers. The
// scanner may be nil.
func New(r *registry.Registry, show *view.Presenter, store Store, sealer registry.Sealer, random io.Reader, scanner Scanner) *Service {
	s := &Service{registry: r, view: show, store: store, sealer: sealer, random: random, scanner: scanner}
	r.OnWritten(s.dropFiles)
	return s
}
