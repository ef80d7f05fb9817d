package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Old events are counted, removed and reported, by whichever way the installation is
// reached; without --yes nothing is removed unless a person agrees.
func TestPurgingOverTheAdminSide(t *testing.T) {
	t.Parallel()
	p, i := newInstallation(t)
	operator, err := i.service.Access.Local(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().UTC().Truncate(time.Millisecond).Add(-100 * 24 * time.Hour)
	var list []customers.Event
	for n := range 1203 {
		id, err := tenancy.NewID(old.Add(time.Duration(n)*time.Second), p.Random)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, customers.Event{ID: id, Type: "customer.updated", At: old.Add(time.Duration(n) * time.Second)})
	}
	ref := operator.Subject.Ref()
	if err := i.store.Relay(t.Context(), rows.Batch{Customer: ref, Events: list}); err != nil {
		t.Fatal(err)
	}
	c := cli.LocalClient(cli.HandlerTransport{Handler: i.admin()}, "the installation")
	command := &eventsPurgeCommand{}
	before := old.Add(24 * time.Hour)
	for _, row := range []struct {
		dry       bool
		want, log int
	}{{true, 1203, 100}, {false, 1203, 0}, {false, 0, 0}} {
		t.Run(fmt.Sprint(row.dry, " ", row.want), func(t *testing.T) {
			got, err := command.purge(t.Context(), c, before, row.dry, nil)
			if err != nil || got.Events != int64(row.want) {
				t.Fatalf("dry %t: %d events, %v", row.dry, got.Events, err)
			}
			page, err := i.store.Events(t.Context(), rows.EventQuery{Customer: ref, To: before, Limit: 100})
			if err != nil || len(page) != row.log {
				t.Fatalf("dry %t: %d events are left on the page, %v", row.dry, len(page), err)
			}
		})
	}
	if _, err := command.purge(t.Context(), c, time.Now(), false, nil); err == nil || !strings.Contains(err.Error(), "a day ago") {
		t.Errorf("the last day: %v", err)
	}
	p.Stdin, p.Asks = bytes.NewBufferString("\n"), true
	if sure, err := p.Confirm("Remove?"); err != nil || sure {
		t.Errorf("saying nothing is %t, %v", sure, err)
	}
}
