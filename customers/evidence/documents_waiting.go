package evidence

import (
	"context"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/cursor"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// DocumentsInput asks for documents.
type DocumentsInput struct {
	// CustomerID names the customer; empty is the subject.
	CustomerID string
	// OwnerID asks for those of one owner, OwnDocuments for those of the customer itself.
	OwnerID string
	// Status is pending or reviewed; empty is either.
	Status string
	// Deep asks, in place of the customer's own, for those of everyone below it that wait
	// for a decision, page by page: Limit is 1 to 100 (0: the default of 50).
	Deep   bool
	Limit  int
	Cursor string
	// Reading holds the faults found by reading the request; nil for none.
	Reading error
}

// DocumentListing is a list of documents, or a page of those that wait.
type DocumentListing struct {
	Documents []view.DocumentView
	// Count counts the documents from the beginning of the list to the end of this page.
	Count      int64
	Limit      int
	NextCursor string
}

// Documents returns the documents of a customer and its owners, oldest first, or those
// of everyone below it that wait for a decision: of the customer first whose oldest one
// waits longest. It returns NotFound, Forbidden insufficientScope, and Invalid.
func (s *Service) Documents(ctx context.Context, caller tenancy.Caller, in DocumentsInput) (DocumentListing, error) {
	if err := in.normalize(); err != nil {
		return DocumentListing{}, err
	}
	if in.Deep {
		return s.waitingBelow(ctx, caller, in)
	}
	list, err := s.documents(ctx, caller, in.CustomerID, in.OwnerID)
	if in.Status != "" {
		list = slices.DeleteFunc(list, func(d view.DocumentView) bool { return string(d.Status) != in.Status })
	}
	return DocumentListing{Documents: list, Count: int64(len(list))}, err
}

// normalize fills in defaults. It returns Invalid with every fault, those of reading the
// request included.
func (in *DocumentsInput) normalize() error {
	var faults fault.List
	faults.Include(in.Reading)
	known := in.Status == "" || in.Status == string(customers.DocumentAwaitsReview) || in.Status == string(customers.DocumentReviewed)
	switch {
	case faults.Has("status"):
	case in.Deep && in.Status == "":
		faults.Add("status", fault.Missing, "is required with deep: send pending, the documents that wait for a decision")
	case in.Deep && in.Status != string(customers.DocumentAwaitsReview):
		faults.AddValue("status", fault.BadValue, in.Status, "must be pending with deep: only documents that wait for a decision are listed of everyone below")
	case !known:
		faults.AddValue("status", fault.BadValue, in.Status, "must be one of pending, reviewed")
	}
	if in.Deep {
		if in.OwnerID != "" {
			faults.Add("ownerId", fault.BadValue, "cannot be combined with deep; leave one of them out")
		}
		bounds := rows.Bounds{Limit: in.Limit, Cursor: in.Cursor}
		bounds.Check(&faults)
		in.Limit = bounds.Limit
		return faults.Err()
	}
	if in.Limit != 0 {
		faults.Add("limit", fault.BadValue, "is for deep=true; without it all documents are listed")
	}
	if in.Cursor != "" {
		faults.Add("cursor", fault.BadValue, "is for deep=true; without it all documents are listed")
	}
	return faults.Err()
}

// waitingMark is the content of a cursor: the last document of a page, since when its
// customer waited, and how many documents there were up to it.
type waitingMark struct {
	Since              time.Time
	Customer, Document tenancy.ID
	Count              int64
}

func (s *Service) waitingBelow(ctx context.Context, caller tenancy.Caller, in DocumentsInput) (DocumentListing, error) {
	c, err := s.registry.Read(ctx, caller, in.CustomerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return DocumentListing{}, err
	}
	var mark waitingMark
	label := "documents waiting below " + c.ID.String()
	if in.Cursor != "" {
		if mark, err = cursor.Open[waitingMark](s.sealer, label, in.Cursor); err != nil {
			return DocumentListing{}, err
		}
	}
	// A customer has one document or more, so one more customer than documents are shown
	// is enough to see whether any follow. The customer that a page ended within comes first.
	query := rows.WaitingQuery{
		Tenant: rows.TenantScope(c), Under: c.ID, From: rows.Position{Time: mark.Since, ID: mark.Customer}, Limit: in.Limit + 2,
	}
	found, err := s.store.WaitingDocuments(ctx, query)
	if err != nil {
		return DocumentListing{}, rows.StoreFault(err, "looking for documents that wait below "+c.Ref().String())
	}
	listing := DocumentListing{Documents: []view.DocumentView{}, Count: mark.Count, Limit: in.Limit}
	last := mark
	for _, holder := range found {
		for _, waits := range pendingBehind(holder, mark) {
			if len(listing.Documents) == in.Limit {
				last.Count = listing.Count
				listing.NextCursor, err = cursor.Seal(s.sealer, label, last)
				return listing, err
			}
			shown := view.ShowDocument(holder, waits)
			shown.CustomerName = holder.Name
			listing.Documents = append(listing.Documents, shown)
			listing.Count++
			last = waitingMark{Since: *rows.DocumentsDue(holder), Customer: holder.ID, Document: waits.ID}
		}
	}
	return listing, nil
}

// pendingBehind returns the documents of a customer that wait, those behind the mark if a
// page ended within them.
func pendingBehind(c *customers.Customer, mark waitingMark) (list []*customers.Document) {
	for i := range c.Documents {
		if d := &c.Documents[i]; d.Verification == customers.DocumentPending {
			list = append(list, d)
		}
	}
	if c.ID == mark.Customer {
		at := slices.IndexFunc(list, func(d *customers.Document) bool { return d.ID == mark.Document })
		list = list[at+1:]
	}
	return list
}
