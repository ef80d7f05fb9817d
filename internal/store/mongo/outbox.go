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

// Outboxes implements store.Store: those that were written longest ago come first, as far
// as a majority has them. On a sharded cluster it asks every shard.
func (s *Store) Outboxes(ctx context.Context, of tenancy.Slots, limit int) (batches []rows.Batch, err error) {
	if limit < 1 {
		return nil, failed(ctx, "reading outboxes", ctx.Err())
	}
	waiting := options.Find().SetSort(equal("lastUpdated", 1)).
		SetProjection(equal("tenant", 1, "path", 1, "outbox", 1))
	err = s.do(ctx, "reading outboxes", func(ctx context.Context) error {
		var emptied []tenancy.Ref
		found, err := whole(ctx, s, s.relayable, "customer", codec.Decode, append(equal(pending, true), inSlots(of)), waiting, limit)
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

// inSlots is the condition that a customer is of one of the slots. One that an earlier build
// wrote has none and counts for the first one until it is written again.
func inSlots(of tenancy.Slots) bson.E {
	slots := slotsOf(of)
	if of.Has(0) {
		slots = append(slots, nil)
	}
	return bson.E{Key: slot, Value: equal("$in", slots)}
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
				"$set", equal("eventCount", event.Number, "auditCount", now.Audits+1, pending, true, slot, ref.ID.Slot()), "$push", equal("outbox", bson.Raw(waiting))))
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
// the outboxes. Each step may be done again. However many batches there are, it takes four
// requests, one more if some of the events were in the log, and for outboxes that changed
// since they were read one, and up to two for each.
func (s *Store) Relay(ctx context.Context, batches ...rows.Batch) error {
	if len(batches) == 0 {
		return ctx.Err()
	}
	return s.do(ctx, "relaying events", func(ctx context.Context) error {
		fresh, err := s.log(ctx, batches)
		if err != nil {
			return err
		}
		if err := s.arrive(ctx, batches, fresh); err != nil {
			return err
		}
		unlike, err := s.empty(ctx, batches)
		for _, left := range unlike {
			if err == nil {
				err = s.pull(ctx, left)
			}
		}
		return err
	})
}

// leftover is the relayed part of an outbox that holds more, or something else, than was
// read.
type leftover struct {
	customer tenancy.Ref
	relayed  bson.A
}

// empty empties the outboxes that are as batches have them. It returns what of the batches
// is in others.
func (s *Store) empty(ctx context.Context, batches []rows.Batch) (unlike []leftover, err error) {
	var writes []driver.WriteModel
	refs := make([]tenancy.Ref, len(batches))
	relayed := make(map[bson.ObjectID]bool)
	for i, batch := range batches {
		outbox := bson.A{}
		for _, event := range batch.Events {
			waiting, err := codec.EncodeWaiting(&event)
			if err != nil {
				return nil, &unfit{err}
			}
			outbox = append(outbox, bson.Raw(waiting))
			relayed[object(event.ID)] = true
		}
		refs[i] = batch.Customer
		same := equal("_id", object(batch.Customer.ID), "tenant", object(batch.Customer.Tenant), "outbox", outbox)
		writes = append(writes, driver.NewUpdateOneModel().SetFilter(same).SetUpdate(emptied()))
	}
	done, err := s.customers.BulkWrite(ctx, writes, options.BulkWrite().SetOrdered(false))
	if err != nil || done.MatchedCount == int64(len(batches)) {
		return nil, err
	}
	waiting := append(byRefs(refs), bson.E{Key: pending, Value: true})
	err = each(ctx, s.customers, waiting, options.Find().SetProjection(equal("tenant", 1, "outbox", 1)), func(document bson.Raw) error {
		left, err := leftoverOf(document, relayed)
		if err == nil && len(left.relayed) > 0 && slices.Contains(refs, left.customer) {
			unlike = append(unlike, left)
		}
		return err
	})
	return unlike, err
}

// leftoverOf returns what an outbox holds of the events that were relayed, as it stands
// there.
func leftoverOf(document bson.Raw, relayed map[bson.ObjectID]bool) (left leftover, err error) {
	id, _ := document.Lookup("_id").ObjectIDOK()
	tenant, _ := document.Lookup("tenant").ObjectIDOK()
	left.customer = tenancy.Ref{Tenant: tenancy.ID(tenant), ID: tenancy.ID(id)}
	array, ok := document.Lookup("outbox").ArrayOK()
	if !ok {
		return left, nil
	}
	elements, err := array.Values()
	for _, element := range elements {
		if event, ok := element.Document().Lookup("_id").ObjectIDOK(); ok && relayed[event] {
			element.Value = slices.Clone(element.Value) // the bytes are the cursor's
			left.relayed = append(left.relayed, element)
		}
	}
	return left, err
}

// pull takes what was relayed out of an outbox, as whole elements: a write that races this
// may take away or bring back some of them, and adds others, which stay.
func (s *Store) pull(ctx context.Context, left leftover) error {
	whose := equal("_id", object(left.customer.ID), "tenant", object(left.customer.Tenant))
	if _, err := s.customers.UpdateOne(ctx, whose, equal("$pullAll", equal("outbox", left.relayed))); err != nil {
		return err
	}
	return s.rest(ctx, left.customer)
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

// log writes the events of batches into the log. It reports whether none was there before.
func (s *Store) log(ctx context.Context, batches []rows.Batch) (fresh bool, err error) {
	var documents []bson.Raw
	for _, batch := range batches {
		list, err := logDocuments(batch)
		if err != nil {
			return false, err
		}
		documents = append(documents, list...)
	}
	added, err := insertedMissing(ctx, s.events, documents)
	return added == len(documents), err
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
		return s.arrive(ctx, taken, added == len(documents))
	})
	return added, err
}
