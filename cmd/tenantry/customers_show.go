package main

import (
	"strings"
	"time"

	"tenantry/cmd/tenantry/internal/paper"
	"tenantry/customers"
)

// showCustomer shows what people ask for first; --json shows everything.
func (p *program) showCustomer(c customers.View) error {
	var r paper.Record
	r.Add("id", c.ID, paper.Plain)
	r.Add("name", c.Name, paper.Bold)
	r.Add("e-mail", c.Email, paper.Plain)
	r.Add("parent", c.ParentID, paper.Plain)
	r.Add("plan", c.PlanName+" ("+c.PlanKey+")", paper.Plain)
	r.Add("status", string(c.Status), inkOf(string(c.Status)))
	r.Add("plan status", planState(c), inkOf(planState(c)))
	if c.Identity != nil {
		r.Add("identity", string(c.Identity.Status), inkOf(string(c.Identity.Status)))
	}
	r.Add("merchant key", c.MerchantKey, paper.Plain)
	r.Add("external id", c.ExternalID, paper.Plain)
	if c.DefaultBank != nil {
		r.Add("default bank", c.DefaultBank.BankName+" …"+c.DefaultBank.Last4, paper.Plain)
	}
	r.Add("created", moment(&c.Created), paper.Plain)
	r.Add("last updated", moment(&c.LastUpdated), paper.Plain)
	if err := r.Write(p.stdout, p.pen); err != nil {
		return err
	}
	return p.showNeeds(c)
}

// showNeeds lists what the plan still asks for.
func (p *program) showNeeds(c customers.View) error {
	if c.PlanStatus == nil || len(c.PlanStatus.Requirements) == 0 {
		return nil
	}
	if err := p.print("\n%s\n", p.pen.Write(paper.Bold, "Still needed")); err != nil {
		return err
	}
	var r paper.Record
	for _, missing := range c.PlanStatus.Requirements {
		r.Add("  "+missing.Path, strings.TrimSpace(missing.Remedy), paper.Plain)
	}
	return r.Write(p.stdout, p.pen)
}

// showCreated shows a new customer and its keys, this once.
func (p *program) showCreated(c customers.View) error {
	if err := p.showCustomer(c); err != nil || c.Keys == nil {
		return err
	}
	if err := p.print("\n%s\n", p.pen.Write(paper.Bold, "Its keys, shown this once")); err != nil {
		return err
	}
	return p.showPair(*c.Keys)
}

// showPair shows a pair of keys.
func (p *program) showPair(pair customers.KeysView) error {
	var r paper.Record
	r.Add("  secret key", pair.Secret, paper.Fair)
	r.Add("  publishable key", pair.Publishable, paper.Plain)
	return r.Write(p.stdout, p.pen)
}

func planState(c customers.View) string {
	if c.PlanStatus == nil {
		return ""
	}
	return c.PlanStatus.Status
}

// inkOf colors the words of the API.
func inkOf(word string) paper.Ink {
	switch word {
	case "active", "verified":
		return paper.Good
	case "disabled", "locked", "rejected", "revoked":
		return paper.Bad
	case "expired", "none":
		return paper.Faint
	case "":
		return paper.Plain
	default:
		return paper.Fair
	}
}

// moment writes a time for people, empty when there is none.
func moment(s *customers.Stamp) string {
	if s == nil {
		return ""
	}
	return time.Time(*s).UTC().Format("2006-01-02 15:04") + " UTC"
}
