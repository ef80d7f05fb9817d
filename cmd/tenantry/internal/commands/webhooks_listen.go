package commands

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/events"
)

type webhooksListenCommand struct {
	eventFilter
	Forward    string `required:"" help:"Where to: a URL, or an address such as localhost:3000/hooks." placeholder:"ADDR"`
	SecretFile string `help:"Sign with the secret (whsec_…) that FILE holds; default: one that is made for this run and shown." placeholder:"FILE"`
}

// Help explains what a receiver gets.
func (webhooksListenCommand) Help() string {
	return `For work on a receiver: it gets what a webhook of the native form would get, signed the same way,
without a webhook and without a port that is open to the world. Each event is sent once; there
are no further tries. A connection to the service that is lost is made anew, and goes on where it
was. What stands in the log alone, such as sign-ins, is not sent.

Examples:

    tenantry webhooks listen --forward localhost:3000/hooks
    tenantry webhooks listen --forward http://127.0.0.1:3000 --type "customer.*" --profile sandbox

With --json it prints an object for each event: event, type, status, milliseconds, error.`
}

// forwardTimeout bounds one message, as that of webhooks does.
const forwardTimeout = 15 * time.Second

// loggedAlone are the types of events that are sent to no webhook.
var loggedAlone = map[string]bool{
	"access.denied": true, "access.failed": true, "access.refused": true, "data.exported": true, "data.imported": true, "events.purged": true,
	"setup.link_created": true, "token.issued": true, "user.signed_in": true, "user.signed_out": true,
}

// forwarded is what became of an event.
type forwarded struct {
	Event        string `json:"event"`
	Type         string `json:"type"`
	Status       int    `json:"status,omitempty"`
	Milliseconds int64  `json:"milliseconds"`
	Error        string `json:"error,omitempty"`
}

// Run sends events on until it is interrupted.
func (c *webhooksListenCommand) Run(ctx context.Context, p *cli.Program) error {
	target, err := c.target()
	if err != nil {
		return err
	}
	secret, err := c.secret(p)
	if err != nil {
		return err
	}
	signer, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		return cli.Misused("the secret of --secret-file cannot be used", "it begins with whsec_, as `tenantry webhooks secret` shows one")
	}
	forwards := &http.Client{Timeout: forwardTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return p.With(ctx, func(reached *cli.Client) error {
		p.Tell("tenantry: sending events of " + reached.Name + " to " + target + "; Ctrl-C ends it")
		return c.follow(ctx, reached, 0, func(e events.EventView) error {
			if loggedAlone[e.Type] {
				return nil
			}
			done, err := c.send(ctx, p, forwards, signer, target, e)
			if err != nil || ctx.Err() != nil {
				return err
			}
			return done.show(p)
		})
	})
}

// target returns the URL of --forward.
func (c *webhooksListenCommand) target() (string, error) {
	text := c.Forward
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		return "", cli.Misused("--forward is not an address", "write it like localhost:3000/hooks")
	}
	return text, nil
}

// secret returns what messages are signed with.
func (c *webhooksListenCommand) secret(p *cli.Program) (string, error) {
	if c.SecretFile != "" {
		content, err := os.ReadFile(c.SecretFile)
		if err != nil {
			return "", cli.Misused("the secret cannot be read: "+err.Error(), "name a file that this user can read with --secret-file")
		}
		return strings.TrimSpace(string(content)), nil
	}
	var bits [24]byte
	_, _ = rand.Read(bits[:]) // never fails
	secret := "whsec_" + base64.StdEncoding.EncodeToString(bits[:])
	p.Tell("tenantry: messages are signed with " + secret)
	return secret, nil
}

// send posts an event as a webhook would.
func (c *webhooksListenCommand) send(ctx context.Context, p *cli.Program, by *http.Client, signer *standardwebhooks.Webhook, target string, e events.EventView) (done forwarded, err error) {
	done = forwarded{Event: e.ID, Type: e.Type}
	e.URLs = []string{target}
	e.Address, e.UserAgent, e.SystemUser = "", "", "" // never sent to webhooks
	body, err := json.Marshal(e)
	if err != nil {
		return done, fmt.Errorf("writing a message: %w", err)
	}
	at, id := p.Now(), "msg_"+e.ID
	signature, err := signer.Sign(id, at, body)
	if err != nil {
		return done, fmt.Errorf("signing a message: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return done, fmt.Errorf("making a message: %w", err)
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "User-Agent": "Tenantry-Webhooks/1",
		"Webhook-Id": id, "Webhook-Timestamp": strconv.FormatInt(at.Unix(), 10), "Webhook-Signature": signature,
	} {
		request.Header.Set(name, value)
	}
	answer, err := by.Do(request)
	done.Milliseconds = p.Now().Sub(at).Milliseconds()
	if err != nil {
		done.Error = err.Error()
		return done, nil //nolint:nilerr // it is told, and the next event may find the receiver again
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<20))
	_ = answer.Body.Close()
	done.Status = answer.StatusCode
	return done, nil
}

func (f forwarded) show(p *cli.Program) error {
	if p.Flags.JSON {
		return p.PrintJSON(f)
	}
	outcome, color := strconv.Itoa(f.Status), term.Good
	if f.Status < 200 || f.Status > 299 {
		color = term.Bad
	}
	if f.Error != "" {
		outcome = term.Clean(f.Error)
	}
	return p.Print("%s  %s  %s → %s (%d ms)\n", p.Now().UTC().Format(time.TimeOnly), f.Type, f.Event, p.Printer.Sprint(color, outcome), f.Milliseconds)
}
