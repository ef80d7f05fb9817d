package api_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenantry/internal/api"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
)

// untried are the routes that refuse dryRun.
var untried = []string{
	"POST /v3/oauth/token", "POST /v3/oauth/revoke", "POST /v3/invitations/accept", "POST /v3/identity/verdicts", "PUT /v3/users/me/password",
	"POST /v3/plan-status/preview", "POST /v3/customers/:id/plan-status/preview", "POST /v3/events/:eid/verify",
	"PUT /v3/banks/:bid/drops", "PUT /v3/customers/:id/banks/:bid/drops",
	"POST /v3/identity/kba/answers", "POST /v3/customers/:id/identity/kba/answers",
}

// refusedHere are the routes whose request in the table of probes the state of the tried
// customer refuses, with the status.
var refusedHere = map[string]int{
	"POST /v3/customers/:id/cards": http.StatusUnprocessableEntity, // a token that nobody made
	// The customer is not asked for these.
	"POST /v3/customers/:id/identity/kba": http.StatusConflict, "POST /v3/customers/:id/identity/retry": http.StatusConflict,
}

// files returns a digest of the files that a store of SQLite writes: one byte more or
// another one shows.
func files(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	testkit.Must(t, err)
	digest := sha256.New()
	for _, entry := range list {
		if strings.HasSuffix(entry.Name(), "-shm") { // reads mark their place there
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		testkit.Must(t, err)
		fmt.Fprintf(digest, "%s %d\n%s", entry.Name(), len(content), content)
	}
	return hex.EncodeToString(digest.Sum(nil))
}

// readsOfAStore are the methods of a store that write nothing.
var readsOfAStore = []string{
	"Get", "GetAll", "GetTogether", "GetAnywhere", "Shown", "Root", "FirstInactive", "Tombstone", "List", "Ping", "ReservationHolder", "ReservationsAbout", "ReservationsBehind", "Scan", "CountByStatus",
	"CountTraits", "CountChildren", "Events", "DueReviews", "DuePlans", "DueDrops", "CustomerWithPart", "CustomersWithPart", "Document", "DocumentsBehind", "WaitingDocuments",
	"ActivityOf", "Activity", "Activities", "CountEvents", "DueEndpoints", "DueDeliveries", "Deliveries", "PendingDeliveries", "Outboxes", "Installation",
	"Arrivals", "LastArrival", "Skew",
}

// Every native write can be tried, or refuses it with the reason: whoever adds a route gets
// it for nothing, and is told by this test. A try calls no method of the store that writes,
// leaves every byte of its files as it was, uses up no idempotency key, and is answered as
// the request is that follows it.
func TestNothingIsWrittenInADryRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	opened, err := sqlite.Open(t.Context(), sqlite.Options{Dir: dir})
	testkit.Must(t, err)
	defer func() { testkit.Must(t, opened.Close(context.WithoutCancel(t.Context()))) }()
	steps := storetest.NewSteps(opened)
	e := newEnv(t, func(s *setup) { s.Store = steps })
	p := e.platform()
	spare, tried := e.victim(p), 0
	list := e.API.Routes() // a bulk is tried by TestABulkCanBeTried
	last := slices.Index(list, api.Route{Method: http.MethodDelete, Pattern: "/v3/customers/:id"})
	list = append(slices.Delete(slices.Clone(list), last, last+1), list[last]) // it empties the journal, a moment later
	for _, route := range list {
		if strings.HasPrefix(route.Pattern, "/v3/") && route.Pattern != "/v3/customers/bulk" && slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, route.Method) {
			tried++
			t.Run(route.Method+" "+route.Pattern, func(t *testing.T) {
				e, p := e.in(t), p.in(t)
				attempt{e: e, p: p, route: route, steps: steps, dir: dir}.run(t, spare)
			})
		}
	}
	if tried < 80 {
		t.Errorf("only %d routes were tried", tried)
	}
}

// attempt is a native write that is tried before it is done.
type attempt struct {
	e     *env
	p     actor
	route api.Route
	steps *storetest.Steps
	dir   string
}

func (a attempt) run(t *testing.T, spare swept) {
	t.Helper()
	name := a.route.Method + " " + a.route.Pattern
	of, body := spare, probes()[name].body
	part, twin := strings.CutPrefix(a.route.Pattern, "/v3/")
	if twin = twin && slices.Contains(a.e.API.Routes(), api.Route{Method: a.route.Method, Pattern: "/v3/customers/:id/" + part}); !twin {
		of = a.e.victim(a.p)
	}
	if own := bodiesOfTries[name]; own != nil {
		body = own
	}
	c := a.caller(of).in(t).with("Idempotency-Key", name)
	path := of.fill(a.route.Pattern)
	if slices.Contains(untried, name) {
		c.do(a.route.Method, path+"?dryRun=true", body, wrong).refused(http.StatusUnprocessableEntity, "validationError", "dryRun").explains("cannot be tried")
		return
	}
	tried := a.try(t, c, path, body)
	if twin { // its other path is done
		if tried.Status == http.StatusNotFound {
			t.Errorf("not found: %s", tried.Text)
		}
		return
	}
	done := c.do(a.route.Method, path, body, shows)
	if wanted, refused := refusedHere[name]; done.Status >= 400 && (!refused || wanted != done.Status) {
		t.Errorf("this test means to do it, and it is refused: %d %s", done.Status, done.Text)
	}
	alike(t, tried, done)
}

// try sends the request as a dry run. The engine moves what was written before between its
// files in the background, so a difference counts if it comes again.
func (a attempt) try(t *testing.T, c *client, path string, body any) (tried answer) {
	t.Helper()
	for range 3 {
		before := files(t, a.dir)
		tried = a.once(t, c, path, body)
		if files(t, a.dir) == before {
			return tried
		}
	}
	t.Error("the files of the store differ after a dry run")
	return tried
}

func (a attempt) once(t *testing.T, c *client, path string, body any) answer {
	t.Helper()
	a.steps.On(func(step storetest.Step, call func() error) error {
		if !slices.Contains(readsOfAStore, step.Method) {
			t.Errorf("a dry run calls %s of the store", step.Method)
		}
		return call()
	})
	tried := c.do(a.route.Method, path+"?dryRun=true", body, shows)
	a.steps.Off()
	if tried.Header.Get("Dry-Run") != "true" || tried.Header.Get("Idempotent-Replayed") != "" {
		t.Errorf("answered with the headers %v", tried.Header)
	}
	return tried
}

// caller returns who may do what the route does.
func (a attempt) caller(of swept) *client {
	switch pattern := a.route.Pattern; {
	case pattern == "/v3/tokens":
		return a.p.browser()
	case strings.HasSuffix(pattern, "/drops/sent"):
		return a.e.operator.behalf(of.id)
	case strings.HasPrefix(pattern, "/v3/keys/current"), strings.HasPrefix(pattern, "/v3/users/me"):
		return of.self()
	case strings.HasPrefix(pattern, "/v3/payers"), strings.HasPrefix(pattern, "/v3/customers"), strings.HasPrefix(pattern, "/v3/plan-status"):
		return a.p.self()
	default:
		return a.p.behalf(of.id)
	}
}

// bodiesOfTries are bodies of routes for which the sweep of foreign ids has none that fits.
var bodiesOfTries = map[string]any{
	"POST /v3/customers": minimal("merchant"), "POST /v3/customers/accounts": minimal("merchant"),
	"POST /v3/payers": object{"name": "Jo", "email": "jo2@example.com"}, "POST /v3/tokens": object{"card": card()},
	"POST /v3/customers/:id/users/invitations": object{"username": "invited"},
	"POST /v3/oauth/token":                     object{}, "POST /v3/identity/verdicts": object{},
}

// alike demands that the answer to a dry run is the answer to the request, but for ids,
// keys and the reference.
func alike(t interface{ Errorf(string, ...any) }, tried, done answer) {
	if tried.Status != done.Status || tried.Header.Get("ETag") != done.Header.Get("ETag") || (tried.Header.Get("Location") == "") != (done.Header.Get("Location") == "") {
		t.Errorf("tried: %d %v\n%s\ndone: %d %v\n%s", tried.Status, tried.Header, tried.Text, done.Status, done.Header, done.Text)
		return
	}
	if difference := differing("", tried.Body, done.Body); difference != "" {
		t.Errorf("tried and done differ at %s\ntried: %s\ndone: %s", difference, tried.Text, done.Text)
	}
}

// madeUp are members that hold what is made up anew each time, or shown for good only.
var madeUp = []string{"keys", "secret", "url", "token", "ref", "hint"}

// anyID is the text of an id.
var anyID = regexp.MustCompile(`[0-9a-f]{24}`)

func keysOf[V any](object map[string]V) []string { return slices.Collect(maps.Keys(object)) }

// differing returns the path at which two values of JSON differ, but for ids and what is
// made up; empty when they are alike.
func differing(path string, x, y any) string {
	switch x := x.(type) {
	case map[string]any:
		y, same := y.(map[string]any)
		if !same {
			return path
		}
		for _, name := range append(keysOf(x), keysOf(y)...) {
			if slices.Contains(madeUp, name) && (x[name] == nil || name == "ref" || name == "hint") {
				continue
			}
			if found := differing(path+"."+name, x[name], y[name]); found != "" {
				return found
			}
		}
		return ""
	case []any:
		y, same := y.([]any)
		if !same || len(x) != len(y) {
			return path
		}
		for i := range x {
			if found := differing(fmt.Sprintf("%s.%d", path, i), x[i], y[i]); found != "" {
				return found
			}
		}
		return ""
	case string:
		if text, same := y.(string); same && anyID.ReplaceAllString(x, "id") == anyID.ReplaceAllString(text, "id") {
			return ""
		}
		return path
	default:
		if x != y {
			return path
		}
		return ""
	}
}
