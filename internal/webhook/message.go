package webhook

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"tenantry/customers"
	"tenantry/settings"
	"tenantry/tenancy"
)

// message is what is posted, signed.
type message struct {
	header http.Header
	body   []byte
}

// about is all that a message is made of.
type about struct {
	delivery customers.Delivery
	event    customers.LoggedEvent
	target   customers.Target
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
	body, err := json.Marshal(bodyOf(a))
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

// messageID is what receivers know a message by: the same whenever it is sent.
func messageID(id tenancy.ID) string { return "msg_" + id.String() }

func bodyOf(a about) any {
	switch a.target.Format {
	case settings.Straddle:
		return straddleBody(a)
	case settings.Dwolla:
		return dwollaBody(a)
	case settings.Native:
		fallthrough
	default:
		view := customers.ViewEvent(a.event)
		view.URLs = []string{a.target.URL}
		return view
	}
}

// uuidOf writes an id as a UUID of version 8, as the vendors' faces write it.
func uuidOf(id tenancy.ID) string {
	return hex.EncodeToString(id[0:4]) + "-" + hex.EncodeToString(id[4:6]) + "-8000-8000-" + hex.EncodeToString(id[6:12])
}
