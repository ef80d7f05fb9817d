package straddle_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/internal/api"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/straddle"
	"tenantry/internal/kyc"
	"tenantry/internal/store"
	"tenantry/internal/testkit"
	"tenantry/internal/webhook"
	"tenantry/tenancy"
)

// What must appear in no log line.
const (
	ssn       = "123-45-6789"
	ein       = "98-7654321"
	birthDate = "1980-01-02"
	ipAddress = "192.168.1.77"
)

// world is an installation behind its server, with two platforms; the first has an
// account below it.
type world struct {
	*testkit.Env
	*testkit.Server

	operator, platform, account, other party
}

// party is a customer with its secret key.
type party struct{ id, uuid, secret string }

type setup struct {
	provider identity.Provider
	rate     int
	store    store.Store // nil is the one under test
}

func newWorld(t *testing.T, change ...func(*setup)) *world {
	t.Helper()
	how := setup{provider: kyc.Sandbox{}}
	for _, adjust := range change {
		adjust(&how)
	}
	if how.store == nil {
		how.store = testkit.Store(t)
	}
	w := &world{Env: testkit.Install(t, how.store, testkit.Crowded, func(o *app.Options) {
		o.Provider, o.Topics = how.provider, webhook.Topics
	})}
	w.Server = w.Serve(api.Options{RatePerMinute: how.rate, Dialects: []dialect.Dialect{
		straddle.New(straddle.Options{Service: w.Svc, Plan: "payer", Now: w.Clock.Now}),
	}})
	w.ConcealFromLog(ssn, ein, birthDate, ipAddress, "123456789")
	w.operator = partyOf(t, w.Operator)
	w.platform = w.below(w.operator.id, "Cove")
	w.other = w.below(w.operator.id, "Rival")
	w.account = w.below(w.platform.id, "Cove Account")
	return w
}

func partyOf(t testing.TB, p testkit.Party) party {
	t.Helper()
	id, err := tenancy.ParseID(p.ID)
	testkit.Must(t, err)
	return party{id: p.ID, uuid: dialect.UUID(id), secret: p.Keys.Secret.Reveal()}
}

// below makes a platform through the native service.
func (w *world) below(parent, name string) party {
	w.T.Helper()
	return partyOf(w.T, w.CreateBy(w.Local(parent), `{"name":"`+name+`","email":"ops@example.com","planKey":"platform"}`))
}

func (w *world) caller(subject string) tenancy.Caller { return w.Local(subject) }

// allow hands a policy down to a party.
func (w *world) allow(to party, policies string) {
	w.T.Helper()
	_, err := w.TryUpdate(w.Local(""), to.id, `{"settings":{"customers":`+policies+`}}`)
	testkit.Must(w.T, err)
}

// record is a customer as it is stored, by its UUID.
func (w *world) record(uuid string) *customers.Customer {
	w.T.Helper()
	id, ok := dialect.ParseUUID(uuid)
	if !ok {
		w.T.Fatalf("%s is no UUID of ours", uuid)
	}
	c, err := w.Store.GetAnywhere(w.T.Context(), id)
	testkit.Must(w.T, err)
	return c
}

// runReviews is one turn of the background work.
func (w *world) runReviews() {
	w.T.Helper()
	_, err := w.Svc.Identity.RunReviews(w.T.Context())
	testkit.Must(w.T, err)
}

type object = map[string]any

// person is the least that makes an individual; each has an e-mail of its own.
func person(n int, members ...object) object {
	body := object{
		"name": "Ada Byron", "type": "individual", "email": "ada" + strconv.Itoa(n) + "@example.com",
		"phone": "+12128675309", "device": object{"ip_address": ipAddress},
	}
	return with(body, members...)
}

// with adds members; a nil *struct{} value takes one away.
func with(body object, members ...object) object {
	next := object{}
	for name, value := range body {
		next[name] = value
	}
	for _, more := range members {
		for name, value := range more {
			if value == absent {
				delete(next, name)
				continue
			}
			next[name] = value
		}
	}
	return next
}

var absent any = &struct{}{}

// client calls as a party.
type client struct{ *testkit.Client }

func (w *world) as(p party, pairs ...string) *client {
	return &client{w.Client(testkit.Bearer(p.secret)...).With(pairs...)}
}

func (c *client) with(pairs ...string) *client { return &client{c.With(pairs...)} }

// answer is what came back.
type answer struct{ testkit.Answered }

// do sends a request below /straddle/v1.
func (c *client) do(method, path string, body any) answer {
	c.T.Helper()
	return answer{c.Do(method, "/straddle/v1"+path, body)}
}

func (c *client) try(method, path string, body any) (answer, error) {
	a, err := c.Try(method, "/straddle/v1"+path, body)
	return answer{a}, err
}

func (c *client) create(body object) answer {
	c.T.Helper()
	return c.do(http.MethodPost, "/customers", body).ok(http.StatusCreated)
}

func (c *client) get(path string) answer { c.T.Helper(); return c.do(http.MethodGet, path, nil) }

// ok demands a status and the envelope of that status.
func (a answer) ok(status int) answer {
	a.T.Helper()
	a.Demand(status)
	if media := a.Header.Get("Content-Type"); !strings.HasPrefix(media, "application/json") {
		a.T.Errorf("%s: the type is %q", a.What, media)
	}
	a.At("meta.api_request_id")
	a.At("meta.api_request_timestamp")
	if status >= 400 {
		a.is("response_type", "error").is("error.status", float64(status))
	}
	return a
}

// refused demands a refusal by status and type, with items about these references.
func (a answer) refused(status int, kind string, references ...string) answer {
	a.T.Helper()
	a.ok(status).is("error.type", kind)
	items, _ := a.Find("error.items").([]any)
	var got []string
	for _, one := range items {
		reference, _ := one.(object)["reference"].(string)
		got = append(got, reference)
	}
	for _, want := range references {
		if !strings.Contains(" "+strings.Join(got, " ")+" ", " "+want+" ") {
			a.T.Errorf("%s: the items are about %q, not %s\n%s", a.What, got, want, a.Text)
		}
	}
	return a
}

func (a answer) is(path string, want any) answer {
	a.T.Helper()
	a.Is(path, want)
	return a
}

// lacks demands that a member is null or does not exist.
func (a answer) lacks(path string) answer {
	a.T.Helper()
	if got := a.Find(path); got != nil {
		a.T.Errorf("%s: %s is there: %v", a.What, path, got)
	}
	return a
}

// names are those of a list, in order.
func (a answer) names() []string {
	a.T.Helper()
	list := []string{}
	data, ok := a.Find("data").([]any)
	if !ok {
		a.T.Fatalf("%s: data is no list\n%s", a.What, a.Text)
	}
	for _, one := range data {
		name, _ := one.(object)["name"].(string)
		list = append(list, name)
	}
	return list
}
