package config_test

import (
	"net/netip"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.yaml.in/yaml/v3"

	"tenantry/internal/config"
	"tenantry/internal/secret"
)

// published is the file that ships with a release.
const published = "../../config.yaml"

// comparing are the rules by which two configurations are equal.
var comparing = cmp.Options{
	cmp.Comparer(func(a, b secret.Text) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
	cmpopts.EquateEmpty(),
}

// The published file has exactly the defaults: an installation that copies it changes
// nothing.
func TestPublishedFileHasTheDefaults(t *testing.T) {
	t.Parallel()
	loaded, err := config.Load(config.Sources{File: published, FileRequired: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(config.Default(), loaded.Config, comparing); diff != "" {
		t.Errorf("config.yaml differs from the defaults (-default +file):\n%s", diff)
	}
}

// The published file names every setting and nothing else, each with a comment.
func TestPublishedFileExplainsEverySetting(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(published)
	if err != nil {
		t.Fatal(err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	leaves("", document.Content[0], func(key string, name *yaml.Node) {
		found[key] = true
		if name.HeadComment == "" {
			t.Errorf("%s has no comment above it", key)
		}
	})
	for _, key := range config.AllKeys() {
		if !found[key] {
			t.Errorf("config.yaml lacks %s", key)
		}
		delete(found, key)
	}
	for key := range found {
		t.Errorf("config.yaml has %s, which is not a setting", key)
	}
}

func leaves(key string, n *yaml.Node, visit func(string, *yaml.Node)) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		full := strings.TrimPrefix(key+"."+name.Value, ".")
		if value.Kind == yaml.MappingNode {
			leaves(full, value, visit)
			continue
		}
		visit(full, name)
	}
}

// Every field of Config can be set: none is forgotten in the list of settings.
func TestEveryFieldIsASetting(t *testing.T) {
	t.Parallel()
	c := config.Default()
	bound := map[any]bool{}
	for _, place := range config.Places(c) {
		bound[place] = true
	}
	var visit func(path string, v reflect.Value)
	visit = func(path string, v reflect.Value) {
		if bound[v.Addr().Interface()] {
			return
		}
		if v.Kind() != reflect.Struct {
			t.Errorf("%s is bound to no key", path)
			return
		}
		for i := range v.NumField() {
			visit(path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	}
	visit("Config", reflect.ValueOf(c).Elem())
}
