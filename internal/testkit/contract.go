package testkit

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"tenantry/internal/api"
)

// contract is openapi.yaml, loaded once.
var contract = sync.OnceValues(func() (Contract, error) {
	for _, media := range []string{"image/png", "image/jpeg", "application/pdf", "text/event-stream"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.FileBodyDecoder)
	}
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(api.Document())
	if err != nil {
		return Contract{}, err
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return Contract{}, err
	}
	schemas, err := newSchemas(doc)
	return Contract{Doc: doc, router: router, schemas: schemas}, err
})

// Contract is openapi.yaml, and which of its routes a request is.
type Contract struct {
	Doc     *openapi3.T
	router  routers.Router
	schemas *schemas
}

// LoadContract returns openapi.yaml, which is read once.
func LoadContract(t testing.TB) Contract {
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
func (o Contract) find(t testing.TB, request *http.Request) *openapi3filter.RequestValidationInput {
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

// checkRequest demands that a request holds what openapi.yaml says.
func checkRequest(t testing.TB, request *http.Request) {
	t.Helper()
	if err := RequestBreach(t, request); err != nil {
		t.Errorf("%s %s: the request breaks openapi.yaml: %s", request.Method, request.URL.Path, Brief(err))
	}
}

// RequestBreach returns what the contract finds wrong with a request.
func RequestBreach(t testing.TB, request *http.Request) error {
	t.Helper()
	loaded := LoadContract(t)
	input := loaded.find(t, request)
	if input == nil {
		t.Fatalf("%s %s is not in openapi.yaml", request.Method, request.URL.Path)
	}
	var schema *openapi3.SchemaRef
	var text []byte
	if body := input.Route.Operation.RequestBody; body != nil && request.ContentLength > 0 {
		schema = jsonSchemaOf(body.Value.Content, request.Header)
	}
	if schema != nil {
		var err error
		if text, err = io.ReadAll(request.Body); err != nil {
			t.Fatalf("%s %s: reading the request: %v", request.Method, request.URL.Path, err)
		}
		request.Body = io.NopCloser(bytes.NewReader(text))
		input.Options.ExcludeRequestBody = true
	}
	if err := openapi3filter.ValidateRequest(t.Context(), input); err != nil || schema == nil {
		return err
	}
	return loaded.schemas.check(schema, text)
}

// jsonSchemaOf returns the schema of a body that is JSON by its header, nil for any other.
func jsonSchemaOf(content openapi3.Content, header http.Header) *openapi3.SchemaRef {
	media := header.Get("Content-Type")
	if kind, _, err := mime.ParseMediaType(media); err != nil || kind != "application/json" {
		return nil
	}
	if described := content.Get(media); described != nil {
		return described.Schema
	}
	return nil
}

// checkResponse checks an answer against what the contract says of its route or, if the
// route is unknown, against the one shape of errors.
func checkResponse(t testing.TB, request *http.Request, response *http.Response, text []byte) {
	t.Helper()
	if err := ResponseBreach(t, request, response.StatusCode, response.Header, text); err != nil {
		t.Errorf("%s %s: the answer breaks openapi.yaml: %s\n%.1000s", request.Method, request.URL.Path, Brief(err), text)
	}
}

// ResponseBreach returns what the contract finds wrong with an answer.
func ResponseBreach(t testing.TB, request *http.Request, status int, header http.Header, text []byte) error {
	t.Helper()
	loaded := LoadContract(t)
	input := loaded.find(t, request)
	if input == nil {
		return errorBreach(loaded, status, text)
	}
	options := checkOptions()
	options.ExcludeResponseBody = strings.HasPrefix(header.Get("Content-Type"), "text/html")
	var schema *openapi3.SchemaRef
	if answer := answerOf(input, status); answer != nil && request.Method != http.MethodHead {
		schema = jsonSchemaOf(answer.Content, header)
	}
	if schema != nil {
		options.ExcludeResponseBody = true
	}
	if err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: status, Header: header,
		Body: io.NopCloser(bytes.NewReader(text)), Options: options,
	}); err != nil || schema == nil {
		return err
	}
	return loaded.schemas.check(schema, text)
}

// answerOf returns what the contract says of an answer of that status, nil if nothing.
func answerOf(input *openapi3filter.RequestValidationInput, status int) *openapi3.Response {
	answers := input.Route.Operation.Responses
	if ref := answers.Status(status); ref != nil {
		return ref.Value
	}
	if ref := answers.Default(); ref != nil {
		return ref.Value
	}
	return nil
}

func errorBreach(loaded Contract, status int, text []byte) error {
	if status < 400 || len(text) == 0 {
		return nil
	}
	return loaded.schemas.check(loaded.Doc.Components.Schemas["Error"], text)
}

// Brief returns an error without the schema and the value, which follow the reason.
func Brief(err error) string {
	reason, _, _ := strings.Cut(err.Error(), "Schema:")
	return strings.TrimSpace(reason)
}
