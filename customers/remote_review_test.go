package customers_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
)

// distant is a remote provider that answers as the test says.
type distant struct {
	mu     sync.Mutex
	answer func(ctx context.Context, subject customers.IdentitySubject) (customers.Verdict, error)
	asked  []customers.IdentitySubject
}

func (d *distant) Name() string { return "distant" }

func (d *distant) Remote() {}

func (d *distant) Verify(ctx context.Context, subject customers.IdentitySubject) (customers.Verdict, error) {
	d.mu.Lock()
	d.asked = append(d.asked, subject)
	answer := d.answer
	d.mu.Unlock()
	return answer(ctx, subject)
}

func (d *distant) answers(status customers.IdentityStatus, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answer = func(context.Context, customers.IdentitySubject) (customers.Verdict, error) {
		return customers.Verdict{Status: status, Reason: "told so"}, err
	}
}

func remotely(t *testing.T) (*house, *distant) {
	d := &distant{}
	d.answers(customers.IdentityVerified, nil)
	return open(t, func(o *customers.Options) { o.Provider = d }), d
}

// screen makes a person that is reviewed.
func (h *house) screen(n int, processing string) (*customers.Customer, error) {
	h.t.Helper()
	in := customers.ScreenedInput{PlanKey: "payer"}
	must(h.t, patch.Decode([]byte(`{"name":"Ada Byron","email":"ada`+strconv.Itoa(n)+`@example.com","contact":{"phone":"+12125550100"}}`), &in.Input))
	in.Screening = customers.ScreeningInput{Kind: patch.Of("individual"), IPAddress: patch.Of(secret.New("10.0.0.1")), Processing: patch.Of(processing)}
	return h.svc.CreateScreened(h.t.Context(), h.as(h.cove), in)
}

func (h *house) screened(n int, processing string) *customers.Customer {
	h.t.Helper()
	c, err := h.screen(n, processing)
	must(h.t, err)
	return c
}

func (h *house) standing(c *customers.Customer, want customers.Standing) *customers.Customer {
	h.t.Helper()
	now, err := h.store.Get(h.t.Context(), c.Ref())
	must(h.t, err)
	if now.Standing() != want {
		h.t.Fatalf("it stands at %s, want %s: %+v", now.Standing(), want, now.Identity)
	}
	return now
}

// An inline review that is answered in time is in the answer of the creation, and
// by one provider call.
func TestRemoteInlineReview(t *testing.T) {
	t.Parallel()
	h, d := remotely(t)
	c := h.screened(1, "inline")
	if c.Standing() != customers.StandingVerified || len(d.asked) != 1 || d.asked[0].ReviewID != c.Identity.ReviewID || d.asked[0].IPAddress.Reveal() != "10.0.0.1" {
		t.Errorf("it is %+v after %d questions", c.Identity, len(d.asked))
	}
	h.standing(c, customers.StandingVerified)
}

// A provider that fails, panics, hangs or answers nonsense leaves the customer
// pending with a reason, is asked again after a growing while by the background
// work, and never fails the creation.
func TestRemoteFailures(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(ctx context.Context, _ customers.IdentitySubject) (customers.Verdict, error){
		"failure": func(context.Context, customers.IdentitySubject) (customers.Verdict, error) {
			return customers.Verdict{}, errors.New("internal address 10.1.2.3 refused")
		},
		"nonsense": func(context.Context, customers.IdentitySubject) (customers.Verdict, error) {
			return customers.Verdict{Status: "fine"}, nil
		},
		"panic": func(context.Context, customers.IdentitySubject) (customers.Verdict, error) { panic("broken") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, d := remotely(t)
			d.answer = answer
			c := h.standing(h.screened(1, "inline"), customers.StandingPending)
			if c.Identity.Reason == "" || c.Identity.Attempts != 1 || c.Identity.Due == nil {
				t.Errorf("it is %+v", c.Identity)
			}
			asked := len(d.asked)
			if n, _ := h.svc.RunReviews(t.Context()); n != 0 {
				t.Error("it is asked again at once")
			}
			wait := c.Identity.Due.Sub(h.clock.Now())
			for range 3 {
				h.clock.Advance(wait)
				if n, _ := h.svc.RunReviews(t.Context()); n != 1 {
					t.Error("it is not asked again")
				}
				c = h.standing(c, customers.StandingPending)
				next := c.Identity.Due.Sub(h.clock.Now())
				if next <= wait {
					t.Errorf("it waits %s after %s", next, wait)
				}
				wait = next
			}
			d.answers(customers.IdentityRejected, nil)
			h.clock.Advance(wait)
			if _, err := h.svc.RunReviews(t.Context()); err != nil {
				t.Error(err)
			}
			c = h.standing(c, customers.StandingRejected)
			if len(d.asked) != asked+4 || c.Identity.Due != nil || c.Identity.Attempts != 0 || len(c.Identity.Decisions) != 1 {
				t.Errorf("after %d questions it is %+v", len(d.asked)-asked, c.Identity)
			}
		})
	}
}

// A client that hangs up while the provider thinks takes no answer away: the question
// goes on, is asked once, and its answer is noted.
func TestAClientThatHangsUp(t *testing.T) {
	t.Parallel()
	h, d := remotely(t)
	shop := h.create(h.cove, quay)
	client, hangUp := context.WithCancel(t.Context())
	d.asked = nil
	d.answer = func(ctx context.Context, _ customers.IdentitySubject) (customers.Verdict, error) {
		hangUp()
		return customers.Verdict{Status: customers.IdentityReview, Reason: "told so"}, ctx.Err()
	}
	_, err := h.svc.RefreshIdentity(client, h.as(h.cove), shop.id)
	must(t, err)
	if now := h.record(shop.id).Identity; now.Status != customers.IdentityReview || len(d.asked) != 1 {
		t.Errorf("after %d questions it is %+v", len(d.asked), now)
	}
}

// A turn of the background work that is stopped while the provider thinks counts no
// failure of it: the review is as due as before, and the next turn asks.
func TestAStoppedTurnOfReviews(t *testing.T) {
	t.Parallel()
	h, d := remotely(t)
	c := h.standing(h.screened(1, "background"), customers.StandingPending)
	turn, stop := context.WithCancel(t.Context())
	d.answer = func(ctx context.Context, _ customers.IdentitySubject) (customers.Verdict, error) {
		stop()
		return customers.Verdict{}, ctx.Err()
	}
	if _, err := h.svc.RunReviews(turn); !errors.Is(err, context.Canceled) {
		t.Errorf("the stopped turn returns %v", err)
	}
	left := h.standing(c, customers.StandingPending)
	if left.Version != c.Version || left.Identity.Attempts != 0 || !left.Identity.Due.Equal(*c.Identity.Due) {
		t.Errorf("it is %+v", left.Identity)
	}
	d.answers(customers.IdentityVerified, nil)
	if n, err := h.svc.RunReviews(t.Context()); n != 1 || err != nil {
		t.Errorf("the next turn asked %d times, %v", n, err)
	}
	h.standing(c, customers.StandingVerified)
}

// While a provider is asked nothing is held: the same customer is changed
// meanwhile, and the answer to the replaced review does not count.
func TestNothingIsHeldWhileAsked(t *testing.T) {
	t.Parallel()
	h, d := remotely(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	d.answer = func(context.Context, customers.IdentitySubject) (customers.Verdict, error) {
		close(entered)
		<-leave
		return customers.Verdict{Status: customers.IdentityRejected, Reason: "late"}, nil
	}
	made := make(chan *customers.Customer)
	go func() {
		c, err := h.screen(1, "inline")
		if err != nil {
			t.Error(err)
		}
		made <- c
	}()
	<-entered
	d.answers(customers.IdentityVerified, nil)
	page, err := h.svc.List(t.Context(), h.as(h.cove), customers.ListInput{})
	must(t, err)
	first := page.Customers[0]
	if first.Standing() != customers.StandingPending {
		t.Errorf("while the provider thinks it stands at %s", first.Standing())
	}
	changed, err := h.update(h.cove, first.ID.String(), `{"name":"Ada King"}`)
	must(t, err)
	if changed.Standing() != customers.StandingVerified || changed.Identity.ReviewID == first.Identity.ReviewID {
		t.Errorf("the change gives %+v", changed.Identity)
	}
	close(leave)
	<-made
	h.standing(first, customers.StandingVerified)
}

// A verdict that comes later counts once, for the latest review, and not over what
// a person decided.
func TestLateVerdicts(t *testing.T) {
	t.Parallel()
	h, d := remotely(t)
	d.answers(customers.IdentityPending, nil)
	c := h.standing(h.screened(1, "inline"), customers.StandingPending)
	h.clock.Advance(24 * time.Hour)
	if n, err := h.svc.RunReviews(t.Context()); n != 0 || err != nil {
		t.Errorf("what was promised is asked for again: %d, %v", n, err)
	}
	tell := func(c *customers.Customer, status customers.IdentityStatus, want bool) {
		t.Helper()
		applied, err := h.svc.ReceiveVerdict(t.Context(), customers.LateVerdict{
			Customer: c.Ref(), ReviewID: c.Identity.ReviewID, Verdict: customers.Verdict{Status: status, Reason: "late"},
		})
		if err != nil || applied != want {
			t.Errorf("%s is applied: %t, %v", status, applied, err)
		}
	}
	_, err := h.svc.RefreshReview(t.Context(), h.as(h.cove), c.ID.String())
	must(t, err)
	tell(c, customers.IdentityVerified, false) // of the review before
	c = h.standing(c, customers.StandingPending)
	tell(c, customers.IdentityReview, true)
	tell(c, customers.IdentityVerified, true) // the provider's own last word
	version := h.standing(c, customers.StandingVerified).Version
	tell(c, customers.IdentityVerified, false)
	tell(c, customers.IdentityRejected, false)
	if now := h.standing(c, customers.StandingVerified); now.Version != version {
		t.Error("telling again writes")
	}
	second := h.screened(2, "inline")
	tell(second, customers.IdentityReview, true)
	_, err = h.svc.DecideReview(t.Context(), h.as(h.cove), second.ID.String(), customers.DecisionInput{Status: patch.Of("rejected")})
	must(t, err)
	tell(second, customers.IdentityVerified, false)
	_, err = h.svc.ReceiveVerdict(t.Context(), customers.LateVerdict{Customer: c.Ref(), ReviewID: c.Identity.ReviewID, Verdict: customers.Verdict{Status: "fine"}})
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("nonsense is answered %v", err)
	}
	stranger := c.Ref()
	stranger.Tenant = second.ID
	_, err = h.svc.ReceiveVerdict(t.Context(), customers.LateVerdict{Customer: stranger, ReviewID: c.Identity.ReviewID, Verdict: customers.Verdict{Status: customers.IdentityVerified}})
	if !fault.IsNotFound(err) {
		t.Errorf("another tenant's name is answered %v", err)
	}
}

// A review in the background is not asked about within the request, and by the next
// turn of the background work; native merchants are reviewed by the same provider.
func TestRemoteBackgroundReview(t *testing.T) {
	t.Parallel()
	h, d := remotely(t)
	c := h.standing(h.screened(1, "background"), customers.StandingPending)
	if len(d.asked) != 0 {
		t.Error("it was asked within the request")
	}
	n, err := h.svc.RunReviews(t.Context())
	if n != 1 || err != nil {
		t.Errorf("the turn asked %d times, %v", n, err)
	}
	h.standing(c, customers.StandingVerified)
	shop := h.create(h.cove, quay)
	if status := h.record(shop.id).Identity.Status; status != customers.IdentityVerified {
		t.Errorf("the merchant is %s", status)
	}
}

// The review that a request left behind, because the process died, is found by the
// background work.
func TestAReviewWithoutItsRequest(t *testing.T) {
	t.Parallel()
	h, d := remotely(t)
	d.answers("", errors.New("down"))
	c := h.screened(1, "inline")
	left := h.standing(c, customers.StandingPending).Clone()
	left.Identity.Attempts, left.Identity.Due = 0, new(h.clock.Now().Add(time.Minute))
	left.Version++
	must(t, h.store.Replace(t.Context(), left, left.Version-1))
	d.answers(customers.IdentityVerified, nil)
	h.clock.Advance(time.Minute)
	_, err := h.svc.RunReviews(t.Context())
	must(t, err)
	h.standing(c, customers.StandingVerified)
}

// Only a provider that judges as it is told to takes an outcome.
func TestOutcomesAreOfTheSandbox(t *testing.T) {
	t.Parallel()
	h, _ := remotely(t)
	in := customers.ScreenedInput{PlanKey: "payer"}
	must(t, patch.Decode([]byte(`{"name":"Ada","email":"ada@example.com","contact":{"phone":"+12125550100"}}`), &in.Input))
	in.Screening = customers.ScreeningInput{Kind: patch.Of("individual"), IPAddress: patch.Of(secret.New("10.0.0.1")), Outcome: patch.Of("verified")}
	_, err := h.svc.CreateScreened(t.Context(), h.as(h.cove), in)
	var refused *fault.Error
	if !errors.As(err, &refused) || refused.Field != "identity.outcome" {
		t.Errorf("it is answered %v", err)
	}
}

// The address that a customer signed up from is re-encrypted with the rest.
func TestDevicesAreResealed(t *testing.T) {
	t.Parallel()
	ring, err := seal.Generate(rand.Reader)
	must(t, err)
	sealer := &swappable{}
	sealer.use(ring)
	h := open(t, func(o *customers.Options) { o.Sealer = sealer })
	c := h.screened(1, "inline")
	next, err := ring.AddVersion(rand.Reader)
	must(t, err)
	sealer.use(next)
	must(t, h.svc.Reseal(t.Context(), func(int) {}))
	if now := h.standing(c, customers.StandingVerified); !next.IsCurrent(now.Device.IPAddress.Box) || next.IsCurrent(c.Device.IPAddress.Box) {
		t.Error("it is as it was")
	}
}
