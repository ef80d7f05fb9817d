package customers_test

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/settings"
	"tenantry/tenancy"
)

// target is a customer that use cases are tried on.
type target struct{ id, bank, card, user, webhook, event, delivery, owner, document string }

// useCase is one service method that takes a caller.
type useCase struct {
	method string
	// need is what its credential must hold.
	need tenancy.Scope
	// above tells that it is refused to the customer itself.
	above bool
	// subject tells that it works on the subject, and names no other customer.
	subject bool
	run     func(ctx context.Context, h *house, caller tenancy.Caller, on target) error
}

// under gives the same parts under another customer.
func (t target) under(id string) target {
	t.id = id
	return t
}

func (t target) ownerRef() customers.PartRef { return customers.PartRef{CustomerID: t.id, ID: t.owner} }

func (t target) documentRef() customers.PartRef {
	return customers.PartRef{CustomerID: t.id, ID: t.document}
}

// reading makes a use case of a method that reads by id alone.
func reading[T any](method string, need tenancy.Scope, get func(*customers.Service, context.Context, tenancy.Caller, string) (T, error)) useCase {
	return useCase{method: method, need: need, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(get(h.svc, ctx, caller, on.id))
	}}
}

// useCases are all of them; the last two end the target's key and the target.
var useCases = []useCase{
	reading("Get", tenancy.Read, (*customers.Service).Get),
	reading("Banks", tenancy.Read, (*customers.Service).Banks),
	reading("Cards", tenancy.Read, (*customers.Service).Cards),
	reading("Users", tenancy.Read, (*customers.Service).Users),
	reading("Identity", tenancy.Read, (*customers.Service).Identity),
	reading("Keys", tenancy.Read|tenancy.KeysWrite, (*customers.Service).Keys),
	{method: "List", need: tenancy.Read, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, _ target) error {
		return second(h.svc.List(ctx, caller, customers.ListInput{}))
	}},
	{method: "Plans", need: tenancy.Read, subject: true, run: func(_ context.Context, h *house, caller tenancy.Caller, _ target) error {
		return second(h.svc.Plans(caller))
	}},
	{method: "Bank", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Bank(ctx, caller, on.id, on.bank))
	}},
	{method: "Card", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Card(ctx, caller, on.id, on.card))
	}},
	reading("Webhooks", tenancy.Read, (*customers.Service).Webhooks),
	reading("Events", tenancy.Read, func(s *customers.Service, ctx context.Context, caller tenancy.Caller, id string) (customers.EventPage, error) {
		return s.Events(ctx, caller, customers.EventsInput{CustomerID: id})
	}),
	{method: "Event", need: tenancy.Read, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Event(ctx, caller, on.event))
	}},
	{method: "VerifyEvent", need: tenancy.Read, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.VerifyEvent(ctx, caller, on.event, []byte(`{"id":"`+on.event+`"}`)))
	}},
	{method: "EventDeliveries", need: tenancy.Read, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.EventDeliveries(ctx, caller, on.event))
	}},
	{method: "RedeliverEvent", need: tenancy.CustomersWrite, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.RedeliverEvent(ctx, caller, on.event))
	}},
	{method: "Webhook", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Webhook(ctx, caller, on.id, on.webhook))
	}},
	{method: "WebhookDeliveries", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.WebhookDeliveries(ctx, caller, on.id, on.webhook, "", 0))
	}},
	{method: "RenewWebhookSecret", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.RenewWebhookSecret(ctx, caller, on.id, on.webhook, customers.WebhookSecretInput{}))
	}},
	{method: "EnableWebhook", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.EnableWebhook(ctx, caller, on.id, on.webhook))
	}},
	{method: "TestWebhook", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.TestWebhook(ctx, caller, on.id, on.webhook))
	}},
	{method: "DeliveriesFrom", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.DeliveriesFrom(ctx, caller, on.id, on.webhook, 0, 1))
	}},
	{method: "Delivery", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Delivery(ctx, caller, on.id, on.delivery))
	}},
	{method: "RetryDelivery", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.RetryDelivery(ctx, caller, on.id, on.delivery))
	}},
	reading("Subscriptions", tenancy.Read, func(s *customers.Service, ctx context.Context, caller tenancy.Caller, id string) ([]customers.WebhookView, error) {
		return s.Subscriptions(ctx, caller, id, settings.Dwolla)
	}),
	{method: "Subscribe", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Subscribe(ctx, caller, on.id, subscription("https://hooks.example/dwolla", "chosen")))
	}},
	{method: "PauseWebhook", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.PauseWebhook(ctx, caller, on.id, on.webhook, true))
	}},
	{method: "RemoveWebhook", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.RemoveWebhook(ctx, caller, on.id, on.webhook))
	}},
	{method: "TopicEvents", need: tenancy.Read, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, _ target) error {
		return second(h.svc.TopicEvents(ctx, caller, customers.TopicEventsInput{Limit: 1}))
	}},
	{method: "TopicEvent", need: tenancy.Read, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.TopicEvent(ctx, caller, settings.Native, on.event, 0))
	}},
	{method: "Create", need: tenancy.CustomersWrite, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, _ target) error {
		return second(h.svc.Create(ctx, caller, input[customers.CreateInput](h.t, one(``))))
	}},
	{method: "Update", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return h.attempt(caller, on.id, `{"name":"Changed"}`)
	}},
	{method: "Enrol", need: tenancy.CustomersWrite, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, _ target) error {
		return second(h.svc.Enrol(ctx, caller, unverified()))
	}},
	{method: "Amend", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Amend(ctx, caller, customers.AmendInput{CustomerID: on.id, EnrolmentInput: customers.EnrolmentInput{Email: patch.Of("a@b.example")}}))
	}},
	{method: "RetryIdentity", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.RetryIdentity(ctx, caller, on.id, customers.RetryInput{}))
	}},
	{method: "StartQuestions", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.StartQuestions(ctx, caller, on.id))
	}},
	reading("Questions", tenancy.Read|tenancy.CustomersWrite, (*customers.Service).Questions),
	{method: "AnswerQuestions", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.AnswerQuestions(ctx, caller, on.id, customers.AnswersInput{}))
	}},
	// A user has scopes too, and nobody gives what it has not.
	{method: "AddUser", need: tenancy.CustomersWrite | tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.AddUser(ctx, caller, on.id, input[customers.UserInput](h.t, `{"username":"new","password":"long enough","role":"clerk"}`)))
	}},
	{method: "UpdateUser", need: tenancy.CustomersWrite | tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.UpdateUser(ctx, caller, on.id, on.user, input[customers.UserChange](h.t, `{"password":"another one"}`)))
	}},
	{method: "AddBank", need: tenancy.BanksWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.AddBank(ctx, caller, on.id, input[customers.BankInput](h.t, account)))
	}},
	{method: "UpdateBank", need: tenancy.BanksWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.UpdateBank(ctx, caller, on.id, on.bank, input[customers.BankInput](h.t, `{"nameOnAccount":"X"}`)))
	}},
	{method: "SetDefaultBank", need: tenancy.BanksWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.SetDefaultBank(ctx, caller, on.id, on.bank))
	}},
	{method: "DropAmounts", need: tenancy.Unmask, above: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.DropAmounts(ctx, caller, on.id, on.bank))
	}},
	{method: "StartDrops", need: tenancy.BanksWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.StartDrops(ctx, caller, on.id, on.bank))
	}},
	{method: "ConfirmDrops", need: tenancy.BanksWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.ConfirmDrops(ctx, caller, on.id, on.bank, input[customers.ConfirmDropsInput](h.t, `{"amounts":["32","45"]}`)))
	}},
	{method: "AddCard", need: tenancy.BanksWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.AddCard(ctx, caller, on.id, customers.CardInput{Token: patch.Of("tok_none")}))
	}},
	{method: "UpdateCard", need: tenancy.BanksWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.UpdateCard(ctx, caller, on.id, on.card, input[customers.CardInput](h.t, `{"nameOnCard":"X"}`)))
	}},
	{method: "DeleteCard", need: tenancy.BanksWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return h.svc.DeleteCard(ctx, caller, on.id, on.card)
	}},
	{method: "Tokenize", need: tenancy.BanksWrite, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, _ target) error {
		return second(h.svc.Tokenize(ctx, caller, input[customers.TokenInput](h.t, `{"bank":`+account+`}`)))
	}},
	{method: "Unmasked", need: tenancy.Unmask, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Unmasked(ctx, caller, customers.UnmaskInput{CustomerID: on.id, Reason: "an audit"}))
	}},
	{method: "DecideIdentity", need: tenancy.IdentityDecide, above: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.DecideIdentity(ctx, caller, on.id, input[customers.DecisionInput](h.t, `{"status":"verified"}`)))
	}},
	{method: "RefreshIdentity", need: tenancy.IdentityDecide, above: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.RefreshIdentity(ctx, caller, on.id))
	}},
	{method: "DecideReview", need: tenancy.IdentityDecide, above: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.DecideReview(ctx, caller, on.id, input[customers.DecisionInput](h.t, `{"status":"verified"}`)))
	}},
	{method: "RefreshReview", need: tenancy.IdentityDecide, above: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.RefreshReview(ctx, caller, on.id))
	}},
	{method: "Tally", need: tenancy.Read, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, _ target) error {
		return second(h.svc.Tally(ctx, caller))
	}},
	{method: "MintKey", need: tenancy.KeysWrite | tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.MintKey(ctx, caller, on.id, input[customers.RestrictedKeyInput](h.t, `{"name":"n","scopes":["read"]}`)))
	}},
	{method: "Documents", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Documents(ctx, caller, on.id, ""))
	}},
	{method: "OwnerDocuments", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.OwnerDocuments(ctx, caller, on.ownerRef()))
	}},
	{method: "Document", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Document(ctx, caller, on.documentRef()))
	}},
	// It is found by its id alone, so that no customer is named.
	{method: "HolderOf", need: tenancy.Read, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.HolderOf(ctx, caller, on.document))
	}},
	{method: "DocumentFile", need: tenancy.Unmask, above: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.DocumentFile(ctx, caller, customers.DocumentFileInput{Document: on.documentRef(), Reason: "an audit"}))
	}},
	{method: "AddDocument", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.AddDocument(ctx, caller, on.id, customers.DocumentInput{Kind: "other", Content: picture(h.t, 7)}))
	}},
	{method: "AddOwnerDocument", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.AddOwnerDocument(ctx, caller, on.ownerRef(), customers.DocumentInput{Kind: "other", Content: picture(h.t, 8)}))
	}},
	{method: "DecideDocument", need: tenancy.IdentityDecide, above: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.DecideDocument(ctx, caller, on.documentRef(), input[customers.DocumentDecision](h.t, `{"decision":"accepted"}`)))
	}},
	{method: "Owners", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Owners(ctx, caller, on.id))
	}},
	{method: "Owner", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Owner(ctx, caller, on.ownerRef()))
	}},
	{method: "AddOwner", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.AddOwner(ctx, caller, on.id, input[customers.OwnerInput](h.t, partner)))
	}},
	{method: "UpdateOwner", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.UpdateOwner(ctx, caller, on.ownerRef(), input[customers.OwnerInput](h.t, `{"title":"Changed"}`)))
	}},
	{method: "RemoveOwner", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.RemoveOwner(ctx, caller, on.ownerRef()))
	}},
	{method: "Ownership", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Ownership(ctx, caller, on.id))
	}},
	{method: "CertifyOwnership", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.CertifyOwnership(ctx, caller, on.id, input[customers.OwnershipInput](h.t, `{"status":"certified"}`)))
	}},
	{method: "RotateKeys", need: tenancy.Full, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.RotateKeys(ctx, caller, on.id, customers.RotateInput{}))
	}},
	// The first key is a pair, which may do everything.
	{method: "RevokeKey", need: tenancy.Full, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.RevokeKey(ctx, caller, on.id, "key_1"))
	}},
	{method: "UpdateProfile", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.UpdateProfile(ctx, caller, customers.UpdateProfileInput{CustomerID: on.id, ProfileInput: customers.ProfileInput{Name: patch.Of("Flat")}}))
	}},
	{method: "CreateProfile", need: tenancy.CustomersWrite, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, _ target) error {
		return second(h.svc.CreateProfile(ctx, caller, customers.CreateProfileInput{PlanKey: "payer"}))
	}},
	{method: "Search", need: tenancy.Read, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, _ target) error {
		return second(h.svc.Search(ctx, caller, customers.SearchInput{Limit: 10}))
	}},
	{method: "KeepInstrument", need: tenancy.BanksWrite, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, _ target) error {
		return second(h.svc.KeepInstrument(ctx, caller, flatCard("4242424242424242")))
	}},
	{method: "AttachInstrument", need: tenancy.BanksWrite | tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.AttachInstrument(ctx, caller, on.id, flatCard("4242424242424242")))
	}},
	{method: "CustomerInstrument", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.CustomerInstrument(ctx, caller, on.id, on.card))
	}},
	{method: "CustomerInstruments", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		_, _, err := h.svc.CustomerInstruments(ctx, caller, on.id, false)
		return err
	}},
	{method: "Instrument", need: tenancy.Read, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return found(h.svc.Instrument(ctx, caller, on.card))
	}},
	{method: "ChangeInstrument", need: tenancy.BanksWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.ChangeInstrument(ctx, caller, on.id, on.card, customers.InstrumentChange{}))
	}},
	{method: "DeleteInstrument", need: tenancy.BanksWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return h.svc.DeleteInstrument(ctx, caller, on.id, on.bank)
	}},
	{method: "Activities", need: tenancy.Read, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return second(h.svc.Activities(ctx, caller, customers.ListActivitiesInput{CustomerID: on.id}))
	}},
	{method: "Marketplace", need: tenancy.Read, subject: true, run: func(_ context.Context, h *house, caller tenancy.Caller, _ target) error {
		return second(h.svc.Marketplace(caller))
	}},
	{method: "Instruments", need: tenancy.Read, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, _ target) error {
		return second(h.svc.Instruments(ctx, caller, true))
	}},
	{method: "OpenMarketplace", need: tenancy.CustomersWrite, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, _ target) error {
		return second(h.svc.OpenMarketplace(ctx, caller, customers.MarketplaceInput{}))
	}},
	{method: "Activity", need: tenancy.Read, subject: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return found(h.svc.Activity(ctx, caller, on.event))
	}},
	{method: "RecordActivity", need: tenancy.CustomersWrite, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		_, _, err := h.svc.RecordActivity(ctx, caller, on.id, input[customers.ActivityInput](h.t, `{"type":"debit"}`))
		return err
	}},
	{method: "Delete", need: tenancy.CustomersWrite, above: true, run: func(ctx context.Context, h *house, caller tenancy.Caller, on target) error {
		return h.svc.Delete(ctx, caller, customers.DeleteInput{CustomerID: on.id})
	}},
}

// scopeless are methods that take a caller and need no scope of their own: View and
// Profile show what another use case gave, Begin keeps an answer of one, PurgeEvents
// is closed to all credentials.
var scopeless = []string{"View", "Profile", "Begin", "PurgeEvents"}

// flatCard is a card as flat faces give it.
func flatCard(number string) customers.InstrumentInput {
	return customers.InstrumentInput{Card: &customers.CardInput{
		CardNumber: patch.Of(secret.New(number)), ExpirationMonth: patch.Of(patch.Number("12")), ExpirationYear: patch.Of(patch.Number("2030")),
	}}
}

// found forgives that there is none: whoever gets so far was let in.
func found[T any](_ T, err error) error {
	if fault.IsNotFound(err) {
		return nil
	}
	return err
}

// stall gives a customer of the platform with a bank and a card.
func (h *house) stall() (party, target) {
	h.t.Helper()
	shop := h.create(h.cove, awaiting)
	doc, err := h.upload(shop, 1)
	must(h.t, err)
	owner, err := h.own(shop, named("document"))
	must(h.t, err)
	card, err := h.svc.Tokenize(h.t.Context(), h.as(shop), input[customers.TokenInput](h.t,
		`{"card":{"cardNumber":"4242424242424242","expirationMonth":12,"expirationYear":2030}}`))
	must(h.t, err)
	added, err := h.svc.AddCard(h.t.Context(), h.as(shop), "", customers.CardInput{Token: patch.Of(card.Text.Reveal())})
	must(h.t, err)
	clerk, err := h.svc.AddUser(h.t.Context(), h.as(shop), "", input[customers.UserInput](h.t,
		`{"username":"clerk of `+shop.id+`","password":"long enough","role":"clerk"}`))
	must(h.t, err)
	_, err = h.update(h.cove, shop.id, `{"settings":{"events":{"enabled":true,"urls":{"always":["https://hooks.example/in"]}}}}`)
	must(h.t, err)
	_, err = h.svc.RelayEvents(h.t.Context())
	must(h.t, err)
	log, err := h.svc.Events(h.t.Context(), h.as(h.cove), customers.EventsInput{CustomerID: shop.id})
	must(h.t, err)
	webhook := h.record(shop.id).Endpoints[0].ID.String()
	sent, err := h.svc.DeliveriesFrom(h.t.Context(), h.as(shop), "", webhook, 0, 1)
	must(h.t, err)
	return shop, target{
		owner: owner.ID, document: doc.ID, delivery: sent.Deliveries[0].ID,
		id: shop.id, bank: h.record(shop.id).Banks[0].ID.String(), card: added.ID, user: clerk.ID,
		webhook: webhook, event: log.Events[0].ID,
	}
}

// The table of use cases misses none, so whoever adds one says what it needs.
func TestEveryUseCaseSaysWhatItNeeds(t *testing.T) {
	t.Parallel()
	service, caller := reflect.TypeFor[*customers.Service](), reflect.TypeFor[tenancy.Caller]()
	for i := range service.NumMethod() {
		method := service.Method(i)
		takes := false
		for arg := range method.Type.NumIn() {
			takes = takes || method.Type.In(arg) == caller
		}
		listed := slices.Contains(scopeless, method.Name) ||
			slices.ContainsFunc(useCases, func(u useCase) bool { return u.method == method.Name })
		if takes != listed {
			t.Errorf("%s takes a caller: %t, is listed: %t", method.Name, takes, listed)
		}
	}
}

// A credential without any one of the scopes that a use case needs is refused for
// that reason; one with exactly these is not.
func TestEveryUseCaseDemandsItsScopes(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop, on := h.stall()
	for _, u := range useCases {
		before := h.record(shop.id)
		for _, name := range u.need.Names() {
			missing, ok := tenancy.ParseScope(name)
			caller := h.as(h.cove)
			caller.Credential.Scopes = tenancy.Full &^ missing
			if err := u.run(t.Context(), h, caller, on); !ok || fault.CodeOf(err) != fault.CodeScope || fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s without %s answers %v", u.method, name, err)
			}
		}
		if h.record(shop.id) != before {
			t.Errorf("%s was refused and wrote", u.method)
		}
		caller := h.as(h.cove)
		caller.Credential.Scopes = u.need
		if err := u.run(t.Context(), h, caller, on); fault.CodeOf(err) == fault.CodeScope {
			t.Errorf("%s with exactly %s answers %v", u.method, u.need, err)
		}
	}
}

// A real key that may only read can do no write, nor can a clerk, nor a publishable
// key do anything but make tokens; none makes a key or a user that may do more.
func TestReadersDoNoWrite(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop, on := h.stall()
	for name, role := range map[string]string{"ada": "admin", "carl": "clerk"} {
		_, err := h.svc.AddUser(t.Context(), h.as(h.cove), "", input[customers.UserInput](t, `{"username":"`+name+`","password":"correct-horse","role":"`+role+`"}`))
		must(t, err)
	}
	admin, err := h.login("ada", "correct-horse")
	must(t, err)
	clerk, err := h.login("carl", "correct-horse")
	must(t, err)
	browser, err := h.svc.Authenticate(t.Context(), customers.Presented{Publishable: h.cove.keys.Publishable})
	must(t, err)
	all, before := h.as(admin), h.record(shop.id)
	for who, caller := range map[string]tenancy.Caller{
		"read-only key": h.as(h.mint(h.cove, 0, "read")), "clerk": h.as(clerk), "publishable key": browser,
	} {
		for _, u := range useCases {
			allowed := caller.Credential.Scopes.Has(u.need)
			if who == "publishable key" {
				allowed = u.method == "Tokenize"
			}
			if err := u.run(t.Context(), h, caller, on); allowed != (err == nil) {
				t.Errorf("%s by a %s answers %v", u.method, who, err)
			}
		}
	}
	if h.record(shop.id) != before {
		t.Error("something was written")
	}
	if all.Credential.Scopes != tenancy.Full {
		t.Errorf("an admin may %s", all.Credential.Scopes)
	}
	writer := h.as(h.mint(h.cove, 0, "read", "customers:write", "keys:write"))
	for name, err := range map[string]error{
		"a stronger key": second(h.svc.MintKey(t.Context(), writer, "", input[customers.RestrictedKeyInput](t, `{"name":"n","scopes":["read","unmask"]}`))),
		"a full pair":    second(h.svc.RotateKeys(t.Context(), writer, on.id, customers.RotateInput{})),
		"an admin":       second(h.svc.AddUser(t.Context(), writer, "", input[customers.UserInput](t, `{"username":"eve","password":"correct-horse","role":"admin"}`))),
	} {
		if fault.CodeOf(err) != fault.CodeScope {
			t.Errorf("a restricted key makes %s: %v", name, err)
		}
	}
}
