package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// exposes matches a key among the arguments of a program.
var exposes = regexp.MustCompile(`(-H|--header)[ =]*["']?(Authorization|Proxy-Authorization)|\s(-u|--user|--oauth2-bearer|--key|--password)[ =]\S*\S|TENANTRY_KEY=['"]?sk_|\s(-d|--data\S*) \S*secret=`)

// No example shows a key among the arguments of a program, where every user of the machine
// sees it and shells remember it.
func TestNoExampleHasAKeyInAnArgument(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && path != root || entry.Name() == "testdata" || entry.Name() == "node_modules" || entry.Name() == "work") {
			return filepath.SkipDir
		}
		switch filepath.Ext(path) {
		case ".md", ".yaml", ".html":
			text, err := os.ReadFile(path)
			texts[path] = string(text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"", "serve", "init", "promote", "customers create", "keys rotate", "seal rotate"} {
		_, help, _ := typed(t, nil, false, "", append(strings.Fields(command), "--help")...)
		texts["the help of "+command] = help
	}
	_, texts["what init shows"], _ = typed(t, []string{"TENANTRY_DATA=" + t.TempDir()}, false, "", "init")
	for path, text := range texts {
		t.Run(path, func(t *testing.T) {
			if text == "" {
				t.Error("there is no text")
			}
			for line := range strings.Lines(text) {
				if found := exposes.FindString(line); found != "" {
					t.Errorf("an argument has a key: %s", line)
				}
			}
		})
	}
}
