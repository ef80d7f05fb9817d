// Package dialect is what the faces of other vendors share: how one is mounted, what
// it gets of a request, what it gives back, and how it writes ids.
//
// A dialect translates. It reads a vendor's request, calls one method of
// customers.Service and writes the vendor's answer; what it refuses, the service
// refused, or could not be read. It knows neither Echo nor a store: internal/api
// finds out who calls, limits rates and sizes, logs, and hands it an Exchange.
//
// To add one, implement Dialect in a package of its own below this one and hand it to
// api.Options.Dialects.
package dialect
