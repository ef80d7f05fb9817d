package registry

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/internal/jsonobj"
	"tenantry/keys"
	"tenantry/settings"
	"tenantry/tenancy"
)

// The kinds of key as events name them.
const (
	kindPair       = "pair"
	kindRestricted = "restricted"
)

// About adds to the event of a draft a member that names what it is about. The value
// must hold nothing personal: it stays when the customer is erased.
func About(d *Draft, name string, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		d.Fail(fmt.Errorf("writing what an event is about: %w", err))
		return
	}
	d.about = append(d.about, jsonobj.Member{Key: name, Value: text})
}

// aboutFirstKeys names the first keys of a new customer in its event, which is recorded by
// then: keys are minted last.
func (d *Draft) aboutFirstKeys(entry keys.Entry) {
	About(d, "key", KeyOf(d.Customer.ID, entry))
	d.Customer.Outbox[len(d.intermediate)].About = jsonobj.Write(d.about)
}

// AboutKey is what events tell of a key: everything but its name and its hint.
type AboutKey struct {
	ID     string   `json:"id"`
	Kind   string   `json:"kind"` // pair, restricted
	Scopes []string `json:"scopes"`
	// Expires is when it ends, if it does; the pair that a rotation replaces ends when
	// the grace period does.
	Expires *time.Time `json:"expires,omitempty"`
}

// KeyOf returns what events tell of the key of an entry of a customer.
func KeyOf(customer tenancy.ID, entry keys.Entry) AboutKey {
	about := AboutKey{ID: entry.ID(customer), Kind: kindPair, Scopes: entry.ScopesFor(keys.Secret).Names(), Expires: entry.Expires}
	if entry.Restricted {
		about.Kind, about.Scopes = kindRestricted, entry.ScopesFor(keys.Restricted).Names()
	}
	return about
}

// Switched is a value before and after a change.
type Switched[T any] struct {
	Previous T `json:"previous"`
	Current  T `json:"current"`
}

// aboutSettings names what a change did to policies and to webhooks, whichever use case
// or dialect made it.
func (d *Draft) aboutSettings() {
	before := &customers.Customer{}
	if d.Before != nil {
		before = d.Before
	}
	d.aboutPolicies("policies", before.Settings, d.Customer.Settings)
	d.aboutPolicies("defaultPolicies", before.DefaultSettings, d.Customer.DefaultSettings)
	type aboutWebhooks struct {
		Added   []tenancy.ID `json:"added,omitempty"`
		Removed []tenancy.ID `json:"removed,omitempty"`
	}
	changed := aboutWebhooks{Added: webhooksBeyond(d.Customer, before), Removed: webhooksBeyond(before, d.Customer)}
	if len(changed.Added)+len(changed.Removed) > 0 {
		About(d, "webhooks", changed)
	}
}

// aboutPolicies names the policies that differ, before and after.
func (d *Draft) aboutPolicies(name string, before, after *settings.Settings) {
	was, is := d.policies(before), d.policies(after)
	differ := map[string]Switched[json.RawMessage]{}
	for _, member := range append(slices.Clone(was), is...) {
		old, _ := jsonobj.Find(was, member.Key)
		current, _ := jsonobj.Find(is, member.Key)
		if !reflect.DeepEqual(old, current) {
			differ[member.Key] = Switched[json.RawMessage]{Previous: old, Current: current}
		}
	}
	if len(differ) > 0 {
		About(d, name, differ)
	}
}

// policies returns the policies of settings as members; nil where none was ever set.
func (d *Draft) policies(of *settings.Settings) []jsonobj.Member {
	if of == nil || of.Customers == nil {
		return nil
	}
	text, err := json.Marshal(of.Customers)
	d.Fail(err)
	members, _ := jsonobj.Members(text)
	return members
}

// webhooksBeyond returns the ids of the webhooks of one record that the other lacks.
func webhooksBeyond(c, other *customers.Customer) (ids []tenancy.ID) {
	for _, webhook := range c.Webhooks {
		if !slices.ContainsFunc(other.Webhooks, func(w customers.Webhook) bool { return w.ID == webhook.ID }) {
			ids = append(ids, webhook.ID)
		}
	}
	return ids
}
