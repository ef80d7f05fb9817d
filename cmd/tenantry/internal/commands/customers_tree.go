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
	return `Reads and draws a page at a time, so trees of any size take little memory. With --json
it prints one object per line for each customer: depth, id, parentId, name, planKey,
status, planStatus.`
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
		t := &tree{Program: p, client: reached, deepest: c.Depth}
		if err := t.draw(top, "", "", 0); err != nil {
			return err
		}
		if err := t.below(ctx, id, "", 1); err != nil {
			return err
		}
		if t.cut && !p.Flags.JSON {
			return p.Print("There is more below; --depth %d shows another level.\n", c.Depth+1)
		}
		return nil
	})
}

// tree draws customers while it reads them.
type tree struct {
	*cli.Program
	client  *cli.Client
	deepest int
	// cut is true if there are customers below the deepest level drawn.
	cut bool
}

// below draws everything below a customer; indent stands before each of its lines.
func (t *tree) below(ctx context.Context, id, indent string, depth int) error {
	deep, err := t.count(ctx, id, true)
	if err != nil || deep == 0 {
		return err
	}
	if t.deepest > 0 && depth > t.deepest {
		t.cut = true
		return nil
	}
	direct, err := t.count(ctx, id, false)
	if err != nil {
		return err
	}
	// If all descendants are children none of these has any, so they need not be asked
	// one by one.
	flat := deep == direct
	// A row is drawn when the next one is known: the last one has another branch.
	var waiting *view.View
	draw := func(branch, under string) error {
		if waiting == nil {
			return nil
		}
		if err := t.draw(*waiting, indent+branch, waiting.ParentID, depth); err != nil || flat {
			return err
		}
		return t.below(ctx, waiting.ID, indent+under, depth+1)
	}
	query := url.Values{"order": {"created ASC"}}
	if _, err := pages(ctx, t.client, id, query, 0, func(page listPage, _ []byte) error {
		for _, c := range page.Results {
			if err := draw("├── ", "│   "); err != nil {
				return err
			}
			waiting = &c
		}
		return nil
	}); err != nil {
		return err
	}
	return draw("└── ", "    ")
}

// count returns how many children or descendants a customer has.
func (t *tree) count(ctx context.Context, id string, deep bool) (int, error) {
	query := url.Values{"limit": {"1"}}
	if deep {
		query.Set("deep", "true")
	}
	var page listPage
	_, err := t.client.Read(ctx, client.Request{Method: http.MethodGet, Path: "/v3/customers", As: id, Query: query}, &page)
	return page.Count, err
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

func (t *tree) draw(c view.View, branch, parent string, depth int) error {
	if t.Flags.JSON {
		return t.PrintJSON(treeLine{
			Depth: depth, ID: c.ID, ParentID: parent, Name: c.Name, PlanKey: c.PlanKey, Status: c.Status, PlanStatus: planState(c),
		})
	}
	parts := []string{
		t.Printer.Sprint(term.Bold, term.Clean(c.Name)), t.Printer.Sprint(term.Faint, c.ID), term.Clean(c.PlanKey),
		t.Printer.Sprint(colorOf(string(c.Status)), string(c.Status)),
	}
	if state := planState(c); state != "" && state != string(c.Status) {
		parts = append(parts, t.Printer.Sprint(colorOf(state), state))
	}
	return t.Print("%s%s\n", t.Printer.Sprint(term.Faint, branch), strings.Join(parts, "  "))
}
