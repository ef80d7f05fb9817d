package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/internal/dialect/straddle"
	"tenantry/settings"
	"tenantry/tenancy"
)

// relayTakes is longer than it ever takes from the creation of a delivery until its event
// is in the log; an event that is missing after that was removed.
const relayTakes = 24 * time.Hour

// maxAttempts bounds the attempts that a delivery remembers.
const maxAttempts = 20

// serve sends what is due to one webhook, batch by batch, while no other process does and
// no other webhook waits for its lane.
func (s *Sender) serve(ctx context.Context, ref rows.WebhookRef) error {
	lease, err := s.Source.Lease(ctx, "endpoint:"+webhooks.String(ref), leaseLife)
	if err != nil || lease == nil {
		return err
	}
	defer lease.Release(context.WithoutCancel(ctx))
	for {
		list, err := s.Store.DueDeliveries(ctx, ref, s.Now(), atOnce)
		if err == nil && len(list) == 0 {
			err = s.Store.SettleEndpoint(ctx, ref)
		}
		if err != nil || len(list) == 0 {
			return err
		}
		moved, err := s.batch(ctx, ref, inOrder(list))
		if err != nil || moved == 0 || s.crowded() {
			return err
		}
		held, err := lease.Renew(ctx)
		if err != nil || !held {
			return err
		}
	}
}

// inOrder returns the deliveries that may be sent now: the first one of each event,
// because the others follow it, and only the creation of a customer that was just
// created, because it comes first.
func inOrder(list []rows.Delivery) []rows.Delivery {
	creations := make(map[tenancy.Ref]tenancy.ID)
	for _, d := range list {
		if _, known := creations[d.Source]; isCreation(d.Topic) && !known {
			creations[d.Source] = d.ID
		}
	}
	seen := make(map[tenancy.ID]bool, len(list))
	out := list[:0:0]
	for _, d := range list {
		creation, born := creations[d.Source]
		if seen[d.Event] || born && creation != d.ID {
			continue
		}
		seen[d.Event] = true
		out = append(out, d)
	}
	return out
}

func isCreation(topic string) bool {
	return topic == nativeCreated || topic == straddle.TopicCreated || topic == dwollaCreated
}

// batch sends deliveries of one webhook side by side and records the outcome of each. It
// returns how many it recorded.
func (s *Sender) batch(ctx context.Context, ref rows.WebhookRef, list []rows.Delivery) (moved int, err error) {
	target, err := s.Source.Target(ctx, ref)
	if err != nil {
		return 0, err
	}
	outcomes, failures := make([]outcome, len(list)), make([]error, len(list))
	var sending sync.WaitGroup
	for i, d := range list {
		sending.Go(func() { outcomes[i], failures[i] = s.deliver(ctx, d, target) })
	}
	sending.Wait()
	var accepted, gone bool
	refused := 0
	for i, o := range outcomes {
		if failures[i] == nil && o.recorded {
			moved++
		}
		accepted, gone = accepted || o.accepted, gone || o.gone
		if o.tried && !o.accepted {
			refused++
		}
	}
	if err := errors.Join(failures...); err != nil {
		return moved, err
	}
	return moved, s.noteOutcomes(ctx, ref, target.Format, accepted, refused, gone)
}

// noteOutcomes records how a webhook does, and disables one that is gone or has failed
// for too long.
func (s *Sender) noteOutcomes(ctx context.Context, ref rows.WebhookRef, format settings.Format, accepted bool, refused int, gone bool) error {
	switch {
	case gone:
		return s.Source.DisableEndpoint(ctx, ref, "the receiver answered 410 Gone")
	case accepted:
		return s.Source.NoteSuccess(ctx, ref)
	case refused == 0:
		return nil
	}
	failing, err := s.Source.NoteFailure(ctx, ref, refused)
	if err != nil || !hopeless(format, s.Now().Sub(failing.Since), failing.Count) {
		return err
	}
	return s.Source.DisableEndpoint(ctx, ref, fmt.Sprintf("every attempt since %s failed, %d in all",
		failing.Since.UTC().Format(time.RFC3339), failing.Count))
}

// outcome is the result of one delivery.
type outcome struct {
	tried, accepted, gone, recorded bool
}

// deliver makes one attempt, or gives up, and records it.
func (s *Sender) deliver(ctx context.Context, d rows.Delivery, target webhooks.Target) (outcome, error) {
	next := d
	next.Version++
	if target.Refused != "" {
		next.State, next.Due, next.Reason = rows.DeliveryFailed, s.Now(), target.Refused
		return s.record(ctx, next, outcome{})
	}
	m, err := s.compose(ctx, d, target)
	if errors.Is(err, rows.ErrNotFound) {
		if s.Now().Sub(d.Created) < relayTakes {
			return outcome{}, nil // the event is on its way to the log still
		}
		err = errContentGone
	}
	if errors.Is(err, errContentGone) {
		next.State, next.Due, next.Reason = rows.DeliveryFailed, s.Now(), errContentGone.Error()
		return s.record(ctx, next, outcome{})
	}
	if err != nil {
		return outcome{}, err
	}
	attempt := s.attempt(ctx, d, target, m)
	if ctx.Err() != nil {
		return outcome{}, nil //nolint:nilerr // cut off: the next Run sends it again
	}
	next.Round++
	next.Attempts = append(d.Attempts[max(0, len(d.Attempts)-maxAttempts+1):len(d.Attempts):len(d.Attempts)], attempt)
	o := outcome{tried: true, accepted: attempt.Status >= 200 && attempt.Status < 300, gone: attempt.Status == http.StatusGone}
	wait, again := waitAfter(target.Format, int(next.Round))
	switch {
	case o.accepted:
		next.State, next.Due = rows.DeliveryDelivered, s.Now()
	case o.gone:
		next.State, next.Due, next.Reason = rows.DeliveryFailed, s.Now(), "the receiver answered 410 Gone"
	case again:
		next.Due = s.Now().Add(wait)
	default:
		next.State, next.Due, next.Reason = rows.DeliveryFailed, s.Now(), "the last attempt failed"
	}
	return s.record(ctx, next, o)
}

// record writes the outcome of a delivery. If another process wrote one meanwhile, that
// one stands.
func (s *Sender) record(ctx context.Context, next rows.Delivery, o outcome) (outcome, error) {
	err := s.Store.UpdateDelivery(ctx, next, next.Version-1)
	if err == nil {
		s.metrics.count(next, o)
		if next.State == rows.DeliveryPending {
			s.remember(next.Due)
		}
	}
	if errors.Is(err, rows.ErrStale) || errors.Is(err, rows.ErrNotFound) {
		err = nil
	}
	o.recorded = err == nil
	return o, err
}

func (s *Sender) compose(ctx context.Context, d rows.Delivery, target webhooks.Target) (message, error) {
	event, err := s.Source.Message(ctx, d)
	if err != nil {
		return message{}, err
	}
	a := about{delivery: d, event: event, target: target, base: s.BaseURL, at: s.Now()}
	if usesAccount(target.Format) {
		if a.account, err = s.Source.Account(ctx, d); err != nil {
			return message{}, err
		}
	}
	return compose(a)
}
