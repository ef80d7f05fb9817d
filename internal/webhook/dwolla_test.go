package webhook_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/internal/dialect"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/settings"
	"tenantry/tenancy"
)

// cove returns a caller for the platform as it is now.
func (e *env) cove() tenancy.Caller {
	e.T.Helper()
	caller, err := e.Svc.Access.Local(e.T.Context(), e.platform.Subject.Ref().ID.String())
	testkit.Must(e.T, err)
	return caller
}

// subscribe adds a webhook of the platform in Dwolla's form.
func (e *env) subscribe(url, text string) webhooks.WebhookView {
	e.T.Helper()
	made, err := e.Svc.Webhooks.Subscribe(e.T.Context(), e.cove(), "", webhooks.SubscriptionInput{
		URL: patch.Of(url), Secret: patch.Of(secret.New(text)), Format: settings.Dwolla,
	})
	testkit.Must(e.T, err)
	return made
}

// Messages to a subscription are signed with the very secret that the client chose, and
// every event that they name is found by that id, with the same content.
func TestSubscribedMessages(t *testing.T) {
	t.Parallel()
	e, to := newEnv(t), receive(t, nil)
	e.quiet()
	hook := e.subscribe(to.URL, "chosen, not base64")
	c := e.create(e.platform, "Payer", "payer", "")
	e.Clock.Advance(time.Second)
	e.update(c, `{"status":"disabled"}`)
	e.quiet()
	var told, listed []string
	for _, g := range to.all() {
		mac := hmac.New(sha256.New, []byte("chosen, not base64"))
		_, _ = mac.Write(g.body)
		if g.header.Get("X-Request-Signature-SHA-256") != hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("the signature of %s is wrong", g.body)
		}
		var event struct{ ID, Topic string }
		testkit.Must(t, json.Unmarshal(g.body, &event))
		id, index, ok := dialect.ParsePartUUID(event.ID)
		if !ok {
			t.Fatalf("%s is no id of ours", event.ID)
		}
		found, err := e.Svc.Webhooks.TopicEvent(t.Context(), e.cove(), settings.Dwolla, id.String(), index)
		testkit.Must(t, err)
		if found.Topic != event.Topic || found.Customer != c.Ref() {
			t.Errorf("%s is found as %s of %s", event.Topic, found.Topic, found.Customer)
		}
		told = append([]string{event.Topic}, told...)
	}
	page, err := e.Svc.Webhooks.TopicEvents(t.Context(), e.cove(), webhooks.TopicEventsInput{Format: settings.Dwolla, Limit: 200})
	testkit.Must(t, err)
	for _, ev := range page.Events {
		if ev.Customer == c.Ref() {
			listed = append(listed, ev.Topic)
		}
	}
	if diff := cmp.Diff(listed, told); diff != "" || len(told) < 2 {
		t.Errorf("listed and told differ:\n%s", diff)
	}
	slice, err := e.Svc.Webhooks.DeliveriesFrom(t.Context(), e.cove(), "", hook.ID, 1, 1)
	testkit.Must(t, err)
	if len(slice.Deliveries) != 1 || slice.Deliveries[0].Topic != told[1] || slice.More != (len(told) > 2) {
		t.Errorf("the second of %v is %+v", told, slice)
	}
}

// Pages by offset hold each event once, and those behind the last are empty.
func TestTopicEventsBySlices(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for n := range 7 {
		e.create(e.platform, fmt.Sprintf("Payer %d", n), "payer", "")
		e.Clock.Advance(time.Millisecond)
	}
	e.quiet()
	read := func(offset, limit int) webhooks.TopicEventPage {
		page, err := e.Svc.Webhooks.TopicEvents(t.Context(), e.cove(), webhooks.TopicEventsInput{Format: settings.Dwolla, Offset: offset, Limit: limit})
		testkit.Must(t, err)
		return page
	}
	var whole, parts []string
	all := read(0, 200)
	for _, ev := range all.Events {
		whole = append(whole, dialect.PartUUID(ev.ID, ev.Index))
	}
	for offset := 0; ; offset += 3 {
		page := read(offset, 3)
		for _, ev := range page.Events {
			parts = append(parts, dialect.PartUUID(ev.ID, ev.Index))
		}
		if !page.More {
			break
		}
	}
	if diff := cmp.Diff(whole, parts); diff != "" || len(whole) < 7 || all.More {
		t.Errorf("pages and the whole differ:\n%s", diff)
	}
	if page := read(len(whole), 3); len(page.Events) != 0 || page.More {
		t.Errorf("behind the last: %+v", page)
	}
	e.Clock.Advance(31 * 24 * time.Hour)
	if page := read(0, 3); len(page.Events) != 0 {
		t.Errorf("after a month: %+v", page)
	}
	for _, bad := range []webhooks.TopicEventsInput{{Limit: 0}, {Limit: 201}, {Limit: 1, Offset: -1}, {Limit: 1, Offset: 5001}} {
		if _, err := e.Svc.Webhooks.TopicEvents(t.Context(), e.cove(), bad); err == nil {
			t.Errorf("%+v is answered", bad)
		}
	}
}

// A webhook of Dwolla's form is disabled when 400 attempts failed in a row and for a day:
// neither many failures within a day nor a few over many days disable it.
func TestManyFailuresOverADayPause(t *testing.T) {
	t.Parallel()
	fail := func(e *env, events int) {
		c := e.create(e.platform, "Payer", "payer", "")
		for n := range events - 1 {
			e.update(c, fmt.Sprintf(`{"status":%q}`, []string{"disabled", "active"}[n%2]))
		}
		e.quiet()
	}
	t.Run("many within a day", func(t *testing.T) {
		t.Parallel()
		e, to := newEnv(t), receive(t, status(http.StatusInternalServerError))
		hook := e.subscribe(to.URL, "s")
		fail(e, 399)
		fail(e, 10)
		state := func() string {
			view, err := e.Svc.Webhooks.Webhook(t.Context(), e.cove(), "", hook.ID)
			testkit.Must(t, err)
			return view.Status
		}
		if n := len(to.all()); n < 400 || state() != "failing" {
			t.Fatalf("after %d failures at once it is %s", n, state())
		}
		e.Clock.Advance(24*time.Hour - time.Second)
		e.quiet()
		if state() != "failing" {
			t.Fatalf("it is %s before the day is over", state())
		}
		e.Clock.Advance(time.Second)
		fail(e, 1)
		if state() != "disabled" {
			t.Errorf("it is %s after a day", state())
		}
	})
	t.Run("few over many days", func(t *testing.T) {
		t.Parallel()
		e, to := newEnv(t), receive(t, status(http.StatusInternalServerError))
		hook := e.subscribe(to.URL, "s")
		for range 20 {
			fail(e, 1)
			e.Clock.Advance(12 * time.Hour)
		}
		view, err := e.Svc.Webhooks.Webhook(t.Context(), e.cove(), "", hook.ID)
		testkit.Must(t, err)
		if view.Status != "failing" || len(to.all()) >= 400 {
			t.Errorf("after %d failures over ten days it is %s", len(to.all()), view.Status)
		}
	})
}

// One message is sent again at once on request, under its old id.
func TestOneMessageIsRetried(t *testing.T) {
	t.Parallel()
	e, to := newEnv(t), receive(t, nil)
	e.quiet()
	hook := e.subscribe(to.URL, "s")
	e.create(e.platform, "Payer", "payer", "")
	e.quiet()
	slice, err := e.Svc.Webhooks.DeliveriesFrom(t.Context(), e.cove(), "", hook.ID, 0, 200)
	testkit.Must(t, err)
	before, wanted := len(to.all()), slice.Deliveries[len(slice.Deliveries)-1]
	_, err = e.Svc.Webhooks.RetryDelivery(t.Context(), e.cove(), "", wanted.ID)
	testkit.Must(t, err)
	e.quiet()
	sent := to.all()
	if len(sent) != before+1 || !bytes.Equal(sent[before].body, sent[0].body) {
		t.Errorf("%d messages, then %d", before, len(sent))
	}
	again, err := e.Svc.Webhooks.Delivery(t.Context(), e.cove(), "", wanted.ID)
	testkit.Must(t, err)
	if len(again.Attempts) != 2 || again.Status != rows.DeliveryDelivered {
		t.Errorf("the log says %+v", again)
	}
	_, err = e.Svc.Webhooks.PauseWebhook(t.Context(), e.cove(), "", hook.ID, true)
	testkit.Must(t, err)
	if _, err := e.Svc.Webhooks.RetryDelivery(t.Context(), e.cove(), "", wanted.ID); err == nil {
		t.Error("a message to a paused receiver is retried")
	}
}
