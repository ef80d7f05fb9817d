package api

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"net/http"
	"reflect"
	"time"

	"tenantry/customers/idempotency"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

const (
	headerIdempotency = "Idempotency-Key"
	maxIdempotencyKey = 255
	// settleTimeout is how long writing down an answer may take after the client hung up
	// or the request's own time was over.
	settleTimeout = 5 * time.Second
)

// idempotencyKey returns the key of a request to the route, empty if it has none. It
// returns the errors of parseIdempotencyKey or of the dialect.
func (r route) idempotencyKey(httpRequest *http.Request) (string, error) {
	if r.dialect != nil {
		return r.dialect.IdempotencyKey(httpRequest)
	}
	values := httpRequest.Header.Values(headerIdempotency)
	if len(values) == 0 {
		return "", nil
	}
	return parseIdempotencyKey(values)
}

// idempotent runs the handler at most once per idempotency key and replays its answer to
// every later request with that key. It returns, before anything is done, Conflict
// idempotencyConflict for a key that was used for another request or whose first request
// still runs.
func (s *Server) idempotent(req *request, r route, key string) error {
	attempt, earlier, err := s.service.Idempotency.Begin(req.ctx, req.caller, key, req.fingerprint())
	if err != nil {
		return err
	}
	if earlier != nil || attempt.Try().Resumed {
		req.caller.Ahead = nil // an earlier try may have written since that was read
	}
	if earlier != nil {
		req.replayed = true
		if earlier.Record != nil {
			if *earlier, err = s.shownAgain(req, r, *earlier); err != nil {
				return err
			}
		}
		return req.send(*earlier)
	}
	req.attempt, req.caller.Attempt = attempt, attempt.Try()
	a, err := s.attempt(req, r)
	if err != nil {
		return err
	}
	return req.send(a)
}

// shownAgain returns the answer to a repeated change: the customer as it is now, which
// this caller may see as it saw the answer to the change.
func (s *Server) shownAgain(req *request, r route, earlier idempotency.Answer) (idempotency.Answer, error) {
	c, err := s.service.Registry.Read(req.ctx, req.caller, earlier.Record.ID.String(), tenancy.Need{})
	if fault.IsNotFound(err) {
		return earlier, idempotency.Gone(err)
	}
	if err != nil {
		return earlier, err
	}
	shown, err := s.showCustomer(req, c)
	if err != nil {
		return earlier, err
	}
	shown.status, req.blind = earlier.Status, req.writesBlindly(r)
	return req.encoded(shown)
}

// answered runs a use case and returns the response that shows its result. The write that
// ends the use case keeps the answer of an idempotent request.
func answered[T any](s *Server, req *request, use func(ctx context.Context) (T, error), show func(T) (response, error)) (response, error) {
	ctx := req.ctx
	if !req.attempt.ID.IsZero() {
		ctx = registry.Keeping(ctx, func(result T) (rows.Companion, func(), error) {
			return s.keepShown(req, func() (response, error) { return show(result) })
		})
	}
	result, err := use(ctx)
	if err != nil {
		return response{}, err
	}
	return show(result)
}

// done is answered for a use case that returns nothing.
func done(s *Server, req *request, use func(ctx context.Context) error) (response, error) {
	return answered(s, req, func(ctx context.Context) (registry.Done, error) { return registry.Done{}, use(ctx) },
		func(registry.Done) (response, error) { return response{status: http.StatusNoContent}, nil })
}

// keepShown returns what a write takes along to keep the answer that show makes.
func (s *Server) keepShown(req *request, show func() (response, error)) (rows.Companion, func(), error) {
	given, err := show()
	if err != nil {
		return rows.Companion{}, nil, err
	}
	a, err := req.encoded(given)
	if err != nil {
		return rows.Companion{}, nil, err
	}
	with, err := s.service.Idempotency.Keeping(req.attempt, a, req.Request().URL.Path)
	return with, func() { req.kept = &a }, err
}

// attempt runs the handler and settles the attempt, even if the client is gone by then. A
// refusal frees the key, unless it was recorded or the dialect keeps it: then the refusal
// is the answer that is kept. After an internal error it is unknown what was done. The
// key then stays taken for a minute, and a repeat after that goes on where this request
// ended instead of doing it twice.
func (s *Server) attempt(req *request, r route) (idempotency.Answer, error) {
	a, err := req.answerOf(r)
	if err != nil {
		refused, failed := s.refusalAnswer(req, err)
		if failed != nil {
			return a, errors.Join(err, failed)
		}
		a = refused
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(req.ctx), settleTimeout)
	defer cancel()
	done := err == nil && a.Status < http.StatusMultipleChoices
	switch {
	case done && req.kept != nil && reflect.DeepEqual(*req.kept, a): // the write took it along
	case done || fault.IsRecorded(err) || (r.dialect != nil && r.dialect.KeepsRefusal(a.Status)):
		if err != nil {
			req.refusal = &a
		}
		s.note(req, s.service.Idempotency.Finish(ctx, req.attempt, a, req.Request().URL.Path))
	case err == nil || a.Status < http.StatusInternalServerError:
		s.note(req, s.service.Idempotency.Abandon(ctx, req.attempt))
	}
	return a, err
}

// note logs that an attempt could not be settled. The client gets the answer of the
// handler all the same: what was done was done.
func (s *Server) note(req *request, err error) {
	if err != nil {
		s.options.Log.Error().Str("ref", req.ref).Err(err).Msg("settling an idempotent attempt")
	}
}

// fingerprint returns a digest that differs for different requests with the same key. It
// covers method, path, subject and content, each led by its length so that no two can be
// confused.
func (req *request) fingerprint() []byte {
	return fingerprintOf(req.Request().Method, req.Request().URL.Path, req.caller.Subject.Ref().String(), req.contentAlone())
}

func fingerprintOf(method, path, subject string, content []byte) []byte {
	digest := sha256.New()
	for _, part := range []string{method, path, subject} {
		writePart(digest, []byte(part))
	}
	writePart(digest, content)
	return digest.Sum(nil)
}

// contentAlone returns the content, or what stands for that of a form.
func (req *request) contentAlone() []byte {
	if req.upload != nil {
		return req.upload.Digest()
	}
	return req.content
}

func writePart(digest hash.Hash, part []byte) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(part)))
	digest.Write(length[:])
	digest.Write(part)
}

// parseIdempotencyKey accepts one header of 1 to 255 printable ASCII characters.
func parseIdempotencyKey(values []string) (string, error) {
	key := values[0]
	valid := len(values) == 1 && len(key) >= 1 && len(key) <= maxIdempotencyKey
	for i := range len(key) {
		valid = valid && key[i] >= ' ' && key[i] <= '~'
	}
	if !valid {
		return "", fault.New(fault.Invalid, fault.CodeValidation,
			"must be 1 to 255 printable ASCII characters, sent once; a random UUID is a good one").
			About(headerIdempotency, fault.BadValue)
	}
	return key, nil
}
