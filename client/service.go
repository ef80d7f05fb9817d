package client

import (
	"context"
	"net/http"
)

// ServiceService asks about the service itself.
type ServiceService struct{ c *Client }

// Timezone returns the zone in which days begin.
func (s *ServiceService) Timezone(ctx context.Context, options ...CallOption) (*Timezone, error) {
	return call[Timezone](ctx, s.c, http.MethodGet, path("customers", "timezone"), nil, options)
}

// Healthy returns whether the process is up, whatever the state of its store.
func (s *ServiceService) Healthy(ctx context.Context, options ...CallOption) (*Health, error) {
	return call[Health](ctx, s.c, http.MethodGet, "/healthz", nil, options)
}

// Ready returns whether the service can serve, and [ErrServiceUnavailable] while it cannot.
func (s *ServiceService) Ready(ctx context.Context, options ...CallOption) (*Health, error) {
	return call[Health](ctx, s.c, http.MethodGet, "/readyz", nil, options)
}

// Document returns the OpenAPI document of the service as YAML, without the operations that
// are twins of others.
func (s *ServiceService) Document(ctx context.Context, options ...CallOption) ([]byte, error) {
	return s.document(ctx, "/openapi.yaml", options)
}

// DocumentJSON returns the OpenAPI document of the service as JSON, without the operations
// that are twins of others.
func (s *ServiceService) DocumentJSON(ctx context.Context, options ...CallOption) ([]byte, error) {
	return s.document(ctx, "/openapi.json", options)
}

func (s *ServiceService) document(ctx context.Context, where string, options []CallOption) ([]byte, error) {
	answer, err := do(ctx, s.c, http.MethodGet, where, nil, with(options, asking(struct {
		For string `query:"for"`
	}{"clients"})))
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}

// Health is the state of the service.
type Health struct {
	// One of ok and ready.
	Status string `json:"status"`
	// What is wrong although requests are served; absent for nothing.
	Degraded []string `json:"degraded,omitzero"`
}

// Timezone is the zone in which days begin.
type Timezone struct {
	Object string `json:"object"`
	// An IANA name.
	Timezone string `json:"timezone"`
}
