package customers

import (
	"context"
	"errors"
	"slices"
	"time"

	"tenantry/tenancy"
)

// What a Store answers beside success. Anything else it returns is a fault of
// the store; it wraps ErrUnavailable when another try may succeed.
var (
	// ErrNotFound says that there is no such record under that tenant, or that it
	// is a tombstone.
	ErrNotFound = errors.New("no such record")
	// ErrStale says that the record has another version than the write names.
	ErrStale = errors.New("the record was changed meanwhile")
	// ErrExists says that a record with that id exists (also as a tombstone).
	ErrExists = errors.New("the record exists already")
	// ErrParentGone says that the parent of a new record is missing or a tombstone.
	ErrParentGone = errors.New("the parent is gone")
	// ErrHasChildren says that a record with living children cannot be erased.
	ErrHasChildren = errors.New("the record has children")
	// ErrUnavailable says that the store cannot serve now (lost server, full disk,
	// time-out). A write that ended with it may or may not have happened.
	ErrUnavailable = errors.New("the store is unavailable")
)

// Store is the port that the engines implement. All of it is safe for
// concurrent use; every method names the tenant, but those of the operator and of
// maintenance. A
// returned record is shared: the receiver must not change it. A record handed in
// belongs to the store afterwards and must not be changed either. A write that
// returned nil survives the loss of power.
type Store interface {
	// Get reads one living customer. ErrNotFound.
	Get(ctx context.Context, ref tenancy.Ref) (*Customer, error)
	// GetAnywhere reads one living customer of any tenant: for the operator's
	// reach only. ErrNotFound.
	GetAnywhere(ctx context.Context, id tenancy.ID) (*Customer, error)
	// Root reads the operator. ErrNotFound on an empty store.
	Root(ctx context.Context) (*Customer, error)
	// Insert adds a new customer with its events, atomically with the check that
	// its parent lives: against a concurrent Erase of the parent exactly one of the
	// two succeeds. ErrExists, ErrParentGone.
	Insert(ctx context.Context, c *Customer) error
	// Replace writes c over the living record of its Ref, if that has version
	// `version`; c.Version is version+1. ErrNotFound, ErrStale.
	Replace(ctx context.Context, c *Customer, version int64) error
	// Erase is Replace with a tombstone (c.Deleted is set), refused while the
	// customer has living children. ErrNotFound, ErrStale, ErrHasChildren.
	Erase(ctx context.Context, c *Customer, version int64) error
	// List reads one page.
	List(ctx context.Context, q Query) (Page, error)
	// Holding reads the living customer of a tenant that has a part of that id (see
	// Customer.Parts); the zero tenant is the operator's reach. It is found by an
	// index. ErrNotFound.
	Holding(ctx context.Context, tenant, part tenancy.ID) (*Customer, error)
	// Walk reads up to limit living customers of all tenants behind the given id,
	// in the order of ids: for maintenance only.
	Walk(ctx context.Context, after tenancy.ID, limit int) ([]*Customer, error)
	// Tally counts the living children of a customer by standing, within one tenant;
	// the zero tenant is the operator's reach. It does not read them.
	Tally(ctx context.Context, tenant, under tenancy.ID) (Tally, error)
	// DueReviews reads up to limit living customers of all tenants whose ReviewDue is
	// at `now` or before, the longest due first: for the background work only.
	DueReviews(ctx context.Context, now time.Time, limit int) ([]*Customer, error)
	// NoteKeyUse raises the notes of when keys of a customer were last used, by
	// entry number, without touching the version. A customer that is gone is no error.
	NoteKeyUse(ctx context.Context, ref tenancy.Ref, uses map[string]time.Time) error

	// Reserve takes a claim if nobody holds it. When somebody does, it returns that
	// claim and taken is false.
	Reserve(ctx context.Context, claim Claim) (holder Claim, taken bool, err error)
	// Holder reads a claim by its key. ErrNotFound.
	Holder(ctx context.Context, key string) (Claim, error)
	// Swap replaces the claim `held` by `next` (same Key), if it still stands as
	// `held` says (same Customer and Taken time); ok tells whether it did.
	Swap(ctx context.Context, held, next Claim) (ok bool, err error)
	// Release removes the claim, if it still stands as held says. Else nothing.
	Release(ctx context.Context, held Claim) error
	// SweepClaims removes claims that ended before the given time, and returns
	// how many.
	SweepClaims(ctx context.Context, before time.Time) (int, error)

	// PutDocument keeps the sealed bytes of a document of a customer, which need not
	// know of it yet. ErrExists.
	PutDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error
	// Document reads the sealed bytes of a document. ErrNotFound.
	Document(ctx context.Context, ref tenancy.Ref, id tenancy.ID) ([]byte, error)
	// ResealDocument replaces the sealed bytes of a document that is there. ErrNotFound.
	ResealDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error
	// RemoveDocument removes the bytes of a document, RemoveDocuments those of all
	// documents of a customer. What is not there is no error.
	RemoveDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID) error
	RemoveDocuments(ctx context.Context, ref tenancy.Ref) error

	// Outboxes reads up to limit customers that have events to relay, as batches.
	Outboxes(ctx context.Context, limit int) ([]Batch, error)
	// Relay stores the events of a batch in the event log, each once by its id, and
	// then removes them from the customer's outbox without touching the version.
	// Doing it again, also after a crash at any point, changes nothing.
	Relay(ctx context.Context, batch Batch) error
	// Redact takes out of a customer's logged events what they show: resource,
	// previous and changes. That they happened, when and by whom stays.
	Redact(ctx context.Context, ref tenancy.Ref) error
	// Events reads one page of the event log.
	Events(ctx context.Context, q EventQuery) ([]LoggedEvent, error)
	// ThinEvents takes the copy of the resource out of up to limit logged events
	// that happened before the given time, and returns how many it changed. What
	// the audit trail needs of them stays.
	ThinEvents(ctx context.Context, before time.Time, limit int) (int, error)
	// CountEvents counts the logged events of all tenants that happened before the
	// given time: for the operator only.
	CountEvents(ctx context.Context, before time.Time) (int64, error)
	// PurgeEvents removes up to limit logged events of all tenants that happened
	// before the given time, and returns how many: for the operator only.
	PurgeEvents(ctx context.Context, before time.Time, limit int) (int, error)
	DeliveryStore

	// PutActivity stores an activity, once by its id: doing it again changes nothing.
	PutActivity(ctx context.Context, a Activity) error
	// ActivityOf reads the activity of a customer with that reference, compared byte
	// for byte. ErrNotFound.
	ActivityOf(ctx context.Context, customer tenancy.Ref, reference string) (Activity, error)
	// Activity reads one by its id, of any tenant where tenant is zero: for the
	// operator's reach only. ErrNotFound.
	Activity(ctx context.Context, tenant, id tenancy.ID) (Activity, error)
	// Activities reads one page of a customer's activities.
	Activities(ctx context.Context, q ActivityQuery) (ActivityPage, error)

	// Ping tells whether the store can serve.
	Ping(ctx context.Context) error
	// Close ends all work; writes that were acknowledged are safe.
	Close(ctx context.Context) error
}

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
	// Count asks for the number of all matching rows too.
	Count bool
}

// Filter narrows a Query; zero members do not filter. All given ones must hold.
type Filter struct {
	Status      Status
	PlanKey     string
	MerchantKey string
	ExternalID  string
	Email       string // equal regardless of case
	Name        string // contained in the name, regardless of case
	CreatedFrom time.Time
	CreatedTo   time.Time // inclusive
	UpdatedFrom time.Time
	Standings   StandingSet
	Kinds       KindSet
	Stages      StageSet
	Search      string // contained in the SearchText, regardless of case
}

// IsZero tells whether nothing is filtered.
func (f Filter) IsZero() bool { return f == Filter{} }

// OrderBy is what a list is ordered by; ties go by id in the same direction.
type OrderBy string

// The orders. Names are ordered as Fold gives them, by code point.
const (
	ByCreated     OrderBy = "created"
	ByLastUpdated OrderBy = "lastUpdated"
	ByName        OrderBy = "name"
)

// Order is a direction of a list.
type Order struct {
	By        OrderBy
	Ascending bool
}

// Position is a row's place in an order: the ordered value and the id.
type Position struct {
	Time time.Time // ByCreated, ByLastUpdated
	Name string    // ByName; folded
	ID   tenancy.ID
}

// PositionOf gives the place of c in the order.
func PositionOf(c *Customer, by OrderBy) Position {
	p := Position{ID: c.ID}
	switch by {
	case ByName:
		p.Name = Fold(c.Name)
	case ByLastUpdated:
		p.Time = c.LastUpdated
	case ByCreated:
		p.Time = c.Created
	}
	return p
}

// Page is one page of a list.
type Page struct {
	Customers []*Customer
	// More tells that rows follow.
	More bool
	// Total counts all matching rows, when the query asked for it.
	Total int64
}

// Claim reserves a unique value for a customer, before that customer is written.
type Claim struct {
	// Key is `<scope>:<value>`, compared byte for byte.
	Key string `bson:"_id"`
	// Customer is whom the value is taken for; it may not exist yet.
	Customer tenancy.Ref `bson:"customer"`
	// Taken is when; together with Customer it identifies one taking.
	Taken time.Time `bson:"taken"`
	// Ends is when the claim lapses and may be swept; zero is never.
	Ends time.Time `bson:"ends,omitempty"`
	// Request identifies what an idempotency claim was taken for.
	Request []byte `bson:"request,omitempty"`
	// Answer is the sealed answer of an idempotency claim once it is complete.
	Answer []byte `bson:"answer,omitempty"`
}

// Batch is what one customer has to relay, oldest event first.
type Batch struct {
	Customer tenancy.Ref
	Path     []tenancy.ID
	Events   []Event
}

// Has reports whether an event of that type is among those of the batch.
func (b Batch) Has(kind string) bool {
	return slices.ContainsFunc(b.Events, func(e Event) bool { return e.Type == kind })
}

// LoggedEvent is an event in the log, with whose it is.
type LoggedEvent struct {
	Event    `bson:",inline"`
	Customer tenancy.Ref `bson:"customer"`
}

// EventQuery asks for one page of the event log, newest first. Zero members do
// not filter; all given ones must hold.
type EventQuery struct {
	// Customer limits the page to one customer's own events.
	Customer tenancy.Ref
	// Tenant limits it to one tenant. Zero, without Customer, is the operator's reach.
	Tenant tenancy.ID
	// Under limits it to a customer of the Tenant and all that were below it.
	Under tenancy.ID
	// ID is the one event wanted.
	ID tenancy.ID
	// Type is the type wanted, or what it begins with and a star (`bank.*`).
	Type string
	// From and To bound the moment, both inclusive.
	From, To time.Time
	// Before continues behind the event with that id; zero starts at the newest.
	// Behind an id that is no event of that reach there is nothing.
	Before tenancy.ID
	Limit  int // 1 to 100
}
