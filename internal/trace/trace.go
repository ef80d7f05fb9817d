package trace

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	oteltrace "go.opentelemetry.io/otel/trace"
)

// scope names what makes the spans.
const scope = "tenantry"

// Key is the key of an attribute.
type Key string

// The keys of attributes; those without a prefix of ours are conventions of OpenTelemetry.
const (
	Method Key = "http.request.method"
	Route  Key = "http.route"
	Status Key = "http.response.status_code"
	// Ref is the reference of an answer.
	Ref Key = "tenantry.ref"
	// Tenant is the id of a platform. Actor is the customer whose credential was used,
	// Subject the one it acted for, Customer the one that something is about.
	Tenant   Key = "tenantry.tenant.id"
	Actor    Key = "tenantry.actor.id"
	Subject  Key = "tenantry.subject.id"
	Customer Key = "tenantry.customer.id"
	// Code is the code of a refusal.
	Code Key = "tenantry.code"
	// Event is the type of an event, Webhook the id of a receiver, Delivery that of a
	// delivery, and Provider the kind of an identity provider.
	Event    Key = "tenantry.event.type"
	Webhook  Key = "tenantry.webhook.id"
	Delivery Key = "tenantry.delivery.id"
	Provider Key = "tenantry.identity.provider"
	// System is the kind of a store, and Operation what it was asked for.
	System    Key = "db.system.name"
	Operation Key = "db.operation.name"
)

// w3c reads and writes the headers traceparent and tracestate. Baggage is left out: it may
// hold anything, and would be carried on to others.
var w3c = propagation.TraceContext{}

// Tracer begins traces. Its zero value begins none.
type Tracer struct{ tracer oteltrace.Tracer }

// New returns a Tracer of a provider.
func New(provider oteltrace.TracerProvider) Tracer { return Tracer{provider.Tracer(scope)} }

// On reports whether the Tracer begins traces.
func (t Tracer) On() bool { return t.tracer != nil }

// Request begins the span of a request that came in. It goes on with the trace that the
// headers name, if they name one.
func (t Tracer) Request(ctx context.Context, header http.Header, name string) (context.Context, Span) {
	if t.tracer == nil {
		return ctx, Span{}
	}
	ctx = w3c.Extract(ctx, propagation.HeaderCarrier(header))
	ctx, span := t.tracer.Start(ctx, name, oteltrace.WithSpanKind(oteltrace.SpanKindServer))
	return ctx, Span{span}
}

type tracerKey struct{}

// With returns a context in which Call begins a trace where there is none yet, for work
// that no request waits for.
func (t Tracer) With(ctx context.Context) context.Context {
	if t.tracer == nil {
		return ctx
	}
	return context.WithValue(ctx, tracerKey{}, t)
}

// Start begins a span within that of the context; without one it does nothing.
func Start(ctx context.Context, name string) (context.Context, Span) {
	return start(ctx, name, oteltrace.SpanKindInternal)
}

// Query begins the span of an operation of a store within that of the context; without one
// it does nothing.
func Query(ctx context.Context, system, operation string) (context.Context, Span) {
	ctx, span := start(ctx, operation, oteltrace.SpanKindClient)
	span.Set(System, system)
	span.Set(Operation, operation)
	return ctx, span
}

// Call begins the span of a call to another service: within that of the context, or else as
// the beginning of a trace.
func Call(ctx context.Context, name string) (context.Context, Span) {
	if oteltrace.SpanFromContext(ctx).SpanContext().IsValid() {
		return start(ctx, name, oteltrace.SpanKindClient)
	}
	t, _ := ctx.Value(tracerKey{}).(Tracer)
	if t.tracer == nil {
		return ctx, Span{}
	}
	ctx, span := t.tracer.Start(ctx, name, oteltrace.WithSpanKind(oteltrace.SpanKindClient))
	return ctx, Span{span}
}

func start(ctx context.Context, name string, kind oteltrace.SpanKind) (context.Context, Span) {
	above := oteltrace.SpanFromContext(ctx)
	if !above.IsRecording() {
		return ctx, Span{}
	}
	ctx, span := above.TracerProvider().Tracer(scope).Start(ctx, name, oteltrace.WithSpanKind(kind))
	return ctx, Span{span}
}

// Send writes the trace of the context into the headers of a request to another service.
func Send(ctx context.Context, header http.Header) {
	w3c.Inject(ctx, propagation.HeaderCarrier(header))
}

// ID returns the id of the trace that the context is recorded in, empty for none.
func ID(ctx context.Context) string {
	span := oteltrace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return ""
	}
	return span.SpanContext().TraceID().String()
}

// Span is a part of a trace. Its zero value does nothing.
type Span struct{ span oteltrace.Span }

// Set adds an attribute; an empty value adds none.
func (s Span) Set(key Key, value string) {
	if s.span != nil && value != "" {
		s.span.SetAttributes(attribute.String(string(key), value))
	}
}

// SetInt adds an attribute that is a number.
func (s Span) SetInt(key Key, value int) {
	if s.span != nil {
		s.span.SetAttributes(attribute.Int(string(key), value))
	}
}

// Fail marks the span as failed, for a reason that is a word of this program.
func (s Span) Fail(reason string) {
	if s.span != nil {
		s.span.SetStatus(codes.Error, reason)
	}
}

// On reports whether the span is recorded.
func (s Span) On() bool { return s.span != nil && s.span.IsRecording() }

// End ends the span.
func (s Span) End() {
	if s.span != nil {
		s.span.End()
	}
}
