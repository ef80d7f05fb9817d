package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/semaphore"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// drainTime is how long a bulk that stopped goes on taking what the client still sends, so
// that it comes to read why.
const drainTime = 5 * time.Second

// textLine is one line of a body.
type textLine struct {
	number int
	text   []byte
	long   bool
}

// lineReader reads the lines of a body ahead of the work, by as many bytes as lineMemory.
type lineReader struct {
	ctx    context.Context
	cancel context.CancelFunc
	limit  int
	room   *semaphore.Weighted
	queue  chan textLine
	extend func(until time.Time)
	ending atomic.Bool
	// read and why are written before the queue is closed.
	read int
	why  string
}

// linesAhead is how many bytes of lines are read ahead of the work.
const linesAhead = 1 << 20

// lineMemory returns what the lines of one body take of the memory, with that limit of one
// line: what waits, and the one that is being read.
func lineMemory(limit int) int { return linesAhead + 2*limit }

// readLines reads lines until the body or ctx ends; extend sets when the next one must be
// there. Its caller drains it.
func readLines(ctx context.Context, body io.Reader, limit int, extend func(until time.Time)) *lineReader {
	ctx, cancel := context.WithCancel(ctx)
	r := &lineReader{
		ctx: ctx, cancel: cancel, limit: limit, extend: extend, queue: make(chan textLine, bulkBatch), room: semaphore.NewWeighted(int64(linesAhead + limit)),
	}
	go r.run(bufio.NewReaderSize(body, 64<<10))
	return r
}

func (r *lineReader) run(from *bufio.Reader) {
	defer close(r.queue)
	for number := 1; ; number++ {
		if !r.ending.Load() {
			r.extend(time.Now().Add(ReadTimeout))
		}
		line, err := r.one(from)
		whole := err == nil || errors.Is(err, io.EOF)
		if line.number = number; whole && (line.long || len(line.text) > 0) && !r.ending.Load() {
			if r.room.Acquire(r.ctx, int64(len(line.text))) == nil {
				r.queue <- line
				r.read = number
			} else if !r.ending.Load() {
				r.why = "the connection ended"
				return
			}
		}
		if err != nil {
			if !r.ending.Load() {
				r.extend(time.Time{}) // nothing more must come, however long the work takes
			}
			if !errors.Is(err, io.EOF) {
				r.why = "the body ended too early, or its next line took too long to come"
			}
			return
		}
	}
}

// one reads one line without its end and without space around it. One that is too long is
// read to its end and not kept.
func (r *lineReader) one(from *bufio.Reader) (line textLine, err error) {
	for {
		piece, err := from.ReadSlice('\n')
		if !line.long {
			line.text = append(line.text, piece...)
		}
		if len(line.text) > r.limit {
			line.text, line.long = nil, true
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			line.text = bytes.TrimSpace(line.text)
			return line, err
		}
	}
}

// take returns the next line: waits for one, or returns false if none is there yet.
func (r *lineReader) take(wait bool) (textLine, bool) {
	if wait {
		line, ok := <-r.queue
		return line, ok
	}
	select {
	case line, ok := <-r.queue:
		return line, ok
	default:
		return textLine{}, false
	}
}

// release makes room for more lines.
func (r *lineReader) release(bytes int) { r.room.Release(int64(bytes)) }

// broken returns why the body ended before its end, once no line is left; empty if it did
// not. complete returns the last line that was there.
func (r *lineReader) broken() string { return r.why }
func (r *lineReader) complete() int  { return r.read }

// drain takes what the client still sends, for a while.
func (r *lineReader) drain() {
	r.ending.Store(true)
	r.cancel()
	r.extend(time.Now().Add(drainTime))
	for range r.queue {
		continue
	}
}

// itemOf reads a line.
func itemOf(line textLine) *bulkItem {
	item := &bulkItem{number: line.number, length: len(line.text)}
	if line.long {
		item.err = fault.New(fault.TooLarge, fault.CodeTooLarge, "the line is longer than a body may be")
		return item
	}
	var members struct {
		IdempotencyKey *string         `json:"idempotencyKey"`
		Customer       json.RawMessage `json:"customer"`
	}
	if _, item.err = patch.Object(line.text); item.err != nil {
		return item
	}
	decoder := json.NewDecoder(bytes.NewReader(line.text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&members); err != nil {
		item.err = fault.New(fault.Invalid, fault.CodeValidation, `a line has the form {"idempotencyKey": "…", "customer": {…}}, and nothing else`).About("line", fault.BadValue)
		return item
	}
	if members.IdempotencyKey != nil {
		if item.key, item.err = parseIdempotencyKey([]string{*members.IdempotencyKey}); item.err != nil {
			item.key = ""
			return item
		}
	}
	if len(members.Customer) == 0 {
		item.err = fault.New(fault.Invalid, fault.CodeValidation, "the line has no customer").About("customer", fault.Missing)
		return item
	}
	item.content = members.Customer
	if err := patch.Decode(members.Customer, &item.input); err != nil && fault.KindOf(err) == fault.Invalid {
		item.input.Reading = err
	} else {
		item.err = err
	}
	return item
}

// isMedia reports whether a body is said to have a media type, in UTF-8 and not compressed.
func isMedia(header http.Header, wanted string) bool {
	media, parameters, err := mime.ParseMediaType(header.Get(echo.HeaderContentType))
	encoding := header.Get(echo.HeaderContentEncoding)
	return err == nil && media == wanted && (parameters["charset"] == "" || strings.EqualFold(parameters["charset"], "utf-8")) &&
		(encoding == "" || strings.EqualFold(encoding, "identity"))
}
