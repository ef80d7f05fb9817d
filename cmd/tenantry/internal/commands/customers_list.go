package commands

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/view"
)

// pageSize is the largest page that the API returns.
const pageSize = 100

type listCommand struct {
	Parent      string `help:"List the children of this customer instead of the operator's." placeholder:"ID"`
	Deep        bool   `help:"List all descendants, not only children."`
	Limit       int    `help:"List at most this many; 0 lists all." default:"50"`
	Order       string `help:"Order: created, lastUpdated or name, then ASC or DESC." placeholder:"ORDER"`
	Status      string `help:"Only with this status: created, active, disabled or locked." placeholder:"STATUS"`
	Plan        string `help:"Only with the plan of this key." placeholder:"KEY" api:"planKey"`
	MerchantKey string `help:"Only with this merchant key." placeholder:"KEY"`
	Email       string `help:"Only with this e-mail." placeholder:"EMAIL"`
	Name        string `help:"Only with this text in the name." placeholder:"TEXT"`

	cli.Watch
}

// Help explains the JSON form.
func (listCommand) Help() string {
	return `With --json each page of the API (at most 100 customers) is printed as received, one
object per line.

Examples:

    tenantry customers list
    tenantry customers list --deep --status locked --limit 0
    tenantry customers list --json | jq -r .results[].id`
}

// Run lists customers.
func (c *listCommand) Run(ctx context.Context, p *cli.Program) error {
	if c.Limit < 0 {
		return cli.Misused("--limit must not be negative", "give a number of customers, or 0 for all")
	}
	return p.With(ctx, func(reached *cli.Client) error {
		return p.Watched(ctx, c.Watch, func() error {
			var all []view.View
			var last listPage
			err := pages(ctx, reached, c.Parent, c.query(), c.Limit, func(page listPage, answer []byte) error {
				last = page
				if p.Flags.JSON {
					return p.PrintRaw(answer)
				}
				all = append(all, page.Results...)
				return nil
			})
			if err != nil || p.Flags.JSON {
				return err
			}
			return showList(p, all, last, c.Deep)
		})
	})
}

func (c *listCommand) query() url.Values {
	query := url.Values{}
	for name, value := range map[string]string{
		"order": c.Order, "status": c.Status, "planKey": c.Plan, "merchantKey": c.MerchantKey, "email": c.Email, "name": c.Name,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if c.Deep {
		query.Set("deep", "true")
	}
	return query
}

// listPage is one page of a list.
type listPage struct {
	Results  []view.View `json:"results"`
	Count    int         `json:"count"`
	AtLeast  bool        `json:"countIsLowerBound"`
	Settings struct {
		NextCursor string `json:"nextCursor"`
	} `json:"settings"`
}

// pages reads a list page by page, at most limit rows (0 is all).
func pages(
	ctx context.Context, c *cli.Client, subject string, query url.Values, limit int, each func(page listPage, answer []byte) error,
) error {
	for seen := 0; ; {
		size := pageSize
		if limit > 0 {
			size = min(size, limit-seen)
		}
		query.Set("limit", strconv.Itoa(size))
		var page listPage
		answer, err := c.Read(ctx, client.Request{Method: http.MethodGet, Path: "/v3/customers", As: subject, Query: query}, &page)
		if err != nil {
			return err
		}
		if err := each(page, answer); err != nil {
			return err
		}
		seen += len(page.Results)
		if page.Settings.NextCursor == "" || len(page.Results) == 0 || limit > 0 && seen >= limit {
			return nil
		}
		query.Set("cursor", page.Settings.NextCursor)
	}
}

func showList(p *cli.Program, all []view.View, last listPage, withParent bool) error {
	if len(all) == 0 {
		return p.Print("No customers.\n")
	}
	table := term.Table{Heading: []string{"ID", "NAME", "E-MAIL", "PLAN", "STATUS", "PLAN STATUS", "CREATED"}, Less: []string{"CREATED", "E-MAIL", "PLAN STATUS"}, Whole: []string{"PARENT"}}
	if withParent {
		table.Heading = append(table.Heading, "PARENT")
	}
	for _, c := range all {
		state := planState(c)
		row := []term.Cell{
			{Text: c.ID}, {Text: c.Name}, {Text: c.Email}, {Text: c.PlanKey},
			{Text: string(c.Status), Color: colorOf(string(c.Status))}, {Text: state, Color: colorOf(state)}, {Text: moment(&c.Created)},
		}
		if withParent {
			row = append(row, term.Cell{Text: c.ParentID})
		}
		table.Add(row...)
	}
	if err := table.Write(p.Stdout, p.Printer); err != nil {
		return err
	}
	if more := last.Settings.NextCursor != ""; more && last.AtLeast {
		return p.Print("%s of %s or more; --limit 0 shows all.\n", term.Count(len(all)), term.Count(max(last.Count, len(all)+1)))
	} else if last.Count > len(all) {
		return p.Print("%s of %s; --limit 0 shows all.\n", term.Count(len(all)), term.Count(last.Count))
	}
	return nil
}
