package lifecycle

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/customers/shown"
	"tenantry/internal/cursor"
	"tenantry/internal/fault"
	"tenantry/plans"
	"tenantry/tenancy"
)

// ListInput is the input of List.
type ListInput struct {
	// Reading holds the faults found by reading the request, which are answered together
	// with those of the rules of lists; nil for none.
	Reading error

	Deep   bool
	Filter rows.Filter
	Order  rows.Order
	// Limit is 1 to 100 (0: the default of 50); Offset is 0 or more.
	Limit, Offset int
	// Cursor continues a list; it excludes Offset.
	Cursor string
	// Behind, without Cursor and Offset, continues behind the place of that record, which
	// need not be in the list any more; nil starts at the first.
	Behind *customers.Customer
	// Wide is for dialects with numbered pages: pages of up to 1000 rows, however many
	// are skipped, at the cost of an index entry for each.
	Wide bool
	// ChildCounts asks for the number of children of each row.
	ChildCounts bool
	// Show, unless nil, asks for what shows the customers in place of their records.
	Show *shown.Show
	// Uncounted leaves Total 0: counting what is found may cost more than finding it.
	Uncounted bool
}

// Listing is a page of children.
type Listing struct {
	Customers []*customers.Customer
	// Shown is what shows them, in place of Customers, if it was asked for.
	Shown []shown.Answer
	// Damaged are the rows of this page that cannot be read.
	Damaged []rows.Damage
	// Total counts all matching rows; with AtLeast there are more of them, or as many.
	Total         int64
	AtLeast       bool
	Limit, Offset int
	Order         rows.Order
	// NextCursor continues behind this page; empty on the last one.
	NextCursor string
	// ChildCounts has the number of children of each of the customers in their order, if it
	// was asked for.
	ChildCounts []rows.Count
}

// List returns a page of the children of the caller's subject, newest first unless
// ordered otherwise, or of all descendants. A page by cursor costs the same however many
// children precede it. It returns Forbidden insufficientScope and Invalid for limits,
// offsets and cursors that are out of range, forged, or of another list.
func (s *Service) List(ctx context.Context, caller tenancy.Caller, in ListInput) (Listing, error) {
	subject := registry.Stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.Read}, subject); err != nil {
		return Listing{}, err
	}
	if err := in.normalize(); err != nil {
		return Listing{}, err
	}
	query := rows.Query{
		Tenant: rows.TenantScope(subject), Under: subject.ID, Deep: in.Deep, Filter: in.Filter, Order: in.Order,
		Limit: in.Limit, Offset: in.Offset, Count: !in.Uncounted, Show: in.Show, MayLag: true,
	}
	query.Filter.Email, query.Filter.Name = customers.Fold(in.Filter.Email), customers.Fold(in.Filter.Name)
	query.Filter.Search = customers.Fold(in.Filter.Search)
	var total rows.Count
	if in.Behind != nil {
		query.After = new(rows.PositionOf(in.Behind, in.Order.By))
	}
	if in.Cursor != "" {
		mark, err := cursor.Open[rows.Bookmark](s.sealer, cursorLabel(query), in.Cursor)
		if err != nil {
			return Listing{}, err
		}
		// The first page counted; the cursor carries that count on.
		query.After, query.Count, total = &mark.After, false, rows.Count{N: mark.Total, AtLeast: mark.AtLeast}
	}
	page, err := s.store.List(ctx, query)
	if err != nil {
		return Listing{}, rows.StoreFault(err, "listing the children of "+subject.Ref().String())
	}
	if query.Count {
		total = rows.Count{N: page.Total, AtLeast: page.AtLeast}
	}
	listing := Listing{
		Customers: page.Customers, Shown: page.Shown, Damaged: page.Damaged, Total: total.N, AtLeast: total.AtLeast, Limit: in.Limit, Offset: in.Offset, Order: in.Order,
	}
	if page.More && page.End != nil {
		if listing.NextCursor, err = cursor.Seal(s.sealer, cursorLabel(query), rows.Bookmark{After: *page.End, Total: total.N, AtLeast: total.AtLeast}); err != nil {
			return Listing{}, err
		}
	}
	if in.ChildCounts {
		listing.ChildCounts, err = s.childCounts(ctx, page)
	}
	return listing, err
}

// childCounts returns how many children each of the customers of a page has.
func (s *Service) childCounts(ctx context.Context, page rows.Page) ([]rows.Count, error) {
	of := make([]tenancy.Ref, 0, len(page.Customers)+len(page.Shown))
	for _, c := range page.Customers {
		of = append(of, c.Ref())
	}
	for i := range page.Shown {
		of = append(of, page.Shown[i].Customer)
	}
	counts, err := s.store.CountChildren(ctx, of)
	return counts, rows.StoreFault(err, "counting the children of a page of customers")
}

// normalize fills in defaults. Every rule of what a list may ask for is here; it returns
// Invalid with every fault, those of reading the request included.
func (in *ListInput) normalize() error {
	var faults fault.List
	faults.Include(in.Reading)
	bounds := rows.Bounds{Limit: in.Limit, Offset: in.Offset, Cursor: in.Cursor, Wide: in.Wide}
	bounds.Check(&faults)
	in.Limit = bounds.Limit
	switch in.Order.By {
	case "":
		in.Order.By = rows.ByCreated
	case rows.ByCreated, rows.ByLastUpdated, rows.ByName:
	case rows.ByReviewDeadline:
		if in.Filter.IdentityStatus != reviews.IdentityReview {
			faults.AddValue("order", fault.BadValue, string(in.Order.By), "orders reviews: combine it with identityStatus=review")
		}
	default:
		faults.AddValue("order", fault.BadValue, string(in.Order.By), "must be created, lastUpdated, name or reviewDeadline")
	}
	oneOf(&faults, rows.TraitStatus, in.Filter.Status, statuses)
	oneOf(&faults, rows.TraitIdentityStatus, in.Filter.IdentityStatus, reviews.IdentityStatuses())
	oneOf(&faults, rows.TraitPlanStatus, in.Filter.PlanStatus, plans.StatusWords())
	oneOf(&faults, rows.TraitNeeded, in.Filter.Needed, plans.NeededWords())
	oneOf(&faults, rows.TraitWebhooks, in.Filter.Webhooks, []string{rows.WebhooksDisabled})
	if len(rows.WantedOf(in.Filter.Text).Beginnings) > rows.MostWantedWords {
		faults.Add("q", fault.TooMany, fmt.Sprintf("has more words than the %d that are searched for", rows.MostWantedWords))
	}
	return faults.Err()
}

var statuses = []customers.Status{customers.StatusCreated, customers.StatusActive, customers.StatusDisabled, customers.StatusLocked}

// oneOf adds a fault for a filter that is given and is none of the words that there are.
func oneOf[W ~string](faults *fault.List, name rows.TraitKind, given W, words []W) {
	if given == "" || slices.Contains(words, given) {
		return
	}
	text := make([]string, len(words))
	for i, word := range words {
		text[i] = string(word)
	}
	faults.AddValue(string(name), fault.BadValue, string(given), "must be one of "+strings.Join(text, ", "))
}

// cursorLabel returns the identity of a list: its parent, its filters and its order.
func cursorLabel(q rows.Query) string {
	q.Limit, q.Offset, q.After, q.Count, q.CountTo = 0, 0, nil, false, 0
	identity, _ := json.Marshal(q) // plain data: cannot fail
	sum := sha256.Sum256(identity)
	return "cursor:" + base64.RawURLEncoding.EncodeToString(sum[:])
}
