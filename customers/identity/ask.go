package identity

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/dryrun"
	"tenantry/internal/fault"
	"tenantry/internal/trace"
	"tenantry/tenancy"
)

const (
	// reviewBatch is how many due reviews one turn of the background work takes, and
	// askers how many of them are asked about at once.
	reviewBatch = 32
	askers      = 4
)

// askNow asks a remote provider about the review that was just stored, within the
// request. Any failure leaves the review to the background work. A client that hangs up
// ends no question: it would be asked again, and the provider bounds its time itself. A dry
// run asks nothing: the provider would be told of somebody, and may charge for it.
func (s *Service) askNow(ctx context.Context, c *customers.Customer) *customers.Customer {
	if dryrun.On(ctx) {
		return c
	}
	judged, err := s.askAbout(context.WithoutCancel(ctx), c)
	if err != nil || judged == nil {
		return c
	}
	return judged
}

// askAbout asks the provider about the pending review of a stored customer and then
// stores the answer in one write; between reading and writing nothing is held. A
// question that ended because ctx did is no failure of the provider: the review stays
// due as it was.
func (s *Service) askAbout(ctx context.Context, c *customers.Customer) (*customers.Customer, error) {
	subject, err := s.subject(c, s.registry.Now())
	if err != nil {
		return nil, err
	}
	result, err := s.verify(ctx, subject)
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	settled, _, failed := s.applyResult(context.WithoutCancel(ctx), c, c.Identity.ReviewID, result, err)
	return settled, errors.Join(err, failed)
}

// verify asks the provider and turns a panic into an error.
func (s *Service) verify(ctx context.Context, subject Subject) (result Result, err error) {
	ctx, span := trace.Call(ctx, "identity question")
	defer func() {
		if err != nil {
			span.Fail("failed")
		}
		span.End()
	}()
	span.Set(trace.Provider, s.provider.Name())
	span.Set(trace.Tenant, subject.Ref.Tenant.String())
	span.Set(trace.Customer, subject.Ref.ID.String())
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("the identity provider panicked: %v\n%s", value, debug.Stack())
		}
	}()
	result, err = s.provider.Verify(ctx, subject)
	if err != nil {
		return Result{}, fmt.Errorf("asking the identity provider about review %s of customer %s: %w", subject.ReviewID, subject.Ref, err)
	}
	return result, nil
}

// applyResult stores an answer, unless a newer review was started meanwhile or this one
// has its judgment already; applied reports whether it was stored.
func (s *Service) applyResult(ctx context.Context, c *customers.Customer, review tenancy.ID, result Result, answer error) (_ *customers.Customer, applied bool, err error) {
	caller, err := s.registry.System(ctx, "identity:"+s.provider.Name())
	if err != nil {
		return nil, false, err
	}
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.IdentityDecide}}
	settled, err := s.registry.Change(ctx, caller, at, "identity.reviewed", func(d *registry.Draft) error {
		applied = awaits(&d.Customer.Identity, review)
		if !applied {
			return nil
		}
		if s.applyAnswer(d, result, answer); d.Customer.Identity.Attempts > 0 {
			d.Event = "identity.delayed"
		}
		return nil
	})
	return settled, applied, err
}

// awaits reports whether a provider's judgment of that review still counts: the review
// is the latest, still open, and was not decided by a person.
func awaits(i *reviews.Identity, review tenancy.ID) bool {
	return i.ReviewID == review && !review.IsZero() && (i.Status == reviews.IdentityPending || decidable(i.Status)) &&
		!slices.ContainsFunc(i.Decisions, func(d reviews.Decision) bool { return d.ReviewID == review && d.Provider == "" })
}

// ReceiveResult stores the late judgment of a review that a provider left pending. It
// reports false for a review that a newer one replaced or that has its judgment already,
// so a repetition changes nothing. It returns NotFound for a customer that is gone and
// Invalid for an unknown status. The caller must have made sure that the provider sent
// it.
func (s *Service) ReceiveResult(ctx context.Context, late LateResult) (applied bool, err error) {
	if _, unfit := findings(late.Report); unfit != nil || !judged(late.Status) {
		return false, fault.New(fault.Invalid, fault.CodeValidation,
			"must be one of verified, rejected, review, retry, document, kba, pending, with a report of at most 64 KiB").About("status", fault.BadValue)
	}
	c, err := s.store.Get(ctx, late.Customer)
	if err != nil {
		return false, rows.StoreFault(err, "reading a reviewed customer")
	}
	_, applied, err = s.applyResult(ctx, c, late.ReviewID, late.Result, nil)
	return applied, err
}

// RunReviews asks the provider about the reviews that are due, a batch at most, and
// returns how many it asked about. Failures are joined, and their reviews are due again
// later; a customer that was deleted meanwhile is no failure.
func (s *Service) RunReviews(ctx context.Context) (int, error) {
	due, err := s.store.DueReviews(ctx, s.registry.Now(), reviewBatch)
	if err != nil {
		return 0, rows.StoreFault(err, "looking for due reviews")
	}
	work := make(chan *customers.Customer)
	failures := make(chan error, len(due))
	done := make(chan struct{})
	for range askers {
		go func() {
			defer func() { done <- struct{}{} }()
			for c := range work {
				if err := s.askDue(ctx, c); err != nil && !fault.IsNotFound(err) {
					failures <- err
				}
			}
		}()
	}
	for _, c := range due {
		work <- c
	}
	close(work)
	for range askers {
		<-done
	}
	close(failures)
	var all []error
	for err := range failures {
		all = append(all, err)
	}
	return len(due), errors.Join(all...)
}

// errSwitchedOff leaves a review waiting because its customer may not act.
var errSwitchedOff = errors.New("the customer, or one above it, is switched off")

// askDue asks about a due review. While the customer or one above it is switched off, the
// provider is sent nothing and the review waits as it does for one that fails.
func (s *Service) askDue(ctx context.Context, c *customers.Customer) error {
	err := s.registry.MayAct(ctx, c)
	switch {
	case err == nil:
		_, err = s.askAbout(ctx, c)
	case fault.KindOf(err) == fault.Forbidden:
		_, _, err = s.applyResult(ctx, c, c.Identity.ReviewID, Result{}, errSwitchedOff)
	}
	return err
}
