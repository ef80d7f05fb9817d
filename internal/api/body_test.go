package api_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// A body that cannot be read is 400 and says where it breaks.
func TestBrokenBodiesAreRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for _, body := range []string{`{"name":`, `{`, `[]`, `"x"`, `null`, `7`, `{} {}`, `{"name":"a" "b"}`, "\xff\xfe", ""} {
		got := p.self().post("/v3/customers/accounts", body, wrong).refused(http.StatusBadRequest, "malformedRequest", "")
		got.is("error.name", "badRequest")
	}
}

// A body of another type, in another encoding or compressed is answered 415.
func TestOnlyJSONIsAccepted(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for _, media := range []string{"text/plain", "application/xml", "application/x-www-form-urlencoded", "application/json; charset=latin1", "nonsense", "application/jsonp"} {
		p.self().with("Content-Type", media).post("/v3/customers/accounts", minimal("payer"), wrong).
			refused(http.StatusUnsupportedMediaType, "unsupportedMediaType", "")
	}
	p.self().with("Content-Type", "Application/JSON; charset=UTF-8").post("/v3/customers/accounts", minimal("payer"), shows).ok(http.StatusCreated)

	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, _ = writer.Write(testkit.Content(t, minimal("payer")))
	_ = writer.Close()
	p.self().with("Content-Encoding", "gzip").post("/v3/customers/accounts", packed.String(), wrong).ok(http.StatusUnsupportedMediaType)
}

// A body past the limit is 413, whether its length is announced or not.
func TestLongBodiesAreRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	long := `{"name":"` + strings.Repeat("x", 1<<20) + `"}`
	p.self().post("/v3/customers/accounts", long, wrong).refused(http.StatusRequestEntityTooLarge, "requestTooLarge", "")

	request := p.self().Request(http.MethodPost, "/v3/customers/accounts", nil)
	request.Body, request.ContentLength = http.NoBody, -1
	request.Body = readCloser{strings.NewReader(long)}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a body of unknown length is answered %d", response.StatusCode)
	}
}

// A client without a credential may send little: a request for an access token takes a
// few hundred bytes.
func TestLongBodiesOfStrangersAreRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	grant := func(bytes int) answer {
		padding := strings.Repeat("x", bytes-len(`{"scope":""}`))
		return e.client().post("/v3/oauth/token", `{"scope":"`+padding+`"}`, wrong)
	}
	grant(8 << 10).ok(http.StatusUnprocessableEntity)
	grant(8<<10+1).refused(http.StatusRequestEntityTooLarge, "requestTooLarge", "")
}

// The list of faults in an answer is bounded, even if everything in the request is wrong,
// for clients with and without a credential.
func TestAnAnswerDoesNotGrowWithItsFaults(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	body := `{"name":"a"`
	for i := range 900 {
		body += fmt.Sprintf(`,"field%d":0`, i)
	}
	got := p.self().post("/v3/customers", body+"}", wrong).refused(http.StatusUnprocessableEntity, "validationError", "field0")
	if n := len(got.List("error.errors")); n != fault.MaxListed+1 || len(got.Text) > 20_000 {
		t.Errorf("%d faults in %d bytes", n, len(got.Text))
	}
	got.is(fmt.Sprintf("error.errors.%d.detailCode", fault.MaxListed), "tooManyItems")
}

// The body limit can be set by an option.
func TestTheBodyLimitIsAnOption(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.BodyLimit = 200 })
	p := e.platform()
	p.self().post("/v3/customers", with(minimal("payer"), object{"description": strings.Repeat("x", 200)})).ok(http.StatusRequestEntityTooLarge)
}

// Requests without a body need no content type, and those that take no input refuse a
// body.
func TestRequestsWithoutInputTakeNone(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	p.self().with("Content-Type", "text/plain").do(http.MethodPost, p.path("/keys/rotate"), nil, shows, wrong).ok(http.StatusCreated)
	child, made := p.child(with(minimal("merchant"), object{"defaultBank": bank()}))
	drops := child.path("/banks/", made.Str("defaultBank.id"), "/drops")
	p.self().post(drops, object{"speed": "fast"}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "speed")
	p.self().post(drops, `{}`, wrong).ok(http.StatusOK)
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }
