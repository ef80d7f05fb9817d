package client_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/client"
	"tenantry/internal/api"
	"tenantry/internal/openapi"
)

// uncalled are the operations that no method makes, with the reason.
var uncalled = map[string]string{
	"index":                       "a page for people",
	"createTokenPreflight":        "browsers ask by themselves",
	"getMerchantProfilePreflight": "browsers ask by themselves",
	"listCustomersAccount":        "another name of listCustomers",
	"updateCustomer":              "PUT does as PATCH, which updateCustomerPatch makes",
	"updatePayer":                 "PUT does as PATCH, which updatePayerPatch makes",
}

// Every operation of the document has a method, which sends its method and path, every
// parameter that is declared, and no other; an Idempotency-Key where one is taken and only
// there.
func TestEveryOperationHasAMethod(t *testing.T) {
	t.Parallel()
	declared := documentOperations(t)
	for id, op := range declared {
		if call, ok := operations[id]; ok {
			t.Run(id, func(t *testing.T) {
				t.Parallel()
				op.check(t, call)
			})
		} else if uncalled[id] == "" {
			t.Errorf("the operation %s has no method", id)
		}
	}
	for id := range operations {
		if _, ok := declared[id]; !ok {
			t.Errorf("%s is called and is no operation", id)
		}
	}
}

// described is an operation as the document has it.
type described struct {
	method, path   string
	query, headers []string
}

func (d described) check(t *testing.T, call operation) {
	t.Helper()
	var mutex sync.Mutex
	var sent *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		mutex.Lock()
		defer mutex.Unlock()
		sent = r
		_, _ = w.Write([]byte(`{"object":"bulk"}` + "\n"))
	}))
	defer server.Close()
	c, err := client.New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	var options []client.CallOption
	for name, option := range map[string]client.CallOption{"dryRun": client.DryRun(), "cascade": client.Cascade()} {
		if slices.Contains(d.query, name) {
			options = append(options, option)
		}
	}
	for name, option := range map[string]client.CallOption{"If-Match": client.IfMatch(`"3"`), "If-None-Match": client.IfNoneMatch(`"3"`)} {
		if slices.Contains(d.headers, name) {
			options = append(options, option)
		}
	}
	if err := call(t.Context(), c, options...); err != nil {
		t.Fatal(err)
	}
	mutex.Lock()
	defer mutex.Unlock()
	if sent.Method != d.method || !fits(d.path, sent.URL.Path) {
		t.Errorf("it sent %s %s, want %s %s", sent.Method, sent.URL.Path, d.method, d.path)
	}
	d.parameters(t, sent)
}

// fits reports whether a path is one of a template such as /v3/customers/{id}.
func fits(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	return slices.EqualFunc(want, got, func(part, given string) bool {
		return part == given || strings.HasPrefix(part, "{") && given != ""
	})
}

// parameters compares what was sent with what is declared.
func (d described) parameters(t *testing.T, sent *http.Request) {
	t.Helper()
	query := sent.URL.Query()
	for name := range query {
		if base, _, _ := strings.Cut(name, "."); !slices.Contains(d.query, base) {
			t.Errorf("it sent the parameter %s, which is not declared", name)
		}
	}
	reason := sent.Header.Get("X-Reason") != ""
	for _, name := range d.query {
		meta := name == "meta" && query.Has("meta.member")
		if sent := query.Has(name) || meta || name == "reason" && reason; !sent {
			t.Errorf("it cannot send the parameter %s", name)
		}
	}
	for _, name := range d.headers {
		if sent.Header.Get(name) == "" {
			t.Errorf("it did not send the header %s", name)
		}
	}
	if sent.Header.Get("Idempotency-Key") != "" && !slices.Contains(d.headers, "Idempotency-Key") {
		t.Error("it sent an Idempotency-Key, which it does not take")
	}
}

// documentOperations reads the operations of the document without twins.
func documentOperations(t *testing.T) map[string]described {
	t.Helper()
	document, err := openapi.ForClients(api.Document())
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := openapi.JSON(document)
	if err != nil {
		t.Fatal(err)
	}
	type parameter struct {
		Ref  string `json:"$ref"`
		Name string `json:"name"`
		In   string `json:"in"`
	}
	var whole struct {
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Parameters map[string]parameter }
	}
	if err := json.Unmarshal(encoded, &whole); err != nil {
		t.Fatal(err)
	}
	found := map[string]described{}
	for path, item := range whole.Paths {
		for method, raw := range item {
			var op struct {
				OperationID string
				Parameters  []parameter
			}
			if method == "parameters" || json.Unmarshal(raw, &op) != nil {
				continue
			}
			d := described{method: strings.ToUpper(method), path: path}
			for _, p := range op.Parameters {
				if p.Ref != "" {
					p = whole.Components.Parameters[strings.TrimPrefix(p.Ref, "#/components/parameters/")]
				}
				switch p.In {
				case "query":
					d.query = append(d.query, p.Name)
				case "header":
					d.headers = append(d.headers, p.Name)
				}
			}
			found[op.OperationID] = d
		}
	}
	if len(found) < 90 {
		t.Fatalf("the document has %d operations only", len(found))
	}
	return found
}

// full returns a filter of which every field has a value.
func full[T any]() T {
	var filter T
	value := reflect.ValueOf(&filter).Elem()
	for i := range value.NumField() {
		switch field := value.Field(i); field.Interface().(type) {
		case time.Time:
			field.Set(reflect.ValueOf(time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)))
		case map[string]string:
			field.Set(reflect.ValueOf(map[string]string{"member": "value"}))
		case bool:
			field.SetBool(true)
		case int:
			field.SetInt(1)
		default:
			field.SetString("value")
		}
	}
	return filter
}
