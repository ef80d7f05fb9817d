package main

import (
	"io"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"tenantry/internal/config"
)

// logger returns a logger that writes to standard error as configured.
func (p *program) logger(s config.Log) zerolog.Logger {
	out := p.Stderr
	if s.Format == "console" || s.Format == "auto" && p.Tells {
		out = zerolog.ConsoleWriter{Out: p.Stderr, TimeFormat: time.TimeOnly, NoColor: !p.Tells || p.Variable("NO_COLOR") != ""}
	}
	level, err := zerolog.ParseLevel(s.Level)
	if err != nil {
		level = zerolog.InfoLevel
	}
	return zerolog.New(out).Level(level).Hook(stamped{p.Now})
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
