package commands

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
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
		children := int64(len(o.children[id]))
		page.Results = append(page.Results, view.View{ID: id, Name: id, ParentID: o.parentOf(id), PlanKey: "plan", Status: customers.StatusActive, ChildCount: &children})
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

func (o *orchard) parentOf(id string) string {
	for parent, children := range o.children {
		if slices.Contains(children, id) {
			return parent
		}
	}
	return ""
}

func (o *orchard) draw(t *testing.T, depth int) string {
	t.Helper()
	var out bytes.Buffer
	p := &cli.Program{Stdout: &out, Local: func(context.Context) (*cli.Client, func(context.Context) error, error) {
		return cli.LocalClient(cli.HandlerTransport{Handler: o}, "the orchard"), func(context.Context) error { return nil }, nil
	}}
	if err := (&treeCommand{ID: "root", Depth: depth}).Run(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(out.String(), "  plan  active", "")
}

// Branches join as they should at every level.
func TestTreeDrawsItsBranches(t *testing.T) {
	t.Parallel()
	o := &orchard{children: map[string][]string{"root": {"a", "b"}, "a": {"c", "d"}, "c": {"e"}, "b": {"f"}}}
	want := `root  root
├── a  a
│   ├── c  c
│   │   └── e  e
│   └── d  d
└── b  b
    └── f  f
`
	if got := o.draw(t, 0); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	want = "root  root\n├── a  a\n└── b  b\nThere is more below; --depth 2 shows another level.\n"
	if got := o.draw(t, 1); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A platform business of 2,030 customers is drawn whole by a request per page, and not by
// one per customer.
func TestTreeReadsPages(t *testing.T) {
	t.Parallel()
	o := &orchard{children: map[string][]string{}}
	for i := range 29 {
		platform := "p" + strconv.Itoa(i)
		o.children["root"] = append(o.children["root"], platform)
		for j := range 69 {
			o.children[platform] = append(o.children[platform], platform+"m"+strconv.Itoa(j))
		}
	}
	got := strings.Split(strings.TrimSpace(o.draw(t, 0)), "\n")
	if len(got) != 2031 || got[1] != "├── p0  p0" || got[2030] != "    └── p28m68  p28m68" {
		t.Errorf("%d lines, the last is %q", len(got), got[len(got)-1])
	}
	if o.calls > 25 {
		t.Errorf("it took %d calls", o.calls)
	}
}
