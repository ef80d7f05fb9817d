package customers_test

import (
	"errors"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// usedToken demands the refusal of a token that was used.
func usedToken(t testing.TB, err error) {
	t.Helper()
	duplicate(t, err, "token")
}

// A token is used once: of many uses at the same moment one wins, and it stays
// used, also when what was made of it is deleted and the claim on it is old.
func TestATokenIsUsedOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	m, sibling := h.merchantOf(h.cove), h.merchantOf(h.cove)
	for kind, body := range map[string]string{"card": cardBody, "bank": bankBody} {
		token := h.tokenize(h.publishing(h.cove), body).Text.Reveal()
		targets := []string{m.id, sibling.id, h.cove.id}
		caller, won := h.as(h.cove), 0
		for _, err := range together(16, func(i int) error {
			if kind == "card" {
				_, err := h.svc.AddCard(t.Context(), caller, targets[i%3], customers.CardInput{Token: patch.Of(token)})
				return err
			}
			_, err := h.svc.AddBank(t.Context(), caller, targets[i%3], customers.BankInput{Token: patch.Of(token)})
			return err
		}) {
			if err == nil {
				won++
				continue
			}
			usedToken(t, err)
		}
		if won != 1 {
			t.Errorf("a %s token was used %d times", kind, won)
		}
	}
	holders := 0
	for _, p := range []party{m, sibling, h.cove} {
		record := h.record(p.id)
		holders += len(record.Banks) + len(record.Cards)
	}
	if holders != 2 {
		t.Errorf("%d banks and cards were added", holders)
	}

	token := h.tokenize(h.publishing(m), cardBody).Text.Reveal()
	card, err := h.addCard(m, "", token)
	must(t, err)
	must(t, h.svc.DeleteCard(t.Context(), h.as(m), "", card.ID))
	for range 28 {
		h.clock.Advance(time.Minute)
		_, err = h.addCard(m, "", token)
		usedToken(t, err)
	}
}

// A token lasts 30 minutes, whoever swept the claims.
func TestATokenExpires(t *testing.T) {
	t.Parallel()
	h := open(t)
	first, second := h.tokenize(h.publishing(h.cove), cardBody), h.tokenize(h.publishing(h.cove), cardBody)
	h.clock.Advance(30*time.Minute - time.Millisecond)
	_, err := h.addCard(h.cove, "", first.Text.Reveal())
	must(t, err)
	h.clock.Advance(time.Millisecond)
	_, err = h.addCard(h.cove, "", second.Text.Reveal())
	badToken(t, "an expired token", err)
	h.clock.Advance(24 * time.Hour)
	swept, err := h.svc.SweepClaims(t.Context())
	must(t, err)
	if swept == 0 {
		t.Error("the claim of the used token stays for ever")
	}
	_, err = h.addCard(h.cove, "", first.Text.Reveal())
	badToken(t, "a used and swept token", err)
}

// A token serves the customer it was made for and those below it, nobody beside
// or above, and no other purpose.
func TestATokenServesItsOwnBranch(t *testing.T) {
	t.Parallel()
	h := open(t)
	m, sibling, stranger := h.merchantOf(h.cove), h.merchantOf(h.cove), h.merchantOf(h.rival)
	card := func(p party) string { return h.tokenize(h.publishing(p), cardBody).Text.Reveal() }
	for name, row := range map[string]struct {
		from, to, by party
	}{
		"of another tenant":           {h.rival, h.cove, h.cove},
		"of another tenant's child":   {stranger, m, h.cove},
		"of a sibling":                {sibling, m, m},
		"of a sibling, by the parent": {sibling, m, h.cove},
		"of a child, for the parent":  {m, h.cove, h.cove},
	} {
		_, err := h.addCard(row.by, row.to.id, card(row.from))
		badToken(t, "a token "+name, err)
	}
	_, err := h.addCard(m, "", card(h.cove))
	must(t, err)
	_, err = h.addCard(h.cove, m.id, card(m))
	must(t, err)

	_, err = h.addCard(m, "", h.tokenize(h.publishing(m), bankBody).Text.Reveal())
	badToken(t, "a bank's token for a card", err)
	_, err = h.tryAddBank(m, "", `{"token":"`+card(m)+`"}`)
	badToken(t, "a card's token for a bank", err)
	_, err = h.svc.AddCard(t.Context(), h.as(m), "", input[customers.CardInput](t, `{"token":"`+card(m)+`","cardNumber":"`+cardNumber+`"}`))
	badToken(t, "a token beside a number", err)
	_, err = h.svc.AddCard(t.Context(), h.as(m), "", customers.CardInput{})
	badToken(t, "no token", err)
}

// A use that failed gives the token back; one whose outcome is unknown does not,
// until it is certain that nothing was written.
func TestAFailedUseGivesTheTokenBack(t *testing.T) {
	t.Parallel()
	s, spying := spied()
	h := open(t, spying)
	token := h.tokenize(h.publishing(h.cove), cardBody).Text.Reveal()
	_, err := h.addCard(h.cove, "", token, `,"nameOnCard":""`)
	refused(t, err, fault.Invalid, fault.CodeValidation)
	_, err = h.addCard(h.cove, "", token)
	must(t, err)

	token = h.tokenize(h.publishing(h.cove), bankBody).Text.Reveal()
	_, err = h.tryAddBank(h.cove, "", `{"token":"`+token+`","meta":[]}`)
	refused(t, err, fault.Invalid, fault.CodeValidation)
	h.addBank(h.cove, "", `{"token":"`+token+`"}`)

	token = h.tokenize(h.publishing(h.cove), cardBody).Text.Reveal()
	s.trap("Replace", crash)
	_, err = h.addCard(h.cove, "", token)
	refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	_, err = h.addCard(h.cove, "", token)
	usedToken(t, err) // it may still be written
	h.clock.Advance(time.Minute)
	_, err = h.addCard(h.cove, "", token)
	must(t, err)

	token = h.tokenize(h.publishing(h.cove), cardBody).Text.Reveal()
	s.trap("Replace", lost)
	_, err = h.addCard(h.cove, "", token)
	refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	h.clock.Advance(2 * time.Minute)
	_, err = h.addCard(h.cove, "", token)
	usedToken(t, err)
	if got := len(h.record(h.cove.id).Cards); got != 3 {
		t.Errorf("there are %d cards, want 3", got)
	}
}

// That a token was used holds even if the note of it could not be written.
func TestALostNoteOfUseDoesNotFreeAToken(t *testing.T) {
	t.Parallel()
	s, spying := spied()
	h := open(t, spying)
	token := h.tokenize(h.publishing(h.cove), cardBody).Text.Reveal()
	s.trap("Swap", func(func() error) error { return errors.New("the store is gone") })
	_, err := h.addCard(h.cove, "", token)
	must(t, err)
	h.clock.Advance(5 * time.Minute)
	_, err = h.addCard(h.cove, "", token)
	usedToken(t, err)
}

// Acting for a child, a token is the child's own.
func TestATokenIsTheSubjects(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	on := func(caller tenancy.Caller) string { return h.tokenize(caller, cardBody).Text.Reveal() }
	_, err := h.addCard(m, "", on(h.as(h.cove, m.id)))
	must(t, err)
	_, err = h.addCard(h.cove, "", on(h.as(h.cove, m.id)))
	badToken(t, "a child's token", err)
}
