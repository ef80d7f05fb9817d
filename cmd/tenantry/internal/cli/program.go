package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"tenantry/cmd/tenantry/internal/term"
	"tenantry/internal/config"
)

// The variables of the environment that are not settings.
const (
	KeyVariable    = "TENANTRY_KEY"
	ConfigVariable = "TENANTRY_CONFIG"
)

// Program is one run of the command line with its surroundings: streams, environment,
// clock and randomness.
type Program struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Asks, Shows and Tells are true if standard input, output and error are a terminal
	// with a person before it.
	Asks, Shows, Tells bool
	Printer            term.Printer
	Environ            []string
	Now                func() time.Time
	Random             io.Reader
	// Local reaches the installation of this machine's data directory, and returns what
	// ends that.
	Local func(ctx context.Context) (*Client, func(context.Context) error, error)

	Flags Flags
}

// Flags are the flags of every command.
type Flags struct {
	Config  string `help:"Read settings from FILE instead of config.yaml in this directory (or TENANTRY_CONFIG)." placeholder:"FILE"`
	Data    string `help:"Use the data directory DIR." placeholder:"DIR"`
	JSON    bool   `help:"Write JSON." name:"json"`
	URL     string `help:"Use the API at URL instead of the data directory." name:"url" placeholder:"URL"`
	KeyFile string `help:"With --url: read the secret key from FILE instead of TENANTRY_KEY; FILE holds the key alone, or what --keys or --json wrote." placeholder:"FILE"`

	Insecure bool `help:"With --url: send the key unencrypted, over http to another machine."`
}

// Variable returns a variable of the environment, empty if it is not set.
func (p *Program) Variable(name string) string {
	for _, entry := range p.Environ {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// Settings loads the configuration, overridden by the flags of this run.
func (p *Program) Settings(keyringComes bool, flags ...config.Flag) (*config.Loaded, error) {
	from := config.Sources{
		File: p.Flags.Config, FileRequired: true,
		Environ: p.Environ, Reserved: []string{KeyVariable, ConfigVariable},
		Flags: flags, KeyringComes: keyringComes,
	}
	if from.File == "" {
		from.File = p.Variable(ConfigVariable)
	}
	if from.File == "" {
		from.File, from.FileRequired = "config.yaml", false
	}
	if p.Flags.Data != "" {
		from.Flags = append(from.Flags, config.Flag{Key: "data", Name: "--data", Value: p.Flags.Data})
	}
	return config.Load(from)
}

// TellConfig says which configuration file a command obeys, unless its user named it: one
// that lies in the working directory may be another's.
func (p *Program) TellConfig(s *config.Loaded) {
	switch {
	case p.Flags.Config != "" || p.Variable(ConfigVariable) != "":
	case s.File != "" || p.Tells:
		p.Tell("tenantry: configuration: " + ConfigOf(s))
	}
}

// ConfigOf returns the path of the configuration file that was read, or says that there
// was none.
func ConfigOf(s *config.Loaded) string {
	if s.File == "" {
		return "none: there is no config.yaml in this directory"
	}
	if path, err := filepath.Abs(s.File); err == nil {
		return path
	}
	return s.File
}

// Print writes to standard output.
func (p *Program) Print(format string, args ...any) error {
	_, err := fmt.Fprintf(p.Stdout, format, args...)
	return err
}

// PrintJSON writes one object as JSON.
func (p *Program) PrintJSON(value any) error {
	encoder := json.NewEncoder(p.Stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// PrintRaw writes an answer of the API unchanged, on a line of its own.
func (p *Program) PrintRaw(body []byte) error {
	_, err := p.Stdout.Write(append(body, '\n'))
	return err
}

// Confirm asks a person; anything but y or yes is no.
func (p *Program) Confirm(question string) (bool, error) {
	_, _ = fmt.Fprint(p.Stderr, question+" [y/N] ")
	line, err := bufio.NewReader(p.Stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("reading the answer: %w", err)
	}
	word := strings.ToLower(strings.TrimSpace(line))
	return word == "y" || word == "yes", nil
}
