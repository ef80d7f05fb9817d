package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	cryptorand "crypto/rand"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/internal/config"
	"tenantry/tenancy"
)

// newInstallation makes an installation with an operator in a temporary directory, with its
// store where the tests have theirs.
func newInstallation(t *testing.T, environ ...string) (*program, *installation) {
	t.Helper()
	data := t.TempDir()
	environ = append(storeSettings(t), environ...)
	p := &program{Program: &cli.Program{
		Stdout: new(bytes.Buffer), Stderr: new(bytes.Buffer), Stdin: new(bytes.Buffer),
		Environ: append([]string{"TENANTRY_DATA=" + data, "TENANTRY_METRICS_LISTEN=127.0.0.1:0"}, environ...), Now: time.Now, Random: cryptorand.Reader,
	}}
	s, err := config.Load(config.Sources{Environ: p.Environ})
	if err != nil {
		t.Fatal(err)
	}
	owned, err := datadir.Own(data)
	if err != nil {
		t.Fatal(err)
	}
	i, err := p.open(t.Context(), s, owned, opening{mayBeEmpty: true, makeKeyring: true, adopts: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if _, err := i.service.Lifecycle.InitOperator(t.Context(), "Operator", "operator@example.com"); err != nil {
		t.Fatal(err)
	}
	return p, i
}

// While customers are created and changed without a pause, the ring is rotated again and
// again: afterwards the newest key alone opens every sealed value.
func TestRotationUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	p, i := newInstallation(t)
	c := cli.LocalClient(cli.HandlerTransport{Handler: i.admin()}, "the installation")

	ctx, enough := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	var sent, made atomic.Int64
	for range 4 {
		writers.Go(func() {
			for ctx.Err() == nil {
				id, err := createSealed(t.Context(), c, int(sent.Add(1)))
				if err == nil {
					made.Add(1)
					_, err = c.Do(t.Context(), client.Request{
						Method: http.MethodPatch, Path: cli.CustomerPath(id), Body: []byte(`{"contact":{"dateOfBirth":"1985-02-17"}}`),
					})
				}
				if err != nil && !isUnavailable(err) { // a slow machine is no loss
					t.Error(err)
					return
				}
			}
		})
	}
	defer writers.Wait()
	defer enough()
	const rotations = 5
	for n := range rotations {
		version, err := (&sealRotateCommand{}).follow(t.Context(), p, c, 1)
		if err != nil || version != uint32(n+2) {
			t.Fatalf("rotation %d leads to key %d, %v", n, version, err)
		}
	}
	enough()
	writers.Wait()

	seen := 0
	for after := (tenancy.ID{}); ; {
		list, err := i.store.Scan(t.Context(), after, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range list {
			after = one.ID
			if one.LegalEntity == nil {
				continue // The operator.
			}
			seen++
			for kind, box := range map[string][]byte{
				"personalTaxId": one.LegalEntity.PersonalTaxID.Box, "dateOfBirth": one.Contact.DateOfBirth.Box,
			} {
				t.Run(kind, func(t *testing.T) {
					if _, err := i.keyring.Unseal(one.Ref(), tenancy.ID{}, kind, box); err != nil || !i.keyring.IsCurrent(box) {
						t.Errorf("%s of %s is lost: %v", kind, one.ID, err)
					}
				})
			}
		}
		if len(list) < 100 {
			break
		}
	}
	// One whose answer was lost may be there all the same.
	if seen == 0 || seen < int(made.Load()) || seen > int(sent.Load()) {
		t.Errorf("%d customers are there, of %d that were made and %d that were sent", seen, made.Load(), sent.Load())
	}
}

// isUnavailable reports whether a command was told to try again later.
func isUnavailable(err error) bool {
	refused, ok := errors.AsType[*cli.Failure](err)
	return ok && refused.Code == cli.ExitUnreachable
}

func createSealed(ctx context.Context, c *cli.Client, n int) (id string, err error) {
	var view struct {
		ID string `json:"id"`
	}
	_, err = c.Read(ctx, client.Request{Method: http.MethodPost, Path: "/v3/customers", Body: fmt.Appendf(nil, `{
		"name": "Shop %d", "email": "shop%d@example.com", "planKey": "merchant",
		"contact": {"firstName": "Mira", "dateOfBirth": "1984-02-17"},
		"legalEntity": {"entityType": "ISP", "personalTaxId": "078051120"}}`, n, n)}, &view)
	return view.ID, err
}

// Two rotations at once would make two keys with the same number: the second is refused.
func TestOneRotationAtATime(t *testing.T) {
	t.Parallel()
	_, i := newInstallation(t)
	i.local.rotating.Lock()
	defer i.local.rotating.Unlock()
	c := cli.LocalClient(cli.HandlerTransport{Handler: i.admin()}, "it")
	_, err := c.Do(t.Context(), client.Request{Method: http.MethodPost, Path: rotatePath})
	if status, body := refusalOf(err); status != http.StatusConflict || !strings.Contains(body, `"error":"the key ring is being rotated already"`) {
		t.Errorf("status %d, %s, %v", status, body, err)
	}
}

// refusalOf returns the status and the body of an answer that refused a call.
func refusalOf(err error) (status int, body string) {
	if refusal, ok := errors.AsType[*client.Error](err); ok {
		return refusal.Status, string(refusal.Body)
	}
	return 0, ""
}

// The public side does not serve the routes of the machine.
func TestMachineRoutesAreNotPublic(t *testing.T) {
	t.Parallel()
	_, i := newInstallation(t)
	for method, path := range map[string]string{http.MethodPost: rotatePath, http.MethodGet: servingPath} {
		t.Run(method, func(t *testing.T) {
			c := cli.LocalClient(cli.HandlerTransport{Handler: i.public()}, "it")
			_, err := c.Do(t.Context(), client.Request{Method: method, Path: path})
			if status, _ := refusalOf(err); status != http.StatusNotFound {
				t.Errorf("%s: %v", path, err)
			}
		})
	}
}
