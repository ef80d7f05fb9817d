package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/errgroup"

	"tenantry/customers/idempotency"
	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

const (
	mediaLines = "application/x-ndjson"
	bulkPath   = "/v3/customers/bulk"
	// bulkBatch is how many customers are written together, and bulkKeyed how many of those
	// with keys, whose hashes are slow. Others wait for one batch at most.
	bulkBatch, bulkKeyed = 64, 16
	// bulkWeight is how many lines count as one request: they have a rate of their own, so
	// that a bulk takes nothing from the other requests of its platform.
	bulkWeight = 10
	// bulkBatches is how many batches are worked on at once; platforms take turns.
	bulkBatches = 2
)

// bulk is one request for many new customers.
type bulk struct {
	server   *Server
	req      *request
	keys     bool
	goOn     bool // after a line that was refused
	lines    *lineReader
	carried  *bulkItem // read, and left for the next batch
	summary  bulkSummary
	response *http.ResponseController
}

// bulkItem is one line on its way.
type bulkItem struct {
	number  int
	length  int
	key     string
	content []byte // of the customer
	input   lifecycle.CreateInput
	attempt idempotency.Attempt
	// kept is the answer that the write took along, earlier that of an earlier request.
	kept, earlier *idempotency.Answer
	created       registry.Created
	err           error
}

// bulkResult is the answer to one line.
type bulkResult struct {
	Line           int             `json:"line"`
	Status         int             `json:"status"`
	IdempotencyKey string          `json:"idempotencyKey,omitempty"`
	Replayed       bool            `json:"replayed,omitempty"`
	Customer       json.RawMessage `json:"customer,omitempty"`
	Error          json.RawMessage `json:"error,omitempty"`
}

// bulkSummary is the last line of an answer: without it the answer was cut.
type bulkSummary struct {
	Object string `json:"object"` // bulk
	// Complete reports that every line was tried.
	Complete bool `json:"complete"`
	Tried    int  `json:"tried"`
	Created  int  `json:"created"`
	Replayed int  `json:"replayed"`
	Refused  int  `json:"refused"`
	// StoppedAt is the last line that was tried, if those behind it were not.
	StoppedAt int    `json:"stoppedAt,omitempty"`
	Reason    string `json:"reason,omitempty"`
}

// createCustomers serves many creations as lines of JSON. It answers line by line while
// it reads, so neither the length of the body nor the time that it takes is bounded: each
// line is, and each batch of them.
func (s *Server) createCustomers(req *request) error {
	b := &bulk{server: s, req: req, response: http.NewResponseController(req.Response()), summary: bulkSummary{Object: "bulk", Complete: true}}
	q := &listQuery{values: req.QueryParams()}
	b.goOn, b.keys = q.flag("continueOnError"), q.flag("keys")
	if err := q.faults.Err(); err != nil {
		return err
	}
	header := req.Request().Header
	if len(header.Values(headerIdempotency)) > 0 {
		return fault.New(fault.Invalid, fault.CodeValidation, "give each line an idempotencyKey of its own instead").About(headerIdempotency, fault.Unknown)
	}
	if !isMedia(header, mediaLines) {
		return fault.New(fault.UnsupportedMedia, fault.CodeUnsupportedMedia, "send lines of JSON as Content-Type: "+mediaLines+", in UTF-8 and not compressed")
	}
	if _, err := s.service.Registry.Read(req.ctx, req.caller, "", tenancy.Need{Scope: tenancy.CustomersWrite}); err != nil {
		return err
	}
	limit := int(s.options.BodyLimit)
	if err := req.load.hold(int64(lineMemory(limit))); err != nil {
		return err
	}
	req.blind = !req.caller.Credential.Scopes.Has(tenancy.Read)
	s.working.Add(1)
	defer s.working.Add(-1)
	_ = b.response.EnableFullDuplex() // else the body must be read before the answer begins
	b.lines = readLines(req.ctx, req.Request().Body, limit, func(until time.Time) { _ = b.response.SetReadDeadline(until) })
	defer b.lines.drain()
	req.Response().Header().Set(echo.HeaderContentType, mediaLines)
	b.extend()
	req.Response().WriteHeader(http.StatusOK)
	_ = b.response.Flush()
	b.run()
	return nil
}

// extend sets the time until which the client must take what is written next.
func (b *bulk) extend() { _ = b.response.SetWriteDeadline(time.Now().Add(WriteTimeout)) }

// run answers batch by batch, and then with the summary.
func (b *bulk) run() {
	source := b.req.caller.Actor.Ref().Tenant.String()
	for !b.stopped() {
		batch := b.next()
		if len(batch) == 0 {
			break
		}
		err := b.server.bulks.Enter(b.req.ctx, 0, source)
		if err != nil {
			b.stop(batch[0].number-1, "the service has as much to do as it takes on at once; send the rest later")
			break
		}
		done := b.process(batch)
		b.server.bulks.Leave()
		for _, item := range batch {
			b.lines.release(item.length)
		}
		if !b.send(done) {
			return
		}
	}
	if !b.stopped() { // so all lines were taken
		if broken := b.lines.broken(); broken != "" {
			b.stop(b.lines.complete(), broken)
		}
	}
	b.write(b.summary)
}

func (b *bulk) stopped() bool { return !b.summary.Complete }

// stop ends the bulk: nothing behind that line is tried.
func (b *bulk) stop(last int, reason string) {
	b.summary.Complete, b.summary.StoppedAt, b.summary.Reason = false, last, reason
}

// next returns the next lines to work on together: those that are there, one at least. Two
// with the same idempotency key come one after the other.
func (b *bulk) next() (batch []*bulkItem) {
	most, seen := bulkBatch, map[string]bool{}
	if b.keys {
		most = bulkKeyed
	}
	for len(batch) < most {
		item := b.carried
		b.carried = nil
		if item == nil {
			line, ok := b.lines.take(len(batch) == 0)
			if !ok {
				break
			}
			item = itemOf(line)
		}
		if b.server.draining.Load() {
			b.stop(item.number-1, "the service is about to stop; send the rest again in a moment")
			break
		}
		if item.key != "" && seen[item.key] {
			b.carried = item
			break
		}
		if !b.pay(len(batch) == 0) {
			if b.carried = item; len(batch) == 0 {
				b.stop(item.number-1, "the connection ended")
			}
			break // what was paid for is not to wait for the rate of the next
		}
		seen[item.key] = true
		batch = append(batch, item)
	}
	return batch
}

// pay takes a line from the rate of the caller, if there is room in it or once there is.
func (b *bulk) pay(wait bool) bool {
	if b.server.bulkLimits == nil || b.req.caller.Credential.Kind == tenancy.LocalSocket {
		return true
	}
	for {
		if _, err := b.server.bulkLimits.take(b.req.caller); err == nil {
			return true
		}
		if !wait {
			return false
		}
		select {
		case <-b.req.ctx.Done():
			return false
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// process creates the customers of a batch and returns what is to be answered.
func (b *bulk) process(batch []*bulkItem) []*bulkItem {
	// What is under way is ended and settled even if the client is gone by then.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(b.req.ctx), b.server.options.RequestTimeout)
	defer cancel()
	together(batch, func(item *bulkItem) {
		if item.err == nil && item.key != "" && !b.req.dry {
			item.attempt, item.earlier, item.err = b.server.service.Idempotency.Begin(ctx, b.req.caller, item.key,
				fingerprintOf(http.MethodPost, bulkPath, b.req.caller.Subject.Ref().String(), item.content))
		}
		item.input.ID = item.attempt.ID
		if !item.attempt.ID.IsZero() {
			item.input.Keep = b.keep(item)
		}
	})
	tried := b.upToRefusal(batch)
	var pending []*bulkItem
	for _, item := range tried {
		if item.err == nil && item.earlier == nil {
			pending = append(pending, item)
		}
	}
	b.create(ctx, pending)
	tried = b.upToRefusal(tried)
	together(batch, func(item *bulkItem) {
		if item.number > tried[len(tried)-1].number {
			if !item.attempt.ID.IsZero() {
				b.server.note(b.req, b.server.service.Idempotency.Abandon(ctx, item.attempt))
			}
		}
	})
	return tried
}

// create creates customers, in their order.
func (b *bulk) create(ctx context.Context, pending []*bulkItem) {
	for len(pending) > 0 {
		list := make([]lifecycle.CreateInput, len(pending))
		for i, item := range pending {
			list[i] = item.input
		}
		for i, outcome := range b.server.service.Lifecycle.CreateAll(ctx, b.req.caller, list, b.keys, !b.goOn) {
			pending[i].created, pending[i].err = outcome.Created, outcome.Err
			list = list[1:]
			if outcome.Err != nil && b.ends(outcome.Err) {
				return
			}
		}
		pending = pending[len(pending)-len(list):]
	}
}

// ends reports whether a refusal ends the bulk: every one unless the caller goes on, and a
// failure of the service always, for the next line would fail as well.
func (b *bulk) ends(err error) bool {
	return !b.goOn || classOf(refusalOf(err).Kind).status >= http.StatusInternalServerError
}

// upToRefusal returns the items up to the first whose refusal ends the bulk.
func (b *bulk) upToRefusal(list []*bulkItem) []*bulkItem {
	for i, item := range list {
		if item.err != nil && b.ends(item.err) {
			return list[:i+1]
		}
	}
	return list
}

// keep returns what makes the kept answer of a line out of what is about to be written.
func (b *bulk) keep(item *bulkItem) registry.Keep {
	return func(made registry.Created) (rows.Companion, func(), error) {
		a, err := b.show(made)
		if err != nil {
			return rows.Companion{}, nil, err
		}
		with, err := b.server.service.Idempotency.Keeping(item.attempt, a, bulkPath)
		return with, func() { item.kept = &a }, err
	}
}

func (b *bulk) show(made registry.Created) (idempotency.Answer, error) {
	given, err := b.server.showCreated(b.req, made)
	if err != nil {
		return idempotency.Answer{}, err
	}
	if b.req.dry {
		given = given.withoutSecrets()
	}
	return b.req.encoded(given)
}

// send answers a batch, and reports whether the client takes it.
func (b *bulk) send(batch []*bulkItem) bool {
	results := make([]bulkResult, len(batch))
	place := map[*bulkItem]*bulkResult{}
	for i, item := range batch {
		place[item] = &results[i]
	}
	together(batch, func(item *bulkItem) { *place[item] = b.settle(item) })
	for i, item := range batch {
		b.summary.Tried++
		switch {
		case results[i].Error != nil:
			b.summary.Refused++
		case results[i].Replayed:
			b.summary.Replayed++
		default:
			b.summary.Created++
		}
		if item.err != nil && b.ends(item.err) {
			b.stop(item.number, "the line was refused, and those behind it were not tried")
		}
	}
	list := make([]any, len(results))
	for i := range results {
		list[i] = results[i]
	}
	return b.write(list...)
}

// settle keeps the answer to a line, or frees its idempotency key, and returns its result.
func (b *bulk) settle(item *bulkItem) bulkResult {
	result := bulkResult{Line: item.number, IdempotencyKey: item.key}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(b.req.ctx), settleTimeout)
	defer cancel()
	keyed := !item.attempt.ID.IsZero()
	if item.earlier != nil {
		result.Status, result.Customer, result.Replayed = item.earlier.Status, bytes.TrimSpace(item.earlier.Body), true
		return result
	}
	if item.err == nil {
		var a idempotency.Answer
		if a, item.err = b.show(item.created); item.err == nil {
			if keyed && (item.kept == nil || !reflect.DeepEqual(*item.kept, a)) {
				b.server.note(b.req, b.server.service.Idempotency.Finish(ctx, item.attempt, a, bulkPath))
			}
			result.Status, result.Customer = a.Status, bytes.TrimSpace(a.Body)
			return result
		}
	}
	refusal := refusalOf(item.err)
	if refusal.Kind == fault.Internal {
		b.server.note(b.req, item.err)
	}
	a, err := b.req.faultAnswer(refusal)
	var told struct {
		Error json.RawMessage `json:"error"`
	}
	if err = errors.Join(err, json.Unmarshal(a.Body, &told)); err != nil {
		b.server.note(b.req, err)
		told.Error = json.RawMessage(`{}`)
	}
	result.Status, result.Error = a.Status, told.Error
	if keyed && a.Status < http.StatusInternalServerError {
		b.server.note(b.req, b.server.service.Idempotency.Abandon(ctx, item.attempt))
	}
	return result
}

// write writes lines and reports whether they could be written.
func (b *bulk) write(values ...any) bool {
	var text bytes.Buffer
	for _, value := range values {
		line, err := encode(value)
		if err != nil {
			b.server.note(b.req, err)
			return false
		}
		text.Write(line)
	}
	b.extend()
	if _, err := b.req.Response().Write(text.Bytes()); err != nil {
		return false
	}
	return b.response.Flush() == nil
}

// together does something for each item, at the same time: what waits for the store then
// shares its commits.
func together(list []*bulkItem, do func(item *bulkItem)) {
	var group errgroup.Group
	group.SetLimit(bulkBatch)
	for _, item := range list {
		group.Go(func() (err error) {
			defer func() {
				if value := recover(); value != nil {
					item.err = errors.New("a line of a bulk panicked")
				}
			}()
			do(item)
			return nil
		})
	}
	_ = group.Wait()
}
