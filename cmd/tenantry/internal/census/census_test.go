package census_test

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tenantry/cmd/tenantry/internal/census"
	"tenantry/internal/testkit"
)

// taken returns the figures of a census by their name and label.
func taken(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	testkit.Must(t, err)
	found := map[string]float64{}
	for _, family := range families {
		for _, one := range family.GetMetric() {
			name := family.GetName()
			for _, label := range one.GetLabel() {
				name += "=" + label.GetValue()
			}
			found[name] = one.GetGauge().GetValue()
		}
	}
	return found
}

// A census counts all customers by what they are, and is remembered for its time however
// often it is asked for.
func TestACensus(t *testing.T) {
	t.Parallel()
	h := testkit.Install(t, testkit.Store(t))
	platform := h.Create(h.Operator, `{"name":"Cove","email":"ops@cove.example","planKey":"platform"}`)
	registry := prometheus.NewRegistry()
	registry.MustRegister(census.New(h.Svc, h.Store, time.Minute, h.Clock.Now))
	before := taken(t, registry)
	if before["tenantry_customers=active"] != 1 || before["tenantry_customers_of_plan=platform"] != 1 || before["tenantry_webhooks_disabled_customers"] != 0 {
		t.Fatalf("the census is %v", before)
	}
	if _, there := before["tenantry_reviews_deadline_timestamp_seconds"]; there {
		t.Error("a review is due, and none waits")
	}
	h.Create(platform, `{"name":"Harbor Lane","email":"books@harborlane.example","planKey":"merchant"}`)
	if again := taken(t, registry); again["tenantry_customers_of_plan=merchant"] != before["tenantry_customers_of_plan=merchant"] {
		t.Error("a census is taken at each scrape")
	}
	h.Clock.Advance(time.Minute)
	after := taken(t, registry)
	if after["tenantry_customers_of_plan=merchant"] != before["tenantry_customers_of_plan=merchant"]+1 || after["tenantry_customers=active"] != before["tenantry_customers=active"]+1 {
		t.Errorf("the census is %v, and was %v with a customer less", after, before)
	}
}
