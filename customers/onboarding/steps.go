package onboarding

import (
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/customers/links"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/plans"
)

// The steps of a link, one subject each, in the order in which they are best answered: what
// decides what else is asked comes first.
const (
	StepBusiness  = "business"
	StepTax       = "tax"
	StepPlace     = "place"
	StepPerson    = "person"
	StepHome      = "home"
	StepTrading   = "trading"
	StepSupport   = "support"
	StepContact   = "contact"
	StepReach     = "reach"
	StepOwners    = "owners"
	StepCorrect   = "correct"
	StepDocument  = "document"
	StepQuestions = "questions"
	StepBank      = "bank"
	StepDeposits  = "deposits"
)

// catalog lists, by step, the paths and, where the state decides what is asked, the codes
// of its requirements.
var catalog = []struct {
	step  string
	paths []string
	codes []string
}{
	{step: StepBusiness, paths: []string{"legalEntity.entityType", "legalEntity.businessName"}},
	{step: StepTax, paths: []string{"legalEntity.businessTaxId"}},
	{step: StepPlace, paths: []string{"legalEntity.businessAddress"}},
	{step: StepPerson, paths: []string{
		"legalEntity.personalContact.firstName", "legalEntity.personalContact.lastName", "legalEntity.personalContact.dateOfBirth",
		"legalEntity.personalContact.email", "legalEntity.personalContact.phone", "legalEntity.personalTaxId", "legalEntity.stakePercent",
	}},
	{step: StepHome, paths: []string{"legalEntity.personalAddress"}},
	{step: StepTrading, paths: []string{
		"merchant.businessName", "merchant.businessUrl", "merchant.productDescription", "merchant.merchantCategoryCode",
		"merchant.statementDescriptor", "legalEntity.businessSalesVolume", "legalEntity.yearsInBusiness",
	}},
	{step: StepSupport, paths: []string{"merchant.supportEmail", "merchant.supportPhone", "merchant.supportUrl"}},
	{step: StepContact, paths: []string{"contact.firstName", "contact.lastName", "contact.phone"}},
	{step: StepReach, paths: []string{"address"}},
	{step: StepOwners, paths: []string{"ownership"}},
	{step: StepCorrect, codes: []string{"identity.data.mismatch"}},
	{step: StepDocument, codes: []string{"identity.document.missing", "identity.document.rejected"}},
	{step: StepQuestions, codes: []string{"identity.questions.unanswered"}},
	{step: StepBank, codes: []string{"bank.missing", "bank.drops.failed", "bank.drops.unstarted"}},
	{step: StepDeposits, codes: []string{"bank.drops.unconfirmed"}},
}

// Step is one step of a link.
type Step struct {
	Key string
	// Done reports that nothing is left to do in it.
	Done bool
	// Asked are the requirements that it asks for, in the order of the page; none once it is
	// done.
	Asked []plans.Requirement
}

// Asks reports whether the step asks for a path.
func (s Step) Asks(path string) bool {
	return slices.ContainsFunc(s.Asked, func(r plans.Requirement) bool { return r.Path == path })
}

// StepOf returns the step that asks for a requirement, and false for one that the customer
// can do nothing about by itself.
func StepOf(r plans.Requirement) (step string, found bool) {
	for _, entry := range catalog {
		if slices.Contains(entry.codes, r.Code) || slices.Contains(entry.paths, r.Path) {
			return entry.step, true
		}
	}
	return "", false
}

// asks reports whether a link asks for a requirement in its state.
func asks(collect links.Collect, r plans.Requirement) bool {
	switch r.State {
	case plans.Due, plans.PastDue, plans.Failed:
		return true
	case plans.Eventually:
		return collect == links.Eventually
	default:
		return false
	}
}

// Plan returns the steps of a customer with that status, and the requirements that wait for
// somebody else. seen are steps that were shown before: they stay in sight once they are
// done, if keep says so.
func Plan(status plans.Status, collect links.Collect, seen []string, keep func(step string) bool) (steps []Step, waiting []plans.Requirement) {
	asked := map[string][]plans.Requirement{}
	for _, r := range status.Requirements {
		step, found := StepOf(r)
		switch {
		case found && asks(collect, r):
			asked[step] = append(asked[step], r)
		case !found && r.State != plans.Eventually, r.State == plans.Pending:
			waiting = append(waiting, r)
		}
	}
	for _, entry := range catalog {
		list := asked[entry.step]
		switch {
		case len(list) > 0:
			slices.SortStableFunc(list, func(a, b plans.Requirement) int {
				return slices.Index(entry.paths, a.Path) - slices.Index(entry.paths, b.Path)
			})
			steps = append(steps, Step{Key: entry.step, Asked: list})
		case slices.Contains(seen, entry.step) && keep(entry.step):
			steps = append(steps, Step{Key: entry.step, Done: true})
		}
	}
	return steps, waiting
}

// plan returns the steps of a link of a customer, and what waits for somebody else.
func (s *Service) plan(c *customers.Customer, l *links.Link) ([]Step, []plans.Requirement) {
	return Plan(s.view.PlanStatus(c), l.Collect, l.Steps, func(step string) bool { return holds(c, step) })
}

// holds reports whether a customer has something of what a step asks for: a step that
// turned out not to be needed leaves the list.
func holds(c *customers.Customer, step string) bool {
	for _, entry := range catalog {
		if entry.step == step && len(entry.paths) > 0 {
			return slices.ContainsFunc(entry.paths, func(path string) bool { return view.Given(c, path) })
		}
	}
	return true
}

// seen returns the steps that a link showed, with those that it shows now.
func (s *Service) seen(c *customers.Customer, l *links.Link) []string {
	list := slices.Clone(l.Steps)
	steps, _ := s.plan(c, l)
	for _, step := range steps {
		if !slices.Contains(list, step.Key) {
			list = append(list, step.Key)
		}
	}
	return list
}

// Noted records that a step of a session was completed, if it was, and returns the session
// as it is now: what the step brought may ask for more.
func (s *Service) Noted(ctx context.Context, was Session, step string) (Session, error) {
	c, err := s.store.Get(ctx, was.customer.Ref())
	if err != nil {
		return Session{}, rows.StoreFault(err, "reading the customer of an onboarding link")
	}
	visit := was.Visit
	visit.customer = c
	if visit.link = linkOf(c, was.link.ID); visit.link == nil || visit.link.State(s.registry.Now()) != links.StateOpened {
		return Session{}, over()
	}
	now := s.session(visit, was.Caller.Address)
	at := slices.IndexFunc(now.Steps, func(one Step) bool { return one.Key == step })
	if at >= 0 && !now.Steps[at].Done {
		return now, nil // there is more of it
	}
	changed, err := s.change(ctx, visit, was.Caller.Address, EventStepCompleted, func(d *registry.Draft, link *links.Link) error {
		link.Steps = s.seen(d.Customer, link)
		d.Always = true
		about(d, link, step)
		return nil
	})
	if err != nil {
		return Session{}, err
	}
	visit.customer, visit.link = changed, linkOf(changed, was.link.ID)
	return s.session(visit, was.Caller.Address), nil
}

// Finish completes a link that has nothing left to ask for: it ends with its session. It
// returns Conflict while a step is open.
func (s *Service) Finish(ctx context.Context, session Session) error {
	_, err := s.change(ctx, session.Visit, session.Caller.Address, EventCompleted, func(d *registry.Draft, link *links.Link) error {
		if link.State(d.Now) != links.StateOpened {
			return over()
		}
		steps, _ := s.plan(d.Customer, link)
		if slices.ContainsFunc(steps, func(one Step) bool { return !one.Done }) {
			return fault.New(fault.Conflict, fault.CodeConflict, "some steps are not done yet; do them first")
		}
		link.Completed, link.Session = new(d.Now), nil
		about(d, link, "")
		return nil
	})
	return err
}
