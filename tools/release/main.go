// Command release makes everything that a release consists of, the same bytes every time from
// the same commit: binaries and archives of them, container images, packages for Debian and
// Red Hat, a bill of materials for each binary, and their checksums with a signature.
//
//	go run . -version v0.1.0 -out dist -key release.pem
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// release is what is made, and where.
type release struct {
	// root is the checkout, out the directory of what is made.
	root, out string
	version   string
	commit    string
	// moment is that of the commit: nothing that is made names another time.
	moment  time.Time
	targets []target
	// key is the file of the private key that signs the checksums; empty signs nothing.
	key string
}

// target is a system to build for.
type target struct{ system, processor string }

// String implements fmt.Stringer.
func (t target) String() string { return t.system + "_" + t.processor }

var everyTarget = []target{
	{"linux", "amd64"}, {"linux", "arm64"},
	{"darwin", "amd64"}, {"darwin", "arm64"},
	{"windows", "amd64"}, {"windows", "arm64"},
}

// versions are those that a release may have: packages for Red Hat know nothing else.
var versions = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$`)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	r := release{}
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.StringVar(&r.version, "version", "", "the version, such as v0.1.0; default the tag of the commit")
	flags.StringVar(&r.out, "out", "dist", "the directory to make, which must not exist")
	flags.StringVar(&r.root, "root", "../..", "the checkout to release")
	flags.StringVar(&r.key, "key", "", "the file of an Ed25519 private key (PEM, PKCS #8) that signs SHA256SUMS")
	only := flags.String("only", "", "targets to build instead of all, such as linux_amd64,linux_arm64")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := r.look(ctx, *only); err != nil {
		return err
	}
	return r.make(ctx)
}

// look finds out what is to be released.
func (r *release) look(ctx context.Context, only string) error {
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(everyTarget, func(t target) bool { return t.String() == name })
		switch {
		case i >= 0:
			r.targets = append(r.targets, everyTarget[i])
		case name != "":
			return fmt.Errorf("-only %s: there are %v", name, everyTarget)
		}
	}
	if len(r.targets) == 0 {
		r.targets = everyTarget
	}
	var err error
	if r.root, err = filepath.Abs(r.root); err != nil {
		return err
	}
	if r.out, err = filepath.Abs(r.out); err != nil {
		return err
	}
	if r.version == "" {
		if r.version, err = r.git(ctx, "describe", "--tags", "--exact-match"); err != nil {
			return fmt.Errorf("the commit has no tag: name the version with -version: %w", err)
		}
	}
	if !versions.MatchString(r.version) {
		return fmt.Errorf("-version %s: write it as v1.2.3 or v1.2.3-rc.1", r.version)
	}
	if changed, err := r.git(ctx, "status", "--porcelain"); err != nil || changed != "" {
		return fmt.Errorf("the checkout differs from its commit, so nobody could make this release again: %s %w", changed, err)
	}
	if r.commit, err = r.git(ctx, "rev-parse", "HEAD"); err != nil {
		return err
	}
	text, err := r.git(ctx, "log", "-1", "--format=%ct")
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	r.moment = time.Unix(seconds, 0).UTC()
	return err
}

func (r *release) git(ctx context.Context, args ...string) (string, error) {
	text, err := exec.CommandContext(ctx, "git", append([]string{"-C", r.root}, args...)...).Output()
	return strings.TrimSpace(string(text)), err
}

// make makes everything.
func (r *release) make(ctx context.Context) error {
	if err := os.Mkdir(r.out, 0o755); err != nil {
		return err
	}
	for _, t := range r.targets {
		fmt.Fprintf(os.Stderr, "%s\n", t)
		binary, err := r.build(ctx, t)
		if err != nil {
			return fmt.Errorf("building for %s: %w", t, err)
		}
		steps := []func(target, []byte) error{r.archive, r.bill}
		if t.system == "linux" {
			steps = append(steps, r.image, r.packages)
		}
		for _, step := range steps {
			if err := step(t, binary); err != nil {
				return fmt.Errorf("%s: %w", t, err)
			}
		}
	}
	return r.sums()
}

// name returns the path of something that is made for a target.
func (r *release) name(t target, ending string) string {
	return filepath.Join(r.out, "tenantry_"+strings.TrimPrefix(r.version, "v")+"_"+t.String()+ending)
}

// build returns the binary for a target: static, without paths of this machine.
func (r *release) build(ctx context.Context, t target) ([]byte, error) {
	dir, err := os.MkdirTemp("", "tenantry-release")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "tenantry")
	stamp := fmt.Sprintf("-s -w -X tenantry/cmd/tenantry/internal/cli.releaseVersion=%s -X tenantry/cmd/tenantry/internal/cli.releaseCommit=%s -X tenantry/cmd/tenantry/internal/cli.releaseTime=%s", r.version, r.commit, r.moment.Format(time.RFC3339))
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", stamp, "-o", path, "./cmd/tenantry") //nolint:gosec // what look checked
	command.Dir, command.Stderr = r.root, os.Stderr
	command.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0", "GOOS="+t.system, "GOARCH="+t.processor, "GOAMD64=v1", "GOARM64=v8.0", "GOEXPERIMENT=")
	if err := command.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
