package webhook_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/customers/events"
	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/internal/webhook"
)

// A change of a customer with a webhook is posted once, as the event object, with its
// state before and after; a change of nothing is not.
func TestAChangeIsDelivered(t *testing.T) {
	t.Parallel()
	e, to := newEnv(t), receive(t, nil)
	c := e.child(to.URL + "/in")
	e.quiet()
	to.forget()
	e.update(c, `{"name":"Harbor Lane Bikes"}`)
	e.update(c, `{"name":"Harbor Lane Bikes"}`)
	e.quiet()
	e.quiet()
	sent := to.all()
	if len(sent) != 1 {
		t.Fatalf("%d messages were sent", len(sent))
	}
	var event struct {
		Object, Type, SourceID, Actor, Credential string
		URLs                                      []string
		Resource                                  struct{ Object, ID, Name string }
		Diff                                      struct{ Previous, Changes struct{ Name string } }
	}
	testkit.Must(t, json.Unmarshal(sent[0].body, &event))
	if event.Object != "event" || event.Type != "customer.updated" || event.Resource.Object != "customer" || event.Resource.ID != c.ID.String() ||
		event.Diff.Previous.Name != "Harbor Lane" || event.Diff.Changes.Name != "Harbor Lane Bikes" || event.SourceID != c.ID.String() ||
		event.Actor != "operator" || event.Credential != "" || // a customer is told of nobody above it by name
		cmp.Diff([]string{to.URL + "/in"}, event.URLs) != "" {
		t.Errorf("got %s", sent[0].body)
	}
	if log := e.log(c); log[0].Status != rows.DeliveryDelivered || log[0].Attempts[0].ResponseStatus != http.StatusNoContent {
		t.Errorf("the log says %+v", log[0])
	}
}

// While events are disabled nothing is sent, but they are in the log.
func TestWhatIsOffIsLoggedOnly(t *testing.T) {
	t.Parallel()
	e, to := newEnv(t), receive(t, nil)
	c := e.child(to.URL)
	e.update(c, `{"settings":{"events":{"enabled":false}}}`)
	e.quiet()
	to.forget()
	e.update(c, `{"name":"Quiet"}`)
	e.quiet()
	page, err := e.Svc.Events.Events(t.Context(), e.behalf(c), events.Query{CustomerID: c.ID.String()})
	testkit.Must(t, err)
	if len(to.all()) != 0 || len(page.Events) != 3 {
		t.Errorf("%d messages were sent and %d events kept", len(to.all()), len(page.Events))
	}
}

// A platform gets the events of its children unless it does not want to; a child never
// gets those of its platform, nor one platform those of another's children.
func TestPlatformsHearOfTheirChildren(t *testing.T) {
	t.Parallel()
	e, above, below, stranger := newEnv(t), receive(t, nil), receive(t, nil), receive(t, nil)
	platform, err := e.Svc.Lifecycle.Get(t.Context(), e.platform, "")
	testkit.Must(t, err)
	other := e.create(e.local(), "Rival", "platform", `,"settings":`+always(stranger.URL))
	e.update(platform, `{"settings":`+always(above.URL)+`}`)
	c := e.child(below.URL)
	e.quiet()
	for _, r := range []*receiver{above, below, stranger} {
		r.forget()
	}
	e.update(c, `{"name":"Heard twice"}`)
	e.quiet()
	e.update(platform, `{"name":"Heard above","settings":{"events":{"includeChildren":false}}}`)
	e.quiet()
	e.update(c, `{"name":"Heard below"}`)
	e.update(other, `{"name":"Heard elsewhere"}`)
	e.quiet()
	for who, row := range map[string]struct {
		r    *receiver
		want []string
	}{
		"the platform": {above, []string{"Heard twice", "Heard above"}}, "the child": {below, []string{"Heard twice", "Heard below"}},
		"the stranger": {stranger, []string{"Heard elsewhere"}},
	} {
		t.Run(who, func(t *testing.T) {
			names := []string{}
			for _, g := range row.r.all() {
				var event struct{ Resource struct{ Name string } }
				testkit.Must(t, json.Unmarshal(g.body, &event))
				names = append(names, event.Resource.Name)
			}
			if diff := cmp.Diff(row.want, names); diff != "" {
				t.Errorf("%s (-want +got):\n%s", who, diff)
			}
		})
	}
}

// A webhook with a list of types is sent no other types.
func TestTypesAreFiltered(t *testing.T) {
	t.Parallel()
	e, to := newEnv(t), receive(t, nil)
	c := e.create(e.platform, "Picky", "merchant", `,"settings":`+filtered(`{"url":"`+to.URL+`","types":["webhook.*","customer.status_changed"]}`))
	e.update(c, `{"name":"Not told"}`)
	e.update(c, `{"status":"disabled"}`)
	e.quiet()
	e.update(c, `{"status":"active"}`)
	e.quiet()
	if sent := to.all(); len(sent) != 1 || !strings.Contains(string(sent[0].body), `"customer.status_changed"`) {
		t.Errorf("%d messages were sent", len(sent))
	}
}

// Nothing is delivered to an account that is not active, nor to anybody below it: what
// waits has failed, with the reason, and what happens meanwhile is told to those above
// alone. Once it is active again, it is told of what happens from then on.
func TestNothingIsDeliveredBelowASwitch(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	top, middle, low := receive(t, nil), receive(t, nil), receive(t, nil)
	platform := e.record(e.platform.Subject.Ref())
	e.update(platform, `{"settings":{"events":{"enabled":true,"includeChildren":true,"urls":{"always":["`+top.URL+`"]}}}}`)
	account := e.create(e.platform, "Middle", "platform", `,"settings":`+strings.Replace(always(middle.URL), `"enabled"`, `"includeChildren":true,"enabled"`, 1))
	c := e.create(e.behalf(account), "Low", "merchant", `,"settings":`+always(low.URL))
	e.quiet()
	counts := func() [3]int {
		e.quiet()
		found := [3]int{len(top.all()), len(middle.all()), len(low.all())}
		for _, r := range []*receiver{top, middle, low} {
			r.forget()
		}
		return found
	}
	counts()
	e.update(c, `{"name":"Waiting"}`)
	_, err := e.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	e.update(account, `{"status":"locked"}`)
	if got, want := counts(), [3]int{3, 0, 0}; got != want { // one of them: its planStatus
		t.Errorf("once it is locked, %v are told, not %v", got, want)
	}
	if log := e.log(c); !slices.ContainsFunc(log, func(d webhooks.DeliveryView) bool {
		return d.Topic == "customer.updated" && d.Status == rows.DeliveryFailed && strings.Contains(d.Reason, "not active")
	}) {
		t.Errorf("what waited is %+v", log)
	}
	e.update(c, `{"name":"Meanwhile"}`)
	if got, want := counts(), [3]int{1, 0, 0}; got != want {
		t.Errorf("while it is locked, %v are told, not %v", got, want)
	}
	_, err = e.Svc.Webhooks.TestWebhook(t.Context(), e.behalf(c), c.ID.String(), e.webhooks(c)[0].ID)
	if fault.CodeOf(err) != fault.CodeCustomerLocked {
		t.Errorf("a test below the switch ends with %v", err)
	}
	e.update(account, `{"status":"active"}`)
	e.update(c, `{"name":"Afterwards"}`)
	if got, want := counts(), [3]int{3, 3, 1}; got != want {
		t.Errorf("once it is active, %v are told, not %v", got, want)
	}
}

// A failing receiver is tried again at the times of its format and under one id, and then
// the delivery has failed. Its timing is that of the injected clock alone.
func TestFailuresAreRetriedOnSchedule(t *testing.T) {
	t.Parallel()
	const minute, hour = 60, 3600
	for format, waits := range map[string][]time.Duration{
		"native":   {300, 900, 3600, 43200, 86400, 86400, 86400, 86400},
		"straddle": {5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour},
		"dwolla":   {15 * minute, 45 * minute, 2 * hour, 3 * hour, 6 * hour, 12 * hour, 24 * hour, 24 * hour},
	} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			e, to := newEnv(t), receive(t, status(http.StatusInternalServerError))
			e.quiet()
			receiver := filtered(`{"url":"` + to.URL + `","format":"` + format + `","types":["customer.created"]}`)
			var c *customers.Customer
			if format == "dwolla" { // which reports no events of the account itself
				c = e.record(e.platform.Subject.Ref())
				e.update(c, `{"settings":`+strings.Replace(receiver, `"enabled"`, `"includeChildren":true,"enabled"`, 1)+`}`)
				e.create(e.platform, "Harbor Lane", "merchant", "")
			} else {
				c = e.create(e.platform, "Harbor Lane", "merchant", `,"settings":`+receiver)
			}
			e.quiet()
			first := len(to.all()) // one message, or one for each topic
			if first == 0 {
				t.Fatal("nothing was sent")
			}
			for i, wait := range waits {
				e.Clock.Advance(wait*time.Second - time.Millisecond)
				e.quiet()
				if n := len(to.all()); n != first*(i+1) {
					t.Fatalf("%d messages before the wait of %d s ended", n, wait)
				}
				e.Clock.Advance(time.Millisecond)
				e.quiet()
				if n := len(to.all()); n != first*(i+2) {
					t.Fatalf("%d messages after the wait of %d s", n, wait)
				}
			}
			e.Clock.Advance(400 * 24 * time.Hour)
			e.quiet()
			sent := map[string]int{}
			for _, g := range to.all() {
				sent[g.header.Get("Webhook-Id")+string(g.body)]++
			}
			if len(sent) != first {
				t.Errorf("%d different messages for %d", len(sent), first)
			}
			for what, n := range sent {
				if n != len(waits)+1 {
					t.Errorf("%d attempts of %s", n, what)
				}
			}
			if log := e.log(c); log[0].Status != rows.DeliveryFailed || len(log[0].Attempts) != len(waits)+1 {
				t.Errorf("the log says %+v", log[0])
			}
		})
	}
}

// Every answer that is not 2xx is a failure and tried again: redirects, which are not
// followed, and errors of clients and servers, a 404 too.
func TestOnlySuccessIsSuccess(t *testing.T) {
	t.Parallel()
	elsewhere := receive(t, nil)
	for code, want := range map[int]rows.DeliveryState{
		200: rows.DeliveryDelivered, 202: rows.DeliveryDelivered, 299: rows.DeliveryDelivered,
		301: rows.DeliveryPending, 302: rows.DeliveryPending, 307: rows.DeliveryPending, 308: rows.DeliveryPending,
		400: rows.DeliveryPending, 404: rows.DeliveryPending, 429: rows.DeliveryPending, 503: rows.DeliveryPending,
	} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			e := newEnv(t)
			to := receive(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", elsewhere.URL)
				w.WriteHeader(code)
			})
			c := e.child(to.URL)
			e.quiet()
			if log := e.log(c); log[0].Status != want || log[0].Attempts[0].ResponseStatus != int32(code) {
				t.Errorf("%d leads to %+v", code, log[0])
			}
		})
	}
	if len(elsewhere.all()) != 0 {
		t.Error("a redirect was followed")
	}
}

// A receiver that does not answer in time, or breaks the connection off, has failed.
func TestSilenceIsFailure(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	for what, answer := range map[string]http.HandlerFunc{
		"no answer within 50ms": func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-release:
			case <-r.Context().Done():
			}
		},
		"no valid answer": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(what, func(t *testing.T) {
			e, to := newEnv(t, func(o *webhook.Options) { o.Timeout = 50 * time.Millisecond }), receive(t, answer)
			c := e.child(to.URL)
			e.quiet()
			if log := e.log(c); log[0].Status != rows.DeliveryPending || log[0].Attempts[0].Error != what {
				t.Errorf("%s: %+v", what, log[0])
			}
		})
	}
}

// A webhook whose receiver answers 410 is disabled at once: its delivery has failed, an
// event reports it, and it is sent nothing until it is enabled again.
func TestGoneDisables(t *testing.T) {
	t.Parallel()
	var code atomic.Int32
	code.Store(http.StatusGone)
	e := newEnv(t)
	gone, other := receive(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(code.Load())) }), receive(t, nil)
	c := e.child(gone.URL, other.URL)
	e.quiet()
	e.update(c, `{"name":"Nobody there"}`)
	e.quiet()
	hook := e.webhooks(c)[0]
	if len(gone.all()) != 1 || hook.Status != "disabled" || hook.Disabled == nil || !strings.Contains(hook.Reason, "410") {
		t.Fatalf("%d messages were sent; %+v", len(gone.all()), hook)
	}
	if log := e.log(c); len(log) != 1 || log[0].Status != rows.DeliveryFailed {
		t.Errorf("the log says %+v", log)
	}
	told := false
	for _, g := range other.all() {
		told = told || strings.Contains(string(g.body), `"webhook.disabled"`) && strings.Contains(string(g.body), gone.URL)
	}
	if !told {
		t.Error("the other receiver was not told")
	}
	code.Store(http.StatusOK)
	_, err := e.Svc.Webhooks.EnableWebhook(t.Context(), e.behalf(c), "", hook.ID)
	testkit.Must(t, err)
	e.quiet()
	if n := len(gone.all()); n != 2 || e.webhooks(c)[0].Status != "active" {
		t.Errorf("%d messages after it was enabled", n)
	}
}

// A webhook with nothing but failures is disabled after five days, no sooner; one success
// begins the five days anew.
func TestFiveDaysOfFailuresDisable(t *testing.T) {
	t.Parallel()
	for _, recovers := range []bool{false, true} {
		t.Run(fmt.Sprint(recovers), func(t *testing.T) {
			var code atomic.Int32
			code.Store(http.StatusInternalServerError)
			e := newEnv(t)
			to := receive(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(code.Load())) })
			c := e.child(to.URL)
			for hour := 0; hour < 5*24; hour += 12 {
				e.update(c, `{"description":"`+e.Clock.Now().String()+`"}`)
				if recovers && hour == 60 {
					code.Store(http.StatusOK)
				}
				e.quiet()
				code.Store(http.StatusInternalServerError)
				if s := e.webhooks(c)[0].Status; s == "disabled" {
					t.Fatalf("it is %s after %d hours", s, hour)
				}
				e.Clock.Advance(12 * time.Hour)
			}
			e.Clock.Advance(time.Minute)
			e.update(c, `{"name":"Last"}`)
			e.quiet()
			hook := e.webhooks(c)[0]
			if (hook.Status == "disabled") == recovers {
				t.Errorf("recovering %t: %+v", recovers, hook)
			}
			if !recovers {
				e.quiet()
				for _, d := range e.log(c) {
					if d.Status == rows.DeliveryPending && d.NextAttempt == nil {
						t.Errorf("%+v", d)
					}
				}
				page, err := e.Svc.Events.Events(t.Context(), e.behalf(c), events.Query{Type: "webhook.disabled"})
				testkit.Must(t, err)
				if len(page.Events) != 1 {
					t.Errorf("%d events say so", len(page.Events))
				}
			}
		})
	}
}

// A private address is refused when connecting to it, however it is written or resolved,
// unless the installation allows it; nothing arrives there.
func TestPrivateAddressesAreNotReached(t *testing.T) {
	t.Parallel()
	to := receive(t, nil)
	port := strings.TrimPrefix(to.URL, "http://127.0.0.1:")
	for _, target := range []string{to.URL, "http://localhost:" + port, "http://[::1]:" + port, "http://0.0.0.0:" + port} {
		t.Run(target, func(t *testing.T) {
			e := newEnv(t, func(o *webhook.Options) { o.AllowPrivate = false })
			c := e.child(target)
			e.quiet()
			if log := e.log(c); log[0].Attempts[0].Error != "the address is not a public one" {
				t.Errorf("%s: %+v", target, log[0])
			}
		})
	}
	if len(to.all()) != 0 {
		t.Error("something arrived")
	}
}

// A URL without TLS is not posted to if the installation forbids it, and an untrusted
// certificate is refused.
func TestInsecureTargetsAreNotReached(t *testing.T) {
	t.Parallel()
	plain := receive(t, nil)
	secured := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something arrived") }))
	secured.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of being refused
	secured.StartTLS()
	t.Cleanup(secured.Close)
	for target, want := range map[string]string{plain.URL: "the URL is not https", secured.URL: "its certificate is not valid"} {
		t.Run(target, func(t *testing.T) {
			e := newEnv(t, func(o *webhook.Options) { o.AllowInsecure = false })
			c := e.child(target)
			e.quiet()
			if log := e.log(c); log[0].Attempts[0].Error != want {
				t.Errorf("%s: %+v", target, log[0])
			}
		})
	}
	if len(plain.all()) != 0 {
		t.Error("something arrived")
	}
}

// No text that the owner of a webhook can read names an address of the network.
func TestErrorsNameNoAddress(t *testing.T) {
	t.Parallel()
	e, dead := newEnv(t), receive(t, nil)
	where, err := url.Parse(dead.URL)
	testkit.Must(t, err)
	dead.Close()
	c := e.child(dead.URL)
	e.quiet()
	if text := e.log(c)[0].Attempts[0].Error; text == "" || strings.Contains(text, where.Port()) || strings.Contains(text, "127.") {
		t.Errorf("the log says %q", text)
	}
}

// A receiver that was configured before its host or port was refused is not posted to
// either.
func TestReceiversFromBeforeAreHeldToTheRules(t *testing.T) {
	t.Parallel()
	heard := receive(t, nil)
	where, err := url.Parse(heard.URL)
	testkit.Must(t, err)
	for target, want := range map[string]string{
		"http://user@" + where.Host:                       "the URL names its host in a way that is not accepted",
		"http://2130706433:" + where.Port():               "the URL names its host in a way that is not accepted",
		"http://[::ffff:127.0.0.1]:" + where.Port() + "/": "the URL names its host in a way that is not accepted",
		"http://127.0.0.1:22/":                            "the URL names a port that is not accepted",
	} {
		t.Run(target, func(t *testing.T) {
			e := newEnv(t)
			c := e.child("http://127.0.0.1:1/")
			stored := e.Record(c.ID.String()).Clone()
			stored.Settings.Events.URLs.Always[0], stored.Webhooks[0].URL = target, target
			stored.Version++
			testkit.Must(t, e.Store.Replace(t.Context(), stored, stored.Version-1))
			e.quiet()
			if log := e.log(c); len(log) == 0 || len(log[0].Attempts) == 0 || log[0].Attempts[0].Error != want {
				t.Errorf("%s: %+v", target, log)
			}
		})
	}
	if len(heard.all()) != 0 {
		t.Error("something arrived")
	}
}
