package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
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
	response, err := c.Send(t.Context(), Call{Method: http.MethodPost, Path: "/x", Query: map[string][]string{"q": {"!"}}, Body: []byte("first")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	lines := bufio.NewReader(response.Body)
	first, err := lines.ReadString('\n')
	close(read)
	rest, _ := io.ReadAll(lines)
	if err != nil || first != "first!\n" || string(rest) != "second\n" ||
		response.StatusCode != http.StatusAccepted || response.Header.Get("X-Kind") != "stream" {
		t.Errorf("%d %v: %q, %q, %v", response.StatusCode, response.Header, first, rest, err)
	}
}

// A handler that writes nothing answers 200, one that panics 500, and neither takes the
// program down.
func TestHandlersThatSayNothing(t *testing.T) {
	t.Parallel()
	for want, handler := range map[int]http.HandlerFunc{
		http.StatusOK:                  func(http.ResponseWriter, *http.Request) {},
		http.StatusInternalServerError: func(http.ResponseWriter, *http.Request) { panic("oops") },
	} {
		t.Run(fmt.Sprint(want), func(t *testing.T) {
			c := LocalClient(HandlerTransport{Handler: handler}, "it")
			response, err := c.Send(t.Context(), Call{Method: http.MethodGet, Path: "/"})
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
			if response.StatusCode != want {
				t.Errorf("status %d, want %d", response.StatusCode, want)
			}
		})
	}
}

// An interrupted call does not wait for a handler that hangs.
func TestInterruptedCallsReturn(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := &Client{base: LocalBase, Name: "it", transport: HandlerTransport{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})}}
	if _, err := c.Do(ctx, Call{Method: http.MethodGet, Path: "/"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
