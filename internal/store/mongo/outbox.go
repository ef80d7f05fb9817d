package mongo

import (
	"context"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// Outboxes implements store.Store: those that were written longest ago come first. On
// a sharded cluster it asks every shard.
func (s *Store) Outboxes(ctx context.Context, limit int) (batches []rows.Batch, err error) {
	if limit < 1 {
		return nil, failed(ctx, "reading outboxes", ctx.Err())
	}
	waiting := options.Find().SetSort(equal("lastUpdated", 1)).
		SetProjection(equal("tenant", 1, "path", 1, "outbox", 1))
	err = s.do(ctx, "reading outboxes", func(ctx context.Context) error {
		var emptied []tenancy.Ref
		found, err := s.find(ctx, equal(pending, true), waiting, limit)
		for _, c := range found {
			if len(c.Outbox) > 0 {
				batches = append(batches, rows.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox})
			} else {
				emptied = append(emptied, c.Ref())
			}
		}
		// A Relay was interrupted before its last step.
		for _, ref := range emptied {
			if err == nil {
				err = s.rest(ctx, ref)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return batches, nil
}

// AddEvent implements store.Store: it reads the counts and adds the event if they still
// stand, so that no number is taken twice and none is left out.
func (s *Store) AddEvent(ctx context.Context, ref tenancy.Ref, event customers.Event) (customers.Event, error) {
	err := s.do(ctx, "adding an event", func(ctx context.Context) error {
		for range addRounds {
			now, err := s.readLiveState(ctx, ref)
			if err != nil {
				return err
			}
			event.Number = now.Events + 1
			waiting, err := codec.EncodeWaiting(&event)
			if err != nil {
				return &unfit{err}
			}
			standing := append(byRef(ref), counted("eventCount", now.Events), counted("auditCount", now.Audits))
			done, err := s.customers.UpdateOne(ctx, standing, equal(
				"$set", equal("eventCount", event.Number, "auditCount", now.Audits+1, pending, true), "$push", equal("outbox", bson.Raw(waiting))))
			if err != nil || done.MatchedCount > 0 {
				return err
			}
		}
		return errContended
	})
	return event, err
}

// addRounds bounds how often an event is added over again because others of the same
// customer came first; each round, one of them is done.
const addRounds = 64

// Relay implements store.Store: it writes the events into the log, where an event
// that is there already stays as it is, gives them their places, and then removes them from
// the outbox. Each step may be done again.
func (s *Store) Relay(ctx context.Context, batch rows.Batch) error {
	return s.do(ctx, "relaying events", func(ctx context.Context) error {
		if err := s.log(ctx, batch); err != nil {
			return err
		}
		if err := s.arrive(ctx, []rows.Batch{batch}); err != nil {
			return err
		}
		outbox, relayed, err := s.relayed(ctx, batch)
		if err != nil || len(relayed) == 0 {
			return err
		}
		whose := equal("_id", object(batch.Customer.ID), "tenant", object(batch.Customer.Tenant))
		if len(relayed) == len(outbox) {
			// Usually nothing was added meanwhile, and one request does for all.
			done, err := s.customers.UpdateOne(ctx, append(whose, bson.E{Key: "outbox", Value: outbox}), emptied())
			if err != nil || done.MatchedCount > 0 {
				return err
			}
		}
		// Whole elements as they were read: a write that races this may take away or
		// bring back some of them, and adds others, which stay.
		if _, err := s.customers.UpdateOne(ctx, whose, equal("$pullAll", equal("outbox", relayed))); err != nil {
			return err
		}
		return s.rest(ctx, batch.Customer)
	})
}

// relayed returns the present outbox, and of it the events of a batch.
func (s *Store) relayed(ctx context.Context, batch rows.Batch) (outbox, relayed bson.A, err error) {
	whose := equal("_id", object(batch.Customer.ID), "tenant", object(batch.Customer.Tenant))
	document, err := s.customers.FindOne(ctx, whose, options.FindOne().SetProjection(equal("outbox", 1))).Raw()
	if errors.Is(err, driver.ErrNoDocuments) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	array, ok := document.Lookup("outbox").ArrayOK()
	if !ok {
		return nil, nil, nil
	}
	elements, err := array.Values()
	for _, element := range elements {
		outbox = append(outbox, element)
		event, ok := element.Document().Lookup("_id").ObjectIDOK()
		if ok && slices.ContainsFunc(batch.Events, func(e customers.Event) bool { return object(e.ID) == event }) {
			relayed = append(relayed, element)
		}
	}
	return outbox, relayed, err
}

// rest notes that an outbox is empty, if it is at that moment.
func (s *Store) rest(ctx context.Context, ref tenancy.Ref) error {
	empty := equal("_id", object(ref.ID), "tenant", object(ref.Tenant), pending, true, "outbox.0", absent())
	_, err := s.customers.UpdateOne(ctx, empty, emptied())
	return err
}

func emptied() bson.D {
	return equal("$set", equal(pending, false), "$unset", equal("outbox", ""))
}

// log writes the events of a batch into the log.
func (s *Store) log(ctx context.Context, batch rows.Batch) error {
	documents, err := logDocuments(batch)
	if err != nil {
		return err
	}
	return insertMissing(ctx, s.events, documents)
}

// logDocuments returns the events of a batch as the log has them.
func logDocuments(batch rows.Batch) (documents []bson.Raw, err error) {
	within := bson.A{}
	for _, id := range append(slices.Clone(batch.Path), batch.Customer.ID) {
		within = append(within, object(id))
	}
	for _, event := range batch.Events {
		encoded, err := codec.EncodeEvent(&rows.LoggedEvent{Event: event, Customer: batch.Customer})
		if err != nil {
			return nil, &unfit{err}
		}
		document, err := extend(encoded, equal("tenant", object(batch.Customer.Tenant), "within", within, "whole", event.Resource != nil))
		if err != nil {
			return nil, err
		}
		documents = append(documents, document)
	}
	return documents, nil
}

// insertMissing inserts documents; one whose id exists already stays as it is.
func insertMissing(ctx context.Context, into *driver.Collection, documents []bson.Raw) error {
	_, err := insertedMissing(ctx, into, documents)
	return err
}

// insertedMissing is insertMissing that returns how many it inserted.
func insertedMissing(ctx context.Context, into *driver.Collection, documents []bson.Raw) (int, error) {
	if documents == nil {
		return 0, nil
	}
	_, err := into.InsertMany(ctx, documents, options.InsertMany().SetOrdered(false))
	if many, ok := errors.AsType[driver.BulkWriteException](err); ok && many.WriteConcernError == nil &&
		!slices.ContainsFunc(many.WriteErrors, func(e driver.BulkWriteError) bool { return !driver.IsDuplicateKeyError(e.WriteError) }) {
		return len(documents) - len(many.WriteErrors), nil
	}
	if err != nil {
		return 0, err
	}
	return len(documents), nil
}

// LogEvents implements store.Examined. Its order is that of the ids, whatever is given.
func (s *Store) LogEvents(ctx context.Context, batches []rows.Batch) (added int, err error) {
	err = s.do(ctx, "adding events to the log", func(ctx context.Context) error {
		added = 0
		var documents []bson.Raw
		var taken []rows.Batch
		lives := map[tenancy.Ref]bool{}
		for _, batch := range batches {
			there, asked := lives[batch.Customer]
			if !asked {
				var err error
				if there, err = s.exists(ctx, equal("_id", object(batch.Customer.ID), "tenant", object(batch.Customer.Tenant), living, true)); err != nil {
					return err
				}
				lives[batch.Customer] = there
			}
			if !there {
				continue
			}
			list, err := logDocuments(batch)
			if err != nil {
				return err
			}
			documents, taken = append(documents, list...), append(taken, batch)
		}
		var err error
		if added, err = insertedMissing(ctx, s.events, documents); err != nil {
			return err
		}
		return s.arrive(ctx, taken)
	})
	return added, err
}
