package straddle

import (
	"net/http"
	"strings"
	"time"

	"tenantry/customers/access"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/secret"
)

const (
	prefix = "/straddle"

	headerAccount     = "Straddle-Account-Id"
	headerIdempotency = "Idempotency-Key"
	headerRequest     = "Request-Id"
	headerCorrelation = "Correlation-Id"
	headerShouldRetry = "x-should-retry"

	// maxEcho bounds what of a client's own trace ids is sent back.
	maxEcho = 128

	minKey, maxKey = 10, 40
)

// Options are what a Handler is made of.
type Options struct {
	Service *app.App
	// Plan is the key of the plan that customers made here get.
	Plan string
	// Now is the clock of answers; default time.Now.
	Now func() time.Time
}

// Handler is Straddle's dialect of a service. It is safe for concurrent use.
type Handler struct {
	service *app.App
	plan    string
	now     func() time.Time
}

var _ dialect.Dialect = (*Handler)(nil)

// New makes the dialect.
func New(o Options) *Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Handler{service: o.Service, plan: o.Plan, now: o.Now}
}

// Owns reports whether a path is below /straddle.
func (f *Handler) Owns(path string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

// Routes are the operations on customers and their reviews, and on the banks of customers.
func (f *Handler) Routes() []dialect.Route {
	const all, one = prefix + "/v1/customers", prefix + "/v1/customers/:id"
	const paykeys, paykey = prefix + "/v1/paykeys", prefix + "/v1/paykeys/:id"
	return []dialect.Route{
		{Method: http.MethodPost, Pattern: all, Serve: f.create},
		{Method: http.MethodGet, Pattern: all, Serve: f.list},
		{Method: http.MethodGet, Pattern: one, Serve: f.get},
		{Method: http.MethodPut, Pattern: one, Serve: f.update},
		{Method: http.MethodDelete, Pattern: one, Serve: f.delete},
		{Method: http.MethodGet, Pattern: one + "/unmasked", Serve: f.unmasked, Reveals: true},
		{Method: http.MethodGet, Pattern: one + "/review", Serve: f.review},
		{Method: http.MethodPatch, Pattern: one + "/review", Serve: f.decide},
		{Method: http.MethodPut, Pattern: one + "/refresh_review", Serve: f.refresh},
		{Method: http.MethodPost, Pattern: prefix + "/v1/reports/total_customers_by_status", Serve: f.totals},
		{Method: http.MethodPost, Pattern: prefix + "/v1/bridge/bank_account", Serve: f.linkBank},
		{Method: http.MethodGet, Pattern: paykeys, Serve: f.listPaykeys},
		{Method: http.MethodGet, Pattern: paykey, Serve: f.getPaykey},
		{Method: http.MethodPut, Pattern: paykey + "/cancel", Serve: f.cancelPaykey},
	}
}

// Presented reads the bearer key and the account that the request acts for; without
// one it acts for the owner of the key.
func (f *Handler) Presented(request *http.Request) (access.Presented, error) {
	presented := access.Presented{Itself: true}
	if values := request.Header.Values(headerAccount); len(values) > 0 && strings.Join(values, "") != "" {
		if len(values) > 1 || !isUUID(values[0]) {
			return presented, badRequest(headerAccount, "must be the UUID of an account")
		}
		// A UUID of a form that we never gave names nobody, and so nobody below the caller.
		presented.SubjectID = "unknown"
		if id, ok := dialect.ParseUUID(values[0]); ok {
			presented.SubjectID = id.String()
		}
	}
	scheme, token, _ := strings.Cut(request.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return presented, unauthorized()
	}
	presented.Bearer = secret.New(token)
	return presented, nil
}

func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case !strings.ContainsRune("0123456789abcdefABCDEF", rune(c)):
			return false
		}
	}
	return true
}

// IdempotencyKey returns the key, which has 10 to 40 printable ASCII characters.
func (f *Handler) IdempotencyKey(request *http.Request) (string, error) {
	values := request.Header.Values(headerIdempotency)
	if len(values) == 0 {
		return "", nil
	}
	key := values[0]
	if len(values) > 1 || len(key) < minKey || len(key) > maxKey || !printable(key) {
		return "", badRequest(headerIdempotency, "must be 10 to 40 printable ASCII characters, sent once")
	}
	return key, nil
}

func printable(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// KeepsRefusal reports whether a request that is refused with a status uses up its key:
// it does unless it may succeed later or with another credential.
func (f *Handler) KeepsRefusal(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests:
		return false
	default:
		return status >= http.StatusBadRequest && status < http.StatusInternalServerError
	}
}

// Echoes sends the client's own trace ids back, where they are short and plain.
func (f *Handler) Echoes(request *http.Request) map[string]string {
	echoes := map[string]string{}
	for _, name := range []string{headerRequest, headerCorrelation} {
		if value := request.Header.Get(name); value != "" && len(value) <= maxEcho && printable(value) {
			echoes[name] = value
		}
	}
	return echoes
}
