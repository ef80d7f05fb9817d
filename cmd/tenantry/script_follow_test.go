package main

import (
	"bufio"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// follow starts a command that follows something, waits for its first line with a word,
// runs another command, waits until so many lines have the word, and interrupts the
// first, which must end well: follow WORD 2 events tail -- customers enable ID.
func follow(ts *testscript.TestScript, _ bool, args []string) {
	word := args[0]
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	between := slices.Index(args, "--")
	command := exec.Command("tenantry", args[2:between]...)
	command.Dir = ts.MkAbs(".")
	command.Env = environOf(ts)
	out, err := command.StdoutPipe()
	ts.Check(err)
	ts.Check(command.Start())
	defer func() { _ = command.Process.Kill() }()
	found := 0
	for scan := bufio.NewScanner(out); found < want && scan.Scan(); {
		if !strings.Contains(scan.Text(), word) {
			continue
		}
		if found++; found == 1 {
			ts.Check(ts.Exec("tenantry", args[between+1:]...))
		}
	}
	if found < want {
		ts.Fatalf("it ended after %d lines with %s", found, word)
	}
	ts.Check(command.Process.Signal(syscall.SIGINT))
	if err := command.Wait(); err != nil {
		ts.Fatalf("the interrupted command ended with %v", err)
	}
}
