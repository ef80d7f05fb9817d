package access_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"tenantry/customers/access"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/keys"
	"tenantry/tenancy"
)

// tried is what an event tells of refused attempts.
type tried struct {
	Type, Address                string
	Key, User, Operation, Code   string
	Unknown, ManySources         bool
	Count, Unchecked             int64
	First, Last                  time.Time
	Actor, Credential, UserAgent string `json:"-"`
}

// attemptsAt writes what was gathered and returns what the trail of a customer tells of
// it, oldest first.
func attemptsAt(h *testkit.Env, id string) (list []tried) {
	h.T.Helper()
	testkit.Must(h.T, h.Svc.Access.FlushAttempts(h.T.Context()))
	for _, event := range slices.Backward(h.LogOf(h.Record(id))) {
		var about struct{ Attempts *tried }
		if event.About == nil {
			continue
		}
		testkit.Must(h.T, json.Unmarshal(event.About, &about))
		if about.Attempts != nil {
			about.Attempts.Type, about.Attempts.Address, about.Attempts.UserAgent = event.Type, event.Address, event.UserAgent
			about.Attempts.Credential = event.Credential
			if !event.Actor.IsZero() {
				about.Attempts.Actor = event.Actor.String()
			}
			list = append(list, *about.Attempts)
		}
	}
	return list
}

// present tries a key from an address, and demands that it is refused.
func present(h *testkit.Env, text secret.Text, address string) {
	h.T.Helper()
	ctx := tenancy.WithOrigin(h.T.Context(), tenancy.Origin{Address: tenancy.Network(address), UserAgent: "curl/8.5.0"})
	if _, err := h.Svc.Access.Authenticate(ctx, access.Presented{Bearer: text, Itself: true, Address: address}); err == nil {
		h.T.Error("a wrong key is let in")
	}
}

// Wrong keys are in the trail of the customer that they claim to be of, counted by key and
// network, without a write for each; a revoked key that is used again is among them. A key
// of nobody is in the operator's trail.
func TestWrongKeysAreRecordedByAccountAndNetwork(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	shop, other := h.MerchantOf(h.Cove), h.MerchantOf(h.Rival)
	shopKey := h.As(shop).Credential.ID
	watch.Reset()
	begun := h.Clock.Now()
	for range 40 { // past the limit too
		present(h, forged(h, shop).Secret, "203.0.113.7")
	}
	h.Clock.Advance(time.Second)
	present(h, forged(h, shop).Secret, "203.0.113.200")
	present(h, forged(h, shop).Secret, "2001:db8:7:8::1")
	present(h, forged(h, other).Secret, "203.0.113.7")
	_, nobody, err := keys.Minter{Mode: keys.Test}.Pair(t.Context(), tenancy.Ref{Tenant: h.Record(shop.ID).Tenant, ID: tenancy.ID{9}}, 1, begun)
	testkit.Must(t, err)
	present(h, nobody.Secret, "203.0.113.7")
	if calls := watch.Since(); slices.ContainsFunc(calls, func(call string) bool { return call == "Replace" || call == "Relay" || call == "AddEvent" }) {
		t.Errorf("refusals wrote: %v", calls)
	}
	list := attemptsAt(h, shop.ID)
	slices.SortFunc(list, func(x, y tried) int { return int(y.Count - x.Count) })
	if len(list) != 2 || list[0].Type != "access.failed" || list[0].Key != shopKey || list[0].Address != "203.0.113.0/24" || list[0].Count != 41 ||
		list[0].Unchecked == 0 || !list[0].First.Equal(begun) || !list[0].Last.Equal(begun.Add(time.Second)) || list[0].UserAgent != "curl/8.5.0" ||
		list[1].Address != "2001:db8:7::/48" || list[1].Count != 1 {
		t.Errorf("the trail of the shop tells of %+v", list)
	}
	if list := attemptsAt(h, other.ID); len(list) != 1 || list[0].Count != 1 {
		t.Errorf("the trail of the other tells of %+v", list)
	}
	if list := attemptsAt(h, h.Operator.ID); len(list) != 1 || !list[0].Unknown {
		t.Errorf("the trail of the operator tells of %+v", list)
	}
	_, err = h.Svc.Access.RevokeKey(t.Context(), h.As(h.Cove), access.RevokeInput{CustomerID: shop.ID, KeyID: shopKey})
	testkit.Must(t, err)
	present(h, shop.Keys.Secret, "198.51.100.4")
	if list := attemptsAt(h, shop.ID); len(list) != 3 || list[2].Key != shopKey || list[2].Address != "198.51.100.0/24" {
		t.Errorf("after the revocation the trail tells of %+v", list)
	}
	if again := attemptsAt(h, shop.ID); len(again) != 3 {
		t.Errorf("what was recorded is recorded again: %+v", again)
	}
}

// Wrong passwords are in the trail of the user's customer, and a name that nobody has in
// the operator's.
func TestWrongPasswordsAreRecorded(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, clerk := staffed(h, h.Cove)
	ctx := tenancy.WithOrigin(t.Context(), tenancy.Origin{Address: "203.0.113.0/24"})
	for _, name := range []string{"clerk", "Clerk", "nobody"} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Access.GrantToken(ctx, access.GrantInput{
				GrantType: patch.Of("password"), Scope: patch.Of("auth"), Username: patch.Of(name), Password: patch.Of(secret.New("wrong-horse")),
			})
			testkit.Refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
		})
	}
	if list := attemptsAt(h, h.Cove.ID); len(list) != 1 || list[0].User != clerk || list[0].Count != 2 || list[0].Address != "203.0.113.0/24" {
		t.Errorf("the trail tells of %+v", list)
	}
	if list := attemptsAt(h, h.Operator.ID); len(list) != 1 || !list[0].Unknown || list[0].Count != 1 {
		t.Errorf("the trail of the operator tells of %+v", list)
	}
}

// A flood from very many networks, and at very many numbers of keys, is a bounded number
// of events and hides no other target.
func TestAFloodHidesNoTarget(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	flooded, quiet := h.MerchantOf(h.Cove), h.MerchantOf(h.Cove)
	ref := h.Record(flooded.ID).Ref()
	for n := range 300 {
		_, made, err := keys.Minter{Mode: keys.Test}.Pair(t.Context(), ref, int32(1+n%150), h.Clock.Now())
		testkit.Must(t, err)
		present(h, made.Secret, fmt.Sprintf("10.%d.%d.1", n/200, n%200))
	}
	present(h, forged(h, quiet).Secret, "203.0.113.7")
	list, count, many := attemptsAt(h, flooded.ID), int64(0), 0
	for _, one := range list {
		count += one.Count
		if one.ManySources {
			many++
		}
	}
	if len(list) > 2*21 || count != 300 || many == 0 {
		t.Errorf("%d events tell of %d attempts, %d of many sources", len(list), count, many)
	}
	if list := attemptsAt(h, quiet.ID); len(list) != 1 || list[0].Count != 1 || list[0].Address != "203.0.113.0/24" {
		t.Errorf("the quiet trail tells of %+v", list)
	}
}

// What cannot be written now is written at the next turn, with what came since.
func TestAttemptsOutliveAnOutage(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	shop := h.MerchantOf(h.Cove)
	present(h, forged(h, shop).Secret, "203.0.113.7")
	watch.Trap("AddEvent", testkit.Crash)
	if err := h.Svc.Access.FlushAttempts(t.Context()); !errors.Is(err, rows.ErrUnavailable) {
		t.Errorf("the outage is reported as %v", err)
	}
	present(h, forged(h, shop).Secret, "203.0.113.7")
	if list := attemptsAt(h, shop.ID); len(list) != 1 || list[0].Count != 2 {
		t.Errorf("the trail tells of %+v", list)
	}
}

// A refused scope and a refused unmasking are in the trail of whoever was refused, by
// credential and operation; what is refused for other reasons is not.
func TestDenialsAreRecorded(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	ctx := tenancy.WithOrigin(t.Context(), tenancy.Origin{Address: "203.0.113.0/24"})
	caller := h.As(h.Cove)
	_, policy := h.Unmask(caller, h.MerchantOf(h.Cove).ID, "curious")
	testkit.Refused(t, policy, fault.Forbidden, fault.CodePolicy)
	reader := h.As(h.Mint(h.Cove, 0, "read"))
	scope := tenancy.AuthorizeScope(reader, tenancy.KeysWrite)
	for range 5 {
		h.Svc.Access.NoteDenied(ctx, reader, "POST /v3/keys", scope)
	}
	h.Svc.Access.NoteDenied(ctx, caller, "GET /v3/customers/:id/unmasked", policy)
	h.Svc.Access.NoteDenied(ctx, caller, "GET /v3/customers/:id", fault.NotFoundError())
	h.Svc.Access.NoteDenied(ctx, tenancy.Caller{}, "GET /v3/whoami", scope)
	list := attemptsAt(h, h.Cove.ID)
	if len(list) != 2 {
		t.Fatalf("the trail tells of %+v", list)
	}
	slices.SortFunc(list, func(x, y tried) int { return int(x.Count - y.Count) })
	for i, want := range []tried{
		{Credential: caller.Credential.ID, Operation: "GET /v3/customers/:id/unmasked", Code: string(fault.CodePolicy), Count: 1},
		{Credential: reader.Credential.ID, Operation: "POST /v3/keys", Code: string(fault.CodeScope), Count: 5},
	} {
		if got := list[i]; got.Type != "access.denied" || got.Actor != h.Cove.ID || got.Credential != want.Credential || got.Operation != want.Operation ||
			got.Code != want.Code || got.Count != want.Count || got.Unknown || got.Address != "203.0.113.0/24" {
			t.Errorf("event %d tells of %+v", i, got)
		}
	}
}
