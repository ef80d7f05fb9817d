package customers

import (
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"time"

	"tenantry/internal/secret"
	"tenantry/settings"
	"tenantry/tenancy"
)

// Endpoint is what belongs to one receiver of events beside its URL, which is in
// the settings: the secrets that sign for it, and whether it still is served.
type Endpoint struct {
	ID     tenancy.ID `bson:"id"`
	URL    string     `bson:"url"`
	Secret *Sealed    `bson:"secret"`
	// Chosen tells that a client chose the secret, for a format that signs with its
	// whole text.
	Chosen bool `bson:"chosen,omitempty"`
	// Shown is when the secret was shown; nil while nobody has seen it.
	Shown *time.Time `bson:"shown,omitempty"`
	// Previous signs too, until PreviousEnds.
	Previous     *Sealed    `bson:"previous,omitempty"`
	PreviousEnds *time.Time `bson:"previousEnds,omitempty"`
	// Disabled is when deliveries to it ended, Reason why.
	Disabled *time.Time `bson:"disabled,omitempty"`
	Reason   string     `bson:"reason,omitempty"`
	Created  time.Time  `bson:"created"`
}

// secretPrefix begins every webhook secret (Standard Webhooks).
const secretPrefix = "whsec_"

// endpoints brings the endpoints of the draft in line with the receivers of its
// settings: a new URL gets a secret, one that is gone takes its secret with it. A
// secret that a client chose signs in the format that it was chosen for, no other.
func (d *draft) endpoints() {
	receivers := d.c.Settings.Receivers()
	var list []Endpoint
	for _, receiver := range receivers {
		at := slices.IndexFunc(d.c.Endpoints, func(e Endpoint) bool { return e.URL == receiver.URL })
		if at >= 0 {
			kept := d.c.Endpoints[at]
			if kept.Chosen && receiver.Shape() != settings.Dwolla {
				kept.Chosen, kept.Shown, kept.Previous, kept.PreviousEnds = false, nil, nil, nil
				kept.Secret, _ = d.newSecret()
			}
			list = append(list, kept)
			continue
		}
		made := Endpoint{ID: d.newID(), URL: receiver.URL, Created: d.now}
		made.Secret, _ = d.newSecret()
		list = append(list, made)
	}
	d.c.Endpoints = list
}

// newSecret makes a webhook secret and seals it.
func (d *draft) newSecret() (*Sealed, secret.Text) {
	random := make([]byte, 32)
	if _, err := io.ReadFull(d.random(), random); err != nil {
		d.fail(fmt.Errorf("reading randomness for a webhook secret: %w", err))
		return nil, secret.Text{}
	}
	text := secret.New(secretPrefix + base64.StdEncoding.EncodeToString(random))
	box, err := d.sealer().Seal(d.c.Ref(), kindWebhook, text)
	if err != nil {
		d.fail(fmt.Errorf("sealing a webhook secret: %w", err))
		return nil, secret.Text{}
	}
	return &Sealed{Box: box}, text
}

// endpoint gives the endpoint of an id with its receiver.
func (c *Customer) endpoint(id tenancy.ID) (Endpoint, settings.Receiver, bool) {
	for _, endpoint := range c.Endpoints {
		if endpoint.ID != id {
			continue
		}
		for _, receiver := range c.Settings.Receivers() {
			if receiver.URL == endpoint.URL {
				return endpoint, receiver, true
			}
		}
	}
	return Endpoint{}, settings.Receiver{}, false
}
