package straddle_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
	"tenantry/tenancy"
)

// These values must appear in no log line.
const (
	ssn       = "123-45-6789"
	ein       = "98-7654321"
	birthDate = "1980-01-02"
	ipAddress = "192.168.1.77"
)

// installation is the usual one with two platforms; the first has an account below it.
type installation struct {
	*apitest.Installation
	platform, account, other testkit.Party
}

func install(t *testing.T, change ...func(*apitest.Setup)) *installation {
	t.Helper()
	w := &installation{Installation: apitest.Install(t, change...)}
	w.ConcealFromLog(ssn, ein, birthDate, ipAddress, "123456789")
	w.platform, w.other = w.Platform("Cove"), w.Platform("Rival")
	w.account = w.below(w.platform.ID, "Cove Account")
	return w
}

// in returns w for a subtest, which then is what fails.
func (w *installation) in(t *testing.T) *installation {
	next := *w
	next.Installation = w.In(t)
	return &next
}

// reviewedBy is a tuning of who reviews customers.
func reviewedBy(provider identity.Provider) testkit.Tuning {
	return func(o *app.Options) { o.Provider = provider }
}

// uuidOf returns the id of a customer as Straddle shows it.
func uuidOf(p testkit.Party) string {
	id, _ := tenancy.ParseID(p.ID)
	return dialect.UUID(id)
}

// below makes a platform below another.
func (w *installation) below(parent, name string) testkit.Party {
	w.T.Helper()
	return w.CreateBy(w.Local(parent), `{"name":"`+name+`","email":"ops@example.com","planKey":"platform"}`)
}

func (w *installation) caller(subject string) tenancy.Caller { return w.Local(subject) }

// allow hands a policy down to a party.
func (w *installation) allow(to testkit.Party, policies string) {
	w.T.Helper()
	_, err := w.TryUpdate(w.Local(""), to.ID, `{"settings":{"customers":`+policies+`}}`)
	testkit.Must(w.T, err)
}

// record is a customer as it is stored, by its UUID.
func (w *installation) record(uuid string) *customers.Customer {
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
func (w *installation) runReviews() {
	w.T.Helper()
	_, err := w.Svc.Identity.RunReviews(w.T.Context())
	testkit.Must(w.T, err)
}

type object = testkit.Object

var (
	absent = testkit.Absent
	with   = testkit.With
)

// person is the least that makes an individual; each has an e-mail of its own.
func person(n int, members ...object) object {
	body := object{
		"name": "Ada Byron", "type": "individual", "email": "ada" + strconv.Itoa(n) + "@example.com",
		"phone": "+12128675309", "device": object{"ip_address": ipAddress},
	}
	return with(body, members...)
}

// client calls as a party.
type client struct{ *testkit.Client }

func (w *installation) as(p testkit.Party, pairs ...string) *client {
	return &client{w.Client(testkit.Bearer(p.Secret())...).With(pairs...)}
}

func (c *client) with(pairs ...string) *client { return &client{c.With(pairs...)} }

// in returns a client that sends on behalf of a subtest, which then is what fails.
func (c *client) in(t *testing.T) *client { return &client{c.In(t)} }

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
