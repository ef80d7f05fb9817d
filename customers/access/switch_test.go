package access_test

import (
	cryptorand "crypto/rand"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/lifecycle"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/seal"
	"tenantry/internal/testkit"
)

// node is one customer of a random tree, as the law sees it.
type node struct {
	testkit.Party
	above  *node
	status customers.Status
}

// off returns the customer that keeps n from acting: n itself, or else the topmost one
// above it that is not active; nil when nothing does.
func (n *node) off() (found *node) {
	if n.status != customers.StatusActive {
		return n
	}
	for at := n.above; at != nil; at = at.above {
		if at.status != customers.StatusActive {
			found = at
		}
	}
	return found
}

func (n *node) depth() int {
	depth := 0
	for at := n.above; at != nil; at = at.above {
		depth++
	}
	return depth
}

// codeOf returns the code that refuses because of a status.
func codeOf(status customers.Status) fault.Code {
	if status == customers.StatusLocked {
		return fault.CodeCustomerLocked
	}
	return fault.CodeCustomerDisabled
}

// The law of the kill switch, over random trees and switches and on two processes over
// one store: a customer acts, creates and mints, and signs in, exactly while it and all
// customers above it are active; what is switched on again acts again; and the operator
// reads and switches whatever is below one that is off.
func TestTheSwitchReachesTheTree(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	ring, err := seal.Generate(cryptorand.Reader)
	testkit.Must(t, err)
	processes := []*app.App{h.Svc, h.Service(ring)}
	runs := 0
	rapid.Check(t, func(r *rapid.T) {
		runs++
		tree := []*node{}
		create := func(by testkit.Party, above *node) {
			name := fmt.Sprintf("n%d-%d", runs, len(tree))
			made := h.Create(by, `{"name":"`+name+`","email":"`+name+`@example.com","planKey":"platform"}`)
			tree = append(tree, &node{Party: made, above: above, status: customers.StatusActive})
		}
		create(h.Operator, nil)
		for range rapid.IntRange(2, 6).Draw(r, "customers") {
			above := rapid.SampledFrom(tree).Draw(r, "above")
			if above.depth() < 2 {
				create(above.Party, above)
			}
		}
		for range rapid.IntRange(1, 5).Draw(r, "switches") {
			n := rapid.SampledFrom(tree).Draw(r, "customer")
			n.status = rapid.SampledFrom([]customers.Status{
				customers.StatusActive, customers.StatusDisabled, customers.StatusLocked,
			}).Draw(r, "status")
			_, err := h.Update(h.Operator, n.ID, `{"status":"`+string(n.status)+`"}`)
			testkit.Must(t, err)
			for i, n := range tree {
				checkSwitch(t, h, processes[i%len(processes)], n)
			}
		}
	})
}

// checkSwitch holds what one process lets a customer do against the law.
func checkSwitch(t *testing.T, h *testkit.Env, process *app.App, n *node) {
	t.Helper()
	ctx, off := t.Context(), n.off()
	for doing, err := range map[string]error{
		"acting":          testkit.ErrorOf(process.Access.Authenticate(ctx, access.Presented{Bearer: n.Keys.Secret, SubjectID: n.ID})),
		"tokenizing":      testkit.ErrorOf(process.Access.Authenticate(ctx, access.Presented{Publishable: n.Keys.Publishable})),
		"getting a token": testkit.ErrorOf(process.Access.GrantClient(ctx, access.ClientGrantInput{ClientID: n.ID, ClientSecret: n.Keys.Secret})),
		"minting for it":  mintAndRevoke(t, h, process, n),
		"creating for it": createAndDelete(t, h, process, n),
	} {
		switch {
		case off == nil && err != nil:
			t.Fatalf("%s below active customers is refused: %v", doing, err)
		case off == nil:
			continue
		}
		refusal := testkit.Refused(t, err, fault.Forbidden, codeOf(off.status))
		if strings.Contains(refusal.Text, "the account above") != (off != n) {
			t.Fatalf("%s: is it the account above in %q?", doing, refusal.Text)
		}
	}
	testkit.Must(t, testkit.ErrorOf(process.Lifecycle.Get(ctx, h.As(h.Operator), n.ID)))
}

// mintAndRevoke mints a restricted key of n on behalf of the operator and ends it again.
func mintAndRevoke(t *testing.T, h *testkit.Env, process *app.App, n *node) error {
	t.Helper()
	minted, err := process.Access.MintKey(t.Context(), h.As(h.Operator), n.ID, testkit.Input[access.RestrictedKeyInput](t, `{"name":"n","scopes":["read"]}`))
	if err == nil {
		testkit.Must(t, testkit.ErrorOf(process.Access.RevokeKey(t.Context(), h.As(h.Operator), access.RevokeInput{CustomerID: n.ID, KeyID: minted.Key.ID})))
	}
	return err
}

// createAndDelete makes a child of n on behalf of the operator and erases it again.
func createAndDelete(t *testing.T, h *testkit.Env, process *app.App, n *node) error {
	t.Helper()
	made, err := process.Lifecycle.Create(t.Context(), h.As(h.Operator, n.ID), testkit.Input[lifecycle.CreateInput](t,
		`{"name":"Leaf","email":"leaf@example.com","planKey":"merchant"}`))
	if err == nil {
		testkit.Must(t, h.Remove(h.Operator, made.Customer.ID.String()))
	}
	return err
}
