package instruments_test

import (
	"tenantry/customers/instruments"
	"tenantry/customers/view"
	"tenantry/internal/testkit"
)

// newCard adds a card made of a fresh token.
func newCard(h *testkit.Env, p testkit.Party, number string, more ...string) view.CardView {
	h.T.Helper()
	token := h.Tokenize(h.Publishing(p), `{"card":{"cardNumber":"`+number+`","expirationMonth":12,"expirationYear":2030}}`)
	card, err := h.AddCard(p, "", token.Text.Reveal(), more...)
	testkit.Must(h.T, err)
	return card
}

func updateCard(h *testkit.Env, p testkit.Party, card, body string) (view.CardView, error) {
	h.T.Helper()
	return h.Svc.Instruments.UpdateCard(h.T.Context(), h.As(p), "", card, testkit.Input[instruments.CardInput](h.T, body))
}

func defaultCards(h *testkit.Env, p testkit.Party) []string {
	h.T.Helper()
	list, err := h.Svc.Instruments.Cards(h.T.Context(), h.As(p), "")
	testkit.Must(h.T, err)
	var ids []string
	for _, card := range list {
		if card.IsDefault {
			ids = append(ids, card.ID)
		}
	}
	return ids
}
