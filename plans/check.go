package plans

import (
	"errors"
	"fmt"
	"slices"
	"strings"
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
