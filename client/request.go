package client

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Request is a call of the API by method and path, for what no method of this package
// covers.
type Request struct {
	// Method is GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS.
	Method string
	// Path begins with a slash, as in "/v3/customers"; what is put into it must be escaped,
	// see [url.PathEscape].
	Path  string
	Query url.Values
	// As is the customer to act for, if it is not the client's.
	As string
	// Header is sent beside the client's own headers and in place of those of the same name.
	Header http.Header
	// Body is sent as it is.
	Body []byte
	// Reader is sent in place of Body. It is read once, so the call is never tried again.
	Reader io.Reader
	// ContentType is what Body or Reader is; the default is application/json.
	ContentType string
	// IdempotencyKey makes a write safe to repeat, for 24 hours: 1 to 255 printable ASCII
	// characters. Empty makes one for every write that takes one.
	IdempotencyKey string
}

// Response is the answer to a call.
type Response struct {
	Status int
	Header http.Header
	// Body is the whole body, at most 64 MiB.
	Body []byte
}

// ETag returns the version of the customer that an answer shows, for [IfMatch]; it is empty
// for answers that show none.
func (r *Response) ETag() string { return r.Header.Get("ETag") }

// Ref returns the reference of the answer, which is also in the log of the service.
func (r *Response) Ref() string { return r.Header.Get("X-Request-Id") }

// Replayed reports whether this is the stored answer of an earlier request with the same
// Idempotency-Key.
func (r *Response) Replayed() bool { return r.Header.Get("Idempotent-Replayed") == "true" }

// largestAnswer bounds how much of one answer is read.
const largestAnswer = 64 << 20

// Do makes a call and returns its answer, of a status below 300 or 304. Every other answer
// is returned as an [*Error], redirects among them, which are never followed, and a service that cannot be reached as
// [ErrUnreachable]. Calls are tried again as the documentation of the package says.
func (c *Client) Do(ctx context.Context, what Request) (*Response, error) {
	var answer *Response
	err := c.try(ctx, &what, func(ctx context.Context) error {
		if c.shared.timeout > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, c.shared.timeout)
			defer cancel()
		}
		response, err := c.send(ctx, what)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if refused(response.StatusCode) {
			return c.refusal(response)
		}
		answer = &Response{Status: response.StatusCode, Header: response.Header}
		answer.Body, err = readBody(response.Body)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// send makes one try, whose answer the caller closes.
func (c *Client) send(ctx context.Context, what Request) (*http.Response, error) {
	target := c.shared.base + what.Path
	if len(what.Query) > 0 {
		target += "?" + what.Query.Encode()
	}
	var body io.Reader
	switch {
	case what.Reader != nil:
		body = what.Reader
	case len(what.Body) > 0:
		body = bytes.NewReader(what.Body)
	}
	request, err := http.NewRequestWithContext(ctx, what.Method, target, body)
	if err != nil {
		return nil, fmt.Errorf("making a request: %w", err)
	}
	c.dress(request, what)
	response, err := c.shared.transport.RoundTrip(request)
	if err != nil {
		return nil, lost(what, err)
	}
	return response, nil
}

// dress sets the headers of a try.
func (c *Client) dress(request *http.Request, what Request) {
	h := request.Header
	h.Set("User-Agent", c.shared.userAgent)
	if request.Body != nil {
		h.Set("Content-Type", cmp.Or(what.ContentType, "application/json"))
	}
	if customer := cmp.Or(what.As, c.customer); customer != "" {
		h.Set("X-CUSTOMER-ID", customer)
	}
	if !c.shared.key.Empty() {
		h.Set("Authorization", "Bearer "+c.shared.key.Reveal())
	}
	if !c.shared.publishableKey.Empty() {
		h.Set("X-PUBLISHABLE-KEY", c.shared.publishableKey.Reveal())
	}
	if what.IdempotencyKey != "" {
		h.Set(headerIdempotency, what.IdempotencyKey)
	}
	for name, values := range what.Header {
		h[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
}

const headerIdempotency = "Idempotency-Key"

// unkeyed are the writes that take no Idempotency-Key: what they do bears a repeat only if
// nothing was done before.
var unkeyed = []string{
	"/v3/oauth/token", "/v3/oauth/revoke", "/v3/tokens", "/v3/invitations/accept", "/v3/identity/verdicts", "/v3/customers/bulk",
}

// takesKey reports whether a call may carry an Idempotency-Key.
func (r *Request) takesKey() bool {
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return strings.HasPrefix(r.Path, "/v3/") && !slices.Contains(unkeyed, r.Path)
	default:
		return false
	}
}

// repeatable reports whether a call may be made again although it is unknown whether the
// try before was carried out.
func (r *Request) repeatable() bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	default:
		return r.takesKey()
	}
}

// newIdempotencyKey returns a key that no other call has.
func newIdempotencyKey() string { return "go-" + rand.Text() }

// readBody reads a whole answer.
func readBody(from io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(from, largestAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("%w: the answer broke off: %w", ErrUnreachable, err)
	}
	if len(body) > largestAnswer {
		return nil, errors.New("the answer is larger than 64 MiB")
	}
	return body, nil
}
