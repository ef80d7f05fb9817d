package client

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
)

// Stream is an answer that is read while it arrives.
type Stream struct {
	Status int
	Header http.Header
	// Body must be closed.
	Body io.ReadCloser
}

// Stream makes a call and returns its answer as soon as it begins. Refusals, unreachable
// services and further tries are as with [Client.Do]; an answer that breaks off later is
// not asked for again.
func (c *Client) Stream(ctx context.Context, what Request) (*Stream, error) {
	var answer *Stream
	err := c.try(ctx, &what, func(ctx context.Context) error {
		response, err := c.send(ctx, what)
		if err != nil {
			return err
		}
		if refused(response.StatusCode) {
			defer response.Body.Close()
			return c.refusal(response)
		}
		answer = &Stream{Status: response.StatusCode, Header: response.Header, Body: response.Body}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// longestLine bounds a line of a stream.
const longestLine = 8 << 20

// Lines returns the lines of the answer, without their ends and without empty ones, and
// closes the answer when they or the loop over them end. A line is valid until the next
// one. A connection that breaks off ends them with [ErrUnreachable].
func (s *Stream) Lines() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		defer func() { _ = s.Body.Close() }()
		lines := bufio.NewScanner(s.Body)
		lines.Buffer(nil, longestLine)
		for lines.Scan() {
			if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 && !yield(line, nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(nil, fmt.Errorf("%w: the answer broke off: %w", ErrUnreachable, err))
		}
	}
}
