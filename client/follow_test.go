package client_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"tenantry/client"
)

// A stream whose connections are lost goes on where it was: no event is missed or comes
// twice, heartbeats are none, and the refusal of a credential that ended is its end.
func TestFollow(t *testing.T) {
	t.Parallel()
	say := func(text string, end http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = w.Write([]byte(text))
			_ = http.NewResponseController(w).Flush()
			if end != nil {
				end(w, r)
			}
		}
	}
	s := serve(t,
		say("retry: 4000\nid: p0\n\nid: p1\ndata: {\"id\":\"1\",\"type\":\"a.b\"}\n\n: heartbeat\nid: p1\n\nid: p2\ndata: {\"id\":\"2\"}\n\nid: p3\ndata: {\"id\":\"3", cut),
		refuse(http.StatusServiceUnavailable, "serviceUnavailable"),
		say("id: p2\n\nid: p3\ndata: {\"id\":\"3\"}\n\n", nil),
		say("event: end\ndata: {\"error\":{\"name\":\"unauthorized\",\"status\":\"401\",\"details\":{\"code\":\"invalidCredentials\"}}}\n\n", nil))
	w, fast := quick()
	var ids, places []string
	var last error
	for event, err := range s.client(t, fast).Events.Follow(t.Context(), client.StreamFilter{Type: "a.*"}) {
		if last = err; err == nil {
			ids, places = append(ids, event.ID), append(places, event.Place)
		}
	}
	if !slices.Equal(ids, []string{"1", "2", "3"}) || !slices.Equal(places, []string{"p1", "p2", "p3"}) {
		t.Errorf("the events were %q at %q", ids, places)
	}
	if got := s.header("Last-Event-ID"); !slices.Equal(got, []string{"", "p2", "p2", "p3"}) {
		t.Errorf("the connections went on from %q", got)
	}
	if refusal, ok := errors.AsType[*client.Error](last); !ok || refusal.Status != 401 || !errors.Is(last, client.ErrInvalidCredentials) {
		t.Errorf("it ended with %v", last)
	}
	// Of the 4 seconds that the service asks for, the middle of half to one and a half.
	if want := []time.Duration{4 * time.Second, 125 * time.Millisecond, 4 * time.Second}; !slices.Equal(w.noted(), want) {
		t.Errorf("it waited %v, want %v", w.noted(), want)
	}
}

// The context ends a stream, and is named as the reason; so does the loop.
func TestFollowEnds(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("id: p1\ndata: {\"id\":\"1\"}\n\n"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range s.client(t).Events.Follow(ctx, client.StreamFilter{}) {
		last = err
		cancel()
	}
	demand(t, "a stream whose context ended", last, context.Canceled)
	for range s.client(t).Events.Follow(t.Context(), client.StreamFilter{After: "p0"}) {
		break
	}
	if got := s.header("Last-Event-ID"); !slices.Equal(got, []string{"", "p0"}) {
		t.Errorf("the connections went on from %q", got)
	}
}
