package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// twinOf is the member of an operation that names the operation it is a twin of: the same
// for the subject itself, without the id in the path.
const twinOf = "x-twin-of"

// keepJSON removes all other forms of a body that may be sent as JSON: some generators fail at
// a second form.
func keepJSON(body *yaml.Node) {
	content := member(body, "content")
	if content == nil || len(content.Content) < 4 {
		return
	}
	for i := 0; i+1 < len(content.Content); i += 2 {
		if content.Content[i].Value == "application/json" {
			content.Content = content.Content[i : i+2]
			return
		}
	}
}

// ForClients returns a document without the operations that are twins of others, and with one
// form of each body, JSON where it is taken, so that a generated client has each method once.
func ForClients(document []byte) ([]byte, error) {
	root, err := parse(document)
	if err != nil {
		return nil, err
	}
	paths := member(root, "paths")
	kept := paths.Content[:0]
	for i := 0; i+1 < len(paths.Content); i += 2 {
		item, operations := paths.Content[i+1], 0
		rest := item.Content[:0]
		for j := 0; j+1 < len(item.Content); j += 2 {
			if member(item.Content[j+1], twinOf) != nil {
				continue
			}
			if methods[item.Content[j].Value] {
				operations++
				keepJSON(member(item.Content[j+1], "requestBody"))
			}
			rest = append(rest, item.Content[j], item.Content[j+1])
		}
		if item.Content = rest; operations > 0 {
			kept = append(kept, paths.Content[i], item)
		}
	}
	paths.Content = kept
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("writing the OpenAPI document: %w", err)
	}
	return out.Bytes(), nil
}

// JSON returns a document as JSON, its members in the same order.
func JSON(document []byte) ([]byte, error) {
	root, err := parse(document)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := writeJSON(&out, root); err != nil {
		return nil, err
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, out.Bytes(), "", " "); err != nil {
		return nil, fmt.Errorf("writing the OpenAPI document: %w", err)
	}
	indented.WriteByte('\n')
	return indented.Bytes(), nil
}

// parse returns the root of a document.
func parse(document []byte) (*yaml.Node, error) {
	var whole yaml.Node
	if err := yaml.Unmarshal(document, &whole); err != nil {
		return nil, fmt.Errorf("reading the OpenAPI document: %w", err)
	}
	if len(whole.Content) != 1 || member(whole.Content[0], "paths") == nil {
		return nil, fmt.Errorf("reading the OpenAPI document: it has no paths")
	}
	return whole.Content[0], nil
}

// member returns a member of a mapping, nil if it has none of that name.
func member(node *yaml.Node, name string) *yaml.Node {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i+1]
		}
	}
	return nil
}

func writeJSON(out *bytes.Buffer, node *yaml.Node) error {
	switch node.Kind {
	case yaml.MappingNode:
		out.WriteByte('{')
		for i := 0; i+1 < len(node.Content); i += 2 {
			if i > 0 {
				out.WriteByte(',')
			}
			name, err := json.Marshal(node.Content[i].Value)
			if err != nil {
				return fmt.Errorf("writing the OpenAPI document: %w", err)
			}
			out.Write(name)
			out.WriteByte(':')
			if err := writeJSON(out, node.Content[i+1]); err != nil {
				return err
			}
		}
		out.WriteByte('}')
		return nil
	case yaml.SequenceNode:
		out.WriteByte('[')
		for i, item := range node.Content {
			if i > 0 {
				out.WriteByte(',')
			}
			if err := writeJSON(out, item); err != nil {
				return err
			}
		}
		out.WriteByte(']')
		return nil
	case yaml.AliasNode:
		return writeJSON(out, node.Alias)
	}
	var value any
	if err := node.Decode(&value); err != nil {
		return fmt.Errorf("reading line %d of the OpenAPI document: %w", node.Line, err)
	}
	if node.ShortTag() == "!!timestamp" {
		value = node.Value // JSON has no times
	}
	text := json.NewEncoder(out)
	text.SetEscapeHTML(false)
	if err := text.Encode(value); err != nil {
		return fmt.Errorf("writing line %d of the OpenAPI document: %w", node.Line, err)
	}
	return nil
}

// methods are the members of a path that are operations.
var methods = map[string]bool{
	"get": true, "put": true, "post": true, "delete": true, "options": true, "head": true, "patch": true, "trace": true,
}
