//go:build !notraces

package otlp_test

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"tenantry/internal/testkit"
	"tenantry/internal/trace"
	"tenantry/internal/trace/otlp"
)

// collector is a collector of OTLP over HTTP.
type collector struct {
	t     *testing.T
	flush func()
	// tracer begins the traces that are sent to it.
	tracer trace.Tracer

	mu       sync.Mutex
	spans    []*tracepb.Span
	resource []*commonpb.KeyValue
}

// collect starts a collector, and what sends to it.
func collect(t *testing.T) *collector {
	c := &collector{t: t}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	tracer, shutdown, err := otlp.Open(t.Context(), otlp.Options{Endpoint: server.URL, Version: "1.2.3", Mode: "sandbox"})
	testkit.Must(t, err)
	c.tracer = tracer
	c.flush = func() { testkit.Must(t, shutdown(t.Context())) }
	return c
}

// ServeHTTP implements http.Handler.
func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var sent collectorpb.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(body, &sent)
	}
	if err != nil || r.URL.Path != "/v1/traces" || r.Method != http.MethodPost {
		c.t.Errorf("the collector is sent %s %s: %v", r.Method, r.URL, err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, of := range sent.GetResourceSpans() {
		c.resource = of.GetResource().GetAttributes()
		for _, scoped := range of.GetScopeSpans() {
			c.spans = append(c.spans, scoped.GetSpans()...)
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// named returns the spans of a name, in the order in which they ended.
func (c *collector) named(name string) (list []*tracepb.Span) {
	for _, span := range c.spans {
		if span.GetName() == name {
			list = append(list, span)
		}
	}
	return list
}

// one returns the only span of a name.
func (c *collector) one(name string) *tracepb.Span {
	c.t.Helper()
	list := c.named(name)
	if len(list) != 1 {
		c.t.Fatalf("there are %d spans %q among %q", len(list), name, c.names())
	}
	return list[0]
}

func (c *collector) names() (list []string) {
	for _, span := range c.spans {
		list = append(list, span.GetName())
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// below reports whether a span is within another one, at any depth.
func (c *collector) below(span, above *tracepb.Span) bool {
	for range c.spans {
		at := slices.IndexFunc(c.spans, func(s *tracepb.Span) bool {
			return slices.Equal(s.GetSpanId(), span.GetParentSpanId()) && slices.Equal(s.GetTraceId(), span.GetTraceId())
		})
		if at < 0 {
			return false
		}
		if span = c.spans[at]; span == above {
			return true
		}
	}
	return false
}

func attribute(of []*commonpb.KeyValue, key trace.Key) any {
	for _, one := range of {
		if one.GetKey() == string(key) {
			if text := one.GetValue().GetStringValue(); text != "" {
				return text
			}
			return int(one.GetValue().GetIntValue())
		}
	}
	return nil
}

func id(of []byte) string { return hex.EncodeToString(of) }
