package ring_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"tenantry/cmd/tenantry/internal/ring"
)

// door is a handler whose requests stay until it opens.
type door struct {
	begun, open chan struct{}
	http.Handler
}

func newDoor(requests *ring.Requests) *door {
	d := &door{begun: make(chan struct{}), open: make(chan struct{})}
	d.Handler = requests.Counted(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		d.begun <- struct{}{}
		<-d.open
	}))
	return d
}

// enter begins a request.
func (d *door) enter() {
	go d.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	<-d.begun
}

// Waiting covers the requests that were under way, and no later ones.
func TestEarlierRequestsAreAwaited(t *testing.T) {
	t.Parallel()
	var requests ring.Requests
	first, second := newDoor(&requests), newDoor(&requests)
	first.enter()
	wait := requests.Earlier()
	second.enter()
	defer close(second.open)

	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if wait(impatient) == nil {
		t.Fatal("it does not wait for a request under way")
	}
	close(first.open)
	if err := wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// A second wait, after the first was given up, waits for the same requests again.
func TestRequestsAreNotForgottenByGivingUp(t *testing.T) {
	t.Parallel()
	var requests ring.Requests
	d := newDoor(&requests)
	d.enter()
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 {
		if requests.Earlier()(impatient) == nil {
			t.Fatal("a request under way is forgotten")
		}
	}
	wait := requests.Earlier()
	close(d.open)
	if err := wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// Without requests waiting ends at once.
func TestNoRequests(t *testing.T) {
	t.Parallel()
	var requests ring.Requests
	if err := requests.Earlier()(t.Context()); err != nil {
		t.Error(err)
	}
}
