package store

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Survey reads everything that a store holds; where the engine can, as of one moment. A
// record that cannot be read is passed to damaged instead. The functions that it calls must
// leave the survey itself alone, and one goroutine may use it.
type Survey interface {
	// EachCustomer passes every living customer, in the order of ids.
	EachCustomer(ctx context.Context, do func(*customers.Customer) error, damaged func(rows.Damage)) error
	// EachReservation passes every reservation, those that ended too.
	EachReservation(ctx context.Context, do func(rows.Reservation) error, damaged func(rows.Damage)) error
	// EachEvent passes every logged event, in the order of the log.
	EachEvent(ctx context.Context, do func(rows.LoggedEvent) error, damaged func(rows.Damage)) error
	// EachDelivery passes every delivery.
	EachDelivery(ctx context.Context, do func(rows.Delivery) error, damaged func(rows.Damage)) error
	// EachActivity passes every activity, in the order of ids.
	EachActivity(ctx context.Context, do func(customers.Activity) error, damaged func(rows.Damage)) error
	// EachFile names all stored bytes of documents.
	EachFile(ctx context.Context, do func(rows.StoredFile) error) error
	// Document reads the sealed bytes of a document. ErrNotFound.
	Document(ctx context.Context, ref tenancy.Ref, id tenancy.ID) ([]byte, error)
	// EachCount passes what the engine keeps counted below customers, all of it or nothing.
	EachCount(ctx context.Context, do func(Count) error) error
	// Integrity returns an error that names what the engine finds wrong with its own
	// structure; nil where it cannot look.
	Integrity(ctx context.Context) error
	Close() error
}

// Count is what an engine keeps counted below one customer.
type Count struct {
	ID tenancy.ID
	// Direct and Deep are its children and all below it; Listed are those below it that
	// deep lists find, and Tallied its children by the totals of their statuses.
	Direct, Deep, Listed, Tallied int64
}

// Examined is what an engine has for those who look after a store. Both engines have it;
// it is no port of a use case.
type Examined interface {
	// Survey begins a survey; its caller closes it.
	Survey(ctx context.Context) (Survey, error)
	// MissingIndexes names the indexes that the schema has and the store lacks, and
	// MakeIndexes makes them.
	MissingIndexes(ctx context.Context) ([]string, error)
	MakeIndexes(ctx context.Context) error
	// Recount counts anew what the engine keeps counted below a customer.
	Recount(ctx context.Context, id tenancy.ID) error
	// LogEvents adds events to the log in the given order, in one write where the engine has
	// transactions, and returns how many were not there yet: one that is there stays as it
	// is. Events of customers that do not live are left out.
	LogEvents(ctx context.Context, batches []rows.Batch) (added int, err error)
}
