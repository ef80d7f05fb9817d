package deploy

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"sigs.k8s.io/yaml"
)

// rules are the parts of a file of rules that are tested.
type rules struct {
	Groups []struct {
		Name  string
		Rules []struct {
			Alert, Expr, For string
			Labels           map[string]string
			Annotations      map[string]string
		}
	}
}

// cases are, for each alert, figures of four hours at which it fires, and others at which it
// does not. Figures are in the notation of Prometheus: start+step x times, two minutes apart.
var cases = map[string]struct{ fires, quiet string }{
	"TenantryDown": {`up{job="tenantry", instance="a"} 0x120`, `up{job="tenantry", instance="a"} 1x120`},
	"TenantryErrors": {
		`tenantry_http_requests_total{instance="a", status="200"} 0+90x120
		 tenantry_http_requests_total{instance="a", status="500"} 0+10x120`,
		`tenantry_http_requests_total{instance="a", status="200"} 0+9999x120
		 tenantry_http_requests_total{instance="a", status="500"} 0+1x120`,
	},
	"TenantrySlow": {
		slow("tenantry_http_request_duration_seconds", "2.5"), slow("tenantry_http_request_duration_seconds", "0.1"),
	},
	"TenantryRefusesForWantOfRoom": {`tenantry_http_refused_total{instance="a", reason="requests"} 0+600x120`, `tenantry_http_refused_total{instance="a", reason="requests"} 0+1x120`},
	"TenantryConnectionsClosed":    {`tenantry_connections_closed_total{instance="a", reason="all"} 0+5x120`, `tenantry_connections_closed_total{instance="a", reason="idle"} 0+5x120`},
	"TenantryCertificateEnds":      {`tenantry_tls_certificate_expiry_timestamp_seconds{instance="a"} 500000x120`, `tenantry_tls_certificate_expiry_timestamp_seconds{instance="a"} 5000000x120`},
	"TenantryCommitsSlow":          {slow("tenantry_store_commit_duration_seconds", "0.5"), slow("tenantry_store_commit_duration_seconds", "0.01")},
	"TenantryCommitsFail":          {`tenantry_store_commits_failed_total{instance="a"} 0+1x120`, `tenantry_store_commits_failed_total{instance="a"} 7x120`},
	"TenantryWritesWait":           {`tenantry_store_writes_waiting{instance="a"} 800x120`, `tenantry_store_writes_waiting{instance="a"} 20x120`},
	"TenantryJournalGrows":         {`tenantry_store_journal_bytes{instance="a"} 300000000x120`, `tenantry_store_journal_bytes{instance="a"} 4000000x120`},
	"TenantryMongoFails":           {`tenantry_store_requests_failed_total{instance="a", command="find"} 0+1x120`, `tenantry_store_requests_failed_total{instance="a", command="find"} 3x120`},
	"TenantryMongoSlow":            {slow("tenantry_store_request_duration_seconds", "0.5"), slow("tenantry_store_request_duration_seconds", "0.01")},
	"TenantryRecordsDamaged":       {`tenantry_store_damaged_records{instance="a"} 1x120`, `tenantry_store_damaged_records{instance="a"} 0x120`},
	"TenantryEventsLate":           {`tenantry_outbox_age_seconds{instance="a"} 90x120`, `tenantry_outbox_age_seconds{instance="a"} 1x120`},
	"TenantryWebhooksPileUp":       {`tenantry_webhook_deliveries_pending{instance="a"} 2000+50x120`, `tenantry_webhook_deliveries_pending{instance="a"} 9000-50x120`},
	"TenantryWebhooksGivenUp":      {`tenantry_webhook_deliveries_total{instance="a", outcome="failed"} 0+1x120`, `tenantry_webhook_deliveries_total{instance="a", outcome="delivered"} 0+100x120`},
	"TenantryBackgroundFails":      {`tenantry_background_failures_total{instance="a", work="events"} 0+1x120`, `tenantry_background_failures_total{instance="a", work="events"} 2x120`},
	"TenantryBackupOld":            {`tenantry_backup_last_timestamp_seconds{instance="a"} 60x120`, `tenantry_backup_last_timestamp_seconds{instance="a"} 14000x120`},
	"TenantryPanics":               {`tenantry_panics_total{instance="a"} 0+1x120`, `tenantry_panics_total{instance="a"} 3x120`},
	"TenantryCredentialsGuessed":   {`tenantry_logins_total{instance="a", outcome="wrong"} 0+600x120`, `tenantry_logins_total{instance="a", outcome="wrong"} 0+6x120`},
	"TenantryRateLimited":          {`tenantry_http_denied_total{instance="a", status="429", code="rateLimited"} 0+1200x120`, `tenantry_http_denied_total{instance="a", status="429", code="rateLimited"} 0+12x120`},
	"TenantryHashesWait":           {`tenantry_hashes_waiting{instance="a", of="passwords"} 40x120`, `tenantry_hashes_waiting{instance="a", of="passwords"} 2x120`},
	"TenantryIdentityLeftAlone":    {`tenantry_identity_breaker_open{instance="a"} 1x120`, `tenantry_identity_breaker_open{instance="a"} 0x120`},
	"TenantryReviewsOverdue":       {`tenantry_reviews_deadline_timestamp_seconds{instance="a"} 60x120`, `tenantry_reviews_deadline_timestamp_seconds{instance="a"} 90000x120`},
	"TenantryDeliveriesOverdue":    {`tenantry_webhook_delivery_age_seconds{instance="a"} 900x120`, `tenantry_webhook_delivery_age_seconds{instance="a"} 2x120`},
	"TenantryRelayStands":          {`tenantry_relay_last_run_timestamp_seconds{instance="a"} 60x120`, `tenantry_relay_last_run_timestamp_seconds{instance="a"} 0+120x120`},
	"TenantryStoreFails":           {`tenantry_store_operations_failed_total{instance="a", operation="Get"} 0+1x120`, `tenantry_store_operations_failed_total{instance="a", operation="Get"} 3x120`},
	"TenantryRingsDiffer": {`tenantry_keyring_key{instance="a"} 1x120
		 tenantry_keyring_key{instance="b"} 2x120`, `tenantry_keyring_key{instance="a"} 2x120
		 tenantry_keyring_key{instance="b"} 2x120`},
	"TenantryVersionsDiffer": {
		`tenantry_build_info{instance="a", version="v1", mode="live"} 1x120
		 tenantry_build_info{instance="b", version="v2", mode="live"} 1x120`,
		`tenantry_build_info{instance="a", version="v1", mode="live"} 1x120
		 tenantry_build_info{instance="b", version="v1", mode="live"} 1x120`,
	},
}

// slow returns a histogram whose observations all take about so many seconds.
func slow(name, seconds string) string {
	var lines []string
	for _, bound := range []string{"0.01", "0.1", "0.5", "2.5", "+Inf"} {
		step := "100"
		if bound != "+Inf" && bound < seconds {
			step = "0"
		}
		lines = append(lines, name+`_bucket{instance="a", le="`+bound+`"} 0+`+step+`x120`)
	}
	return strings.Join(lines, "\n")
}

// TestAlerts holds, for each alert, that it is there at the end of figures that are bad, and is
// not at the end of good ones, and that it says what is wrong and what to do.
func TestAlerts(t *testing.T) {
	text, err := os.ReadFile("../../deploy/prometheus/alerts.yaml")
	must(t, err)
	var all rules
	must(t, yaml.UnmarshalStrict(text, &all))
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 100_000, Timeout: time.Minute, Parser: parser.NewParser(parser.Options{})})
	seen := 0
	for _, rule := range all.Groups[0].Rules {
		t.Run(rule.Alert, func(t *testing.T) {
			c, ok := cases[rule.Alert]
			if !ok {
				t.Fatal("no case says when it fires")
			}
			if rule.Annotations["summary"] == "" || rule.Annotations["description"] == "" || rule.Labels["severity"] == "" {
				t.Error("it lacks a summary, a description or a severity")
			}
			fires := func(figures string) int {
				store := promqltest.LoadedStorage(t, "load 2m\n\t"+strings.ReplaceAll(figures, "\n", "\n\t"))
				query, err := engine.NewInstantQuery(t.Context(), store, nil, rule.Expr, time.Unix(0, 0).Add(4*time.Hour))
				must(t, err)
				defer query.Close()
				result := query.Exec(t.Context())
				must(t, result.Err)
				found, err := result.Vector()
				must(t, err)
				return len(found)
			}
			if fires(c.fires) == 0 {
				t.Error("it does not fire at bad figures")
			}
			if n := fires(c.quiet); n > 0 {
				t.Errorf("it fires %d times at good figures", n)
			}
		})
		seen++
	}
	if seen != len(cases) {
		t.Errorf("%d alerts, and cases of %d", seen, len(cases))
	}
}
