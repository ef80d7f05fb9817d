package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// CallOption changes one call.
type CallOption func(*callSettings)

// callSettings is what options change about a call.
type callSettings struct {
	request Request
	answer  *Response
}

// IdempotencyKey is an option of a write that sends a key of the caller's own in place of a
// new one: 1 to 255 printable ASCII characters. For 24 hours the same call with the same key
// is carried out once, whichever process makes it.
func IdempotencyKey(key string) CallOption {
	return func(s *callSettings) { s.request.IdempotencyKey = key }
}

// IfMatch changes or removes only the version that was read, as the ETag of an earlier
// answer; any other is refused as [ErrPreconditionFailed].
func IfMatch(etag string) CallOption { return Header("If-Match", etag) }

// IfNoneMatch reads only another version than the one that the caller has; otherwise the
// call returns [ErrNotModified].
func IfNoneMatch(etag string) CallOption { return Header("If-None-Match", etag) }

// DryRun only tries a write: it is answered as it would be, and nothing is written, reserved
// or sent. Ids in the answer are made up.
func DryRun() CallOption { return parameter("dryRun", "true") }

// Cascade ends what the credential made too, and what that made in turn.
func Cascade() CallOption { return parameter("cascade", "true") }

// Header sends a header with the call.
func Header(name, value string) CallOption {
	return func(s *callSettings) { s.request.Header.Set(name, value) }
}

// Answered stores status, headers and body of the answer beside what the call returns.
func Answered(into *Response) CallOption { return func(s *callSettings) { s.answer = into } }

func parameter(name, value string) CallOption {
	return func(s *callSettings) { s.request.Query.Set(name, value) }
}

// with returns more options than the caller gave, whose list is left alone.
func with(options []CallOption, more ...CallOption) []CallOption {
	return slices.Concat(options, more)
}

// because states the reason of a read that is recorded with it.
func because(reason string) CallOption { return Header("X-Reason", reason) }

// sending sends a body that is not JSON.
func sending(body []byte, contentType string) CallOption {
	return func(s *callSettings) { s.request.Body, s.request.ContentType = body, contentType }
}

// path returns the path of a route of the API, its parts escaped; it is empty if a part is
// empty or leads elsewhere, so that a missing id never names another resource.
func path(parts ...string) string {
	var out strings.Builder
	out.WriteString("/v3")
	for _, part := range parts {
		if part == "" || part == "." || part == ".." {
			return ""
		}
		out.WriteString("/" + url.PathEscape(part))
	}
	return out.String()
}

// settled applies options to a request.
func settled(method, path string, options []CallOption) callSettings {
	s := callSettings{request: Request{Method: method, Path: path, Query: url.Values{}, Header: http.Header{}}}
	for _, option := range options {
		option(&s)
	}
	return s
}

// do makes a call of a method of this package.
func do(ctx context.Context, c *Client, method, path string, input any, options []CallOption) (*Response, error) {
	if path == "" {
		return nil, errors.New("an id is empty, or not one that can stand in a path")
	}
	s := settled(method, path, options)
	if input != nil {
		body, err := encode(input)
		if err != nil {
			return nil, err
		}
		s.request.Body = body
	}
	answer, err := c.Do(ctx, s.request)
	if err != nil {
		return nil, err
	}
	if s.answer != nil {
		*s.answer = *answer
	}
	if answer.Status == http.StatusNotModified {
		return nil, ErrNotModified
	}
	return answer, nil
}

// run makes a call whose answer has no body.
func run(ctx context.Context, c *Client, method, path string, input any, options []CallOption) error {
	_, err := do(ctx, c, method, path, input, options)
	return err
}

// versioned is what knows its version.
type versioned interface{ setETag(etag string) }

// call makes a call and decodes its answer.
func call[T any](ctx context.Context, c *Client, method, path string, input any, options []CallOption) (*T, error) {
	answer, err := do(ctx, c, method, path, input, options)
	if err != nil {
		return nil, err
	}
	result := new(T)
	if err := json.Unmarshal(answer.Body, result); err != nil {
		return nil, fmt.Errorf("%s %s: the answer cannot be read: %w", method, path, err)
	}
	if known, ok := any(result).(versioned); ok {
		known.setETag(answer.ETag())
	}
	return result, nil
}

func (c *CustomerBase) setETag(etag string) { c.ETag = etag }
func (p *Payer) setETag(etag string)        { p.ETag = etag }
