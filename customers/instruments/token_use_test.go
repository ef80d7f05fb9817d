package instruments_test

import (
	"errors"
	"testing"
	"time"

	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// A token is used once: of many uses at the same moment one wins, and it stays
// used, also when what was made of it is deleted and the reservation of it is old.
func TestATokenIsUsedOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m, sibling := h.MerchantOf(h.Cove), h.MerchantOf(h.Cove)
	for kind, body := range map[string]string{"card": testkit.CardBody, "bank": testkit.BankBody} {
		t.Run(kind, func(t *testing.T) {
			h := h.In(t)
			token := h.Tokenize(h.Publishing(h.Cove), body).Text.Reveal()
			targets := []string{m.ID, sibling.ID, h.Cove.ID}
			caller, won := h.As(h.Cove), 0
			for _, err := range testkit.Together(16, func(i int) error {
				if kind == "card" {
					_, err := h.Svc.Instruments.AddCard(t.Context(), caller, targets[i%3], instruments.CardInput{Token: patch.Of(token)})
					return err
				}
				_, err := h.Svc.Instruments.AddBank(t.Context(), caller, targets[i%3], fields.BankInput{Token: patch.Of(token)})
				return err
			}) {
				if err == nil {
					won++
					continue
				}
				testkit.UsedToken(t, err)
			}
			if won != 1 {
				t.Errorf("a %s token was used %d times", kind, won)
			}
		})
	}
	holders := 0
	for _, p := range []testkit.Party{m, sibling, h.Cove} {
		record := h.Record(p.ID)
		holders += len(record.Banks) + len(record.Cards)
	}
	if holders != 2 {
		t.Errorf("%d banks and cards were added", holders)
	}

	token := h.Tokenize(h.Publishing(m), testkit.CardBody).Text.Reveal()
	card, err := h.AddCard(m, "", token)
	testkit.Must(t, err)
	testkit.Must(t, h.Svc.Instruments.DeleteCard(t.Context(), h.As(m), "", card.ID))
	for range 28 {
		h.Clock.Advance(time.Minute)
		_, err = h.AddCard(m, "", token)
		testkit.UsedToken(t, err)
	}
}

// A token lasts 30 minutes, also when its reservation was swept.
func TestATokenExpires(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	first, second := h.Tokenize(h.Publishing(h.Cove), testkit.CardBody), h.Tokenize(h.Publishing(h.Cove), testkit.CardBody)
	h.Clock.Advance(30*time.Minute - time.Millisecond)
	_, err := h.AddCard(h.Cove, "", first.Text.Reveal())
	testkit.Must(t, err)
	h.Clock.Advance(time.Millisecond)
	_, err = h.AddCard(h.Cove, "", second.Text.Reveal())
	badToken(t, "an expired token", err)
	h.Clock.Advance(24 * time.Hour)
	swept, err := h.Svc.Registry.SweepReservations(t.Context())
	testkit.Must(t, err)
	if swept == 0 {
		t.Error("the claim of the used token stays for ever")
	}
	_, err = h.AddCard(h.Cove, "", first.Text.Reveal())
	badToken(t, "a used and swept token", err)
}

// A token serves the customer it was made for and those below it, nobody beside
// or above, and no other purpose.
func TestATokenServesItsOwnBranch(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m, sibling, stranger := h.MerchantOf(h.Cove), h.MerchantOf(h.Cove), h.MerchantOf(h.Rival)
	card := func(p testkit.Party) string { return h.Tokenize(h.Publishing(p), testkit.CardBody).Text.Reveal() }
	for name, row := range map[string]struct {
		from, to, by testkit.Party
	}{
		"of another tenant":           {h.Rival, h.Cove, h.Cove},
		"of another tenant's child":   {stranger, m, h.Cove},
		"of a sibling":                {sibling, m, m},
		"of a sibling, by the parent": {sibling, m, h.Cove},
		"of a child, for the parent":  {m, h.Cove, h.Cove},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			_, err := h.AddCard(row.by, row.to.ID, card(row.from))
			badToken(t, "a token "+name, err)
		})
	}
	_, err := h.AddCard(m, "", card(h.Cove))
	testkit.Must(t, err)
	_, err = h.AddCard(h.Cove, m.ID, card(m))
	testkit.Must(t, err)

	_, err = h.AddCard(m, "", h.Tokenize(h.Publishing(m), testkit.BankBody).Text.Reveal())
	badToken(t, "a bank's token for a card", err)
	_, err = h.TryAddBank(m, "", `{"token":"`+card(m)+`"}`)
	badToken(t, "a card's token for a bank", err)
	_, err = h.Svc.Instruments.AddCard(t.Context(), h.As(m), "", testkit.Input[instruments.CardInput](t, `{"token":"`+card(m)+`","cardNumber":"`+testkit.CardNumber+`"}`))
	badToken(t, "a token beside a number", err)
	_, err = h.Svc.Instruments.AddCard(t.Context(), h.As(m), "", instruments.CardInput{})
	badToken(t, "no token", err)
}

// A use that failed releases the token; one whose outcome is unknown does not,
// until it is certain that nothing was written.
func TestAFailedUseGivesTheTokenBack(t *testing.T) {
	t.Parallel()
	s, spying := testkit.Spied()
	h := testkit.Open(t, spying)
	token := h.Tokenize(h.Publishing(h.Cove), testkit.CardBody).Text.Reveal()
	_, err := h.AddCard(h.Cove, "", token, `,"nameOnCard":""`)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	_, err = h.AddCard(h.Cove, "", token)
	testkit.Must(t, err)

	token = h.Tokenize(h.Publishing(h.Cove), testkit.BankBody).Text.Reveal()
	_, err = h.TryAddBank(h.Cove, "", `{"token":"`+token+`","meta":[]}`)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	h.AddBank(h.Cove, "", `{"token":"`+token+`"}`)

	token = h.Tokenize(h.Publishing(h.Cove), testkit.CardBody).Text.Reveal()
	s.Trap("Replace", testkit.Crash)
	_, err = h.AddCard(h.Cove, "", token)
	testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	_, err = h.AddCard(h.Cove, "", token)
	testkit.UsedToken(t, err) // it may still be written
	h.Clock.Advance(time.Minute)
	_, err = h.AddCard(h.Cove, "", token)
	testkit.Must(t, err)

	token = h.Tokenize(h.Publishing(h.Cove), testkit.CardBody).Text.Reveal()
	s.Trap("Replace", testkit.Lost)
	_, err = h.AddCard(h.Cove, "", token)
	testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	h.Clock.Advance(2 * time.Minute)
	_, err = h.AddCard(h.Cove, "", token)
	testkit.UsedToken(t, err)
	if got := len(h.Record(h.Cove.ID).Cards); got != 3 {
		t.Errorf("there are %d cards, want 3", got)
	}
}

// That a token was used holds even if the note of it could not be written.
func TestALostNoteOfUseDoesNotFreeAToken(t *testing.T) {
	t.Parallel()
	s, spying := testkit.Spied()
	h := testkit.Open(t, spying)
	token := h.Tokenize(h.Publishing(h.Cove), testkit.CardBody).Text.Reveal()
	s.Trap("Swap", func(func() error) error { return errors.New("the store is gone") })
	_, err := h.AddCard(h.Cove, "", token)
	testkit.Must(t, err)
	h.Clock.Advance(5 * time.Minute)
	_, err = h.AddCard(h.Cove, "", token)
	testkit.UsedToken(t, err)
}

// Acting for a child, a token is the child's own.
func TestATokenIsTheSubjects(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	on := func(caller tenancy.Caller) string { return h.Tokenize(caller, testkit.CardBody).Text.Reveal() }
	_, err := h.AddCard(m, "", on(h.As(h.Cove, m.ID)))
	testkit.Must(t, err)
	_, err = h.AddCard(h.Cove, "", on(h.As(h.Cove, m.ID)))
	badToken(t, "a child's token", err)
}
