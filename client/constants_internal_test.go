package client

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// inline are the texts with a type of their own whose values stand in place in a schema.
var inline = map[string][]string{
	"Code":             {"ErrorDetails", "code"},
	"Role":             {"User", "role"},
	"WebhookFormat":    {"WebhookBase", "format"},
	"RequirementState": {"Requirement", "state"},
	"Feature":          {"Plan", "features"},
}

// Every value of the document has a constant, and no constant has another value.
func TestConstantsAreThoseOfTheDocument(t *testing.T) {
	t.Parallel()
	schemas, constants := documentSchemas(t), constantsOf(t)
	want := map[string]schema{}
	for name := range words {
		want[name] = schemas[name].(schema)
	}
	for name, at := range inline {
		s := schemas[at[0]].(schema)["properties"].(schema)[at[1]].(schema)
		if items, ok := s["items"].(schema); ok {
			s = items
		}
		want[name] = s
	}
	for name, s := range want {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			values := texts(s["enum"])
			slices.Sort(values)
			if got := slices.Sorted(maps.Keys(constants[name])); !slices.Equal(got, values) {
				t.Errorf("the constants are %q, the values of the document %q", got, values)
			}
		})
	}
}

// constantsOf reads the constants of this package: the values by the name of their type.
func constantsOf(t *testing.T) map[string]map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range parsed.Decls {
			group, ok := declared.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, spec := range group.Specs {
				value := spec.(*ast.ValueSpec)
				kind, ok := value.Type.(*ast.Ident)
				if !ok {
					continue
				}
				text, err := strconv.Unquote(value.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				if found[kind.Name] == nil {
					found[kind.Name] = map[string]bool{}
				}
				found[kind.Name][text] = true
			}
		}
	}
	return found
}
