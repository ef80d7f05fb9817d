package main

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

const (
	// longestUnwritten is how long a line of the log may wait for others.
	longestUnwritten = 100 * time.Millisecond
	// mostUnwritten is how many bytes may.
	mostUnwritten = 64 << 10
)

// logBuffer writes lines of a log together, because a write for each request costs as much as
// half of a quick one. Warnings and what is worse are written at once, with all before them. A
// process that is killed may lose the lines of its last longestUnwritten.
type logBuffer struct {
	out io.Writer

	mu      sync.Mutex
	lines   []byte
	due     *time.Timer // once a line waits; nil before the first one
	through bool        // lines wait no more
}

var _ zerolog.LevelWriter = (*logBuffer)(nil)

// bufferLog returns a logBuffer over a writer. From the end of ctx on nothing waits, because
// another signal ends the process at once.
func bufferLog(ctx context.Context, out io.Writer) *logBuffer {
	b := &logBuffer{out: out}
	context.AfterFunc(ctx, b.end)
	return b
}

// Write implements io.Writer, for lines without a level.
func (b *logBuffer) Write(line []byte) (int, error) { return b.WriteLevel(zerolog.NoLevel, line) }

// WriteLevel implements zerolog.LevelWriter.
func (b *logBuffer) WriteLevel(level zerolog.Level, line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	waits := len(b.lines) > 0
	b.lines = append(b.lines, line...)
	switch {
	case b.through || level >= zerolog.WarnLevel || len(b.lines) >= mostUnwritten:
		return len(line), b.write()
	case waits: // and so a timer runs
	case b.due == nil:
		b.due = time.AfterFunc(longestUnwritten, b.flush)
	default:
		b.due.Reset(longestUnwritten)
	}
	return len(line), nil
}

// end writes what waits, and from now on everything at once.
func (b *logBuffer) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.through = true
	_ = b.write() // there is nobody to tell
}

func (b *logBuffer) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.write() // there is nobody to tell
}

// write writes what waits; the mutex is held.
func (b *logBuffer) write() error {
	if b.due != nil {
		b.due.Stop()
	}
	lines := b.lines
	b.lines = b.lines[:0]
	if len(lines) == 0 {
		return nil
	}
	_, err := b.out.Write(lines)
	return err
}
