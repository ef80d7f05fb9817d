package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"tenantry/internal/testkit"
)

// free are the members below which anything may stand.
var free = map[string]bool{"meta": true, "about": true, "resource": true, "previous": true, "changes": true, "names": true}

// eachObject calls visit with every object in a JSON value that is not free, and
// with its path.
func eachObject(value any, path string, visit func(path string, members map[string]any)) {
	switch value := value.(type) {
	case map[string]any:
		visit(path, value)
		for name, member := range value {
			if !free[name] {
				eachObject(member, path+"/"+name, visit)
			}
		}
	case []any:
		for _, item := range value {
			eachObject(item, path+"/*", visit)
		}
	}
}

// eachUndeclared calls visit with a JSON text once for every object in it that is
// not free, each time with an undeclared member in that object.
func eachUndeclared(t *testing.T, text string, visit func(path string, text []byte)) {
	t.Helper()
	whole, err := decodeAny([]byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	const undeclared = "undeclaredMember"
	eachObject(whole, "", func(path string, members map[string]any) {
		members[undeclared] = "x"
		changed, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		delete(members, undeclared)
		visit(path, changed)
	})
}

// The tests find a member that an answer shows and openapi.yaml does not declare,
// at whatever depth: no schema is open by oversight, and the checker enforces
// those that close over shared bases (unevaluatedProperties).
func TestUndeclaredMembersOfAnswersAreFound(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child, _ := p.child(complete())
	banked := child.self().get("/v3/banks").ok(http.StatusOK).Str("results.0.id")
	child.self().put(child.path(), object{"settings": events(true, "https://hooks.example/in")}).ok(http.StatusOK)
	hook := child.self().get("/v3/webhooks").ok(http.StatusOK).Str("results.0.id")
	e.Relay()

	self := child.self()
	for _, row := range []struct {
		c            *client
		method, path string
		body         any
	}{
		{p.self(), http.MethodPost, "/v3/customers", with(complete(), object{
			"vanityName": absent, "merchantKey": "second", "username": "second@harborlane.example", "settings": events(true, "https://hooks.example/in"),
		})},
		{p.self(), http.MethodGet, "/v3/customers", nil},
		{p.self(), http.MethodGet, child.path(), nil},
		{p.self(), http.MethodPatch, child.path(), object{"description": "Three shops"}},
		{e.operator.self(), http.MethodGet, child.path("/unmasked?reason=chargeback"), nil},
		{self, http.MethodGet, "/v3/banks/" + banked, nil},
		{self, http.MethodPut, "/v3/banks/" + banked, object{"nameOnAccount": "Harbor Lane"}},
		{self, http.MethodPost, "/v3/tokens", object{"card": card()}},
		{self, http.MethodPost, "/v3/tokens", object{"bank": bank()}},
		{self, http.MethodPost, "/v3/cards", object{"token": child.token(object{"card": card()})}},
		{self, http.MethodGet, "/v3/keys", nil},
		{self, http.MethodPost, "/v3/keys", object{"name": "n", "scopes": []any{"read"}}},
		{self, http.MethodPost, "/v3/keys/rotate", nil},
		{self, http.MethodGet, "/v3/webhooks", nil},
		{self, http.MethodPost, "/v3/webhooks/" + hook + "/secret", nil},
		{self, http.MethodGet, "/v3/events", nil},
		{self, http.MethodGet, "/v3/identity", nil},
		{self, http.MethodGet, "/v3/plans", nil},
		{self, http.MethodGet, "/v3/whoami", nil},
		{self, http.MethodGet, "/v3/customers/" + missingID, nil},
	} {
		t.Run(row.method+" "+row.path, func(t *testing.T) {
			got := row.c.do(row.method, row.path, row.body, shows)
			eachUndeclared(t, got.Text, func(path string, text []byte) {
				if testkit.ResponseBreach(t, row.c.Request(row.method, row.path, nil), got.Status, got.Header, text) == nil {
					t.Errorf("%s, answered %d: openapi.yaml lets an undeclared member pass at %q", got.What, got.Status, path)
				}
			})
		})
	}
}

// The same holds for what is sent to make and to change customers and banks.
func TestUndeclaredMembersOfRequestsAreFound(t *testing.T) {
	t.Parallel()
	p := newEnv(t).platform()
	change := with(complete(), object{"username": absent, "password": absent, "status": "active", "settings": events(true, "https://hooks.example/in")})
	for _, row := range []struct {
		method, path string
		body         object
	}{
		{http.MethodPost, "/v3/customers", with(complete(), object{"settings": events(true, "https://hooks.example/in")})},
		{http.MethodPut, p.path(), change},
		{http.MethodPatch, p.path(), change},
		{http.MethodPost, "/v3/banks", with(bank(), object{"billingAddress": address()})},
		{http.MethodPut, "/v3/banks/" + missingID, object{"nameOnAccount": "n", "billingAddress": address()}},
		{http.MethodPost, "/v3/cards", object{"token": "tok_x", "billingAddress": address()}},
		{http.MethodPut, "/v3/cards/" + missingID, object{"nameOnCard": "n", "billingAddress": address()}},
		{http.MethodPost, "/v3/owners", with(partner("Dana"), object{"address": address()})},
		{http.MethodPost, "/v3/tokens", object{"card": card()}},
	} {
		t.Run(row.method, func(t *testing.T) {
			p := p.in(t)
			text := testkit.Content(t, row.body)
			if err := testkit.RequestBreach(t, p.self().Request(row.method, row.path, text)); err != nil {
				t.Errorf("%s %s: refused as it is: %s", row.method, row.path, testkit.Brief(err))
			}
			eachUndeclared(t, string(text), func(path string, text []byte) {
				if testkit.RequestBreach(t, p.self().Request(row.method, row.path, text)) == nil {
					t.Errorf("%s %s: openapi.yaml lets an undeclared member pass at %q", row.method, row.path, path)
				}
			})
		})
	}
}

// Every object of openapi.yaml names its members and admits no other, so that a
// member which is added to the code alone fails the tests. Only the messages that
// may hold anything are open, and the bases, which stand in closed schemas.
func TestEveryObjectOfTheDocumentIsClosed(t *testing.T) {
	t.Parallel()
	doc := testkit.LoadContract(t).Doc
	open := map[*openapi3.Schema]bool{}
	for name, component := range doc.Components.Schemas {
		open[component.Value] = isBase(name) || name == "VerdictInput" || name == "ReceivedEvent"
	}
	err := doc.WalkSchemas(func(path string, ref *openapi3.SchemaRef) error {
		schema := ref.Value
		members := len(schema.Properties) > 0 || slices.ContainsFunc(schema.AllOf, func(part *openapi3.SchemaRef) bool { return isBase(part.Ref) })
		if members && !open[schema] && !refuses(schema.AdditionalProperties) && !refuses(schema.UnevaluatedProperties) {
			t.Errorf("%s lists members and admits others", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// isBase reports whether a schema only lists members for others to close over.
func isBase(name string) bool { return strings.HasSuffix(name, "Base") }

// refuses reports whether a keyword refuses members that are not listed.
func refuses(keyword openapi3.BoolSchema) bool { return keyword.Has != nil && !*keyword.Has }
