package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"tenantry/plans"
)

// catalog is the list of plans. Only their shape is read here; package plans checks
// whether they fit together.
type catalog struct{ to *[]plans.Plan }

const plansWanted = "a list of plans, each with key, name, features, requires, available_to and perhaps requirements and quotas"

func (v catalog) read(g given) *Fault {
	if !g.typed() {
		return wrong("cannot be given here", "write the plans in the configuration file")
	}
	if g.isEmpty() {
		return wrong("has no value", "write "+plansWanted+", or [] for the built-in ones")
	}
	if g.node.Kind != yaml.SequenceNode {
		return wrong("is "+kindOf(g.node), "write "+plansWanted)
	}
	var list []plans.Plan
	var problems []string
	for i, item := range g.node.Content {
		p, err := readPlan(item)
		if err != nil {
			problems = append(problems, fmt.Sprintf("plan %d (line %d): %s", i, item.Line, strings.ReplaceAll(err.Error(), "\n", ", ")))
		}
		list = append(list, p)
	}
	if len(problems) > 0 {
		return wrong("cannot be read: "+strings.Join(problems, "; "), "write "+plansWanted)
	}
	*v.to = list
	return nil
}

// readPlan reads one plan and returns everything that is wrong with its shape.
func readPlan(n *yaml.Node) (plans.Plan, error) {
	var p plans.Plan
	err := eachMember(n, func(key string, item *yaml.Node) error { return readPlanMember(&p, key, item) })
	return p, err
}

func readPlanMember(p *plans.Plan, key string, item *yaml.Node) error {
	if key == "key" || key == "name" {
		if item.Kind != yaml.ScalarNode || item.ShortTag() != "!!str" {
			return errors.New(key + " is not text")
		}
		if key == "key" {
			p.Key = item.Value
		} else {
			p.Name = item.Value
		}
		return nil
	}
	switch key {
	case "requirements":
		rules, err := readRules(item)
		p.Requirements = rules
		return err
	case "quotas":
		return readQuotas(&p.Quotas, item)
	}
	words, fault := listOf(given{node: item}, "a list")
	if fault != nil && slices.Contains([]string{"features", "requires", "available_to"}, key) {
		return errors.New(key + " is not a list of words")
	}
	switch key {
	case "features":
		for _, w := range words {
			p.Features = append(p.Features, plans.Feature(w))
		}
	case "requires":
		for _, w := range words {
			p.Requires = append(p.Requires, plans.Verification(w))
		}
	case "available_to":
		p.AvailableTo = words
	default:
		return fmt.Errorf("there is no %q in a plan", key)
	}
	return nil
}

// readQuotas reads the quotas of a plan and returns everything that is wrong with them.
func readQuotas(to *plans.Quotas, n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return errors.New("quotas is " + kindOf(n) + ", not a list of names with their limits")
	}
	var wrongs []error
	var seen []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, item := n.Content[i].Value, n.Content[i+1]
		limit, err := strconv.ParseInt(item.Value, 10, 64)
		switch {
		case slices.Contains(seen, name):
			wrongs = append(wrongs, errors.New("the quota "+name+" is given twice"))
		case item.Kind != yaml.ScalarNode || item.ShortTag() != "!!int" || err != nil || limit < 1:
			wrongs = append(wrongs, errors.New("the quota "+name+" is not a whole number of 1 or more; leave it out for no limit"))
		case !slices.Contains(quotaKeys(), name):
			wrongs = append(wrongs, fmt.Errorf("there is no quota %q; there are %s", name, strings.Join(quotaKeys(), ", ")))
		default:
			to.Set(quotaOf(name), limit)
		}
		seen = append(seen, name)
	}
	return errors.Join(wrongs...)
}

func (v catalog) show() any {
	type shown struct {
		Key          string               `yaml:"key"          json:"key"`
		Name         string               `yaml:"name"         json:"name"`
		Features     []plans.Feature      `yaml:"features,flow"     json:"features"`
		Requires     []plans.Verification `yaml:"requires,flow"     json:"requires"`
		Requirements []shownRule          `yaml:"requirements,omitempty" json:"requirements,omitempty"`
		AvailableTo  []string             `yaml:"available_to,flow" json:"available_to"`
		Quotas       map[string]int64     `yaml:"quotas,flow,omitempty" json:"quotas,omitempty"`
	}
	list := make([]shown, 0, len(*v.to))
	for _, p := range *v.to {
		list = append(list, shown{
			Key: p.Key, Name: p.Name,
			Features: orNone(p.Features), Requires: orNone(p.Requires), AvailableTo: orNone(p.AvailableTo),
			Requirements: showRules(p.Requirements),
			Quotas:       shownQuotas(p.Quotas),
		})
	}
	return list
}

// shownQuotas returns the quotas of a plan as the file has them.
func shownQuotas(q plans.Quotas) map[string]int64 {
	list := map[string]int64{}
	for _, key := range quotaKeys() {
		if limit := q.Of(quotaOf(key)); limit > 0 {
			list[key] = limit
		}
	}
	return list
}

// quotaKeys returns the names of the quotas as the file has them.
func quotaKeys() []string { return []string{"customers", "keys", "webhooks", "document_bytes"} }

func quotaOf(key string) plans.Quota {
	if key == "document_bytes" {
		return plans.DocumentBytes
	}
	return plans.Quota(key)
}

func (v catalog) at() any { return v.to }

func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
