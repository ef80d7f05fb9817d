package commands

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

// customerFlag names the customer whose part a command is about.
type customerFlag struct {
	Customer string `help:"The customer that it belongs to; default: the operator, or the customer of the key." placeholder:"ID"`
}

// with runs f with a client and the id of the customer.
func (c customerFlag) with(ctx context.Context, p *cli.Program, f func(reached *cli.Client, id string) error) error {
	return p.With(ctx, func(reached *cli.Client) error {
		id, err := idOr(ctx, reached, c.Customer)
		if err != nil {
			return err
		}
		return f(reached, id)
	})
}

// told makes a call and prints its answer: as it came for programs, otherwise by show.
func told[T any](ctx context.Context, p *cli.Program, reached *cli.Client, what client.Request, show func(T) error) error {
	var shown T
	answer, err := reached.Read(ctx, what, &shown)
	if err != nil {
		return err
	}
	if p.Flags.JSON {
		return p.PrintRaw(answer)
	}
	return show(shown)
}

// resultsOf is the answer of lists.
type resultsOf[T any] struct {
	Results  []T `json:"results"`
	Settings struct {
		NextCursor string `json:"nextCursor"`
	} `json:"settings"`
}

// read is a request that reads a path.
func read(path string) client.Request { return client.Request{Method: http.MethodGet, Path: path} }

// write is a request with a body of JSON.
func write(method, path string, members map[string]any) (client.Request, error) {
	body, err := json.Marshal(members)
	return client.Request{Method: method, Path: path, Body: body}, err
}

// confirmed asks whether to go on with what cannot be taken back, unless yes says so. doing
// names it, as in "erasing the customer …", and question says what will happen, and to whom.
func confirmed(p *cli.Program, yes bool, doing, question string) error {
	if yes {
		return nil
	}
	if !p.Asks {
		return cli.Misused(doing+" needs a confirmation, and there is no terminal to ask on", "pass --yes to do it without asking")
	}
	sure, err := p.Confirm(question)
	if err != nil {
		return err
	}
	if !sure {
		return cli.Refused("nothing was changed", "")
	}
	return nil
}

// contentOf reads a file that a flag names; - is standard input.
func contentOf(p *cli.Program, flag, name string) ([]byte, error) {
	var content []byte
	var err error
	if name == "-" {
		content, err = io.ReadAll(p.Stdin)
	} else {
		content, err = os.ReadFile(name)
	}
	if err != nil {
		return nil, cli.Misused("the file of "+flag+" cannot be read: "+err.Error(), "name a file that this user can read with "+flag+", or - for standard input")
	}
	return content, nil
}

// passwordOf reads a password from the first line of a file, so that it stands in no list of
// processes and no history of a shell.
func passwordOf(p *cli.Program, flag, name string) (string, error) {
	if name == "" {
		return "", cli.Misused("there is no password", "put it into a file and name that with "+flag+", or pass "+flag+" - and type it")
	}
	if name == "-" && p.Asks {
		p.Tell("tenantry: type the password and end the line:")
	}
	content, err := contentOf(p, flag, name)
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(content), "\n")
	if line = strings.TrimSuffix(line, "\r"); line == "" {
		return "", cli.Misused("the password is empty", "put it into the first line of the file of "+flag)
	}
	return line, nil
}

// seconds returns a span of a flag as the API takes it.
func seconds(flag string, span time.Duration) (int64, error) {
	if span < 0 || span%time.Second != 0 {
		return 0, cli.Misused(flag+" must be a whole number of seconds, 0 or more", "write it like 90m or 24h")
	}
	return int64(span / time.Second), nil
}

// when formats a time for people, empty if there is none.
func when(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2006-01-02 15:04") + " UTC"
}

// newFile writes a file that only its owner can read, and never over another one.
func newFile(name, flag, content string) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return cli.Misused("the file of "+flag+" cannot be made: "+err.Error(), "name a file that does not exist yet with "+flag)
	}
	_, err = file.WriteString(content)
	return errors.Join(err, file.Close())
}

// plural returns a number with its noun.
func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return term.Count(n) + " " + noun
}
