package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"tenantry/client"
)

// Client speaks the native API, whichever way it reaches it. Answers with an error status
// are returned as a *client.Error.
type Client struct {
	api *client.Client
	// Name is what messages call the other side.
	Name string
	// InProcess is true if this process alone has the installation open, so that nobody
	// else acts on it meanwhile.
	InProcess bool
}

// Do makes a call and returns the body of its answer.
func (c *Client) Do(ctx context.Context, what client.Request) ([]byte, error) {
	answer, err := c.api.Do(ctx, c.unkeyed(what))
	if err != nil {
		return nil, c.explained(err)
	}
	return []byte(strings.TrimSpace(string(answer.Body))), nil
}

// Read makes a call, returns the body of its answer and decodes it into a value.
func (c *Client) Read(ctx context.Context, what client.Request, into any) ([]byte, error) {
	body, err := c.Do(ctx, what)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return nil, c.Unreadable(err)
	}
	return body, nil
}

// Open makes a call whose answer the caller reads while it comes, and closes.
func (c *Client) Open(ctx context.Context, what client.Request) (*client.Stream, error) {
	answer, err := c.api.Stream(ctx, c.unkeyed(what))
	if err != nil {
		return nil, c.explained(err)
	}
	return answer, nil
}

// unkeyed returns a call without a key of its own when it is made within this process:
// its answer cannot be lost, so none needs to be kept for another try.
func (c *Client) unkeyed(what client.Request) client.Request {
	if c.InProcess && what.IdempotencyKey == "" && what.Header.Get("Idempotency-Key") == "" {
		what.Header = what.Header.Clone()
		if what.Header == nil {
			what.Header = http.Header{}
		}
		what.Header["Idempotency-Key"] = nil
	}
	return what
}

// Unreadable returns a failure for an answer that is not what a Tenantry service answers.
func (c *Client) Unreadable(cause error) error {
	return Unreachable("the answer of "+c.Name+" cannot be read", "check --url: is it a Tenantry service of this release?", cause)
}

// Older returns a failure for a service without the route that a command needs.
func Older(c *Client) error {
	return Refused(c.Name+" is of an older release, which has no such command", "start it again with this release, or stop it and run this without it")
}

// explained returns the failure that a call ended with in words, unless it is a refusal.
func (c *Client) explained(err error) error {
	if errors.Is(err, client.ErrUnreachable) {
		return Unreachable(c.Name+" does not answer", "check that it runs, and that its address is right; on its machine, `tenantry doctor` examines it", err)
	}
	return err
}

// Follow makes a call whose answer is a line for each step, and passes each step on until
// one ends it. work names the work in messages, and hint says what to do if it breaks off.
func Follow[T any](ctx context.Context, c *Client, what client.Request, work, hint string, each func(step T) (ended bool, err error)) error {
	var from io.Reader
	answer, err := c.Open(ctx, what)
	switch refusal, refused := errors.AsType[*client.Error](err); {
	case refused && refusal.Status == http.StatusNotFound:
		return Older(c)
	case refused:
		from = strings.NewReader(string(refusal.Body)) // it says as a step why there are no others
	case err != nil:
		return err
	default:
		defer func() { _ = answer.Body.Close() }()
		from = answer.Body
	}
	lines := json.NewDecoder(from)
	for {
		var step T
		err := lines.Decode(&step)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return Refused(work+" was interrupted", hint)
		case err != nil:
			return Unreachable("the connection to "+c.Name+" was lost", hint, err)
		}
		if ended, err := each(step); ended || err != nil {
			return err
		}
	}
}

// slowed is a transport that says once that the service asks to slow down; the client then
// waits as long as it is asked to.
type slowed struct {
	http.RoundTripper
	tell func(line string)
	told bool
}

// RoundTrip makes one try. Calls of a command follow each other, so it needs no lock.
func (s *slowed) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := s.RoundTripper.RoundTrip(request)
	if err == nil && answer.StatusCode == http.StatusTooManyRequests && !s.told {
		s.told = true
		wait := "a moment"
		if seconds, err := time.ParseDuration(answer.Header.Get("Retry-After") + "s"); err == nil {
			wait = seconds.String()
		}
		s.tell(fmt.Sprintf("tenantry: the service is asked too often; going on after %s", wait))
	}
	return answer, err
}

// exitOf returns the exit code of a refusal.
func exitOf(e *client.Error) Exit {
	switch e.Status {
	case http.StatusServiceUnavailable, http.StatusBadGateway, http.StatusGatewayTimeout:
		return ExitUnreachable
	default:
		return ExitRefused
	}
}

// hintOf returns what may help at a terminal, beside what the service said.
func hintOf(e *client.Error) string {
	switch e.Status {
	case http.StatusUnauthorized:
		return "check the key in " + KeyVariable + " or --key-file, and that it belongs to this installation"
	case http.StatusNotFound:
		return "`tenantry customers tree` shows every customer with its id"
	default:
		return ""
	}
}
