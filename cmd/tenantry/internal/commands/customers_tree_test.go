package commands

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers"
	"tenantry/customers/view"
)

// orchard serves the lists of a made-up tree and counts the calls.
type orchard struct {
	children map[string][]string
	calls    int
}

func (o *orchard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.calls++
	if id, found := strings.CutPrefix(r.URL.Path, "/v3/customers/"); found {
		_ = json.NewEncoder(w).Encode(view.View{ID: id, Name: id, PlanKey: "plan", Status: customers.StatusActive})
		return
	}
	subject, query := r.Header.Get("X-CUSTOMER-ID"), r.URL.Query()
	all := o.children[subject]
	if query.Get("deep") == "true" {
		all = o.below(subject)
	}
	limit, _ := strconv.Atoi(query.Get("limit"))
	from, _ := strconv.Atoi(query.Get("cursor"))
	var page listPage
	page.Count = len(all)
	for _, id := range all[from:min(from+limit, len(all))] {
		page.Results = append(page.Results, view.View{ID: id, Name: id, ParentID: subject, PlanKey: "plan", Status: customers.StatusActive})
	}
	if from+limit < len(all) {
		page.Settings.NextCursor = strconv.Itoa(from + limit)
	}
	_ = json.NewEncoder(w).Encode(page)
}

func (o *orchard) below(id string) []string {
	all := []string{}
	for _, child := range o.children[id] {
		all = append(append(all, child), o.below(child)...)
	}
	return all
}

func (o *orchard) draw(t *testing.T, depth int) string {
	t.Helper()
	var out bytes.Buffer
	d := &tree{Program: &cli.Program{Stdout: &out}, client: cli.LocalClient(cli.HandlerTransport{Handler: o}, "the orchard"), deepest: depth}
	if err := d.below(t.Context(), "root", "", 1); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(out.String(), "  plan  active", "")
}

// Branches join as they should at every level.
func TestTreeDrawsItsBranches(t *testing.T) {
	t.Parallel()
	o := &orchard{children: map[string][]string{"root": {"a", "b"}, "a": {"c", "d"}, "c": {"e"}, "b": {"f"}}}
	want := `├── a  a
│   ├── c  c
│   │   └── e  e
│   └── d  d
└── b  b
    └── f  f
`
	if got := o.draw(t, 0); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	want = "├── a  a\n└── b  b\n"
	if got := o.draw(t, 1); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A customer with many children is drawn whole, in a call per page and not per
// child.
func TestTreeReadsPages(t *testing.T) {
	t.Parallel()
	o := &orchard{children: map[string][]string{}}
	for i := range 1001 {
		o.children["root"] = append(o.children["root"], strconv.Itoa(i))
	}
	got := strings.Split(strings.TrimSpace(o.draw(t, 0)), "\n")
	if len(got) != 1001 || got[0] != "├── 0  0" || got[1000] != "└── 1000  1000" {
		t.Errorf("%d lines, the last is %q", len(got), got[len(got)-1])
	}
	if o.calls > 13 {
		t.Errorf("it took %d calls", o.calls)
	}
}
