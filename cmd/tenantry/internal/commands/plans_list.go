package commands

import (
	"context"
	"net/http"
	"strings"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/lifecycle"
)

type plansListCommand struct {
	Customer string `help:"List the plans that this customer may hand out, instead of the operator's." placeholder:"ID"`
}

// Run lists plans.
func (c *plansListCommand) Run(ctx context.Context, p *cli.Program) error {
	return p.With(ctx, func(reached *cli.Client) error {
		var list struct {
			Results []lifecycle.PlanView `json:"results"`
		}
		answer, err := reached.Read(ctx, client.Request{Method: http.MethodGet, Path: "/v3/plans", As: c.Customer}, &list)
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			return p.PrintRaw(answer)
		}
		if len(list.Results) == 0 {
			return p.Print("No plans to hand out.\n")
		}
		table := term.Table{Heading: []string{"KEY", "NAME", "FEATURES", "REQUIRES"}}
		for _, plan := range list.Results {
			table.Add(term.Cell{Text: plan.Key}, term.Cell{Text: plan.Name}, term.Cell{Text: words(plan.Features)}, term.Cell{Text: words(plan.Requires)})
		}
		return table.Write(p.Stdout, p.Printer)
	})
}

func words[T ~string](list []T) string {
	texts := make([]string, len(list))
	for i, w := range list {
		texts[i] = string(w)
	}
	return strings.Join(texts, ", ")
}
