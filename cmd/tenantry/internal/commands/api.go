package commands

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

// API is the command that makes any call of the API.
type API struct {
	Method string `arg:"" help:"GET, POST, PUT, PATCH, DELETE or HEAD."`
	Path   string `arg:"" help:"Path with its query, such as '/v3/customers?limit=5'."`
	Body   string `short:"b" help:"Send the content of FILE; - is standard input, which is also the default where it is no terminal." placeholder:"FILE"`
	As     string `help:"Act for this customer below the owner of the key." placeholder:"ID"`
	Type   string `help:"What the body is." default:"application/json" placeholder:"TYPE"`

	IdempotencyKey string `help:"Carry the call out once for this key, whoever repeats it; default: a new one for each call." placeholder:"KEY"`
}

// Help shows examples and says what is printed where.
func (API) Help() string {
	return `Makes one call, with the key and the retries of all commands. The body of the answer goes to
standard output as it came, its status to standard error. It ends with 1 when the service refuses
the call, and with 3 when it cannot be reached. The reference of a service at /docs lists the paths.

Examples:
  tenantry api GET '/v3/customers?deep=true&planStatus=unverified'
  tenantry api GET /v3/users/me --url https://api.example.com
  echo '{"name": "Harbor Lane"}' | tenantry api PATCH /v3/customers/65be9a3f1c2d4e5f60718293
  tenantry api POST /v3/customers --as 65be9a3f1c2d4e5f60718293 --body merchant.json`
}

// Run makes a call.
func (c *API) Run(ctx context.Context, p *cli.Program) error {
	what := client.Request{Method: strings.ToUpper(c.Method), Path: c.Path, As: c.As, IdempotencyKey: c.IdempotencyKey}
	switch what.Method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead:
	default:
		return cli.Misused(term.Clean(c.Method)+" is no method of the API", "write GET, POST, PUT, PATCH, DELETE or HEAD before the path")
	}
	if !strings.HasPrefix(c.Path, "/") || strings.Contains(c.Path, "://") {
		return cli.Misused("the path must begin with a slash", "write it like /v3/customers; --url names the service")
	}
	body, err := c.body(p, what.Method)
	if err != nil {
		return err
	}
	if len(body) > 0 {
		what.Body, what.ContentType = body, c.Type
	}
	return p.With(ctx, func(reached *cli.Client) error {
		answer, err := reached.Open(ctx, what)
		if refusal, ok := errors.AsType[*client.Error](err); ok {
			return c.refused(p, refusal)
		}
		if err != nil {
			return err
		}
		defer func() { _ = answer.Body.Close() }()
		p.Tell(statusLine(answer.Status))
		if !strings.HasPrefix(answer.Header.Get("Content-Type"), "application/json") {
			_, err := io.Copy(p.Stdout, answer.Body) // lines as they come, files as they are
			return err
		}
		content, err := io.ReadAll(answer.Body)
		if err != nil {
			return reached.Unreadable(err)
		}
		return c.print(p, content)
	})
}

// body returns what to send.
func (c *API) body(p *cli.Program, method string) ([]byte, error) {
	switch {
	case c.Body != "":
		return contentOf(p, "--body", c.Body)
	case p.Asks || method == http.MethodGet || method == http.MethodHead || method == http.MethodDelete:
		return nil, nil
	default:
		return contentOf(p, "--body", "-")
	}
}

// print writes a body, and nothing for one that is empty.
func (c *API) print(p *cli.Program, body []byte) error {
	if body = bytes.TrimSpace(body); len(body) == 0 {
		return nil
	}
	return p.PrintRaw(body)
}

// refused shows an answer that refuses the call like any other, and ends in failure.
func (c *API) refused(p *cli.Program, e *client.Error) error {
	p.Tell(statusLine(e.Status))
	if _, err := p.Stdout.Write(append(bytes.TrimSpace(e.Body), '\n')); err != nil {
		return err
	}
	failure := &cli.Failure{Code: cli.ExitRefused, Text: "the service refused the request (" + strconv.Itoa(e.Status) + " " + term.Clean(string(e.Code)) + ")"}
	switch e.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		failure.Code = cli.ExitUnreachable
	case http.StatusNotFound:
		failure.Hint = "a customer that the key does not reach is not found either; `tenantry whoami` shows for whom it acts, --as names another"
	}
	return failure
}

func statusLine(status int) string { return strconv.Itoa(status) + " " + http.StatusText(status) }
