package dwolla_test

import (
	"net/http"
	"testing"

	"tenantry/customers/access"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// Events are listed newest first, a creation before its outcome, with links to their
// resources.
func TestEvents(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	one := c.make("/customers", w.personal())
	c.post(one, object{"status": "deactivated"}).ok(200)
	w.relay()
	list := c.get("/events")
	for i, topic := range []string{"customer_deactivated", "customer_verified", "customer_created"} {
		at := "_embedded.events." + string(rune('0'+i))
		list.is(at+".topic", topic).is(at+".resourceId", one[len(w.URL)+len("/customers/"):]).is(at+"._links.resource.href", one)
		c.get(list.Str(at+"._links.self.href")).is("topic", topic)
	}
	c.get(list.Str("_embedded.events.0._links.account.href")).is("name", "Cove")
	if n := list.size("_embedded.events"); n != 3 {
		t.Errorf("there are %d events: the account is no customer of its own", n)
	}
	page := c.get("/events?limit=1").is("_embedded.events.0.topic", "customer_deactivated")
	c.get(page.Str("_links.next.href")).is("_embedded.events.0.topic", "customer_verified")
	c.do(http.MethodGet, "/events?limit=x", nil).faulty("/limit Invalid")
}

// A subscription is created once per URL, paused and removed; another account's
// subscription is not found.
func TestSubscriptions(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	c.post("/webhook-subscriptions", object{"url": 5}).faulty("/url Invalid")
	c.post("/webhook-subscriptions", object{}).faulty("/url Required", "/secret Required")
	body := object{"url": "http://127.0.0.1:9/hook", "secret": "s"}
	where := c.make("/webhook-subscriptions", body)
	c.post("/webhook-subscriptions", body).refused(400, "DuplicateResource").is("_links.about.href", where)
	shown := c.get(where).is("url", "http://127.0.0.1:9/hook").is("paused", false).lacks("secret")
	c.get("/webhook-subscriptions").is("total", 1).is("_embedded.webhook-subscriptions.0._links.self.href", where)
	w.as(w.other).do(http.MethodGet, where, nil).refused(404, "NotFound")
	w.as(w.other).do(http.MethodDelete, where, nil).refused(404, "NotFound")
	c.get(shown.Str("_links.webhooks.href")).is("total", 0)
	c.make("/customers", w.unverified())
	w.relay()
	hook := c.get(shown.Str("_links.webhooks.href")).is("total", 1).Str("_embedded.webhooks.0._links.self.href")
	sent := c.get(hook).is("topic", "customer_created").is("_links.subscription.href", where)
	c.get(sent.Str("_links.event.href")).is("topic", "customer_created").is("id", sent.Str("eventId"))
	c.get(sent.Str("_links.retry.href")).is("total", 0)
	w.as(w.other).do(http.MethodGet, hook, nil).refused(404, "NotFound")
	c.post(hook+"/retries", nil).created()
	c.post(where, object{"paused": true}).ok(200).is("paused", true)
	c.post(where, object{"paused": false}).ok(200).is("paused", false)
	for i := range 9 {
		c.make("/webhook-subscriptions", object{"url": "http://127.0.0.1:9/" + string(rune('a'+i)), "secret": "s"})
	}
	c.post("/webhook-subscriptions", object{"url": "http://127.0.0.1:9/z", "secret": "s"}).refused(400, "MaxNumberOfResources")
	c.do(http.MethodDelete, where, nil).ok(200)
	c.do(http.MethodGet, where, nil).refused(404, "NotFound")
}

// relay is one turn of the background work.
func (w *installation) relay() {
	w.T.Helper()
	_, err := w.Svc.Relay.RelayEvents(w.T.Context())
	testkit.Must(w.T, err)
}

// restricted returns a token of a key that may do less.
func (w *installation) restricted(scope string) string {
	w.T.Helper()
	var in access.RestrictedKeyInput
	testkit.Must(w.T, patch.Decode([]byte(`{"name":"less","scopes":["`+scope+`"]}`), &in))
	caller, err := w.Svc.Access.Local(w.T.Context(), w.account.ID)
	testkit.Must(w.T, err)
	made, err := w.Svc.Access.MintKey(w.T.Context(), caller, w.account.ID, in)
	testkit.Must(w.T, err)
	return w.grant(form("client_id", w.account.ID, "client_secret", made.Secret.Reveal(), "grant_type", "client_credentials")).
		lacks("scope").Str("access_token")
}
