package app_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tenantry/customers/access"
	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/keys"
	"tenantry/tenancy"
)

// stale is a trap: the call is carried out, and repeated by what stands between, so
// that it seems to have come too late.
func stale(call func() error) error {
	if err := call(); err != nil {
		return err
	}
	return rows.ErrStale
}

// adding are the ways to add something to a customer; each returns the id of what one
// try of an attempt made.
var adding = map[string]func(h *testkit.Env, p testkit.Party) func(attempt tenancy.ID) (string, error){
	"bank": func(h *testkit.Env, p testkit.Party) func(tenancy.ID) (string, error) {
		return func(attempt tenancy.ID) (string, error) {
			in := testkit.Input[fields.BankInput](h.T, testkit.UsBank("000123456789"))
			in.ID = attempt
			made, err := h.Svc.Instruments.AddBank(h.T.Context(), h.As(p), "", in)
			return made.ID, err
		}
	},
	"bank from a token": func(h *testkit.Env, p testkit.Party) func(tenancy.ID) (string, error) {
		token := h.Tokenize(h.Publishing(p), testkit.BankBody).Text.Reveal()
		return func(attempt tenancy.ID) (string, error) {
			made, err := h.Svc.Instruments.AddBank(h.T.Context(), h.As(p), "", fields.BankInput{Token: patch.Of(token), ID: attempt})
			return made.ID, err
		}
	},
	"card": func(h *testkit.Env, p testkit.Party) func(tenancy.ID) (string, error) {
		token := h.Tokenize(h.Publishing(p), testkit.CardBody).Text.Reveal()
		return func(attempt tenancy.ID) (string, error) {
			made, err := h.Svc.Instruments.AddCard(h.T.Context(), h.As(p), "", instruments.CardInput{Token: patch.Of(token), ID: attempt})
			return made.ID, err
		}
	},
	"user": func(h *testkit.Env, p testkit.Party) func(tenancy.ID) (string, error) {
		return func(attempt tenancy.ID) (string, error) {
			made, err := h.Svc.Access.AddUser(h.T.Context(), h.As(p), "", access.UserInput{
				Username: patch.Of("ada"), Password: patch.Of(secret.New("correct-horse")), ID: attempt,
			})
			return made.ID, err
		}
	},
}

// However a try to add something ended, its retry finds it or makes it, under the
// id that was reserved: it exists once and has one event.
func TestARetryAddsWhatWasAskedForOnce(t *testing.T) {
	t.Parallel()
	for what, adder := range adding {
		for ended, happened := range map[string]func(func() error) error{
			"before the write": testkit.Crash, "after the write": testkit.Lost, "as if it were late": stale,
		} {
			t.Run(ended, func(t *testing.T) {
				watch, watched := testkit.Spied()
				h := testkit.Open(t, watched)
				m := h.MerchantOf(h.Cove)
				add := adder(h, m)
				attempt := h.Began(h.As(m), "k")
				watch.Trap("Replace", happened)
				if _, err := add(attempt.ID); ended != "as if it were late" {
					testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
				} else {
					testkit.Must(t, err)
				}
				h.Clock.Advance(time.Minute)
				again := h.Began(h.As(m), "k")
				for range 2 {
					made, err := add(again.ID)
					testkit.Must(t, err)
					if made != attempt.ID.String() {
						t.Errorf("%s, ended %s: the retry made %s beside %s", what, ended, made, attempt.ID)
					}
				}
				record := h.Record(m.ID)
				if count := len(record.Banks) + len(record.Cards) + len(record.Users); count != 1 {
					t.Errorf("%s, ended %s: there are %d", what, ended, count)
				}
				if what == "user" {
					_, err := h.AddUser(h.Cove, "", `{"username":"ADA","password":"correct-horse"}`)
					testkit.Duplicate(t, err, "username")
					_, err = h.Login("ada", "correct-horse")
					testkit.Must(t, err)
				}
				want := 2
				if what == "user" {
					want++ // its sign-in just now
				}
				if trail := h.Trail(m.ID); len(trail) != want {
					t.Errorf("%s, ended %s: the events are %v", what, ended, trail)
				}
			})
		}
	}
}

// A retry needs no minute to pass before it takes the token of its own first try;
// any other attempt is refused meanwhile.
func TestATokenIsHeldForItsAttempt(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	m := h.MerchantOf(h.Cove)
	add := adding["card"](h, m)
	attempt, other := h.Began(h.As(m), "k"), h.Began(h.As(m), "other")
	h.Clock.Advance(time.Second)
	watch.Trap("Replace", testkit.Crash)
	_, err := add(attempt.ID)
	testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	h.Clock.Advance(testkit.Almost)
	_, err = add(other.ID)
	testkit.UsedToken(t, err)
	_, err = add(attempt.ID)
	testkit.Must(t, err)
	_, err = add(other.ID)
	testkit.UsedToken(t, err)
}

// A minted key that was never shown is dead once its retry has made another one, and
// does not count against the bound of live keys.
func TestARetryRevokesTheKeyThatNobodySaw(t *testing.T) {
	t.Parallel()
	for ended, happened := range map[string]func(func() error) error{"before the write": testkit.Crash, "after the write": testkit.Lost} {
		t.Run(ended, func(t *testing.T) {
			watch, watched := testkit.Spied()
			h := testkit.Open(t, watched)
			for range keys.MaxLive - 2 {
				h.Mint(h.Cove, 0, "read")
			}
			before := len(h.Record(h.Cove.ID).Keys)
			attempt := h.Began(h.As(h.Cove), "k")
			mint := func() (access.MintedKey, error) {
				return h.Svc.Access.MintKey(t.Context(), h.As(h.Cove), "", access.RestrictedKeyInput{
					Name: patch.Of("n"), Scopes: patch.Of([]string{"read"}), Attempt: attempt.ID,
				})
			}
			watch.Trap("Replace", happened)
			_, err := mint()
			testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
			for range 2 {
				minted, err := mint()
				testkit.Must(t, err)
				testkit.Must(t, h.Present(testkit.Party{ID: h.Cove.ID, Keys: testkit.PairOf(minted.Secret)}))
			}
			live := 0
			for _, entry := range h.Record(h.Cove.ID).Keys {
				if entry.Live(h.Clock.Now()) {
					live++
				}
			}
			if live != before+1 {
				t.Errorf("ended %s: %d keys are live, %d were", ended, live, before)
			}
		})
	}
}

// A rotation that is retried ends nothing twice: the pair that was never shown is dead,
// what the first try ended keeps its end, and a rotation in between stands.
func TestARetryRotatesOnce(t *testing.T) {
	t.Parallel()
	for ended, happened := range map[string]func(func() error) error{"before the write": testkit.Crash, "after the write": testkit.Lost} {
		t.Run(ended, func(t *testing.T) {
			watch, watched := testkit.Spied()
			h := testkit.Open(t, watched)
			m := h.MerchantOf(h.Cove)
			attempt := h.Began(h.As(m), "k")
			rotate := func() (access.RotatedKeys, error) {
				return h.Svc.Access.RotateKeys(t.Context(), h.As(h.Cove), m.ID, access.RotateInput{GraceSeconds: patch.Of(3600), Attempt: attempt.ID})
			}
			started := h.Clock.Now()
			watch.Trap("Replace", happened)
			_, err := rotate()
			testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
			h.Clock.Advance(10 * time.Minute)
			var between access.RotatedKeys
			if ended == "after the write" {
				between, err = h.Svc.Access.RotateKeys(t.Context(), h.As(h.Cove), m.ID, access.RotateInput{GraceSeconds: patch.Of(7200)})
				testkit.Must(t, err)
			} else {
				started = h.Clock.Now()
			}
			rotated, err := rotate()
			testkit.Must(t, err)
			if len(rotated.Previous) != 1 || rotated.Previous[0].ID != h.KeyID(m.ID, 1) || !time.Time(*rotated.Previous[0].Expires).Equal(started.Add(time.Hour)) {
				t.Errorf("ended %s: the rotation ended %+v", ended, rotated.Previous)
			}
			testkit.Must(t, h.Present(testkit.Party{ID: m.ID, Keys: rotated.Pair}))
			testkit.Must(t, h.Present(m))
			if ended == "after the write" {
				testkit.Must(t, h.Present(testkit.Party{ID: m.ID, Keys: between.Pair}))
				record := h.Record(m.ID)
				kept, _ := keys.Find(record.Keys, 3)
				unseen, _ := keys.Find(record.Keys, 2)
				if kept.Expires != nil || unseen.Live(h.Clock.Now()) {
					t.Errorf("the pair in between ends %v, the one that nobody saw is live: %v", kept.Expires, unseen.Live(h.Clock.Now()))
				}
			}
			h.Clock.Advance(time.Hour)
			testkit.Refused(t, h.Present(m), fault.Unauthenticated, fault.CodeCredentials)
			testkit.Must(t, h.Present(testkit.Party{ID: m.ID, Keys: rotated.Pair}))
		})
	}
}

// All tries of one confirmation count as one, the last that is allowed included, and
// are answered alike; another confirmation in between changes neither.
func TestARetriedConfirmationCountsOnce(t *testing.T) {
	t.Parallel()
	for ended, happened := range map[string]func(func() error) error{"before the write": testkit.Crash, "after the write": testkit.Lost, "as if it were late": stale} {
		t.Run(ended, func(t *testing.T) {
			watch, watched := testkit.Spied()
			h := testkit.Open(t, watched)
			m := h.MerchantOf(h.Cove)
			bank := h.AddBank(m, "", testkit.UsBank("000123456789")).ID
			_, err := h.Svc.Instruments.StartDrops(t.Context(), h.As(m), "", bank)
			testkit.Must(t, err)
			confirm := func(key string, amounts ...string) error {
				attempt, _, err := h.Svc.Idempotency.Begin(t.Context(), h.As(m), key, []byte(key))
				testkit.Must(t, err)
				_, err = h.Svc.Instruments.ConfirmDrops(t.Context(), h.As(m), "", bank, instruments.ConfirmDropsInput{Amounts: patch.Of(amounts), Attempt: attempt.ID})
				h.Clock.Advance(time.Minute)
				return err
			}
			for i, key := range []string{"first", "second", "third"} {
				watch.Trap("Replace", happened)
				if err := confirm(key, "1", "2"); ended != "as if it were late" {
					testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
				}
				var told []testkit.Answer
				for range 2 {
					err := confirm(key, "1", "2")
					testkit.Refused(t, err, fault.PaymentRequired, fault.CodeBankFailure)
					if !fault.IsRecorded(err) {
						t.Errorf("ended %s: the refusal is not marked as recorded", ended)
					}
					told = append(told, testkit.AnswerOf(t, err))
				}
				if got := h.Record(m.ID).Banks[0]; told[0] != told[1] || got.Drops.Failures != i+1 || got.Active != (i < 2) {
					t.Errorf("ended %s: after %d confirmations %d count, active %v: %+v", ended, i+1, got.Drops.Failures, got.Active, told)
				}
			}
			err = confirm("fourth", "32", "45")
			if testkit.Refused(t, err, fault.Conflict, fault.CodeConflict); fault.IsRecorded(err) {
				t.Error("a refusal that wrote nothing is marked as recorded")
			}
		})
	}
}

// A right confirmation is right for its own attempt alone, and a wrong one before it
// stays wrong.
func TestARetriedConfirmationKeepsItsOutcome(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	bank := h.AddBank(m, "", testkit.UsBank("000123456789")).ID
	_, err := h.Svc.Instruments.StartDrops(t.Context(), h.As(m), "", bank)
	testkit.Must(t, err)
	wrong, right := h.Began(h.As(m), "wrong"), h.Began(h.As(m), "right")
	confirm := func(attempt tenancy.ID, amounts ...string) error {
		_, err := h.Svc.Instruments.ConfirmDrops(t.Context(), h.As(m), "", bank, instruments.ConfirmDropsInput{Amounts: patch.Of(amounts), Attempt: attempt})
		return err
	}
	for range 2 {
		testkit.Refused(t, confirm(wrong.ID, "1", "2"), fault.PaymentRequired, fault.CodeBankFailure)
	}
	for range 2 {
		testkit.Must(t, confirm(right.ID, "45", "32"))
	}
	testkit.Refused(t, confirm(wrong.ID, "1", "2"), fault.PaymentRequired, fault.CodeBankFailure)
	testkit.Refused(t, confirm(tenancy.ID{}, "45", "32"), fault.PaymentRequired, fault.CodeBankFailure)
	if count := len(slices.DeleteFunc(h.Trail(m.ID), func(kind string) bool { return kind != "bank.verified" })); count != 1 {
		t.Errorf("%d events tell that the bank was verified", count)
	}
}

// A credential that may do less than the one that asked first is refused its answer;
// one that may do as much or more gets it.
func TestAnAnswerIsForWhoMayDoWhatItTellsOf(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	banker, both := h.Mint(h.Cove, 0, "banks:write"), h.Mint(h.Cove, 0, "banks:write", "read")
	for _, row := range []struct {
		asked, again testkit.Party
		seen         bool
	}{
		{h.Cove, banker, false}, {h.Cove, both, false}, {both, banker, false}, {banker, both, true},
		{banker, h.Mint(h.Cove, 0, "banks:write"), true}, {both, h.Cove, true}, {h.Cove, h.Token(h.Cove), true},
	} {
		t.Run("another caller", func(t *testing.T) {
			h := h.In(t)
			key := row.asked.Keys.Secret.Reveal() + row.again.Keys.Secret.Reveal()
			testkit.Must(t, h.Svc.Idempotency.Finish(t.Context(), h.Began(h.As(row.asked), key), testkit.Created))
			if row.seen {
				_ = h.Replayed(h.As(row.again), key)
				return
			}
			_, earlier, err := h.Svc.Idempotency.Begin(t.Context(), h.As(row.again), key, testkit.Request)
			if testkit.Refused(t, err, fault.Forbidden, fault.CodeScope); earlier != nil {
				t.Error("an answer came with the refusal")
			}
		})
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
		t.Error("the mark is wrong")
	}
}
