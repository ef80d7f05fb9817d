package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// The faults that a call of a store may have.
var ways = map[string]func(func() error) error{"fails": storetest.Fail, "loses its answer": storetest.Lose}

// Whatever step of a request fails, or succeeds without an answer, a client that repeats
// it under the same key is answered in the end as it would have been at once, it is done
// once, and nothing of the first try is left behind.
func TestALostAnswerIsNoRefusal(t *testing.T) {
	t.Parallel()
	for name, row := range retries {
		for how, act := range ways {
			t.Run(strings.ReplaceAll(name+" "+how, " ", "_"), func(t *testing.T) {
				t.Parallel()
				newFaulty(t).everyStep(name, row, act)
			})
		}
	}
}

// faulty is an installation whose store fails at will.
type faulty struct {
	*env
	t     *testing.T
	steps *storetest.Steps
}

func newFaulty(t *testing.T) faulty {
	t.Helper()
	f := faulty{t: t}
	f.env = newEnv(t, func(s *setup) {
		s.wrap = func(store store.Store) store.Store { f.steps = storetest.NewSteps(store); return f.steps }
	})
	return f
}

// mostSteps bounds how often a request asks its store.
const mostSteps = 60

// everyStep tries a request with a fault at each of its steps, until it has no more.
func (f faulty) everyStep(name string, row retried, act func(func() error) error) {
	f.t.Helper()
	p := f.platform()
	for n, reached := 1, true; reached; n++ {
		if n > mostSteps {
			f.t.Fatalf("%s: it has more than %d steps", name, mostSteps)
		}
		at := row.made(p, n)
		c := at.sender.with("Idempotency-Key", fmt.Sprintf("%s %d", name, n))
		if row.ifMatch != "" {
			c = c.with("If-Match", row.ifMatch)
		}
		var failed string
		f.steps.On(func(step storetest.Step, call func() error) error {
			if step.Number != n {
				return call()
			}
			failed = step.Method
			return act(call)
		})
		method, _, _ := strings.Cut(row.route, " ")
		first := c.do(method, at.path, at.body, row.shown)
		f.steps.Off()
		reached = failed != ""
		where := fmt.Sprintf("%s, step %d (%s)", name, n, failed)
		if first.Status != http.StatusServiceUnavailable && first.Status != row.status {
			f.t.Errorf("%s: first answered %d: %s", where, first.Status, first.Text)
		}
		f.Clock.Advance(61 * time.Second)
		f.again(where, row, at, c, first)
		if row.event != "" {
			onceEvent(f.t, f.env, at.child, row.event, where)
		}
	}
	f.sound(name)
}

// again repeats a request until the answers must be those of the one that was done.
func (f faulty) again(where string, row retried, at trial, c *client, first answer) {
	f.t.Helper()
	method, _, _ := strings.Cut(row.route, " ")
	ask := func() answer {
		got := c.do(method, at.path, at.body, row.shown)
		if got.Status == http.StatusUnauthorized && at.otherwise != nil {
			c = at.otherwise().with("Idempotency-Key", c.Header.Get("Idempotency-Key"))
			got = c.do(method, at.path, at.body, row.shown)
		}
		return got
	}
	again := ask()
	if again.Status != row.status {
		f.t.Errorf("%s: first answered %d, again %d: %s", where, first.Status, again.Status, again.Text)
		return
	}
	if row.answers != "" {
		again.At(row.answers)
	}
	if row.ifMatch != "" && row.status == http.StatusOK && again.Header.Get("ETag") != `"2"` {
		f.t.Errorf("%s: the answer has the tag %s", where, again.Header.Get("ETag"))
	}
	if at.left != nil && at.left() != "" {
		f.t.Errorf("%s: left in force: %s", where, at.left())
	}
	if first.Status == row.status && first.Text != again.Text && row.apart == "" && at.otherwise == nil {
		f.t.Errorf("%s: the repeat is answered otherwise:\n%s\n%s", where, first.Text, again.Text)
	}
	if third := ask(); third.Text != again.Text && at.otherwise == nil || third.Status != again.Status {
		f.t.Errorf("%s: the third try is answered otherwise:\n%s\n%s", where, again.Text, third.Text)
	}
}

// sound tests that nothing of the tries is left behind that leftovers are not swept of.
func (f faulty) sound(name string) {
	f.t.Helper()
	f.Relay()
	for range 2 { // what may still be on its way is looked at again after an hour
		f.Clock.Advance(61 * time.Minute)
		for range 10 { // each looks for one kind of value
			testkit.Must(f.t, f.Svc.Sweep(f.t.Context()))
		}
	}
	for _, wrong := range f.Examine() {
		f.t.Errorf("%s: the doctor finds in %s: %s", name, wrong.Check, wrong.Text)
	}
}

// onceEvent tests that a customer has exactly one event of a type.
func onceEvent(t *testing.T, e *env, child actor, kind, where string) {
	t.Helper()
	e.Relay()
	id, err := tenancy.ParseID(child.id)
	if err != nil {
		t.Fatal(err)
	}
	found, err := e.Store.Events(t.Context(), rows.EventQuery{Customer: tenancy.Ref{Tenant: tenantOf(t, child), ID: id}, Type: kind, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 {
		t.Errorf("%s: there are %d events %s", where, len(found), kind)
	}
}

// tenantOf returns the tenant of a customer below a platform of these tests.
func tenantOf(t *testing.T, child actor) tenancy.ID {
	t.Helper()
	root, err := child.env.Store.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	page, err := child.env.Store.List(t.Context(), rows.Query{Under: root.ID, Order: rows.Order{By: rows.ByCreated}, Limit: 1})
	if err != nil || len(page.Customers) != 1 {
		t.Fatalf("looking for the platform: %v, %d found", err, len(page.Customers))
	}
	return page.Customers[0].ID
}

// Whatever step of a test event or of a redelivery fails, or loses its answer, a repeat under
// the same key makes one message a webhook and sends none a second time that was sent.
func TestALostAnswerSendsNothingTwice(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"webhook that is tested", "event that is sent again"} {
		for how, act := range ways {
			t.Run(strings.ReplaceAll(name+" "+how, " ", "_"), func(t *testing.T) {
				t.Parallel()
				f, row := newFaulty(t), retries[name]
				for n, reached := 1, true; reached; n++ {
					at := row.made(f.platform(), n)
					f.delivered(at) // what came before has arrived
					c := at.sender.with("Idempotency-Key", fmt.Sprint(n))
					reached = false
					f.steps.On(func(step storetest.Step, call func() error) error {
						if step.Number != n {
							return call()
						}
						reached = true
						return act(call)
					})
					c.post(at.path, at.body)
					f.steps.Off()
					sent := f.delivered(at)
					f.Clock.Advance(61 * time.Second)
					c.post(at.path, at.body).ok(row.status)
					if sent += f.delivered(at); sent != 1 {
						t.Errorf("step %d: %d messages were sent", n, sent)
					}
				}
			})
		}
	}
}

// delivered notes that all pending deliveries of a customer arrived, and returns how many
// these were.
func (f faulty) delivered(at trial) (sent int) {
	f.t.Helper()
	id, err := tenancy.ParseID(at.child.id)
	testkit.Must(f.t, err)
	c, err := f.Store.GetAnywhere(f.t.Context(), id)
	testkit.Must(f.t, err)
	for _, webhook := range c.Webhooks {
		list, err := f.Store.Deliveries(f.t.Context(), rows.DeliveryQuery{Tenant: c.Tenant, Endpoint: rows.WebhookRef{Customer: c.Ref(), ID: webhook.ID}, Limit: 100})
		testkit.Must(f.t, err)
		for _, d := range list {
			if d.State != rows.DeliveryPending {
				continue
			}
			sent++
			d.State, d.Version = rows.DeliveryDelivered, d.Version+1
			testkit.Must(f.t, f.Store.UpdateDelivery(f.t.Context(), d, d.Version-1))
		}
	}
	return sent
}
