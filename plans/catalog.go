package plans

import "slices"

// Catalog is the set of plans of an installation. It never changes once made,
// so it may be shared freely.
type Catalog struct {
	plans  []Plan
	byKey  map[string]int
	byName map[string]int
	// bounded has the quotas that some plan has.
	bounded map[Quota]bool
}

// NewCatalog checks the plans and keeps a copy of them. The error joins all faults, one
// line each, in words for the person who reads the configuration; plans are named by
// position (from 0) and key.
func NewCatalog(list []Plan) (*Catalog, error) {
	if err := check(list); err != nil {
		return nil, err
	}
	c := &Catalog{
		plans:  make([]Plan, 0, len(list)),
		byKey:  make(map[string]int, len(list)),
		byName: make(map[string]int, len(list)),

		bounded: map[Quota]bool{},
	}
	for i, p := range list {
		for _, name := range AllQuotas() {
			c.bounded[name] = c.bounded[name] || p.Quotas.Of(name) > 0
		}
		c.plans = append(c.plans, p.clone())
		c.byKey[p.Key], c.byName[p.Name] = i, i
	}
	return c, nil
}

// Get returns the plan with that key, compared byte for byte.
func (c *Catalog) Get(key string) (Plan, bool) { return c.at(c.byKey, key) }

// ByName returns the plan with that name, compared byte for byte.
func (c *Catalog) ByName(name string) (Plan, bool) { return c.at(c.byName, name) }

func (c *Catalog) at(index map[string]int, word string) (Plan, bool) {
	i, found := index[word]
	if !found {
		return Plan{}, false
	}
	return c.plans[i].clone(), true
}

// All returns every plan, in configuration order.
func (c *Catalog) All() []Plan { return c.filter(func(Plan) bool { return true }) }

// AvailableTo returns the plans that a holder of the plan with that key may hand out, in
// configuration order. It returns none for a key that names no plan.
func (c *Catalog) AvailableTo(holder string) []Plan {
	return c.filter(func(p Plan) bool { return slices.Contains(p.AvailableTo, holder) })
}

func (c *Catalog) filter(keep func(Plan) bool) []Plan {
	kept := make([]Plan, 0, len(c.plans))
	for _, p := range c.plans {
		if keep(p) {
			kept = append(kept, p.clone())
		}
	}
	return kept
}

// MayHandOut reports whether a holder of one plan may give the plan of the second key to
// a customer below it. Whether the holder may create customers at all is another
// question: see the CreateCustomers feature.
func (c *Catalog) MayHandOut(holder, key string) bool {
	i, found := c.byKey[key]
	return found && slices.Contains(c.plans[i].AvailableTo, holder)
}

// Bounds reports whether any plan has that quota.
func (c *Catalog) Bounds(name Quota) bool { return c.bounded[name] }

// Quota returns the limit of a quota in the plan with that key, 0 for none.
func (c *Catalog) Quota(key string, name Quota) int64 {
	i, found := c.byKey[key]
	if !found {
		return 0
	}
	return c.plans[i].Quotas.Of(name)
}
