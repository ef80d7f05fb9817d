package config

import (
	"net/url"
	"strings"
	"time"

	urlcheck "tenantry/internal/check"
	"tenantry/internal/kyc"
	"tenantry/internal/secret"
)

// setting is one key of the configuration.
type setting struct {
	key string
	value
}

// variable returns the name of the setting in the environment.
func (s setting) variable() string { return variableOf(s.key) }

func variableOf(key string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

const (
	// longestRequest leaves room for what follows a request below the minute for which
	// reservations of unique values stand.
	longestRequest = 45 * time.Second
	whyNoLonger    = "a request must end before the minute is over for which it reserves unique values and its idempotency key"
)

// settings binds every key to its place in c, in the order of config.yaml.
func settings(c *Config) []setting {
	const mebibyte = 1 << 20
	return []setting{
		{"mode", choice[Mode]{&c.Mode, []Mode{Sandbox, Live}}},
		{"listen", text{to: &c.Listen, what: "host:port", check: isAddress}},
		{"public_url", text{to: &c.PublicURL, what: `a URL, or "" for none`, optional: true, check: isBaseURL}},
		{"data", text{to: &c.Data, what: "the path of a directory"}},
		{"log.level", choice[string]{&c.Log.Level, []string{"debug", "info", "warn", "error"}}},
		{"log.format", choice[string]{&c.Log.Format, []string{"auto", "json", "console"}}},
		{"log.client", choice[string]{&c.Log.Client, []string{"off", "address", "prefix"}}},
		{"metrics.listen", text{to: &c.Metrics.Listen, what: `host:port, or "" for none`, optional: true, check: isAddress}},
		{"telemetry.otlp_endpoint", text{to: &c.Telemetry.OTLPEndpoint, what: `a URL, or "" for none`, optional: true, check: isCollectorURL}},
		{"console.listen", text{to: &c.Console.Listen, what: `host:port, or "" for beside the API`, optional: true, check: isAddress}},
		{"limits.body_bytes", number{&c.Limits.BodyBytes, 1 << 10, 64 * mebibyte, "bytes"}},
		{"limits.request_timeout", duration{&c.Limits.RequestTimeout, time.Second, longestRequest, whyNoLonger}},
		{"limits.rate_per_minute", number{&c.Limits.RatePerMinute, 0, 10_000_000, "requests; 0 is no limit"}},
		{"limits.tenant_rate_per_minute", number{&c.Limits.TenantRatePerMinute, 0, 100_000_000, "requests; 0 is no limit"}},
		{"limits.requests_in_flight", number{&c.Limits.RequestsInFlight, 16, 1_000_000, "requests"}},
		{"limits.tenant_requests_in_flight", number{&c.Limits.TenantRequestsInFlight, 1, 1_000_000, "requests"}},
		{"limits.bytes_in_flight", number{&c.Limits.BytesInFlight, mebibyte, 16 << 30, "bytes"}},
		{"limits.tenant_bytes_in_flight", number{&c.Limits.TenantBytesInFlight, mebibyte, 16 << 30, "bytes"}},
		{"limits.connections", number{&c.Limits.Connections, 16, 1_000_000, "connections"}},
		{"limits.address_connections", number{&c.Limits.AddressConnections, 1, 1_000_000, "connections"}},
		{"limits.memory_bytes", number{&c.Limits.MemoryBytes, 0, 1 << 40, "bytes; 0 goes by the cache"}},
		{"limits.trusted_proxies", networks{&c.Limits.TrustedProxies}},
		{"shutdown.delay", text{to: &c.Shutdown.Delay, what: "auto, or a time span such as 5s", check: isDelay}},
		{"tls.cert", text{to: &c.TLS.Cert, what: `the path of a PEM file, or ""`, optional: true}},
		{"tls.key", text{to: &c.TLS.Key, what: `the path of a PEM file, or ""`, optional: true}},
		{"tls.in_front", truth{&c.TLS.InFront}},
		{"cors.origins", origins{&c.CORS.Origins}},
		{"store.sqlite.cache_bytes", number{&c.Store.SQLite.CacheBytes, 0, 64 << 30, "bytes; 0 is no cache"}},
		{"store.sqlite.searches", number{&c.Store.SQLite.Searches, 0, 16, "searches; 0 goes by the processors"}},
		{"store.sqlite.search_timeout", duration{&c.Store.SQLite.SearchTimeout, 100 * time.Millisecond, time.Minute, ""}},
		{"store.mongo.uri", hidden{&c.Store.Mongo.URI, `mongodb://… or mongodb+srv://…, or ""`, isMongoURI}},
		{"store.mongo.database", text{to: &c.Store.Mongo.Database, what: "the name of a database", check: isDatabase}},
		{"store.mongo.timeout", duration{&c.Store.Mongo.Timeout, 100 * time.Millisecond, 5 * time.Minute, ""}},
		{"store.mongo.list_reads", choice[string]{&c.Store.Mongo.ListReads, []string{Primary, SecondaryPreferred}}},
		{"keys.bcrypt_cost", number{&c.Keys.BcryptCost, 4, 14, "each step doubles the work"}},
		{"keys.failures_per_minute", number{&c.Keys.FailuresPerMinute, 1, 100_000, "failed attempts"}},
		{"keys.address_failures_per_minute", number{&c.Keys.AddressFailuresPerMinute, 1, 1_000_000, "failed attempts"}},
		{"keys.remembered", number{&c.Keys.Remembered, 1, 10_000_000, "keys"}},
		{"users.bcrypt_cost", number{&c.Users.BcryptCost, 10, 16, "each step doubles the work"}},
		{"users.logins_per_minute", number{&c.Users.LoginsPerMinute, 1, 100_000, "log-ins"}},
		{"users.address_logins_per_minute", number{&c.Users.AddressLoginsPerMinute, 1, 1_000_000, "log-ins"}},
		{"tenancy.max_depth", number{&c.Tenancy.MaxDepth, 2, 16, "customers from the root down"}},
		{"payers.plan", text{to: &c.Payers.Plan, what: "the key of a plan"}},
		{"seal.keyring_file", text{to: &c.Seal.KeyringFile, what: `the path of a file, or ""`, optional: true}},
		{"seal.keyring_in_data", choice[Switch]{&c.Seal.KeyringInData, []Switch{Auto, On, Off}}},
		{"seal.keyring_command", command{&c.Seal.KeyringCommand, "[sops, --decrypt, keyring.json]"}},
		{"seal.keyring", hidden{&c.Seal.Keyring, "the text of a key ring", isRingPlace}},
		{"identity.provider", choice[string]{&c.Identity.Provider, []string{"auto", "sandbox", "manual", "http"}}},
		{"identity.http.url", text{to: &c.Identity.HTTP.URL, what: `a URL, or ""`, optional: true, check: isReviewURL}},
		{"identity.http.secret", hidden{&c.Identity.HTTP.Secret, "whsec_ and base64 of 16 bytes or more", isSigningSecret}},
		{"identity.http.timeout", duration{&c.Identity.HTTP.Timeout, 100 * time.Millisecond, 10 * time.Second, ""}},
		{"identity.http.breaker_failures", number{&c.Identity.HTTP.BreakerFailures, 1, 1000, "failures in a row"}},
		{"identity.http.breaker_pause", duration{&c.Identity.HTTP.BreakerPause, time.Second, time.Hour, ""}},
		{"documents.scanner_command", command{&c.Documents.ScannerCommand, "[clamdscan, --no-summary, -]"}},
		{"documents.scanner_timeout", duration{&c.Documents.ScannerTimeout, 100 * time.Millisecond, 30 * time.Second, ""}},
		{"documents.scanners_at_once", number{&c.Documents.ScannersAtOnce, 1, 64, "files"}},
		{"webhooks.allow_private", choice[Switch]{&c.Webhooks.AllowPrivate, []Switch{Auto, On, Off}}},
		{"webhooks.allow_insecure", choice[Switch]{&c.Webhooks.AllowInsecure, []Switch{Auto, On, Off}}},
		{"webhooks.allow_any_port", choice[Switch]{&c.Webhooks.AllowAnyPort, []Switch{Auto, On, Off}}},
		{"webhooks.retention_days", number{&c.Webhooks.RetentionDays, 0, 3650, "days; 0 keeps them forever"}},
		{"dialects.straddle.plan", text{to: &c.Dialects.Straddle.Plan, what: "the key of a plan"}},
		{"dialects.balanced.plan", text{to: &c.Dialects.Balanced.Plan, what: "the key of a plan"}},
		{"dialects.balanced.tenant_plan", text{to: &c.Dialects.Balanced.TenantPlan, what: "the key of a plan"}},
		{"dialects.balanced.sign_up", choice[Switch]{&c.Dialects.Balanced.SignUp, []Switch{Auto, On, Off}}},
		{"dialects.balanced.address_sign_ups_per_minute", number{&c.Dialects.Balanced.AddressSignUpsPerMinute, 1, 1_000_000, "sign-ups"}},
		{"dialects.balanced.sign_ups_per_minute", number{&c.Dialects.Balanced.SignUpsPerMinute, 1, 1_000_000, "sign-ups"}},
		{"dialects.dwolla.plan", text{to: &c.Dialects.Dwolla.Plan, what: "the key of a plan"}},
		{"dialects.dwolla.accept", choice[string]{&c.Dialects.Dwolla.Accept, []string{AcceptStrict, AcceptLenient}}},
		{"plans", catalog{&c.Plans}},
	}
}

// isMongoURI refuses what cannot be a connection string, without showing it.
func isMongoURI(_ given, s string) *Fault {
	if strings.HasPrefix(s, "mongodb://") || strings.HasPrefix(s, "mongodb+srv://") {
		return nil
	}
	return wrong("does not begin with mongodb:// or mongodb+srv://", "write a connection string of MongoDB (its value is not shown here)")
}

// isDelay checks how long a stopping service serves on.
func isDelay(s string) *Fault {
	if s == string(Auto) {
		return nil
	}
	if delay, err := urlcheck.Span(s); err != nil || delay < 0 || delay > 5*time.Minute {
		return wrong("is "+quoted(s)+", which is not a delay", "write auto, or a time span from 0s to 5m")
	}
	return nil
}

func isDatabase(s string) *Fault {
	if len(s) > 63 || strings.ContainsAny(s, "/\\. \"$*<>:|?\x00") {
		return wrong("is "+quoted(s)+", which is not a valid name of a MongoDB database", "write up to 63 letters, digits, - and _")
	}
	return nil
}

// isRingPlace keeps the ring out of files and command lines, which are copied about and
// seen by others.
func isRingPlace(g given, _ string) *Fault {
	if g.origin == FromEnvironment {
		return nil
	}
	return wrong("holds a key ring", "take it out: set "+variableOf("seal.keyring")+" in the environment, or name a file by seal.keyring_file")
}

// isReviewURL checks the URL of the reviewing service.
func isReviewURL(s string) *Fault {
	const such = "write a URL such as https://reviews.example.com/judge"
	target, err := urlcheck.ParseTarget(s)
	if err != nil {
		return wrong("is "+quoted(s)+", which "+err.Error(), such)
	}
	if target.URL.Fragment != "" {
		return wrong("is "+quoted(s)+", which has a fragment (#) that is never sent", such)
	}
	return nil
}

// isCollectorURL checks the URL of a collector of traces. What opens it stands in
// OTEL_EXPORTER_OTLP_HEADERS, and not in a file that is copied about.
func isCollectorURL(s string) *Fault {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.RawQuery != "" {
		return wrong("is "+quoted(s)+", which is not the URL of a collector", "write a URL such as http://127.0.0.1:4318")
	}
	return nil
}

// isSigningSecret checks the form of a signing secret, without showing it.
func isSigningSecret(_ given, s string) *Fault {
	if _, err := kyc.ParseSecret(secret.New(s)); err != nil {
		return wrong("is not a signing secret", "write whsec_ followed by the base64 text of 16 random bytes or more (its value is not shown here)")
	}
	return nil
}
