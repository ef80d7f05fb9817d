package testkit

import (
	"tenantry/customers/access"
	"tenantry/customers/events"
	"tenantry/customers/instruments"
	"tenantry/customers/lifecycle"
	"tenantry/customers/onboarding"
	"tenantry/internal/dialect/balanced/rules"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// MerchantWithParts makes a customer of the platform that has one of everything, and
// returns it with the ids of its parts.
func (h *Env) MerchantWithParts() (Party, Target) {
	h.T.Helper()
	shop := h.Create(h.Cove, Awaiting)
	doc, err := h.Upload(shop, 1)
	Must(h.T, err)
	owner, err := h.Own(shop, Named("document"))
	Must(h.T, err)
	card, err := h.Svc.Instruments.Tokenize(h.T.Context(), h.As(shop), Input[instruments.TokenInput](h.T,
		`{"card":{"cardNumber":"4242424242424242","expirationMonth":12,"expirationYear":2030}}`))
	Must(h.T, err)
	added, err := h.Svc.Instruments.AddCard(h.T.Context(), h.As(shop), "", instruments.CardInput{Token: patch.Of(card.Text.Reveal())})
	Must(h.T, err)
	clerk, err := h.Svc.Access.AddUser(h.T.Context(), h.As(shop), "", Input[access.UserInput](h.T,
		`{"username":"clerk of `+shop.ID+`","password":"long enough","role":"clerk"}`))
	Must(h.T, err)
	invited, err := h.Svc.Invitations.Invite(h.T.Context(), h.As(shop), "", Input[access.InvitationInput](h.T,
		`{"username":"invited by `+shop.ID+`","role":"clerk"}`))
	Must(h.T, err)
	_, err = h.Update(h.Cove, shop.ID, `{"settings":{"events":{"enabled":true,"urls":{"always":["https://hooks.example/in"]}}}}`)
	Must(h.T, err)
	_, err = h.Svc.Relay.RelayEvents(h.T.Context())
	Must(h.T, err)
	log, err := h.Svc.Events.Events(h.T.Context(), h.As(h.Cove), events.Query{CustomerID: shop.ID})
	Must(h.T, err)
	webhook := h.Record(shop.ID).Webhooks[0].ID.String()
	sent, err := h.Svc.Webhooks.DeliveriesFrom(h.T.Context(), h.As(shop), "", webhook, 0, 1)
	Must(h.T, err)
	payer, err := h.Svc.Lifecycle.CreatePayer(h.T.Context(), h.As(h.Cove), Input[lifecycle.PayerInput](h.T, `{"name":"Jo","email":"jo@example.com"}`))
	Must(h.T, err)
	link, err := h.Svc.Onboarding.MintLink(h.T.Context(), h.As(h.Cove), shop.ID, onboarding.LinkInput{})
	Must(h.T, err)
	return shop, Target{
		payer: payer.ID.String(), link: link.Link.ID,
		Owner: owner.ID, Document: doc.ID, delivery: sent.Deliveries[0].ID,
		key: h.KeyID(shop.ID, 1), ID: shop.ID, Bank: h.Record(shop.ID).Banks[0].ID.String(), Card: added.ID, user: clerk.ID, invitation: invited.Invitation.ID,
		webhook: webhook, event: log.Events[0].ID,
	}
}

// FlatCard is a card as the Balanced dialect takes it.
func FlatCard(number string) rules.InstrumentInput {
	return rules.InstrumentInput{Card: &instruments.CardInput{
		CardNumber: patch.Of(secret.New(number)), ExpirationMonth: patch.Of(patch.Number("12")), ExpirationYear: patch.Of(patch.Number("2030")),
	}}
}
