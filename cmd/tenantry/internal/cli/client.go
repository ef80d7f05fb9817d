package cli

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

// Client speaks the native API, whichever way it reaches it.
type Client struct {
	transport http.RoundTripper
	// base is what paths are appended to, without /v3.
	base string
	// subject is the customer that calls act for unless they name another; empty is the
	// operator, when the installation is reached locally.
	subject string
	key     secret.Text
	// Name is what messages call the other side.
	Name string
}

// callTimeout bounds one call, so that a service that hangs is noticed.
const callTimeout = 60 * time.Second

// largestAnswer bounds how much of one answer is read.
const largestAnswer = 64 << 20

// Call is one request of the native API.
type Call struct {
	Method, Path string
	Query        url.Values
	// Subject is the customer to act for, if not the client's own.
	Subject string
	Body    []byte
	// Lines, unless nil, is sent in place of Body, as lines of JSON.
	Lines io.Reader
}

// Do makes a call and returns the body of its answer. An answer with an error status is
// returned as a *Refusal.
func (c *Client) Do(ctx context.Context, what Call) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	response, err := c.Send(ctx, what)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, largestAnswer))
	if err != nil {
		return nil, Unreachable("the answer of "+c.Name+" broke off", "", err)
	}
	body = bytes.TrimSpace(body)
	if response.StatusCode >= http.StatusBadRequest {
		return nil, NewRefusal(response.StatusCode, body)
	}
	return body, nil
}

// Read makes a call, returns the body of its answer and decodes it into a value.
func (c *Client) Read(ctx context.Context, what Call, into any) ([]byte, error) {
	body, err := c.Do(ctx, what)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return nil, Unreachable("the answer of "+c.Name+" cannot be read", "check --url: is it a Tenantry service of this release?", err)
	}
	return body, nil
}

// Send makes a call whose answer the caller reads and closes.
func (c *Client) Send(ctx context.Context, what Call) (*http.Response, error) {
	target := c.base + what.Path
	if len(what.Query) > 0 {
		target += "?" + what.Query.Encode()
	}
	var body io.Reader = bytes.NewReader(what.Body)
	if what.Lines != nil {
		body = what.Lines
	}
	request, err := http.NewRequestWithContext(ctx, what.Method, target, body)
	if err != nil {
		return nil, fmt.Errorf("making a request: %w", err)
	}
	request.Header.Set("User-Agent", "tenantry/"+Version())
	if len(what.Body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	if what.Lines != nil {
		request.Header.Set("Content-Type", "application/x-ndjson")
	}
	subject := what.Subject
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
		return nil, Unreachable(c.Name+" does not answer", "check that it runs", err)
	}
	return response, nil
}

// Stream makes a call whose answer is a line for each step, and passes each step on until
// one ends it. what names the work in messages, and hint says what to do if it breaks off.
func Stream[T any](ctx context.Context, c *Client, what Call, work, hint string, each func(step T) (ended bool, err error)) error {
	response, err := c.Send(ctx, what)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusNotFound {
		return Refused(c.Name+" is of an older release, which has no such command", "start it again with this release, or stop it and run this without it")
	}
	lines := json.NewDecoder(response.Body)
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

// Refusal is an answer of the API with an error status.
type Refusal struct {
	Status   int
	Body     []byte
	envelope struct {
		Error struct {
			Details Complaint   `json:"details"`
			Errors  []Complaint `json:"errors"`
			Ref     string      `json:"ref"`
		} `json:"error"`
	}
}

// Complaint is one thing that is wrong.
type Complaint struct {
	Code        string `json:"code"`
	Description string `json:"description"`
	Parameter   string `json:"parameter"`
	Explanation string `json:"explanation"`
}

// RefusalOf returns the refusal that a response with an error status is.
func RefusalOf(response *http.Response) *Refusal {
	body, _ := io.ReadAll(io.LimitReader(response.Body, largestAnswer)) // what broke off is told as far as it came
	return NewRefusal(response.StatusCode, bytes.TrimSpace(body))
}

// NewRefusal returns the refusal that an answer with an error status is.
func NewRefusal(status int, body []byte) *Refusal {
	r := &Refusal{Status: status, Body: body}
	if json.Unmarshal(body, &r.envelope) != nil || r.envelope.Error.Details.Code == "" {
		// Something before the service answered, such as a proxy.
		r.envelope.Error.Details = Complaint{Code: http.StatusText(status)}
	}
	return r
}

// Complaints returns what is wrong, one at least.
func (r *Refusal) Complaints() []Complaint {
	if len(r.envelope.Error.Errors) > 0 {
		return r.envelope.Error.Errors
	}
	return []Complaint{r.envelope.Error.Details}
}

// Error returns status and code.
func (r *Refusal) Error() string {
	return "the service answered " + strconv.Itoa(r.Status) + " " + r.envelope.Error.Details.Code
}

func (r *Refusal) code() Exit {
	if r.Status == http.StatusServiceUnavailable || r.Status == http.StatusBadGateway || r.Status == http.StatusGatewayTimeout {
		return ExitUnreachable
	}
	return ExitRefused
}

// hint returns what may help at a terminal, beside what the service said.
func (r *Refusal) hint() string {
	switch r.Status {
	case http.StatusUnauthorized:
		return "check the key in " + KeyVariable + " or --key-file, and that it belongs to this installation"
	case http.StatusNotFound:
		return "`tenantry customers tree` shows every customer with its id"
	default:
		return ""
	}
}
