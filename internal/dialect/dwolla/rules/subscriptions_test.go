package rules_test

import (
	"strings"
	"testing"

	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/settings"
)

// A subscription is a webhook of that format and switches events on; the secret signs as
// it was chosen, is shown nowhere, and is stored sealed.
func TestSubscribing(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	in := testkit.Subscription("https://hooks.example/d", "a chosen secret")
	made, err := h.Svc.Webhooks.Subscribe(t.Context(), h.As(h.Cove), "", in)
	testkit.Must(t, err)
	if made.URL != "https://hooks.example/d" || made.Format != settings.Dwolla || made.Status != "active" || made.SecretShown == nil {
		t.Errorf("got %+v", made)
	}
	record := h.Record(h.Cove.ID)
	target, err := h.Svc.Relay.Target(t.Context(), rows.WebhookRef{Customer: record.Ref(), ID: record.Webhooks[0].ID})
	testkit.Must(t, err)
	if len(target.Secrets) != 1 || target.Secrets[0].Reveal() != "a chosen secret" || target.Refused != "" {
		t.Errorf("got %+v", target)
	}
	if strings.Contains(string(record.Webhooks[0].Secret.Box), "chosen") {
		t.Error("the secret is stored in clear")
	}
	for _, e := range h.LogOf(record) {
		if strings.Contains(string(e.Resource)+string(e.Changes)+string(e.Previous), "a chosen secret") {
			t.Errorf("%s shows the secret", e.Type)
		}
	}
	list, err := h.Svc.Webhooks.Subscriptions(t.Context(), h.As(h.Cove), "", settings.Dwolla)
	testkit.Must(t, err)
	others, err := h.Svc.Webhooks.Subscriptions(t.Context(), h.As(h.Cove), "", settings.Straddle)
	testkit.Must(t, err)
	if len(list) != 1 || list[0].ID != made.ID || len(others) != 0 {
		t.Errorf("got %+v and %+v", list, others)
	}
}

// A subscription that is not one changes nothing and says what is wrong.
func TestRefusedSubscriptions(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	made, err := h.Svc.Webhooks.Subscribe(t.Context(), h.As(h.Cove), "", testkit.Subscription("https://hooks.example/0", "s"))
	testkit.Must(t, err)
	before := h.Record(h.Cove.ID)
	for field, in := range map[string]webhooks.SubscriptionInput{
		"url":    testkit.Subscription("ftp://hooks.example/", "s"),
		"secret": testkit.Subscription("https://hooks.example/1", ""),
	} {
		t.Run(field, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Webhooks.Subscribe(t.Context(), h.As(h.Cove), "", in)
			if refused := testkit.Refused(t, err, fault.Invalid, fault.CodeValidation); refused.Field != field {
				t.Errorf("%s: it is about %q", field, refused.Field)
			}
		})
	}
	_, err = h.Svc.Webhooks.Subscribe(t.Context(), h.As(h.Cove), "", webhooks.SubscriptionInput{Format: settings.Dwolla})
	if missing := testkit.Refused(t, err, fault.Invalid, fault.CodeValidation); len(missing.More) != 1 {
		t.Errorf("nothing at all is %+v", missing)
	}
	_, err = h.Svc.Webhooks.Subscribe(t.Context(), h.As(h.Cove), "", testkit.Subscription("https://hooks.example/0", "other"))
	if twice := testkit.Refused(t, err, fault.Conflict, fault.CodeDuplicateResource); twice.Field != "url" || twice.Value != made.ID {
		t.Errorf("the same again is %+v", twice)
	}
	limited := testkit.Subscription("https://hooks.example/1", "s")
	limited.Most = 1
	_, err = h.Svc.Webhooks.Subscribe(t.Context(), h.As(h.Cove), "", limited)
	testkit.Refused(t, err, fault.Conflict, fault.CodeTooManyResources)
	if after := h.Record(h.Cove.ID); after.Version != before.Version {
		t.Error("a refused subscription changed the customer")
	}
}

// A paused webhook is sent nothing until it is resumed, and a removed one is gone
// with its secret, the settings of the others untouched.
func TestPausingAndRemoving(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, err := h.Update(h.Cove, h.Cove.ID, `{"settings":{"events":{"enabled":true,"urls":{"always":["https://hooks.example/native"]}}}}`)
	testkit.Must(t, err)
	made, err := h.Svc.Webhooks.Subscribe(t.Context(), h.As(h.Cove), "", testkit.Subscription("https://hooks.example/d", "s"))
	testkit.Must(t, err)
	paused, err := h.Svc.Webhooks.PauseWebhook(t.Context(), h.As(h.Cove), "", made.ID, true)
	testkit.Must(t, err)
	resumed, err := h.Svc.Webhooks.PauseWebhook(t.Context(), h.As(h.Cove), "", made.ID, false)
	testkit.Must(t, err)
	if paused.Status != "disabled" || paused.Disabled == nil || resumed.Status != "active" {
		t.Errorf("got %+v, then %+v", paused, resumed)
	}
	last, err := h.Svc.Webhooks.RemoveWebhook(t.Context(), h.As(h.Cove), "", made.ID)
	testkit.Must(t, err)
	if last.ID != made.ID {
		t.Errorf("removed %+v", last)
	}
	record := h.Record(h.Cove.ID)
	if urls := record.Settings.Events.URLs; len(record.Webhooks) != 1 || len(urls.Always) != 1 || urls.Filtered != nil {
		t.Errorf("left are %+v and %+v", record.Webhooks, urls)
	}
	_, err = h.Svc.Webhooks.RemoveWebhook(t.Context(), h.As(h.Cove), "", made.ID)
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
}

// A secret that was chosen for one format never signs in another: it need not be of
// the form that the other demands.
func TestAChosenSecretSignsItsFormatAlone(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, err := h.Svc.Webhooks.Subscribe(t.Context(), h.As(h.Cove), "", testkit.Subscription("https://hooks.example/d", "not base64!"))
	testkit.Must(t, err)
	_, err = h.Update(h.Cove, h.Cove.ID, `{"settings":{"events":{"urls":{"filtered":[{"url":"https://hooks.example/d"}]}}}}`)
	testkit.Must(t, err)
	record := h.Record(h.Cove.ID)
	target, err := h.Svc.Relay.Target(t.Context(), rows.WebhookRef{Customer: record.Ref(), ID: record.Webhooks[0].ID})
	testkit.Must(t, err)
	if text := target.Secrets[0].Reveal(); !strings.HasPrefix(text, "whsec_") || len(target.Secrets) != 1 || record.Webhooks[0].Shown != nil {
		t.Errorf("it signs with %d secrets, %+v", len(target.Secrets), record.Webhooks[0])
	}
}

// Nobody subscribes, lists, pauses, removes or retries for a stranger.
func TestSubscriptionsKeepToTheirCustomer(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	made, err := h.Svc.Webhooks.Subscribe(t.Context(), h.As(h.Cove), "", testkit.Subscription("https://hooks.example/d", "s"))
	testkit.Must(t, err)
	h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"merchant"}`)
	_, err = h.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	rival := h.As(h.Rival)
	_, err = h.Svc.Webhooks.PauseWebhook(t.Context(), rival, "", made.ID, true)
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	_, err = h.Svc.Webhooks.RemoveWebhook(t.Context(), rival, h.Cove.ID, made.ID)
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	_, err = h.Svc.Webhooks.Subscribe(t.Context(), rival, h.Cove.ID, testkit.Subscription("https://rival.example/d", "s"))
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	record := h.Record(h.Cove.ID)
	sent, err := h.Store.Deliveries(t.Context(), rows.DeliveryQuery{
		Tenant: record.Tenant, Endpoint: rows.WebhookRef{Customer: record.Ref(), ID: record.Webhooks[0].ID}, Limit: 100,
	})
	testkit.Must(t, err)
	_, err = h.Svc.Webhooks.Delivery(t.Context(), h.As(h.Cove), "", sent[0].ID.String())
	testkit.Must(t, err)
	_, err = h.Svc.Webhooks.Delivery(t.Context(), rival, "", sent[0].ID.String())
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	_, err = h.Svc.Webhooks.RetryDelivery(t.Context(), rival, h.Cove.ID, sent[0].ID.String())
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	_, err = h.Svc.Webhooks.DeliveriesFrom(t.Context(), rival, h.Cove.ID, made.ID, 0, 10)
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
}
