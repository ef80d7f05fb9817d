package openapi

import (
	"iter"

	"go.yaml.in/yaml/v3"
)

// members returns the members of a mapping in their order; none of what is no mapping.
func members(node *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		if node == nil || node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !yield(node.Content[i].Value, node.Content[i+1]) {
				return
			}
		}
	}
}

// items returns the items of a sequence; none of what is no sequence.
func items(node *yaml.Node) []*yaml.Node {
	if node == nil || node.Kind != yaml.SequenceNode {
		return nil
	}
	return node.Content
}

// text returns a scalar member as text, empty for none.
func text(node *yaml.Node, name string) string {
	if found := member(node, name); found != nil && found.Kind == yaml.ScalarNode {
		return found.Value
	}
	return ""
}
