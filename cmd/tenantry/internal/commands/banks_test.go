package commands

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/cmd/tenantry/internal/cli"
)

// The pages of payments become one file under one heading, which only its owner can read
// and which replaces no other; every page is asked for with the reason.
func TestPaymentsAreOneFile(t *testing.T) {
	t.Parallel()
	var reasons []string
	pages := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reasons = append(reasons, r.URL.Query().Get("reason")+" "+r.URL.Query().Get("format"))
		w.Header().Set("Content-Type", "text/csv")
		if r.URL.Query().Get("cursor") == "" {
			w.Header().Set("X-Next-Cursor", "next")
			_, _ = w.Write([]byte("customer,account\n1,111\n2,222\n"))
			return
		}
		_, _ = w.Write([]byte("customer,account\n3,333\n"))
	})
	var out bytes.Buffer
	p := &cli.Program{Stdout: &out, Local: func(context.Context) (*cli.Client, func(context.Context) error, error) {
		return cli.LocalClient(cli.HandlerTransport{Handler: pages}, "here"), func(context.Context) error { return nil }, nil
	}}
	file := filepath.Join(t.TempDir(), "payments.csv")
	command := &banksDropsCommand{CSV: file, Reason: "payout"}
	if err := command.Run(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(file)
	if err != nil || string(written) != "customer,account\n1,111\n2,222\n3,333\n" {
		t.Errorf("the file holds %q, %v", written, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	if want := []string{"payout csv", "payout csv"}; len(reasons) != 2 || reasons[0] != want[0] || reasons[1] != want[1] {
		t.Errorf("the pages were asked for with %q", reasons)
	}
	if !strings.HasPrefix(out.String(), "3 lines of payments") {
		t.Errorf("it printed %q", out.String())
	}
	if err := command.Run(t.Context(), p); err == nil {
		t.Error("it replaced a file")
	}
}
