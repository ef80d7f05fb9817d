package api_test

import (
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"tenantry/customers/access"
	"tenantry/internal/api"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/internal/store/memory"
	"tenantry/internal/testkit"
)

// census counts what every map, slice and bounded cache holds that can be reached from
// the values given, by the field that it is in. Where it cannot look is behind functions and in the
// store, which is where things are to be kept.
type census struct {
	sizes  map[string]int
	bounds map[string]int
	seen   map[unsafe.Pointer]bool
}

func countHeld(roots map[string]any) *census {
	c := &census{sizes: map[string]int{}, bounds: map[string]int{}, seen: map[unsafe.Pointer]bool{}}
	for name, root := range roots {
		c.visit(name, reflect.ValueOf(root))
	}
	return c
}

// bounded is what a cache with a bound tells of itself.
type bounded interface {
	CleanUp()
	EstimatedSize() int
	GetMaximum() uint64
}

func asBounded(v reflect.Value) (bounded, bool) {
	if !v.CanInterface() {
		return nil, false
	}
	return reflect.TypeAssert[bounded](v)
}

func (c *census) visit(path string, v reflect.Value) {
	if !v.IsValid() || v.Type().Implements(reflect.TypeFor[store.Store]()) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || c.seen[v.UnsafePointer()] {
			return
		}
		c.seen[v.UnsafePointer()] = true
		if cache, ok := asBounded(v); ok {
			cache.CleanUp()
			c.sizes[path] += cache.EstimatedSize()
			c.bounds[path] += int(cache.GetMaximum())
			return
		}
		if name := v.Type().String(); strings.HasPrefix(name, "*testing.") || strings.HasPrefix(name, "*echo.") || name == "*testkit.Log" {
			return
		}
		c.visit(path, v.Elem())
	case reflect.Interface:
		if !v.IsNil() {
			c.visit(path, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Field(i)
			if field.CanAddr() { // so that methods of what is not exported may be called
				field = reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
			}
			c.visit(v.Type().String()+"."+v.Type().Field(i).Name, field)
		}
	case reflect.Map:
		c.sizes[path] += v.Len()
		for _, key := range v.MapKeys() {
			c.visit(path+"[]", v.MapIndex(key))
		}
	case reflect.Slice:
		c.sizes[path] += v.Len()
		for i := range v.Len() {
			if kind := v.Type().Elem().Kind(); kind != reflect.Uint8 {
				c.visit(path+"[]", v.Index(i))
			}
		}
	}
}

// Where the text of a key has the last digits of its customer, of its number and of its
// random part.
const (
	textCustomer = 8 + 29
	textEntry    = 8 + 39
	textRandom   = 8 + 40 + 29
)

// altered returns a well-formed key that differs from a good one in the five digits that
// end there.
func altered(key string, end, i int) secret.Text {
	text := []byte(key)
	place(text[end-4:end+1], uint64(i))
	place(text[len(text)-6:], uint64(crc32.ChecksumIEEE(text[:len(text)-6])))
	return secret.New(string(text))
}

// place writes a number in the digits of keys.
func place(out []byte, value uint64) {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	for i := range out {
		out[len(out)-1-i] = digits[value%62]
		value /= 62
	}
}

// Whatever strangers send, and whatever credentials send that are refused, nothing in the
// process grows with it: every map of the services and of the server either stays as it
// was, or has a bound and keeps it. What is gathered to be recorded is gone once it was.
func TestNothingGrowsWithWhatStrangersSend(t *testing.T) { //nolint:paralleltest // it looks at memory that others share
	const many = 110_000 // more than any bound
	e := newEnv(t, func(s *setup) { s.Store = memory.New() })
	server := e.Serve(api.Options{RatePerMinute: 1 << 30, TenantRatePerMinute: 1 << 30})
	p := e.platform()
	handler := server.API.Handler()
	roots := map[string]any{"app": e.Svc, "server": server.API}
	before := countHeld(roots)

	for i := range many {
		address := fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)
		// The wrong secret of an existing key, or a key or customer that does not exist.
		wrong := altered(p.secret, []int{textRandom, textEntry, textCustomer}[i%3], i)
		if _, err := e.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: wrong, Address: address}); err == nil {
			t.Fatal("a wrong key is good")
		}
		// A good key that asks for strangers.
		if _, err := e.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: secret.New(p.secret), SubjectID: fmt.Sprintf("%024x", i), Address: address}); err == nil {
			t.Fatal("a stranger is reached")
		}
	}
	for i := range 2_000 { // each costs a hash
		in := access.GrantInput{
			GrantType: patch.Of("password"), Scope: patch.Of("auth"), Username: patch.Of(fmt.Sprint("nobody ", i)),
			Password: patch.Of(secret.New("no password")), Address: fmt.Sprintf("172.16.%d.%d", i>>8, i&255),
		}
		if _, err := e.Svc.Access.GrantToken(t.Context(), in); err == nil {
			t.Fatal("nobody signs in")
		}
		status := func(method, path string, pairs ...string) int {
			request := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader("{}"))
			for n := 0; n < len(pairs); n += 2 {
				request.Header.Set(pairs[n], pairs[n+1])
			}
			answer := httptest.NewRecorder()
			handler.ServeHTTP(answer, request)
			return answer.Code
		}
		bearer := "Bearer " + p.secret
		for _, got := range []int{
			status(http.MethodGet, fmt.Sprintf("/v3/customers/%024x", i)),
			status(http.MethodGet, fmt.Sprintf("/nowhere/%d", i)),
			status(fmt.Sprint("M", i), "/v3/customers"),
			status(http.MethodGet, fmt.Sprintf("/v3/customers/%024x", i), "Authorization", bearer),
			status(http.MethodPost, "/v3/customers", "Authorization", bearer, "Idempotency-Key", fmt.Sprint("key ", i), "Content-Type", "application/json"),
			status(http.MethodPost, "/v3/customers", "Authorization", "Bearer sk_test_nonsense", "X-Request-Id", fmt.Sprint("request ", i)),
		} {
			if got < 400 {
				t.Fatalf("a request of the flood is answered %d", got)
			}
		}
	}

	after := countHeld(roots)
	for path, size := range after.sizes {
		bound, isBounded := after.bounds[path]
		if !isBounded {
			bound = before.sizes[path] + 200 // far below what was sent
		}
		if size > bound {
			t.Errorf("%s holds %d, before the flood it held %d; its bound is %d", path, size, before.sizes[path], bound)
		}
	}
	if after.sizes["access.attempts.by"] == 0 {
		t.Error("the flood noted no attempt: the census does not see what it is to see")
	}
	testkit.Must(t, e.Svc.Access.FlushAttempts(t.Context()))
	e.Clock.Advance(time.Minute)
	if held := countHeld(roots).sizes["access.attempts.by"]; held != 0 {
		t.Errorf("%d attempts are held once they were recorded", held)
	}
}
