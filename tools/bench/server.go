package main

import (
	"context"
	"errors"
	"fmt"
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
	return spawn(ctx, b.name, in.Dir, func(address string) ([]string, []string) {
		return []string{b.path, "serve"}, append([]string{
			"TENANTRY_DATA=" + in.Dir, "TENANTRY_LISTEN=" + address, "TENANTRY_METRICS_LISTEN=", "TENANTRY_LIMITS_RATE_PER_MINUTE=0",
			"TENANTRY_LIMITS_TRUSTED_PROXIES=127.0.0.0/8", "TENANTRY_LOG_LEVEL=warn", "TENANTRY_LOG_FORMAT=json",
		}, environ...)
	})
}

func (s *server) stop() error {
	if err := s.command.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	_ = s.command.Wait() // its exit code is no matter of ours
	return nil
}

// consumed is what a process used up so far, and the memory that it has now.
type consumed struct {
	processor time.Duration
	// written is what it had written to the disk, memory what is resident; in bytes.
	written, memory int64
}

// consumed returns what the process used up so far.
func (s *server) consumed() (u consumed, err error) {
	if u.processor, err = s.processor(); err != nil {
		return u, err
	}
	traffic, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", s.command.Process.Pid))
	if err != nil {
		return u, err
	}
	u.written = numberBehind(string(traffic), "\nwrite_bytes:")
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	u.memory = numberBehind(string(status), "VmRSS:") << 10
	return u, err
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
