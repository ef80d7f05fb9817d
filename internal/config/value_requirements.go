package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	rules "tenantry/internal/check"
	"tenantry/plans"
)

// readRules reads the requirements of a plan and returns everything that is wrong with
// their shape; package plans checks whether they make sense.
func readRules(n *yaml.Node) ([]plans.Rule, error) {
	if n.Kind != yaml.SequenceNode {
		return nil, errors.New("requirements is not a list")
	}
	var list []plans.Rule
	var wrongs []error
	for i, item := range n.Content {
		var r plans.Rule
		err := eachMember(item, func(key string, value *yaml.Node) error { return readRuleMember(&r, key, value) })
		if err != nil {
			wrongs = append(wrongs, fmt.Errorf("requirements.%d (line %d): %s", i, item.Line, strings.ReplaceAll(err.Error(), "\n", ", ")))
		}
		list = append(list, r)
	}
	return list, errors.Join(wrongs...)
}

func readRuleMember(r *plans.Rule, key string, value *yaml.Node) (err error) {
	switch key {
	case "path":
		r.Path, err = wordIn(key, value)
	case "code":
		r.Code, err = wordIn(key, value)
	case "alternatives":
		r.Alternatives, err = wordsIn(key, value)
	case "features":
		var words []string
		words, err = wordsIn(key, value)
		for _, w := range words {
			r.Features = append(r.Features, plans.Feature(w))
		}
	case "within":
		r.Within, err = spanIn(key, value)
	case "when":
		err = eachMember(value, func(key string, value *yaml.Node) (err error) {
			switch key {
			case "entityType":
				r.When.EntityTypes, err = wordsIn("when.entityType", value)
			case "country":
				r.When.Countries, err = wordsIn("when.country", value)
			default:
				err = fmt.Errorf("there is no %q in when; there are entityType and country", key)
			}
			return err
		})
	case "after":
		err = eachMember(value, func(key string, value *yaml.Node) error { return readAfterMember(&r.After, key, value) })
	default:
		err = fmt.Errorf("there is no %q in a requirement", key)
	}
	return err
}

func readAfterMember(a *plans.After, key string, value *yaml.Node) (err error) {
	switch key {
	case "days":
		days := int64(0)
		days, err = countIn("after.days", value)
		a.Days = int(days)
	case "payments":
		a.Threshold.Payments, err = countIn("after.payments", value)
	case "volume":
		cents, fits := rules.Hundredths(value.Value, 12)
		if value.Kind != yaml.ScalarNode || !fits || cents == 0 {
			return errors.New(`after.volume is not an amount above 0, such as "10000.00"`)
		}
		a.Threshold.Volume = cents
	case "currency":
		a.Threshold.Currency, err = wordIn("after.currency", value)
	default:
		err = fmt.Errorf("there is no %q in after; there are days, volume with currency, and payments", key)
	}
	return err
}

// eachMember hands over the members of a mapping, each name once.
func eachMember(n *yaml.Node, read func(key string, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return errors.New("it is " + kindOf(n) + ", not a mapping")
	}
	var wrongs []error
	var seen []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, n.Content[i+1]
		if slices.Contains(seen, key) {
			wrongs = append(wrongs, errors.New(key+" is given twice"))
			continue
		}
		seen = append(seen, key)
		if err := read(key, value); err != nil {
			wrongs = append(wrongs, err)
		}
	}
	return errors.Join(wrongs...)
}

func wordIn(key string, n *yaml.Node) (string, error) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
		return "", errors.New(key + " is not text")
	}
	return n.Value, nil
}

func wordsIn(key string, n *yaml.Node) ([]string, error) {
	words, fault := listOf(given{node: n}, "a list")
	if fault != nil {
		return nil, errors.New(key + " is not a list of words")
	}
	return words, nil
}

func countIn(key string, n *yaml.Node) (int64, error) {
	count, err := strconv.ParseInt(n.Value, 10, 64)
	if n.Kind != yaml.ScalarNode || err != nil || count < 1 {
		return 0, errors.New(key + " is not a whole number above 0")
	}
	return count, nil
}

// spanIn reads a time span, in which d stands for days.
func spanIn(key string, n *yaml.Node) (time.Duration, error) {
	const wanted = " is not a time span above 0, such as 14d or 36h"
	if n.Kind != yaml.ScalarNode {
		return 0, errors.New(key + wanted)
	}
	span, err := rules.Span(n.Value)
	if err != nil || span <= 0 {
		return 0, errors.New(key + wanted)
	}
	return span, nil
}

// shownRule is a requirement as the configuration is shown.
type shownRule struct {
	Path         string          `yaml:"path"                        json:"path"`
	Code         string          `yaml:"code,omitempty"              json:"code,omitempty"`
	When         map[string]any  `yaml:"when,omitempty,flow"         json:"when,omitempty"`
	After        map[string]any  `yaml:"after,omitempty,flow"        json:"after,omitempty"`
	Within       string          `yaml:"within,omitempty"            json:"within,omitempty"`
	Features     []plans.Feature `yaml:"features,omitempty,flow"     json:"features,omitempty"`
	Alternatives []string        `yaml:"alternatives,omitempty,flow" json:"alternatives,omitempty"`
}

func showRules(list []plans.Rule) (shown []shownRule) {
	for _, r := range list {
		s := shownRule{Path: r.Path, Code: r.Code, Features: r.Features, Alternatives: r.Alternatives}
		s.When = valued(map[string]any{"entityType": r.When.EntityTypes, "country": r.When.Countries})
		t := r.After.Threshold
		volume := ""
		if t.Volume > 0 {
			volume = fmt.Sprintf("%d.%02d", t.Volume/100, t.Volume%100)
		}
		s.After = valued(map[string]any{"days": r.After.Days, "volume": volume, "currency": t.Currency, "payments": t.Payments})
		switch {
		case r.Within > 0 && r.Within%(24*time.Hour) == 0:
			s.Within = fmt.Sprintf("%dd", r.Within/(24*time.Hour))
		case r.Within > 0:
			s.Within = r.Within.String()
		}
		shown = append(shown, s)
	}
	return shown
}

// valued returns the members that have a value, nil for none.
func valued(members map[string]any) map[string]any {
	for name, value := range members {
		switch v := value.(type) {
		case []string:
			if len(v) == 0 {
				delete(members, name)
			}
		case string:
			if v == "" {
				delete(members, name)
			}
		case int:
			if v == 0 {
				delete(members, name)
			}
		case int64:
			if v == 0 {
				delete(members, name)
			}
		}
	}
	if len(members) == 0 {
		return nil
	}
	return members
}
