package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// StreamFilter selects the events of a stream, and where it begins.
type StreamFilter struct {
	// Customer selects the events of this customer itself.
	Customer string `query:"customer"`
	// Type is a type or, with a star at its end, all types that begin with it, as in
	// bank.*, say.
	Type string `query:"type"`
	// From begins with the events since then; the zero value begins with what comes next.
	From time.Time `query:"from"`
	// To leaves out what happened later.
	To time.Time `query:"to"`
	// After continues behind a [StreamedEvent.Place]; From then counts for nothing.
	After string `query:"-"`
}

// StreamedEvent is an event of a stream with its place in the log.
type StreamedEvent struct {
	Event

	// Place is where another stream goes on behind this event: keep the last one that was
	// worked on, for [StreamFilter.After].
	Place string `json:"-"`
	// Data is the event as it was sent.
	Data json.RawMessage `json:"-"`
}

const (
	// silence is how long a stream may say nothing, not even its heartbeat of 15 seconds,
	// before its connection is taken for lost.
	silence = 50 * time.Second
	// reconnect is how long to wait before connecting anew, unless the service says.
	reconnect = 2 * time.Second
)

// Follow returns the events of the customer that c acts for and of all below it as they
// happen, in the order in which they come into the log. A connection that is lost is made
// anew and goes on where it was, so that no event is missed or comes twice while the loop
// goes on. It ends with the context, with the refusal of a credential that ended, and with
// [ErrUnreachable] once the service cannot be reached for several tries.
func (s *EventsService) Follow(ctx context.Context, filter StreamFilter, options ...CallOption) iter.Seq2[*StreamedEvent, error] {
	return func(yield func(*StreamedEvent, error) bool) {
		f := follower{c: s.c, filter: filter, options: options, place: filter.After, wait: reconnect}
		for {
			more, err := f.connection(ctx, yield)
			if !more {
				return
			}
			if err == nil {
				// Neither all clients of a service that stops, nor at once.
				err = s.c.shared.sleep(ctx, f.wait/2+time.Duration(s.c.shared.random()*float64(f.wait)))
			}
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// follower is a stream over its connections.
type follower struct {
	c       *Client
	filter  StreamFilter
	options []CallOption
	place   string
	wait    time.Duration
}

// connection reads one connection to its end. more is false once the loop over the events
// is over, and err is why there must be no other connection.
func (f *follower) connection(ctx context.Context, yield func(*StreamedEvent, error) bool) (more bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := settled(http.MethodGet, path("events", "stream"), with(f.options, asking(f.filter))).request
	if f.place != "" {
		r.Header.Set("Last-Event-ID", f.place)
	}
	stream, err := f.c.Stream(ctx, r)
	if err != nil {
		return true, err
	}
	quiet := time.AfterFunc(silence, cancel)
	defer quiet.Stop()
	var m message
	for line, err := range stream.lines() {
		if err != nil {
			return true, nil // the next one goes on here
		}
		quiet.Reset(silence)
		if len(line) > 0 {
			m.field(string(line))
			continue
		}
		if more, err := f.heard(m, yield); !more || err != nil {
			return more, err
		}
		m = message{}
	}
	return true, nil
}

// heard passes a whole message on.
func (f *follower) heard(m message, yield func(*StreamedEvent, error) bool) (more bool, err error) {
	if m.id != "" {
		f.place = m.id
	}
	if m.retry > 0 {
		f.wait = min(m.retry, longestWait)
	}
	switch {
	case m.event == "end":
		return true, refusalOf([]byte(m.data))
	case m.event != "" || m.data == "":
		return true, nil
	}
	event := &StreamedEvent{Place: f.place, Data: json.RawMessage(m.data)}
	if err := json.Unmarshal([]byte(m.data), event); err != nil {
		return true, fmt.Errorf("an event of the stream cannot be read: %w", err)
	}
	return yield(event, nil), nil
}

// refusalOf reads a refusal that came within a stream.
func refusalOf(body []byte) error {
	var sent answeredError
	if json.Unmarshal(body, &sent) != nil || sent.Error.Details.Code == "" {
		return errors.New("the service ended the stream, without saying why")
	}
	status, _ := strconv.Atoi(sent.Error.Status) // 0 if it says none
	e := &Error{Status: status, Body: body}
	e.fill(sent.Error)
	return e
}

// message is one message of server-sent events.
type message struct {
	id, event, data string
	retry           time.Duration
}

// field takes a line in.
func (m *message) field(line string) {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch name {
	case "id":
		m.id = value
	case "event":
		m.event = value
	case "data":
		if m.data != "" {
			m.data += "\n"
		}
		m.data += value
	case "retry":
		if ms, err := strconv.ParseUint(value, 10, 31); err == nil {
			m.retry = time.Duration(ms) * time.Millisecond
		}
	}
}
