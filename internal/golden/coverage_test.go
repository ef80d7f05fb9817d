package golden_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenantry/internal/testkit"
)

// heading is a request and the status of its answer, as recordings write them.
var heading = regexp.MustCompile(`(?m)^=== [0-9]+ ([A-Z]+) (\S+)$|^--- ([0-9]{3})$`)

// Every route of the four APIs is in the recordings, with an answer that does what was
// asked and one that refuses it.
func TestEveryRouteIsRecorded(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.answers")
	testkit.Must(t, err)
	done, refused := map[string]bool{}, map[string]bool{}
	routes := routes(t)
	for _, path := range paths {
		content, err := os.ReadFile(path)
		testkit.Must(t, err)
		request := ""
		for _, match := range heading.FindAllStringSubmatch(string(content), -1) {
			if match[1] != "" {
				request = match[1] + " " + match[2]
				continue
			}
			into := done
			if match[3] >= "400" {
				into = refused
			}
			into[routeOf(routes, request)] = true
		}
	}
	for _, route := range routes {
		if !done[route] && !exempt[route].done {
			t.Errorf("%s is never done", route)
		}
		if !refused[route] && !exempt[route].refused {
			t.Errorf("%s is never refused", route)
		}
	}
	for route, what := range maps.All(exempt) {
		if !slices.Contains(routes, route) || what.done && done[route] || what.refused && refused[route] {
			t.Errorf("%s needs no exemption", route)
		}
	}
}

// exempt are routes that cannot be done or refused.
var exempt = map[string]struct{ done, refused bool }{
	"GET /healthz":      {refused: true},
	"GET /openapi.yaml": {refused: true},
	"GET /openapi.json": {done: true, refused: true},

	"GET /v3/events/stream": {done: true}, // it does not end

	"OPTIONS /v3/tokens": {refused: true},

	"OPTIONS /v3/merchants/:vanityName": {refused: true},
}

// routeOf returns the route that serves a request: the one with the most segments that
// are not parameters.
func routeOf(routes []string, request string) string {
	best, most := "", -1
	path, _, _ := strings.Cut(request, "?")
	asked := strings.Split(path, "/")
	for _, route := range routes {
		segments, fixed := strings.Split(route, "/"), 0
		if len(segments) != len(asked) {
			continue
		}
		for i, segment := range segments {
			switch {
			case strings.HasPrefix(segment, ":"):
			case segment == asked[i]:
				fixed++
			default:
				fixed = -1000
			}
		}
		if fixed > most {
			best, most = route, fixed
		}
	}
	return best
}
