package api_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"tenantry/customers/access"
	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
)

// corner is a dialect that owns /corner and serves the root of the host. The header
// Wanted says how a request to it ends.
type corner struct{ served, refused int }

func (*corner) Owns(path string) bool { return path == "/" || strings.HasPrefix(path, "/corner/") }

func (f *corner) Routes() []dialect.Route {
	return []dialect.Route{
		{Method: http.MethodGet, Pattern: "/", Serve: f.serve},
		{Method: http.MethodPost, Pattern: "/corner/things/:id", Serve: f.serve},
		{Method: http.MethodPost, Pattern: "/corner/uploads", Serve: f.serve, Media: []string{"text/plain", "text/csv"}, MaxBody: 2 << 20},
		{Method: http.MethodPost, Pattern: "/corner/token", Serve: f.serve, Open: true},
	}
}

func (*corner) Reduce(a idempotency.Answer) (idempotency.Answer, error) { return a, nil }

func (*corner) Presented(r *http.Request) (access.Presented, error) {
	if r.Header.Get("Key") == "" {
		return access.Presented{}, fault.New(fault.Unauthenticated, fault.CodeCredentials, "the key is missing")
	}
	return access.Presented{Bearer: secret.New(r.Header.Get("Key")), SubjectID: r.Header.Get("For"), Itself: true}, nil
}

func (*corner) IdempotencyKey(r *http.Request) (string, error) { return r.Header.Get("Once"), nil }

func (*corner) KeepsRefusal(status int) bool { return status == http.StatusConflict }

func (*corner) Echoes(r *http.Request) map[string]string {
	return map[string]string{"Trace": r.Header.Get("Trace")}
}

func (f *corner) serve(x *dialect.Request) (idempotency.Answer, error) {
	f.served++
	switch wanted := x.Request.Header.Get("Wanted"); wanted {
	case "panic":
		panic("the secret of the vendor")
	case "internal":
		return idempotency.Answer{}, errors.New("the secret of the vendor")
	case "recorded":
		recorded := *fault.New(fault.Invalid, fault.CodeValidation, wanted)
		recorded.Recorded = true
		return idempotency.Answer{}, &recorded
	case "conflict":
		return idempotency.Answer{}, fault.New(fault.Conflict, fault.CodeConflict, wanted)
	case "invalid":
		return idempotency.Answer{}, fault.New(fault.Invalid, fault.CodeValidation, wanted)
	}
	who := "nobody"
	if x.Caller.Subject != nil {
		who = x.Caller.Subject.Ref().ID.String()
	}
	return idempotency.Answer{Status: http.StatusOK, Body: fmt.Appendf(nil, "%d: %s %s %d", f.served, who, x.Parameter("id"), len(x.Content))}, nil
}

func (f *corner) Refuse(x *dialect.Request, err error) idempotency.Answer {
	f.refused++
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return idempotency.Answer{Status: http.StatusTeapot}
	}
	status := map[fault.Kind]int{
		fault.NotFound: 404, fault.MethodNotAllowed: 405, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.TooLarge: 413,
		fault.UnsupportedMedia: 415, fault.RateLimited: 429, fault.Conflict: 409, fault.Invalid: 400, fault.Internal: 500,
	}[refusal.Kind]
	text := "corner " + x.Request.Host
	if refusal.Kind == fault.Internal {
		text += err.Error()
	}
	return idempotency.Answer{Status: status, Header: map[string]string{"Content-Type": "text/corner", "Ref": x.Ref + fmt.Sprint(f.refused)}, Body: []byte(text)}
}

// counter returns an env with a corner, and a platform in it.
func counter(t *testing.T, rate int) (*env, *corner, actor) {
	t.Helper()
	vendor := &corner{}
	e := newEnv(t, func(s *setup) { s.Dialects, s.RatePerMinute = []dialect.Dialect{vendor}, rate })
	p := e.platform()
	return e, vendor, p
}

// ask sends a request with headers, given as pairs, and returns status, headers and body.
func (e *env) ask(method, url, body string, pairs ...string) (int, http.Header, string) {
	e.T.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		e.T.Fatal(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		request.Header.Set(pairs[i], pairs[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		e.T.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		e.T.Fatal(err)
	}
	return response.StatusCode, response.Header, string(text)
}

// The dialect that owns a path shapes every refusal about it, even where it has no such
// route or method; it knows the request, and learns nothing of internal errors.
func TestDialectsShapeRefusals(t *testing.T) {
	t.Parallel()
	e, _, p := counter(t, 0)
	host := strings.TrimPrefix(e.URL, "http://")
	for _, row := range []struct {
		method, path, body string
		headers            []string
		status             int
	}{
		{"GET", "/corner/nowhere", "", nil, 404},
		{"POST", "/corner/things/", "{}", []string{"Key", p.secret}, 404},
		{"DELETE", "/corner/things/1", "", nil, 405},
		{"POST", "/corner/things/1", "{}", nil, 401},
		{"POST", "/corner/things/1", "{}", []string{"Key", p.secret, "For", "unknown"}, 403},
		{"POST", "/corner/things/1", "x", []string{"Key", p.secret, "Content-Type", "text/plain"}, 415},
		{"POST", "/corner/things/1", strings.Repeat("x", 1<<20+1), []string{"Key", p.secret}, 413},
		{"POST", "/corner/things/1", "", []string{"Key", p.secret, "Wanted", "invalid"}, 400},
		{"POST", "/corner/things/1", "", []string{"Key", p.secret, "Wanted", "internal"}, 500},
		{"POST", "/corner/things/1", "", []string{"Key", p.secret, "Wanted", "panic"}, 500},
	} {
		t.Run(row.method, func(t *testing.T) {
			e := e.in(t)
			status, header, text := e.ask(row.method, e.URL+row.path, row.body, append(row.headers, "Trace", "t")...)
			if status != row.status || !strings.HasPrefix(text, "corner "+host) || strings.Contains(text, "secret") ||
				header.Get("Content-Type") != "text/corner" || header.Get("Trace") != "t" {
				t.Errorf("%s %s %q: %d %v %s", row.method, row.path, row.headers, status, header, text)
			}
			if status == http.StatusMethodNotAllowed && !strings.Contains(header.Get("Allow"), "POST") {
				t.Errorf("Allow is %q", header.Get("Allow"))
			}
		})
	}
	if status, _, text := e.ask("GET", e.URL+"/nowhere", ""); status != 404 || !strings.Contains(text, "resourceNotFound") && !strings.Contains(text, `"error"`) {
		t.Errorf("what no vendor owns is refused with %d %s", status, text)
	}
}

// A route of a dialect replaces a native one on the public listener alone.
func TestDialectsMayServeTheRoot(t *testing.T) {
	t.Parallel()
	e, _, p := counter(t, 0)
	if status, _, text := e.ask("GET", e.URL+"/", "", "Key", p.secret); status != 200 || text != "1: "+p.id+"  0" {
		t.Errorf("the vendor answers %d %s", status, text)
	}
	if status, _, text := e.ask("GET", e.AdminURL+"/", ""); status != 200 || strings.Contains(text, "nobody") {
		t.Errorf("the admin socket answers %d %s", status, text)
	}
	if status, _, text := e.ask("GET", e.AdminURL+"/corner/nowhere", ""); status != 404 || strings.HasPrefix(text, "corner") {
		t.Errorf("the admin socket refuses with %d %s", status, text)
	}
}

// Routes of a dialect have the media types and the body limit that they name, and the
// usual ones otherwise; open ones have no caller and the limit of unsigned requests.
func TestDialectsHaveTheirOwnBodies(t *testing.T) {
	t.Parallel()
	e, _, p := counter(t, 0)
	for _, row := range []struct {
		path, media string
		length      int
		status      int
	}{
		{"/corner/uploads", "text/csv", 2 << 20, 200},
		{"/corner/uploads", "text/plain; charset=utf-8", 1, 200},
		{"/corner/uploads", "application/json", 1, 200},
		{"/corner/uploads", "image/png", 1, 415},
		{"/corner/uploads", "text/csv", 2<<20 + 1, 413},
		{"/corner/token", "application/json", 8 << 10, 200},
		{"/corner/token", "application/json", 8<<10 + 1, 413},
	} {
		t.Run(row.path, func(t *testing.T) {
			e, p := e.in(t), p.in(t)
			status, _, text := e.ask("POST", e.URL+row.path, strings.Repeat("x", row.length), "Key", p.secret, "Content-Type", row.media, "If-Match", `"1"`)
			if status != row.status || (status == 200 && strings.Contains(text, "nobody") != strings.HasSuffix(row.path, "token")) {
				t.Errorf("%s with %d bytes of %s: %d %s", row.path, row.length, row.media, status, text)
			}
		})
	}
}

// A good credential pays for requests that are forbidden through a dialect too.
func TestForbiddenRequestsOfDialectsCount(t *testing.T) {
	t.Parallel()
	e, _, p := counter(t, 3)
	for i, want := range []int{403, 403, 403, 429} {
		t.Run(fmt.Sprint(want), func(t *testing.T) {
			e, p := e.in(t), p.in(t)
			if status, _, _ := e.ask("GET", e.URL+"/", "", "Key", p.secret, "For", "unknown"); status != want {
				t.Errorf("request %d is refused with %d", i+1, status)
			}
		})
	}
}

// A repeated key replays, to the byte, what was done, what was recorded and what the
// dialect keeps; every other refusal frees the key, and open routes have no keys.
func TestDialectsKeepAnswers(t *testing.T) {
	t.Parallel()
	e, vendor, p := counter(t, 0)
	for _, row := range []struct {
		path, wanted string
		kept         bool
	}{
		{"/corner/things/1", "", true}, {"/corner/things/1", "recorded", true}, {"/corner/things/1", "conflict", true},
		{"/corner/things/1", "invalid", false}, {"/corner/token", "", false},
	} {
		t.Run(row.path, func(t *testing.T) {
			e, p := e.in(t), p.in(t)
			before := vendor.served
			ask := func() (int, http.Header, string) {
				return e.ask("POST", e.URL+row.path, "{}", "Key", p.secret, "Content-Type", "application/json", "Wanted", row.wanted, "Once", "k"+row.wanted+row.path)
			}
			status, header, text := ask()
			again, replayed, same := ask()
			if status != again || (row.kept && (text != same || header.Get("Ref") != replayed.Get("Ref"))) {
				t.Errorf("%s %q: %d %s and then %d %s", row.path, row.wanted, status, text, again, same)
			}
			if marked := replayed.Get("Idempotent-Replayed") == "true"; marked != row.kept || (vendor.served-before == 1) != row.kept {
				t.Errorf("%s %q: marked %t, served %d times", row.path, row.wanted, marked, vendor.served-before)
			}
		})
	}
}
