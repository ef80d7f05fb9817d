package api_test

import (
	"net/http"
	"testing"
	"time"
)

// The webhooks of a customer are listed without secrets. A secret is shown when it is
// made and never again; its successor leaves it valid for the grace period.
func TestWebhookSecretsAreShownOnce(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	m := e.platform().merchant()
	m.self().put(m.path(), object{"settings": events(true, "https://hooks.example/in")}).ok(http.StatusOK)
	hook := m.self().get("/v3/webhooks").ok(http.StatusOK).
		is("results.0.url", "https://hooks.example/in").is("results.0.format", "native").is("results.0.status", "active")
	if hook.Optional("results.0.secretShown") != "" {
		t.Error("a secret that nobody saw counts as shown")
	}
	path := "/v3/webhooks/" + hook.Str("results.0.id")
	first := m.self().post(path+"/secret", nil, shows).ok(http.StatusCreated)
	if first.Optional("previousSecretEnds") != "" {
		t.Error("a secret that nobody saw still signs")
	}
	m.self().get(path).ok(http.StatusOK).is("secretShown", "2026-03-04T10:15:30.000Z")
	second := m.self().post(path+"/secret", object{"graceSeconds": 60}, shows).ok(http.StatusCreated).is("previousSecretEnds", "2026-03-04T10:16:30.000Z")
	if first.Str("secret") == second.Str("secret") || len(first.Str("secret")) < 40 {
		t.Error("the secret is not a new one")
	}
	m.self().post(path+"/secret", object{"graceSeconds": 604801}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "graceSeconds")
	e.Clock.Advance(2 * time.Minute)
	if m.self().get(path).ok(http.StatusOK).Optional("previousSecretEnds") != "" {
		t.Error("the grace period does not end")
	}
	e.Relay()
	// The client of the tests checks every answer for every secret that came up.
	m.self().get("/v3/events").ok(http.StatusOK).typesAre("webhook.secret_renewed", "webhook.secret_renewed", "customer.updated", "customer.created").
		is("results.0.diff.changes.webhook.url", "https://hooks.example/in")
}

// A URL keeps its id and secret while it stays in the settings, wherever it stands.
func TestWebhooksFollowTheSettings(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	m := e.platform().merchant()
	m.self().put(m.path(), object{"settings": events(false, "https://a.example/1", "https://b.example/2")}).ok(http.StatusOK)
	before := m.self().get("/v3/webhooks").ok(http.StatusOK).is("results.0.status", "off")
	m.self().put(m.path(), object{"settings": object{"events": object{"enabled": true, "urls": object{
		"always":   []any{"https://c.example/3"},
		"filtered": []any{object{"url": "https://b.example/2", "types": []any{"bank.*"}, "format": "straddle"}},
	}}}}).ok(http.StatusOK).is("settings.events.urls.filtered.0.format", "straddle")
	after := m.self().get("/v3/webhooks").ok(http.StatusOK).is("count", 2.0).is("results.1.id", before.Str("results.1.id")).
		is("results.1.types.0", "bank.*").is("results.1.format", "straddle").is("results.0.url", "https://c.example/3")
	if after.Str("results.0.id") == before.Str("results.0.id") {
		t.Error("a new URL has the id of another")
	}
	m.self().get("/v3/webhooks/"+before.Str("results.0.id")).refused(http.StatusNotFound, "notFound", "")
}

// Receivers that break a rule are refused by their place.
func TestReceiversAreChecked(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	m := e.platform().merchant()
	m.self().put(m.path(), object{"settings": events(true, "http://127.0.0.1/x")}).
		refused(http.StatusUnprocessableEntity, "validationError", "settings.events.urls.always.0")
	for field, receiver := range map[string]object{
		"settings.events.urls.filtered.0.url":     {"url": "https://10.0.0.1/x"},
		"settings.events.urls.filtered.0.types.1": {"url": "https://a.example", "types": []any{"bank.*", "Bank"}},
		"settings.events.urls.filtered.0.format":  {"url": "https://a.example", "format": "telex"},
	} {
		t.Run(field, func(t *testing.T) {
			m := m.in(t)
			m.self().put(m.path(), object{"settings": object{"events": object{"urls": object{"filtered": []any{receiver}}}}}, wrong).
				refused(http.StatusUnprocessableEntity, "validationError", field)
		})
	}
	m.self().put(m.path(), object{"settings": object{"events": object{"urls": object{
		"always": []any{"https://a.example"}, "filtered": []any{object{"url": "https://a.example"}},
	}}}}).refused(http.StatusUnprocessableEntity, "validationError", "settings.events.urls.filtered.0.url")
}

// A test event goes to one webhook; an event is sent again to all that want it; both show
// in the delivery log. A disabled webhook is sent nothing.
func TestTestingAndSendingAgain(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	m := p.merchant()
	e.Relay()
	event := m.self().get("/v3/events").ok(http.StatusOK).Str("results.0.id")
	m.self().post("/v3/events/"+event+"/redeliver", nil).refused(http.StatusConflict, "conflict", "")
	m.self().put(m.path(), object{"settings": events(true, "https://a.example/1", "https://b.example/2")}).ok(http.StatusOK)
	hook := "/v3/webhooks/" + m.self().get("/v3/webhooks").ok(http.StatusOK).Str("results.1.id")
	tested := m.self().post(hook+"/test", nil).ok(http.StatusAccepted).is("status", "pending").is("topic", "webhook.test")
	m.self().get(hook+"/deliveries").ok(http.StatusOK).is("results.0.id", tested.Str("id"))
	again := m.self().post("/v3/events/"+event+"/redeliver", nil).ok(http.StatusAccepted).is("count", 2.0)
	m.self().post("/v3/events/"+event+"/redeliver", nil).ok(http.StatusAccepted).is("results.0.id", again.Str("results.0.id"))
	m.self().get("/v3/events/"+event+"/deliveries").ok(http.StatusOK).is("count", 2.0).is("results.0.event", event)
	p.self().get("/v3/events/"+event+"/deliveries").ok(http.StatusOK).is("count", 2.0)
	page := m.self().get(hook + "/deliveries?limit=1").ok(http.StatusOK)
	m.self().get(hook + "/deliveries?limit=1&cursor=" + page.Str("settings.nextCursor")).ok(http.StatusOK)
	m.self().put(m.path(), object{"settings": object{"events": object{"enabled": false}}}).ok(http.StatusOK)
	m.self().post(hook+"/test", nil).refused(http.StatusConflict, "conflict", "")
	m.self().post(hook+"/enable", nil).ok(http.StatusOK).is("status", "off")
}
