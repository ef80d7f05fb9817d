package api

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"tenantry/customers/events"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

const (
	streamPath        = "/v3/events/stream"
	mediaEventStream  = "text/event-stream"
	headerLastEventID = "Last-Event-ID"
	// streamRetry is how long clients wait before they connect anew, in milliseconds.
	streamRetry = "2000"
	// streamWait is what Retry-After says while there are too many.
	streamWait = 30
)

// The defaults of Options.
const (
	DefaultStreams       = 1000
	DefaultTenantStreams = 50
	// DefaultStreamHeartbeat is short enough for proxies to keep an idle stream.
	DefaultStreamHeartbeat = 15 * time.Second
)

// streams counts the open streams of events, in all and of each tenant. It is safe for
// concurrent use.
type streams struct {
	all, perTenant int

	mu   sync.Mutex
	open int
	of   map[tenancy.ID]int // tenants without a stream are not in it
}

// enter takes a stream in and returns what takes it out. It returns Unavailable if the
// process has too many, RateLimited if the tenant has. The operator has the bound of all
// only.
func (s *streams) enter(caller tenancy.Caller, refused func(reason string)) (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tenant := caller.Actor.Ref().Tenant
	switch {
	case s.open >= s.all:
		refused("streams")
		return nil, retryAfter(fault.New(fault.Unavailable, fault.CodeUnavailable,
			"this process serves as many streams of events as it may; try again as Retry-After says, or read GET /v3/events"), streamWait)
	case s.of[tenant] >= s.perTenant && !tenancy.IsOperator(caller.Actor):
		refused("tenant_streams")
		return nil, retryAfter(fault.New(fault.RateLimited, fault.CodeTenantBusy,
			"this platform has as many streams of events open as it may; close one, for one stream has the events of everybody below you, "+
				"or try again as Retry-After says"), streamWait)
	}
	s.open++
	s.of[tenant]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.open--
		if s.of[tenant]--; s.of[tenant] == 0 {
			delete(s.of, tenant)
		}
	}, nil
}

func (s *streams) count() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return float64(s.open)
}

// eventStream is one stream of events on its way.
type eventStream struct {
	server   *Server
	req      *request
	follows  *events.Stream
	response *http.ResponseController
}

// streamEvents serves the events within reach as they come into the log, as server-sent
// events, until the client hangs up, its credential ends or the service stops.
func (s *Server) streamEvents(req *request) error {
	q := &listQuery{values: req.QueryParams()}
	in := q.events(q.text("customer", maxFilter))
	in.Cursor = q.text("lastEventId", maxCursor)
	if last := req.Request().Header.Get(headerLastEventID); last != "" {
		in.Cursor = last // a browser that connects anew sends it beside the parameter
	}
	in.Reading = q.faults.Err()
	if s.draining.Load() {
		return retryAfter(fault.New(fault.Unavailable, fault.CodeUnavailable, "the service is about to stop; connect anew in a moment"), 1)
	}
	leave, err := s.streams.enter(req.caller, s.metrics.refuse)
	if err != nil {
		return err
	}
	defer leave()
	follows, err := s.service.Events.Follow(req.ctx, req.caller, in)
	if err != nil {
		return err
	}
	defer follows.Close()
	// It is bounded as a stream from here on, and no more as a request at work.
	req.load.leave()
	req.load = nil
	st := &eventStream{server: s, req: req, follows: follows, response: http.NewResponseController(req.Response())}
	_ = st.response.SetReadDeadline(time.Time{}) // nothing more comes, for as long as it lasts
	header := req.Response().Header()
	header.Set(echo.HeaderContentType, mediaEventStream)
	header.Set("X-Accel-Buffering", "no") // nginx would hold events back
	ctx, cancel := context.WithCancel(req.ctx)
	defer cancel()
	defer context.AfterFunc(s.stopping, cancel)()
	return st.run(ctx)
}

// run writes until ctx ends or the client does not take what is written. It returns why the
// stream ended, if that was neither.
func (st *eventStream) run(ctx context.Context) error {
	first := bytes.NewBufferString("retry: " + streamRetry + "\n")
	st.mark(first)
	st.req.headed = st.server.options.Now()
	if !st.write(first) {
		return nil
	}
	for {
		batch, err := st.follows.Next(ctx, st.server.options.StreamHeartbeat)
		if ctx.Err() != nil {
			if st.req.ctx.Err() == nil {
				st.write(bytes.NewBufferString(": the service is about to stop; connect anew\n\n"))
			}
			return nil
		}
		var shown []events.StreamedEvent
		if err == nil {
			shown, err = st.show(ctx, batch)
		}
		if err != nil {
			return st.end(err)
		}
		text := &bytes.Buffer{}
		for _, e := range shown {
			data, err := encode(e.EventView)
			if err != nil {
				return st.end(err)
			}
			text.WriteString("id: " + e.Place + "\ndata: " + string(bytes.TrimSpace(data)) + "\n\n")
		}
		if len(shown) == 0 {
			text.WriteString(": heartbeat\n")
			st.mark(text)
		}
		if !st.write(text) {
			return nil
		}
	}
}

// show returns what the caller may see of a batch now: whoever signs is asked about each
// time, as for a request of its own, so a revoked key is told nothing more.
func (st *eventStream) show(ctx context.Context, batch events.Batch) ([]events.StreamedEvent, error) {
	caller, err := st.req.identifyAgain()
	if err != nil {
		return nil, err
	}
	return st.follows.Show(ctx, caller, batch)
}

// mark sends the client the place that it is at, without an event: it goes on from there
// even if it never got one.
func (st *eventStream) mark(text *bytes.Buffer) {
	if place, err := st.follows.Place(); err == nil {
		text.WriteString("id: " + place + "\n")
	}
	text.WriteString("\n")
}

// end sends the client the reason why the stream ends, in the words that the next request
// gets, and returns it.
func (st *eventStream) end(cause error) error {
	if answer, err := st.req.faultAnswer(refusalOf(cause)); err == nil {
		st.write(bytes.NewBufferString("event: end\ndata: " + strings.TrimSpace(string(answer.Body)) + "\n\n"))
	}
	return cause
}

// write writes a piece of the stream and reports whether the client takes it in time.
func (st *eventStream) write(text *bytes.Buffer) bool {
	_ = st.response.SetWriteDeadline(time.Now().Add(WriteTimeout))
	if _, err := st.req.Response().Write(text.Bytes()); err != nil {
		return false
	}
	return st.response.Flush() == nil
}
