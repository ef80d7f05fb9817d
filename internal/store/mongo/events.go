package mongo

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// Events implements store.Store: newest first, events of one millisecond by their id, and
// what waits in outboxes among what is in the log. It takes two requests, a page behind
// another one up to four.
func (s *Store) Events(ctx context.Context, q rows.EventQuery) (page []rows.LoggedEvent, err error) {
	if q.Limit < 1 {
		return nil, failed(ctx, "reading events", ctx.Err())
	}
	err = s.do(ctx, "reading events", func(ctx context.Context) error {
		// Outboxes come first: a relay that is under way writes into the log before it
		// empties an outbox, so each event is met in one of them at least.
		waiting, err := s.waiting(ctx, q, q.ID)
		if err != nil {
			return err
		}
		filter := eventFilter(q)
		if !q.Before.IsZero() {
			last, err := s.lastOf(ctx, q, waiting)
			if err != nil || last == nil {
				return err
			}
			filter = append(filter, beyond("at", bson.NewDateTimeFromTime(last.At), last.ID, -1)...)
			waiting = slices.DeleteFunc(waiting, func(e rows.LoggedEvent) bool { return newestFirst(e, *last) <= 0 })
		}
		newest := options.Find().SetSort(equal("at", -1, "_id", -1))
		found, err := whole(ctx, s, s.eventsFor(q), "event", codec.DecodeEvent, filter, newest, q.Limit)
		for _, event := range found {
			page = append(page, *event)
		}
		page = merged(page, waiting, q)
		return err
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

// lastOf returns the event behind which a query goes on, of those that wait or of the log;
// nil if the query does not reach it.
func (s *Store) lastOf(ctx context.Context, q rows.EventQuery, waiting []rows.LoggedEvent) (*rows.LoggedEvent, error) {
	of := func(list []rows.LoggedEvent) int {
		return slices.IndexFunc(list, func(e rows.LoggedEvent) bool { return e.ID == q.Before })
	}
	at := of(waiting)
	if at < 0 && q.Customer == (tenancy.Ref{}) { // more may wait than were read
		var err error
		if waiting, err = s.waiting(ctx, q, q.Before); err != nil {
			return nil, err
		}
		at = of(waiting)
	}
	if at >= 0 {
		last := waiting[at]
		return &last, nil
	}
	document, err := s.events.FindOne(ctx, append(eventReach(q), bson.E{Key: "_id", Value: object(q.Before)})).Raw()
	if errors.Is(err, driver.ErrNoDocuments) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return decoded(document, "event", codec.DecodeEvent)
}

// maxWaiting bounds the outboxes that one page of the log of many customers looks into,
// those of the records that changed last: with more of them the relay is far behind, and
// what is left out comes as it relays.
const maxWaiting = 100

// waiting returns the events that a query reaches and that were not relayed yet, of
// outboxes that hold an id if one is given. The index of outboxes serves it.
func (s *Store) waiting(ctx context.Context, q rows.EventQuery, holding tenancy.ID) (list []rows.LoggedEvent, err error) {
	filter := equal(pending, true)
	if q.Customer != (tenancy.Ref{}) {
		filter = append(filter, equal("_id", object(q.Customer.ID), "tenant", object(q.Customer.Tenant))...)
	} else {
		filter = append(filter, inSlots(tenancy.AllSlots)) // as the index of outboxes begins
	}
	if !q.Tenant.IsZero() && q.Customer.Tenant != q.Tenant {
		filter = append(filter, equal("$and", bson.A{equal("tenant", object(q.Tenant))})...)
	}
	if !q.Under.IsZero() && q.Under != q.Tenant {
		filter = append(filter, equal("$or", bson.A{equal("_id", object(q.Under)), equal("path", object(q.Under))})...)
	}
	if !holding.IsZero() {
		filter = append(filter, bson.E{Key: "outbox._id", Value: object(holding)})
	}
	changedLast := options.Find().SetSort(equal("lastUpdated", -1)).SetProjection(equal("tenant", 1, "path", 1, "outbox", 1))
	found, err := s.find(ctx, filter, changedLast, maxWaiting)
	for _, c := range found {
		for _, event := range c.Outbox {
			list = append(list, rows.LoggedEvent{Event: event, Customer: c.Ref()})
		}
	}
	return list, err
}

// merged returns a page of the log with what waits and belongs on it.
func merged(page, waiting []rows.LoggedEvent, q rows.EventQuery) []rows.LoggedEvent {
	logged := page
	for _, event := range waiting {
		if q.Selects(event.Event) && !slices.ContainsFunc(logged, func(e rows.LoggedEvent) bool { return e.ID == event.ID }) {
			page = append(page, event)
		}
	}
	slices.SortFunc(page, newestFirst)
	return page[:min(len(page), q.Limit)]
}

// newestFirst orders events as the log is read.
func newestFirst(a, b rows.LoggedEvent) int {
	return cmp.Or(b.At.Compare(a.At), bytes.Compare(b.ID[:], a.ID[:]))
}

// eventReach returns the filter of all that a query may see.
func eventReach(q rows.EventQuery) bson.D {
	filter := bson.D{}
	if q.Customer != (tenancy.Ref{}) {
		filter = equal("tenant", object(q.Customer.Tenant), "customer.id", object(q.Customer.ID))
	}
	if !q.Tenant.IsZero() && q.Customer.Tenant != q.Tenant {
		filter = append(filter, equal("$and", bson.A{equal("tenant", object(q.Tenant))})...)
	}
	if !q.Under.IsZero() {
		filter = append(filter, bson.E{Key: "within", Value: object(q.Under)})
	}
	return filter
}

func eventFilter(q rows.EventQuery) bson.D {
	filter := eventReach(q)
	if !q.ID.IsZero() {
		filter = append(filter, bson.E{Key: "_id", Value: object(q.ID)})
	}
	if prefix, open := strings.CutSuffix(q.Type, "*"); open {
		filter = append(filter, bson.E{Key: "type", Value: bson.Regex{Pattern: "^" + literal(prefix)}})
	} else if q.Type != "" {
		filter = append(filter, bson.E{Key: "type", Value: q.Type})
	}
	filter = between(filter, "at", q.From, q.To)
	if !q.Before.IsZero() {
		// Conditions on at and _id of a page behind another come beside these.
		return equal("$and", bson.A{filter})
	}
	return filter
}

// ThinEvents implements store.Store in two requests.
func (s *Store) ThinEvents(ctx context.Context, before time.Time, limit int) (thinned int, err error) {
	err = s.do(ctx, "thinning events", func(ctx context.Context) error {
		old := equal("whole", true, "at", equal("$lt", bson.NewDateTimeFromTime(before)))
		some, err := someOf(ctx, s.events, old, limit)
		if err != nil || len(some.ids) == 0 {
			return err
		}
		done, err := s.events.UpdateMany(ctx, some.filter(),
			equal("$set", equal("whole", false), "$unset", equal("resource", "")))
		if err == nil {
			thinned = int(done.MatchedCount)
		}
		return err
	})
	return thinned, err
}
