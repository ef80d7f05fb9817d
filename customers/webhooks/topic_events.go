package webhooks

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/settings"
	"tenantry/tenancy"
)

const (
	// eventsKept is how far back lists of events in a vendor's words go.
	eventsKept = 30 * 24 * time.Hour
	// maxSlice is the longest page that is read by offset, maxSkipped the most that
	// may be skipped: what is skipped is read.
	maxSlice, maxSkipped = 200, 5000
	// maxLooked bounds the events that one such page looks at: most have no topic
	// where only changes of settings or credentials happen.
	maxLooked = 20_000
)

// TopicEvent is an event in the words of a format.
type TopicEvent struct {
	rows.LoggedEvent
	// Topic is what the format calls it, Index which of its topics that is.
	Topic string
	Index int
}

// TopicEventsInput asks for a page of events in the words of a format.
type TopicEventsInput struct {
	Format settings.Format
	Offset int // 0 to 5000
	Limit  int // 1 to 200
}

// TopicEventPage is a page of events, newest first. It has no total, which would take
// reading all events.
type TopicEventPage struct {
	Events []TopicEvent
	// More reports whether more events follow, or may.
	More bool
}

// TopicEvents reads what happened to the subject and everyone below it in the last 30
// days in the words of a format; what it has no word for is left out. It returns
// Forbidden insufficientScope and Invalid.
func (s *Service) TopicEvents(ctx context.Context, caller tenancy.Caller, in TopicEventsInput) (TopicEventPage, error) {
	query, err := s.events.Reach(ctx, caller, "", tenancy.Read)
	if err == nil {
		err = sliced(in.Offset, in.Limit)
	}
	if err != nil {
		return TopicEventPage{}, err
	}
	query.From, query.Limit = s.registry.Now().Add(-eventsKept), rows.MaxLimit
	page, skip := TopicEventPage{}, in.Offset
	for range maxLooked / rows.MaxLimit {
		found, err := s.store.Events(ctx, query)
		if err != nil {
			return TopicEventPage{}, rows.StoreFault(err, "reading the event log")
		}
		for _, event := range found {
			topics := s.topicsFor(in.Format, caller.Subject.Ref().ID, event.Customer.ID, event.Event)
			for i := len(topics) - 1; i >= 0; i-- { // the last topic is the newest
				switch {
				case skip > 0:
					skip--
				case len(page.Events) == in.Limit:
					page.More = true
					return page, nil
				default:
					page.Events = append(page.Events, TopicEvent{LoggedEvent: event, Topic: topics[i], Index: i})
				}
			}
		}
		if len(found) < rows.MaxLimit {
			return page, nil
		}
		query.Before = found[len(found)-1].ID
	}
	page.More = true
	return page, nil
}

// TopicEvent reads one event in the words of a format. It returns NotFound, also for
// an event that has no such topic, and Forbidden insufficientScope.
func (s *Service) TopicEvent(ctx context.Context, caller tenancy.Caller, format settings.Format, id string, index int) (TopicEvent, error) {
	event, err := s.events.Lookup(ctx, caller, id, tenancy.Read)
	if err != nil {
		return TopicEvent{}, err
	}
	topics := s.topicsFor(format, caller.Subject.Ref().ID, event.Customer.ID, event.Event)
	if index < 0 || index >= len(topics) {
		return TopicEvent{}, fault.NotFoundError()
	}
	return TopicEvent{LoggedEvent: event, Topic: topics[index], Index: index}, nil
}

// sliced refuses offsets and limits out of range.
func sliced(offset, limit int) error {
	var faults fault.List
	if offset < 0 || offset > maxSkipped {
		faults.AddValue("offset", fault.BadValue, strconv.Itoa(offset), fmt.Sprintf("must be 0 to %d", maxSkipped))
	}
	if limit < 1 || limit > maxSlice {
		faults.AddValue("limit", fault.BadValue, strconv.Itoa(limit), fmt.Sprintf("must be 1 to %d", maxSlice))
	}
	return faults.Err()
}
