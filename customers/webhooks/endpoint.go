package webhooks

import (
	"encoding/base64"
	"fmt"
	"io"
	"slices"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/secret"
	"tenantry/settings"
	"tenantry/tenancy"
)

// secretPrefix begins every webhook secret (Standard Webhooks).
const secretPrefix = "whsec_"

// syncWebhooks brings the webhooks of the draft in line with its settings: a new URL
// gets a secret, one that is gone takes its secret with it. A secret that a client chose
// signs in the format that it was chosen for, no other.
func (s *core) syncWebhooks(d *registry.Draft) {
	receivers := d.Customer.Settings.Receivers()
	var list []customers.Webhook
	for _, receiver := range receivers {
		at := slices.IndexFunc(d.Customer.Webhooks, func(e customers.Webhook) bool { return e.URL == receiver.URL })
		if at >= 0 {
			kept := d.Customer.Webhooks[at]
			if kept.Chosen && !s.formats[receiver.Shape()].SignsWithText {
				kept.Chosen, kept.Shown, kept.Previous, kept.PreviousEnds = false, nil, nil, nil
				kept.Secret, _ = newSecret(d, kept.ID)
			}
			list = append(list, kept)
			continue
		}
		made := customers.Webhook{ID: d.NewID(), URL: receiver.URL, CreatedBy: d.Caller.Credential.Maker, CreatedByUser: d.Caller.Credential.IsUser(), Created: d.Now}
		made.Secret, _ = newSecret(d, made.ID)
		list = append(list, made)
	}
	d.Customer.Webhooks = list
}

// newSecret makes the secret of a webhook and seals it.
func newSecret(d *registry.Draft, id tenancy.ID) (*customers.Sealed, secret.Text) {
	random := make([]byte, 32)
	if _, err := io.ReadFull(d.Random(), random); err != nil {
		d.Fail(fmt.Errorf("reading randomness for a webhook secret: %w", err))
		return nil, secret.Text{}
	}
	text := secret.New(secretPrefix + base64.StdEncoding.EncodeToString(random))
	box, err := d.Sealer().Seal(d.Customer.Ref(), id, customers.FieldWebhookSecret, text)
	if err != nil {
		d.Fail(fmt.Errorf("sealing a webhook secret: %w", err))
		return nil, secret.Text{}
	}
	return &customers.Sealed{Box: box}, text
}

// endpoint returns the webhook of an id with what the settings say of its URL.
func endpoint(c *customers.Customer, id tenancy.ID) (customers.Webhook, settings.Receiver, bool) {
	for _, endpoint := range c.Webhooks {
		if endpoint.ID != id {
			continue
		}
		for _, receiver := range c.Settings.Receivers() {
			if receiver.URL == endpoint.URL {
				return endpoint, receiver, true
			}
		}
	}
	return customers.Webhook{}, settings.Receiver{}, false
}
