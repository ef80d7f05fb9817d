package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tenantry/plans"
)

// catalog is the list of plans. Only their shape is read here; package plans checks
// whether they fit together.
type catalog struct{ to *[]plans.Plan }

const plansWanted = "a list of plans, each with key, name, features, requires, requirements and available_to"

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
	if key == "requirements" {
		rules, err := readRules(item)
		p.Requirements = rules
		return err
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

func (v catalog) show() any {
	type shown struct {
		Key          string               `yaml:"key"          json:"key"`
		Name         string               `yaml:"name"         json:"name"`
		Features     []plans.Feature      `yaml:"features,flow"     json:"features"`
		Requires     []plans.Verification `yaml:"requires,flow"     json:"requires"`
		Requirements []shownRule          `yaml:"requirements,omitempty" json:"requirements,omitempty"`
		AvailableTo  []string             `yaml:"available_to,flow" json:"available_to"`
	}
	list := make([]shown, 0, len(*v.to))
	for _, p := range *v.to {
		list = append(list, shown{
			Key: p.Key, Name: p.Name,
			Features: orNone(p.Features), Requires: orNone(p.Requires), AvailableTo: orNone(p.AvailableTo),
			Requirements: showRules(p.Requirements),
		})
	}
	return list
}

func (v catalog) at() any { return v.to }

func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
