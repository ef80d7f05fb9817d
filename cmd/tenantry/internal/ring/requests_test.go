package ring_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"tenantry/cmd/tenantry/internal/ring"
)

// Settle waits for the requests that were under way when it was called, and not
// for those that came after.
func TestSettleWaitsForEarlierRequestsOnly(t *testing.T) {
	t.Parallel()
	var requests ring.Requests
	begun, finish := make(chan struct{}), make(chan struct{})
	handler := requests.Counted(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		if r.URL.Path == "/earlier" {
			<-finish
		} else {
			<-r.Context().Done()
		}
	}))
	serve := func(ctx context.Context, path string) {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
	}
	go serve(t.Context(), "/earlier")
	<-begun

	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if requests.Settle(impatient) == nil {
		t.Fatal("it did not wait for the request under way")
	}

	go serve(t.Context(), "/earlier")
	<-begun
	settled := make(chan error)
	go func() { settled <- requests.Settle(t.Context()) }()
	later, stop := context.WithCancel(t.Context())
	defer stop()
	close(finish)
	go serve(later, "/later")
	<-begun
	if err := <-settled; err != nil {
		t.Error(err)
	}
}

// Without requests there is nothing to wait for.
func TestSettleWithoutRequests(t *testing.T) {
	t.Parallel()
	var requests ring.Requests
	if err := requests.Settle(t.Context()); err != nil {
		t.Error(err)
	}
}
