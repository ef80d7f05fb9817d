package client_test

import (
	"context"
	"encoding/json"
	"iter"
	"slices"

	"tenantry/client"
)

type operation = func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error)

// operations calls every operation of the document once.
var operations = map[string]operation{
	"createCustomer": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Customers.Create(ctx, client.CustomerInput{}, options...))
	},
	"createCustomerAccount": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Customers.CreateAccount(ctx, client.CustomerInput{}, options...))
	},
	"getCustomer": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Customers.Get(ctx, "customer", options...))
	},
	"updateCustomerPatch": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Customers.Update(ctx, "customer", client.CustomerChange{}, options...))
	},
	"deleteCustomer": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return nil, c.Customers.Delete(ctx, "customer", options...)
	},
	"previewChange": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Customers.PreviewChange(ctx, "customer", client.CustomerChange{}, options...))
	},
	"previewPlanStatus": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Customers.Preview(ctx, client.CustomerInput{}, options...))
	},
	"listPlans": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Plans.List(ctx, options...))
	},
	"listKeys": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Keys.List(ctx, "customer", options...))
	},
	"mintKey": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Keys.Create(ctx, "customer", client.RestrictedKeyInput{}, options...))
	},
	"rotateKeys": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Keys.Rotate(ctx, "customer", client.RotateInput{}, options...))
	},
	"revokeKey": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Keys.Revoke(ctx, "customer", "key", options...))
	},
	"revokeOwnKey": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Keys.RevokeOwn(ctx, options...))
	},
	"listUsers": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Users.List(ctx, "customer", options...))
	},
	"addUser": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Users.Create(ctx, "customer", client.UserInput{}, options...))
	},
	"updateUser": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Users.Update(ctx, "customer", "user", client.UserChange{}, options...))
	},
	"ownUser": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Users.Own(ctx, options...))
	},
	"changeOwnPassword": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Users.ChangeOwnPassword(ctx, client.OwnPassword{}, options...))
	},
	"listInvitations": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Invitations.List(ctx, "customer", options...))
	},
	"invite": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Invitations.Create(ctx, "customer", client.InvitationInput{}, options...))
	},
	"endInvitation": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return nil, c.Invitations.End(ctx, "customer", "invitation", options...)
	},
	"acceptInvitation": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Invitations.Accept(ctx, client.InvitationAcceptance{}, options...))
	},
	"listOnboardingLinks": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Onboarding.List(ctx, "customer", options...))
	},
	"mintOnboardingLink": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Onboarding.Create(ctx, "customer", client.OnboardingLinkInput{}, options...))
	},
	"endOnboardingLink": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Onboarding.End(ctx, "customer", "link", options...))
	},
	"listBanks": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Banks.List(ctx, "customer", options...))
	},
	"addBank": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Banks.Create(ctx, "customer", client.BankInput{}, options...))
	},
	"getBank": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Banks.Get(ctx, "customer", "bank", options...))
	},
	"updateBank": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Banks.Update(ctx, "customer", "bank", client.BankChange{}, options...))
	},
	"setDefaultBank": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Banks.SetDefault(ctx, "customer", "bank", options...))
	},
	"startDrops": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Banks.StartDrops(ctx, "customer", "bank", options...))
	},
	"confirmDrops": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Banks.ConfirmDrops(ctx, "customer", "bank", client.DropsInput{}, options...))
	},
	"dropAmounts": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Banks.DropAmounts(ctx, "customer", "bank", options...))
	},
	"markDropsSent": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Banks.MarkDropsSent(ctx, "customer", "bank", options...))
	},
	"listCards": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Cards.List(ctx, "customer", options...))
	},
	"addCard": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Cards.Create(ctx, "customer", client.CardInput{}, options...))
	},
	"getCard": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Cards.Get(ctx, "customer", "card", options...))
	},
	"updateCard": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Cards.Update(ctx, "customer", "card", client.CardChange{}, options...))
	},
	"deleteCard": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return nil, c.Cards.Delete(ctx, "customer", "card", options...)
	},
	"createToken": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Tokens.Create(ctx, client.TokenInput{}, options...))
	},
	"recordActivity": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Activities.Create(ctx, "customer", client.ActivityInput{}, options...))
	},
	"getDocument": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Documents.Get(ctx, "customer", "document", options...))
	},
	"decideDocument": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Documents.Decide(ctx, "customer", "document", client.DocumentDecision{}, options...))
	},
	"listOwners": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Owners.List(ctx, "customer", options...))
	},
	"addOwner": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Owners.Create(ctx, "customer", client.OwnerInput{}, options...))
	},
	"getOwner": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Owners.Get(ctx, "customer", "owner", options...))
	},
	"updateOwner": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Owners.Update(ctx, "customer", "owner", client.OwnerInput{}, options...))
	},
	"removeOwner": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return nil, c.Owners.Delete(ctx, "customer", "owner", options...)
	},
	"getOwnership": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Owners.Ownership(ctx, "customer", options...))
	},
	"certifyOwnership": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Owners.Certify(ctx, "customer", client.OwnershipInput{}, options...))
	},
	"getIdentity": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Identity.Get(ctx, "customer", options...))
	},
	"decideIdentity": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Identity.Decide(ctx, "customer", client.DecisionInput{}, options...))
	},
	"refreshIdentity": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Identity.Refresh(ctx, "customer", options...))
	},
	"retryIdentity": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Identity.Retry(ctx, "customer", client.RetryInput{}, options...))
	},
	"startQuestions": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Identity.StartQuestions(ctx, "customer", options...))
	},
	"getQuestions": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Identity.Questions(ctx, "customer", options...))
	},
	"answerQuestions": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Identity.AnswerQuestions(ctx, "customer", client.AnswersInput{}, options...))
	},
	"receiveVerdict": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Identity.SendVerdict(ctx, client.VerdictInput{}, options...))
	},
	"getEvent": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Events.Get(ctx, "event", options...))
	},
	"redeliverEvent": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Events.Redeliver(ctx, "event", options...))
	},
	"listEventDeliveries": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Events.Deliveries(ctx, "event", options...))
	},
	"listWebhooks": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Webhooks.List(ctx, "customer", options...))
	},
	"getWebhook": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Webhooks.Get(ctx, "customer", "webhook", options...))
	},
	"renewWebhookSecret": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Webhooks.RenewSecret(ctx, "customer", "webhook", client.WebhookSecretInput{}, options...))
	},
	"enableWebhook": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Webhooks.Enable(ctx, "customer", "webhook", options...))
	},
	"testWebhook": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Webhooks.Test(ctx, "customer", "webhook", options...))
	},
	"createPayer": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Payers.Create(ctx, client.PayerInput{}, options...))
	},
	"getPayer": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Payers.Get(ctx, "payer", options...))
	},
	"updatePayerPatch": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Payers.Update(ctx, "payer", client.PayerChange{}, options...))
	},
	"getMerchantProfile": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Payers.MerchantProfile(ctx, "vanityName", options...))
	},
	"whoAmI": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Access.WhoAmI(ctx, options...))
	},
	"grantToken": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Access.Grant(ctx, client.GrantInput{}, options...))
	},
	"revokeToken": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return nil, c.Access.Revoke(ctx, client.TokenRevocation{}, options...)
	},
	"timezone": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Server.Timezone(ctx, options...))
	},
	"headCustomer": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Customers.Version(ctx, "customer", options...))
	},
	"unmaskedCustomer": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Customers.Unmasked(ctx, "customer", "a dispute", options...))
	},
	"planStatus": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Customers.PlanStatus(ctx, "customer", full[client.PlanStatusQuery](), options...))
	},
	"listCustomers": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return drained(c.Customers.List(ctx, full[client.CustomerFilter](), options...))
	},
	"summarizeCustomers": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Customers.Summary(ctx, true, options...))
	},
	"createCustomers": func(ctx context.Context, c *client.Client, _ ...client.CallOption) (any, error) {
		return answered(c.Customers.Bulk(ctx, slices.Values([]client.BulkLine{{}}), client.BulkOptions{ContinueOnError: true, Keys: true, DryRun: true}, func(client.BulkResult) error { return nil }))
	},
	"planRequirements": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Plans.Requirements(ctx, "plan", "USA", "LLC", options...))
	},
	"listDrops": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Banks.DueDropsCSV(ctx, full[client.DropsFilter](), "a payout", options...))
	},
	"listActivities": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return drained(c.Activities.List(ctx, "customer", full[client.ActivityFilter](), options...))
	},
	"listDocuments": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return drained(c.Documents.List(ctx, "customer", full[client.DocumentFilter](), options...))
	},
	"addDocument": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Documents.Create(ctx, "customer", client.DocumentInput{}, options...))
	},
	"getDocumentFile": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Documents.File(ctx, "customer", "document", "a dispute", options...))
	},
	"listEvents": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return drained(c.Events.List(ctx, full[client.EventFilter](), options...))
	},
	"listCustomerEvents": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return drained(c.Events.ListOf(ctx, "customer", full[client.EventFilter](), options...))
	},
	"verifyEvent": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Events.Verify(ctx, "event", json.RawMessage(`{}`), options...))
	},
	"listWebhookDeliveries": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return drained(c.Webhooks.Deliveries(ctx, "customer", "webhook", full[client.DeliveryFilter](), options...))
	},
	"listPayers": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return drained(c.Payers.List(ctx, full[client.PayerFilter](), options...))
	},
	"replayWebhook": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Webhooks.Replay(ctx, "customer", "webhook", client.ReplayInput{}, options...))
	},
	"streamEvents": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		for _, err := range c.Events.Follow(ctx, full[client.StreamFilter](), options...) {
			return nil, err // it goes on for as long as the service does
		}
		return nil, nil
	},
	"healthy": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Server.Healthy(ctx, options...))
	},
	"ready": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Server.Ready(ctx, options...))
	},
	"document": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Server.Document(ctx, options...))
	},
	"documentJSON": func(ctx context.Context, c *client.Client, options ...client.CallOption) (any, error) {
		return answered(c.Server.DocumentJSON(ctx, options...))
	},
}

// answered returns what a call answered as any.
func answered[T any](result T, err error) (any, error) { return result, err }

// drained reads a list to its end, and returns a value of its rows.
func drained[T any](list iter.Seq2[*T, error]) (any, error) {
	for _, err := range list {
		if err != nil {
			return nil, err
		}
	}
	return []T{}, nil
}
