package api_test

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

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/api"
	"tenantry/internal/openapi"
	"tenantry/internal/testkit"
)

var eventType = regexp.MustCompile(`^(access|activity|bank|card|customer|data|document|events|identity|key|onboarding|owner|ownership|setup|token|user|webhook)\.[a-z_]+$`)

// noEvents are texts of the program in the form of an event type that are none.
var noEvents = []string{
	"bank.country", "bank.drops", "bank.missing", "card.number", "events.enabled", "identity.outcome", "identity.processing", "key.address",
	"owner.add", "owner.incomplete", "owner.intro", "webhook.secret",
}

// logged are the types that the log alone keeps.
var logged = []string{
	"access.denied", "access.failed", "access.refused", "data.exported", "data.imported", "events.purged", "setup.link_created", "token.issued",
	"user.signed_in", "user.signed_out",
}

// The document has every type of event that the program names, and no other: those that are
// sent under webhooks, the others in words.
func TestTheDocumentHasEveryTypeOfEvent(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	for _, folder := range []string{"customers", "internal/app", "internal/transfer", "internal/dialect/balanced/rules", "internal/dialect/dwolla/rules", "internal/dialect/straddle/rules"} {
		err := filepath.WalkDir(filepath.Join("..", "..", folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(node ast.Node) bool {
				if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
					if text, _ := strconv.Unquote(literal.Value); eventType.MatchString(text) && !slices.Contains(noEvents, text) {
						named[text] = true
					}
				}
				return true
			})
			return nil
		})
		testkit.Must(t, err)
	}
	document, err := openapi.Read(api.Document())
	testkit.Must(t, err)
	described := slices.Clone(logged)
	for _, event := range document.Events {
		described = append(described, event.Type)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(named)), sorted(described)); diff != "" {
		t.Errorf("program and document differ (-program +document):\n%s", diff)
	}
	event, _ := document.Object("Event")
	for _, member := range event.Members {
		for _, name := range logged {
			if member.Name == "type" && !strings.Contains(member.Description, "`"+name+"`") {
				t.Errorf("the document does not say that the log alone keeps %s", name)
			}
		}
	}
}
