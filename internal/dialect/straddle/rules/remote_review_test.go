package rules_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/customers/lifecycle"
	"tenantry/customers/reviews"
	"tenantry/internal/app"
	"tenantry/internal/dialect/straddle/rules"
	"tenantry/internal/dialect/straddle/status"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
)

// An inline review that is answered in time is in the answer of the creation, and
// by one provider call.
func TestRemoteInlineReview(t *testing.T) {
	t.Parallel()
	h, d := testkit.Remotely(t)
	c := screened(h, 1, "inline")
	if status.Of(c) != status.Verified || len(d.Asked) != 1 || d.Asked[0].ReviewID != c.Identity.ReviewID || d.Asked[0].IPAddress.Reveal() != "10.0.0.1" {
		t.Errorf("it is %+v after %d questions", c.Identity, len(d.Asked))
	}
	hasStatus(h, c, status.Verified)
}

// A provider that fails, panics, hangs or answers nonsense leaves the customer
// pending with a reason, is asked again after a growing while by the background
// work, and never fails the creation.
func TestRemoteFailures(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(ctx context.Context, _ identity.Subject) (identity.Result, error){
		"failure": func(context.Context, identity.Subject) (identity.Result, error) {
			return identity.Result{}, errors.New("internal address 10.1.2.3 refused")
		},
		"nonsense": func(context.Context, identity.Subject) (identity.Result, error) {
			return identity.Result{Status: "fine"}, nil
		},
		"panic": func(context.Context, identity.Subject) (identity.Result, error) { panic("broken") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, d := testkit.Remotely(t)
			d.Answer = answer
			c := hasStatus(h, screened(h, 1, "inline"), status.Pending)
			if c.Identity.Reason == "" || c.Identity.Attempts != 1 || c.Identity.Due == nil {
				t.Errorf("it is %+v", c.Identity)
			}
			asked := len(d.Asked)
			if n, _ := h.Svc.Identity.RunReviews(t.Context()); n != 0 {
				t.Error("it is asked again at once")
			}
			wait := c.Identity.Due.Sub(h.Clock.Now())
			for range 3 {
				h.Clock.Advance(wait)
				if n, _ := h.Svc.Identity.RunReviews(t.Context()); n != 1 {
					t.Error("it is not asked again")
				}
				c = hasStatus(h, c, status.Pending)
				next := c.Identity.Due.Sub(h.Clock.Now())
				if next <= wait {
					t.Errorf("it waits %s after %s", next, wait)
				}
				wait = next
			}
			d.Answers(reviews.IdentityRejected, nil)
			h.Clock.Advance(wait)
			if _, err := h.Svc.Identity.RunReviews(t.Context()); err != nil {
				t.Error(err)
			}
			c = hasStatus(h, c, status.Rejected)
			if len(d.Asked) != asked+4 || c.Identity.Due != nil || c.Identity.Attempts != 0 || len(c.Identity.Decisions) != 1 {
				t.Errorf("after %d questions it is %+v", len(d.Asked)-asked, c.Identity)
			}
		})
	}
}

// A turn of the background work that is stopped while the provider thinks counts no
// failure of it: the review is as due as before, and the next turn asks.
func TestAStoppedTurnOfReviews(t *testing.T) {
	t.Parallel()
	h, d := testkit.Remotely(t)
	c := hasStatus(h, screened(h, 1, "background"), status.Pending)
	turn, stop := context.WithCancel(t.Context())
	d.Answer = func(ctx context.Context, _ identity.Subject) (identity.Result, error) {
		stop()
		return identity.Result{}, ctx.Err()
	}
	if _, err := h.Svc.Identity.RunReviews(turn); !errors.Is(err, context.Canceled) {
		t.Errorf("the stopped turn returns %v", err)
	}
	left := hasStatus(h, c, status.Pending)
	if left.Version != c.Version || left.Identity.Attempts != 0 || !left.Identity.Due.Equal(*c.Identity.Due) {
		t.Errorf("it is %+v", left.Identity)
	}
	d.Answers(reviews.IdentityVerified, nil)
	if n, err := h.Svc.Identity.RunReviews(t.Context()); n != 1 || err != nil {
		t.Errorf("the next turn asked %d times, %v", n, err)
	}
	hasStatus(h, c, status.Verified)
}

// While a provider is asked nothing is held: the same customer is changed
// meanwhile, and the answer to the replaced review does not count.
func TestNothingIsHeldWhileAsked(t *testing.T) {
	t.Parallel()
	h, d := testkit.Remotely(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	d.Answer = func(context.Context, identity.Subject) (identity.Result, error) {
		close(entered)
		<-leave
		return identity.Result{Status: reviews.IdentityRejected, Reason: "late"}, nil
	}
	made := make(chan *customers.Customer)
	go func() {
		c, err := screen(h, 1, "inline")
		if err != nil {
			t.Error(err)
		}
		made <- c
	}()
	<-entered
	d.Answers(reviews.IdentityVerified, nil)
	page, err := h.Svc.Lifecycle.List(t.Context(), h.As(h.Cove), lifecycle.ListInput{})
	testkit.Must(t, err)
	first := page.Customers[0]
	if status.Of(first) != status.Pending {
		t.Errorf("while the provider thinks it stands at %s", status.Of(first))
	}
	changed, err := h.Update(h.Cove, first.ID.String(), `{"name":"Ada King"}`)
	testkit.Must(t, err)
	if status.Of(changed) != status.Verified || changed.Identity.ReviewID == first.Identity.ReviewID {
		t.Errorf("the change gives %+v", changed.Identity)
	}
	close(leave)
	<-made
	hasStatus(h, first, status.Verified)
}

// A result that comes later counts once, for the latest review, and not over what
// a person decided.
func TestLateVerdicts(t *testing.T) {
	t.Parallel()
	h, d := testkit.Remotely(t)
	d.Answers(reviews.IdentityPending, nil)
	c := hasStatus(h, screened(h, 1, "inline"), status.Pending)
	h.Clock.Advance(24 * time.Hour)
	if n, err := h.Svc.Identity.RunReviews(t.Context()); n != 0 || err != nil {
		t.Errorf("what was promised is asked for again: %d, %v", n, err)
	}
	tell := func(c *customers.Customer, status reviews.IdentityStatus, want bool) {
		t.Helper()
		applied, err := h.Svc.Identity.ReceiveResult(t.Context(), identity.LateResult{
			Customer: c.Ref(), ReviewID: c.Identity.ReviewID, Result: identity.Result{Status: status, Reason: "late"},
		})
		if err != nil || applied != want {
			t.Errorf("%s is applied: %t, %v", status, applied, err)
		}
	}
	_, err := h.Svc.Identity.RefreshReview(t.Context(), h.As(h.Cove), c.ID.String())
	testkit.Must(t, err)
	tell(c, reviews.IdentityVerified, false) // of the review before
	c = hasStatus(h, c, status.Pending)
	tell(c, reviews.IdentityReview, true)
	tell(c, reviews.IdentityVerified, true) // the provider's own last word
	version := hasStatus(h, c, status.Verified).Version
	tell(c, reviews.IdentityVerified, false)
	tell(c, reviews.IdentityRejected, false)
	if now := hasStatus(h, c, status.Verified); now.Version != version {
		t.Error("telling again writes")
	}
	second := screened(h, 2, "inline")
	tell(second, reviews.IdentityReview, true)
	_, err = h.Svc.Identity.DecideReview(t.Context(), h.As(h.Cove), second.ID.String(), identity.DecisionInput{Status: patch.Of("rejected")})
	testkit.Must(t, err)
	tell(second, reviews.IdentityVerified, false)
	_, err = h.Svc.Identity.ReceiveResult(t.Context(), identity.LateResult{Customer: c.Ref(), ReviewID: c.Identity.ReviewID, Result: identity.Result{Status: "fine"}})
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("nonsense is answered %v", err)
	}
	stranger := c.Ref()
	stranger.Tenant = second.ID
	_, err = h.Svc.Identity.ReceiveResult(t.Context(), identity.LateResult{Customer: stranger, ReviewID: c.Identity.ReviewID, Result: identity.Result{Status: reviews.IdentityVerified}})
	if !fault.IsNotFound(err) {
		t.Errorf("another tenant's name is answered %v", err)
	}
}

// A review in the background is not asked about within the request, and by the next
// turn of the background work; native merchants are reviewed by the same provider.
func TestRemoteBackgroundReview(t *testing.T) {
	t.Parallel()
	h, d := testkit.Remotely(t)
	c := hasStatus(h, screened(h, 1, "background"), status.Pending)
	if len(d.Asked) != 0 {
		t.Error("it was asked within the request")
	}
	n, err := h.Svc.Identity.RunReviews(t.Context())
	if n != 1 || err != nil {
		t.Errorf("the turn asked %d times, %v", n, err)
	}
	hasStatus(h, c, status.Verified)
	shop := h.Create(h.Cove, testkit.Quay)
	if status := h.Record(shop.ID).Identity.Status; status != reviews.IdentityVerified {
		t.Errorf("the merchant is %s", status)
	}
}

// The review that a request left behind, because the process died, is found by the
// background work.
func TestAReviewWithoutItsRequest(t *testing.T) {
	t.Parallel()
	h, d := testkit.Remotely(t)
	d.Answers("", errors.New("down"))
	c := screened(h, 1, "inline")
	left := hasStatus(h, c, status.Pending).Clone()
	left.Identity.Attempts, left.Identity.Due = 0, new(h.Clock.Now().Add(time.Minute))
	left.Version++
	testkit.Must(t, h.Store.Replace(t.Context(), left, left.Version-1))
	d.Answers(reviews.IdentityVerified, nil)
	h.Clock.Advance(time.Minute)
	_, err := h.Svc.Identity.RunReviews(t.Context())
	testkit.Must(t, err)
	hasStatus(h, c, status.Verified)
}

// Only a provider that can be told its result takes an outcome.
func TestOutcomesAreOfTheSandbox(t *testing.T) {
	t.Parallel()
	h, _ := testkit.Remotely(t)
	in := rules.CustomerInput{PlanKey: "payer"}
	testkit.Must(t, patch.Decode([]byte(`{"name":"Ada","email":"ada@example.com","contact":{"phone":"+12125550100"}}`), &in.Input))
	in.Screening = rules.ReviewInput{Kind: patch.Of("individual"), IPAddress: patch.Of(secret.New("10.0.0.1")), Outcome: patch.Of("verified")}
	_, err := h.Svc.Straddle.Create(t.Context(), h.As(h.Cove), in)
	var refused *fault.Error
	if !errors.As(err, &refused) || refused.Field != "identity.outcome" {
		t.Errorf("it is answered %v", err)
	}
}

// The address that a customer signed up from is re-encrypted with the rest.
func TestDevicesAreResealed(t *testing.T) {
	t.Parallel()
	ring, err := seal.Generate(rand.Reader)
	testkit.Must(t, err)
	sealer := &testkit.Swappable{}
	sealer.Use(ring)
	h := testkit.Open(t, func(o *app.Options) { o.Sealer = sealer })
	c := screened(h, 1, "inline")
	next, err := ring.AddVersion(rand.Reader, 0)
	testkit.Must(t, err)
	sealer.Use(next)
	testkit.Must(t, h.Svc.Lifecycle.Reseal(t.Context(), func(int) {}))
	if now := hasStatus(h, c, status.Verified); !next.IsCurrent(now.Device.IPAddress.Box) || next.IsCurrent(c.Device.IPAddress.Box) {
		t.Error("it is as it was")
	}
}

// While a customer above is switched off the provider is sent nothing about those below:
// the review waits, with the reason, and is asked about once both are active.
func TestNobodyIsReviewedBelowASwitch(t *testing.T) {
	t.Parallel()
	h, d := testkit.Remotely(t)
	c := screened(h, 1, "background")
	h.SetStatus(h.Operator, h.Cove.ID, customers.StatusDisabled)
	if _, err := h.Svc.Identity.RunReviews(t.Context()); err != nil {
		t.Fatal(err)
	}
	c = hasStatus(h, c, status.Pending)
	if len(d.Asked) != 0 || !strings.Contains(c.Identity.Reason, "switched off") || !c.Identity.Due.After(h.Clock.Now()) {
		t.Errorf("after %d questions it is %+v", len(d.Asked), c.Identity)
	}
	h.SetStatus(h.Operator, h.Cove.ID, customers.StatusActive)
	h.Clock.Advance(c.Identity.Due.Sub(h.Clock.Now()))
	if _, err := h.Svc.Identity.RunReviews(t.Context()); err != nil {
		t.Fatal(err)
	}
	if hasStatus(h, c, status.Verified); len(d.Asked) != 1 {
		t.Errorf("%d questions were asked", len(d.Asked))
	}
}
