package api

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"strconv"
	"testing"

	"tenantry/internal/fault"
)

// Every code of the catalog is explained, and the document lists it.
func TestEveryCodeIsExplained(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "../fault/fault.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		kind, isNamed := spec.Type.(*ast.Ident)
		literal, isText := spec.Values[0].(*ast.BasicLit)
		if !isNamed || !isText || kind.Name != "Code" {
			return true
		}
		code, _ := strconv.Unquote(literal.Value)
		found++
		if codeText(fault.Code(code)) == "" {
			t.Errorf("%s has no description", code)
		}
		return true
	})
	if found != len(codeTexts) {
		t.Errorf("%d codes are in the catalog, %d have a description", found, len(codeTexts))
	}
}

// Every kind has a status of its own, and an unknown kind is an internal error.
func TestEveryKindHasAStatus(t *testing.T) {
	t.Parallel()
	seen := map[int]fault.Kind{}
	for kind := fault.Internal; kind <= fault.Unavailable; kind++ {
		c := classOf(kind)
		if earlier, taken := seen[c.status]; taken || c.status == 0 || c.name == "" || c.family == "" || c.text == "" {
			t.Errorf("kind %d is %v (as is %d)", kind, c, earlier)
		}
		seen[c.status] = kind
	}
	for _, kind := range []fault.Kind{-1, fault.Unavailable + 1, 999} {
		if classOf(kind).status != http.StatusInternalServerError {
			t.Errorf("kind %d is %d", kind, classOf(kind).status)
		}
	}
}

// An internal error shows nothing of itself, even if it has the type of a refusal.
func TestInternalErrorsShowNothing(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		errors.New("secret cause"), fault.New(fault.Internal, fault.CodeInternal, "secret text"),
		fault.Wrap(errors.New("x"), fault.Internal, "odd", "secret text").About("secret field", fault.BadValue),
	} {
		shown := refusalOf(err)
		if shown.Text != internalError().Text || shown.Field != "" || shown.Code != fault.CodeInternal {
			t.Errorf("%v shows %+v", err, shown.Violation)
		}
	}
}
