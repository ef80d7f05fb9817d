package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"tenantry/internal/config"
)

// logger returns a logger that writes to standard error as configured.
func (p *program) logger(s config.Log) zerolog.Logger {
	out := p.stderr
	if s.Format == "console" || s.Format == "auto" && p.tells {
		out = forPeople(p.stderr, !p.tells || p.variable("NO_COLOR") != "")
	}
	level, err := zerolog.ParseLevel(s.Level)
	if err != nil {
		level = zerolog.InfoLevel
	}
	return zerolog.New(out).Level(level).Hook(stamped{p.now})
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

// serverLog passes the messages of net/http to a logger, a line at a time.
type serverLog struct{ log zerolog.Logger }

var _ io.Writer = serverLog{}

// Write logs a line as a warning: mostly clients that go away or speak no TLS.
func (l serverLog) Write(line []byte) (int, error) {
	l.log.Warn().Str("detail", strings.TrimSpace(string(line))).Msg("http")
	return len(line), nil
}
