package webhook_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/internal/app"
	"tenantry/internal/kyc"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/store"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/testkit"
	"tenantry/internal/webhook"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
	"tenantry/tenancy"
)

// The variables that make a process of the test binary the one to be killed: its
// directory, and the URL that it sends to.
const (
	crashDir = "TENANTRY_TEST_WEBHOOK_CRASH_DIR"
	crashURL = "TENANTRY_TEST_WEBHOOK_CRASH_URL"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		fmt.Fprintln(os.Stderr, changeUntilKilled(dir, os.Getenv(crashURL)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// installation returns what a process runs: everything real, including the clock.
func installation(dir string) (*app.App, *webhook.Sender, store.Store, error) {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, sqlite.Options{Dir: dir})
	if err != nil {
		return nil, nil, nil, err
	}
	path := filepath.Join(dir, "keyring.json")
	ring, err := seal.Open(path)
	if err != nil {
		if ring, err = seal.Generate(rand.Reader); err == nil {
			err = seal.Save(ring, path)
		}
	}
	if err != nil {
		return nil, nil, nil, err
	}
	catalog, err := plans.NewCatalog(plans.Defaults())
	if err != nil {
		return nil, nil, nil, err
	}
	verifier, err := keys.NewVerifier(keys.VerifierOptions{Now: time.Now})
	if err != nil {
		return nil, nil, nil, err
	}
	service, err := app.New(app.Options{
		Store: store, Sealer: ring, Plans: catalog, Verifier: verifier, Minter: keys.Minter{Mode: keys.Test},
		Tokens: keys.NewTokens(keys.OneSigningKey(bytes.Repeat([]byte("k"), 32)), keys.Test, time.Now), Provider: kyc.Sandbox{}, Mode: keys.Test,
		SettingsRules: settings.Rules{AllowInsecure: true, AllowPrivate: true}, Now: time.Now, Random: rand.Reader,
		Topics: webhook.Topics, Exclusive: true,
	})
	sender := webhook.New(webhook.Options{Source: service.Relay, Store: store, Now: time.Now, AllowPrivate: true, AllowInsecure: true})
	return service, sender, store, err
}

// changeUntilKilled changes customers without a pause, relays and delivers, and prints
// each change once it is acknowledged.
func changeUntilKilled(dir, url string) error {
	ctx := context.Background()
	service, sender, _, err := installation(dir)
	if err != nil {
		return err
	}
	// An operator that an earlier round created is not a fault.
	_, _ = service.Lifecycle.InitOperator(ctx, "Operator", "operator@example.com")
	caller, err := service.Access.Local(ctx, "")
	if err != nil {
		return err
	}
	faults := make(chan error)
	go sender.Run(ctx, func(err error) { faults <- err })
	go func() {
		for {
			if _, err := service.Relay.RelayEvents(ctx); err != nil {
				faults <- err
			}
			sender.Wake()
		}
	}()
	for writer := range 3 {
		go func() { faults <- change(ctx, service, caller, writer, url) }()
	}
	return <-faults
}

func change(ctx context.Context, service *app.App, caller tenancy.Caller, writer int, url string) error {
	var in lifecycle.CreateInput
	text := fmt.Sprintf(`{"name":"Writer %d","email":"w@x.example","planKey":"platform","settings":%s}`, writer, always(url))
	if err := patch.Decode([]byte(text), &in.Input); err != nil {
		return err
	}
	made, err := service.Lifecycle.Create(ctx, caller, in)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		name := fmt.Sprintf("%s-%d", made.Customer.ID, n)
		update := lifecycle.UpdateInput{CustomerID: made.Customer.ID.String()}
		if err := patch.Decode([]byte(`{"name":"`+name+`"}`), &update.Input); err != nil {
			return err
		}
		if _, err := service.Lifecycle.Update(ctx, caller, update); err != nil {
			return err
		}
		fmt.Println(name)
	}
}

// Whatever the moment at which the process is killed, every acknowledged change is
// delivered at least once after the next start, and every event is in the log once.
func TestKilledWhileDelivering(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	told := map[string]int{}
	to := receive(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	var promised []string
	for round := range 3 {
		promised = append(promised, killWhileDelivering(t, dir, to.URL, 40*(round+1))...)
	}
	service, sender, store, err := installation(dir)
	testkit.Must(t, err)
	_, err = service.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	testkit.Must(t, sender.Drain(t.Context()))
	for _, g := range to.all() {
		if name, found := nameIn(g.body); found {
			told[name]++
		}
	}
	for _, name := range promised {
		if told[name] == 0 {
			t.Errorf("the change to %s was acknowledged and is sent to no receiver", name)
		}
	}
	logged := map[string]int{}
	q := rows.EventQuery{Type: "customer.updated", Limit: 100}
	for {
		page, err := store.Events(t.Context(), q)
		testkit.Must(t, err)
		for _, e := range page {
			name, _ := nameIn(e.Resource)
			logged[name]++
			q.Before = e.ID
		}
		if len(page) < q.Limit {
			break
		}
	}
	for name, n := range logged {
		if n != 1 {
			t.Errorf("%s is %d times in the log", name, n)
		}
	}
	for _, name := range promised {
		if logged[name] != 1 {
			t.Errorf("%s is not in the log", name)
		}
	}
	if len(promised) == 0 {
		t.Error("nothing was acknowledged")
	}
	testkit.Must(t, store.Close(context.Background()))
	t.Logf("%d changes acknowledged, %d messages received", len(promised), len(to.all()))
}

// nameIn returns the new name in a message or resource.
func nameIn(body []byte) (string, bool) {
	_, rest, found := strings.Cut(string(body), `"object":"customer","name":"`)
	name, _, _ := strings.Cut(rest, `"`)
	return name, found
}

// killWhileDelivering starts a process, kills it after so many acknowledged changes, and
// returns these.
func killWhileDelivering(t *testing.T, dir, url string, after int) (promised []string) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^$")
	command.Env = append(os.Environ(), crashDir+"="+dir, crashURL+"="+url)
	var complaints strings.Builder
	command.Stderr = &complaints
	out, err := command.StdoutPipe()
	testkit.Must(t, err)
	testkit.Must(t, command.Start())
	for scan := bufio.NewScanner(out); scan.Scan(); {
		promised = append(promised, scan.Text())
		if len(promised) == after {
			testkit.Must(t, command.Process.Kill())
		}
	}
	_ = command.Wait() // it was killed
	if len(promised) < after {
		t.Fatalf("it ended after %d changes: %s", len(promised), complaints.String())
	}
	return promised
}
