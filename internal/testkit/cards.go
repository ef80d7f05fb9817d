package testkit

import (
	"tenantry/customers/instruments"
	"tenantry/customers/view"
)

// NewCard adds a card made of a fresh token.
func (h *Env) NewCard(p Party, number string, more ...string) view.CardView {
	h.T.Helper()
	token := h.Tokenize(h.Publishing(p), `{"card":{"cardNumber":"`+number+`","expirationMonth":12,"expirationYear":2030}}`)
	card, err := h.AddCard(p, "", token.Text.Reveal(), more...)
	Must(h.T, err)
	return card
}

func (h *Env) UpdateCard(p Party, card, body string) (view.CardView, error) {
	h.T.Helper()
	return h.Svc.Instruments.UpdateCard(h.T.Context(), h.As(p), "", card, Input[instruments.CardInput](h.T, body))
}

func (h *Env) DefaultCards(p Party) []string {
	h.T.Helper()
	list, err := h.Svc.Instruments.Cards(h.T.Context(), h.As(p), "")
	Must(h.T, err)
	var ids []string
	for _, card := range list {
		if card.IsDefault {
			ids = append(ids, card.ID)
		}
	}
	return ids
}
