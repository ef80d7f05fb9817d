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

// A replay sends the events of a period again to one webhook, each under the id that it had
// and in a message of its own, in their order, page by page; types and the webhook's own
// choice narrow it, and nothing of another tenant is in it. Tried only, it sends nothing.
func TestAReplaySendsAPeriodAgain(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	p.self().put(p.path(), object{"settings": events(true, "https://hooks.example/in", "https://other.example/in")}).ok(http.StatusOK)
	m := p.merchant()
	for _, name := range []string{"One", "Two", "Three"} {
		e.Clock.Advance(time.Minute)
		m.self().put(m.path(), object{"description": name}).ok(http.StatusOK)
	}
	e.platform().merchant()
	e.Relay()
	hook := "/v3/webhooks/" + p.self().get("/v3/webhooks").ok(http.StatusOK).Str("results.0.id")
	before := p.self().get(hook + "/deliveries?limit=100").ok(http.StatusOK)
	sent := len(before.List("results"))
	first := map[string]bool{}
	for _, d := range before.List("results") {
		first[d.(map[string]any)["id"].(string)] = true
	}
	period := object{"from": "2026-03-04T10:16:30Z", "types": []any{"customer.updated"}}
	p.self().post(hook+"/replay?dryRun=true", period).ok(http.StatusAccepted).is("events", 3.0)
	if got := len(p.self().get(hook + "/deliveries?limit=100").ok(http.StatusOK).List("results")); got != sent {
		t.Fatalf("a replay that is only tried makes %d messages", got-sent)
	}
	period["limit"] = 2
	page := p.self().post(hook+"/replay", period).ok(http.StatusAccepted).is("events", 2.0).is("messages", 2.0).is("skipped", 0.0).is("first", "2026-03-04T10:16:30.000Z")
	period["cursor"] = page.Str("nextCursor")
	m.self().put(m.path(), object{"description": "Meanwhile"}).ok(http.StatusOK)
	e.Relay()
	rest := p.self().post(hook+"/replay", period).ok(http.StatusAccepted).is("events", 1.0).is("last", "2026-03-04T10:18:30.000Z")
	if rest.Optional("nextCursor") != "" {
		t.Error("the replay does not end with what there was when it began")
	}
	count := map[string]int{}
	for _, d := range p.self().get(hook + "/deliveries?limit=100").ok(http.StatusOK).List("results") {
		row := d.(map[string]any)
		if !first[row["id"].(string)] && row["sourceId"] == m.id {
			count[row["event"].(string)]++
		}
	}
	events := m.self().get("/v3/events?type=customer.updated").ok(http.StatusOK)
	for i := 1; i < 4; i++ { // behind the one of meanwhile
		if id := events.Str("results." + string(rune('0'+i)) + ".id"); count[id] != 1 {
			t.Errorf("event %s was sent again %d times", id, count[id])
		}
	}
	other := "/v3/webhooks/" + p.self().get("/v3/webhooks").ok(http.StatusOK).Str("results.1.id")
	p.self().post(other+"/replay", period).refused(http.StatusUnprocessableEntity, "validationError", "cursor")
	if got := p.self().post(hook+"/replay", object{"from": "2026-03-04", "to": "2026-03-04T10:15:00Z"}).ok(http.StatusAccepted).is("events", 0.0); got.Optional("nextCursor") != "" {
		t.Error("a period without events goes on")
	}
}

// A replay is refused to a webhook that does not exist or is not served, and without a period
// or with a bad one.
func TestABadReplayIsRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	m := e.platform().merchant()
	stranger := e.platform().merchant()
	m.self().put(m.path(), object{"settings": events(true, "https://hooks.example/in")}).ok(http.StatusOK)
	hook := "/v3/webhooks/" + m.self().get("/v3/webhooks").ok(http.StatusOK).Str("results.0.id")
	stranger.self().post(hook+"/replay", object{"from": "2026-03-01"}).refused(http.StatusNotFound, "notFound", "")
	m.self().post("/v3/webhooks/"+missingID+"/replay", object{"from": "2026-03-01"}).refused(http.StatusNotFound, "notFound", "")
	e.client().post(hook+"/replay", object{"from": "2026-03-01"}, wrong).ok(http.StatusUnauthorized)
	for field, body := range map[string]object{
		"from": {}, "to": {"from": "2026-03-02", "to": "2026-03-01"}, "types.0": {"from": "2026-03-01", "types": []any{"Bank"}},
		"limit": {"from": "2026-03-01", "limit": 501}, "cursor": {"from": "2026-03-01", "cursor": "bm93aGVyZQ"},
	} {
		m.self().post(hook+"/replay", body, wrong).refused(http.StatusUnprocessableEntity, "validationError", field)
	}
	m.self().post(hook+"/replay", object{"from": "yesterday"}).refused(http.StatusUnprocessableEntity, "validationError", "from")
	m.self().put(m.path(), object{"settings": object{"events": object{"enabled": false}}}).ok(http.StatusOK)
	m.self().post(hook+"/replay", object{"from": "2026-03-01"}).refused(http.StatusConflict, "conflict", "")
}

// A replay that is repeated under its idempotency key sends nothing a second time.
func TestARepeatedReplaySendsNothingTwice(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	m := e.platform().merchant()
	m.self().put(m.path(), object{"settings": events(true, "https://hooks.example/in")}).ok(http.StatusOK)
	e.Relay()
	hook := "/v3/webhooks/" + m.self().get("/v3/webhooks").ok(http.StatusOK).Str("results.0.id")
	sent := func() int { return len(m.self().get(hook + "/deliveries?limit=100").ok(http.StatusOK).List("results")) }
	before := sent()
	for range 3 {
		m.self().with("Idempotency-Key", "again").post(hook+"/replay", object{"from": "2026-03-01"}).ok(http.StatusAccepted).is("events", 2.0)
	}
	if got := sent() - before; got != 2 {
		t.Errorf("%d messages were made", got)
	}
	m.self().with("Idempotency-Key", "other").post(hook+"/replay", object{"from": "2026-03-01"}).ok(http.StatusAccepted)
	if got := sent() - before; got != 4 {
		t.Errorf("%d messages were made by two replays", got)
	}
}
