package webhook_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/testkit"
	"tenantry/internal/webhook"
	"tenantry/tenancy"
)

const (
	loadWebhooks = 50
	loadEvents   = 10_000
	// loadInFull, when set in the environment, makes the slow receiver take ten seconds
	// for each message, some four minutes in all. Without it the slow receiver holds what
	// it is sent until the others have all of theirs, which is slower still and needs no
	// waiting.
	loadInFull = "TENANTRY_TEST_LOAD_IN_FULL"
	slowness   = 10 * time.Second
)

// Ten thousand events to fifty webhooks, of which one is dead and one slow: nothing is
// lost, and the healthy ones wait no longer for it.
func TestBadReceiversDelayNobody(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds; run it without -short")
	}
	// Other work of the machine may hit one of two runs: one fair pair must do.
	var ratio float64
	for range 3 {
		alone, beside := load(t, false), load(t, true)
		ratio = float64(beside) / float64(alone)
		t.Logf("median delay of healthy receivers: %s without, %s beside a dead and a slow one: %.2f", alone, beside, ratio)
		if ratio <= 1.5 {
			return
		}
	}
	t.Errorf("healthy receivers wait %.2f times as long beside bad ones", ratio)
}

// load delivers what is due to all and returns the median delay of the healthy ones.
func load(t *testing.T, bad bool) time.Duration {
	t.Helper()
	store, err := sqlite.Open(t.Context(), sqlite.Options{Dir: t.TempDir()})
	testkit.Must(t, err)
	defer func() { testkit.Must(t, store.Close(context.Background())) }()
	full := os.Getenv(loadInFull) != ""
	e := newEnvOn(t, store, func(o *webhook.Options) {
		if !full {
			o.Timeout = time.Hour // held messages are not to be given up
		}
	})
	counts := &arrivals{byCustomer: map[string]map[string]bool{}, all: make(chan struct{})}
	healthy := receive(t, nil)
	healthy.Config.Handler = counts.handler(nil)
	slow := receive(t, nil)
	slow.Config.Handler = counts.handler(func() {
		if full {
			<-time.After(slowness)
			return
		}
		<-counts.all
	})
	dead := receive(t, nil)
	dead.Close()

	owners := make([]*customers.Customer, loadWebhooks)
	for n := range owners {
		url := healthy.URL
		switch {
		case n == 0 && bad:
			url = dead.URL
		case n == 1 && bad:
			url = slow.URL
		case n < 2:
			url = ""
		}
		owners[n] = e.create(e.platform, fmt.Sprintf("Owner %d", n), "merchant", "")
		if url != "" {
			owners[n] = e.update(owners[n], `{"settings":`+always(url)+`}`)
		}
	}
	e.quiet()
	for n, c := range owners {
		owners[n], err = store.Get(t.Context(), c.Ref())
		testkit.Must(t, err)
	}
	counts.reset(time.Time{}, 0)
	e.fill(owners)
	_, err = e.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	counts.reset(time.Now(), (loadWebhooks-2)*loadEvents/loadWebhooks)
	testkit.Must(t, e.sender.Drain(t.Context()))
	t.Logf("bad receivers %t: all drained in %s", bad, time.Since(counts.start).Round(time.Millisecond))

	for n, c := range owners {
		want := loadEvents / loadWebhooks
		if n == 0 || n == 1 && !bad {
			want = 0
		}
		if got := len(counts.byCustomer[c.ID.String()]); got != want {
			t.Errorf("%d of %d events came to webhook %d", got, want, n)
		}
	}
	if bad {
		waiting, err := store.DueDeliveries(t.Context(), rows.WebhookRef{Customer: owners[0].Ref(), ID: owners[0].Webhooks[0].ID},
			e.Clock.Now().Add(time.Hour), 2*loadEvents)
		testkit.Must(t, err)
		if len(waiting) < loadEvents/loadWebhooks {
			t.Errorf("%d events wait for the dead webhook", len(waiting))
		}
	}
	slices.Sort(counts.delays)
	return counts.delays[len(counts.delays)/2]
}

// fill puts the events into the outboxes, each owner's part by one write.
func (e *env) fill(owners []*customers.Customer) {
	e.T.Helper()
	for _, c := range owners {
		next := c.Clone()
		next.Version++
		for n := range loadEvents / loadWebhooks {
			id, err := tenancy.NewID(e.Clock.Now().Add(time.Duration(n)*time.Millisecond), rand.Reader)
			testkit.Must(e.T, err)
			next.Outbox = append(next.Outbox, customers.Event{
				ID: id, Type: "customer.updated", At: e.Clock.Now(), Actor: c.ID, Subject: c.ID, Credential: "key_1",
				Resource: fmt.Appendf(nil, `{"id":%q,"object":"customer","name":"Change %d"}`, c.ID, n), Changes: []byte(`{"name":"Changed"}`),
			})
		}
		testkit.Must(e.T, e.Store.Replace(e.T.Context(), next, c.Version))
	}
}

// arrivals records what arrived, and the delays of the healthy receivers since the start.
type arrivals struct {
	all chan struct{} // closed when the healthy receivers have what they are to have

	mu         sync.Mutex
	start      time.Time
	wanted     int
	delays     []time.Duration
	byCustomer map[string]map[string]bool
}

func (a *arrivals) reset(start time.Time, wanted int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.start, a.wanted, a.delays, a.byCustomer = start, wanted, nil, map[string]map[string]bool{}
}

// handler answers after wait, which is nil for a healthy receiver.
func (a *arrivals) handler(wait func()) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var event struct{ ID, SourceID string }
		if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if wait != nil && a.counting() {
			wait()
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.byCustomer[event.SourceID] == nil {
			a.byCustomer[event.SourceID] = map[string]bool{}
		}
		if known := a.byCustomer[event.SourceID][event.ID]; wait == nil && !known {
			a.delays = append(a.delays, time.Since(a.start))
			if len(a.delays) == a.wanted {
				close(a.all)
			}
		}
		a.byCustomer[event.SourceID][event.ID] = true
	}
}

func (a *arrivals) counting() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.wanted > 0
}
