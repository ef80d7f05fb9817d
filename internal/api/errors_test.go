package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/shown"
	"tenantry/internal/store"
	"tenantry/internal/store/memory"
	"tenantry/tenancy"
)

// Every refusal has the one shape; its status is a text equal to the HTTP status, and its
// reference is new each time, in the header and in the log.
func TestEveryRefusalHasOneShape(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	seen := map[string]bool{}
	for _, got := range []answer{
		e.client().get(p.path()), p.self().get("/v3/customers/x"), p.self().get("/v3/customers/x"), p.self().get("/nowhere", wrong),
		p.self().delete("/v3/whoami", wrong), p.self().put(p.path(), object{"id": "x"}, wrong), p.self().post("/v3/customers", "{", wrong),
		p.self().put(p.path(), object{"status": "disabled"}),
	} {
		got.is("error.status", fmt.Sprint(got.Status))
		ref := got.Str("error.ref")
		if seen[ref] || got.Header.Get("X-Request-Id") != ref || !strings.Contains(e.Logs.String(), ref) {
			t.Errorf("%s: the reference is %q, the header %q", got.What, ref, got.Header.Get("X-Request-Id"))
		}
		seen[ref] = true
	}
}

// An unknown route is 404; a known one without that method is 405 and names the methods
// it has.
func TestUnknownRoutesAndMethods(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for _, path := range []string{"/nowhere", "/v3", "/v3/", "/v2/customers", p.path("/nothing"), p.path("/"), "/v3/banks/" + missingID + "/drops/x", "//"} {
		p.self().get(path, wrong).refused(http.StatusNotFound, "notFound", "").explains("route")
	}
	for path, methods := range map[string]string{
		p.path(): "DELETE GET HEAD OPTIONS PATCH PUT", "/v3/customers": "GET OPTIONS POST", "/v3/whoami": "GET OPTIONS",
		"/v3/tokens": "OPTIONS POST", "/v3/oauth/token": "OPTIONS POST", p.path("/keys/rotate"): "OPTIONS POST",
	} {
		t.Run(path, func(t *testing.T) {
			p := p.in(t)
			got := p.self().do("LINK", path, nil, wrong).refused(http.StatusMethodNotAllowed, "methodNotAllowed", "")
			allowed := strings.FieldsFunc(got.Header.Get("Allow"), func(r rune) bool { return r == ',' || r == ' ' })
			if strings.Join(sorted(allowed), " ") != methods {
				t.Errorf("%s: Allow is %q", path, got.Header.Get("Allow"))
			}
		})
	}
}

// An internal error is 500 and reveals nothing; its cause is in the log once.
func TestAFaultOfOursTellsNothing(t *testing.T) {
	t.Parallel()
	failing := memory.New() // the one engine that fails when it is told to
	e := newEnv(t, func(s *setup) { s.Store = failing })
	p := e.platform()
	failing.FailNext(2, errors.New("page 7 of /var/lib/db is torn"))
	got := p.self().get("/v3/customers/"+missingID).refused(http.StatusInternalServerError, "internalError", "")
	if strings.Contains(got.Text, "torn") || strings.Contains(got.Text, "/var") {
		t.Errorf("it tells: %s", got.Text)
	}
	if n := strings.Count(e.Logs.String(), "is torn"); n != 1 {
		t.Errorf("the cause is in the log %d times", n)
	}
	entry := e.logged(got.Header.Get("X-Request-Id"))
	if entry["level"] != "error" || entry["code"] != "internalError" {
		t.Errorf("it is logged as %v", entry)
	}
	p.self().get(p.path()).ok(http.StatusOK)
}

// A search that is refused because too many wait, or took too long, is a 503 that says
// what to do and when to come back.
func TestTooManySearches(t *testing.T) {
	t.Parallel()
	failing := memory.New()
	e := newEnv(t, func(s *setup) { s.Store = failing })
	p := e.platform()
	for cause, want := range map[error]string{rows.ErrBusy: "too many searches", rows.ErrTooMuchWork: "narrow it"} {
		t.Run(fmt.Sprint(cause), func(t *testing.T) {
			p := p.in(t)
			failing.FailNext(2, cause)
			got := p.self().get("/v3/customers?name=zebra").refused(http.StatusServiceUnavailable, "serviceUnavailable", "")
			if got.Header.Get("Retry-After") != "2" || !strings.Contains(got.Text, want) {
				t.Errorf("%v: %v %s", cause, got.Header, got.Text)
			}
		})
	}
}

// A store that cannot serve now makes requests 503; readyz reports it, healthz does not.
func TestAnUnavailableStore(t *testing.T) {
	t.Parallel()
	failing := memory.New() // the one engine that fails when it is told to
	e := newEnv(t, func(s *setup) { s.Store = failing })
	p := e.platform()
	down := fmt.Errorf("disk full: %w", rows.ErrUnavailable)
	failing.FailNext(1, down)
	got := p.self().get(p.path()).refused(http.StatusServiceUnavailable, "serviceUnavailable", "")
	if got.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q", got.Header.Get("Retry-After"))
	}
	if strings.Contains(got.Text, "disk") {
		t.Errorf("it tells: %s", got.Text)
	}
	failing.FailNext(1, down)
	e.client().get("/readyz").refused(http.StatusServiceUnavailable, "serviceUnavailable", "")
	e.client().get("/readyz").ok(http.StatusOK).is("status", "ready")
	failing.FailNext(1, down)
	e.client().get("/healthz").ok(http.StatusOK).is("status", "ok")
}

// A panic is answered 500, for its own request alone.
func TestAPanicIsContained(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	entity := with(legalEntity(), object{"businessName": "panic"})
	got := p.self().post("/v3/customers", with(complete(), object{"legalEntity": entity})).refused(http.StatusInternalServerError, "internalError", "")
	entry := e.logged(got.Header.Get("X-Request-Id"))
	if entry["cause"] != "panic: the provider broke" || !strings.Contains(fmt.Sprint(entry["stack"]), "wordProvider") {
		t.Errorf("it is logged as %v", entry)
	}
	p.self().get(p.path()).ok(http.StatusOK)
}

// stuckStore never answers a read of one customer before the request's time is over.
type stuckStore struct {
	store.Store
	stuck *tenancy.ID
}

func (s stuckStore) Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error) {
	if ref.ID == *s.stuck {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.Store.Get(ctx, ref)
}

// GetTogether brings nothing along, so that each is read by itself.
func (s stuckStore) GetTogether(ctx context.Context, ref tenancy.Ref, _ []tenancy.ID) (*customers.Customer, []*customers.Customer, error) {
	c, err := s.Get(ctx, ref)
	return c, nil, err
}

func (s stuckStore) Shown(ctx context.Context, ref tenancy.Ref, show shown.Show) (shown.Answer, error) {
	return show.Read(ctx, s, ref)
}

// A request that works for too long is answered 503.
func TestARequestThatTakesTooLong(t *testing.T) {
	t.Parallel()
	stuck := tenancy.ID{}
	e := newEnv(t, func(s *setup) {
		s.RequestTimeout = 2 * time.Second
		s.wrap = func(store store.Store) store.Store { return stuckStore{Store: store, stuck: &stuck} }
	})
	p := e.platform()
	child := p.merchant()
	stuck, _ = tenancy.ParseID(child.id)
	p.self().get(child.path()).refused(http.StatusServiceUnavailable, "serviceUnavailable", "")
}

// logged returns the log line of an answer.
func (e *env) logged(ref string) map[string]any {
	e.T.Helper()
	for line := range strings.Lines(e.Logs.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			e.T.Fatalf("a log line is no JSON: %s", line)
		}
		if entry["ref"] == ref {
			return entry
		}
	}
	e.T.Fatalf("no log line has the reference %q", ref)
	return nil
}

// Every error names the page about its code: a path, or a URL where public_url is set.
func TestAnErrorNamesItsPage(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, public, page string }{
		{"a path", "", "/docs/errors/"},
		{"a URL", "https://api.example.com/pay", "https://api.example.com/pay/docs/errors/"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t, func(how *setup) { how.PublicURL = row.public })
			e.client().get("/v3/whoami", wrong).ok(http.StatusUnauthorized).is("error.details.moreInfo", row.page+"invalidCredentials")
			e.client().get("/v3/nothing", wrong).ok(http.StatusNotFound).is("error.details.moreInfo", row.page+"notFound")
		})
	}
}
