package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// binary is a server to measure. Dir is a directory of its own that it was seeded in, for a
// build that cannot read what this tree seeds; empty stands for the directory of the run.
type binary struct{ name, path, dir string }

// servers are the binaries of the flag -server.
type servers []binary

// String implements flag.Value.
func (s *servers) String() string { return fmt.Sprint(*s) }

// Set implements flag.Value.
func (s *servers) Set(text string) error {
	name, path, ok := strings.Cut(text, "=")
	if !ok || name == "" || path == "" {
		return errors.New("write name=path or name=path,directory")
	}
	path, dir, _ := strings.Cut(path, ",")
	*s = append(*s, binary{name, path, dir})
	return nil
}

// orBuilt builds the server of this tree if none was named.
func (s *servers) orBuilt(ctx context.Context, dir string) error {
	if len(*s) > 0 {
		return nil
	}
	path, err := filepath.Abs(filepath.Join(dir, "tenantry"))
	if err != nil {
		return err
	}
	// In its own module, which has the sums of what the server alone needs.
	module, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "tenantry").Output()
	if err != nil {
		return fmt.Errorf("looking for the module of the server: %w", err)
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", path, "./cmd/tenantry")
	build.Dir = strings.TrimSpace(string(module))
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("building the server: %w", err)
	}
	*s = servers{{"this tree", path, ""}}
	return nil
}

// server is a running process.
type server struct {
	name, url string
	command   *exec.Cmd
}

// start runs a binary over a seeded directory, with more of an environment, and waits until
// it serves.
func (b binary) start(ctx context.Context, in *seeded, environ ...string) (*server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	// The arguments are the caller's own.
	command := exec.CommandContext(ctx, b.path, "serve") //nolint:gosec // a binary that the caller names
	command.Dir = in.Dir
	command.Env = append(os.Environ(), "TENANTRY_DATA="+in.Dir, "TENANTRY_LISTEN="+address, "TENANTRY_METRICS_LISTEN=",
		"TENANTRY_LIMITS_RATE_PER_MINUTE=0", "TENANTRY_LIMITS_TRUSTED_PROXIES=127.0.0.0/8", "TENANTRY_LOG_LEVEL=warn", "TENANTRY_LOG_FORMAT=json")
	command.Env = append(command.Env, environ...)
	log, err := os.Create(filepath.Join(in.Dir, "server.log"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	command.Stderr = log
	if err := command.Start(); err != nil {
		return nil, err
	}
	s := &server{name: b.name, url: "http://" + address, command: command}
	for range 600 {
		if answer, err := http.Get(s.url + "/readyz"); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return s, nil
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil, errors.Join(fmt.Errorf("%s does not serve; see %s", b.name, log.Name()), s.stop())
}

func (s *server) stop() error {
	if err := s.command.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	_ = s.command.Wait() // its exit code is no matter of ours
	return nil
}

// processor returns the processor time that the process used so far.
func (s *server) processor() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	// The name, in parentheses, may hold anything; the fields are counted behind it.
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, errors.New("the process has no statistics")
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(fields[12], 10, 64)
	if err != nil {
		return 0, err
	}
	return time.Duration(user+system) * 10 * time.Millisecond, nil // USER_HZ is 100
}
