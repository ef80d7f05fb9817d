package webhook_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tenantry/customers/webhooks"
	"tenantry/internal/testkit"
	"tenantry/internal/webhook"
)

// counted returns the metrics of a sender by outcome.
func counted(t *testing.T, s *webhook.Sender) map[string]float64 {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(s.Metrics()...)
	families, err := registry.Gather()
	testkit.Must(t, err)
	found := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			found[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
		}
	}
	return found
}

// What waits is measured with its age until it is relayed and accepted or given up, and each
// attempt and end of a delivery is counted once.
func TestDeliveriesAreMeasured(t *testing.T) {
	t.Parallel()
	var status atomic.Int64
	status.Store(http.StatusInternalServerError)
	e, to := newEnv(t), receive(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(status.Load())) })
	e.quiet()
	backlog := func(want webhooks.Backlog) {
		t.Helper()
		got, err := e.Svc.Relay.Backlog(t.Context())
		if err != nil || got.Customers != want.Customers || got.Deliveries != want.Deliveries || !got.Oldest.Equal(want.Oldest) || got.Due.IsZero() != want.Due.IsZero() {
			t.Errorf("%+v waits, want %+v (%v)", got, want, err)
		}
	}
	counts := func(accepted, refused, delivered, failed float64) {
		t.Helper()
		got := counted(t, e.sender)
		if got["accepted"] != accepted || got["refused"] != refused || got["delivered"] != delivered || got["failed"] != failed {
			t.Errorf("counted %v", got)
		}
	}
	backlog(webhooks.Backlog{})
	counts(0, 0, 0, 0)
	happened := e.Clock.Now()
	c := e.child(to.URL + "/in")
	e.Clock.Advance(time.Minute)
	backlog(webhooks.Backlog{Customers: 1, Oldest: happened})
	e.quiet()
	backlog(webhooks.Backlog{Deliveries: 1})
	counts(0, 1, 0, 0)
	if last := e.Svc.Relay.LastRun(); !last.Equal(e.Clock.Now().Truncate(time.Millisecond)) {
		t.Errorf("the relay ran at %s last, and it is %s", last, e.Clock.Now())
	}
	status.Store(http.StatusNoContent)
	e.Clock.Advance(time.Hour)
	backlog(webhooks.Backlog{Deliveries: 1, Due: e.Clock.Now()})
	if last := e.Svc.Relay.LastRun(); e.Clock.Now().Sub(last) < time.Hour {
		t.Errorf("the relay ran at %s last, and did not run since", last)
	}
	e.quiet()
	backlog(webhooks.Backlog{})
	counts(1, 1, 1, 0)
	status.Store(http.StatusGone)
	e.update(c, `{"name":"Harbor Lane Bikes"}`)
	e.quiet()
	counts(1, 2, 1, 1)
}
