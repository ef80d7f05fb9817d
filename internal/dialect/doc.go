// Package dialect is what the dialects of other vendors share: how one is mounted, what
// it gets of a request, and how it writes ids.
//
// A dialect translates. It reads a vendor's request, calls the service and writes the
// vendor's answer; what it refuses for a reason of the business, the service refused.
// It knows neither Echo nor a store: internal/api finds out who calls, limits rates
// and sizes, keeps answers of idempotent requests, logs, and hands it a Request.
//
// To add one, implement Dialect in a package of its own below this one and hand it to
// api.Options.Dialects.
package dialect
