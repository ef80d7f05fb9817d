package page

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"tenantry/internal/fault"
)

// faultPage is the name of the page of a refusal in every Set.
const faultPage = "fault"

// retryAfter is when a page that the store could not serve loads itself again.
const retryAfter = 5 * time.Second

// Refusal is what the page of a refusal shows.
type Refusal struct {
	Status int
	// Kind chooses the words: missing, forbidden, busy, lost (the store), or failed.
	Kind string
	// Text is the text of the service, empty where the words of the kind say it all.
	Text string
	// Wait is how many seconds to wait where that is known; 0 for unknown.
	Wait int
	// Ref is the reference of the request in the log.
	Ref string
}

// Fail writes the page of a refusal in the layout of p. A store that cannot be reached
// shows as that, and the page loads itself again.
func (s *Set) Fail(w http.ResponseWriter, r *http.Request, p Page, err error) {
	shown := refusalOf(err)
	shown.Ref = w.Header().Get("X-Request-Id")
	if shown.Kind == "failed" {
		s.kit.options.Report(r, err)
	}
	p.Name, p.Status = faultPage, shown.Status
	if shown.Kind == "lost" && r.Method == http.MethodGet {
		p.Retry = retryAfter
	}
	if refusal, ok := errors.AsType[*fault.Error](err); ok && refusal.RetryAfterSeconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(refusal.RetryAfterSeconds))
		if shown.Kind == "busy" {
			shown.Wait = refusal.RetryAfterSeconds
		}
	}
	p.Data = shown
	s.Write(w, r, p)
}

func refusalOf(err error) Refusal {
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok {
		if errors.Is(err, context.DeadlineExceeded) {
			return Refusal{Status: http.StatusServiceUnavailable, Kind: "lost"}
		}
		return Refusal{Status: http.StatusInternalServerError, Kind: "failed"}
	}
	shown := Refusal{Text: sentence(refusal.Text)}
	switch refusal.Kind {
	case fault.NotFound, fault.MethodNotAllowed:
		shown.Status, shown.Kind, shown.Text = http.StatusNotFound, "missing", ""
	case fault.Unauthenticated:
		shown.Status, shown.Kind = http.StatusUnauthorized, "forbidden"
	case fault.Forbidden:
		shown.Status, shown.Kind = http.StatusForbidden, "forbidden"
	case fault.RateLimited:
		shown.Status, shown.Kind = http.StatusTooManyRequests, "busy"
	case fault.Unavailable:
		shown.Status, shown.Kind = http.StatusServiceUnavailable, "lost"
	case fault.Internal:
		shown.Status, shown.Kind, shown.Text = http.StatusInternalServerError, "failed", ""
	case fault.Conflict, fault.PreconditionFailed:
		shown.Status, shown.Kind = http.StatusConflict, "refused"
	default:
		shown.Status, shown.Kind = http.StatusUnprocessableEntity, "refused"
	}
	return shown
}
