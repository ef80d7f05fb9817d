package commands

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenantry/client/webhook"
	"tenantry/cmd/tenantry/internal/cli"
)

// Events are sent on as webhooks send them, signed and each once, over a connection that is
// lost in between; what stands in the log alone is not.
func TestListenForwards(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	connections := 0
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v3/events" {
			_, _ = io.WriteString(w, `{"results":[{"id":"past","type":"customer.created","created":"2026-02-03T04:05:00.000Z"}],"settings":{}}`)
			return
		}
		connections++
		event := func(place, id, kind string) {
			_, _ = fmt.Fprintf(w, "retry: 1\nid: %s\ndata: {\"object\":\"event\",\"id\":%q,\"type\":%q,\"created\":\"2026-02-03T04:05:06.000Z\",\"lastUpdated\":\"2026-02-03T04:05:06.000Z\",\"address\":\"192.0.2.0\"}\n\n", place, id, kind)
		}
		switch place := r.Header.Get("Last-Event-ID"); {
		case connections == 1 && place == "":
			event("a", "past", "customer.created")
			event("b", "one", "customer.updated")
			event("c", "alone", "user.signed_in")
		case connections == 2 && place == "c":
			event("d", "two", "bank.created")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		default:
			t.Errorf("connection %d begins behind %q", connections, place)
		}
	}))
	defer service.Close()
	verifier, err := webhook.New(secret)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	receiver := httptest.NewServer(verifier.Handler(func(_ context.Context, m *webhook.Message) error {
		got = append(got, m.ID)
		if bytes.Contains(m.Body, []byte("192.0.2.0")) {
			t.Error("a message holds the address of a request")
		}
		if len(got) == 2 {
			time.AfterFunc(0, cancel)
		}
		return nil
	}))
	defer receiver.Close()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	p := &cli.Program{Stdout: io.Discard, Stderr: &told, Now: time.Now, Local: func(context.Context) (*cli.Client, func(context.Context) error, error) {
		return cli.LocalClientAt(strings.TrimPrefix(service.URL, "http://"), http.DefaultTransport, "it"), func(context.Context) error { return nil }, nil
	}}
	c := &webhooksListenCommand{Forward: strings.TrimPrefix(receiver.URL, "http://") + "/hooks", SecretFile: file}
	if err := c.Run(ctx, p); err != nil {
		t.Fatal(err)
	}
	if strings.Join(got, " ") != "msg_one msg_two" {
		t.Errorf("it got %q; told %s", got, told.String())
	}
}

// A receiver that does not answer is told of, and does not end the listening.
func TestListenTellsOfReceiversThatAreDown(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := &cli.Program{Stdout: &out, Now: time.Now}
	down := forwarded{Event: "one", Type: "customer.updated", Error: "connection refused"}
	if err := down.show(p); err != nil || !strings.Contains(out.String(), "customer.updated  one → connection refused") {
		t.Errorf("%q, %v", out.String(), err)
	}
}
