package commands

import (
	"strings"
	"time"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/view"
)

// showCustomer shows what people ask for first; --json shows everything.
func showCustomer(p *cli.Program, c view.View) error {
	var r term.Record
	r.Add("id", c.ID, term.Plain)
	r.Add("name", c.Name, term.Bold)
	r.Add("e-mail", c.Email, term.Plain)
	r.Add("parent", c.ParentID, term.Plain)
	r.Add("plan", c.PlanName+" ("+c.PlanKey+")", term.Plain)
	r.Add("status", string(c.Status), colorOf(string(c.Status)))
	r.Add("plan status", planState(c), colorOf(planState(c)))
	if c.Identity != nil {
		r.Add("identity", string(c.Identity.Status), colorOf(string(c.Identity.Status)))
	}
	r.Add("merchant key", c.MerchantKey, term.Plain)
	r.Add("external id", c.ExternalID, term.Plain)
	if c.DefaultBank != nil {
		r.Add("default bank", c.DefaultBank.BankName+" …"+c.DefaultBank.Last4, term.Plain)
	}
	r.Add("created", moment(&c.Created), term.Plain)
	r.Add("last updated", moment(&c.LastUpdated), term.Plain)
	if err := r.Write(p.Stdout, p.Printer); err != nil {
		return err
	}
	return showNeeds(p, c)
}

// showNeeds lists what the plan still requires.
func showNeeds(p *cli.Program, c view.View) error {
	if c.PlanStatus == nil || len(c.PlanStatus.Requirements) == 0 {
		return nil
	}
	if err := p.Print("\n%s\n", p.Printer.Sprint(term.Bold, "Still needed")); err != nil {
		return err
	}
	var r term.Record
	for _, missing := range c.PlanStatus.Requirements {
		r.Add("  "+missing.Path, strings.TrimSpace(missing.Remedy), term.Plain)
	}
	return r.Write(p.Stdout, p.Printer)
}

// showCreated shows a new customer and its keys, which are never shown again.
func showCreated(p *cli.Program, c view.View) error {
	if err := showCustomer(p, c); err != nil || c.Keys == nil {
		return err
	}
	if err := p.Print("\n%s\n", p.Printer.Sprint(term.Bold, "Its keys, shown only once")); err != nil {
		return err
	}
	return showPair(p, *c.Keys)
}

// showPair shows a pair of keys.
func showPair(p *cli.Program, pair view.KeysView) error {
	var r term.Record
	r.Add("  secret key", pair.Secret, term.Fair)
	r.Add("  publishable key", pair.Publishable, term.Plain)
	return r.Write(p.Stdout, p.Printer)
}

func planState(c view.View) string {
	if c.PlanStatus == nil {
		return ""
	}
	return c.PlanStatus.Status
}

// colorOf returns the color of a word of the API.
func colorOf(word string) term.Color {
	switch word {
	case "active", "verified":
		return term.Good
	case "disabled", "locked", "rejected", "revoked":
		return term.Bad
	case "expired", "none":
		return term.Faint
	case "":
		return term.Plain
	default:
		return term.Fair
	}
}

// moment formats a time for people, empty if there is none.
func moment(s *view.Stamp) string {
	if s == nil {
		return ""
	}
	return time.Time(*s).UTC().Format("2006-01-02 15:04") + " UTC"
}
