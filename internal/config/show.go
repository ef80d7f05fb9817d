package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// WriteYAML writes the configuration in force in the form of config.yaml, each value with
// its origin; secrets are masked.
func (l *Loaded) WriteYAML(w io.Writer) error {
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, s := range settings(l.Config) {
		parent := root
		parts := strings.Split(s.key, ".")
		for _, name := range parts[:len(parts)-1] {
			parent = child(parent, name)
		}
		var n yaml.Node
		if err := n.Encode(s.show()); err != nil {
			return fmt.Errorf("showing %s: %w", s.key, err)
		}
		note := string(l.Origin(s.key))
		if means := l.meaning(s.key); means != "" {
			note += "; " + means
		}
		name := &yaml.Node{Kind: yaml.ScalarNode, Value: parts[len(parts)-1]}
		if n.Kind == yaml.SequenceNode && len(n.Content) > 0 {
			name.HeadComment = note
		} else {
			n.LineComment = note
		}
		parent.Content = append(parent.Content, name, &n)
	}
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		return fmt.Errorf("showing the configuration: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// meaning returns what an unset value stands for.
func (l *Loaded) meaning(key string) string {
	switch {
	case key == "seal.keyring_file" && l.Seal.KeyringFile == "" && l.HasKeyringFile():
		return "means " + l.KeyringFile()
	case key == "identity.provider" && l.Identity.Provider == string(Auto):
		return "means " + l.IdentityProvider()
	case key == "webhooks.allow_private" && l.Webhooks.AllowPrivate == Auto:
		return fmt.Sprintf("means %t", l.AllowsHere(Auto))
	case key == "dialects.balanced.sign_up" && l.Dialects.Balanced.SignUp == Auto:
		return fmt.Sprintf("means %t", l.AllowsHere(Auto))
	case key == "webhooks.allow_insecure" && l.Webhooks.AllowInsecure == Auto:
		return fmt.Sprintf("means %t", l.Allows(Auto))
	case key == "webhooks.allow_any_port" && l.Webhooks.AllowAnyPort == Auto:
		return fmt.Sprintf("means %t", l.Allows(Auto))
	case key == "seal.keyring_in_data" && l.Seal.KeyringInData == Auto:
		return fmt.Sprintf("means %t", l.Allows(Auto))
	case key == "plans" && len(l.Plans) == 0:
		return "means the built-in plans"
	default:
		return ""
	}
}

// child returns the block of that name, and adds it if it is missing.
func child(parent *yaml.Node, name string) *yaml.Node {
	for i := 0; i < len(parent.Content); i += 2 {
		if parent.Content[i].Value == name {
			return parent.Content[i+1]
		}
	}
	block := &yaml.Node{Kind: yaml.MappingNode}
	parent.Content = append(parent.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, block)
	return block
}

// MarshalJSON returns the configuration in force by dotted key, each with its value
// (secrets masked) and its origin, and under "config" the file that was read.
func (l *Loaded) MarshalJSON() ([]byte, error) {
	type shown struct {
		Value  any    `json:"value"`
		Origin Origin `json:"origin"`
	}
	all := map[string]shown{}
	for _, s := range settings(l.Config) {
		all[s.key] = shown{Value: s.show(), Origin: l.Origin(s.key)}
	}
	all["config"] = shown{Value: l.File, Origin: FromDefault}
	if l.File != "" {
		all["config"] = shown{Value: l.File, Origin: FromFile}
	}
	return json.Marshal(all)
}
