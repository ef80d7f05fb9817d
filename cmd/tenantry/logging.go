package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/internal/config"
	"tenantry/internal/trace"
	"tenantry/internal/trace/otlp"
)

// logger returns a logger that writes to standard error as configured, and what writes its last
// lines. Those for programs are written a moment later, together, until ctx ends.
func (p *program) logger(ctx context.Context, s config.Log) (zerolog.Logger, func()) {
	var out io.Writer
	end := func() {}
	if s.Format == "console" || s.Format == "auto" && p.Tells {
		out = forPeople(p.Stderr, !p.ColorsErrors())
	} else {
		buffer := bufferLog(ctx, p.Stderr)
		out, end = buffer, buffer.end
	}
	level, err := zerolog.ParseLevel(s.Level)
	if err != nil {
		level = zerolog.InfoLevel
	}
	return zerolog.New(out).Level(level).Hook(stamped{p.Now}), end
}

// requestParts are what a person looks for first in the line of a request.
var requestParts = []string{"status", "method", "route"}

// forPeople returns a writer of lines for people: status, method and route come first,
// without their names and in columns, before the message and all else.
func forPeople(out io.Writer, plain bool) zerolog.ConsoleWriter {
	return zerolog.ConsoleWriter{
		Out: out, TimeFormat: time.TimeOnly, NoColor: plain,
		PartsOrder:    append([]string{zerolog.TimestampFieldName, zerolog.LevelFieldName}, append(requestParts, zerolog.MessageFieldName)...),
		FieldsExclude: requestParts, FieldsOrder: []string{"ms", "ref"},
		FormatPartValueByName: func(value any, name string) string {
			switch {
			case value == nil: // a line of something else
				return ""
			case name == "method":
				return fmt.Sprintf("%-6v", value)
			default:
				return fmt.Sprint(value)
			}
		},
	}
}

// stamped adds the time of the program's own clock to each line.
type stamped struct{ now func() time.Time }

// Run adds the time to a line.
func (s stamped) Run(e *zerolog.Event, _ zerolog.Level, _ string) {
	e.Time(zerolog.TimestampFieldName, s.now().UTC())
}

// flushTimeout bounds the sending of the last traces.
const flushTimeout = 5 * time.Second

// traces returns what begins traces, if the settings or the environment name a collector,
// and what sends the last ones.
func (p *program) traces(ctx context.Context, s *config.Loaded, log zerolog.Logger) (trace.Tracer, func(), error) {
	named := cmp.Or(s.Telemetry.OTLPEndpoint, p.Variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), p.Variable("OTEL_EXPORTER_OTLP_ENDPOINT"))
	if named == "" || p.Variable("OTEL_SDK_DISABLED") == "true" || p.Variable("OTEL_TRACES_EXPORTER") == "none" {
		return trace.Tracer{}, func() {}, nil
	}
	tracer, shutdown, err := otlp.Open(ctx, otlp.Options{
		Endpoint: s.Telemetry.OTLPEndpoint, Version: cli.Version(), Mode: string(s.Mode), Failed: p.seldom(func(err error) {
			log.Warn().Err(err).Msg("traces cannot be sent, and those that do not fit in memory are dropped")
		}),
	})
	if err != nil {
		return trace.Tracer{}, nil, cli.Misused(err.Error(), "check telemetry.otlp_endpoint and the OTEL_ variables, or take them out")
	}
	return tracer, func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
		defer cancel()
		if err := shutdown(ending); err != nil {
			log.Warn().Err(err).Msg("the last traces were not sent")
		}
	}, nil
}

// seldomEvery is how often the same trouble is told of.
const seldomEvery = time.Minute

// seldom returns tell, for what may fail again and again.
func (p *program) seldom(tell func(error)) func(error) {
	var mutex sync.Mutex
	var told time.Time
	return func(err error) {
		mutex.Lock()
		defer mutex.Unlock()
		if now := p.Now(); now.Sub(told) >= seldomEvery {
			told = now
			tell(err)
		}
	}
}

// serverLog passes the messages of net/http to a logger, a line at a time.
type serverLog struct{ log zerolog.Logger }

var _ io.Writer = serverLog{}

// Write logs a line as a warning: mostly clients that go away or speak no TLS.
func (l serverLog) Write(line []byte) (int, error) {
	l.log.Warn().Str("detail", strings.TrimSpace(string(line))).Msg("http")
	return len(line), nil
}
