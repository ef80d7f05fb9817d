package customers_test

import (
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/settings"
)

func subscription(url, text string) customers.SubscriptionInput {
	return customers.SubscriptionInput{URL: patch.Of(url), Secret: patch.Of(secret.New(text)), Format: settings.Dwolla}
}

// Whoever subscribes is a receiver of that format with events on; the secret signs as
// it was chosen, is shown nowhere, and is stored sealed.
func TestSubscribing(t *testing.T) {
	t.Parallel()
	h := open(t)
	in := subscription("https://hooks.example/d", "a chosen secret")
	made, err := h.svc.Subscribe(t.Context(), h.as(h.cove), "", in)
	must(t, err)
	if made.URL != "https://hooks.example/d" || made.Format != settings.Dwolla || made.Status != "active" || made.SecretShown == nil {
		t.Errorf("got %+v", made)
	}
	record := h.record(h.cove.id)
	target, err := h.svc.Target(t.Context(), customers.EndpointRef{Customer: record.Ref(), ID: record.Endpoints[0].ID})
	must(t, err)
	if len(target.Secrets) != 1 || target.Secrets[0].Reveal() != "a chosen secret" || target.Refused != "" {
		t.Errorf("got %+v", target)
	}
	if strings.Contains(string(record.Endpoints[0].Secret.Box), "chosen") {
		t.Error("the secret is stored in clear")
	}
	for _, e := range h.logOf(record) {
		if strings.Contains(string(e.Resource)+string(e.Changes)+string(e.Previous), "a chosen secret") {
			t.Errorf("%s shows the secret", e.Type)
		}
	}
	list, err := h.svc.Subscriptions(t.Context(), h.as(h.cove), "", settings.Dwolla)
	must(t, err)
	others, err := h.svc.Subscriptions(t.Context(), h.as(h.cove), "", settings.Straddle)
	must(t, err)
	if len(list) != 1 || list[0].ID != made.ID || len(others) != 0 {
		t.Errorf("got %+v and %+v", list, others)
	}
}

// A subscription that is not one changes nothing and says what is wrong.
func TestRefusedSubscriptions(t *testing.T) {
	t.Parallel()
	h := open(t)
	made, err := h.svc.Subscribe(t.Context(), h.as(h.cove), "", subscription("https://hooks.example/0", "s"))
	must(t, err)
	before := h.record(h.cove.id)
	for field, in := range map[string]customers.SubscriptionInput{
		"url":    subscription("ftp://hooks.example/", "s"),
		"secret": subscription("https://hooks.example/1", ""),
	} {
		_, err := h.svc.Subscribe(t.Context(), h.as(h.cove), "", in)
		if refused := refused(t, err, fault.Invalid, fault.CodeValidation); refused.Field != field {
			t.Errorf("%s: it is about %q", field, refused.Field)
		}
	}
	_, err = h.svc.Subscribe(t.Context(), h.as(h.cove), "", customers.SubscriptionInput{Format: settings.Dwolla})
	if missing := refused(t, err, fault.Invalid, fault.CodeValidation); len(missing.More) != 1 {
		t.Errorf("nothing at all is %+v", missing)
	}
	_, err = h.svc.Subscribe(t.Context(), h.as(h.cove), "", subscription("https://hooks.example/0", "other"))
	if twice := refused(t, err, fault.Conflict, fault.CodeDuplicateResource); twice.Field != "url" || twice.Value != made.ID {
		t.Errorf("the same again is %+v", twice)
	}
	limited := subscription("https://hooks.example/1", "s")
	limited.Most = 1
	_, err = h.svc.Subscribe(t.Context(), h.as(h.cove), "", limited)
	refused(t, err, fault.Conflict, fault.CodeTooManyResources)
	if after := h.record(h.cove.id); after.Version != before.Version {
		t.Error("a refused subscription changed the customer")
	}
}

// A paused receiver is sent nothing until it is resumed, and a removed one is gone
// with its secret, the settings of the others untouched.
func TestPausingAndRemoving(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, err := h.update(h.cove, h.cove.id, `{"settings":{"events":{"enabled":true,"urls":{"always":["https://hooks.example/native"]}}}}`)
	must(t, err)
	made, err := h.svc.Subscribe(t.Context(), h.as(h.cove), "", subscription("https://hooks.example/d", "s"))
	must(t, err)
	paused, err := h.svc.PauseWebhook(t.Context(), h.as(h.cove), "", made.ID, true)
	must(t, err)
	resumed, err := h.svc.PauseWebhook(t.Context(), h.as(h.cove), "", made.ID, false)
	must(t, err)
	if paused.Status != "disabled" || paused.Disabled == nil || resumed.Status != "active" {
		t.Errorf("got %+v, then %+v", paused, resumed)
	}
	last, err := h.svc.RemoveWebhook(t.Context(), h.as(h.cove), "", made.ID)
	must(t, err)
	if last.ID != made.ID {
		t.Errorf("removed %+v", last)
	}
	record := h.record(h.cove.id)
	if urls := record.Settings.Events.URLs; len(record.Endpoints) != 1 || len(urls.Always) != 1 || urls.Filtered != nil {
		t.Errorf("left are %+v and %+v", record.Endpoints, urls)
	}
	_, err = h.svc.RemoveWebhook(t.Context(), h.as(h.cove), "", made.ID)
	refused(t, err, fault.NotFound, fault.CodeNotFound)
}

// A secret that was chosen for one format never signs in another: it need not be of
// the form that the other demands.
func TestAChosenSecretSignsItsFormatAlone(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, err := h.svc.Subscribe(t.Context(), h.as(h.cove), "", subscription("https://hooks.example/d", "not base64!"))
	must(t, err)
	_, err = h.update(h.cove, h.cove.id, `{"settings":{"events":{"urls":{"filtered":[{"url":"https://hooks.example/d"}]}}}}`)
	must(t, err)
	record := h.record(h.cove.id)
	target, err := h.svc.Target(t.Context(), customers.EndpointRef{Customer: record.Ref(), ID: record.Endpoints[0].ID})
	must(t, err)
	if text := target.Secrets[0].Reveal(); !strings.HasPrefix(text, "whsec_") || len(target.Secrets) != 1 || record.Endpoints[0].Shown != nil {
		t.Errorf("it signs with %d secrets, %+v", len(target.Secrets), record.Endpoints[0])
	}
}

// Nobody subscribes, lists, pauses, removes or retries for a stranger.
func TestSubscriptionsKeepToTheirCustomer(t *testing.T) {
	t.Parallel()
	h := open(t)
	made, err := h.svc.Subscribe(t.Context(), h.as(h.cove), "", subscription("https://hooks.example/d", "s"))
	must(t, err)
	h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"merchant"}`)
	_, err = h.svc.RelayEvents(t.Context())
	must(t, err)
	rival := h.as(h.rival)
	_, err = h.svc.PauseWebhook(t.Context(), rival, "", made.ID, true)
	refused(t, err, fault.NotFound, fault.CodeNotFound)
	_, err = h.svc.RemoveWebhook(t.Context(), rival, h.cove.id, made.ID)
	refused(t, err, fault.NotFound, fault.CodeNotFound)
	_, err = h.svc.Subscribe(t.Context(), rival, h.cove.id, subscription("https://rival.example/d", "s"))
	refused(t, err, fault.NotFound, fault.CodeNotFound)
	record := h.record(h.cove.id)
	sent, err := h.store.Deliveries(t.Context(), customers.DeliveryQuery{
		Tenant: record.Tenant, Endpoint: customers.EndpointRef{Customer: record.Ref(), ID: record.Endpoints[0].ID}, Limit: 100,
	})
	must(t, err)
	_, err = h.svc.Delivery(t.Context(), h.as(h.cove), "", sent[0].ID.String())
	must(t, err)
	_, err = h.svc.Delivery(t.Context(), rival, "", sent[0].ID.String())
	refused(t, err, fault.NotFound, fault.CodeNotFound)
	_, err = h.svc.RetryDelivery(t.Context(), rival, h.cove.id, sent[0].ID.String())
	refused(t, err, fault.NotFound, fault.CodeNotFound)
	_, err = h.svc.DeliveriesFrom(t.Context(), rival, h.cove.id, made.ID, 0, 10)
	refused(t, err, fault.NotFound, fault.CodeNotFound)
}
