package config

import (
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Origin is the source of the value in force of a setting.
type Origin string

// The origins, weakest first.
const (
	FromDefault     Origin = "default"
	FromFile        Origin = "file"
	FromEnvironment Origin = "environment"
	FromFlag        Origin = "flag"
)

// given is one value as it was found, before its type is known.
type given struct {
	key    string
	where  string
	origin Origin
	// node is the value in a file; nil for the environment and for flags, which hold text
	// only.
	node *yaml.Node
	text string
}

// typed reports whether the source can express what type a value has.
func (g given) typed() bool { return g.node != nil }

// isEmpty reports whether a file names the key without a value.
func (g given) isEmpty() bool { return g.typed() && g.node.ShortTag() == "!!null" }

// scalar returns the text of a single value of one of the wanted YAML types; what says in
// words what is wanted.
func (g given) scalar(what string, tags ...string) (string, *Fault) {
	if !g.typed() {
		return g.text, nil
	}
	if g.isEmpty() {
		return "", wrong("has no value", "write "+what+", or leave the line out")
	}
	if g.node.Kind == yaml.ScalarNode {
		for _, tag := range tags {
			if g.node.ShortTag() == tag {
				return g.node.Value, nil
			}
		}
	}
	return "", wrong("is "+kindOf(g.node), "write "+what)
}

// kindOf returns in words what a node holds.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a block of settings"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!str":
		return "text"
	case "!!int":
		return "a whole number"
	case "!!float":
		return "a decimal number"
	case "!!bool":
		return "true or false"
	default:
		return "a value of another type (" + n.ShortTag() + ")"
	}
}

// quoted returns a value for a message, cut if it is long.
func quoted(text string) string {
	const most = 60
	if len(text) > most {
		text = text[:most] + "…"
	}
	return strconv.Quote(text)
}
