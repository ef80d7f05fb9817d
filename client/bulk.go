package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
)

// BulkOptions says how many customers are made.
type BulkOptions struct {
	// ContinueOnError goes on after a line that is refused.
	ContinueOnError bool
	// Keys makes a first pair of keys for each customer, which is slow.
	Keys bool
	// DryRun only tries.
	DryRun bool
}

// Bulk makes many customers below the one that c acts for, for as long as lines come, and
// passes on the answer to each line, in their order; what each returns ends it early. Lines
// with an IdempotencyKey can be sent again after an error: nobody is made twice then. It is
// never tried again by itself. Without a summary the answer was cut, which is an error.
func (s *CustomersService) Bulk(ctx context.Context, lines iter.Seq[BulkLine], how BulkOptions, each func(BulkResult) error) (*BulkSummary, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	body, writer := io.Pipe()
	defer func() { _ = body.Close() }() // ends the writer below
	go func() { _ = writer.CloseWithError(writeLines(writer, lines)) }()

	stream, err := s.c.Stream(ctx, Request{
		Method: http.MethodPost, Path: path("customers", "bulk"), Query: how.query(),
		Reader: body, ContentType: "application/x-ndjson",
	})
	if err != nil {
		return nil, err
	}
	for line, err := range stream.Lines() {
		if err != nil {
			return nil, err
		}
		var kind struct {
			Object string `json:"object"`
		}
		if err := json.Unmarshal(line, &kind); err != nil {
			return nil, fmt.Errorf("a line of the answer cannot be read: %w", err)
		}
		if kind.Object == "bulk" {
			summary := new(BulkSummary)
			return summary, json.Unmarshal(line, summary)
		}
		var result BulkResult
		if err := json.Unmarshal(line, &result); err != nil {
			return nil, fmt.Errorf("a line of the answer cannot be read: %w", err)
		}
		if err := each(result); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: the answer ended without a summary", errors.Join(ErrUnreachable, context.Cause(ctx)))
}

func writeLines(to io.Writer, lines iter.Seq[BulkLine]) error {
	for line := range lines {
		encoded, err := encode(line)
		if err != nil {
			return err
		}
		if _, err := to.Write(append(encoded, '\n')); err != nil {
			return err
		}
	}
	return nil
}

func (o BulkOptions) query() url.Values {
	query := url.Values{}
	for name, on := range map[string]bool{"continueOnError": o.ContinueOnError, "keys": o.Keys, "dryRun": o.DryRun} {
		if on {
			query.Set(name, "true")
		}
	}
	return query
}
