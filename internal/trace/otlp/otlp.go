//go:build !notraces

package otlp

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"tenantry/internal/trace"
)

// sendTimeout bounds the sending of one batch.
const sendTimeout = 5 * time.Second

// tracesPath is where a collector takes traces.
const tracesPath = "/v1/traces"

// Open returns a Tracer whose spans are sent to the collector, and what flushes and ends
// it. Nothing waits for the collector: spans are sent in batches beside the requests, and
// while it does not take them those beyond a bound are dropped.
func Open(ctx context.Context, o Options) (trace.Tracer, func(context.Context) error, error) {
	sending := []otlptracehttp.Option{otlptracehttp.WithTimeout(sendTimeout)}
	if o.Endpoint != "" {
		// What the variables name is completed in the same way.
		url := strings.TrimSuffix(strings.TrimSuffix(o.Endpoint, "/"), tracesPath) + tracesPath
		sending = append(sending, otlptracehttp.WithEndpointURL(url))
	}
	exporter, err := otlptracehttp.New(ctx, sending...)
	if err != nil {
		return trace.Tracer{}, nil, fmt.Errorf("setting up traces: %w", err)
	}
	about, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.name", "tenantry"), attribute.String("service.version", o.Version),
			attribute.String("deployment.environment.name", o.Mode)),
		resource.WithFromEnv(), resource.WithTelemetrySDK())
	if err != nil {
		return trace.Tracer{}, nil, fmt.Errorf("setting up traces: %w", err)
	}
	if o.Failed != nil {
		otel.SetErrorHandler(otel.ErrorHandlerFunc(o.Failed))
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about))
	return trace.New(provider), provider.Shutdown, nil
}
