package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

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

// The document is served as it was written, shown rather than saved, and to a browser as
// text: browsers save what is called YAML.
func TestTheDocumentIsServed(t *testing.T) {
	t.Parallel()
	c := newEnv(t).client()
	for _, row := range []struct{ name, accept, media string }{
		{"to a program", "*/*", "application/yaml"},
		{"to a browser", "text/html,application/xhtml+xml,*/*;q=0.8", "text/plain; charset=utf-8"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := c.in(t)
			got := c.with("Accept", row.accept).get("/openapi.yaml").ok(http.StatusOK)
			if got.Text != string(api.Document()) {
				t.Error("something else is served")
			}
			if media, shown := got.Header.Get("Content-Type"), got.Header.Get("Content-Disposition"); media != row.media || shown != "inline" {
				t.Errorf("it is served as %s, %s", media, shown)
			}
		})
	}
}

// The document in JSON says what the one in YAML says, and the documents for clients lack the
// twins, other forms of bodies that may be JSON, and nothing else.
func TestEveryFormOfTheDocumentSaysTheSame(t *testing.T) {
	t.Parallel()
	c := newEnv(t).client()
	read := func(path string) map[string]any {
		var found map[string]any
		if err := yaml.Unmarshal([]byte(c.get(path).ok(http.StatusOK).Text), &found); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return found
	}
	whole, clients := read("/openapi.yaml"), read("/openapi.yaml?for=clients")
	if diff := cmp.Diff(whole, read("/openapi.json")); diff != "" {
		t.Errorf("the JSON differs (-YAML +JSON):\n%.2000s", diff)
	}
	if diff := cmp.Diff(clients, read("/openapi.json?for=clients")); diff != "" {
		t.Errorf("the JSON for clients differs (-YAML +JSON):\n%.2000s", diff)
	}
	for path, item := range whole["paths"].(map[string]any) {
		left := 0
		for method, operation := range item.(map[string]any) {
			of, _ := operation.(map[string]any)
			if of["x-twin-of"] != nil {
				delete(item.(map[string]any), method)
			} else if of != nil {
				left++
				body, _ := of["requestBody"].(map[string]any)
				content, _ := body["content"].(map[string]any)
				if asJSON := content["application/json"]; asJSON != nil {
					body["content"] = map[string]any{"application/json": asJSON}
				}
			}
		}
		if left == 0 {
			delete(whole["paths"].(map[string]any), path)
		}
	}
	if diff := cmp.Diff(whole, clients); diff != "" {
		t.Errorf("the document for clients is not the one without twins (-want +got):\n%.2000s", diff)
	}
	for _, path := range []string{"/openapi.yaml", "/openapi.json"} {
		for _, query := range []string{"?for=people", "?for=", "?for=clients&for=clients"} {
			c.get(path+query, wrong).refused(http.StatusUnprocessableEntity, "validationError", "for").detail("parameterInvalid")
		}
		c.get(path+"?fro=clients", wrong).refused(http.StatusUnprocessableEntity, "validationError", "fro").detail("parameterUnknown").explains("did you mean for?")
	}
}

// The operations under /v3 that are the same as under /v3/customers/{id} say whose twins
// they are, and no others do: generated clients have each of them once.
func TestTwinsAreMarked(t *testing.T) {
	t.Parallel()
	paths, twins := testkit.LoadContract(t).Doc.Paths.Map(), 0
	for path, item := range paths {
		for method, operation := range item.Operations() {
			mark, _ := operation.Extensions["x-twin-of"].(string)
			rest, own := strings.CutPrefix(path, "/v3/")
			original := paths["/v3/customers/{id}/"+rest]
			if path == "/v3/events" || path == "/v3/plan-status/preview" {
				original = nil // these answer something else
			}
			if mark == "" && (!own || original == nil || original.GetOperation(method) == nil) {
				continue
			}
			twins++
			if original == nil || original.GetOperation(method) == nil || original.GetOperation(method).OperationID != mark {
				t.Errorf("%s %s calls itself the twin of %q", method, path, mark)
			}
		}
	}
	if twins == 0 {
		t.Error("there are no twins")
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
