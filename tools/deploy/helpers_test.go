package deploy

import (
	"os"
	"os/exec"
	"testing"
)

// command runs a program in a directory and returns what it prints.
func command(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), program, args...)
	c.Dir, c.Stderr = dir, os.Stderr
	text, err := c.Output()
	must(t, err)
	return string(text)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
