package webhook_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"tenantry/customers/events"
	"tenantry/internal/dialect"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// Whatever those above do to a customer, by whichever credential, what the customer reads
// of it, in its log, among its keys and reviews, and in messages of every shape, names
// neither an id nor a credential of theirs: who acted is `operator` or `platform`. The
// same holds for a platform and the operator. Every use case is done by everybody.
func TestEventsNameNobodyAbove(t *testing.T) {
	t.Parallel()
	e, native, straddle, dwolla := newEnv(t), receive(t, nil), receive(t, nil), receive(t, nil)
	e.Cove = e.Create(e.Operator, `{"name":"Cove","email":"ops@cove.example","planKey":"platform"}`)
	shop, on := e.MerchantWithParts()
	for username, boss := range map[string]testkit.Party{"root": e.Operator, "boss": e.Cove} {
		t.Run(username, func(t *testing.T) {
			e := e.in(t)
			_, err := e.AddUser(boss, "", `{"username":"`+username+`","password":"long enough for all","role":"admin"}`)
			testkit.Must(t, err)
		})
	}
	_, err := e.Update(e.Cove, shop.ID, `{"settings":{"events":{"enabled":true,"urls":{"always":["`+native.URL+`"],"filtered":[`+
		`{"url":"`+straddle.URL+`","format":"straddle"},{"url":"`+dwolla.URL+`","format":"dwolla"}]}}}}`)
	testkit.Must(t, err)
	boss, err := e.Login("boss", "long enough for all")
	testkit.Must(t, err)
	callers := map[string]func() tenancy.Caller{
		"the machine":             func() tenancy.Caller { return e.Local(shop.ID) },
		"the operator":            func() tenancy.Caller { return e.As(e.Operator) },
		"the operator for it":     func() tenancy.Caller { return e.As(e.Operator, shop.ID) },
		"the operator for Cove":   func() tenancy.Caller { return e.As(e.Operator, e.Cove.ID) },
		"Cove":                    func() tenancy.Caller { return e.As(e.Cove) },
		"Cove for it":             func() tenancy.Caller { return e.As(e.Cove, shop.ID) },
		"a user of Cove's for it": func() tenancy.Caller { return e.As(testkit.Party{ID: e.Cove.ID, Keys: boss.Keys}, shop.ID) },
	}
	credentials := map[string][]string{}
	for _, by := range callers {
		caller := by()
		id := caller.Actor.Ref().ID.String()
		credentials[id] = append(credentials[id], caller.Credential.ID, caller.Credential.Maker.String())
	}
	// The last two end the customer's key and the customer.
	for _, u := range testkit.UseCases[:len(testkit.UseCases)-2] {
		for _, by := range callers {
			_ = u.Run(t.Context(), e.Env, by(), on) // whether it may or not
		}
	}
	shop = e.Keyed(shop) // one of them ended its keys
	e.quiet()
	aboveCove := named(credentials, e.Operator.ID)
	aboveShop := append(named(credentials, e.Cove.ID), aboveCove...)
	for who, row := range map[string]struct {
		reader tenancy.Caller
		above  []string
	}{"the customer": {e.As(shop), aboveShop}, "Cove": {e.As(e.Cove), aboveCove}} {
		t.Run(who, func(t *testing.T) {
			e := e.in(t)
			log := allEvents(t, e, row.reader)
			acted := map[string]int{}
			for _, ev := range log {
				acted[ev.Actor]++
				hides(t, who+" reads "+ev.Type, ev, row.above)
				if (ev.Actor == tenancy.AboveOperator || ev.Actor == tenancy.AbovePlatform) && ev.Credential != "" {
					t.Errorf("%s reads the credential %q of %s by %s", who, ev.Credential, ev.Type, ev.Actor)
				}
			}
			if acted[tenancy.AboveOperator] == 0 || who == "the customer" && acted[tenancy.AbovePlatform] == 0 {
				t.Errorf("%s reads of acts by %v alone", who, acted)
			}
			list, err := e.Svc.Access.Keys(t.Context(), row.reader, shop.ID)
			testkit.Must(t, err)
			hides(t, who+" lists keys", list, row.above)
			review, err := e.Svc.Identity.Identity(t.Context(), row.reader, shop.ID)
			testkit.Must(t, err)
			hides(t, who+" reads the review", review, row.above)
		})
	}
	types := map[string]bool{}
	for _, ev := range allEvents(t, e, e.As(shop)) {
		types[ev.Type] = true
	}
	if len(types) < 20 {
		t.Errorf("there are %d types of event only: %v", len(types), types)
	}
	// What it was sent is no forgery to whoever reads the ids.
	for _, message := range native.all() {
		var sent struct{ ID string }
		testkit.Must(t, json.Unmarshal(message.body, &sent))
		for _, reader := range []testkit.Party{shop, e.Cove, e.Operator} {
			if _, err := e.Svc.Events.VerifyEvent(t.Context(), e.As(reader), sent.ID, message.body); err != nil {
				t.Errorf("a message is no event of its log: %v", err)
			}
		}
	}
	for shape, to := range map[string]*receiver{"native": native, "straddle": straddle, "dwolla": dwolla} {
		t.Run(shape, func(t *testing.T) {
			sent := to.all()
			if len(sent) == 0 && shape != "dwolla" { // Dwolla tells an account of its customers only
				t.Errorf("no message of the shape %s was sent", shape)
			}
			for _, message := range sent {
				hides(t, "a message of the shape "+shape, json.RawMessage(message.body), aboveShop)
			}
		})
	}
}

// named returns everything that names a customer: its id, in every form, and those of its
// credentials that are no plain words.
func named(credentials map[string][]string, id string) []string {
	parsed, _ := tenancy.ParseID(id)
	list := []string{id, dialect.UUID(parsed)}
	for _, credential := range credentials[id] {
		if len(credential) >= len(id) && credential != (tenancy.ID{}).String() {
			list = append(list, credential)
		}
	}
	return list
}

func allEvents(t *testing.T, e *env, reader tenancy.Caller) (list []events.EventView) {
	t.Helper()
	for from := ""; ; {
		page, err := e.Svc.Events.Events(t.Context(), reader, events.Query{Limit: 100, Cursor: from})
		testkit.Must(t, err)
		list = append(list, page.Events...)
		if from = page.NextCursor; from == "" {
			return list
		}
	}
}

// hides demands that a text holds none of these words.
func hides(t *testing.T, what string, shown any, words []string) {
	t.Helper()
	text, err := json.Marshal(shown)
	testkit.Must(t, err)
	if at := slices.IndexFunc(words, func(word string) bool { return strings.Contains(string(text), word) }); at >= 0 {
		t.Errorf("%s names %s: %.600s", what, words[at], text)
	}
}
