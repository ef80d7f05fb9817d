package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Document is what people read of an OpenAPI document. It is read once and never changes.
type Document struct {
	Title, Version, Description string
	Tags                        []*Tag
	// Events are the messages that webhooks are sent, in the order of the document.
	Events []Event
	// Objects are the names of all schemas.
	Objects []string
	root    *yaml.Node
	byID    map[string]*Operation
}

// Tag is a group of operations.
type Tag struct {
	Name, Description string
	Operations        []*Operation
}

// Event is a type of event with what it says.
type Event struct{ Type, Summary, Description string }

// Operation is one method of a path. A twin is not among them: its path is that of Own.
type Operation struct {
	ID, Method, Path, Summary, Description, Tag string
	// Own is the path of the same operation for the subject itself; empty for none.
	Own string
	// Security names what must be sent, a list for each way to do so; empty for nothing.
	Security   [][]string
	Parameters []Parameter
	Body       *Body
	Answers    []Answer
}

// Parameter is a value in the path, the query or a header.
type Parameter struct {
	Name, In, Description string
	Required              bool
	Schema                Schema
}

// Body is what a request brings.
type Body struct {
	Media    []string
	Required bool
	Schema   Schema
	node     *yaml.Node
}

// Answer is one of the answers of an operation.
type Answer struct {
	Status, Description string
	Media               []string
	// Schema is that of a body; nil for none.
	Schema *Schema
	node   *yaml.Node
}

// Read reads a document.
func Read(document []byte) (*Document, error) {
	root, err := parse(document)
	if err != nil {
		return nil, err
	}
	d := &Document{root: root, byID: map[string]*Operation{}}
	info := member(root, "info")
	d.Title, d.Version, d.Description = text(info, "title"), text(info, "version"), text(info, "description")
	tags := map[string]*Tag{}
	for _, node := range items(member(root, "tags")) {
		tag := &Tag{Name: text(node, "name"), Description: text(node, "description")}
		tags[tag.Name], d.Tags = tag, append(d.Tags, tag)
	}
	twins := map[string]string{}
	for path, item := range members(member(root, "paths")) {
		for method, node := range members(item) {
			if !methods[method] || method == "options" {
				continue // browsers ask that by themselves
			}
			if of := text(node, twinOf); of != "" {
				twins[of] = path
				continue
			}
			made := d.operation(path, method, item, node)
			tag := tags[made.Tag]
			if tag == nil {
				return nil, fmt.Errorf("reading the OpenAPI document: %s has no tag of the document", made.ID)
			}
			tag.Operations, d.byID[made.ID] = append(tag.Operations, made), made
		}
	}
	// The tag of the webhooks is one of messages and has none.
	d.Tags = slices.DeleteFunc(d.Tags, func(tag *Tag) bool { return len(tag.Operations) == 0 })
	for id, path := range twins {
		if d.byID[id] == nil {
			return nil, fmt.Errorf("reading the OpenAPI document: %s is the twin of %s, which is not there", path, id)
		}
		d.byID[id].Own = path
	}
	for name, item := range members(member(root, "webhooks")) {
		post := member(item, "post")
		d.Events = append(d.Events, Event{Type: name, Summary: text(post, "summary"), Description: text(post, "description")})
	}
	for name := range members(d.schemas()) {
		d.Objects = append(d.Objects, name)
	}
	slices.Sort(d.Objects)
	return d, nil
}

// Operation returns the operation of an id, nil if there is none.
func (d *Document) Operation(id string) *Operation { return d.byID[id] }

// Object returns the schema of a name; ok is false for none.
func (d *Document) Object(name string) (found Schema, ok bool) {
	node := member(d.schemas(), name)
	if node == nil {
		return Schema{}, false
	}
	return d.schema(node, map[string]bool{name: true}), true
}

func (d *Document) schemas() *yaml.Node { return member(member(d.root, "components"), "schemas") }

func (d *Document) operation(path, method string, item, node *yaml.Node) *Operation {
	made := &Operation{
		ID: text(node, "operationId"), Method: strings.ToUpper(method), Path: path,
		Summary: text(node, "summary"), Description: text(node, "description"),
	}
	for _, tag := range items(member(node, "tags")) {
		made.Tag = tag.Value
	}
	security := member(node, "security")
	if security == nil {
		security = member(d.root, "security")
	}
	for _, way := range items(security) {
		var names []string
		for name := range members(way) {
			names = append(names, name)
		}
		made.Security = append(made.Security, names)
	}
	for _, parameter := range append(items(member(item, "parameters")), items(member(node, "parameters"))...) {
		found, _ := d.resolve(parameter)
		made.Parameters = append(made.Parameters, Parameter{
			Name: text(found, "name"), In: text(found, "in"), Description: text(found, "description"),
			Required: text(found, "required") == "true", Schema: d.schema(member(found, "schema"), map[string]bool{}),
		})
	}
	if body, _ := d.resolve(member(node, "requestBody")); body != nil {
		made.Body = &Body{Required: text(body, "required") == "true"}
		for media, content := range members(member(body, "content")) {
			if made.Body.Media = append(made.Body.Media, media); made.Body.node == nil {
				made.Body.node = member(content, "schema")
			}
		}
		made.Body.Schema = d.schema(made.Body.node, map[string]bool{})
	}
	for status, answer := range members(member(node, "responses")) {
		found, _ := d.resolve(answer)
		one := Answer{Status: status, Description: text(found, "description")}
		for media, content := range members(member(found, "content")) {
			if one.Media = append(one.Media, media); one.node == nil {
				one.node = member(content, "schema")
			}
		}
		if one.node != nil {
			shown := d.schema(one.node, map[string]bool{})
			one.Schema = &shown
		}
		made.Answers = append(made.Answers, one)
	}
	return made
}

// Example returns a body as it may be sent or answered, as indented JSON; empty where the
// schema says too little.
func (d *Document) Example(of any) string {
	var node *yaml.Node
	switch of := of.(type) {
	case *Body:
		node = of.node
	case Answer:
		node = of.node
	case string:
		node = member(d.schemas(), of)
	}
	made := d.example(node, 0)
	if made == nil || made.Kind != yaml.MappingNode && made.Kind != yaml.SequenceNode {
		return ""
	}
	var plain, indented bytes.Buffer
	if writeJSON(&plain, made) != nil || json.Indent(&indented, plain.Bytes(), "", "  ") != nil {
		return ""
	}
	return strings.TrimSpace(indented.String())
}

// example makes a value of a schema: its own example or, of an object, what is required.
func (d *Document) example(node *yaml.Node, depth int) *yaml.Node {
	node, _ = d.resolve(node)
	if node == nil || depth > 6 {
		return nil
	}
	if given := items(member(node, "examples")); len(given) > 0 {
		return given[0]
	}
	for _, name := range []string{"const", "default"} {
		if given := member(node, name); given != nil {
			return given
		}
	}
	if given := items(member(node, "enum")); len(given) > 0 {
		return given[0]
	}
	for _, name := range []string{"oneOf", "anyOf"} {
		if choices := items(member(node, name)); len(choices) > 0 {
			return d.example(choices[0], depth+1)
		}
	}
	whole := &yaml.Node{Kind: yaml.MappingNode}
	for _, part := range items(member(node, "allOf")) {
		if made := d.example(part, depth+1); made != nil && made.Kind == yaml.MappingNode {
			whole.Content = append(whole.Content, made.Content...)
		}
	}
	required := map[string]bool{}
	for _, name := range items(member(node, "required")) {
		required[name.Value] = true
	}
	for name, of := range members(member(node, "properties")) {
		if !required[name] || member(whole, name) != nil {
			continue
		}
		if made := d.example(of, depth+1); made != nil {
			whole.Content = append(whole.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name}, made)
		}
	}
	if len(whole.Content) > 0 {
		return whole
	}
	scalar := func(tag, value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value} }
	switch kind, _ := types(node); {
	case slices.Contains(kind, "object"):
		return whole
	case slices.Contains(kind, "array"):
		list := &yaml.Node{Kind: yaml.SequenceNode}
		if made := d.example(member(node, "items"), depth+1); made != nil {
			list.Content = append(list.Content, made)
		}
		return list
	case slices.Contains(kind, "integer"), slices.Contains(kind, "number"):
		if least := member(node, "minimum"); least != nil {
			return least
		}
		return scalar("!!int", "1")
	case slices.Contains(kind, "boolean"):
		return scalar("!!bool", "true")
	case slices.Contains(kind, "string"):
		return scalar("!!str", "…")
	}
	return nil
}

// resolve follows a reference into the document, and returns the name it has there.
func (d *Document) resolve(node *yaml.Node) (found *yaml.Node, name string) {
	for range 8 {
		ref := text(node, "$ref")
		if ref == "" {
			return node, name
		}
		node = d.root
		for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			node, name = member(node, part), part
		}
	}
	return node, name
}
