package testkit

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"testing"
)

// KilledAfter runs the test binary in a process of its own, with more variables, and kills
// it after it wrote some lines. It reports whether the process had ended well before.
func KilledAfter(t testing.TB, lines int, variables ...string) (ended bool) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^$")
	command.Env = append(os.Environ(), variables...)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	Must(t, err)
	Must(t, command.Start())
	reader := bufio.NewReader(out)
	for range lines {
		if _, err := reader.ReadString('\n'); err != nil {
			break
		}
	}
	_ = command.Process.Kill()
	_, _ = io.Copy(io.Discard, reader)
	return command.Wait() == nil
}
