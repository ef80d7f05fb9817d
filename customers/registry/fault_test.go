package registry_test

import (
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// errDiskFull is what a store answers that cannot serve now.
var errDiskFull = fmt.Errorf("disk 7 is full: %w", rows.ErrUnavailable)

// failingEach runs act again and again, each time with a store that fails at a
// later call, until act makes no call that fails. before runs ahead of each turn,
// after behind each that was refused.
func failingEach(t *testing.T, h *testkit.Env, watch *testkit.Spy, before func(), act func() error, after func()) {
	t.Helper()
	failures := 0
	for n := 1; ; n++ {
		before()
		watch.Reset()
		h.FailNext(n, errDiskFull)
		err := act()
		h.FailNext(0, nil)
		switch {
		case err != nil:
			failures++
			refusal := testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
			if strings.Contains(refusal.Text, "disk") || !errors.Is(err, rows.ErrUnavailable) {
				t.Errorf("call %d: the refusal is %q, its cause %v", n, refusal.Text, errors.Unwrap(err))
			}
			after()
		case len(watch.Since()) < n:
			if failures == 0 {
				t.Fatal("nothing ever failed")
			}
			return
		}
	}
}

// A creation that meets a failing store, at whichever call, leaves no customer and
// says that it may be tried again; the same attempt then goes through at once, and
// a fresh one after a minute at most.
func TestCreateOverAFailingStore(t *testing.T) {
	t.Parallel()
	h, watch := strictOn(t, testkit.OpenInMemory)
	turn, id, caller := 0, tenancy.ID{}, h.As(h.Cove)
	create := func(id tenancy.ID) error {
		in := testkit.Input[lifecycle.CreateInput](t, strings.ReplaceAll(strings.ReplaceAll(all, `shop`, fmt.Sprintf("shop%d", turn)), `ada`, fmt.Sprintf("ada%d", turn)))
		in.Email.Value, in.ID = fmt.Sprintf("n%d@example.com", turn), id
		return testkit.Second(h.Svc.Lifecycle.Create(t.Context(), caller, in))
	}
	for name, retry := range map[string]func() error{
		"the same attempt": func() error { return create(id) },
		"a fresh one": func() error {
			h.Clock.Advance(time.Minute)
			return create(tenancy.ID{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			var known int
			failingEach(t, h, watch, func() {
				turn++
				var err error
				id, err = tenancy.NewID(h.Clock.Now(), cryptorand.Reader)
				testkit.Must(t, err)
				known = len(h.Children(h.Cove))
			}, func() error { return create(id) }, func() {
				if now := len(h.Children(h.Cove)); now != known {
					t.Errorf("turn %d left %d customers", turn, now-known)
				}
				if err := retry(); err != nil {
					t.Errorf("turn %d, %s: %v", turn, name, err)
				}
				if now := len(h.Children(h.Cove)); now != known+1 {
					t.Errorf("%s turn %d: %d customers were made", name, turn, now-known)
				}
				_, err := h.TryCreate(h.Cove, testkit.One(fmt.Sprintf(`,"vanityName":"shop%d"`, turn)))
				testkit.Duplicate(t, err, "vanityName")
			})
		})
	}
}

// A change that meets a failing store changes nothing, half or whole, and goes
// through when it is tried again.
func TestUpdateOverAFailingStore(t *testing.T) {
	t.Parallel()
	h, watch := strictOn(t, testkit.OpenInMemory)
	shop, turn := h.Create(h.Cove, all), 0
	var before *customers.Customer
	var caller tenancy.Caller
	change := func() error {
		return h.Attempt(caller, "", fmt.Sprintf(`{"name":"N%d","email":"n%d@example.com","merchantKey":"k%d","vanityName":"v%d"}`, turn, turn, turn, turn))
	}
	failingEach(t, h, watch, func() {
		turn++
		before, caller = h.Record(shop.ID), h.As(h.Cove, shop.ID)
	}, change, func() {
		if !h.Stands(before) {
			t.Errorf("turn %d: the refused change was written", turn)
		}
		testkit.Must(t, change())
		if after := h.Record(shop.ID); after.Version != before.Version+1 || after.MerchantKey != fmt.Sprintf("k%d", turn) {
			t.Errorf("turn %d: version %d holds %q", turn, after.Version, after.MerchantKey)
		}
	})
	h.Clock.Advance(time.Minute + time.Second)
	for old := range turn {
		h.Create(h.Cove, fmt.Sprintf(`{"name":"N","email":"n%d@example.com","planKey":"payer","merchantKey":"k%d","vanityName":"v%d"}`, old, old, old))
	}
	_, err := h.TryCreate(h.Cove, testkit.One(fmt.Sprintf(`,"merchantKey":"k%d"`, turn)))
	testkit.Duplicate(t, err, "merchantKey")
}

// A rotation that meets a failing store ends no key and makes none.
func TestRotateOverAFailingStore(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.OpenInMemory(t, watched)
	shop := h.Create(h.Cove, testkit.One(``))
	caller, before := h.As(shop), h.Record(shop.ID)
	rotate := func() error {
		return testkit.Second(h.Svc.Access.RotateKeys(t.Context(), caller, "", testkit.Input[access.RotateInput](t, `{"graceSeconds":0}`)))
	}
	failingEach(t, h, watch, func() {}, rotate, func() {
		if !h.Stands(before) {
			t.Error("the keys changed")
		}
		testkit.Must(t, h.Present(shop))
	})
	testkit.Refused(t, h.Present(shop), fault.Unauthenticated, fault.CodeCredentials)
}

// A deletion that meets a failing store leaves the customer whole, or is done.
func TestDeleteOverAFailingStore(t *testing.T) {
	t.Parallel()
	h, watch := strictOn(t, testkit.OpenInMemory)
	var shop testkit.Party
	caller := h.As(h.Cove)
	failingEach(t, h, watch, func() {
		h.Clock.Advance(time.Minute)
		shop = h.Create(h.Cove, all)
	}, func() error {
		return h.Svc.Lifecycle.Delete(t.Context(), caller, lifecycle.DeleteInput{CustomerID: shop.ID})
	}, func() {
		testkit.Must(t, h.Present(shop))
		testkit.Must(t, h.Remove(h.Cove, shop.ID))
	})
}

// Authentication, reads and idempotent attempts say so too when the store cannot
// serve: a good credential is never called wrong for it, nor a customer unknown.
func TestReadsOverAFailingStore(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.OpenInMemory(t, watched)
	shop := h.Create(h.Cove, testkit.One(testkit.User("ada")))
	caller, local := h.As(h.Cove), tenancy.Caller{}
	for name, act := range map[string]func() error{
		"authenticate": func() error {
			return testkit.Second(h.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: h.Cove.Keys.Secret, SubjectID: shop.ID}))
		},
		"login": func() error { return testkit.Second(h.Login("ada", "correct-horse")) },
		"local": func() (err error) { local, err = h.Svc.Access.Local(t.Context(), shop.ID); return err },
		"get":   func() error { return testkit.Second(h.Svc.Lifecycle.Get(t.Context(), caller, shop.ID)) },
		"list":  func() error { return testkit.Second(h.Svc.Lifecycle.List(t.Context(), caller, lifecycle.ListInput{})) },
		"ready": func() error { return h.Svc.Registry.Ready(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			if name == "ready" || name == "local" { // these ask what the spy does not count
				h.FailNext(1, errDiskFull)
				testkit.Refused(t, act(), fault.Unavailable, fault.CodeUnavailable)
				return
			}
			failingEach(t, h, watch, func() {}, act, func() {})
		})
	}
	for n := 1; n <= 2; n++ {
		h.FailNext(n, errDiskFull)
		attempt, _, err := h.Svc.Idempotency.Begin(t.Context(), caller, "k", testkit.Request)
		if n == 2 {
			testkit.Must(t, err)
			testkit.Refused(t, h.Svc.Idempotency.Finish(t.Context(), attempt, testkit.Created), fault.Unavailable, fault.CodeUnavailable)
			continue
		}
		testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	}
	if local.Actor != nil {
		t.Error("a caller came out of a failure")
	}
}

// Any other fault of the store is one of ours: internal, and its text stays inside.
func TestUnknownFaultsAreInternal(t *testing.T) {
	t.Parallel()
	h := testkit.OpenInMemory(t)
	shop := h.Create(h.Cove, testkit.One(``))
	caller := h.As(shop)
	h.FailNext(1, errors.New("page 12 of the file is damaged"))
	_, err := h.TryUpdate(caller, "", `{"name":"X"}`)
	if _, public := errors.AsType[*fault.Error](err); public || err == nil || !strings.Contains(err.Error(), "page 12") {
		t.Errorf("got %v", err)
	}
}

// A creation or change that was written although its answer was lost is found by
// its repetition, and not done a second time.
func TestLostAnswersAreNotDoneTwice(t *testing.T) {
	t.Parallel()
	h, watch := strict(t)
	in := testkit.Input[lifecycle.CreateInput](t, all)
	id, err := tenancy.NewID(h.Clock.Now(), cryptorand.Reader)
	testkit.Must(t, err)
	in.ID = id
	watch.Trap("Insert", testkit.Lost)
	testkit.Refused(t, testkit.Second(h.Svc.Lifecycle.Create(t.Context(), h.As(h.Cove), in)), fault.Unavailable, fault.CodeUnavailable)
	again, err := h.Svc.Lifecycle.Create(t.Context(), h.As(h.Cove), in)
	testkit.Must(t, err)
	if len(h.Children(h.Cove)) != 1 || again.Customer.ID != id {
		t.Fatalf("%d customers exist", len(h.Children(h.Cove)))
	}
	shop := testkit.Party{ID: id.String(), Keys: again.Keys}
	watch.Trap("Replace", testkit.Lost)
	_, err = h.Update(shop, "", `{"name":"Renamed","merchantKey":"new"}`)
	testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	written := h.Record(shop.ID)
	_, err = h.Update(shop, "", `{"name":"Renamed","merchantKey":"new"}`)
	testkit.Must(t, err)
	if diff := cmp.Diff(written.Version, h.Record(shop.ID).Version); diff != "" {
		t.Errorf("the change was made twice: %s", diff)
	}
	h.Taken("new")
}
