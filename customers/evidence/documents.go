package evidence

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// DocumentInput is an uploaded file. Only its content decides what it is; name and
// media type are held against it.
type DocumentInput struct {
	// OwnerID names the additional owner that it is evidence of; empty is the
	// customer itself.
	OwnerID string
	Kind    string // passport, license, idCard, other; required
	// FileName and Media are what the sender calls the file; they are not kept.
	FileName, Media string
	// Upload is the file as it was received for the same customer. Content, where there is
	// none, is the file in memory: 1 byte to MaxDocumentSize.
	Upload  *Upload
	Content []byte
	// ID, when not zero, is the id that an idempotent attempt reserved.
	ID tenancy.ID
}

// AddDocument takes a document of a customer whose review asks for one, or of an
// owner that is asked for one. Its bytes are sealed before they are stored. It
// returns
//
//   - NotFound, Forbidden (scope, customerLocked, and for one that is not active);
//   - TooLarge for more than MaxDocumentSize bytes;
//   - Invalid validationError for the kind, and invalidFileType for a file that is no
//     JPEG or PNG image (or PDF of a business), or not what its name says;
//   - Invalid invalidFileType for a file that the scanner refuses, and Unavailable if there
//     is one and it says nothing;
//   - Conflict invalidResourceState when no document is asked for,
//     maximumNumberOfResources, and duplicateResource for a file that is there
//     already, with its id as the value.
func (s *Service) AddDocument(ctx context.Context, caller tenancy.Caller, customerID string, in DocumentInput) (view.DocumentView, error) {
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return view.DocumentView{}, err
	}
	return s.addDocument(ctx, caller, c, in)
}

// AddOwnerDocument is AddDocument for an owner, wherever it is within reach.
func (s *Service) AddOwnerDocument(ctx context.Context, caller tenancy.Caller, owner SubresourceRef, in DocumentInput) (view.DocumentView, error) {
	c, id, err := s.reachPart(ctx, caller, owner, tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return view.DocumentView{}, err
	}
	in.OwnerID = id.String()
	return s.addDocument(ctx, caller, c, in)
}

func (s *Service) addDocument(ctx context.Context, caller tenancy.Caller, c *customers.Customer, in DocumentInput) (view.DocumentView, error) {
	made, err := s.examined(ctx, c, &in)
	if err != nil {
		in.Upload.Discard(context.WithoutCancel(ctx))
		return view.DocumentView{}, err
	}
	// The bytes first: bytes without a document do no harm, a document
	// without bytes would.
	at := registry.At{
		Customer: c, Need: tenancy.Need{Scope: tenancy.CustomersWrite},
		Keep: registry.Keeps(ctx, func(c registry.Created) (view.DocumentView, error) {
			return view.ShowDocument(c.Customer, c.Customer.Document(made.ID)), nil
		}),
	}
	changed, err := s.registry.Change(ctx, caller, at, eventDocumentUploaded, func(d *registry.Draft) error {
		made.Created = d.Now
		return take(d, made)
	})
	if err != nil {
		if kind := fault.KindOf(err); kind != fault.Internal && kind != fault.Unavailable {
			in.Upload.Discard(context.WithoutCancel(ctx)) // else it stays, sealed and of no use
		}
		in.Upload.settled = true
		return view.DocumentView{}, err
	}
	stored := changed.Document(made.ID)
	if stored.File != in.Upload.id { // of an earlier try of the same attempt, with the same content
		in.Upload.Discard(context.WithoutCancel(ctx))
	}
	in.Upload.settled = true
	return view.ShowDocument(changed, stored), nil
}

// examined makes the document of an upload, or refuses it. Nothing is stored yet.
func (s *Service) examined(ctx context.Context, c *customers.Customer, in *DocumentInput) (customers.Document, error) {
	made := customers.Document{ID: in.ID, Kind: customers.DocumentKind(in.Kind), Verification: customers.DocumentPending}
	var err error
	if in.Upload == nil {
		if in.Upload, err = s.newUpload(c); err == nil {
			err = in.Upload.Receive(ctx, bytes.NewReader(in.Content))
		}
		if err != nil {
			return made, err
		}
	}
	if in.Upload.customer != c.Ref() {
		return made, fmt.Errorf("the file of customer %s is given to %s", in.Upload.customer, c.Ref())
	}
	made.Size, made.File, made.Pieces = in.Upload.size, in.Upload.id, in.Upload.pieces
	if in.OwnerID != "" {
		if made.Owner, err = tenancy.ParseID(in.OwnerID); err != nil {
			return made, fault.NotFoundError()
		}
	}
	if err := s.registry.MayAct(ctx, c); err != nil {
		return made, err
	}
	if err := mayUpload(c, made.Owner); err != nil { // before the file is looked at
		return made, err
	}
	var faults fault.List
	switch {
	case in.Kind == "":
		faults.Add(fieldDocumentType, fault.Missing, "documentType is required; send it")
	case !slices.Contains(documentKinds, made.Kind):
		faults.AddValue(fieldDocumentType, fault.BadValue, in.Kind, "must be one of passport, license, idCard, other")
	}
	if in.Upload.size == 0 {
		faults.Add(fieldFile, fault.Missing, "file is required; send the document as a file that is not empty")
	}
	if err := faults.Err(); err != nil {
		return made, err
	}
	if made.Media, err = mediaOf(*in, c.IsBusiness() && made.Owner.IsZero()); err != nil {
		return made, err
	}
	if err := s.scan(ctx, in.Upload); err != nil {
		return made, err
	}
	made.Fingerprint = in.Upload.fingerprint
	if made.ID.IsZero() {
		made.ID, err = tenancy.NewID(s.registry.Now(), s.random)
	}
	return made, err
}

const (
	fieldDocumentType = "documentType"
	fieldFile         = "file"
)

var documentKinds = []customers.DocumentKind{customers.DocumentPassport, customers.DocumentLicense, customers.DocumentIDCard, customers.DocumentOther}

// mayUpload refuses documents that the review of the customer, or of the owner, does not
// ask for.
func mayUpload(c *customers.Customer, owner tenancy.ID) error {
	if owner.IsZero() {
		if !c.AwaitsDocument() {
			return wrongState("documents are accepted only while the identity review asks for one or waits for a person; this review is " + string(c.Identity.Status))
		}
		return nil
	}
	o := c.Owner(owner)
	switch {
	case o == nil:
		return fault.NotFoundError()
	case !o.AwaitsDocument():
		return wrongState("documents are accepted only while the verification of the owner asks for one; this verification is " + string(o.Status()))
	}
	return nil
}

// take adds an examined document to the draft, unless it is one too many or a duplicate.
func take(d *registry.Draft, made customers.Document) error {
	if d.Customer.Document(made.ID) != nil {
		return nil // of an earlier try of the same attempt
	}
	if err := d.Active(); err != nil {
		return err
	}
	if err := mayUpload(d.Customer, made.Owner); err != nil {
		return err
	}
	pending := 0
	for i := range d.Customer.Documents {
		other := &d.Customer.Documents[i]
		if fields.SameFingerprint(d, other.Fingerprint, made.Fingerprint) {
			refusal := fault.New(fault.Conflict, fault.CodeDuplicateResource, "this file was uploaded already").About(fieldFile, fault.Duplicate)
			refusal.Value = other.ID.String()
			return refusal
		}
		if other.Owner == made.Owner && other.Verification == customers.DocumentPending {
			pending++
		}
	}
	switch {
	case pending >= MaxPendingDocuments:
		return fault.New(fault.Conflict, fault.CodeTooManyResources, fmt.Sprintf("at most %d documents wait for a decision at once", MaxPendingDocuments))
	case len(d.Customer.Documents) >= MaxDocuments:
		return fault.New(fault.Conflict, fault.CodeTooManyResources, fmt.Sprintf("a customer and its owners have at most %d documents", MaxDocuments))
	}
	if !made.Owner.IsZero() {
		d.Event = eventOwnerDocumentUploaded
	}
	d.Part = made.ID
	d.Customer.Documents = append(d.Customer.Documents, made)
	return nil
}

// documents returns the documents of a customer and its owners, oldest first; with an
// ownerID, those of that owner, and with OwnDocuments those of the customer itself.
// It returns NotFound and Forbidden insufficientScope.
func (s *Service) documents(ctx context.Context, caller tenancy.Caller, customerID, ownerID string) ([]view.DocumentView, error) {
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, err
	}
	var owner tenancy.ID
	if ownerID != "" && ownerID != OwnDocuments {
		if owner, err = tenancy.ParseID(ownerID); err != nil || c.Owner(owner) == nil {
			return nil, fault.NotFoundError()
		}
	}
	return documentsOf(c, owner, ownerID == ""), nil
}

// OwnDocuments asks for the documents of the customer itself, without its owners'.
const OwnDocuments = "self"

// OwnerDocuments lists the documents of an owner, wherever it is within reach.
func (s *Service) OwnerDocuments(ctx context.Context, caller tenancy.Caller, owner SubresourceRef) ([]view.DocumentView, error) {
	c, id, err := s.reachPart(ctx, caller, owner, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, err
	}
	if c.Owner(id) == nil {
		return nil, fault.NotFoundError()
	}
	return documentsOf(c, id, false), nil
}

func documentsOf(c *customers.Customer, owner tenancy.ID, all bool) []view.DocumentView {
	list := []view.DocumentView{}
	for i := range c.Documents {
		if all || c.Documents[i].Owner == owner {
			list = append(list, view.ShowDocument(c, &c.Documents[i]))
		}
	}
	return list
}

// Document reads what is known of one document. It returns NotFound and Forbidden
// insufficientScope.
func (s *Service) Document(ctx context.Context, caller tenancy.Caller, part SubresourceRef) (view.DocumentView, error) {
	c, id, err := s.reachPart(ctx, caller, part, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return view.DocumentView{}, err
	}
	found := c.Document(id)
	if found == nil {
		return view.DocumentView{}, fault.NotFoundError()
	}
	return view.ShowDocument(c, found), nil
}
