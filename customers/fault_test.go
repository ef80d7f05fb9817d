package customers_test

import (
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// errDiskFull is what a store answers that cannot serve now.
var errDiskFull = fmt.Errorf("disk 7 is full: %w", customers.ErrUnavailable)

// failingEach runs act again and again, each time with a store that fails at a
// later call, until act makes no call that fails. before runs ahead of each turn,
// after behind each that was refused.
func failingEach(t *testing.T, h *house, watch *spy, before func(), act func() error, after func()) {
	t.Helper()
	failures := 0
	for n := 1; ; n++ {
		before()
		watch.reset()
		h.store.FailNext(n, errDiskFull)
		err := act()
		h.store.FailNext(0, nil)
		switch {
		case err != nil:
			failures++
			refusal := refused(t, err, fault.Unavailable, fault.CodeUnavailable)
			if strings.Contains(refusal.Text, "disk") || !errors.Is(err, customers.ErrUnavailable) {
				t.Errorf("call %d: the refusal is %q, its cause %v", n, refusal.Text, errors.Unwrap(err))
			}
			after()
		case len(watch.since()) < n:
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
	h, watch := strict(t)
	turn, id, caller := 0, tenancy.ID{}, h.as(h.cove)
	create := func(id tenancy.ID) error {
		in := input[customers.CreateInput](t, strings.ReplaceAll(strings.ReplaceAll(all, `shop`, fmt.Sprintf("shop%d", turn)), `ada`, fmt.Sprintf("ada%d", turn)))
		in.Email.Value, in.ID = fmt.Sprintf("n%d@example.com", turn), id
		return second(h.svc.Create(t.Context(), caller, in))
	}
	for name, retry := range map[string]func() error{
		"the same attempt": func() error { return create(id) },
		"a fresh one": func() error {
			h.clock.Advance(time.Minute)
			return create(tenancy.ID{})
		},
	} {
		var known int
		failingEach(t, h, watch, func() {
			turn++
			var err error
			id, err = tenancy.NewID(h.clock.Now(), cryptorand.Reader)
			must(t, err)
			known = len(h.children(h.cove))
		}, func() error { return create(id) }, func() {
			if now := len(h.children(h.cove)); now != known {
				t.Errorf("turn %d left %d customers", turn, now-known)
			}
			if err := retry(); err != nil {
				t.Errorf("turn %d, %s: %v", turn, name, err)
			}
			if now := len(h.children(h.cove)); now != known+1 {
				t.Errorf("%s turn %d: %d customers were made", name, turn, now-known)
			}
			_, err := h.tryCreate(h.cove, one(fmt.Sprintf(`,"vanityName":"shop%d"`, turn)))
			duplicate(t, err, "vanityName")
		})
	}
}

// A change that meets a failing store changes nothing, half or whole, and goes
// through when it is tried again.
func TestUpdateOverAFailingStore(t *testing.T) {
	t.Parallel()
	h, watch := strict(t)
	shop, turn := h.create(h.cove, all), 0
	var before *customers.Customer
	var caller tenancy.Caller
	change := func() error {
		return h.attempt(caller, "", fmt.Sprintf(`{"name":"N%d","email":"n%d@example.com","merchantKey":"k%d","vanityName":"v%d"}`, turn, turn, turn, turn))
	}
	failingEach(t, h, watch, func() {
		turn++
		before, caller = h.record(shop.id), h.as(h.cove, shop.id)
	}, change, func() {
		if h.record(shop.id) != before {
			t.Errorf("turn %d: the refused change was written", turn)
		}
		must(t, change())
		if after := h.record(shop.id); after.Version != before.Version+1 || after.MerchantKey != fmt.Sprintf("k%d", turn) {
			t.Errorf("turn %d: version %d holds %q", turn, after.Version, after.MerchantKey)
		}
	})
	h.clock.Advance(time.Minute + time.Second)
	for old := range turn {
		h.create(h.cove, fmt.Sprintf(`{"name":"N","email":"n%d@example.com","planKey":"payer","merchantKey":"k%d","vanityName":"v%d"}`, old, old, old))
	}
	_, err := h.tryCreate(h.cove, one(fmt.Sprintf(`,"merchantKey":"k%d"`, turn)))
	duplicate(t, err, "merchantKey")
}

// A rotation that meets a failing store ends no key and makes none.
func TestRotateOverAFailingStore(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	shop := h.create(h.cove, one(``))
	caller, before := h.as(shop), h.record(shop.id)
	rotate := func() error {
		return second(h.svc.RotateKeys(t.Context(), caller, "", input[customers.RotateInput](t, `{"graceSeconds":0}`)))
	}
	failingEach(t, h, watch, func() {}, rotate, func() {
		if h.record(shop.id) != before {
			t.Error("the keys changed")
		}
		must(t, h.present(shop))
	})
	refused(t, h.present(shop), fault.Unauthenticated, fault.CodeCredentials)
}

// A deletion that meets a failing store leaves the customer whole, or is done.
func TestDeleteOverAFailingStore(t *testing.T) {
	t.Parallel()
	h, watch := strict(t)
	var shop party
	caller := h.as(h.cove)
	failingEach(t, h, watch, func() {
		h.clock.Advance(time.Minute)
		shop = h.create(h.cove, all)
	}, func() error {
		return h.svc.Delete(t.Context(), caller, customers.DeleteInput{CustomerID: shop.id})
	}, func() {
		must(t, h.present(shop))
		must(t, h.remove(h.cove, shop.id))
	})
}

// Authentication, reads and idempotent attempts say so too when the store cannot
// serve: a good credential is never called wrong for it, nor a customer unknown.
func TestReadsOverAFailingStore(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	shop := h.create(h.cove, one(user("ada")))
	caller, local := h.as(h.cove), tenancy.Caller{}
	for name, act := range map[string]func() error{
		"authenticate": func() error {
			return second(h.svc.Authenticate(t.Context(), customers.Presented{Bearer: h.cove.keys.Secret, SubjectID: shop.id}))
		},
		"login": func() error { return second(h.login("ada", "correct-horse")) },
		"local": func() (err error) { local, err = h.svc.Local(t.Context(), shop.id); return err },
		"get":   func() error { return second(h.svc.Get(t.Context(), caller, shop.id)) },
		"list":  func() error { return second(h.svc.List(t.Context(), caller, customers.ListInput{})) },
		"ready": func() error { return h.svc.Ready(t.Context()) },
	} {
		t.Run(name, func(*testing.T) {
			if name == "ready" || name == "local" { // these ask what the spy does not count
				h.store.FailNext(1, errDiskFull)
				refused(t, act(), fault.Unavailable, fault.CodeUnavailable)
				return
			}
			failingEach(t, h, watch, func() {}, act, func() {})
		})
	}
	for n := 1; n <= 2; n++ {
		h.store.FailNext(n, errDiskFull)
		attempt, _, err := h.svc.Begin(t.Context(), caller, "k", request)
		if n == 2 {
			must(t, err)
			refused(t, h.svc.Finish(t.Context(), attempt, created), fault.Unavailable, fault.CodeUnavailable)
			continue
		}
		refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	}
	if local.Actor != nil {
		t.Error("a caller came out of a failure")
	}
}

// Any other fault of the store is one of ours: internal, and its text stays inside.
func TestUnknownFaultsAreInternal(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, one(``))
	caller := h.as(shop)
	h.store.FailNext(1, errors.New("page 12 of the file is damaged"))
	_, err := h.tryUpdate(caller, "", `{"name":"X"}`)
	if _, public := errors.AsType[*fault.Error](err); public || err == nil || !strings.Contains(err.Error(), "page 12") {
		t.Errorf("got %v", err)
	}
}

// A creation or change that was written although its answer was lost is found by
// its repetition, and not done a second time.
func TestLostAnswersAreNotDoneTwice(t *testing.T) {
	t.Parallel()
	h, watch := strict(t)
	in := input[customers.CreateInput](t, all)
	id, err := tenancy.NewID(h.clock.Now(), cryptorand.Reader)
	must(t, err)
	in.ID = id
	watch.trap("Insert", lost)
	refused(t, second(h.svc.Create(t.Context(), h.as(h.cove), in)), fault.Unavailable, fault.CodeUnavailable)
	again, err := h.svc.Create(t.Context(), h.as(h.cove), in)
	must(t, err)
	if len(h.children(h.cove)) != 1 || again.Customer.ID != id {
		t.Fatalf("%d customers exist", len(h.children(h.cove)))
	}
	shop := party{id.String(), again.Keys}
	watch.trap("Replace", lost)
	_, err = h.update(shop, "", `{"name":"Renamed","merchantKey":"new"}`)
	refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	written := h.record(shop.id)
	_, err = h.update(shop, "", `{"name":"Renamed","merchantKey":"new"}`)
	must(t, err)
	if diff := cmp.Diff(written.Version, h.record(shop.id).Version); diff != "" {
		t.Errorf("the change was made twice: %s", diff)
	}
	h.taken("new")
}
