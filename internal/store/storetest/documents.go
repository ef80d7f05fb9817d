package storetest

import (
	"math"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/patch"
	"tenantry/settings"
)

func documents() []guarantee {
	return []guarantee{
		{"a filled customer comes back equal from every read", func(e *env) {
			c := e.child(e.a, Seed(77))
			want := Child(e.a, Seed(77)) // made anew, so that a store that changes what it was handed is seen
			e.stands(want)
			anywhere, err := e.store.GetAnywhere(e.Context(), c.ID)
			e.must(err, "getting anywhere")
			if diff := Diff(want, anywhere); diff != "" {
				e.Errorf("GetAnywhere (-want +got):\n%s", diff)
			}
			page, err := e.store.List(e.Context(), rows.Query{
				Tenant: e.a.ID, Under: e.a.ID, Limit: 10, Order: rows.Order{By: rows.ByName},
			})
			e.must(err, "listing")
			if diff := Diff([]*customers.Customer{want}, page.Customers); diff != "" {
				e.Errorf("List (-want +got):\n%s", diff)
			}
		}},
		{"absent, empty and extreme values stay what they are", func(e *env) {
			for name, change := range shapes() {
				e.returns(name, change)
			}
		}},
		{"JSON that users gave stays byte for byte", func(e *env) {
			for _, text := range rawTexts() {
				raw := patch.Raw(text)
				e.returns(text, func(c *customers.Customer) {
					*c = *Child(e.a, Seed(e.seeds)) // only a filled customer has all places of JSON
					c.Meta, c.Banks[1].Meta, c.Cards[0].Meta = raw, raw, raw
					c.Outbox[0].Resource, c.Outbox[0].Previous, c.Outbox[0].Changes = raw, nil, raw
				})
			}
		}},
		{"texts of every script stay as given", func(e *env) {
			for _, text := range texts() {
				e.returns(text, func(c *customers.Customer) {
					c.Name, c.Email, c.Description, c.VanityName, c.MerchantKey, c.ExternalID = text, text, text, text, text, text
					c.PlanKey = text
					c.Contact = &customers.Contact{ID: c.ID, FirstName: text, Created: c.Created, LastUpdated: c.Created}
					c.Identity.Reason = text
					c.Identity.Messages = map[string]string{"R1": text}
				})
			}
		}},
	}
}

// returns inserts a customer of tenant a with the change, once, and tests that another
// one made the same way is equal to what is stored.
func (e *env) returns(what string, change func(*customers.Customer)) {
	e.Helper()
	c := e.child(e.a, Bare(), With(change))
	want := Child(e.a, Seed(e.seeds), Bare(), With(change))
	if diff := Diff(want, e.get(c.Ref())); diff != "" {
		e.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// shapes returns changes at the edges of what a document can hold.
func shapes() map[string]func(*customers.Customer) {
	no := false
	return map[string]func(*customers.Customer){
		"nothing optional":       func(c *customers.Customer) { c.Name, c.Email, c.MerchantKey, c.ExternalID = "", "", "", "" },
		"empty settings":         func(c *customers.Customer) { c.Settings, c.DefaultSettings = &settings.Settings{}, nil },
		"empty default settings": func(c *customers.Customer) { c.DefaultSettings = &settings.Settings{} },
		"empty parts of settings": func(c *customers.Customer) {
			c.Settings = &settings.Settings{Events: &settings.Events{Enabled: &no}, Customers: &settings.Policies{}}
		},
		"an emptied list of receivers": func(c *customers.Customer) {
			c.Settings = &settings.Settings{Events: &settings.Events{URLs: &settings.URLs{Always: []string{}}}}
		},
		"empty objects": func(c *customers.Customer) {
			c.LegalEntity, c.Merchant = &customers.LegalEntity{}, &customers.Merchant{}
			c.Meta = patch.Raw(`{}`)
		},
		"a sealed value of every byte": func(c *customers.Customer) {
			box := make([]byte, 256)
			for i := range box {
				box[i] = byte(i)
			}
			c.LegalEntity = &customers.LegalEntity{PersonalTaxID: &customers.Sealed{Box: box}}
		},
		"the largest numbers": func(c *customers.Customer) {
			c.Version, c.KeyCount = math.MaxInt64-1, math.MaxInt32
			c.Cards = []customers.Card{{ID: c.ID, ExpirationYear: 9999, Created: c.Created, LastUpdated: c.Created}}
		},
		"the far past and future": func(c *customers.Customer) {
			c.Created = time.Date(1899, time.December, 31, 23, 59, 59, 999_000_000, time.UTC)
			c.LastUpdated = time.Date(9999, time.December, 31, 23, 59, 59, 999_000_000, time.UTC)
			c.Identity.Started, c.Identity.Updated = &c.LastUpdated, &c.Created
		},
		"one millisecond": func(c *customers.Customer) {
			at := time.UnixMilli(1).UTC()
			c.Identity.Started = &at
			c.KeyUse = map[string]time.Time{"1": at, "2147483647": c.Created}
		},
	}
}
