package customers_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// stale is a trap: the call is carried out, and repeated by what stands between, so
// that it is told to have come too late.
func stale(call func() error) error {
	if err := call(); err != nil {
		return err
	}
	return customers.ErrStale
}

// adding are the ways to add something to a customer; each gives the id of what one
// try of an attempt made.
var adding = map[string]func(h *house, p party) func(attempt tenancy.ID) (string, error){
	"bank": func(h *house, p party) func(tenancy.ID) (string, error) {
		return func(attempt tenancy.ID) (string, error) {
			in := input[customers.BankInput](h.t, usBank("000123456789"))
			in.ID = attempt
			made, err := h.svc.AddBank(h.t.Context(), h.as(p), "", in)
			return made.ID, err
		}
	},
	"bank from a token": func(h *house, p party) func(tenancy.ID) (string, error) {
		token := h.tokenize(h.publishing(p), bankBody).Text.Reveal()
		return func(attempt tenancy.ID) (string, error) {
			made, err := h.svc.AddBank(h.t.Context(), h.as(p), "", customers.BankInput{Token: patch.Of(token), ID: attempt})
			return made.ID, err
		}
	},
	"card": func(h *house, p party) func(tenancy.ID) (string, error) {
		token := h.tokenize(h.publishing(p), cardBody).Text.Reveal()
		return func(attempt tenancy.ID) (string, error) {
			made, err := h.svc.AddCard(h.t.Context(), h.as(p), "", customers.CardInput{Token: patch.Of(token), ID: attempt})
			return made.ID, err
		}
	},
	"user": func(h *house, p party) func(tenancy.ID) (string, error) {
		return func(attempt tenancy.ID) (string, error) {
			made, err := h.svc.AddUser(h.t.Context(), h.as(p), "", customers.UserInput{
				Username: patch.Of("ada"), Password: patch.Of(secret.New("correct-horse")), ID: attempt,
			})
			return made.ID, err
		}
	},
}

// However a try to add something ended, its retry finds it or makes it, under the
// id that was reserved: there is one, told of by one event.
func TestARetryAddsWhatWasAskedForOnce(t *testing.T) {
	t.Parallel()
	for what, adder := range adding {
		for ended, happened := range map[string]func(func() error) error{
			"before the write": crash, "after the write": lost, "as if it were late": stale,
		} {
			watch, watched := spied()
			h := open(t, watched)
			m := h.merchantOf(h.cove)
			add := adder(h, m)
			attempt := h.began(h.as(m), "k")
			watch.trap("Replace", happened)
			if _, err := add(attempt.ID); ended != "as if it were late" {
				refused(t, err, fault.Unavailable, fault.CodeUnavailable)
			} else {
				must(t, err)
			}
			h.clock.Advance(time.Minute)
			again := h.began(h.as(m), "k")
			for range 2 {
				made, err := add(again.ID)
				must(t, err)
				if made != attempt.ID.String() {
					t.Errorf("%s, ended %s: the retry made %s beside %s", what, ended, made, attempt.ID)
				}
			}
			record := h.record(m.id)
			if count := len(record.Banks) + len(record.Cards) + len(record.Users); count != 1 {
				t.Errorf("%s, ended %s: there are %d", what, ended, count)
			}
			if what == "user" {
				_, err := h.addUser(h.rival, "", `{"username":"ADA","password":"correct-horse"}`)
				duplicate(t, err, "username")
				_, err = h.login("ada", "correct-horse")
				must(t, err)
			}
			want := 2
			if what == "user" {
				want++ // its sign-in just now
			}
			if trail := h.trail(m.id); len(trail) != want {
				t.Errorf("%s, ended %s: the events are %v", what, ended, trail)
			}
		}
	}
}

// A retry needs no minute to pass before it takes the token of its own first try;
// any other attempt is refused meanwhile.
func TestATokenIsHeldForItsAttempt(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	m := h.merchantOf(h.cove)
	add := adding["card"](h, m)
	attempt, other := h.began(h.as(m), "k"), h.began(h.as(m), "other")
	h.clock.Advance(time.Second)
	watch.trap("Replace", crash)
	_, err := add(attempt.ID)
	refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	h.clock.Advance(almost)
	_, err = add(other.ID)
	usedToken(t, err)
	_, err = add(attempt.ID)
	must(t, err)
	_, err = add(other.ID)
	usedToken(t, err)
}

// A minted key that nobody saw is dead once its retry has given another one, and
// does not count against the bound of live keys.
func TestARetryRevokesTheKeyThatNobodySaw(t *testing.T) {
	t.Parallel()
	for ended, happened := range map[string]func(func() error) error{"before the write": crash, "after the write": lost} {
		watch, watched := spied()
		h := open(t, watched)
		for range keys.MaxLive - 2 {
			h.mint(h.cove, 0, "read")
		}
		before := len(h.record(h.cove.id).Keys)
		attempt := h.began(h.as(h.cove), "k")
		mint := func() (customers.MintedKey, error) {
			return h.svc.MintKey(t.Context(), h.as(h.cove), "", customers.RestrictedKeyInput{
				Name: patch.Of("n"), Scopes: patch.Of([]string{"read"}), Attempt: attempt.ID,
			})
		}
		watch.trap("Replace", happened)
		_, err := mint()
		refused(t, err, fault.Unavailable, fault.CodeUnavailable)
		for range 2 {
			minted, err := mint()
			must(t, err)
			must(t, h.present(party{h.cove.id, pairOf(minted.Secret)}))
		}
		live := 0
		for _, entry := range h.record(h.cove.id).Keys {
			if entry.Live(h.clock.Now()) {
				live++
			}
		}
		if live != before+1 {
			t.Errorf("ended %s: %d keys are live, %d were", ended, live, before)
		}
	}
}

// A rotation that is retried ends nothing twice: the pair that nobody saw is dead,
// what the first try ended keeps its end, and a rotation in between stands.
func TestARetryRotatesOnce(t *testing.T) {
	t.Parallel()
	for ended, happened := range map[string]func(func() error) error{"before the write": crash, "after the write": lost} {
		watch, watched := spied()
		h := open(t, watched)
		m := h.merchantOf(h.cove)
		attempt := h.began(h.as(m), "k")
		rotate := func() (customers.RotatedKeys, error) {
			return h.svc.RotateKeys(t.Context(), h.as(h.cove), m.id, customers.RotateInput{GraceSeconds: patch.Of(3600), Attempt: attempt.ID})
		}
		started := h.clock.Now()
		watch.trap("Replace", happened)
		_, err := rotate()
		refused(t, err, fault.Unavailable, fault.CodeUnavailable)
		h.clock.Advance(10 * time.Minute)
		var between customers.RotatedKeys
		if ended == "after the write" {
			between, err = h.svc.RotateKeys(t.Context(), h.as(h.cove), m.id, customers.RotateInput{GraceSeconds: patch.Of(7200)})
			must(t, err)
		} else {
			started = h.clock.Now()
		}
		rotated, err := rotate()
		must(t, err)
		if len(rotated.Previous) != 1 || rotated.Previous[0].ID != "key_1" || !time.Time(*rotated.Previous[0].Expires).Equal(started.Add(time.Hour)) {
			t.Errorf("ended %s: the rotation ended %+v", ended, rotated.Previous)
		}
		must(t, h.present(party{m.id, rotated.Pair}))
		must(t, h.present(m))
		if ended == "after the write" {
			must(t, h.present(party{m.id, between.Pair}))
			record := h.record(m.id)
			standing, _ := keys.Find(record.Keys, 3)
			unseen, _ := keys.Find(record.Keys, 2)
			if standing.Expires != nil || unseen.Live(h.clock.Now()) {
				t.Errorf("the pair in between ends %v, the one that nobody saw is live: %v", standing.Expires, unseen.Live(h.clock.Now()))
			}
		}
		h.clock.Advance(time.Hour)
		refused(t, h.present(m), fault.Unauthenticated, fault.CodeCredentials)
		must(t, h.present(party{m.id, rotated.Pair}))
	}
}

// All tries of one confirmation count as one, the last that is allowed included, and
// are answered alike; another confirmation in between changes neither.
func TestARetriedConfirmationCountsOnce(t *testing.T) {
	t.Parallel()
	for ended, happened := range map[string]func(func() error) error{"before the write": crash, "after the write": lost, "as if it were late": stale} {
		watch, watched := spied()
		h := open(t, watched)
		m := h.merchantOf(h.cove)
		bank := h.addBank(m, "", usBank("000123456789")).ID
		_, err := h.svc.StartDrops(t.Context(), h.as(m), "", bank)
		must(t, err)
		confirm := func(key string, amounts ...string) error {
			attempt, _, err := h.svc.Begin(t.Context(), h.as(m), key, []byte(key))
			must(t, err)
			_, err = h.svc.ConfirmDrops(t.Context(), h.as(m), "", bank, customers.ConfirmDropsInput{Amounts: patch.Of(amounts), Attempt: attempt.ID})
			h.clock.Advance(time.Minute)
			return err
		}
		for i, key := range []string{"first", "second", "third"} {
			watch.trap("Replace", happened)
			if err := confirm(key, "1", "2"); ended != "as if it were late" {
				refused(t, err, fault.Unavailable, fault.CodeUnavailable)
			}
			var told []answer
			for range 2 {
				err := confirm(key, "1", "2")
				refused(t, err, fault.PaymentRequired, fault.CodeBankFailure)
				if !fault.IsRecorded(err) {
					t.Errorf("ended %s: the refusal is not marked as recorded", ended)
				}
				told = append(told, answerOf(t, err))
			}
			if got := h.record(m.id).Banks[0]; told[0] != told[1] || got.Drops.Failures != i+1 || got.Active != (i < 2) {
				t.Errorf("ended %s: after %d confirmations %d count, active %v: %+v", ended, i+1, got.Drops.Failures, got.Active, told)
			}
		}
		err = confirm("fourth", "32", "45")
		if refused(t, err, fault.Conflict, fault.CodeConflict); fault.IsRecorded(err) {
			t.Error("a refusal that wrote nothing is marked as recorded")
		}
	}
}

// A right confirmation is right for its own attempt alone, and a wrong one before it
// stays wrong.
func TestARetriedConfirmationKeepsItsOutcome(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	bank := h.addBank(m, "", usBank("000123456789")).ID
	_, err := h.svc.StartDrops(t.Context(), h.as(m), "", bank)
	must(t, err)
	wrong, right := h.began(h.as(m), "wrong"), h.began(h.as(m), "right")
	confirm := func(attempt tenancy.ID, amounts ...string) error {
		_, err := h.svc.ConfirmDrops(t.Context(), h.as(m), "", bank, customers.ConfirmDropsInput{Amounts: patch.Of(amounts), Attempt: attempt})
		return err
	}
	for range 2 {
		refused(t, confirm(wrong.ID, "1", "2"), fault.PaymentRequired, fault.CodeBankFailure)
	}
	for range 2 {
		must(t, confirm(right.ID, "45", "32"))
	}
	refused(t, confirm(wrong.ID, "1", "2"), fault.PaymentRequired, fault.CodeBankFailure)
	refused(t, confirm(tenancy.ID{}, "45", "32"), fault.PaymentRequired, fault.CodeBankFailure)
	if count := len(slices.DeleteFunc(h.trail(m.id), func(kind string) bool { return kind != "bank.verified" })); count != 1 {
		t.Errorf("%d events tell that the bank was verified", count)
	}
}

// A credential that may do less than the one that asked first is refused its answer;
// one that may do as much or more gets it.
func TestAnAnswerIsForWhoMayDoWhatItTellsOf(t *testing.T) {
	t.Parallel()
	h := open(t)
	banker, both := h.mint(h.cove, 0, "banks:write"), h.mint(h.cove, 0, "banks:write", "read")
	for _, row := range []struct {
		asked, again party
		seen         bool
	}{
		{h.cove, banker, false}, {h.cove, both, false}, {both, banker, false}, {banker, both, true},
		{banker, h.mint(h.cove, 0, "banks:write"), true}, {both, h.cove, true}, {h.cove, h.token(h.cove), true},
	} {
		key := row.asked.keys.Secret.Reveal() + row.again.keys.Secret.Reveal()
		must(t, h.svc.Finish(t.Context(), h.began(h.as(row.asked), key), created))
		if row.seen {
			_ = h.replayed(h.as(row.again), key)
			continue
		}
		_, earlier, err := h.svc.Begin(t.Context(), h.as(row.again), key, request)
		if refused(t, err, fault.Forbidden, fault.CodeScope); earlier != nil {
			t.Error("an answer came with the refusal")
		}
	}
}

// The mark of a refusal that was recorded survives wrapping, and belongs to that
// refusal alone.
func TestOnlyARecordedRefusalSaysSo(t *testing.T) {
	t.Parallel()
	plain := fault.New(fault.Conflict, fault.CodeConflict, "no")
	recorded := *plain
	recorded.Recorded = true
	if fault.IsRecorded(plain) || fault.IsRecorded(nil) || fault.IsRecorded(errors.New("x")) || !fault.IsRecorded(errors.Join(&recorded, errors.New("x"))) {
		t.Error("the mark is told wrongly")
	}
}
