package instruments_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/instruments"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// bankRefused demands the refusal of a confirmation, and returns its words.
func bankRefused(t testing.TB, err error) string {
	t.Helper()
	return testkit.Refused(t, err, fault.PaymentRequired, fault.CodeBankFailure).Text
}

// Deposits are started once, confirmed in any order, and then settled for good.
func TestDropsProveABank(t *testing.T) {
	t.Parallel()
	for _, amounts := range [][]string{{"32", "45"}, {"45", "32"}} {
		h := testkit.Open(t)
		m := h.MerchantOf(h.Cove)
		bank := h.AddBank(m, "", testkit.UsBank("000123456789"))
		started, err := h.StartDrops(m, "", bank.ID)
		testkit.Must(t, err)
		if !started.Dropped || started.Verified {
			t.Errorf("started: %+v", started)
		}
		version := h.Record(m.ID).Version
		h.Clock.Advance(29 * 24 * time.Hour)
		_, err = h.StartDrops(m, "", bank.ID)
		testkit.Must(t, err)
		if h.Record(m.ID).Version != version {
			t.Error("starting again while deposits wait is a change")
		}
		verified, err := h.Confirm(m, "", bank.ID, amounts...)
		testkit.Must(t, err)
		if !verified.Verified || verified.Status != "active" {
			t.Errorf("confirmed: %+v", verified)
		}
		_, err = h.Confirm(m, "", bank.ID, amounts...)
		if text := bankRefused(t, err); !strings.Contains(text, "already") {
			t.Errorf("a second confirmation gets %q", text)
		}
		_, err = h.StartDrops(m, "", bank.ID)
		bankRefused(t, err)
		if got, want := h.Trail(m.ID), []string{"customer.created", "bank.created", "bank.drops_started", "bank.verified"}; !cmp.Equal(got, want) {
			t.Errorf("the trail is %v", got)
		}
	}
}

// Wrong amounts are refused and counted, though refused; the third make the bank
// inactive for good, also against the right amounts.
func TestWrongAmountsAreCounted(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	bank := h.AddBank(m, "", testkit.UsBank("000123456789"))
	other := h.AddBank(m, "", testkit.UsBank("000123456788"))
	_, err := h.StartDrops(m, "", bank.ID)
	testkit.Must(t, err)
	for i, amounts := range [][]string{{"01", "99"}, {"32", "32"}, {"45", "45"}} {
		_, err := h.Confirm(m, "", bank.ID, amounts...)
		text := bankRefused(t, err)
		if left := 2 - i; left > 0 && !strings.Contains(text, strconv.Itoa(left)) {
			t.Errorf("with %d tries left it says %q", left, text)
		}
		if got := h.Record(m.ID).Banks[0].Drops.Failures; got != i+1 {
			t.Errorf("%d wrong confirmations are counted as %d", i+1, got)
		}
		if got := h.Last(m.ID).Type; got != "bank.verification_failed" {
			t.Errorf("the event is %s", got)
		}
	}
	list := h.Banks(m, "")
	if list[0].Status != "inactive" || list[0].Verified || list[0].IsDefault || !list[1].IsDefault || list[1].ID != other.ID {
		t.Errorf("after three wrong confirmations: %+v", list)
	}
	for name, try := range map[string]func() error{
		"confirm": func() error { _, err := h.Confirm(m, "", bank.ID, "32", "45"); return err },
		"start":   func() error { _, err := h.StartDrops(m, "", bank.ID); return err },
		"start much later": func() error {
			h.Clock.Advance(60 * 24 * time.Hour)
			_, err := h.StartDrops(m, "", bank.ID)
			return err
		},
		"set default": func() error {
			_, err := h.Svc.Instruments.SetDefaultBank(t.Context(), h.As(m), "", bank.ID)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			if fault.KindOf(try()) != fault.Conflict {
				t.Errorf("%s on the ended bank: %v", name, try())
			}
		})
	}
	_, err = h.UpdateBank(m, "", bank.ID, `{"status":"active"}`)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
}

// Guessing at once gains nothing: of many confirmations at the same moment three
// are judged.
func TestConcurrentGuessesAreCountedOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	bank := h.AddBank(m, "", testkit.UsBank("000123456789"))
	_, err := h.StartDrops(m, "", bank.ID)
	testkit.Must(t, err)
	caller := h.As(m)
	judged := 0
	for _, err := range testkit.Together(16, func(i int) error {
		_, err := h.Svc.Instruments.ConfirmDrops(t.Context(), caller, "", bank.ID, instruments.ConfirmDropsInput{Amounts: patch.Of([]string{"1", strconv.Itoa(50 + i)})})
		return err
	}) {
		switch fault.KindOf(err) {
		case fault.PaymentRequired:
			judged++
		case fault.Conflict:
		default:
			t.Errorf("a guess is answered %v", err)
		}
	}
	if got := h.Record(m.ID).Banks[0]; judged != 3 || got.Drops.Failures != 3 || got.Active {
		t.Errorf("%d guesses were judged, %d counted, active %v", judged, got.Drops.Failures, got.Active)
	}
}

// Amounts are two strings of one or two digits; anything else is named as such and
// is no wrong guess. Before any deposit there is nothing to confirm.
func TestMalformedAmountsAreNoGuess(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	bank := h.AddBank(m, "", testkit.UsBank("000123456789"))
	_, err := h.Confirm(m, "", bank.ID, "32", "45")
	if got := testkit.Refused(t, err, fault.Invalid, fault.CodeValidation); got.Field != "amounts" || !strings.Contains(got.Text, "start") {
		t.Errorf("before any deposit it says %+v", got)
	}
	_, err = h.StartDrops(m, "", bank.ID)
	testkit.Must(t, err)
	for _, body := range []string{
		`{}`, `{"amounts":null}`, `{"amounts":[]}`, `{"amounts":["32"]}`, `{"amounts":["32","45","45"]}`, `{"amounts":[32,45]}`,
		`{"amounts":["0.32","0.45"]}`, `{"amounts":["032","45"]}`, `{"amounts":["","45"]}`, `{"amounts":["32","45 "]}`, `{"amounts":["-2","45"]}`,
		`{"amounts":"32,45"}`, `{"amounts":["32,45",""]}`, `{"amounts":["٣٢","45"]}`,
	} {
		t.Run(body, func(t *testing.T) {
			h := h.In(t)
			var in instruments.ConfirmDropsInput
			err := patch.Decode([]byte(body), &in)
			if err == nil {
				_, err = h.Svc.Instruments.ConfirmDrops(t.Context(), h.As(m), "", bank.ID, in)
			}
			if got := testkit.Refused(t, err, fault.Invalid, fault.CodeValidation); !strings.HasPrefix(got.Field, "amounts") {
				t.Errorf("%s is refused about %q", body, got.Field)
			}
		})
	}
	if got := h.Record(m.ID).Banks[0].Drops.Failures; got != 0 {
		t.Errorf("%d guesses were counted", got)
	}
}

// Deposits can be confirmed for 30 days; then new ones are started, and the old
// count with them ends.
func TestDropsExpire(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	bank := h.AddBank(m, "", testkit.UsBank("000123456789"))
	_, err := h.StartDrops(m, "", bank.ID)
	testkit.Must(t, err)
	_, err = h.Confirm(m, "", bank.ID, "1", "2")
	bankRefused(t, err)
	h.Clock.Advance(30 * 24 * time.Hour)
	_, err = h.Confirm(m, "", bank.ID, "32", "45")
	if text := bankRefused(t, err); !strings.Contains(text, "30 days") {
		t.Errorf("after 30 days it says %q", text)
	}
	_, err = h.StartDrops(m, "", bank.ID)
	testkit.Must(t, err)
	if drops := h.Record(m.ID).Banks[0].Drops; drops.Failures != 0 || drops.Started != h.Clock.Now() {
		t.Errorf("the new deposits are %+v", drops)
	}
	h.Clock.Advance(30*24*time.Hour - time.Millisecond)
	verified, err := h.Confirm(m, "", bank.ID, "32", "45")
	testkit.Must(t, err)
	if !verified.Verified {
		t.Error("the last moment is too late")
	}
}

// In live mode the amounts are random, and only the operator reads them: not the
// platform, not the merchant, not a stranger, and not in anything stored.
func TestLiveAmountsAreTheOperatorsSecret(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, testkit.Live)
	m := h.MerchantOf(h.Cove)
	var numbers testkit.Counter
	seen := map[string]bool{}
	for range 24 {
		bank := h.AddBank(m, "", testkit.UsBank(numbers.Account()))
		_, err := h.Svc.Instruments.DropAmounts(t.Context(), h.As(h.Operator), m.ID, bank.ID)
		if !fault.IsNotFound(err) {
			t.Fatalf("amounts before any deposit: %v", err)
		}
		_, err = h.StartDrops(m, "", bank.ID)
		testkit.Must(t, err)
		amounts, err := h.Svc.Instruments.DropAmounts(t.Context(), h.As(h.Operator), m.ID, bank.ID)
		testkit.Must(t, err)
		for _, text := range amounts {
			if cents, err := strconv.Atoi(text); err != nil || cents < 1 || cents > 99 {
				t.Errorf("a deposit of %q", text)
			}
		}
		seen[strings.Join(amounts, ",")] = true
		again, err := h.Svc.Instruments.DropAmounts(t.Context(), h.As(h.Operator, m.ID), "", bank.ID)
		testkit.Must(t, err)
		if len(amounts) != 2 || !cmp.Equal(amounts, again) {
			t.Errorf("the amounts are %v, then %v", amounts, again)
		}
	}
	if len(seen) < 20 {
		t.Errorf("24 banks share %d pairs of amounts", len(seen))
	}
	bank := h.Record(m.ID).Banks[0]
	for name, row := range map[string]struct {
		by   testkit.Party
		kind fault.Kind
	}{
		"the merchant": {m, fault.Forbidden}, "the platform": {h.Cove, fault.Forbidden}, "a stranger": {h.Rival, fault.NotFound},
		"an operator's key without unmask": {h.Mint(h.Operator, 0, "read", "customers:write", "banks:write", "keys:write", "identity:decide"), fault.Forbidden},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			if _, err := h.Svc.Instruments.DropAmounts(t.Context(), h.As(row.by), m.ID, bank.ID.String()); fault.KindOf(err) != row.kind {
				t.Errorf("%s is answered %v", name, err)
			}
		})
	}
	if _, err := h.Svc.Instruments.DropAmounts(t.Context(), h.As(h.Cove, m.ID), "", bank.ID.String()); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the platform on behalf of the merchant is answered %v", err)
	}
	if bank.Drops.Amounts.Fingerprint != "" || bank.Drops.Amounts.Last4 != "" {
		t.Error("something of the amounts stands beside their box")
	}
	amounts, err := h.Svc.Instruments.DropAmounts(t.Context(), h.As(h.Operator), m.ID, bank.ID.String())
	testkit.Must(t, err)
	shown, err := json.Marshal([]any{h.Banks(h.Operator, m.ID), h.View(h.Operator, m.ID)})
	testkit.Must(t, err)
	testkit.Conceals(t, "the store or an answer", append(h.AtRest(m.ID), shown...), `"`+amounts[0]+`"`, strings.Join(amounts, `,`)+`"`)
	verified, err := h.Confirm(m, "", bank.ID.String(), amounts[1], amounts[0])
	testkit.Must(t, err)
	if !verified.Verified {
		t.Error("what the operator read is not what confirms")
	}
}

// The plan status goes from no deposits over waiting ones to verified, and the
// features that hang on the bank follow it; payments do not wait for the bank.
func TestPlanStatusFollowsTheDrops(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, testkit.Harbor)
	_, err := h.UpdateBank(m, "", h.Banks(m, "")[0].ID, `{"status":"inactive"}`)
	testkit.Must(t, err)
	status := func() (needed any, bank any, withdraw, accept any) {
		view := h.View(m, "")
		return testkit.At(view, "planStatus.needed.0"), testkit.At(view, "planStatus.verifications.bank"), testkit.At(view, "planStatus.features.withdraw"), testkit.At(view, "planStatus.features.acceptPayments")
	}
	expect := func(when string, want ...any) {
		t.Helper()
		needed, bank, withdraw, accept := status()
		if diff := cmp.Diff(want, []any{needed, bank, withdraw, accept}); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
	expect("without a usable bank", "bankDrops", "unverified", false, true)
	bank := h.AddBank(m, "", testkit.UsBank("000000000777"))
	expect("with a new bank", "bankDrops", "unverified", false, true)
	_, err = h.StartDrops(m, "", bank.ID)
	testkit.Must(t, err)
	expect("with deposits on their way", "verifyBankDropAmounts", "unverified", false, true)
	_, err = h.Confirm(m, "", bank.ID, "1", "1")
	bankRefused(t, err)
	expect("after a wrong guess", "verifyBankDropAmounts", "unverified", false, true)
	_, err = h.Confirm(m, "", bank.ID, "32", "45")
	testkit.Must(t, err)
	expect("with a proven bank", nil, "verified", true, true)
	if got := testkit.At(h.View(m, ""), "planStatus.status"); got != "verified" {
		t.Errorf("the whole is %v", got)
	}
	_, err = h.UpdateBank(m, "", bank.ID, `{"status":"inactive"}`)
	testkit.Must(t, err)
	expect("with the proven bank out of use", "bankDrops", "unverified", false, true)
}
