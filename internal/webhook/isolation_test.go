package webhook_test

import (
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/customers/events"
	"tenantry/customers/lifecycle"
	"tenantry/customers/webhooks"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// A customer's webhook gets only the events of the customer and those below it, whatever
// the format and the request: not those of a sibling, its children, or the platform; nor
// does sending an event again, or reading its deliveries, reach them.
func TestSiblingsHearNothingOfEachOther(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"native", "straddle", "dwolla"} {
		t.Run(format, func(t *testing.T) {
			e, left, right := newEnv(t), receive(t, nil), receive(t, nil)
			platform := func(name string, to *receiver) *customers.Customer {
				return e.create(e.platform, name, "platform", `,"settings":`+filtered(`{"url":"`+to.URL+`","format":"`+format+`"}`))
			}
			one, other := platform("Left", left), platform("Right", right)
			e.quiet()
			left.forget()
			right.forget()
			e.update(other, `{"name":"Right Secret"}`)
			below := e.create(e.behalf(other), "Secret Below", "payer", "")
			e.update(below, `{"status":"disabled"}`)
			e.quiet()
			if n := len(left.all()); n != 0 {
				t.Errorf("%s: the sibling was sent %d messages", format, n)
			}
			if len(right.all()) == 0 {
				t.Errorf("%s: nobody heard", format)
			}
			page, err := e.Svc.Events.Events(t.Context(), e.behalf(other), events.Query{})
			testkit.Must(t, err)
			for _, ev := range page.Events {
				if _, err := e.Svc.Webhooks.RedeliverEvent(t.Context(), e.behalf(one), ev.ID); !fault.IsNotFound(err) {
					t.Errorf("%s: sending a sibling's event again answers %v", format, err)
				}
				if _, err := e.Svc.Webhooks.EventDeliveries(t.Context(), e.behalf(one), ev.ID); !fault.IsNotFound(err) {
					t.Errorf("%s: the deliveries of a sibling's event answer %v", format, err)
				}
				if _, err := e.Svc.Webhooks.TopicEvent(t.Context(), e.behalf(one), "dwolla", ev.ID, 0); !fault.IsNotFound(err) {
					t.Errorf("%s: a sibling's event answers %v", format, err)
				}
			}
			list, err := e.Svc.Webhooks.TopicEvents(t.Context(), e.behalf(one), webhooks.TopicEventsInput{Format: "native", Limit: 200})
			testkit.Must(t, err)
			for _, ev := range list.Events {
				if ev.Customer != one.Ref() || strings.Contains(string(ev.Resource), "Secret") {
					t.Errorf("%s: its log shows %s", format, ev.Resource)
				}
			}
			e.quiet()
			if n := len(left.all()); n != 0 {
				t.Errorf("%s: the sibling was sent %d messages afterwards", format, n)
			}
		})
	}
}

// Of an erased customer a platform is sent only the fact that it was erased.
func TestTheErasedLeaveNothingToSend(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"native", "straddle", "dwolla"} {
		t.Run(format, func(t *testing.T) {
			e, to := newEnv(t), receive(t, status(500))
			e.quiet()
			e.update(e.record(e.platform.Subject.Ref()), `{"settings":`+filtered(`{"url":"`+to.URL+`","format":"`+format+`"}`)+`}`)
			e.quiet()
			c := e.create(e.cove(), "Erased Person", "payer", `,"contact":{"firstName":"Erased"}`)
			e.quiet() // its first attempt fails
			to.forget()
			testkit.Must(t, e.Svc.Lifecycle.Delete(t.Context(), e.cove(), lifecycle.DeleteInput{CustomerID: c.ID.String()}))
			e.Clock.Advance(5 * 24 * 3600 * 1e9)
			e.quiet()
			for _, g := range to.all() {
				if strings.Contains(string(g.body), "Erased") {
					t.Errorf("%s: sent %s", format, g.body)
				}
			}
		})
	}
}

// A test message arrives in every format.
func TestTestMessagesArrive(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"native", "straddle", "dwolla"} {
		t.Run(format, func(t *testing.T) {
			e, to := newEnv(t), receive(t, nil)
			c := e.create(e.platform, "Tested", "merchant", `,"settings":`+filtered(`{"url":"`+to.URL+`","format":"`+format+`"}`))
			e.quiet()
			to.forget()
			_, err := e.Svc.Webhooks.TestWebhook(t.Context(), e.behalf(c), "", e.webhooks(c)[0].ID)
			testkit.Must(t, err)
			e.quiet()
			if sent := to.all(); len(sent) != 1 || !strings.Contains(string(sent[0].body), "webhook.test") {
				t.Errorf("%s: %d messages: %+v", format, len(sent), e.log(c)[0])
			}
		})
	}
}
