package api_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/go-cmp/cmp"

	"tenantry/internal/api"
)

// contract is openapi.yaml, loaded once.
var contract = sync.OnceValues(func() (openapi, error) {
	for _, media := range []string{"image/png", "image/jpeg", "application/pdf"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.FileBodyDecoder)
	}
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(api.Document())
	if err != nil {
		return openapi{}, err
	}
	router, err := gorillamux.NewRouter(doc)
	return openapi{doc: doc, router: router}, err
})

type openapi struct {
	doc    *openapi3.T
	router routers.Router
}

func loadContract(t *testing.T) openapi {
	t.Helper()
	loaded, err := contract()
	if err != nil {
		t.Fatalf("loading openapi.yaml: %v", err)
	}
	return loaded
}

func checkOptions() *openapi3filter.Options {
	return &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true,
		SkipSettingDefaults: true, RejectWhenRequestBodyNotSpecified: true, MultiError: true,
	}
}

// find returns what the contract says of a request, nil if it does not know the path or
// the method.
func (o openapi) find(t *testing.T, request *http.Request) *openapi3filter.RequestValidationInput {
	t.Helper()
	route, parameters, err := o.router.FindRoute(withoutHost(request))
	if errors.Is(err, routers.ErrPathNotFound) || errors.Is(err, routers.ErrMethodNotAllowed) {
		return nil
	}
	if err != nil {
		t.Fatalf("%s %s: looking for it in openapi.yaml: %v", request.Method, request.URL.Path, err)
	}
	return &openapi3filter.RequestValidationInput{
		Request: request, PathParams: parameters, Route: route, Options: checkOptions(),
	}
}

// withoutHost returns the request with a relative URL, as the server of the document is
// relative.
func withoutHost(request *http.Request) *http.Request {
	relative := *request.URL
	relative.Host, relative.Scheme = "", ""
	bare := httptest.NewRequest(request.Method, relative.RequestURI(), http.NoBody)
	bare.Header = request.Header
	return bare
}

func checkRequest(t *testing.T, request *http.Request) {
	t.Helper()
	if err := requestBreach(t, request); err != nil {
		t.Errorf("%s %s: the request breaks openapi.yaml: %s", request.Method, request.URL.Path, brief(err))
	}
}

// requestBreach returns what the contract finds wrong with a request.
func requestBreach(t *testing.T, request *http.Request) error {
	t.Helper()
	input := loadContract(t).find(t, request)
	if input == nil {
		t.Fatalf("%s %s is not in openapi.yaml", request.Method, request.URL.Path)
	}
	return openapi3filter.ValidateRequest(t.Context(), input)
}

// checkResponse checks an answer against what the contract says of its route or, if the
// route is unknown, against the one shape of errors.
func checkResponse(t *testing.T, request *http.Request, response *http.Response, text []byte) {
	t.Helper()
	if err := responseBreach(t, request, response.StatusCode, response.Header, text); err != nil {
		t.Errorf("%s %s: the answer breaks openapi.yaml: %s\n%.1000s", request.Method, request.URL.Path, brief(err), text)
	}
}

// responseBreach returns what the contract finds wrong with an answer.
func responseBreach(t *testing.T, request *http.Request, status int, header http.Header, text []byte) error {
	t.Helper()
	loaded := loadContract(t)
	input := loaded.find(t, request)
	if input == nil {
		return errorBreach(loaded, status, text)
	}
	options := checkOptions()
	options.ExcludeResponseBody = strings.HasPrefix(header.Get("Content-Type"), "text/html")
	return openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: status, Header: header,
		Body: io.NopCloser(bytes.NewReader(text)), Options: options,
	})
}

func errorBreach(loaded openapi, status int, text []byte) error {
	if status < 400 || len(text) == 0 {
		return nil
	}
	value, err := decodeAny(text)
	if err != nil {
		return err
	}
	return loaded.doc.Components.Schemas["Error"].Value.VisitJSON(value, openapi3.EnableJSONSchema2020())
}

// brief returns an error without the schema and the value, which follow the reason.
func brief(err error) string {
	reason, _, _ := strings.Cut(err.Error(), "Schema:")
	return strings.TrimSpace(reason)
}

// The document is a valid OpenAPI 3.1 document, its examples hold what their schemas
// say, and no list of values names one twice.
func TestTheDocumentIsValid(t *testing.T) {
	t.Parallel()
	loaded := loadContract(t)
	if loaded.doc.OpenAPI != "3.1.0" {
		t.Errorf("it calls itself %s", loaded.doc.OpenAPI)
	}
	if err := loaded.doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
	err := loaded.doc.WalkSchemas(func(path string, ref *openapi3.SchemaRef) error {
		for _, example := range ref.Value.Examples {
			if err := ref.Value.VisitJSON(example, openapi3.EnableJSONSchema2020()); err != nil {
				t.Errorf("%s: an example breaks its schema: %s", path, brief(err))
			}
		}
		values := map[string]bool{}
		for _, value := range ref.Value.Enum {
			if text := fmt.Sprint(value); values[text] {
				t.Errorf("%s: lists %s twice", path, text)
			} else {
				values[text] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// Every registered route is described, and nothing else is.
func TestTheDocumentDescribesEveryRouteAndNoOther(t *testing.T) {
	t.Parallel()
	var registered, described []string
	for _, route := range newEnv(t).api.Routes() {
		registered = append(registered, route.Method+" "+braced(route.Pattern))
	}
	for path, item := range loadContract(t).doc.Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	if diff := cmp.Diff(sorted(registered), sorted(described)); diff != "" {
		t.Errorf("routes and document differ (-routes +document):\n%s", diff)
	}
}

// The document is served as it was written.
func TestTheDocumentIsServed(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	got := e.client().get("/openapi.yaml").ok(http.StatusOK)
	if got.text != string(api.Document()) || !strings.HasPrefix(got.header.Get("Content-Type"), "application/yaml") {
		t.Errorf("something else is served, as %s", got.header.Get("Content-Type"))
	}
}

// braced writes a pattern of Echo as the document does.
func braced(pattern string) string {
	parts := strings.Split(pattern, "/")
	for i, part := range parts {
		if name, found := strings.CutPrefix(part, ":"); found {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}
