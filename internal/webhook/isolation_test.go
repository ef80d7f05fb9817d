package webhook_test

import (
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/internal/fault"
)

// A customer's receiver hears of nobody but its own and those below it, whatever the
// format and whoever asks: not of a sibling, its children, or the platform; nor does
// sending an event again, or reading its deliveries, lead there.
func TestSiblingsHearNothingOfEachOther(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"native", "straddle", "dwolla"} {
		h, left, right := newHouse(t), receive(t, nil), receive(t, nil)
		platform := func(name string, to *receiver) *customers.Customer {
			return h.create(h.platform, name, "platform", `,"settings":`+filtered(`{"url":"`+to.URL+`","format":"`+format+`"}`))
		}
		one, other := platform("Left", left), platform("Right", right)
		h.quiet()
		left.forget()
		right.forget()
		h.update(other, `{"name":"Right Secret"}`)
		below := h.create(h.behalf(other), "Secret Below", "payer", "")
		h.update(below, `{"status":"disabled"}`)
		h.quiet()
		if n := len(left.all()); n != 0 {
			t.Errorf("%s: the sibling was sent %d messages", format, n)
		}
		if len(right.all()) == 0 {
			t.Errorf("%s: nobody heard", format)
		}
		page, err := h.service.Events(t.Context(), h.behalf(other), customers.EventsInput{})
		must(t, err)
		for _, e := range page.Events {
			if _, err := h.service.RedeliverEvent(t.Context(), h.behalf(one), e.ID); !fault.IsNotFound(err) {
				t.Errorf("%s: sending a sibling's event again answers %v", format, err)
			}
			if _, err := h.service.EventDeliveries(t.Context(), h.behalf(one), e.ID); !fault.IsNotFound(err) {
				t.Errorf("%s: the deliveries of a sibling's event answer %v", format, err)
			}
			if _, err := h.service.TopicEvent(t.Context(), h.behalf(one), "dwolla", e.ID, 0); !fault.IsNotFound(err) {
				t.Errorf("%s: a sibling's event answers %v", format, err)
			}
		}
		list, err := h.service.TopicEvents(t.Context(), h.behalf(one), customers.TopicEventsInput{Format: "native", Limit: 200})
		must(t, err)
		for _, e := range list.Events {
			if e.Customer != one.Ref() || strings.Contains(string(e.Resource), "Secret") {
				t.Errorf("%s: its log shows %s", format, e.Resource)
			}
		}
		h.quiet()
		if n := len(left.all()); n != 0 {
			t.Errorf("%s: the sibling was sent %d messages afterwards", format, n)
		}
	}
}

// A platform is sent nothing of a customer that was erased but that it was.
func TestTheErasedLeaveNothingToSend(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"native", "straddle", "dwolla"} {
		h, to := newHouse(t), receive(t, status(500))
		h.quiet()
		h.update(h.record(h.platform.Subject.Ref()), `{"settings":`+filtered(`{"url":"`+to.URL+`","format":"`+format+`"}`)+`}`)
		h.quiet()
		c := h.create(h.cove(), "Erased Person", "payer", `,"contact":{"firstName":"Erased"}`)
		h.quiet() // its first attempt fails
		to.forget()
		must(t, h.service.Delete(t.Context(), h.cove(), customers.DeleteInput{CustomerID: c.ID.String()}))
		h.clock.Advance(5 * 24 * 3600 * 1e9)
		h.quiet()
		for _, g := range to.all() {
			if strings.Contains(string(g.body), "Erased") {
				t.Errorf("%s: sent %s", format, g.body)
			}
		}
	}
}

// A test message arrives in every format.
func TestTestMessagesArrive(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"native", "straddle", "dwolla"} {
		h, to := newHouse(t), receive(t, nil)
		c := h.create(h.platform, "Tested", "merchant", `,"settings":`+filtered(`{"url":"`+to.URL+`","format":"`+format+`"}`))
		h.quiet()
		to.forget()
		_, err := h.service.TestWebhook(t.Context(), h.behalf(c), "", h.webhooks(c)[0].ID)
		must(t, err)
		h.quiet()
		if sent := to.all(); len(sent) != 1 || !strings.Contains(string(sent[0].body), "webhook.test") {
			t.Errorf("%s: %d messages: %+v", format, len(sent), h.log(c)[0])
		}
	}
}
