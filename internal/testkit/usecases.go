package testkit

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/activities"
	"tenantry/customers/events"
	"tenantry/customers/evidence"
	"tenantry/customers/fields"
	"tenantry/customers/identity"
	"tenantry/customers/instruments"
	"tenantry/customers/lifecycle"
	"tenantry/customers/onboarding"
	"tenantry/customers/requirements"
	"tenantry/customers/view"
	"tenantry/customers/webhooks"
	"tenantry/internal/app"
	"tenantry/internal/dialect/balanced/rules"
	dwollarules "tenantry/internal/dialect/dwolla/rules"
	straddlerules "tenantry/internal/dialect/straddle/rules"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/settings"
	"tenantry/tenancy"
)

// Target is a customer, with its parts, that use cases are tried on.
type Target struct{ key, ID, Bank, Card, user, invitation, webhook, event, delivery, Owner, Document, payer, link string }

// UseCase is one service method that takes a caller.
type UseCase struct {
	// Method is the method, after the name of its service in the composed application.
	Method string
	// Need is what its credential must hold.
	Need tenancy.Scope
	// Or, when not zero, are scopes that do instead.
	Or tenancy.Scope
	// Above reports whether it is refused to the customer itself.
	Above bool
	// Subject reports whether it works on the subject and names no other customer.
	Subject bool
	Run     func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error
}

// Under returns the same parts under another customer.
func (t Target) Under(id string) Target {
	t.ID = id
	return t
}

func (t Target) ownerRef() evidence.SubresourceRef {
	return evidence.SubresourceRef{CustomerID: t.ID, ID: t.Owner}
}

func (t Target) documentRef() evidence.SubresourceRef {
	return evidence.SubresourceRef{CustomerID: t.ID, ID: t.Document}
}

// reading returns the use case of a method that reads by id alone.
func reading[T any](method string, need tenancy.Scope, get func(*app.App, context.Context, tenancy.Caller, string) (T, error)) UseCase {
	return UseCase{Method: method, Need: need, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(get(h.Svc, ctx, caller, on.ID))
	}}
}

// fundingAccounts are the accounts that funding sources are made of, each once.
var fundingAccounts Counter

// UseCases are all methods that take a caller; the last two end the target's key and the
// target.
var UseCases = []UseCase{
	reading("Lifecycle.Get", tenancy.Read, func(service *app.App, ctx context.Context, caller tenancy.Caller, id string) (*customers.Customer, error) {
		return service.Lifecycle.Get(ctx, caller, id)
	}),
	reading("Instruments.Banks", tenancy.Read, func(service *app.App, ctx context.Context, caller tenancy.Caller, id string) ([]view.BankView, error) {
		return service.Instruments.Banks(ctx, caller, id)
	}),
	reading("Instruments.Cards", tenancy.Read, func(service *app.App, ctx context.Context, caller tenancy.Caller, id string) ([]view.CardView, error) {
		return service.Instruments.Cards(ctx, caller, id)
	}),
	reading("Access.Users", tenancy.Read, func(service *app.App, ctx context.Context, caller tenancy.Caller, id string) ([]view.UserView, error) {
		return service.Access.Users(ctx, caller, id)
	}),
	reading("Identity.Identity", tenancy.Read, func(service *app.App, ctx context.Context, caller tenancy.Caller, id string) (view.IdentityView, error) {
		return service.Identity.Identity(ctx, caller, id)
	}),
	{Method: "Access.Keys", Need: tenancy.Read | tenancy.KeysWrite, Or: tenancy.KeysRevoke, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Access.Keys(ctx, caller, on.ID))
	}},
	{Method: "Lifecycle.List", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Lifecycle.List(ctx, caller, lifecycle.ListInput{}))
	}},
	{Method: "Lifecycle.Payers", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Lifecycle.Payers(ctx, caller, lifecycle.ListInput{}))
	}},
	{Method: "Lifecycle.Payer", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return found(h.Svc.Lifecycle.Payer(ctx, caller, on.payer))
	}},
	{Method: "Lifecycle.CreatePayer", Need: tenancy.CustomersWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Lifecycle.CreatePayer(ctx, caller, Input[lifecycle.PayerInput](h.T, `{"name":"Jo","email":"jo@example.com"}`)))
	}},
	{Method: "Lifecycle.UpdatePayer", Need: tenancy.CustomersWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		in := Input[lifecycle.PayerInput](h.T, `{"name":"Ida"}`)
		in.PayerID = on.payer
		return found(h.Svc.Lifecycle.UpdatePayer(ctx, caller, in))
	}},
	{Method: "Lifecycle.Plans", Need: tenancy.Read, Subject: true, Run: func(_ context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Lifecycle.Plans(caller))
	}},
	{Method: "Instruments.Bank", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Instruments.Bank(ctx, caller, on.ID, on.Bank))
	}},
	{Method: "Instruments.Card", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Instruments.Card(ctx, caller, on.ID, on.Card))
	}},
	reading("Webhooks.Webhooks", tenancy.Read, func(service *app.App, ctx context.Context, caller tenancy.Caller, customerID string) ([]webhooks.WebhookView, error) {
		return service.Webhooks.Webhooks(ctx, caller, customerID)
	}),
	reading("Events.Events", tenancy.Read, func(s *app.App, ctx context.Context, caller tenancy.Caller, id string) (events.EventPage, error) {
		return s.Events.Events(ctx, caller, events.Query{CustomerID: id})
	}),
	reading("Events.Follow", tenancy.Read, func(s *app.App, ctx context.Context, caller tenancy.Caller, id string) (*events.Stream, error) {
		stream, err := s.Events.Follow(ctx, caller, events.Query{CustomerID: id})
		if err == nil {
			stream.Close()
		}
		return stream, err
	}),
	{Method: "Events.Event", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Events.Event(ctx, caller, on.event))
	}},
	{Method: "Events.VerifyEvent", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Events.VerifyEvent(ctx, caller, on.event, []byte(`{"id":"`+on.event+`"}`)))
	}},
	{Method: "Events.RecordExport", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return h.Svc.Events.RecordExport(ctx, caller, events.Export{Of: "customers", Format: "json"})
	}},
	{Method: "Events.RecordImport", Need: tenancy.Full, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return h.Svc.Events.RecordImport(ctx, caller, events.Import{})
	}},
	{Method: "Webhooks.EventDeliveries", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.EventDeliveries(ctx, caller, on.event))
	}},
	{Method: "Webhooks.RedeliverEvent", Need: tenancy.WebhooksWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.RedeliverEvent(ctx, caller, on.event))
	}},
	{Method: "Webhooks.Webhook", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.Webhook(ctx, caller, on.ID, on.webhook))
	}},
	{Method: "Webhooks.WebhookDeliveries", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.WebhookDeliveries(ctx, caller, on.ID, on.webhook, "", 0))
	}},
	{Method: "Webhooks.RenewWebhookSecret", Need: tenancy.Receivers, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.RenewWebhookSecret(ctx, caller, on.ID, on.webhook, webhooks.WebhookSecretInput{}))
	}},
	{Method: "Webhooks.EnableWebhook", Need: tenancy.Receivers, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.EnableWebhook(ctx, caller, on.ID, on.webhook))
	}},
	{Method: "Webhooks.TestWebhook", Need: tenancy.WebhooksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.TestWebhook(ctx, caller, on.ID, on.webhook))
	}},
	{Method: "Webhooks.ReplayWebhook", Need: tenancy.WebhooksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.ReplayWebhook(ctx, caller, on.ID, on.webhook, webhooks.ReplayInput{From: patch.Of("2026-03-01")}))
	}},
	{Method: "Webhooks.DeliveriesFrom", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.DeliveriesFrom(ctx, caller, on.ID, on.webhook, 0, 1))
	}},
	{Method: "Webhooks.Delivery", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.Delivery(ctx, caller, on.ID, on.delivery))
	}},
	{Method: "Webhooks.RetryDelivery", Need: tenancy.WebhooksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.RetryDelivery(ctx, caller, on.ID, on.delivery))
	}},
	reading("Webhooks.Subscriptions", tenancy.Read, func(s *app.App, ctx context.Context, caller tenancy.Caller, id string) ([]webhooks.WebhookView, error) {
		return s.Webhooks.Subscriptions(ctx, caller, id, settings.Dwolla)
	}),
	{Method: "Webhooks.Subscribe", Need: tenancy.Receivers, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.Subscribe(ctx, caller, on.ID, Subscription("https://hooks.example/dwolla", "chosen")))
	}},
	{Method: "Webhooks.PauseWebhook", Need: tenancy.WebhooksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.PauseWebhook(ctx, caller, on.ID, on.webhook, true))
	}},
	{Method: "Webhooks.RemoveWebhook", Need: tenancy.WebhooksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.RemoveWebhook(ctx, caller, on.ID, on.webhook))
	}},
	{Method: "Webhooks.TopicEvents", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Webhooks.TopicEvents(ctx, caller, webhooks.TopicEventsInput{Limit: 1}))
	}},
	{Method: "Webhooks.TopicEvent", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Webhooks.TopicEvent(ctx, caller, settings.Native, on.event, 0))
	}},
	{Method: "Lifecycle.Create", Need: tenancy.CustomersWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Lifecycle.Create(ctx, caller, Input[lifecycle.CreateInput](h.T, One(``))))
	}},
	{Method: "Lifecycle.CreateAll", Need: tenancy.CustomersWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return h.Svc.Lifecycle.CreateAll(ctx, caller, []lifecycle.CreateInput{Input[lifecycle.CreateInput](h.T, One(``))}, false, true)[0].Err
	}},
	{Method: "Lifecycle.Update", Need: tenancy.CustomersWrite, Run: func(_ context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return h.Attempt(caller, on.ID, `{"name":"Changed"}`)
	}},
	{Method: "Dwolla.Create", Need: tenancy.CustomersWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Dwolla.Create(ctx, caller, dwollarules.CreateInput{PlanKey: "payer", CustomerInput: dwollarules.CustomerInput{
			FirstName: patch.Of("Jane"), LastName: patch.Of("Merchant"), Email: patch.Of("jane@merchant.example"),
		}}))
	}},
	{Method: "Straddle.Create", Need: tenancy.CustomersWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Straddle.Create(ctx, caller, straddlerules.CustomerInput{PlanKey: "payer"}))
	}},
	{Method: "Straddle.Update", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Straddle.Update(ctx, caller, straddlerules.CustomerInput{CustomerID: on.ID}))
	}},
	{Method: "Straddle.AddPaykey", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Straddle.AddPaykey(ctx, caller, straddlerules.PaykeyInput{
			CustomerID: on.ID, RoutingNumber: patch.Of("110000000"), AccountNumber: patch.Of(secret.New("000123456789")), AccountType: patch.Of("checking"),
		}))
	}},
	{Method: "Straddle.Paykey", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Straddle.Paykey(ctx, caller, on.Bank))
	}},
	{Method: "Straddle.Paykeys", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Straddle.Paykeys(ctx, caller, straddlerules.PaykeyFilter{}, straddlerules.PaykeyOrder{}))
	}},
	{Method: "Straddle.CancelPaykey", Need: tenancy.BanksWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		_, err := h.Svc.Straddle.CancelPaykey(ctx, caller, on.Bank, patch.Of("closed"))
		if err == nil { // the use cases that follow need the bank
			_, err = h.Svc.Instruments.UpdateBank(ctx, caller, on.ID, on.Bank, fields.BankInput{Status: patch.Of(view.Active)})
		}
		return err
	}},
	{Method: "Dwolla.Update", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Dwolla.Update(ctx, caller, dwollarules.UpdateInput{CustomerID: on.ID, CustomerInput: dwollarules.CustomerInput{Email: patch.Of("a@b.example")}}))
	}},
	{Method: "Dwolla.AddFundingSource", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Dwolla.AddFundingSource(ctx, caller, dwollarules.FundingSourceInput{
			CustomerID: on.ID, Name: patch.Of("Mine"), AccountType: patch.Of("checking"), RoutingNumber: patch.Of("222222226"),
			AccountNumber: patch.Of(secret.New(fundingAccounts.Account())),
		}))
	}},
	{Method: "Dwolla.FundingSource", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Dwolla.FundingSource(ctx, caller, on.Bank))
	}},
	{Method: "Dwolla.ChangeFundingSource", Need: tenancy.BanksWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Dwolla.ChangeFundingSource(ctx, caller, dwollarules.FundingSourceInput{ID: on.Bank, Name: patch.Of("Mine")}))
	}},
	{Method: "Dwolla.Deposits", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return depositing(Second(h.Svc.Dwolla.Deposits(ctx, caller, on.Bank)))
	}},
	{Method: "Dwolla.StartDeposits", Need: tenancy.BanksWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return depositing(h.Svc.Dwolla.StartDeposits(ctx, caller, on.Bank))
	}},
	{Method: "Dwolla.ConfirmDeposits", Need: tenancy.BanksWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		amount := patch.Of(dwollarules.AmountInput{Value: patch.Of("0.03")})
		return depositing(h.Svc.Dwolla.ConfirmDeposits(ctx, caller, dwollarules.DepositsInput{ID: on.Bank, First: amount, Second: amount}))
	}},
	{Method: "Instruments.CustomerWithBank", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Instruments.CustomerWithBank(ctx, caller, on.Bank, tenancy.Read))
	}},
	{Method: "Dwolla.RetryIdentity", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Dwolla.RetryIdentity(ctx, caller, on.ID, dwollarules.RetryInput{}))
	}},
	{Method: "Identity.StartQuestions", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Identity.StartQuestions(ctx, caller, on.ID))
	}},
	reading("Identity.Questions", tenancy.Read|tenancy.CustomersWrite, func(service *app.App, ctx context.Context, caller tenancy.Caller, id string) (identity.QuestionnaireView, error) {
		return service.Identity.Questions(ctx, caller, id)
	}),
	{Method: "Identity.AnswerQuestions", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Identity.AnswerQuestions(ctx, caller, on.ID, identity.AnswersInput{}))
	}},
	// A user has scopes too, and no caller grants more than it has.
	{Method: "Access.AddUser", Need: tenancy.UsersWrite | tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Access.AddUser(ctx, caller, on.ID, Input[access.UserInput](h.T, `{"username":"new","password":"long enough","role":"clerk"}`)))
	}},
	{Method: "Access.UpdateUser", Need: tenancy.UsersWrite | tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Access.UpdateUser(ctx, caller, on.ID, on.user, Input[access.UserChange](h.T, `{"password":"another one"}`)))
	}},
	{Method: "People.Made", Need: tenancy.UsersWrite | tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.People.Made(ctx, caller, on.ID, on.user))
	}},
	reading("Invitations.List", tenancy.Read, func(service *app.App, ctx context.Context, caller tenancy.Caller, id string) ([]view.InvitationView, error) {
		return service.Invitations.List(ctx, caller, id)
	}),
	{Method: "Invitations.Invite", Need: tenancy.UsersWrite | tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Invitations.Invite(ctx, caller, on.ID, Input[access.InvitationInput](h.T, `{"username":"another","role":"clerk"}`)))
	}},
	{Method: "Invitations.End", Need: tenancy.UsersWrite | tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return h.Svc.Invitations.End(ctx, caller, on.ID, on.invitation)
	}},
	{Method: "Instruments.AddBank", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Instruments.AddBank(ctx, caller, on.ID, Input[fields.BankInput](h.T, Account)))
	}},
	{Method: "Instruments.UpdateBank", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Instruments.UpdateBank(ctx, caller, on.ID, on.Bank, Input[fields.BankInput](h.T, `{"nameOnAccount":"X"}`)))
	}},
	{Method: "Instruments.SetDefaultBank", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Instruments.SetDefaultBank(ctx, caller, on.ID, on.Bank))
	}},
	{Method: "Instruments.DropAmounts", Need: tenancy.Unmask, Above: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Instruments.DropAmounts(ctx, caller, on.ID, on.Bank))
	}},
	{Method: "Instruments.MarkDropsSent", Need: tenancy.BanksWrite, Above: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Instruments.MarkDropsSent(ctx, caller, on.ID, on.Bank))
	}},
	{Method: "Instruments.DueDrops", Need: tenancy.Unmask, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Instruments.DueDrops(ctx, caller, instruments.DueDropsInput{}))
	}},
	{Method: "Requirements.Status", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Requirements.Status(ctx, caller, on.ID, requirements.AheadInput{}))
	}},
	{Method: "Requirements.OfPlan", Need: tenancy.Read, Subject: true, Run: func(_ context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Requirements.OfPlan(caller, "merchant", "", ""))
	}},
	{Method: "Lifecycle.PreviewUpdate", Need: tenancy.CustomersWrite | tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		in := Input[lifecycle.UpdateInput](h.T, `{"description":"changed"}`)
		in.CustomerID = on.ID
		return Second(h.Svc.Lifecycle.PreviewUpdate(ctx, caller, in))
	}},
	{Method: "Lifecycle.Preview", Need: tenancy.CustomersWrite | tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Lifecycle.Preview(ctx, caller, Input[lifecycle.CreateInput](h.T, One(""))))
	}},
	{Method: "Instruments.StartDrops", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Instruments.StartDrops(ctx, caller, on.ID, on.Bank))
	}},
	{Method: "Instruments.ConfirmDrops", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Instruments.ConfirmDrops(ctx, caller, on.ID, on.Bank, Input[instruments.ConfirmDropsInput](h.T, `{"amounts":["32","45"]}`)))
	}},
	{Method: "Instruments.AddCard", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Instruments.AddCard(ctx, caller, on.ID, instruments.CardInput{Token: patch.Of("tok_none")}))
	}},
	{Method: "Instruments.UpdateCard", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Instruments.UpdateCard(ctx, caller, on.ID, on.Card, Input[instruments.CardInput](h.T, `{"nameOnCard":"X"}`)))
	}},
	{Method: "Instruments.DeleteCard", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return h.Svc.Instruments.DeleteCard(ctx, caller, on.ID, on.Card)
	}},
	{Method: "Instruments.Tokenize", Need: tenancy.BanksWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Instruments.Tokenize(ctx, caller, Input[instruments.TokenInput](h.T, `{"bank":`+Account+`}`)))
	}},
	{Method: "Lifecycle.Unmasked", Need: tenancy.Unmask, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Lifecycle.Unmasked(ctx, caller, lifecycle.UnmaskInput{CustomerID: on.ID, Reason: "an audit"}))
	}},
	{Method: "Identity.DecideIdentity", Need: tenancy.IdentityDecide, Above: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Identity.DecideIdentity(ctx, caller, on.ID, Input[identity.DecisionInput](h.T, `{"status":"verified"}`)))
	}},
	{Method: "Identity.RefreshIdentity", Need: tenancy.IdentityDecide, Above: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Identity.RefreshIdentity(ctx, caller, on.ID))
	}},
	{Method: "Identity.DecideReview", Need: tenancy.IdentityDecide, Above: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Identity.DecideReview(ctx, caller, on.ID, Input[identity.DecisionInput](h.T, `{"status":"verified"}`)))
	}},
	{Method: "Identity.RefreshReview", Need: tenancy.IdentityDecide, Above: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Identity.RefreshReview(ctx, caller, on.ID))
	}},
	{Method: "Lifecycle.CountByStatus", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Lifecycle.CountByStatus(ctx, caller))
	}},
	{Method: "Access.MintKey", Need: tenancy.KeysWrite | tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Access.MintKey(ctx, caller, on.ID, Input[access.RestrictedKeyInput](h.T, `{"name":"n","scopes":["read"]}`)))
	}},
	{Method: "Lifecycle.Summarize", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Lifecycle.Summarize(ctx, caller, true))
	}},
	{Method: "Evidence.Documents", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.Documents(ctx, caller, evidence.DocumentsInput{CustomerID: on.ID, Deep: true, Status: "pending"}))
	}},
	{Method: "Evidence.OwnerDocuments", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.OwnerDocuments(ctx, caller, on.ownerRef()))
	}},
	{Method: "Evidence.Document", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.Document(ctx, caller, on.documentRef()))
	}},
	// It is found by its id alone, so that no customer is named.
	{Method: "Evidence.CustomerWithPart", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.CustomerWithPart(ctx, caller, on.Document))
	}},
	{Method: "Evidence.DocumentFile", Need: tenancy.Unmask, Above: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.DocumentFile(ctx, caller, evidence.DocumentFileInput{Document: on.documentRef(), Reason: "an audit"}))
	}},
	{Method: "Evidence.AddDocument", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.AddDocument(ctx, caller, on.ID, evidence.DocumentInput{Kind: "other", Content: Picture(h.T, 7)}))
	}},
	{Method: "Evidence.Await", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.Await(ctx, caller, on.ID))
	}},
	{Method: "Evidence.AwaitOwner", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.AwaitOwner(ctx, caller, on.ownerRef()))
	}},
	{Method: "Evidence.AddOwnerDocument", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.AddOwnerDocument(ctx, caller, on.ownerRef(), evidence.DocumentInput{Kind: "other", Content: Picture(h.T, 8)}))
	}},
	{Method: "Evidence.DecideDocument", Need: tenancy.IdentityDecide, Above: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.DecideDocument(ctx, caller, on.documentRef(), Input[evidence.DocumentDecision](h.T, `{"decision":"accepted"}`)))
	}},
	{Method: "Evidence.Owners", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.Owners(ctx, caller, on.ID))
	}},
	{Method: "Evidence.Owner", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.Owner(ctx, caller, on.ownerRef()))
	}},
	{Method: "Evidence.AddOwner", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.AddOwner(ctx, caller, on.ID, Input[fields.OwnerInput](h.T, Partner)))
	}},
	{Method: "Evidence.UpdateOwner", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.UpdateOwner(ctx, caller, on.ownerRef(), Input[fields.OwnerInput](h.T, `{"title":"Changed"}`)))
	}},
	{Method: "Evidence.RemoveOwner", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.RemoveOwner(ctx, caller, on.ownerRef()))
	}},
	{Method: "Evidence.Ownership", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.Ownership(ctx, caller, on.ID))
	}},
	{Method: "Evidence.CertifyOwnership", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Evidence.CertifyOwnership(ctx, caller, on.ID, Input[evidence.OwnershipInput](h.T, `{"status":"certified"}`)))
	}},
	reading("Onboarding.Links", tenancy.Read, func(service *app.App, ctx context.Context, caller tenancy.Caller, id string) ([]onboarding.LinkView, error) {
		return service.Onboarding.Links(ctx, caller, id)
	}),
	{Method: "Onboarding.MintLink", Need: onboarding.Scopes, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Onboarding.MintLink(ctx, caller, on.ID, onboarding.LinkInput{}))
	}},
	{Method: "Onboarding.EndLink", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Onboarding.EndLink(ctx, caller, on.ID, on.link))
	}},
	{Method: "Access.RotateKeys", Need: tenancy.Full, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Access.RotateKeys(ctx, caller, on.ID, access.RotateInput{}))
	}},
	// The first key is a pair, which may do everything.
	{Method: "Access.RevokeKey", Need: tenancy.Full, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Access.RevokeKey(ctx, caller, access.RevokeInput{CustomerID: on.ID, KeyID: on.key}))
	}},
	{Method: "Balanced.Update", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Balanced.Update(ctx, caller, rules.UpdateInput{CustomerID: on.ID, CustomerInput: rules.CustomerInput{Name: patch.Of("Flat")}}))
	}},
	{Method: "Balanced.Create", Need: tenancy.CustomersWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Balanced.Create(ctx, caller, rules.CreateInput{PlanKey: "payer"}))
	}},
	{Method: "Balanced.Search", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Balanced.Search(ctx, caller, rules.SearchInput{Limit: 10}))
	}},
	{Method: "Balanced.KeepInstrument", Need: tenancy.BanksWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Balanced.KeepInstrument(ctx, caller, FlatCard("4242424242424242")))
	}},
	{Method: "Balanced.AttachInstrument", Need: tenancy.BanksWrite | tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Balanced.AttachInstrument(ctx, caller, on.ID, FlatCard("4242424242424242")))
	}},
	{Method: "Balanced.CustomerInstrument", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Balanced.CustomerInstrument(ctx, caller, on.ID, on.Card))
	}},
	{Method: "Balanced.CustomerInstruments", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		_, _, err := h.Svc.Balanced.CustomerInstruments(ctx, caller, on.ID, false)
		return err
	}},
	{Method: "Balanced.Instrument", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return found(h.Svc.Balanced.Instrument(ctx, caller, on.Card))
	}},
	{Method: "Balanced.ChangeInstrument", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Balanced.ChangeInstrument(ctx, caller, on.ID, on.Card, rules.InstrumentChange{}))
	}},
	{Method: "Balanced.StartVerification", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Balanced.StartVerification(ctx, caller, on.ID, on.Bank))
	}},
	{Method: "Balanced.ConfirmVerification", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Balanced.ConfirmVerification(ctx, caller, on.ID, on.Bank, "", 1, 1))
	}},
	{Method: "Balanced.DeleteInstrument", Need: tenancy.BanksWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return h.Svc.Balanced.DeleteInstrument(ctx, caller, on.ID, on.Bank)
	}},
	{Method: "Activities.Activities", Need: tenancy.Read, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return Second(h.Svc.Activities.Activities(ctx, caller, activities.ListActivitiesInput{CustomerID: on.ID}))
	}},
	{Method: "Balanced.Marketplace", Need: tenancy.Read, Subject: true, Run: func(_ context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Balanced.Marketplace(caller))
	}},
	{Method: "Balanced.Instruments", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Balanced.Instruments(ctx, caller, true))
	}},
	{Method: "Balanced.OpenMarketplace", Need: tenancy.CustomersWrite, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, _ Target) error {
		return Second(h.Svc.Balanced.OpenMarketplace(ctx, caller, rules.MarketplaceInput{}))
	}},
	{Method: "Activities.Activity", Need: tenancy.Read, Subject: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return found(h.Svc.Activities.Activity(ctx, caller, on.event))
	}},
	{Method: "Activities.RecordActivity", Need: tenancy.CustomersWrite, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		_, _, err := h.Svc.Activities.RecordActivity(ctx, caller, on.ID, Input[activities.ActivityInput](h.T, `{"type":"debit"}`))
		return err
	}},
	{Method: "Lifecycle.Delete", Need: tenancy.CustomersDelete, Above: true, Run: func(ctx context.Context, h *Env, caller tenancy.Caller, on Target) error {
		return h.Svc.Lifecycle.Delete(ctx, caller, lifecycle.DeleteInput{CustomerID: on.ID})
	}},
}

// found forgives a missing record: a credential that got so far was let in.
func found[T any](_ T, err error) error {
	if fault.IsNotFound(err) {
		return nil
	}
	return err
}

// depositing takes for success what a bank's earlier use cases left no room for: its deposits
// were started, confirmed or neither.
func depositing(err error) error {
	if code := fault.CodeOf(err); code == dwollarules.CodeDepositsStarted || code == dwollarules.CodeBankVerified || code == dwollarules.CodeNoDeposits {
		return nil
	}
	return err
}
