package rows

import (
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/shown"
	"tenantry/tenancy"
)

// Query asks for one page of the children of a customer.
type Query struct {
	// Tenant limits the query to one tenant. Zero is the operator's reach.
	Tenant tenancy.ID
	// Under is the customer whose children are wanted; Deep wants all descendants.
	Under  tenancy.ID
	Deep   bool
	Filter Filter
	Order  Order
	// Limit is the most rows of the page, 1 to 1000; Offset skips rows.
	Limit, Offset int
	// After continues behind a row instead of skipping.
	After *Position
	// Count asks for the number of all matching rows too, which may be counted as far as
	// CountTo only; zero is MostCounted.
	Count   bool
	CountTo int64 `json:",omitzero"` // so cursors keep their label
	// Show, unless nil, asks for what shows the customers in place of their records.
	Show *shown.Show `json:"-"`
	// MayLag allows a page of some time ago, on an engine that can read one elsewhere than
	// where it writes. Set it only for what is shown, never for what a decision rests on.
	MayLag bool `json:"-"`
}

// WordSet is a set of the words of a projection: of what a dialect derives from a record
// and lists by. Bit i is the i-th word of its list; the empty set does not filter.
type WordSet uint8

// SetOf returns the set of words of the list, where all are the words in the order of
// their bits; any other word is left out.
func SetOf[W comparable](all, list []W) WordSet {
	var set WordSet
	for i, word := range all {
		if slices.Contains(list, word) {
			set |= 1 << i
		}
	}
	return set
}

// WordsIn returns the words of a set, where all are the words in the order of their
// bits; all of them for the empty set.
func WordsIn[W any](all []W, set WordSet) []W {
	var list []W
	for i, word := range all {
		if set == 0 || set&(1<<i) != 0 {
			list = append(list, word)
		}
	}
	return list
}

// StatusCounts counts customers by status; a status that is absent counts zero.
type StatusCounts map[string]int64

// MostMetaTerms is the most scalars of free data that a list filters by.
const MostMetaTerms = 3

// Filter narrows a Query: a customer must match every member that is not zero.
type Filter struct {
	Status             customers.Status
	PlanKey            string
	MerchantKey        string
	ExternalID         string
	Email              string // equal regardless of case
	Name               string // contained in the name, regardless of case
	CreatedFrom        time.Time
	CreatedTo          time.Time // inclusive
	UpdatedFrom        time.Time
	PartyStatuses      WordSet                `json:"Standings"` // named so in the label of cursors, as Kinds and Stages are
	PartyTypes         customers.PartyTypeSet `json:"Kinds"`
	EnrollmentStatuses WordSet                `json:"Stages"`
	Search             string                 // contained in the SearchText, regardless of case
	// Meta are scalars of the free data that all must be there; those given come first.
	Meta [MostMetaTerms]customers.MetaTerm `json:",omitzero"` // so cursors without one keep their label
	// IdentityStatus is that of the review; PlanStatus the word of planStatus, and Needed one
	// of its needed words, as of the last write or since time changed them.
	IdentityStatus reviews.IdentityStatus `json:",omitzero"`
	PlanStatus     string                 `json:",omitzero"`
	Needed         string                 `json:",omitzero"`
	// Webhooks is WebhooksDisabled, or empty.
	Webhooks string `json:",omitzero"`
	// Text is found by its words: rows.WantedOf.
	Text string `json:",omitzero"`
}

// IsZero reports whether the filter lets everything through.
func (f Filter) IsZero() bool { return f == Filter{} }

// OrderBy is the value that a list is ordered by; equal values are ordered by id in the
// same direction.
type OrderBy string

// The orders. Names are folded and ordered by code point.
const (
	ByCreated     OrderBy = "created"
	ByLastUpdated OrderBy = "lastUpdated"
	ByName        OrderBy = "name"
	// ByReviewDeadline is the order in which reviews are to be decided: ReviewPlace. It is
	// for lists of customers in IdentityReview alone.
	ByReviewDeadline OrderBy = "reviewDeadline"
)

// Order is the order of a list and its direction.
type Order struct {
	By        OrderBy
	Ascending bool
}

// Position is a row's place in an order: the ordered value and the id.
type Position struct {
	Time time.Time // any order but ByName
	Name string    // ByName; folded
	ID   tenancy.ID
}

// PositionOf returns the place of a customer in the order.
func PositionOf(c *customers.Customer, by OrderBy) Position {
	p := Position{ID: c.ID}
	switch by {
	case ByName:
		p.Name = customers.Fold(c.Name)
	case ByLastUpdated:
		p.Time = c.LastUpdated
	case ByCreated:
		p.Time = c.Created
	case ByReviewDeadline:
		if place := ReviewPlace(c); place != nil {
			p.Time = *place
		}
	}
	return p
}

// Page is one page of a list.
type Page struct {
	Customers []*customers.Customer
	// Shown is what shows them, in place of Customers, if the query asked for it.
	Shown []shown.Answer
	// Damaged are the rows of this page that cannot be read.
	Damaged []Damage
	// More reports that rows follow, behind End.
	More bool
	End  *Position
	// Total counts all matching rows, when the query asked for it; with AtLeast there are
	// more of them, or as many.
	Total   int64
	AtLeast bool
}

// ShowBy brings the page into the form that its query asked for, for a store that keeps none
// of what shows customers. It returns the errors of making it.
func (p *Page) ShowBy(show *shown.Show) error {
	if show == nil {
		return nil
	}
	for _, c := range p.Customers {
		made, err := show.Of(c)
		if err != nil {
			return err
		}
		p.Shown = append(p.Shown, made)
	}
	p.Customers = nil
	return nil
}

// Bookmark is the content of a cursor: the last row of a page, and how many rows the
// list had when it began, or with AtLeast had at least.
type Bookmark struct {
	After   Position
	Total   int64
	AtLeast bool `json:",omitzero"`
}

// TenantScope returns the tenant that queries on behalf of a customer are limited to:
// its own, or none for the operator.
func TenantScope(c *customers.Customer) tenancy.ID {
	if tenancy.IsOperator(c) {
		return tenancy.ID{}
	}
	return c.Tenant
}
