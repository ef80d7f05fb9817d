package events_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/events"
	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/settings"
	"tenantry/tenancy"
)

// from is the origin of the requests of these tests.
var from = tenancy.Origin{Address: "203.0.113.0/24", UserAgent: "curl/8.5.0", Ref: "5f0c", SystemUser: "ada (1000)"}

// numbers returns the numbers of a customer's logged events, oldest first.
func numbers(h *testkit.Env, c *customers.Customer) (list []int64) {
	h.T.Helper()
	for _, event := range slices.Backward(h.LogOf(c)) {
		list = append(list, event.Number)
	}
	slices.Sort(list)
	return list
}

// The events of a customer are numbered 1, 2, 3 … whatever made them, be it a change, a
// change of several events, a sign-in, a refusal or the erasure; the version of the record
// counts changes alone.
func TestEventsAreNumberedWithoutAGap(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, testkit.One(testkit.User("ada")))
	record := h.Record(m.ID)
	_, err := h.Update(m, "", `{"description":"changed"}`)
	testkit.Must(t, err)
	_, err = h.Login("ada", "correct-horse")
	testkit.Must(t, err)
	if version := h.Record(m.ID).Version; version != 2 {
		t.Errorf("a sign-in made version %d", version)
	}
	_, err = h.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: m.Keys.Secret, SubjectID: h.Rival.ID})
	testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
	testkit.Must(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove), lifecycle.DeleteInput{CustomerID: m.ID}))
	list := numbers(h, record)
	for i, number := range list {
		if number != int64(i+1) {
			t.Fatalf("the numbers are %v", list)
		}
	}
	if len(list) < 5 {
		t.Errorf("there are %d events", len(list))
	}
}

// Sign-ins and changes that meet lose no event, no number and no change.
func TestNumbersHoldWhenSignInsMeetChanges(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	caller := h.As(m)
	for _, err := range testkit.Together(12, func(i int) error {
		if i%2 == 0 {
			return testkit.ErrorOf(h.Svc.Access.GrantClient(t.Context(), access.ClientGrantInput{ClientID: m.ID, ClientSecret: m.Keys.Secret}))
		}
		return h.Attempt(caller, "", `{"meta":{"k`+string(rune('a'+i))+`":1}}`)
	}) {
		testkit.Must(t, err)
	}
	list := numbers(h, h.Record(m.ID))
	for i, number := range list {
		if number != int64(i+1) {
			t.Fatalf("the numbers are %v", list)
		}
	}
	if len(list) != 13 {
		t.Errorf("there are %d events", len(list))
	}
}

// A record of a release that did not count begins with its next event, as number 1, and
// what was there before shows no number.
func TestRecordsThatWereNotCountedBeginNow(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	old := h.Row(h.Cove, "Old", func(c *customers.Customer) {
		c.EventCount, c.Outbox = 0, []customers.Event{{ID: c.ID, Type: "customer.created", At: c.Created}}
	})
	_, err := h.Update(h.Cove, old, `{"description":"changed"}`)
	testkit.Must(t, err)
	if got := numbers(h, h.Record(old)); !slices.Equal(got, []int64{0, 1}) {
		t.Errorf("the numbers are %v", got)
	}
}

// What an event is about is named by identifiers, and stays when the customer is erased:
// the key with its scopes and grace, the user with what changed, the webhook, and policies
// before and after.
func TestEventsNameWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"platform"}`)
	about := func(event, want string) {
		t.Helper()
		if got := h.Last(m.ID); got.Type != event || string(got.About) != want {
			t.Errorf("%s is about %s, want %s of %s", got.Type, got.About, want, event)
		}
	}
	key := func(at int) string { return h.Record(m.ID).Keys[at].ID(h.Record(m.ID).ID) }
	about("customer.created", `{"key":{"id":"`+key(0)+`","kind":"pair","scopes":`+asJSON(t, tenancy.Full.Names())+`}}`)
	_, err := h.Svc.Access.MintKey(t.Context(), h.As(m), "", testkit.Input[access.RestrictedKeyInput](t, `{"name":"Ada's laptop","scopes":["read"]}`))
	testkit.Must(t, err)
	about("key.created", `{"key":{"id":"`+key(1)+`","kind":"restricted","scopes":["read"]}}`)
	_, err = h.Svc.Access.RevokeKey(t.Context(), h.As(m), access.RevokeInput{KeyID: key(1)})
	testkit.Must(t, err)
	about("key.revoked", `{"key":{"id":"`+key(1)+`","kind":"restricted","scopes":["read"]}}`)
	_, err = h.Svc.Access.RotateKeys(t.Context(), h.As(m), "", testkit.Input[access.RotateInput](t, `{"graceSeconds":60}`))
	testkit.Must(t, err)
	full, ends := asJSON(t, tenancy.Full.Names()), asJSON(t, h.Clock.Now().UTC().Truncate(time.Millisecond).Add(time.Minute))
	about("key.rotated", `{"key":{"id":"`+key(2)+`","kind":"pair","scopes":`+full+`},"graceSeconds":60,"replaced":[{"id":"`+key(0)+`","kind":"pair","scopes":`+full+`,"expires":`+ends+`}]}`)
	user, err := h.AddUser(m, "", `{"username":"ada@example.com","password":"correct-horse"}`)
	testkit.Must(t, err)
	about("user.created", `{"user":{"id":"`+user.ID+`","role":"admin","active":true}}`)
	_, err = h.Svc.Access.UpdateUser(t.Context(), h.As(m), "", user.ID, testkit.Input[access.UserChange](t, `{"password":"battery-staple","role":"clerk","status":"disabled"}`))
	testkit.Must(t, err)
	about("user.updated", `{"user":{"id":"`+user.ID+`","passwordChanged":true,"role":{"previous":"admin","current":"clerk"},"active":{"previous":true,"current":false}}}`)
	_, err = h.Update(m, "", `{"settings":{"events":{"enabled":true,"urls":{"always":["https://hooks.example.com/secret-path"]}}}}`)
	testkit.Must(t, err)
	hook := h.Record(m.ID).Webhooks[0].ID.String()
	about("customer.updated", `{"webhooks":{"added":["`+hook+`"]}}`)
	_, err = h.Update(h.Operator, m.ID, `{"settings":{"customers":{"allowDataUnmask":true}}}`)
	testkit.Must(t, err)
	about("customer.updated", `{"policies":{"allowDataUnmask":{"previous":null,"current":true}}}`)
	_, err = h.Update(h.Operator, m.ID, `{"settings":{"customers":{"allowDataUnmask":false}}}`)
	testkit.Must(t, err)
	about("customer.updated", `{"policies":{"allowDataUnmask":{"previous":true,"current":false}}}`)

	record := h.Record(m.ID)
	before := h.LogOf(record)
	testkit.Must(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove), lifecycle.DeleteInput{CustomerID: m.ID}))
	after := h.LogOf(record)
	for i, event := range before {
		if kept := after[i+1]; string(kept.About) != string(event.About) || kept.Number != event.Number {
			t.Errorf("after the erasure, %s is about %s", kept.Type, kept.About)
		}
		testkit.Conceals(t, "what an event is about", event.About, "ada@example.com", "laptop", "secret-path", "battery-staple")
	}
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	testkit.Must(t, err)
	return string(text)
}

// Every event says from which network, client and request it came, and which user of the
// system ran a command; the erasure of the customer leaves the request and that user.
func TestEventsSayWhereTheyCameFrom(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	record := h.Record(m.ID)
	ctx := tenancy.WithOrigin(t.Context(), from)
	_, err := h.Svc.Access.MintKey(ctx, h.As(m), "", testkit.Input[access.RestrictedKeyInput](t, `{"name":"n","scopes":["read"]}`))
	testkit.Must(t, err)
	_, err = h.Svc.Access.GrantClient(ctx, access.ClientGrantInput{ClientID: m.ID, ClientSecret: m.Keys.Secret})
	testkit.Must(t, err)
	check := func(list []rows.LoggedEvent, want tenancy.Origin, types ...string) {
		t.Helper()
		for _, kind := range types {
			i := slices.IndexFunc(list, func(e rows.LoggedEvent) bool { return e.Type == kind })
			if i < 0 {
				t.Fatalf("there is no %s", kind)
			}
			if e := list[i]; (tenancy.Origin{Address: e.Address, UserAgent: e.UserAgent, Ref: e.Ref, SystemUser: e.SystemUser}) != want {
				t.Errorf("%s came from %q, %q, %q, %q", kind, e.Address, e.UserAgent, e.Ref, e.SystemUser)
			}
		}
	}
	check(h.LogOf(record), from, "key.created", "token.issued")
	testkit.Must(t, h.Svc.Lifecycle.Delete(ctx, h.As(h.Cove), lifecycle.DeleteInput{CustomerID: m.ID}))
	left := from
	left.Address, left.UserAgent = "", ""
	check(h.LogOf(record), left, "key.created", "token.issued")
	check(h.LogOf(record), from, "customer.deleted") // by the account above, which is not erased
}

// Where a request came from is shown to credentials that manage keys, of whoever made the
// request and of those above; not to the customer that it was made for, nor to one that
// only reads, nor to a webhook.
func TestWhoSeesWhereARequestCameFrom(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	ctx := tenancy.WithOrigin(t.Context(), from)
	_, err := h.Svc.Access.MintKey(ctx, h.As(h.Cove), m.ID, testkit.Input[access.RestrictedKeyInput](t, `{"name":"n","scopes":["read"]}`))
	testkit.Must(t, err)
	_, err = h.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	reader := h.As(h.Cove)
	reader.Credential.Scopes = tenancy.Read
	for _, row := range []struct {
		name   string
		caller tenancy.Caller
		shown  bool
	}{
		{"the platform that made it", h.As(h.Cove), true},
		{"the operator", h.As(h.Operator), true},
		{"the platform in the name of the customer", h.As(h.Cove, m.ID), false},
		{"the customer", h.As(m), false},
		{"a credential that only reads", reader, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := h.In(t)
			page, err := h.Svc.Events.Events(t.Context(), row.caller, events.Query{CustomerID: m.ID, Type: "key.created"})
			testkit.Must(t, err)
			e := page.Events[0]
			if shown := e.Address == from.Address && e.UserAgent == from.UserAgent && e.SystemUser == from.SystemUser; shown != row.shown ||
				!shown && e.Address+e.UserAgent+e.SystemUser != "" {
				t.Errorf("%s sees %q, %q, %q", row.name, e.Address, e.UserAgent, e.SystemUser)
			}
			if e.Ref != from.Ref || e.Number != 2 {
				t.Errorf("%s sees ref %q and number %d", row.name, e.Ref, e.Number)
			}
			one, err := h.Svc.Events.VerifyEvent(t.Context(), row.caller, e.ID, []byte(asJSON(t, e)))
			testkit.Must(t, err)
			if one.Address != e.Address {
				t.Errorf("%s reads %q of one event", row.name, one.Address)
			}
			e.Address = "198.51.100.0/24"
			if _, err = h.Svc.Events.VerifyEvent(t.Context(), row.caller, e.ID, []byte(asJSON(t, e))); (err == nil) == row.shown {
				t.Errorf("%s verifies another address: %v", row.name, err)
			}
		})
	}
	log := h.LogOf(h.Record(m.ID))
	sent := asJSON(t, events.ViewEvent(log[slices.IndexFunc(log, func(e rows.LoggedEvent) bool { return e.Type == "key.created" })], nil))
	if !strings.Contains(sent, from.Ref) || !strings.Contains(sent, `"about":{"key"`) {
		t.Errorf("a webhook is sent %s", sent)
	}
	testkit.Conceals(t, "a webhook", []byte(sent), from.Address, from.UserAgent, from.SystemUser)
}

// An export is in the trail before anything leaves, with what and why; whoever may not
// read, or not unmask, exports nothing.
func TestExportsAreRecorded(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	export := events.Export{Of: "customers", Format: "csv", Reason: "A move to another system."}
	testkit.Must(t, h.Svc.Events.RecordExport(tenancy.WithOrigin(t.Context(), from), h.As(h.Cove), export))
	log := h.LogOf(h.Record(h.Cove.ID))
	at := slices.IndexFunc(log, func(e rows.LoggedEvent) bool { return e.Type == "data.exported" })
	if at < 0 {
		t.Fatal("the export is not in the trail")
	}
	if e := log[at]; string(e.About) != `{"export":{"of":"customers","format":"csv"}}` || e.Reason != export.Reason ||
		e.Actor.String() != h.Cove.ID || e.Credential != h.As(h.Cove).Credential.ID || e.Ref != from.Ref {
		t.Errorf("the event is %+v", e)
	}
	reader := h.As(h.Cove)
	reader.Credential.Scopes = tenancy.Read
	export.Unmasked = true
	testkit.Refused(t, h.Svc.Events.RecordExport(t.Context(), reader, export), fault.Forbidden, fault.CodeScope)
	testkit.Refused(t, h.Svc.Events.RecordExport(t.Context(), h.As(h.Cove), events.Export{Of: "customers"}), fault.Invalid, fault.CodeValidation)
}

// A later purge removes everything older but the traces of the purges before it.
func TestAPurgeKeepsTheTraceOfPurges(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	local, err := h.Svc.Access.Local(t.Context(), "")
	testkit.Must(t, err)
	for range 2 {
		h.MerchantOf(h.Cove)
		_, err := h.Svc.Relay.RelayEvents(t.Context())
		testkit.Must(t, err)
		h.Clock.Advance(100 * 24 * time.Hour)
		_, err = h.Svc.Events.PurgeEvents(t.Context(), local, events.PurgeInput{Before: h.Clock.Now().Add(-48 * time.Hour)}, nil)
		testkit.Must(t, err)
	}
	if got := h.AuditOf(h.Operator, ""); got != "events.purged events.purged" {
		t.Errorf("the log holds %q", got)
	}
}

// What was written just now is in the list of its customer, in that of the tree, in the
// words of a dialect and by its id, before any relay, and once after it.
func TestListsShowTheirOwnWritesAtOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, err := h.Update(h.Operator, h.Cove.ID, `{"settings":{"customers":{"allowDataUnmask":true}}}`)
	testkit.Must(t, err)
	m := h.MerchantOf(h.Cove)
	_, err = h.Svc.Lifecycle.Unmasked(t.Context(), h.As(h.Cove), lifecycle.UnmaskInput{CustomerID: m.ID, Reason: "A call."})
	testkit.Must(t, err)
	newest := func(q events.Query) events.EventView {
		t.Helper()
		page, err := h.Svc.Events.Events(t.Context(), h.As(h.Cove), q)
		testkit.Must(t, err)
		unmasked := 0
		for _, e := range page.Events {
			if e.Type == "customer.unmasked" {
				unmasked++
			}
		}
		if unmasked != 1 {
			t.Fatalf("%+v shows the unmasking %d times", q, unmasked)
		}
		return page.Events[slices.IndexFunc(page.Events, func(e events.EventView) bool { return e.Type == "customer.unmasked" })]
	}
	for _, when := range []string{"before", "after"} {
		t.Run(when, func(t *testing.T) {
			h := h.In(t)
			own, tree := newest(events.Query{CustomerID: m.ID}), newest(events.Query{})
			one, err := h.Svc.Events.Event(t.Context(), h.As(h.Cove), own.ID)
			testkit.Must(t, err)
			if own.ID != tree.ID || one.ID != own.ID {
				t.Errorf("the lists show %s, %s and %s", own.ID, tree.ID, one.ID)
			}
			topics, err := h.Svc.Webhooks.TopicEvents(t.Context(), h.As(h.Cove), webhooks.TopicEventsInput{Format: settings.Native, Limit: 10})
			testkit.Must(t, err)
			if topics.Events[0].ID.String() != own.ID {
				t.Errorf("a dialect's list begins with %s", topics.Events[0].Type)
			}
		})
		_, err := h.Svc.Relay.RelayEvents(t.Context())
		testkit.Must(t, err)
	}
}

// The event of an erasure tells of it after the relay took out what the events before it
// show.
func TestTheErasureItselfIsNotRedacted(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	record := h.Record(m.ID)
	testkit.Must(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove), lifecycle.DeleteInput{CustomerID: m.ID}))
	log := h.LogOf(record)
	if string(log[0].Resource) == "" || log[0].Type != customers.EventDeleted {
		t.Errorf("the newest event is %s with %s", log[0].Type, log[0].Resource)
	}
	for _, e := range log[1:] {
		if e.Resource != nil {
			t.Errorf("%s still shows %s", e.Type, e.Resource)
		}
	}
}

// Events are shown with what their ids are called now, of customers within the reader's
// reach alone; none of it is in the event itself, and it is gone with the customer.
func TestEventsShowNamesWhenRead(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.MerchantOf(h.Cove)
	added, err := h.AddUser(h.Cove, shop.ID, `{"username":"mira","password":"correct-horse","role":"admin"}`)
	testkit.Must(t, err)
	mira, err := h.Login("mira", "correct-horse")
	testkit.Must(t, err)
	_, err = h.Update(mira, "", `{"description":"by mira"}`)
	testkit.Must(t, err)
	h.Relay()
	named := func(by testkit.Party, kind string) map[string]string {
		t.Helper()
		page, err := h.Svc.Events.Events(t.Context(), h.As(by), events.Query{CustomerID: shop.ID, Type: kind})
		testkit.Must(t, err)
		return page.Events[0].Names
	}
	shopName, coveName := h.Record(shop.ID).Name, h.Record(h.Cove.ID).Name
	for _, by := range []testkit.Party{shop, h.Cove} {
		want := map[string]string{shop.ID: shopName, added.ID: "mira"}
		if diff := cmp.Diff(want, named(by, "customer.updated")); diff != "" {
			t.Errorf("what mira did, to %s: %s", by.ID, diff)
		}
	}
	if diff := cmp.Diff(map[string]string{h.Cove.ID: coveName, shop.ID: shopName, added.ID: "mira"}, named(h.Cove, "user.created")); diff != "" {
		t.Errorf("what the platform did, to itself: %s", diff)
	}
	if diff := cmp.Diff(map[string]string{shop.ID: shopName, added.ID: "mira"}, named(shop, "user.created")); diff != "" {
		t.Errorf("what the platform did, to the customer below: %s", diff)
	}
	for _, event := range logged(h, shop.ID) {
		testkit.Conceals(t, "what an event is about", event.About, "mira")
	}
	testkit.Must(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove), lifecycle.DeleteInput{CustomerID: shop.ID}))
	page, err := h.Svc.Events.Events(t.Context(), h.As(h.Cove), events.Query{Type: "user.created"})
	testkit.Must(t, err)
	if diff := cmp.Diff(map[string]string{h.Cove.ID: coveName}, page.Events[0].Names); diff != "" {
		t.Errorf("after the customer was erased: %s", diff)
	}
}
