package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Seed is what a sandbox begins with. Make it with Parse.
type Seed struct {
	time      time.Time
	platforms []*node
}

// node is a customer of a seed.
type node struct {
	kind string // platform, merchant, payer, customer
	name string
	path string
	line int
	// api is the API that makes it: native, balanced, dwolla or straddle.
	api  string
	body *yaml.Node
	// The parts of it, in their order.
	users, banks, keys, webhooks []part
	below                        []*node
}

// part is something that belongs to a customer.
type part struct {
	name, path string
	line       int
	body       *yaml.Node
}

// began is when what a seed holds was made, unless it says otherwise.
var began = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// sections are the kinds of customers below another by the names of their sections.
var sections = map[string]string{"platforms": "platform", "merchants": "merchant", "payers": "payer", "customers": "customer"}

// Parse reads a seed in YAML. Its error names the line and the path of what is wrong.
func Parse(text []byte) (*Seed, error) {
	s := &Seed{time: began}
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return s, nil
	} else if err != nil {
		return nil, fmt.Errorf("the seed is no YAML: %w", err)
	}
	root := document.Content[0]
	p := &parser{names: map[string]int{"operator": 0}}
	err := each(root, "", func(key, value *yaml.Node, path string) error {
		switch key.Value {
		case "time":
			at, err := time.Parse(time.RFC3339, value.Value)
			if err != nil {
				return faultAt(value, path, "must be a time such as 2026-01-01T00:00:00Z")
			}
			s.time = at.UTC()
			return nil
		case "platforms":
			var err error
			s.platforms, err = p.nodes(value, "platforms", path)
			return err
		default:
			return faultAt(key, path, "is not a member of a seed; there are time and platforms")
		}
	})
	return s, err
}

// faultAt returns what is wrong at a place of a seed.
func faultAt(at *yaml.Node, path, text string) error {
	return fmt.Errorf("line %d: %s %s", at.Line, path, text)
}

// each goes through the members of a mapping.
func each(of *yaml.Node, path string, do func(key, value *yaml.Node, path string) error) error {
	if of.Kind != yaml.MappingNode {
		name := path
		if name == "" {
			name = "the seed"
		}
		return faultAt(of, name, "must be a mapping of names to values")
	}
	seen := map[string]bool{}
	for i := 0; i < len(of.Content); i += 2 {
		key, value := of.Content[i], of.Content[i+1]
		at := strings.TrimPrefix(path+"."+key.Value, ".")
		if seen[key.Value] {
			return faultAt(key, at, "is there twice")
		}
		seen[key.Value] = true
		for value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		if err := do(key, value, at); err != nil {
			return err
		}
	}
	return nil
}

// parser reads the customers of a seed; names are those so far, with their lines.
type parser struct{ names map[string]int }

func (p *parser) nodes(of *yaml.Node, section, path string) (list []*node, err error) {
	err = each(of, path, func(key, value *yaml.Node, path string) error {
		if line, taken := p.names[key.Value]; taken {
			return faultAt(key, path, fmt.Sprintf("has a name that is taken (line %d); names are unique in a seed", line))
		}
		if strings.Contains(key.Value, "/") {
			return faultAt(key, path, "has a slash in its name")
		}
		p.names[key.Value] = key.Line
		n := &node{kind: sections[section], name: key.Value, path: path, line: key.Line, api: "native", body: &yaml.Node{Kind: yaml.MappingNode, Line: value.Line}}
		list = append(list, n)
		return each(value, path, func(key, value *yaml.Node, path string) (err error) {
			parts := map[string]*[]part{"users": &n.users, "banks": &n.banks, "keys": &n.keys, "webhooks": &n.webhooks}
			switch {
			case parts[key.Value] != nil:
				*parts[key.Value], err = partsOf(value, path)
			case sections[key.Value] != "":
				var below []*node
				below, err = p.nodes(value, key.Value, path)
				n.below = append(n.below, below...)
			case key.Value == "api" && section == "customers":
				n.api = value.Value
				if originsOf[n.api] == nil {
					err = faultAt(value, path, "must be native, balanced, dwolla or straddle")
				}
			default:
				n.body.Content = append(n.body.Content, key, value)
			}
			return err
		})
	})
	return list, err
}

func partsOf(of *yaml.Node, path string) (list []part, err error) {
	err = each(of, path, func(key, value *yaml.Node, path string) error {
		list = append(list, part{name: key.Value, path: path, line: key.Line, body: value})
		return nil
	})
	return list, err
}

// lineOf returns the line of a member of a body by its path, else that of the body.
func lineOf(body *yaml.Node, path string) int {
	line := body.Line
	for _, name := range strings.Split(path, ".") {
		found := false
		for i := 0; body.Kind == yaml.MappingNode && i < len(body.Content); i += 2 {
			if body.Content[i].Value == name {
				line, body, found = body.Content[i].Line, body.Content[i+1], true
				break
			}
		}
		if !found {
			return line
		}
	}
	return line
}
