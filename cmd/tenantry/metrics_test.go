package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"tenantry/customers/lifecycle"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// metricNames returns the names of every metric that the program has, as its code says them.
func metricNames(t *testing.T) []string {
	t.Helper()
	names := map[string]bool{}
	for _, root := range []string{".", "../../internal", "../../customers"} {
		testkit.Must(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil || !strings.Contains(string(content), `"github.com/prometheus/client_golang/prometheus"`) {
				return err
			}
			for _, found := range regexp.MustCompile(`"(tenantry_[a-z_]+)"`).FindAllStringSubmatch(string(content), -1) {
				names[found[1]] = true
			}
			return nil
		}))
	}
	if len(names) < 20 {
		t.Fatalf("the code names %d metrics", len(names))
	}
	return slices.Sorted(maps.Keys(names))
}

// namedIn returns the names that a file has, as a pattern finds them.
func namedIn(t *testing.T, path, pattern string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	testkit.Must(t, err)
	names := map[string]bool{}
	for _, found := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
		names[found[1]] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// Every metric that the program has is documented for those who watch it, and nothing else
// is.
func TestEveryMetricIsDocumented(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(metricNames(t), namedIn(t, "../../docs/operations.md", "`(tenantry_[a-z_]+)`")); diff != "" {
		t.Errorf("metrics and docs/operations.md differ (-metrics +documented):\n%s", diff)
	}
}

// The dashboard and the alerts ask for nothing that the program does not export; the dashboard
// shows every metric but those that nobody watches over time.
func TestDashboardAndAlertsKnowTheMetrics(t *testing.T) {
	t.Parallel()
	names := metricNames(t)
	known := func(name string) bool {
		for _, ending := range []string{"", "_bucket", "_sum", "_count"} {
			if slices.Contains(names, strings.TrimSuffix(name, ending)) {
				return true
			}
		}
		return false
	}
	const dashboard, alerts = "../../deploy/grafana/tenantry.json", "../../deploy/prometheus/alerts.yaml"
	for _, path := range []string{dashboard, alerts} {
		asked := namedIn(t, path, `\b(tenantry_[a-z_]+)\b`)
		if len(asked) < 15 {
			t.Errorf("%s asks for %d metrics", path, len(asked))
		}
		for _, name := range asked {
			if !known(name) {
				t.Errorf("%s asks for %s, which is not exported", path, name)
			}
		}
	}
	text, err := os.ReadFile(dashboard)
	testkit.Must(t, err)
	for _, name := range names {
		if !strings.Contains(string(text), name) && name != "tenantry_store_cache_customers" {
			t.Errorf("the dashboard does not show %s", name)
		}
	}
}

// An installation measures its store, its background work, the runtime and the process,
// each once; what waits is left out while the store does not answer, and the rest is there.
func TestAnInstallationIsMeasured(t *testing.T) {
	t.Parallel()
	p, i := newInstallation(t)
	registry := prometheus.NewRegistry()
	i.measure(registry, p.Now)
	measured := func() (names []string) {
		t.Helper()
		families, err := registry.Gather()
		testkit.Must(t, err)
		for _, f := range families {
			names = append(names, f.GetName())
		}
		return names
	}
	always := []string{
		"tenantry_background_failures_total", "tenantry_webhook_deliveries_total", "tenantry_webhook_attempts_total",
		"go_goroutines", "go_memstats_heap_alloc_bytes", "process_start_time_seconds",
	}
	always = append(always, "tenantry_relay_last_run_timestamp_seconds", "tenantry_keyring_key", "tenantry_hashes_waiting", "tenantry_logins_total", "tenantry_store_connections_in_use")
	if !onMongo() {
		always = append(always, "tenantry_store_commit_writes", "tenantry_store_commits_failed_total", "tenantry_store_writes_waiting", "tenantry_store_journal_bytes", "tenantry_store_cache_hits_total")
	}
	waits := []string{"tenantry_outbox_age_seconds", "tenantry_outbox_customers", "tenantry_webhook_deliveries_pending", "tenantry_webhook_delivery_age_seconds"}
	has := func(names, wanted []string, want bool) {
		t.Helper()
		for _, name := range wanted {
			if slices.Contains(names, name) != want {
				t.Errorf("%s is measured: %t, want %t", name, !want, want)
			}
		}
	}
	names := measured()
	has(names, always, true)
	has(names, waits, true)
	testkit.Must(t, i.store.Close(t.Context()))
	names = measured()
	has(names, always, true)
	has(names, waits, false)
}

// Figures cost no more the more customers there are: labels have words of the program and of
// the configuration, never an id, and a family has as many series with two hundred customers
// as with twenty.
func TestLabelsAreBounded(t *testing.T) {
	t.Parallel()
	p, i := newInstallation(t)
	registry := prometheus.NewRegistry()
	i.measure(registry, p.Now)
	caller, err := i.service.Registry.System(t.Context(), "test")
	testkit.Must(t, err)
	series := func(customers int) map[string]int {
		for n := range customers {
			var in lifecycle.CreateInput
			testkit.Must(t, patch.Decode(fmt.Appendf(nil, `{"name":"Shop %d","email":"shop%d@example.com","planKey":"platform"}`, n, n), &in.Input))
			_, err := i.service.Lifecycle.Create(t.Context(), caller, in)
			testkit.Must(t, err)
		}
		families, err := registry.Gather()
		testkit.Must(t, err)
		counted := map[string]int{}
		for _, family := range families {
			counted[family.GetName()] = len(family.GetMetric())
			for _, one := range family.GetMetric() {
				for _, label := range one.GetLabel() {
					if strings.HasPrefix(family.GetName(), "tenantry_") && !regexp.MustCompile(`^[a-zA-Z_-]*$`).MatchString(label.GetValue()) {
						t.Errorf("%s has %s=%q", family.GetName(), label.GetName(), label.GetValue())
					}
				}
			}
		}
		return counted
	}
	few, many := series(20), series(180)
	for name, n := range many {
		if n != few[name] || n > 200 {
			t.Errorf("%s has %d series, and had %d with fewer customers", name, n, few[name])
		}
	}
	if few["tenantry_customers"] < 4 || few["tenantry_customers_of_plan"] == 0 {
		t.Errorf("the customers are not counted: %v", few)
	}
}
