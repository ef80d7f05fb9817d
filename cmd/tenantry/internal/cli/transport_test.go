package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"tenantry/client"
)

// What a handler in this process writes is read while it is written, with its status and
// headers.
func TestAnswersOfThisProcessStream(t *testing.T) {
	t.Parallel()
	read := make(chan struct{})
	transport := HandlerTransport{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Kind", "stream")
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, string(body)+r.URL.Query().Get("q")+"\n")
		<-read // The first line has arrived before the second is written.
		_, _ = io.WriteString(w, "second\n")
	})}
	c := LocalClient(transport, "it")
	response, err := c.Open(t.Context(), client.Request{Method: http.MethodPost, Path: "/x", Query: map[string][]string{"q": {"!"}}, Body: []byte("first")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	lines := bufio.NewReader(response.Body)
	first, err := lines.ReadString('\n')
	close(read)
	rest, _ := io.ReadAll(lines)
	if err != nil || first != "first!\n" || string(rest) != "second\n" ||
		response.Status != http.StatusAccepted || response.Header.Get("X-Kind") != "stream" {
		t.Errorf("%d %v: %q, %q, %v", response.Status, response.Header, first, rest, err)
	}
}

// A handler that writes nothing answers 200, one that panics breaks its answer off, and
// neither takes the program down.
func TestHandlersThatSayNothing(t *testing.T) {
	t.Parallel()
	c := LocalClient(HandlerTransport{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})}, "it")
	if answer, err := c.Do(t.Context(), client.Request{Method: http.MethodGet, Path: "/"}); err != nil || len(answer) > 0 {
		t.Errorf("saying nothing is %q, %v", answer, err)
	}
	c = LocalClient(HandlerTransport{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oops") })}, "it")
	if _, err := c.Do(t.Context(), client.Request{Method: http.MethodGet, Path: "/"}); !errors.Is(err, client.ErrUnreachable) || !strings.Contains(err.Error(), "oops") {
		t.Errorf("a panic is %v", err)
	}
}

// An interrupted call does not wait for a handler that hangs.
func TestInterruptedCallsReturn(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := LocalClient(HandlerTransport{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})}, "it")
	if _, err := c.Do(ctx, client.Request{Method: http.MethodGet, Path: "/"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
