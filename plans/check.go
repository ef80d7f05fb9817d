package plans

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	places "tenantry/internal/check"
)

// check returns all faults of a list of plans, joined; nil if it has none.
func check(list []Plan) error {
	c := checker{keys: make(map[string]int, len(list)), names: make(map[string]int, len(list))}
	// References may point forward, so all keys are gathered first.
	for i, p := range list {
		c.unique(i, p, "key", p.Key, c.keys)
		c.unique(i, p, "name", p.Name, c.names)
	}
	for i, p := range list {
		c.features(i, p)
		c.verifications(i, p)
		c.availability(i, p)
		c.requirements(i, p)
		c.quotas(i, p)
	}
	if _, found := c.keys[operatorKey]; !found {
		c.found = append(c.found, fmt.Errorf("plans: no plan has the key %q, which the root customer holds", operatorKey))
	}
	return errors.Join(c.found...)
}

type checker struct {
	keys, names map[string]int
	found       []error
}

func (c *checker) add(i int, p Plan, format string, args ...any) {
	c.found = append(c.found, fmt.Errorf("plans.%d (%q): %s", i, p.Key, fmt.Sprintf(format, args...)))
}

func (c *checker) unique(i int, p Plan, what, value string, seen map[string]int) {
	if strings.TrimSpace(value) == "" {
		c.add(i, p, "the %s is empty", what)
		return
	}
	if first, found := seen[value]; found {
		c.add(i, p, "the %s %q is already that of plans.%d", what, value, first)
		return
	}
	seen[value] = i
}

func (c *checker) features(i int, p Plan) {
	for _, f := range p.Features {
		if !slices.Contains(allFeatures, f) {
			c.add(i, p, "there is no feature %q; there are %v", f, allFeatures)
		}
	}
}

func (c *checker) verifications(i int, p Plan) {
	for _, v := range p.Requires {
		if !slices.Contains(allVerifications, v) {
			c.add(i, p, "there is no verification %q; there are %v", v, allVerifications)
		}
	}
	if slices.Contains(p.Requires, Standard) && slices.Contains(p.Requires, Professional) {
		c.add(i, p, "requires both %q and %q; %q includes the other, so name it alone",
			Standard, Professional, Professional)
	}
}

func (c *checker) availability(i int, p Plan) {
	for _, holder := range p.AvailableTo {
		if _, found := c.keys[holder]; !found {
			c.add(i, p, "available_to names %q, which is not the key of any plan", holder)
		}
	}
	if p.Key == operatorKey && len(p.AvailableTo) > 0 {
		c.add(i, p, "available_to must be empty: the root customer alone holds this plan")
	}
}

// requirements checks the rules of a plan.
func (c *checker) requirements(i int, p Plan) {
	for at, r := range p.Requirements {
		add := func(format string, args ...any) {
			c.add(i, p, "requirements.%d (%q): %s", at, r.Path, fmt.Sprintf(format, args...))
		}
		c.rulePath(p, r, add)
		ruleTimes(r, add)
		for _, f := range r.Features {
			if !p.Has(f) {
				add("the plan has no feature %q to hold back", f)
			}
		}
		for _, entity := range r.When.EntityTypes {
			if !slices.Contains(entityTypes, entity) {
				add("there is no entity type %q; there are %v", entity, entityTypes)
			}
		}
		for _, country := range r.When.Countries {
			if alpha3, known := places.Country(country); !known || alpha3 != country {
				add("there is no country %q; write ISO 3166-1 alpha-3 codes such as USA", country)
			}
		}
		for _, earlier := range p.Requirements[:at] {
			if earlier.Path == r.Path && len(earlier.When.EntityTypes) == 0 && len(earlier.When.Countries) == 0 {
				add("never applies, because an earlier rule for this path applies always; write the one without when last")
			}
		}
	}
}

// rulePath checks what a rule asks for, and the code it asks with.
func (c *checker) rulePath(p Plan, r Rule, add func(string, ...any)) {
	_, field := fieldAt(r.Path)
	switch {
	case r.Path == IdentityPath:
		if _, underwrites := p.Underwriting(); !underwrites {
			add("the plan requires neither %q nor %q, so there is no review to ask for", Standard, Professional)
		}
	case r.Path != bankPath && !field:
		add("there is no path %q to ask for; there are %v", r.Path, rulePaths())
	}
	switch {
	case r.Code == "":
	case r.Path == IdentityPath || r.Path == bankPath:
		add("takes no code: those of identity and bank follow from their state")
	case !codeForm.MatchString(r.Code):
		add("the code %q must be 1 to 64 letters, digits and dots, and begin with a letter", r.Code)
	}
	if len(r.Alternatives) > 0 && !field {
		add("takes no alternatives: only fields have some")
	}
	for _, path := range r.Alternatives {
		if _, known := fieldAt(path); !known || path == r.Path {
			add("the alternative %q is not another field; there are %v", path, rulePaths())
		}
	}
}

// ruleTimes checks when a rule asks.
func ruleTimes(r Rule, add func(string, ...any)) {
	if r.Within < 0 || r.Within > maxWithin {
		add("within must be from 1 second to 3650 days")
	}
	a := r.After
	set := 0
	for _, given := range []bool{a.Days != 0, a.Threshold.Volume != 0, a.Threshold.Payments != 0} {
		if given {
			set++
		}
	}
	switch {
	case set > 1:
		add("after takes one of days, volume and payments")
	case a.Days < 0 || a.Days > int(maxWithin/day):
		add("after.days must be from 1 to 3650")
	case a.Threshold.Volume < 0 || a.Threshold.Payments < 0:
		add("a threshold must be above zero")
	case a.Threshold.Volume > 0 && !slices.Contains(currencies, a.Threshold.Currency):
		add("after.volume needs a currency, one of %v", currencies)
	case a.Threshold.Volume == 0 && a.Threshold.Currency != "":
		add("after.currency belongs to after.volume")
	}
}

var (
	entityTypes = []string{"ISP", "LLC", "CORP"}
	currencies  = []string{"USD", "CAD"}
	codeForm    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.]{0,63}$`)
)

// rulePaths returns the paths that a rule may name.
func rulePaths() []string {
	paths := []string{IdentityPath, bankPath}
	for _, list := range [][]field{professionalUndecided, furtherFields} {
		for _, f := range list {
			paths = append(paths, f.path)
		}
	}
	return paths
}
func (c *checker) quotas(i int, p Plan) {
	for _, name := range AllQuotas() {
		switch limit := p.Quotas.Of(name); {
		case limit < 0:
			c.add(i, p, "the quota %s is %d; write 1 or more, or leave it out for no limit", name, limit)
		case limit > 0 && p.Key == operatorKey:
			c.add(i, p, "the quota %s must be left out: nothing bounds the root customer", name)
		}
	}
}
