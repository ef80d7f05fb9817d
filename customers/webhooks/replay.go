package webhooks

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/cursor"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/settings"
	"tenantry/tenancy"
)

const (
	// maxReplayed is how many events one replay sends, and maxReplayScanned how many it
	// looks at.
	maxReplayed      = 500
	maxReplayScanned = 5000
	// maxReplayTypes is the most types that a replay names.
	maxReplayTypes = 50
)

// ReplayInput asks for the events of a period to be sent again to one webhook.
type ReplayInput struct {
	// From and To bound the moment, both inclusive: a time or a day. To is now by default.
	From patch.Field[string] `json:"from"`
	To   patch.Field[string] `json:"to"`
	// Types are types, or their beginnings and a star; none for all that the webhook wants.
	Types patch.Field[[]string] `json:"types"`
	// Limit is how many events are sent, 1 to 500, which is the default.
	Limit patch.Field[int] `json:"limit"`
	// Cursor goes on where a replay of the same period and types ended.
	Cursor patch.Field[string] `json:"cursor"`
}

// ReplayView is what a replay put on its way.
type ReplayView struct {
	Object  string `json:"object"` // replay
	Webhook string `json:"webhook"`
	// Events is how many events are sent again, and Messages in how many messages.
	Events   int `json:"events"`
	Messages int `json:"messages"`
	// Skipped is how many events of the period cannot be sent, because their content is no
	// longer kept.
	Skipped int `json:"skipped"`
	// First and Last are the moments of the first and the last event that is sent.
	First *view.Stamp `json:"first,omitempty"`
	Last  *view.Stamp `json:"last,omitempty"`
	// NextCursor goes on behind the last one; empty if the period is done.
	NextCursor string `json:"nextCursor,omitempty"`
}

// replayPlace is the bookmark of a replay: behind which place it goes on, and the place
// with which it ends, so that what happens meanwhile makes it no longer.
type replayPlace struct{ At, End int64 }

// ReplayWebhook sends the events of a period again to one webhook, in the order in which
// they came into the log, as far as the webhook wants them. Their messages have ids of
// their own: who tells repeats by the id of the message takes them as new ones. It returns
// NotFound, Forbidden insufficientScope or of an account that is not active, Invalid, and
// Conflict for a webhook to which nothing is sent.
func (s *Service) ReplayWebhook(ctx context.Context, caller tenancy.Caller, customerID, id string, in ReplayInput) (ReplayView, error) {
	c, found, err := s.webhook(ctx, caller, customerID, id, tenancy.WebhooksWrite)
	if err != nil {
		return ReplayView{}, err
	}
	if err := s.registry.MayAct(ctx, c); err != nil {
		return ReplayView{}, err
	}
	query, limit, err := in.query()
	if err != nil {
		return ReplayView{}, err
	}
	if found.Disabled != nil || !c.Settings.Delivers() {
		return ReplayView{}, fault.New(fault.Conflict, fault.CodeConflict,
			"nothing is sent to this webhook; enable it, and settings.events.enabled, first")
	}
	switch {
	case !c.Settings.IncludesChildren():
		query.Customer = c.Ref()
	case !tenancy.IsOperator(c):
		query.Tenant, query.Under = c.Tenant, c.ID
	}
	label := fmt.Sprintf("replay:%s:%s:%s:%s", String(rows.WebhookRef{Customer: c.Ref(), ID: found.ID}), in.From.Or(""), in.To.Or(""), strings.Join(in.Types.Or(nil), ","))
	var place replayPlace
	if in.Cursor.Or("") == "" {
		if place.End, err = s.store.LastArrival(ctx); err != nil {
			return ReplayView{}, rows.StoreFault(err, "reading the end of the log")
		}
	} else if place, err = cursor.Open[replayPlace](s.sealer, label, in.Cursor.Value); err != nil {
		return ReplayView{}, err
	}
	attempt := caller.Attempt.ID // every try of an idempotent attempt makes the same messages
	if attempt.IsZero() {
		if attempt, err = tenancy.NewID(s.registry.Now(), s.random); err != nil {
			return ReplayView{}, err
		}
	}
	r := &replay{core: s.core, customer: c, webhook: found.ID, attempt: attempt, limit: limit, types: in.Types.Or(nil),
		shown: ReplayView{Object: "replay", Webhook: found.ID.String()}}
	if err := r.run(ctx, query, &place); err != nil {
		return ReplayView{}, err
	}
	if place.At < place.End {
		if r.shown.NextCursor, err = cursor.Seal(s.sealer, label, place); err != nil {
			return ReplayView{}, err
		}
	}
	s.wake()
	return r.shown, nil
}

// query returns what of the log the input asks for, and how many events.
func (in ReplayInput) query() (q rows.EventQuery, limit int, err error) {
	var faults fault.List
	from, to := in.From.Or(""), in.To.Or("")
	if from == "" {
		faults.Add("from", fault.Missing, "say from which time or day on, such as 2016-02-03T04:05:06.000Z or 2016-02-03")
	} else {
		q.From = moment(&faults, "from", from, false)
	}
	if to != "" {
		if q.To = moment(&faults, "to", to, true); !q.To.IsZero() && q.To.Before(q.From) {
			faults.AddValue("to", fault.BadValue, to, "must not be before from")
		}
	}
	if limit = in.Limit.Or(maxReplayed); limit < 1 || limit > maxReplayed {
		faults.AddValue("limit", fault.BadValue, strconv.Itoa(limit), fmt.Sprintf("must be 1 to %d", maxReplayed))
	}
	types := in.Types.Or(nil)
	if len(types) > maxReplayTypes {
		faults.Add("types", fault.TooMany, fmt.Sprintf("at most %d types", maxReplayTypes))
	}
	for i, kind := range types {
		if !settings.IsTypePattern(kind) {
			faults.AddValue(fault.Join("types", strconv.Itoa(i)), fault.BadValue, kind,
				"must be a type such as customer.updated, or customer.* for all types with that prefix")
		}
	}
	return q, limit, faults.Err()
}

// moment reads a time, or a day: its begin or its end.
func moment(faults *fault.List, name, text string, end bool) time.Time {
	if day, ok := check.Date(text, time.DateOnly); ok {
		if end {
			day = day.Add(24*time.Hour - time.Millisecond)
		}
		return day
	}
	at, ok := check.Date(text, time.RFC3339)
	if !ok {
		faults.AddValue(name, fault.BadValue, text, "must be a time such as 2016-02-03T04:05:06.000Z, or a day such as 2016-02-03")
	}
	return at
}

// replay is one replay at work.
type replay struct {
	*core
	customer *customers.Customer
	webhook  tenancy.ID
	attempt  tenancy.ID
	limit    int
	types    []string
	shown    ReplayView
}

// run adds deliveries, page by page, and moves the place on.
func (r *replay) run(ctx context.Context, query rows.EventQuery, place *replayPlace) error {
	for scanned := 0; place.At < place.End && r.shown.Events < r.limit && scanned < maxReplayScanned; {
		query.Limit = min(rows.MaxLimit, r.limit-r.shown.Events)
		page, upTo, err := r.store.Arrivals(ctx, query, place.At)
		if err != nil {
			return rows.StoreFault(err, "reading the event log")
		}
		var list []rows.Delivery
		for _, event := range page {
			if event.Place <= place.End {
				list = append(list, r.of(event.LoggedEvent)...)
			}
		}
		if len(list) > 0 {
			if err := r.store.AddDeliveries(ctx, list); err != nil {
				return rows.StoreFault(err, "adding deliveries")
			}
		}
		r.shown.Messages += len(list)
		place.At = upTo
		scanned += max(len(page), 1)
	}
	return nil
}

// of returns the deliveries of one event, and counts it.
func (r *replay) of(event rows.LoggedEvent) []rows.Delivery {
	wanted := len(r.types) == 0 || slices.ContainsFunc(r.types, func(kind string) bool { return settings.MatchesType(kind, event.Type) })
	if !wanted || event.Unsent {
		return nil
	}
	var list []rows.Delivery
	for _, d := range r.deliveriesTo(r.customer, event.Customer, event.Event) {
		if d.Endpoint.ID == r.webhook {
			sum := sha256.Sum256([]byte("replay:" + r.attempt.String() + d.ID.String()))
			copy(d.ID[rows.IDOrder+1:], sum[:])
			d.Asked = r.attempt
			list = append(list, d)
		}
	}
	if len(list) == 0 {
		return nil
	}
	if event.Resource == nil {
		r.shown.Skipped++
		return nil
	}
	r.shown.Events++
	at := view.Stamp(event.At)
	if r.shown.First == nil {
		r.shown.First = &at
	}
	r.shown.Last = &at
	return list
}
