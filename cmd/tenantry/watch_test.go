package main

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	cryptorand "crypto/rand"

	"github.com/rs/zerolog"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/internal/seal"
)

// replaceRing puts another key ring into the place of the one in use.
func replaceRing(i *installation) error {
	other, err := seal.Generate(cryptorand.Reader)
	if err == nil {
		err = seal.Save(other, i.settings.KeyringFile())
	}
	return err
}

// A running service is not ready, says why, and says so in the log once, as soon as its
// database, its data directory, its key ring's file or what its store says of itself is
// gone or another one; the first two where the store is SQLite.
func TestReadinessKnowsItsFiles(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		harm   func(i *installation) error
		reason string
		writes int // the status of a write afterwards
	}{
		"the database is removed": {func(i *installation) error {
			return os.Remove(filepath.Join(i.settings.Data, "tenantry.db"))
		}, "removed or replaced while the service was running", http.StatusServiceUnavailable},
		"the directory is replaced": {func(i *installation) error {
			return errors.Join(os.Rename(i.settings.Data, i.settings.Data+".away"), os.Mkdir(i.settings.Data, 0o700))
		}, "removed or replaced while the service was running", http.StatusServiceUnavailable},
		"the ring is removed": {func(i *installation) error {
			return os.Remove(i.settings.KeyringFile())
		}, "the file of the key ring is missing", http.StatusCreated},
		"the ring is replaced": {replaceRing, "the file of the key ring is missing or another one", http.StatusCreated},
		"the store is of another installation": {func(i *installation) error {
			other := i.facts.document
			other.ID[0]++
			other.Revision++
			return i.store.SetInstallation(t.Context(), other)
		}, "belongs to another installation", http.StatusCreated},
		"the ring was rotated elsewhere": {func(i *installation) error {
			next, err := i.keyring.Ring().AddVersion(cryptorand.Reader, 0)
			if err != nil {
				return err
			}
			_, err = i.facts.Reserve(t.Context(), i.keyring.Ring())
			return errors.Join(err, i.facts.Note(t.Context(), next.DropOld()))
		}, "the key ring in use is no longer the one", http.StatusCreated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if row.writes == http.StatusServiceUnavailable && onMongo() {
				t.Skip("the store has no file that could go")
			}
			_, i := newInstallation(t)
			public := cli.LocalClient(cli.HandlerTransport{Handler: i.public()}, "it")
			if status, body := answered(t, public, client.Request{Method: http.MethodGet, Path: "/readyz"}); status != http.StatusOK {
				t.Fatalf("it is not ready before: %d %s", status, body)
			}
			var told bytes.Buffer
			log := zerolog.New(&told)
			said := i.look(t.Context(), log, "")
			if err := row.harm(i); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				said = i.look(t.Context(), log, said)
			}
			if lines := strings.Count(told.String(), "\n"); lines != 1 || !strings.Contains(told.String(), row.reason) {
				t.Errorf("the log has %d lines: %s", lines, told.String())
			}
			if status, body := answered(t, public, client.Request{Method: http.MethodGet, Path: "/readyz"}); status != http.StatusServiceUnavailable || !strings.Contains(body, row.reason) {
				t.Errorf("readiness answers %d %s", status, body)
			}
			admin := cli.LocalClient(cli.HandlerTransport{Handler: i.admin()}, "it")
			status, body := answered(t, admin, client.Request{Method: http.MethodPost, Path: "/v3/customers", Body: []byte(`{"name":"Shop","email":"s@example.com","planKey":"platform"}`)})
			if status != row.writes {
				t.Errorf("a write answers %d %s", status, body)
			}
		})
	}
}

func answered(t *testing.T, c *cli.Client, what client.Request) (status int, body string) {
	t.Helper()
	answer, err := c.Open(t.Context(), what)
	if status, body := refusalOf(err); status != 0 {
		return status, body
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var text bytes.Buffer
	if _, err := text.ReadFrom(answer.Body); err != nil {
		t.Fatal(err)
	}
	return answer.Status, text.String()
}
