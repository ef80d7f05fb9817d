package testkit

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Answered is the answer to a request. Members of its body are named by dotted paths, in
// which numbers index lists.
type Answered struct {
	T      testing.TB
	What   string
	Status int
	Header http.Header
	Text   string
	Body   map[string]any
}

// Demand ends the test unless the answer has that status.
func (a Answered) Demand(status int) {
	a.T.Helper()
	if a.Status != status {
		a.T.Fatalf("%s: answered %d, want %d\n%s", a.What, a.Status, status, a.Text)
	}
}

// Find returns the value at a path, nil for none.
func (a Answered) Find(path string) any {
	value, _ := LookUp(a.Body, path)
	return value
}

// At returns the value at a path, which must exist and not be null.
func (a Answered) At(path string) any {
	a.T.Helper()
	value := a.Find(path)
	if value == nil {
		a.T.Fatalf("%s: no %s in the answer\n%s", a.What, path, a.Text)
	}
	return value
}

// Str returns the text at a path, which must exist.
func (a Answered) Str(path string) string {
	a.T.Helper()
	text, ok := a.At(path).(string)
	if !ok {
		a.T.Fatalf("%s: %s is no text\n%s", a.What, path, a.Text)
	}
	return text
}

// Optional returns the text at a path, empty for none.
func (a Answered) Optional(path string) string {
	text, _ := a.Find(path).(string)
	return text
}

// List returns the list at a path, which must exist.
func (a Answered) List(path string) []any {
	a.T.Helper()
	list, ok := a.At(path).([]any)
	if !ok {
		a.T.Fatalf("%s: %s is no list\n%s", a.What, path, a.Text)
	}
	return list
}

// Is demands a value at a path; a whole number stands for the float64 of JSON.
func (a Answered) Is(path string, want any) {
	a.T.Helper()
	if n, ok := want.(int); ok {
		want = float64(n)
	}
	got, found := LookUp(a.Body, path)
	if !found {
		a.T.Fatalf("%s: no %s in the answer\n%s", a.What, path, a.Text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		a.T.Errorf("%s: %s differs (-want +got):\n%s\n%s", a.What, path, diff, a.Text)
	}
}

// Lacks demands that nothing exists at the paths.
func (a Answered) Lacks(paths ...string) {
	a.T.Helper()
	for _, path := range paths {
		if value, found := LookUp(a.Body, path); found {
			a.T.Errorf("%s: %s is there: %v", a.What, path, value)
		}
	}
}

// LookUp returns the value at a dotted path, and whether it exists.
func LookUp(value any, path string) (any, bool) {
	for part := range strings.SplitSeq(path, ".") {
		switch container := value.(type) {
		case map[string]any:
			inner, found := container[part]
			if !found {
				return nil, false
			}
			value = inner
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(container) {
				return nil, false
			}
			value = container[i]
		default:
			return nil, false
		}
	}
	return value, true
}
