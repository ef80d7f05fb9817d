package commands

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers"
	"tenantry/customers/view"
)

type treeCommand struct {
	ID    string `arg:"" optional:"" help:"Id of the customer at the top; default: the operator, or the customer of the key."`
	Depth int    `help:"Draw this many levels below the top; 0 draws all." default:"0"`
}

// Help explains size limits and the JSON form.
func (treeCommand) Help() string {
	return `Reads a hundred customers by one request, however they are nested. With --json it prints one
object per line for each customer: depth, id, parentId, name, planKey, status, planStatus.

Examples:

    tenantry customers tree
    tenantry customers tree 65be9a3f1c2d4e5f60718293 --depth 2`
}

// Run draws a tree.
func (c *treeCommand) Run(ctx context.Context, p *cli.Program) error {
	if c.Depth < 0 {
		return cli.Misused("--depth must not be negative", "give a number of levels, or 0 for all")
	}
	return p.With(ctx, func(reached *cli.Client) error {
		id, err := idOr(ctx, reached, c.ID)
		if err != nil {
			return err
		}
		var top view.View
		if _, err := reached.Read(ctx, client.Request{Method: http.MethodGet, Path: cli.CustomerPath(id)}, &top); err != nil {
			return err
		}
		t := &tree{Program: p, client: reached, deepest: c.Depth, children: map[string][]treeLine{}}
		if err := t.read(ctx, id); err != nil {
			return err
		}
		if err := t.draw(lineOf(top), "", "", 0); err != nil {
			return err
		}
		if t.cut && !p.Flags.JSON {
			return p.Print("There is more below; --depth %d shows another level.\n", c.Depth+1)
		}
		return nil
	})
}

// tree is customers by what they stand below.
type tree struct {
	*cli.Program
	client   *cli.Client
	deepest  int
	children map[string][]treeLine
	// cut is true if there are customers below the deepest level drawn.
	cut bool
}

// read reads all that stands below a customer, page by page: oldest first, as it is drawn.
func (t *tree) read(ctx context.Context, top string) error {
	below := map[string]bool{top: true}
	var strays []treeLine
	query := url.Values{"order": {"created ASC"}}
	if t.deepest != 1 {
		query.Set("deep", "true")
	}
	err := pages(ctx, t.client, top, query, 0, func(page listPage, _ []byte) error {
		for _, c := range page.Results {
			line := lineOf(c)
			below[line.ID] = true
			t.children[line.ParentID] = append(t.children[line.ParentID], line)
			strays = append(strays, line)
			t.cut = t.cut || t.deepest == 1 && c.ChildCount != nil && *c.ChildCount > 0
		}
		return nil
	})
	if err != nil {
		return err
	}
	if t.deepest == 1 {
		return nil
	}
	// Where the one in between was erased while the list was read, what it held is shown
	// below the top.
	for _, line := range strays {
		if !below[line.ParentID] {
			t.children[top] = append(t.children[top], line)
		}
	}
	return nil
}

// draw draws a customer and all that stands below it: branch before its own line, indent
// before those below.
func (t *tree) draw(line treeLine, branch, indent string, depth int) error {
	line.Depth = depth
	if err := t.show(line, branch); err != nil {
		return err
	}
	children := t.children[line.ID]
	if t.deepest > 0 && depth == t.deepest {
		t.cut = t.cut || len(children) > 0
		return nil
	}
	for i, child := range children {
		branch, under := "├── ", "│   "
		if i == len(children)-1 {
			branch, under = "└── ", "    "
		}
		if err := t.draw(child, indent+branch, indent+under, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// treeLine is one customer of a tree, for programs.
type treeLine struct {
	Depth      int              `json:"depth"`
	ID         string           `json:"id"`
	ParentID   string           `json:"parentId,omitempty"`
	Name       string           `json:"name"`
	PlanKey    string           `json:"planKey"`
	Status     customers.Status `json:"status"`
	PlanStatus string           `json:"planStatus"`
}

func lineOf(c view.View) treeLine {
	return treeLine{ID: c.ID, ParentID: c.ParentID, Name: c.Name, PlanKey: c.PlanKey, Status: c.Status, PlanStatus: planState(c)}
}

func (t *tree) show(c treeLine, branch string) error {
	if t.Flags.JSON {
		if c.Depth == 0 {
			c.ParentID = "" // the top stands below nothing that is shown
		}
		return t.PrintJSON(c)
	}
	parts := []string{
		t.Printer.Sprint(term.Bold, term.Clean(c.Name)), t.Printer.Sprint(term.Faint, c.ID), term.Clean(c.PlanKey),
		t.Printer.Sprint(colorOf(string(c.Status)), string(c.Status)),
	}
	if c.PlanStatus != "" && c.PlanStatus != string(c.Status) {
		parts = append(parts, t.Printer.Sprint(colorOf(c.PlanStatus), c.PlanStatus))
	}
	return t.Print("%s%s\n", t.Printer.Sprint(term.Faint, branch), strings.Join(parts, "  "))
}
