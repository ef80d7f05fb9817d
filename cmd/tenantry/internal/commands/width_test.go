package commands

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

// Tables fit a terminal of 100 columns, however long the names in them are.
func TestTablesFit(t *testing.T) {
	t.Parallel()
	const id = "65be9a3f1c2d4e5f60718293"
	long := strings.Repeat("Harbor Lane ", 12)
	of := customerFlag{Customer: id}
	for name, row := range map[string]struct {
		command interface {
			Run(ctx context.Context, p *cli.Program) error
		}
		answer string
	}{
		"users":    {&usersListCommand{of}, `{"id":"` + id + `","username":"` + long + `","name":"` + long + `","role":"admin","status":"disabled"}`},
		"webhooks": {&webhooksListCommand{of}, `{"id":"` + id + `","url":"https://` + long + `","types":["customer.status_changed","bank.*"],"format":"straddle","status":"disabled"}`},
		"deliveries": {&webhooksDeliveriesCommand{customerFlag: of, Webhook: id, Limit: 50}, `{"event":"` + id + `","topic":"customer.status_changed","status":"delivered","created":"2026-03-04T10:15:30.000Z",` +
			`"attempts":[{"at":"2026-03-04T10:15:30.000Z","milliseconds":1,"error":"no connection, or it broke off"}]}`},
		"documents": {&documentsListCommand{customerFlag: of}, `{"id":"` + id + `","customerId":"` + id + `","documentType":"passport","verificationStatus":"accepted","created":"2026-03-04T10:15:30.000Z"}`},
		"banks":     {&banksListCommand{of}, `{"id":"` + id + `","nameOnAccount":"` + long + `","routingNumber":"121000248","last4":"6789","status":"inactive","verified":true,"isDefault":true}`},
		"drops":     {&banksDropsCommand{}, `{"customerId":"` + id + `","customerName":"` + long + `","bank":{"id":"` + id + `","routingNumber":"121000248","last4":"6789"},"amounts":["32","45"],"confirmBy":"2026-03-04T10:15:30.000Z"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(`{"results":[` + row.answer + `],"settings":{}}`))
			})
			var out bytes.Buffer
			p := &cli.Program{Stdout: &out, Local: func(context.Context) (*cli.Client, func(context.Context) error, error) {
				return cli.LocalClient(cli.HandlerTransport{Handler: answer}, "here"), func(context.Context) error { return nil }, nil
			}}
			if err := row.command.Run(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if len(lines) != 2 {
				t.Fatalf("it printed %q", lines)
			}
			for _, line := range lines {
				if term.Width(line) > 100 {
					t.Errorf("it is %d columns wide: %s", term.Width(line), line)
				}
			}
		})
	}
}
