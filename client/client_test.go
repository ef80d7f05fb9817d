package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tenantry/client"
)

// Every call says who calls, for whom and with what.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(http.StatusOK, `{}`, "ETag", `"3"`, "X-Request-Id", "abc", "Idempotent-Replayed", "true"))
	c := s.client(t, client.WithKey("token"), client.WithCustomer("a"), client.WithUserAgent("payouts/2.1"))
	got, err := c.Do(t.Context(), client.Request{Method: "POST", Path: "/v3/customers", Body: []byte(`{}`), IdempotencyKey: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	if got.ETag() != `"3"` || got.Ref() != "abc" || !got.Replayed() {
		t.Errorf("the answer has version %s, reference %s, replayed %t", got.ETag(), got.Ref(), got.Replayed())
	}
	if _, err := c.As("b").Do(t.Context(), client.Request{Method: "GET", Path: "/v3/plans"}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"Authorization":   {"Bearer token", "Bearer token"},
		"X-Customer-Id":   {"a", "b"},
		"User-Agent":      {"payouts/2.1 tenantry-go", "payouts/2.1 tenantry-go"},
		"Idempotency-Key": {"mine", ""},
		"Content-Type":    {"application/json", ""},
	} {
		if got := s.header(name); !slices.Equal(got, want) {
			t.Errorf("%s was %q, want %q", name, got, want)
		}
	}
}

// A client that would leak its key, or that cannot work, is not made.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		url     string
		options []client.Option
		allowed bool
	}{
		"https":                       {"https://api.example.com", []client.Option{client.WithKey("k")}, true},
		"a path, as of a proxy":       {"https://example.com/tenantry/v3/", nil, true},
		"plain http here":             {"http://127.0.0.1:8080", []client.Option{client.WithKey("k")}, true},
		"plain http without key":      {"http://api.example.com", nil, true},
		"plain http elsewhere":        {"http://api.example.com", []client.Option{client.WithKey("k")}, false},
		"plain http that is allowed":  {"http://api.example.com", []client.Option{client.WithKey("k"), client.WithInsecure()}, true},
		"no scheme":                   {"api.example.com", nil, false},
		"another scheme":              {"ftp://api.example.com", nil, false},
		"a key in the URL":            {"https://key@api.example.com", nil, false},
		"a query":                     {"https://api.example.com?a=b", nil, false},
		"a key with the end of line":  {"https://api.example.com", []client.Option{client.WithKey("k\n")}, false},
		"fewer retries than none":     {"https://api.example.com", []client.Option{client.WithRetries(-1)}, false},
		"a host that begins so only":  {"http://127.0.0.1.example.com", []client.Option{client.WithKey("k")}, false},
		"a host that ends like local": {"http://notlocalhost", []client.Option{client.WithKey("k")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := client.New(row.url, row.options...); (err == nil) != row.allowed {
				t.Errorf("New returned %v", err)
			}
		})
	}
}

// No way to print a secret shows it, alone or within a value around it.
func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	const text = "sk_live_hidden"
	type around struct{ Key client.Secret }
	value := around{client.NewSecret(text)}
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var logged strings.Builder
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("m", "alone", value.Key, "within", value)
	c, err := client.New("https://api.example.com", client.WithKey(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{
		fmt.Sprint(value), fmt.Sprintf("%v %+v %#v %s %q %x", value, value, value, value.Key, value.Key, value.Key),
		string(encoded), logged.String(), fmt.Sprintf("%v %+v %#v", c, c, c), fmt.Sprintf("%+v", client.Set(value.Key)),
	} {
		if strings.Contains(printed, "hidden") || strings.Contains(printed, fmt.Sprintf("%x", "hidden")) {
			t.Errorf("it shows in %s", printed)
		}
	}
	if value.Key.Reveal() != text {
		t.Error("Reveal returns another text")
	}
}

// An error shows what a caller acts on, whoever answered.
func TestErrors(t *testing.T) {
	t.Parallel()
	s := serve(t,
		answer(http.StatusUnprocessableEntity, `{"error":{"name":"unprocessableEntity","status":"422","type":"requestError","description":"d","ref":"r1","details":`+
			`{"code":"validationError","description":"broken","detailCode":"parameterMissing","parameter":"name","value":"v","explanation":"send a name","moreInfo":"/docs/errors/validationError"},`+
			`"errors":[{"code":"validationError","description":"broken","detailCode":"parameterMissing","parameter":"name"},{"code":"validationError","description":"broken","detailCode":"parameterMissing","parameter":"email"}]}}`),
		answer(http.StatusForbidden, "<html>a proxy</html>", "X-Request-Id", "r2"))
	c := s.client(t)
	_, err := c.Do(t.Context(), client.Request{Method: "GET", Path: "/v3/plans"})
	e, ok := errors.AsType[*client.Error](err)
	if !ok || e.Status != 422 || e.Code != "validationError" || e.DetailCode != "parameterMissing" || e.Parameter != "name" || e.Value != "v" ||
		e.Explanation != "send a name" || e.MoreInfo != "/docs/errors/validationError" || e.Ref != "r1" || len(e.Errors) != 2 || e.Errors[1].Parameter != "email" {
		t.Errorf("the refusal is %+v", e)
	}
	if want := "422 validationError: name: send a name (and 1 more) [ref r1]"; err.Error() != want {
		t.Errorf("it reads %q, want %q", err, want)
	}
	if !errors.Is(err, client.ErrValidationError) || errors.Is(err, client.ErrNotFound) {
		t.Error("errors.Is does not tell its code")
	}
	_, err = c.Do(t.Context(), client.Request{Method: "GET", Path: "/v3/plans"})
	if e, ok := errors.AsType[*client.Error](err); !ok || e.Status != 403 || e.Code != "Forbidden" || e.Ref != "r2" || string(e.Body) != "<html>a proxy</html>" {
		t.Errorf("the refusal of a proxy is %+v", e)
	}
}

// Lines arrive one by one, and a connection that is cut between them is an error.
func TestLines(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(http.StatusOK, "{\"a\":1}\n\n{\"a\":2}\n"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("{\"a\":1}\n"))
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	for _, fails := range []error{nil, client.ErrUnreachable} {
		stream, err := s.client(t).Stream(t.Context(), client.Request{Method: "GET", Path: "/v3/x"})
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		var last error
		for line, err := range stream.Lines() {
			if last = err; err == nil {
				lines = append(lines, string(line))
			}
		}
		if !errors.Is(last, fails) || lines[0] != `{"a":1}` || fails == nil && len(lines) != 2 {
			t.Errorf("the lines were %q, then %v", lines, last)
		}
	}
}

// The package can be taken into any program: it imports the standard library alone.
func TestOnlyTheStandardLibrary(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	nested, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(files, nested...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range parsed.Imports {
			path, err := strconv.Unquote(imported.Path.Value)
			if first, _, _ := strings.Cut(path, "/"); err != nil || strings.Contains(first, ".") || first == "tenantry" && path != "tenantry/client" {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}
