package events

import (
	"context"
	"encoding/binary"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/cursor"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// streamLabel is what places are sealed for.
const streamLabel = "stream of events"

// Stream follows the log for one caller, in the order in which events come into it. It is
// for one goroutine.
type Stream struct {
	service  *Service
	customer string
	query    rows.EventQuery
	at       int64
}

// Batch is what Next read, for Show.
type Batch []rows.Arrival

// StreamedEvent is an event with the place behind which a stream goes on.
type StreamedEvent struct {
	EventView
	Place string
}

// Follow begins a stream of what Events lists for the query, whose Cursor is the place of
// the last event that the caller has. Without one the stream begins with what comes next or,
// with From, with the events since then. It returns NotFound, Forbidden insufficientScope,
// and Invalid for a place that no stream of this log was at. Its caller closes it.
func (s *Service) Follow(ctx context.Context, caller tenancy.Caller, in Query) (*Stream, error) {
	query, err := s.Reach(ctx, caller, in.CustomerID, tenancy.Read)
	if err != nil {
		return nil, err
	}
	var faults fault.List
	faults.Include(in.Reading)
	query.Type, query.From, query.To, query.Limit = in.Type, in.From, in.To, rows.MaxLimit
	st := &Stream{service: s, customer: in.CustomerID, query: query, at: -1}
	if in.Cursor != "" {
		if place, err := cursor.OpenID(s.sealer, streamLabel, in.Cursor); err == nil {
			st.at = int64(binary.BigEndian.Uint64(place[:8])) //nolint:gosec // as Place wrote it
		} else {
			faults.Add("lastEventId", fault.BadValue, foreignPlace)
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	last, err := s.feed.join(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case st.at > last:
		s.feed.leave()
		faults.Add("lastEventId", fault.BadValue, foreignPlace)
		return nil, faults.Err()
	case st.at < 0 && !in.From.IsZero():
		st.at = 0
	case st.at < 0:
		st.at = last
	}
	return st, nil
}

const foreignPlace = "is not the id of an event of this stream, or of a state of the log that a backup took the place of; " +
	"begin again without it, with from=<the time of the last event that you have>"

// Close ends the stream.
func (st *Stream) Close() { st.service.feed.leave() }

// Next returns the next events, as soon as there are any; none if there are none for so long,
// or once ctx ends.
func (st *Stream) Next(ctx context.Context, patience time.Duration) (Batch, error) {
	enough := time.NewTimer(patience)
	defer enough.Stop()
	for {
		list, last, moved, held := st.service.feed.behind(st.at)
		if !held || st.mustAsk(list) {
			found, upTo, err := st.service.store.Arrivals(ctx, st.query, st.at)
			if err != nil {
				return nil, rows.StoreFault(err, "reading the event log")
			}
			if st.at = upTo; len(found) > 0 {
				return found, nil
			}
		} else if found := st.selected(list, last); len(found) > 0 {
			return found, nil
		}
		caughtUp := moved
		if st.at < last {
			closed := make(chan struct{})
			close(closed)
			caughtUp = closed
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-enough.C:
			return nil, nil
		default:
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-enough.C:
			return nil, nil
		case <-caughtUp:
		}
	}
}

// mustAsk reports whether only the store can say which of these events the stream reaches:
// those of customers in the middle of a tree.
func (st *Stream) mustAsk(list []rows.Arrival) bool {
	if st.query.Under.IsZero() || st.query.Under == st.query.Tenant {
		return false
	}
	for _, e := range list {
		if e.Customer.Tenant == st.query.Tenant && st.query.Selects(e.Event) {
			return true
		}
	}
	return false
}

// selected returns the first of these events that the stream reaches, and goes on behind
// them.
func (st *Stream) selected(list []rows.Arrival, last int64) (found Batch) {
	for _, e := range list {
		mine := (st.query.Customer == tenancy.Ref{} || e.Customer == st.query.Customer) &&
			(st.query.Tenant.IsZero() || e.Customer.Tenant == st.query.Tenant) &&
			(st.query.Under.IsZero() || st.query.Under == st.query.Tenant) // else none of them is
		if !mine || !st.query.Selects(e.Event) {
			continue
		}
		if found = append(found, e); len(found) == st.query.Limit {
			st.at = e.Place
			return found
		}
	}
	st.at = max(st.at, last)
	return found
}

// Show returns events as a caller may see them who is authenticated anew: a stream shows
// nothing to a credential that ended meanwhile. They have no names, which are of the moment
// and would be read for every stream. It returns NotFound, and Forbidden
// insufficientScope.
func (st *Stream) Show(ctx context.Context, caller tenancy.Caller, batch Batch) ([]StreamedEvent, error) {
	reach, err := st.service.Reach(ctx, caller, st.customer, tenancy.Read)
	if err != nil {
		return nil, err
	}
	if reach.Customer != st.query.Customer || reach.Tenant != st.query.Tenant || reach.Under != st.query.Under {
		return nil, fault.NotFoundError()
	}
	shown := make([]StreamedEvent, 0, len(batch))
	for _, e := range batch {
		place, err := st.service.placeText(e.Place)
		if err != nil {
			return nil, err
		}
		shown = append(shown, StreamedEvent{EventView: viewFor(caller, e.LoggedEvent), Place: place})
	}
	return shown, nil
}

// Place returns the place behind which the stream goes on.
func (st *Stream) Place() (string, error) { return st.service.placeText(st.at) }

// placeText returns a place in the log sealed, because its number would tell how much
// happens to everybody else.
func (s *Service) placeText(place int64) (string, error) {
	var id tenancy.ID
	binary.BigEndian.PutUint64(id[:8], uint64(place)) //nolint:gosec // not negative
	return cursor.SealID(s.sealer, streamLabel, id)
}
