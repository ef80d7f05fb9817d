package plans

import (
	"crypto/sha256"
	"fmt"
	"slices"
)

// Asked is something that a plan asks of anyone of a country and an entity type.
type Asked struct {
	Code   string `json:"code"`
	Path   string `json:"path"`
	Reason string `json:"reason"`
	Remedy string `json:"remedy"`
	// Features are those of the plan that it holds back, or will.
	Features     []Feature `json:"features"`
	Alternatives []string  `json:"alternatives,omitempty"`
	// After says from when it is asked for; nil is from the creation of the customer on.
	After *AskedAfter `json:"after,omitempty"`
	// WithinDays is how many days it may be due before its features end; zero is none.
	WithinDays float64 `json:"withinDays,omitempty"`
}

// AskedAfter says from when something is asked for.
type AskedAfter struct {
	Days     int    `json:"days,omitempty"`
	Volume   string `json:"volume,omitempty"`
	Currency string `json:"currency,omitempty"`
	Payments int64  `json:"payments,omitempty"`
}

// AskedOfAnyone returns what a plan asks of a customer of whom nothing but country and
// entity type is known; both may be empty, and then what either could be asked is listed.
func AskedOfAnyone(p Plan, country, entityType string) []Asked {
	f := Facts{
		CustomerStatus: "active", Country: country, EntityType: entityType,
		Given: func(path string) bool { return path == entityTypePath && entityType != "" },
	}
	list := []Asked{}
	for _, r := range Evaluate(p, f).Requirements {
		asked := Asked{Code: r.Code, Path: r.Path, Reason: r.Reason, Remedy: r.Remedy, Features: slices.Clone(r.Features), Alternatives: r.Alternatives}
		if rule, _ := p.ruleFor(r.Path, &f); rule != nil {
			asked.After, asked.WithinDays = rule.After.asked(), float64(rule.Within)/float64(day)
		}
		list = append(list, asked)
	}
	return list
}

func (a After) asked() *AskedAfter {
	if a == (After{}) {
		return nil
	}
	asked := &AskedAfter{Days: a.Days, Currency: a.Threshold.Currency, Payments: a.Threshold.Payments}
	if volume := a.Threshold.Volume; volume > 0 {
		asked.Volume = fmt.Sprintf("%d.%02d", volume/100, volume%100)
	}
	return asked
}

// Thresholds returns every threshold that a plan of the catalog waits for, each once.
func (c *Catalog) Thresholds() []Threshold {
	var all []Threshold
	for _, p := range c.plans {
		for _, r := range p.Requirements {
			if t := r.After.Threshold; t != (Threshold{}) && !slices.Contains(all, t) {
				all = append(all, t)
			}
		}
	}
	return all
}

// Timed reports whether planStatus of some plan changes with time alone.
func (c *Catalog) Timed() bool {
	return slices.ContainsFunc(c.plans, func(p Plan) bool {
		return slices.ContainsFunc(p.Requirements, func(r Rule) bool { return r.Within > 0 || r.After.Days > 0 })
	})
}

// maxWithin bounds how long something may be due, and how late it may be asked for.
const maxWithin = 3650 * day

// WithoutProse returns the status without the texts that people read, as events show it.
func (s Status) WithoutProse() Status {
	s.Requirements = slices.Clone(s.Requirements)
	for i := range s.Requirements {
		s.Requirements[i].Reason, s.Requirements[i].Remedy = "", ""
	}
	return s
}

// noted is what records keep of planStatus. It is a part of the digest, so that a build
// which keeps more looks at all records once.
const noted = "status, needed, next change, deadline of the review\n"

// Digest returns a short text that is equal for catalogs whose requirements are the same.
func (c *Catalog) Digest() []byte {
	h := sha256.New()
	h.Write([]byte(noted))
	for _, p := range c.plans {
		_, _ = fmt.Fprintf(h, "%q %q %q %+v\n", p.Key, p.Requires, p.Features, p.Requirements)
	}
	return h.Sum(nil)
}
