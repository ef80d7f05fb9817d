package reference_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/reference"
)

// The catalog has an entry for every code that the program answers with, and none that it
// never uses.
func TestTheCatalogHasEveryCodeAndNoOther(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	declared, used := map[string]string{}, map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{"testdata", ".git", "tools", "reference", "ferretdb"}, entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "fault_table.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.ValueSpec:
				if kind, ok := node.Type.(*ast.Ident); ok && kind.Name == "Code" && file.Name.Name == "fault" {
					text, _ := strconv.Unquote(node.Values[0].(*ast.BasicLit).Value)
					declared[node.Names[0].Name] = text
				}
			case *ast.CallExpr:
				// What is only asked about, in a comparison or a list, is not answered with.
				for _, argument := range node.Args {
					if selector, ok := argument.(*ast.SelectorExpr); ok && strings.HasPrefix(selector.Sel.Name, "Code") {
						used[selector.Sel.Name] = true
					}
				}
			case *ast.Ident:
				if file.Name.Name == "fault" && strings.HasPrefix(node.Name, "Code") && filepath.Base(path) != "fault.go" {
					used[node.Name] = true
				}
			}
			return true
		})
		if filepath.Base(path) == "fault.go" {
			used["CodeNotFound"] = true // NotFoundError
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var wanted, found []string
	for name, code := range declared {
		if used[name] {
			wanted = append(wanted, code)
		}
	}
	for _, entry := range reference.Catalog {
		found = append(found, string(entry.Code))
		if entry.Cause == "" || entry.Remedy == "" {
			t.Errorf("%s has no cause or no remedy", entry.Code)
		}
	}
	slices.Sort(wanted)
	slices.Sort(found)
	if diff := cmp.Diff(wanted, found); diff != "" {
		t.Errorf("program and catalog differ (-program +catalog):\n%s", diff)
	}
	if len(slices.Collect(maps.Keys(declared))) < 30 {
		t.Errorf("only %d codes were found", len(declared))
	}
}
