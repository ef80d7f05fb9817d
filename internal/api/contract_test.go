package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"tenantry/internal/api"
	"tenantry/internal/testkit"
)

// The document is a valid OpenAPI 3.1 document, its examples hold what their schemas
// say, and no list of values names one twice.
func TestTheDocumentIsValid(t *testing.T) {
	t.Parallel()
	loaded := testkit.LoadContract(t)
	if loaded.Doc.OpenAPI != "3.1.0" {
		t.Errorf("it calls itself %s", loaded.Doc.OpenAPI)
	}
	if err := loaded.Doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
	err := loaded.Doc.WalkSchemas(func(path string, ref *openapi3.SchemaRef) error {
		for _, example := range ref.Value.Examples {
			if err := ref.Value.VisitJSON(example, openapi3.EnableJSONSchema2020()); err != nil {
				t.Errorf("%s: an example breaks its schema: %s", path, testkit.Brief(err))
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
	for _, route := range newEnv(t).API.Routes() {
		registered = append(registered, route.Method+" "+braced(route.Pattern))
	}
	for path, item := range testkit.LoadContract(t).Doc.Paths.Map() {
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
	if got.Text != string(api.Document()) || !strings.HasPrefix(got.Header.Get("Content-Type"), "application/yaml") {
		t.Errorf("something else is served, as %s", got.Header.Get("Content-Type"))
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
