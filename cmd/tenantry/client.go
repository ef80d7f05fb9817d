package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tenantry/internal/secret"
)

// client speaks the native API, whichever way it reaches it.
type client struct {
	transport http.RoundTripper
	// base is what paths are appended to, without /v3.
	base string
	// subject is the customer that calls act for unless they name another; empty is the
	// operator, when the installation is reached locally.
	subject string
	key     secret.Text
	// name is what messages call the other side.
	name string
}

// callTimeout bounds one call, so that a service that hangs is noticed.
const callTimeout = 60 * time.Second

// largestAnswer bounds how much of one answer is read.
const largestAnswer = 64 << 20

// call is one request of the native API.
type call struct {
	method, path string
	query        url.Values
	// subject is the customer to act for, if not the client's own.
	subject string
	body    []byte
	// lines, unless nil, is sent in place of body, as lines of JSON.
	lines io.Reader
}

// do makes a call and returns the body of its answer. An answer with an error status is
// returned as a *refusal.
func (c *client) do(ctx context.Context, what call) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	response, err := c.send(ctx, what)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, largestAnswer))
	if err != nil {
		return nil, unreachable("the answer of "+c.name+" broke off", "", err)
	}
	body = bytes.TrimSpace(body)
	if response.StatusCode >= http.StatusBadRequest {
		return nil, newRefusal(response.StatusCode, body)
	}
	return body, nil
}

// read makes a call, returns the body of its answer and decodes it into a value.
func (c *client) read(ctx context.Context, what call, into any) ([]byte, error) {
	body, err := c.do(ctx, what)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return nil, unreachable("the answer of "+c.name+" cannot be read", "check --url: is it a Tenantry service of this release?", err)
	}
	return body, nil
}

// send makes a call whose answer the caller reads and closes.
func (c *client) send(ctx context.Context, what call) (*http.Response, error) {
	target := c.base + what.path
	if len(what.query) > 0 {
		target += "?" + what.query.Encode()
	}
	var body io.Reader = bytes.NewReader(what.body)
	if what.lines != nil {
		body = what.lines
	}
	request, err := http.NewRequestWithContext(ctx, what.method, target, body)
	if err != nil {
		return nil, fmt.Errorf("making a request: %w", err)
	}
	request.Header.Set("User-Agent", "tenantry/"+buildVersion())
	if len(what.body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	if what.lines != nil {
		request.Header.Set("Content-Type", "application/x-ndjson")
	}
	subject := what.subject
	if subject == "" {
		subject = c.subject
	}
	if subject != "" {
		request.Header.Set("X-CUSTOMER-ID", subject)
	}
	if !c.key.Empty() {
		request.Header.Set("Authorization", "Bearer "+c.key.Reveal())
	}
	response, err := c.transport.RoundTrip(request)
	if err != nil {
		return nil, unreachable(c.name+" does not answer", "check that it runs", err)
	}
	return response, nil
}

// stream makes a call whose answer is a line for each step, and passes each step on until
// one ends it. what names the work in messages, and hint says what to do if it breaks off.
func stream[T any](ctx context.Context, c *client, what call, work, hint string, each func(step T) (ended bool, err error)) error {
	response, err := c.send(ctx, what)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusNotFound {
		return refused(c.name+" is of an older release, which has no such command", "start it again with this release, or stop it and run this without it")
	}
	lines := json.NewDecoder(response.Body)
	for {
		var step T
		err := lines.Decode(&step)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return refused(work+" was interrupted", hint)
		case err != nil:
			return unreachable("the connection to "+c.name+" was lost", hint, err)
		}
		if ended, err := each(step); ended || err != nil {
			return err
		}
	}
}

// refusal is an answer of the API with an error status.
type refusal struct {
	status   int
	body     []byte
	envelope struct {
		Error struct {
			Details refusalDetails   `json:"details"`
			Errors  []refusalDetails `json:"errors"`
			Ref     string           `json:"ref"`
		} `json:"error"`
	}
}

// refusalDetails is one thing that is wrong.
type refusalDetails struct {
	Code        string `json:"code"`
	Description string `json:"description"`
	Parameter   string `json:"parameter"`
	Explanation string `json:"explanation"`
}

func newRefusal(status int, body []byte) *refusal {
	r := &refusal{status: status, body: body}
	if json.Unmarshal(body, &r.envelope) != nil || r.envelope.Error.Details.Code == "" {
		// Something before the service answered, such as a proxy.
		r.envelope.Error.Details = refusalDetails{Code: http.StatusText(status)}
	}
	return r
}

// Error returns status and code.
func (r *refusal) Error() string {
	return "the service answered " + strconv.Itoa(r.status) + " " + r.envelope.Error.Details.Code
}

func (r *refusal) code() exit {
	if r.status == http.StatusServiceUnavailable || r.status == http.StatusBadGateway || r.status == http.StatusGatewayTimeout {
		return exitUnreachable
	}
	return exitRefused
}

// hint returns what may help at a terminal, beside what the service said.
func (r *refusal) hint() string {
	switch r.status {
	case http.StatusUnauthorized:
		return "check the key in " + keyVariable + " or --key-file, and that it belongs to this installation"
	case http.StatusNotFound:
		return "`tenantry customers tree` shows every customer with its id"
	default:
		return ""
	}
}
