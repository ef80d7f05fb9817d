package testkit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemas compiles the schemas of openapi.yaml, which are JSON Schema 2020-12, each once:
// compiling costs many times what checking a body does.
type schemas struct {
	mutex    sync.Mutex
	compiler *jsonschema.Compiler
	compiled map[*openapi3.Schema]*jsonschema.Schema
}

const (
	schemasURL      = "https://tenantry.invalid/schemas.json"
	componentPrefix = "#/components/schemas/"
)

func newSchemas(doc *openapi3.T) (*schemas, error) {
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	all, err := asDocument(map[string]any{"components": map[string]any{"schemas": doc.Components.Schemas}})
	if err != nil {
		return nil, err
	}
	if err := compiler.AddResource(schemasURL, all); err != nil {
		return nil, err
	}
	return &schemas{compiler: compiler, compiled: map[*openapi3.Schema]*jsonschema.Schema{}}, nil
}

// check returns what a schema finds wrong with a JSON text.
func (s *schemas) check(ref *openapi3.SchemaRef, text []byte) error {
	schema, err := s.compile(ref)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("reading the JSON: %w", err)
	}
	return schema.Validate(value)
}

func (s *schemas) compile(ref *openapi3.SchemaRef) (*jsonschema.Schema, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if known := s.compiled[ref.Value]; known != nil {
		return known, nil
	}
	url := schemasURL + ref.Ref
	if !strings.HasPrefix(ref.Ref, componentPrefix) {
		document, err := asDocument(ref.Value)
		if err != nil {
			return nil, err
		}
		pointAtComponents(document)
		url = fmt.Sprintf("https://tenantry.invalid/inline/%d.json", len(s.compiled))
		if err := s.compiler.AddResource(url, document); err != nil {
			return nil, err
		}
	}
	schema, err := s.compiler.Compile(url)
	if err != nil {
		return nil, fmt.Errorf("compiling a schema of openapi.yaml: %w", err)
	}
	s.compiled[ref.Value] = schema
	return schema, nil
}

// asDocument returns a value as what its JSON reads back as.
func asDocument(value any) (any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(text))
}

// pointAtComponents makes the references of a schema absolute, as it stands in a document
// of its own.
func pointAtComponents(node any) {
	switch node := node.(type) {
	case map[string]any:
		if ref, ok := node["$ref"].(string); ok && strings.HasPrefix(ref, componentPrefix) {
			node["$ref"] = schemasURL + ref
		}
		for _, value := range node {
			pointAtComponents(value)
		}
	case []any:
		for _, value := range node {
			pointAtComponents(value)
		}
	}
}
