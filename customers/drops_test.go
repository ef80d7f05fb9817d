package customers_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

func (h *house) startDrops(by party, id, bank string) (customers.BankView, error) {
	h.t.Helper()
	return h.svc.StartDrops(h.t.Context(), h.as(by), id, bank)
}

// bankRefused demands the answer of a bank that says no, and gives its words.
func bankRefused(t testing.TB, err error) string {
	t.Helper()
	return refused(t, err, fault.PaymentRequired, fault.CodeBankFailure).Text
}

// Deposits are started once, confirmed in any order, and then settled for good.
func TestDropsProveABank(t *testing.T) {
	t.Parallel()
	for _, amounts := range [][]string{{"32", "45"}, {"45", "32"}} {
		h := open(t)
		m := h.merchantOf(h.cove)
		bank := h.addBank(m, "", usBank("000123456789"))
		started, err := h.startDrops(m, "", bank.ID)
		must(t, err)
		if !started.Dropped || started.Verified {
			t.Errorf("started: %+v", started)
		}
		version := h.record(m.id).Version
		h.clock.Advance(29 * 24 * time.Hour)
		_, err = h.startDrops(m, "", bank.ID)
		must(t, err)
		if h.record(m.id).Version != version {
			t.Error("starting again while deposits wait is a change")
		}
		verified, err := h.confirm(m, "", bank.ID, amounts...)
		must(t, err)
		if !verified.Verified || verified.Status != "active" {
			t.Errorf("confirmed: %+v", verified)
		}
		_, err = h.confirm(m, "", bank.ID, amounts...)
		if text := bankRefused(t, err); !strings.Contains(text, "already") {
			t.Errorf("a second confirmation is told %q", text)
		}
		_, err = h.startDrops(m, "", bank.ID)
		bankRefused(t, err)
		if got, want := h.trail(m.id), []string{"customer.created", "bank.created", "bank.drops_started", "bank.verified"}; !cmp.Equal(got, want) {
			t.Errorf("the trail is %v", got)
		}
	}
}

// Wrong amounts are refused and counted, though refused; the third make the bank
// inactive for good, also against the right amounts.
func TestWrongAmountsAreCounted(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	bank := h.addBank(m, "", usBank("000123456789"))
	other := h.addBank(m, "", usBank("000123456788"))
	_, err := h.startDrops(m, "", bank.ID)
	must(t, err)
	for i, amounts := range [][]string{{"01", "99"}, {"32", "32"}, {"45", "45"}} {
		_, err := h.confirm(m, "", bank.ID, amounts...)
		text := bankRefused(t, err)
		if left := 2 - i; left > 0 && !strings.Contains(text, strconv.Itoa(left)) {
			t.Errorf("with %d tries left it says %q", left, text)
		}
		if got := h.record(m.id).Banks[0].Drops.Failures; got != i+1 {
			t.Errorf("%d wrong confirmations are counted as %d", i+1, got)
		}
		if got := h.last(m.id).Type; got != "bank.verification_failed" {
			t.Errorf("the event is %s", got)
		}
	}
	list := h.banks(m, "")
	if list[0].Status != "inactive" || list[0].Verified || list[0].IsDefault || !list[1].IsDefault || list[1].ID != other.ID {
		t.Errorf("after three wrong confirmations: %+v", list)
	}
	for name, try := range map[string]func() error{
		"confirm": func() error { _, err := h.confirm(m, "", bank.ID, "32", "45"); return err },
		"start":   func() error { _, err := h.startDrops(m, "", bank.ID); return err },
		"start much later": func() error {
			h.clock.Advance(60 * 24 * time.Hour)
			_, err := h.startDrops(m, "", bank.ID)
			return err
		},
		"set default": func() error { _, err := h.svc.SetDefaultBank(t.Context(), h.as(m), "", bank.ID); return err },
	} {
		if fault.KindOf(try()) != fault.Conflict {
			t.Errorf("%s on the ended bank: %v", name, try())
		}
	}
	_, err = h.updateBank(m, "", bank.ID, `{"status":"active"}`)
	refused(t, err, fault.Invalid, fault.CodeValidation)
}

// Guessing at once gains nothing: of many confirmations at the same moment three
// are judged.
func TestConcurrentGuessesAreCountedOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	bank := h.addBank(m, "", usBank("000123456789"))
	_, err := h.startDrops(m, "", bank.ID)
	must(t, err)
	caller := h.as(m)
	judged := 0
	for _, err := range together(16, func(i int) error {
		_, err := h.svc.ConfirmDrops(t.Context(), caller, "", bank.ID, customers.ConfirmDropsInput{Amounts: patch.Of([]string{"1", strconv.Itoa(50 + i)})})
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
	if got := h.record(m.id).Banks[0]; judged != 3 || got.Drops.Failures != 3 || got.Active {
		t.Errorf("%d guesses were judged, %d counted, active %v", judged, got.Drops.Failures, got.Active)
	}
}

// Amounts are two strings of one or two digits; anything else is named as such and
// is no wrong guess. Before any deposit there is nothing to confirm.
func TestMalformedAmountsAreNoGuess(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	bank := h.addBank(m, "", usBank("000123456789"))
	_, err := h.confirm(m, "", bank.ID, "32", "45")
	if got := refused(t, err, fault.Invalid, fault.CodeValidation); got.Field != "amounts" || !strings.Contains(got.Text, "start") {
		t.Errorf("before any deposit it says %+v", got)
	}
	_, err = h.startDrops(m, "", bank.ID)
	must(t, err)
	for _, body := range []string{
		`{}`, `{"amounts":null}`, `{"amounts":[]}`, `{"amounts":["32"]}`, `{"amounts":["32","45","45"]}`, `{"amounts":[32,45]}`,
		`{"amounts":["0.32","0.45"]}`, `{"amounts":["032","45"]}`, `{"amounts":["","45"]}`, `{"amounts":["32","45 "]}`, `{"amounts":["-2","45"]}`,
		`{"amounts":"32,45"}`, `{"amounts":["32,45",""]}`, `{"amounts":["٣٢","45"]}`,
	} {
		var in customers.ConfirmDropsInput
		err := patch.Decode([]byte(body), &in)
		if err == nil {
			_, err = h.svc.ConfirmDrops(t.Context(), h.as(m), "", bank.ID, in)
		}
		if got := refused(t, err, fault.Invalid, fault.CodeValidation); !strings.HasPrefix(got.Field, "amounts") {
			t.Errorf("%s is refused about %q", body, got.Field)
		}
	}
	if got := h.record(m.id).Banks[0].Drops.Failures; got != 0 {
		t.Errorf("%d guesses were counted", got)
	}
}

// Deposits can be confirmed for 30 days; then new ones are started, and the old
// count with them ends.
func TestDropsExpire(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	bank := h.addBank(m, "", usBank("000123456789"))
	_, err := h.startDrops(m, "", bank.ID)
	must(t, err)
	_, err = h.confirm(m, "", bank.ID, "1", "2")
	bankRefused(t, err)
	h.clock.Advance(30 * 24 * time.Hour)
	_, err = h.confirm(m, "", bank.ID, "32", "45")
	if text := bankRefused(t, err); !strings.Contains(text, "30 days") {
		t.Errorf("after 30 days it says %q", text)
	}
	_, err = h.startDrops(m, "", bank.ID)
	must(t, err)
	if drops := h.record(m.id).Banks[0].Drops; drops.Failures != 0 || drops.Started != h.clock.Now() {
		t.Errorf("the new deposits are %+v", drops)
	}
	h.clock.Advance(30*24*time.Hour - time.Millisecond)
	verified, err := h.confirm(m, "", bank.ID, "32", "45")
	must(t, err)
	if !verified.Verified {
		t.Error("the last moment is too late")
	}
}

// In live mode the amounts are random, and only the operator reads them: not the
// platform, not the merchant, not a stranger, and not in anything stored.
func TestLiveAmountsAreTheOperatorsSecret(t *testing.T) {
	t.Parallel()
	h := open(t, live)
	m := h.merchantOf(h.cove)
	var numbers counter
	seen := map[string]bool{}
	for range 24 {
		bank := h.addBank(m, "", usBank(numbers.account()))
		_, err := h.svc.DropAmounts(t.Context(), h.as(h.operator), m.id, bank.ID)
		if !fault.IsNotFound(err) {
			t.Fatalf("amounts before any deposit: %v", err)
		}
		_, err = h.startDrops(m, "", bank.ID)
		must(t, err)
		amounts, err := h.svc.DropAmounts(t.Context(), h.as(h.operator), m.id, bank.ID)
		must(t, err)
		for _, text := range amounts {
			if cents, err := strconv.Atoi(text); err != nil || cents < 1 || cents > 99 {
				t.Errorf("a deposit of %q", text)
			}
		}
		seen[strings.Join(amounts, ",")] = true
		again, err := h.svc.DropAmounts(t.Context(), h.as(h.operator, m.id), "", bank.ID)
		must(t, err)
		if len(amounts) != 2 || !cmp.Equal(amounts, again) {
			t.Errorf("the amounts are %v, then %v", amounts, again)
		}
	}
	if len(seen) < 20 {
		t.Errorf("24 banks share %d pairs of amounts", len(seen))
	}
	bank := h.record(m.id).Banks[0]
	for name, row := range map[string]struct {
		by   party
		kind fault.Kind
	}{
		"the merchant": {m, fault.Forbidden}, "the platform": {h.cove, fault.Forbidden}, "a stranger": {h.rival, fault.NotFound},
		"an operator's key without unmask": {h.mint(h.operator, 0, "read", "customers:write", "banks:write", "keys:write", "identity:decide"), fault.Forbidden},
	} {
		if _, err := h.svc.DropAmounts(t.Context(), h.as(row.by), m.id, bank.ID.String()); fault.KindOf(err) != row.kind {
			t.Errorf("%s is answered %v", name, err)
		}
	}
	if _, err := h.svc.DropAmounts(t.Context(), h.as(h.cove, m.id), "", bank.ID.String()); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the platform on behalf of the merchant is answered %v", err)
	}
	if bank.Drops.Amounts.Fingerprint != "" || bank.Drops.Amounts.Last4 != "" {
		t.Error("something of the amounts stands beside their box")
	}
	amounts, err := h.svc.DropAmounts(t.Context(), h.as(h.operator), m.id, bank.ID.String())
	must(t, err)
	shown, err := json.Marshal([]any{h.banks(h.operator, m.id), h.view(h.operator, m.id)})
	must(t, err)
	conceals(t, "the store or an answer", append(h.atRest(m.id), shown...), `"`+amounts[0]+`"`, strings.Join(amounts, `,`)+`"`)
	verified, err := h.confirm(m, "", bank.ID.String(), amounts[1], amounts[0])
	must(t, err)
	if !verified.Verified {
		t.Error("what the operator read is not what confirms")
	}
}

// The plan status goes from no deposits over waiting ones to verified, and the
// features that hang on the bank follow it; payments do not wait for the bank.
func TestPlanStatusFollowsTheDrops(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.create(h.cove, harbor)
	_, err := h.updateBank(m, "", h.banks(m, "")[0].ID, `{"status":"inactive"}`)
	must(t, err)
	status := func() (needed any, bank any, withdraw, accept any) {
		view := h.view(m, "")
		return at(view, "planStatus.needed.0"), at(view, "planStatus.verifications.bank"), at(view, "planStatus.features.withdraw"), at(view, "planStatus.features.acceptPayments")
	}
	expect := func(when string, want ...any) {
		t.Helper()
		needed, bank, withdraw, accept := status()
		if diff := cmp.Diff(want, []any{needed, bank, withdraw, accept}); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
	expect("without a usable bank", "bankDrops", "unverified", false, true)
	bank := h.addBank(m, "", usBank("000000000777"))
	expect("with a new bank", "bankDrops", "unverified", false, true)
	_, err = h.startDrops(m, "", bank.ID)
	must(t, err)
	expect("with deposits on their way", "verifyBankDropAmounts", "unverified", false, true)
	_, err = h.confirm(m, "", bank.ID, "1", "1")
	bankRefused(t, err)
	expect("after a wrong guess", "verifyBankDropAmounts", "unverified", false, true)
	_, err = h.confirm(m, "", bank.ID, "32", "45")
	must(t, err)
	expect("with a proven bank", nil, "verified", true, true)
	if got := at(h.view(m, ""), "planStatus.status"); got != "verified" {
		t.Errorf("the whole is %v", got)
	}
	_, err = h.updateBank(m, "", bank.ID, `{"status":"inactive"}`)
	must(t, err)
	expect("with the proven bank out of use", "bankDrops", "unverified", false, true)
}
