package openapi

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Schema is what people read of a schema.
type Schema struct {
	// Name is that of a schema of the document; empty for one that stands in place.
	Name string
	// Type is said in words, such as "string", "list of Owner" or "string or null".
	Type, Description string
	// Rules say what values must hold, and Values are all there are.
	Rules, Values []string
	// Members are those of an object, or of the items of a list.
	Members []Member
	// Choices are the schemas of which a value has one.
	Choices []Schema
	// Elsewhere says that the members stand with an earlier schema of that name.
	Elsewhere bool
}

// Member is a member of an object.
type Member struct {
	Name     string
	Required bool
	Schema
}

// schema reads a schema; shown are the names whose members stand there already.
func (d *Document) schema(node *yaml.Node, shown map[string]bool) Schema {
	said := text(node, "description")
	found, name := d.resolve(node)
	if found == nil {
		return Schema{}
	}
	kinds, null := types(found)
	s := Schema{Name: name, Description: said}
	if s.Description == "" {
		s.Description = text(found, "description")
	}
	var choices []*yaml.Node
	for _, one := range append(items(member(found, "oneOf")), items(member(found, "anyOf"))...) {
		if kind, _ := types(one); len(kind) == 0 && text(one, "type") == "null" {
			null = true
			continue
		}
		choices = append(choices, one)
	}
	if len(choices) == 1 {
		made := d.schema(choices[0], shown)
		if s.Description != "" {
			made.Description = s.Description
		}
		if null {
			made.Type += " or null"
		}
		return made
	}
	for _, choice := range choices {
		made := d.schema(choice, shown)
		kinds = append(kinds, made.Type)
		if len(made.Members) > 0 || made.Elsewhere || made.Name != "" {
			s.Choices = append(s.Choices, made)
		} else {
			s.Rules = append(s.Rules, made.Rules...)
		}
	}
	s.Rules = append(s.Rules, rules(found)...)
	for _, value := range items(member(found, "enum")) {
		if value.Tag != "!!null" {
			s.Values = append(s.Values, value.Value)
		}
	}
	if value := member(found, "const"); value != nil {
		s.Values = append(s.Values, value.Value)
	}
	switch {
	case name != "" && shown[name] && d.hasMembers(found):
		s.Elsewhere = true
	default:
		if name != "" {
			shown[name] = true
		}
		s.Members = d.members(found, shown)
	}
	if list := member(found, "items"); list != nil {
		of := d.schema(list, shown)
		s.Members, s.Choices, s.Elsewhere = of.Members, of.Choices, of.Elsewhere
		if of.Elsewhere || s.Name == "" {
			s.Name = of.Name
		}
		s.Rules, s.Values = append(s.Rules, of.Rules...), append(s.Values, of.Values...)
		kinds = []string{"list of " + of.Type}
	}
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	if s.Type = strings.Join(kinds, " or "); s.Type == "" && (len(s.Members) > 0 || s.Elsewhere) {
		s.Type = "object"
	}
	if null {
		s.Type += " or null"
	}
	return s
}

func (d *Document) hasMembers(node *yaml.Node) bool {
	for _, name := range []string{"properties", "allOf", "oneOf"} {
		if member(node, name) != nil {
			return true
		}
	}
	return false
}

// members returns the members of an object with those of the parts that it is made of.
func (d *Document) members(node *yaml.Node, shown map[string]bool) []Member {
	var list []Member
	required := map[string]bool{}
	var collect func(node *yaml.Node, depth int)
	collect = func(node *yaml.Node, depth int) {
		node, _ = d.resolve(node)
		for _, name := range items(member(node, "required")) {
			required[name.Value] = true
		}
		if depth < 5 {
			for _, part := range items(member(node, "allOf")) {
				collect(part, depth+1)
			}
		}
		for name, of := range members(member(node, "properties")) {
			made := Member{Name: name, Schema: d.schema(of, shown)}
			if at := slices.IndexFunc(list, func(m Member) bool { return m.Name == name }); at >= 0 {
				list[at] = made
			} else {
				list = append(list, made)
			}
		}
	}
	collect(node, 0)
	for i := range list {
		list[i].Required = required[list[i].Name]
	}
	return list
}

// types returns the types of a schema without null, and whether null is among them.
func types(node *yaml.Node) (kinds []string, null bool) {
	of := member(node, "type")
	if of == nil {
		return nil, false
	}
	list := []*yaml.Node{of}
	if of.Kind == yaml.SequenceNode {
		list = of.Content
	}
	for _, one := range list {
		if one.Value == "null" {
			null = true
		} else {
			kinds = append(kinds, one.Value)
		}
	}
	return kinds, null
}

// rules says in words what a value must hold.
func rules(node *yaml.Node) []string {
	var said []string
	for _, rule := range []struct{ name, says string }{
		{"minLength", "at least # characters"}, {"maxLength", "at most # characters"},
		{"minimum", "at least #"}, {"exclusiveMinimum", "above #"}, {"maximum", "at most #"},
		{"minItems", "at least # items"}, {"maxItems", "at most # items"}, {"maxProperties", "at most # members"},
		{"pattern", "matches #"}, {"format", "#"}, {"default", "# by default"},
	} {
		value := member(node, rule.name)
		if value == nil || value.Kind != yaml.ScalarNode || rule.name == "minLength" && value.Value == "1" {
			continue
		}
		said = append(said, strings.Replace(rule.says, "#", value.Value, 1))
	}
	return said
}
