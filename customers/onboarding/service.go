package onboarding

import (
	"context"
	"io"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// Scopes are what a link may do to its customer, and so what minting one needs: nobody
// hands on what its credential lacks.
const Scopes = tenancy.Read | tenancy.CustomersWrite | tenancy.BanksWrite

// Store is what onboarding needs of a store beside the registry.
type Store interface {
	// Get reads one living customer. ErrNotFound.
	Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
	// Root reads the operator. ErrNotFound on an empty store.
	Root(ctx context.Context) (*customers.Customer, error)
}

// Signer signs and reads the tokens of links; *keys.Tokens implements it.
type Signer interface {
	// IssueLink returns a new token of a link, and its digest.
	IssueLink(l keys.Link) (token secret.Text, digest []byte, err error)
	// ParseLink returns what a token names, and whether the key that signed it signs still.
	ParseLink(token secret.Text) (l keys.Link, current bool, err error)
}

// Options are what a Service is made of; all are required.
type Options struct {
	Registry *registry.Registry
	View     *view.Presenter
	Store    Store
	Signer   Signer
	// Mode is keys.Test in a sandbox, where links may lead anywhere, else keys.Live.
	Mode   keys.Mode
	Random io.Reader
}

// Service mints onboarding links and serves whoever opens them. It is safe for concurrent
// use.
type Service struct {
	registry *registry.Registry
	view     *view.Presenter
	store    Store
	signer   Signer
	mode     keys.Mode
	random   io.Reader
}

// New returns a Service.
func New(o Options) *Service {
	return &Service{registry: o.Registry, view: o.View, store: o.Store, signer: o.Signer, mode: o.Mode, random: o.Random}
}
