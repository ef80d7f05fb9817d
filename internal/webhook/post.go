package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/internal/check"
	"tenantry/internal/trace"
)

// smallAnswer is the longest body of an answer that is read, so that its connection can
// be reused; nothing of it is kept.
const smallAnswer = 4 << 10

// attempt makes one attempt, as a trace of its own: nobody waits for it. The receiver is
// told nothing of that: it belongs to somebody else, whose traces are not ours.
func (s *Sender) attempt(ctx context.Context, d rows.Delivery, target webhooks.Target, m message) rows.Attempted {
	ctx, span := trace.Call(ctx, "webhook attempt")
	defer span.End()
	made := s.post(ctx, target, m)
	if span.On() {
		span.Set(trace.Tenant, d.Endpoint.Customer.Tenant.String())
		span.Set(trace.Customer, d.Endpoint.Customer.ID.String())
		span.Set(trace.Webhook, d.Endpoint.ID.String())
		span.Set(trace.Delivery, d.ID.String())
	}
	if made.Status > 0 {
		span.SetInt(trace.Status, int(made.Status))
	}
	if made.Status < http.StatusOK || made.Status >= http.StatusMultipleChoices {
		span.Fail("refused")
	}
	return made
}

// post makes one attempt. A redirect is an answer like any other and not followed.
func (s *Sender) post(ctx context.Context, target webhooks.Target, m message) rows.Attempted {
	timeout := s.Timeout
	if timeout == 0 {
		timeout = timeoutOf(target.Format)
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	attempt := rows.Attempted{At: s.Now().UTC().Truncate(time.Millisecond)}
	started := time.Now()
	status, err := s.send(limited, target.URL, m)
	attempt.Milliseconds = time.Since(started).Milliseconds()
	if err != nil {
		attempt.Error = described(err, timeout)
		return attempt
	}
	attempt.Status = int32(status) //nolint:gosec // three digits
	return attempt
}

var (
	errInsecure = errors.New("the URL is not https")
	errUnfit    = errors.New("the URL names its host in a way that is not accepted")
	errPort     = errors.New("the URL names a port that is not accepted")
)

func (s *Sender) send(ctx context.Context, url string, m message) (status int, err error) {
	// Receivers that an earlier release let in, or a sandbox, are held to the rules of now.
	to, err := check.ParseTarget(url)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errUnfit, err)
	}
	if !s.AllowAnyPort && !to.IsWebPort() {
		return 0, errPort
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(m.body))
	if err != nil {
		return 0, fmt.Errorf("making a request: %w", err)
	}
	if !strings.EqualFold(request.URL.Scheme, "https") && !s.AllowInsecure {
		return 0, errInsecure
	}
	request.Header = m.header
	response, err := s.Client.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.ContentLength >= 0 && response.ContentLength <= smallAnswer {
		_, _ = io.Copy(io.Discard, response.Body)
	}
	return response.StatusCode, nil
}

// described returns in words for the owner of the webhook why there was no answer. The
// text of the error itself may name addresses that the owner must not learn.
func described(err error, timeout time.Duration) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer within " + timeout.String()
	}
	for _, known := range []error{errNotPublic, errInsecure, errUnfit, errPort} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	if _, wrong := errors.AsType[*tls.CertificateVerificationError](err); wrong {
		return "its certificate is not valid"
	}
	if _, unknown := errors.AsType[*net.DNSError](err); unknown {
		return "its host name was not found"
	}
	if _, network := errors.AsType[*net.OpError](err); network {
		return "no connection, or it broke off"
	}
	return "no valid answer"
}
