package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"tenantry/customers/events"
	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/internal/dialect/dwollaevent"
	"tenantry/internal/dialect/straddle"
	"tenantry/settings"
	"tenantry/tenancy"
)

// message is what is posted, signed.
type message struct {
	header http.Header
	body   []byte
}

// about is everything that a message is made of.
type about struct {
	delivery rows.Delivery
	event    rows.LoggedEvent
	target   webhooks.Target
	// account is the customer above the one that the event is about.
	account tenancy.ID
	// base is how clients reach the API, without a trailing slash.
	base string
	at   time.Time
}

// compose writes and signs the message of a delivery.
func compose(a about) (message, error) {
	m := message{header: http.Header{}}
	m.header.Set("Content-Type", "application/json")
	m.header.Set("User-Agent", "Tenantry-Webhooks/1")
	shape, err := bodyOf(a)
	if err != nil {
		return m, err
	}
	body, err := json.Marshal(shape)
	if err != nil {
		return m, fmt.Errorf("writing the message of delivery %s: %w", a.delivery.ID, err)
	}
	m.body = body
	if a.target.Format == settings.Dwolla {
		m.header.Set("X-Dwolla-Topic", a.delivery.Topic)
		m.header.Set("X-Request-Signature-SHA-256", signDwolla(body, a.target.Secrets[0]))
		return m, nil
	}
	return m, sign(m.header, messageID(a.delivery.ID), a.at, body, a.target.Secrets)
}

// messageID returns the id by which receivers know a message: the same whenever it is
// sent.
func messageID(id tenancy.ID) string { return "msg_" + id.String() }

// errContentGone is returned when the event no longer holds what its message is made of.
var errContentGone = errors.New("the content of this event is no longer kept")

func bodyOf(a about) (any, error) {
	switch a.target.Format {
	case settings.Straddle:
		body, ok := straddle.NewMessage(a.delivery.Topic, a.delivery.ID, a.account, a.event)
		if !ok {
			return nil, errContentGone
		}
		return body, nil
	case settings.Dwolla:
		event := webhooks.TopicEvent{LoggedEvent: a.event, Topic: a.delivery.Topic, Index: webhooks.Index(a.delivery)}
		return dwollaevent.Of(a.base, a.account, event), nil
	case settings.Native:
		fallthrough
	default:
		view := events.ViewEvent(a.event, a.target.Above)
		view.URLs = []string{a.target.URL}
		return view, nil
	}
}

// usesAccount reports whether messages of a format name the customer above.
func usesAccount(format settings.Format) bool { return format != settings.Native }
