package client_test

import (
	"context"
	"encoding/json"
	"iter"
	"slices"

	"tenantry/client"
)

type operation = func(ctx context.Context, c *client.Client, options ...client.CallOption) error

// operations calls every operation of the document once.
var operations = map[string]operation{
	"createCustomer": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Customers.Create(ctx, client.CustomerInput{}, options...)
		return err
	},
	"createCustomerAccount": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Customers.CreateAccount(ctx, client.CustomerInput{}, options...)
		return err
	},
	"getCustomer": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Customers.Get(ctx, "customer", options...)
		return err
	},
	"updateCustomerPatch": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Customers.Update(ctx, "customer", client.CustomerChange{}, options...)
		return err
	},
	"deleteCustomer": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		return c.Customers.Delete(ctx, "customer", options...)
	},
	"previewChange": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Customers.PreviewChange(ctx, "customer", client.CustomerChange{}, options...)
		return err
	},
	"previewPlanStatus": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Customers.Preview(ctx, client.CustomerInput{}, options...)
		return err
	},
	"listPlans": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Plans.List(ctx, options...)
		return err
	},
	"listKeys": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Keys.List(ctx, "customer", options...)
		return err
	},
	"mintKey": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Keys.Create(ctx, "customer", client.RestrictedKeyInput{}, options...)
		return err
	},
	"rotateKeys": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Keys.Rotate(ctx, "customer", client.RotateInput{}, options...)
		return err
	},
	"revokeKey": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Keys.Revoke(ctx, "customer", "key", options...)
		return err
	},
	"revokeOwnKey": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Keys.RevokeOwn(ctx, options...)
		return err
	},
	"listUsers": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Users.List(ctx, "customer", options...)
		return err
	},
	"addUser": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Users.Create(ctx, "customer", client.UserInput{}, options...)
		return err
	},
	"updateUser": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Users.Update(ctx, "customer", "user", client.UserChange{}, options...)
		return err
	},
	"ownUser": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Users.Own(ctx, options...)
		return err
	},
	"changeOwnPassword": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Users.ChangeOwnPassword(ctx, client.OwnPassword{}, options...)
		return err
	},
	"listInvitations": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Invitations.List(ctx, "customer", options...)
		return err
	},
	"invite": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Invitations.Create(ctx, "customer", client.InvitationInput{}, options...)
		return err
	},
	"endInvitation": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		return c.Invitations.End(ctx, "customer", "invitation", options...)
	},
	"acceptInvitation": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Invitations.Accept(ctx, client.InvitationAcceptance{}, options...)
		return err
	},
	"listOnboardingLinks": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Onboarding.List(ctx, "customer", options...)
		return err
	},
	"mintOnboardingLink": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Onboarding.Create(ctx, "customer", client.OnboardingLinkInput{}, options...)
		return err
	},
	"endOnboardingLink": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Onboarding.End(ctx, "customer", "link", options...)
		return err
	},
	"listBanks": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Banks.List(ctx, "customer", options...)
		return err
	},
	"addBank": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Banks.Create(ctx, "customer", client.BankInput{}, options...)
		return err
	},
	"getBank": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Banks.Get(ctx, "customer", "bank", options...)
		return err
	},
	"updateBank": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Banks.Update(ctx, "customer", "bank", client.BankChange{}, options...)
		return err
	},
	"setDefaultBank": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Banks.SetDefault(ctx, "customer", "bank", options...)
		return err
	},
	"startDrops": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Banks.StartDrops(ctx, "customer", "bank", options...)
		return err
	},
	"confirmDrops": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Banks.ConfirmDrops(ctx, "customer", "bank", client.DropsInput{}, options...)
		return err
	},
	"dropAmounts": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Banks.DropAmounts(ctx, "customer", "bank", options...)
		return err
	},
	"markDropsSent": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Banks.MarkDropsSent(ctx, "customer", "bank", options...)
		return err
	},
	"listCards": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Cards.List(ctx, "customer", options...)
		return err
	},
	"addCard": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Cards.Create(ctx, "customer", client.CardInput{}, options...)
		return err
	},
	"getCard": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Cards.Get(ctx, "customer", "card", options...)
		return err
	},
	"updateCard": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Cards.Update(ctx, "customer", "card", client.CardChange{}, options...)
		return err
	},
	"deleteCard": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		return c.Cards.Delete(ctx, "customer", "card", options...)
	},
	"createToken": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Tokens.Create(ctx, client.TokenInput{}, options...)
		return err
	},
	"recordActivity": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Activities.Create(ctx, "customer", client.ActivityInput{}, options...)
		return err
	},
	"getDocument": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Documents.Get(ctx, "customer", "document", options...)
		return err
	},
	"decideDocument": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Documents.Decide(ctx, "customer", "document", client.DocumentDecision{}, options...)
		return err
	},
	"listOwners": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Owners.List(ctx, "customer", options...)
		return err
	},
	"addOwner": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Owners.Create(ctx, "customer", client.OwnerInput{}, options...)
		return err
	},
	"getOwner": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Owners.Get(ctx, "customer", "owner", options...)
		return err
	},
	"updateOwner": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Owners.Update(ctx, "customer", "owner", client.OwnerInput{}, options...)
		return err
	},
	"removeOwner": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		return c.Owners.Delete(ctx, "customer", "owner", options...)
	},
	"getOwnership": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Owners.Ownership(ctx, "customer", options...)
		return err
	},
	"certifyOwnership": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Owners.Certify(ctx, "customer", client.OwnershipInput{}, options...)
		return err
	},
	"getIdentity": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Identity.Get(ctx, "customer", options...)
		return err
	},
	"decideIdentity": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Identity.Decide(ctx, "customer", client.DecisionInput{}, options...)
		return err
	},
	"refreshIdentity": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Identity.Refresh(ctx, "customer", options...)
		return err
	},
	"retryIdentity": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Identity.Retry(ctx, "customer", client.RetryInput{}, options...)
		return err
	},
	"startQuestions": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Identity.StartQuestions(ctx, "customer", options...)
		return err
	},
	"getQuestions": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Identity.Questions(ctx, "customer", options...)
		return err
	},
	"answerQuestions": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Identity.AnswerQuestions(ctx, "customer", client.AnswersInput{}, options...)
		return err
	},
	"receiveVerdict": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Identity.SendVerdict(ctx, client.VerdictInput{}, options...)
		return err
	},
	"getEvent": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Events.Get(ctx, "event", options...)
		return err
	},
	"redeliverEvent": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Events.Redeliver(ctx, "event", options...)
		return err
	},
	"listEventDeliveries": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Events.Deliveries(ctx, "event", options...)
		return err
	},
	"listWebhooks": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Webhooks.List(ctx, "customer", options...)
		return err
	},
	"getWebhook": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Webhooks.Get(ctx, "customer", "webhook", options...)
		return err
	},
	"renewWebhookSecret": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Webhooks.RenewSecret(ctx, "customer", "webhook", client.WebhookSecretInput{}, options...)
		return err
	},
	"enableWebhook": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Webhooks.Enable(ctx, "customer", "webhook", options...)
		return err
	},
	"testWebhook": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Webhooks.Test(ctx, "customer", "webhook", options...)
		return err
	},
	"createPayer": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Payers.Create(ctx, client.PayerInput{}, options...)
		return err
	},
	"getPayer": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Payers.Get(ctx, "payer", options...)
		return err
	},
	"updatePayerPatch": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Payers.Update(ctx, "payer", client.PayerChange{}, options...)
		return err
	},
	"getMerchantProfile": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Payers.MerchantProfile(ctx, "vanityName", options...)
		return err
	},
	"whoAmI": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Access.WhoAmI(ctx, options...)
		return err
	},
	"grantToken": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Access.Grant(ctx, client.GrantInput{}, options...)
		return err
	},
	"revokeToken": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		return c.Access.Revoke(ctx, client.TokenRevocation{}, options...)
	},
	"timezone": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Service.Timezone(ctx, options...)
		return err
	},
	"headCustomer": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Customers.Version(ctx, "customer", options...)
		return err
	},
	"unmaskedCustomer": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Customers.Unmasked(ctx, "customer", "a dispute", options...)
		return err
	},
	"planStatus": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Customers.PlanStatus(ctx, "customer", full[client.PlanStatusQuery](), options...)
		return err
	},
	"listCustomers": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		return drained(c.Customers.List(ctx, full[client.CustomerFilter](), options...))
	},
	"summarizeCustomers": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Customers.Summary(ctx, true, options...)
		return err
	},
	"createCustomers": func(ctx context.Context, c *client.Client, _ ...client.CallOption) error {
		_, err := c.Customers.Bulk(ctx, slices.Values([]client.BulkLine{{}}), client.BulkOptions{ContinueOnError: true, Keys: true, DryRun: true}, func(client.BulkResult) error { return nil })
		return err
	},
	"planRequirements": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Plans.Requirements(ctx, "plan", "USA", "LLC", options...)
		return err
	},
	"listDrops": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Banks.DueDropsCSV(ctx, full[client.DropsFilter](), "a payout", options...)
		return err
	},
	"listActivities": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		return drained(c.Activities.List(ctx, "customer", full[client.ActivityFilter](), options...))
	},
	"listDocuments": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		return drained(c.Documents.List(ctx, "customer", full[client.DocumentFilter](), options...))
	},
	"addDocument": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Documents.Create(ctx, "customer", client.DocumentInput{}, options...)
		return err
	},
	"getDocumentFile": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Documents.File(ctx, "customer", "document", "a dispute", options...)
		return err
	},
	"listEvents": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		return drained(c.Events.List(ctx, full[client.EventFilter](), options...))
	},
	"listCustomerEvents": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		return drained(c.Events.ListOf(ctx, "customer", full[client.EventFilter](), options...))
	},
	"verifyEvent": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Events.Verify(ctx, "event", json.RawMessage(`{}`), options...)
		return err
	},
	"listWebhookDeliveries": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		return drained(c.Webhooks.Deliveries(ctx, "customer", "webhook", full[client.DeliveryFilter](), options...))
	},
	"listPayers": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		return drained(c.Payers.List(ctx, full[client.PayerFilter](), options...))
	},
	"healthy": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Service.Healthy(ctx, options...)
		return err
	},
	"ready": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Service.Ready(ctx, options...)
		return err
	},
	"document": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Service.Document(ctx, options...)
		return err
	},
	"documentJSON": func(ctx context.Context, c *client.Client, options ...client.CallOption) error {
		_, err := c.Service.DocumentJSON(ctx, options...)
		return err
	},
}

// drained reads a list to its end.
func drained[T any](list iter.Seq2[*T, error]) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}
