package webhook_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/testkit"
	"tenantry/internal/webhook"
)

const (
	// hangingWebhooks is more than the sender serves at a time.
	hangingWebhooks = 560
	perCustomer     = 10
	changesEach     = 8
)

// One tenant's 560 receivers that never answer delay another tenant's deliveries at most
// 1.5 times, though the hanging ones come first in the order of the store.
func TestHangingReceiversOfOneTenantDelayNoOther(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds; run it without -short")
	}
	// Other work of the machine may hit one of two runs: one fair pair must do.
	var ratio float64
	for range 3 {
		alone, beside := besideHanging(t, 0), besideHanging(t, hangingWebhooks)
		ratio = float64(beside) / float64(alone)
		t.Logf("delay of another tenant: %s alone, %s beside %d hanging receivers: %.2f", alone, beside, hangingWebhooks, ratio)
		if ratio <= 1.5 {
			return
		}
	}
	t.Errorf("another tenant waits %.2f times as long", ratio)
}

// besideHanging returns how long the running sender takes for a tenant's deliveries while
// that many receivers of another tenant hang.
func besideHanging(t *testing.T, hanging int) time.Duration {
	t.Helper()
	store, err := sqlite.Open(t.Context(), sqlite.Options{Dir: t.TempDir()})
	testkit.Must(t, err)
	defer func() { testkit.Must(t, store.Close(context.Background())) }()
	e := newEnvOn(t, store, func(o *webhook.Options) { o.Timeout = time.Hour })
	first, changed, held, release := make(chan struct{}, 1000), make(chan struct{}, 1000), make(chan struct{}, 10_000), make(chan struct{})
	stuck := receive(t, func(http.ResponseWriter, *http.Request) { held <- struct{}{}; <-release })
	defer close(release)
	good := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusNoContent)
		if bytes.Contains(body, []byte("moved to the harbor")) {
			changed <- struct{}{}
			return
		}
		first <- struct{}{}
	}))
	t.Cleanup(good.Close)

	for made := 0; made < hanging; {
		c := e.create(e.platform, fmt.Sprintf("Stuck %d", made), "merchant", "")
		var urls []string
		for ; len(urls) < perCustomer && made < hanging; made++ {
			urls = append(urls, fmt.Sprintf("%s/%d", stuck.URL, made))
		}
		e.update(c, `{"settings":`+always(urls...)+`}`)
	}
	other := e.behalf(e.create(e.local(), "Zenith", "platform", ""))
	owners := make([]*customers.Customer, 20)
	for n := range owners {
		owners[n] = e.create(other, fmt.Sprintf("Owner %d", n), "merchant", "")
		owners[n] = e.update(owners[n], `{"settings":`+always(good.URL)+`}`)
	}
	_, err = e.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)

	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { e.sender.Run(ctx, nil) })
	defer running.Wait()
	defer stop()
	wait := func(what string, on chan struct{}, n int) {
		t.Helper()
		limit := time.NewTimer(30 * time.Second)
		defer limit.Stop()
		for range n {
			select {
			case <-on:
			case <-limit.C:
				t.Fatalf("%s beside %d hanging receivers", what, hanging)
			}
		}
	}
	// The sender is full of what hangs before the other tenant has anything new.
	wait("receivers are not reached", held, min(hanging, 256))
	wait("nothing arrives", first, len(owners))
	for n := range changesEach {
		for _, c := range owners {
			e.update(c, fmt.Sprintf(`{"description":"moved to the harbor, pier %d"}`, n))
		}
	}
	_, err = e.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	started := time.Now()
	e.sender.Wake()
	wait("nothing new arrives", changed, changesEach*len(owners))
	return time.Since(started)
}
