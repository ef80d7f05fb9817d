package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "tenantry/"

// leaves are imported from anywhere and import no package of the module but each other.
var leaves = []string{"internal/fault", "internal/secret", "internal/patch", "internal/check", "internal/cursor", "internal/dryrun", "internal/fair", "internal/guessable", "internal/jsonobj", "internal/openapi", "internal/trace", "internal/turns"}

// below are what the record stands on.
var below = []string{"tenancy", "settings", "keys", "plans"}

// layers says which packages of the module a package may import beside the leaves. What
// stands to the right of an arrow that is not plainly downward has its reason beside it.
// A package that is not listed is above all of these and may import any.
var layers = map[string][]string{
	"tenancy": {}, "settings": {}, "plans": {},
	"keys": {"tenancy"},

	"customers":             {"tenancy", "settings", "keys", "customers/reviews", "customers/turnover", "customers/links"},
	"customers/links":       {"tenancy"},
	"customers/reviews":     {"tenancy"},
	"customers/turnover":    {},
	"customers/rows":        {"customers", "customers/reviews", "customers/shown", "tenancy"}, // a page may hold what shows customers
	"customers/rows/totals": {"customers/rows"},
	"customers/shown":       {"customers", "tenancy"},
	"customers/view":        {"customers", "customers/reviews", "customers/rows", "customers/shown", "customers/turnover"},
	"customers/registry": {
		"customers", "customers/reviews", "customers/rows", "customers/shown", "customers/view",
	},
	"customers/fields": core(),

	// The use cases: never another one, but for those named here.
	"customers/identity":     core(),
	"customers/evidence":     core("customers/identity"), // an accepted document ends the review that asked for it
	"customers/instruments":  core(),
	"customers/access":       core(),
	"customers/events":       core(),
	"customers/webhooks":     core("customers/events"), // what is sent again is read from the log
	"customers/activities":   core(),
	"customers/requirements": core(),
	"customers/idempotency":  core(),
	"customers/lifecycle": core(
		"customers/shown",    // reads that only show a customer
		"customers/identity", // a create and a change start reviews
		"customers/evidence", // resealing takes the bytes of documents along
		"customers/access",   // a create may bring its first user
	),

	// A vendor's contract over the registry: what it needs of the use cases.
	"internal/dialect/balanced/rules": core("customers/identity", "customers/instruments", "customers/lifecycle"),
	"internal/dialect/dwolla/rules":   core("customers/identity", "customers/instruments", "internal/dialect/dwolla/status"),
	"internal/dialect/straddle/rules": core("customers/identity", "customers/instruments", "internal/dialect/straddle/status"),
	// A vendor's words for the state of a record: pure, so that engines can index them.
	"internal/dialect/dwolla/status":   {"customers", "customers/reviews", "customers/rows"},
	"internal/dialect/straddle/status": {"customers", "customers/reviews", "customers/rows"},

	"internal/store/codec": {
		"customers", "customers/reviews", "customers/rows",
		"internal/dialect/dwolla/status", "internal/dialect/straddle/status", // lists go by these words
	},
	"internal/kyc":  {"customers", "customers/identity", "customers/reviews", "customers/rows"},
	"internal/seal": {"tenancy"},
	// The SDK of traces sends what the leaf internal/trace made, and nothing else knows it.
	"internal/trace/otlp":     {},
	"internal/store/observed": {"customers", "customers/rows", "customers/shown", "internal/store", "keys", "tenancy"},

	// Other people's programs take these in; a test there forbids the leaves, too.
	"client":         {},
	"client/webhook": {"client"},

	// Pages for people call the services, as internal/api does: neither a store nor the
	// registry, so that no page has a rule of its own.
	"internal/console/assets": {},
	"internal/console/page":   {"customers/view", "internal/console/assets"},
	"internal/console": {
		"tenancy", "settings", "keys", "plans", "customers", "customers/reviews", "customers/rows", "customers/view", "customers/fields",
		"customers/access", "customers/activities", "customers/events", "customers/evidence", "customers/identity", "customers/instruments",
		"customers/lifecycle", "customers/onboarding", "customers/webhooks", "internal/app", "internal/console/page",
	},
	// The pages of a link call the use cases that its steps are saved by; a second review of an
	// enrolled customer is a vendor's rule, and uploads are read as dialects read them.
	"internal/console/onboarding": {
		"tenancy", "plans", "customers", "customers/evidence", "customers/fields", "customers/identity", "customers/instruments", "customers/lifecycle",
		"customers/links", "customers/onboarding", "internal/app", "internal/console/page", "internal/dialect", "internal/dialect/dwolla/rules",
	},
	// The reference shows the document of the API and docs/ by the kit of all pages, and no
	// record of anybody.
	"internal/reference": {"docs", "internal/console/page"},
	"internal/installed": {"customers/rows", "internal/seal", "tenancy"},
	"internal/backup":    {"internal/store/sqlite", "tenancy"}, // no other engine is copied
	"internal/transfer": {
		"customers", "customers/rows", "tenancy",
		"customers/registry", "customers/evidence", // the one way to make a customer, and which bytes a document has
		"internal/doctor", // what two records have in common under different key rings
		"internal/store", "internal/store/codec",
	},
	"internal/doctor": {
		"customers", "customers/rows", "keys", "tenancy",
		"customers/registry", "customers/evidence", // which values are unique, and which bytes a document has
		"internal/installed", "internal/seal", "internal/store", "internal/store/codec",
	},
}

// core is what every use case may import.
func core(more ...string) []string {
	return append([]string{"customers", "customers/reviews", "customers/rows", "customers/turnover", "customers/view", "customers/registry", "customers/fields"}, more...)
}

// sources reads the files of the module that are not tests, by package.
func sources(t *testing.T) (*token.FileSet, map[string][]*ast.File) {
	t.Helper()
	root := filepath.Join("..", "..")
	files, packages := token.NewFileSet(), map[string][]*ast.File{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == ".git" || entry.Name() == "ferretdb" || entry.Name() == "work"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		packages[filepath.ToSlash(dir)] = append(packages[filepath.ToSlash(dir)], file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, packages
}

// Arrows point down: a package imports what its layer allows, and no more.
func TestLayers(t *testing.T) {
	t.Parallel()
	_, packages := sources(t)
	for name := range layers {
		if len(packages[name]) == 0 {
			t.Errorf("%s is in the table and not in the module", name)
		}
	}
	for name, parsed := range packages {
		allowed, listed := layers[name]
		if slices.Contains(leaves, name) {
			allowed, listed = nil, true
		}
		if !listed {
			continue
		}
		if strings.HasPrefix(name, "customers/") || strings.HasPrefix(name, "internal/dialect/") || name == "internal/store/codec" || name == "internal/kyc" {
			allowed = append(slices.Clone(allowed), below...)
		}
		for _, file := range parsed {
			for _, spec := range file.Imports {
				path, _ := strconv.Unquote(spec.Path.Value)
				imported, own := strings.CutPrefix(path, module)
				if own && !slices.Contains(leaves, imported) && !slices.Contains(allowed, imported) {
					t.Errorf("%s imports %s; see the table of layers", name, imported)
				}
			}
		}
	}
}

// Only the registry writes customers: each way to write is called at one place.
func TestOnlyTheRegistryWrites(t *testing.T) {
	t.Parallel()
	files, packages := sources(t)
	found := map[string]int{}
	for name, parsed := range packages {
		if !strings.HasPrefix(name, "customers") && !strings.HasPrefix(name, "internal/dialect") && name != "internal/api" && name != "internal/app" {
			continue
		}
		for _, file := range parsed {
			ast.Inspect(file, func(node ast.Node) bool {
				call, ok := node.(*ast.CallExpr)
				if !ok {
					return true
				}
				method, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || !slices.Contains([]string{"Insert", "InsertAll", "Replace", "Erase"}, method.Sel.Name) {
					return true
				}
				if store, ok := method.X.(*ast.SelectorExpr); ok && store.Sel.Name == "store" {
					found[method.Sel.Name]++
					if name != "customers/registry" {
						t.Errorf("%s: %s writes", files.Position(call.Pos()), name)
					}
				}
				return true
			})
		}
	}
	for _, way := range []string{"Insert", "InsertAll", "Replace", "Erase"} {
		t.Run(way, func(t *testing.T) {
			if found[way] != 1 {
				t.Errorf("%s of the store is called %d times", way, found[way])
			}
		})
	}
}

// Rooms stay small enough to be known: files and exported names of a package, and
// exported methods of a type.
func TestRoomsAreSmall(t *testing.T) {
	t.Parallel()
	// A file of these is a route, a command, a query, a case of the contract or what a client
	// knows of one resource.
	wide := []string{"client", "internal/api", "cmd/tenantry", "cmd/tenantry/internal/commands", "internal/store/sqlite", "internal/store/mongo", "internal/store/memory", "internal/store/storetest"}
	for name, parsed := range func() map[string][]*ast.File { _, p := sources(t); return p }() {
		most := 30
		if slices.Contains(wide, name) {
			most = 60
		}
		if len(parsed) > most {
			t.Errorf("%s has %d files, at most %d", name, len(parsed), most)
		}
		mostNames := 90
		if name == "client" {
			mostNames = 400 // the shapes and words of the API, as many as its document has
		}
		names, methods := exported(parsed)
		if names > mostNames {
			t.Errorf("%s exports %d names, at most %d", name, names, mostNames)
		}
		for _, owner := range slices.Sorted(maps.Keys(methods)) {
			engine := strings.HasPrefix(name, "internal/store/") // answers every port
			if methods[owner] > 20 && !engine {
				t.Errorf("%s.%s has %d exported methods, at most 20", name, owner, methods[owner])
			}
		}
	}
}

func exported(parsed []*ast.File) (names int, methods map[string]int) {
	methods = map[string]int{}
	for _, file := range parsed {
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if owner := receiver(decl); owner != "" && decl.Name.IsExported() {
					methods[owner]++
				} else if decl.Name.IsExported() {
					names++
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						names += count(spec.Name)
					case *ast.ValueSpec:
						names += count(spec.Names...)
					}
				}
			}
		}
	}
	return names, methods
}

func count(list ...*ast.Ident) (n int) {
	for _, name := range list {
		if name.IsExported() {
			n++
		}
	}
	return n
}

func receiver(decl *ast.FuncDecl) string {
	if decl.Recv == nil {
		return ""
	}
	kind := decl.Recv.List[0].Type
	if pointer, ok := kind.(*ast.StarExpr); ok {
		kind = pointer.X
	}
	if name, ok := kind.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

var vendor = regexp.MustCompile(`(?i)dwolla|straddle|balanced`)

// The core names no vendor: neither an identifier nor a text below customers does. A
// comment may cite one as the source of a rule.
func TestTheCoreNamesNoVendor(t *testing.T) {
	t.Parallel()
	files, packages := sources(t)
	for name, parsed := range packages {
		if name != "customers" && !strings.HasPrefix(name, "customers/") {
			continue
		}
		for _, file := range parsed {
			ast.Inspect(file, func(node ast.Node) bool {
				switch node := node.(type) {
				case *ast.Ident:
					if vendor.MatchString(node.Name) {
						t.Errorf("%s: %s", files.Position(node.Pos()), node.Name)
					}
				case *ast.BasicLit:
					if node.Kind == token.STRING && vendor.MatchString(node.Value) {
						t.Errorf("%s: %s", files.Position(node.Pos()), node.Value)
					}
				}
				return true
			})
		}
	}
}
