package scanner_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"tenantry/internal/scanner"
	"tenantry/tenancy"
)

// TestMain lets this program be the scanner, too.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "scan" {
		os.Exit(scan(os.Args[2:]))
	}
	os.Exit(m.Run())
}

// scan does what its arguments say: it refuses files with the word virus, ends with a code,
// waits for the end of its input, which never comes, or notes when it begins and ends.
func scan(args []string) int {
	content, err := []byte(nil), error(nil)
	if args[0] != "hang" {
		content, err = io.ReadAll(os.Stdin)
	}
	switch {
	case err != nil:
		return 4
	case args[0] == "code":
		return int(args[1][0] - '0')
	case args[0] == "hang":
		time.Sleep(time.Hour) // until it is ended
	case args[0] == "environment":
		for _, variable := range os.Environ() {
			if strings.HasPrefix(variable, "TENANTRY_") {
				return 1
			}
		}
		if os.Getenv("SCANNER_HOME") != "/opt" {
			return 2
		}
	case args[0] == "arguments":
		if len(args) != 2 || args[1] != "$(touch x); `touch y` | z" {
			return 2
		}
	case args[0] == "alone":
		// The file is made by one scanner at a time only.
		held, err := os.OpenFile(args[1], os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return 3
		}
		_ = held.Close()
		_ = os.Remove(args[1])
	case bytes.Contains(content, []byte("virus")):
		return 1
	}
	return 0
}

func newScanner(t *testing.T, timeout time.Duration, args ...string) *scanner.Command {
	t.Helper()
	made, err := scanner.New(scanner.Options{
		Command: append([]string{os.Args[0], "scan"}, args...), Timeout: timeout, AtOnce: 1,
		Environ: []string{"TENANTRY_SEAL_KEYRING=secret", "SCANNER_HOME=/opt", "PATH=" + os.Getenv("PATH")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

const longEnough = time.Minute

// A program that ends with 0 takes a file, with 1 refuses it, and with any other code, or
// none in time, says nothing about it.
func TestThePrograms(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 9<<20)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, row := range map[string]struct {
		ctx     context.Context //nolint:containedctx // of one row
		timeout time.Duration
		args    []string
		file    io.Reader
		clean   bool
		fails   bool
	}{
		"clean":                   {args: []string{"look"}, file: strings.NewReader("a letter"), clean: true},
		"clean and long":          {args: []string{"look"}, file: strings.NewReader(long), clean: true},
		"refused":                 {args: []string{"look"}, file: strings.NewReader("a virus"), clean: false},
		"refused at the end":      {args: []string{"look"}, file: strings.NewReader(long + "virus"), clean: false},
		"code 2":                  {args: []string{"code", "2"}, file: strings.NewReader("a letter"), fails: true},
		"never ends":              {timeout: 300 * time.Millisecond, args: []string{"hang"}, file: strings.NewReader(long), fails: true},
		"the caller is gone":      {ctx: gone, args: []string{"look"}, file: strings.NewReader("a letter"), fails: true},
		"a file that breaks off":  {args: []string{"look"}, file: io.MultiReader(strings.NewReader("a"), iotest.ErrReader(errors.New("no store"))), fails: true},
		"a virus that breaks off": {args: []string{"look"}, file: io.MultiReader(strings.NewReader("virus"), iotest.ErrReader(errors.New("no store"))), fails: true},
		"the environment":         {args: []string{"environment"}, file: strings.NewReader(""), clean: true},
		"no shell":                {args: []string{"arguments", "$(touch x); `touch y` | z"}, file: strings.NewReader(""), clean: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, timeout := row.ctx, row.timeout
			if ctx == nil {
				ctx = t.Context()
			}
			if timeout == 0 {
				timeout = longEnough
			}
			clean, err := newScanner(t, timeout, row.args...).Scan(ctx, tenancy.ID{1}, row.file)
			if clean != row.clean || (err != nil) != row.fails {
				t.Errorf("clean %t, %v", clean, err)
			}
		})
	}
	if _, err := scanner.New(scanner.Options{Command: []string{"/nowhere/scan"}, AtOnce: 1}); err == nil {
		t.Error("a program that is not there is taken")
	}
}

// No more files are scanned at a time than configured; the others wait for their turn, and
// no longer than one may take.
func TestScansAreBounded(t *testing.T) {
	t.Parallel()
	one := newScanner(t, longEnough, "alone", filepath.Join(t.TempDir(), "held"))
	results := make(chan error)
	for n := range 8 {
		go func() {
			clean, err := one.Scan(t.Context(), tenancy.ID{byte(n % 3)}, strings.NewReader("a letter"))
			if err == nil && !clean {
				err = errors.New("it is refused")
			}
			results <- err
		}()
	}
	for range 8 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}

	busy := newScanner(t, 300*time.Millisecond, "hang")
	for range 3 {
		go func() {
			_, err := busy.Scan(t.Context(), tenancy.ID{1}, strings.NewReader("a letter"))
			results <- err
		}()
	}
	for range 3 {
		if err := <-results; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a scan behind one that hangs ends with %v", err)
		}
	}
}
