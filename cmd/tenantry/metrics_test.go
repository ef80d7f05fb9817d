package main

import (
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
		"tenantry_store_commit_writes", "tenantry_store_commits_failed_total", "tenantry_store_writes_waiting", "tenantry_store_journal_bytes",
		"tenantry_store_cache_hits_total", "go_goroutines", "go_memstats_heap_alloc_bytes", "process_start_time_seconds",
	}
	waits := []string{"tenantry_outbox_age_seconds", "tenantry_outbox_customers", "tenantry_webhook_deliveries_pending"}
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
