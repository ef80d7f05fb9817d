// Package otlp sends the spans of package trace to a collector, by OTLP over HTTP. It holds
// the SDK of OpenTelemetry, which nothing else imports. A build with the tag notraces
// leaves it out.
package otlp

// Options are what Open needs.
type Options struct {
	// Endpoint is the URL of the collector; empty for that of the variables
	// OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT. Headers, such as a
	// key of the collector, and the sampler come from OTEL_ variables too.
	Endpoint string
	// Version and Mode describe the service in each trace.
	Version, Mode string
	// Failed is told when spans cannot be sent; may be nil.
	Failed func(error)
}
