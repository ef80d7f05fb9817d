package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readFile returns the settings in the file at path, and whether there is one. A missing
// file has none, unless it is required.
func readFile(path string, required bool) (found []given, there bool, faults Faults) {
	if path == "" {
		return nil, false, nil
	}
	content, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !required:
		return nil, false, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, Faults{{Where: path, Problem: "there is no such file", Remedy: "check --config"}}
	case err != nil:
		return nil, false, Faults{{Where: path, Problem: "it cannot be read: " + err.Error(), Remedy: "check --config and the file's permissions"}}
	}
	found, faults = parseFile(path, content)
	return found, true, faults
}

// parseFile returns the settings in the text of a file.
func parseFile(path string, content []byte) ([]given, Faults) {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var document yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, Faults{{Where: path, Problem: "it is not YAML: " + strings.TrimPrefix(err.Error(), "yaml: "), Remedy: "fix it there"}}
	}
	var second yaml.Node
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, Faults{{Where: path, Problem: "it holds more than one YAML document", Remedy: "keep one of them"}}
	}
	w := &walk{path: path, lines: map[string]int{}}
	w.into("", document.Content[0])
	return w.found, w.faults
}

// walk gathers the leaves of a file by their dotted keys.
type walk struct {
	path   string
	lines  map[string]int
	found  []given
	faults Faults
}

func (w *walk) into(key string, n *yaml.Node) {
	switch {
	case n.Kind == yaml.AliasNode:
		w.fault(n, key, "is an alias", "write the value out")
	case n.Kind == yaml.MappingNode && !isLeaf(key):
		for i := 0; i+1 < len(n.Content); i += 2 {
			w.member(key, n.Content[i], n.Content[i+1])
		}
	case key == "" && n.ShortTag() == "!!null":
		// A file of comments alone.
	case key == "":
		w.fault(n, "", "it is "+kindOf(n)+", not a block of settings", "write lines of the form `key: value`")
	case n.ShortTag() == "!!null" && isBlock(key):
		// A block whose lines are all commented out.
	default:
		w.found = append(w.found, given{key: key, where: w.place(n), origin: FromFile, node: n})
	}
}

func (w *walk) member(parent string, name, n *yaml.Node) {
	key := name.Value
	if parent != "" {
		key = parent + "." + key
	}
	if first, twice := w.lines[key]; twice {
		w.fault(name, key, fmt.Sprintf("is given twice, first on line %d", first), "keep one of them")
		return
	}
	w.lines[key] = name.Line
	if strings.Contains(name.Value, ".") {
		w.fault(name, key, "has a dot in its name", "write one block below the other instead")
		return
	}
	w.into(key, n)
}

func (w *walk) fault(n *yaml.Node, key, problem, remedy string) {
	w.faults = append(w.faults, Fault{Where: w.place(n), Key: key, Problem: problem, Remedy: remedy})
}

func (w *walk) place(n *yaml.Node) string { return fmt.Sprintf("%s:%d", w.path, n.Line) }

// isLeaf reports whether key is a setting, isBlock whether settings lie below it.
func isLeaf(key string) bool {
	for _, s := range settings(&Config{}) {
		if s.key == key {
			return true
		}
	}
	return false
}

func isBlock(key string) bool {
	for _, s := range settings(&Config{}) {
		if strings.HasPrefix(s.key, key+".") {
			return true
		}
	}
	return false
}
