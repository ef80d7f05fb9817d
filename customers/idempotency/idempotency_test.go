package idempotency_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/access"
	"tenantry/customers/idempotency"
	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/internal/fault"
	"tenantry/internal/store/codec"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// The same key twice gives the same answer, status, headers and body, secret
// included, and any number of times.
func TestIdempotencyKeyGivesTheSameAnswer(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	testkit.Must(t, h.Svc.Idempotency.Finish(t.Context(), h.Began(h.As(h.Cove), "k"), testkit.Created))
	want := testkit.Created
	want.Redacted = nil
	for range 3 {
		h.Clock.Advance(7 * time.Hour)
		if diff := cmp.Diff(want, h.Replayed(h.As(h.Cove), "k")); diff != "" {
			t.Error(diff)
		}
	}
	bare := idempotency.Answer{Status: 204}
	testkit.Must(t, h.Svc.Idempotency.Finish(t.Context(), h.Began(h.As(h.Cove), "bare"), bare))
	if diff := cmp.Diff(bare, h.Replayed(h.As(h.Cove), "bare")); diff != "" {
		t.Error(diff)
	}
}

// A key that was used for another request is refused, before and after that was
// answered, and so is one whose first request still runs. One that was given back
// is free.
func TestIdempotencyKeyIsForOneRequest(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	caller := h.As(h.Cove)
	conflict := func(body []byte) {
		t.Helper()
		_, _, err := h.Svc.Idempotency.Begin(t.Context(), caller, "k", body)
		if refusal := testkit.Refused(t, err, fault.Conflict, fault.CodeIdempotency); refusal.Field != "Idempotency-Key" {
			t.Errorf("the refusal names %q", refusal.Field)
		}
	}
	attempt := h.Began(caller, "k")
	conflict(testkit.Request)
	conflict([]byte("body 2"))
	h.Clock.Advance(testkit.Almost)
	conflict(testkit.Request)
	testkit.Must(t, h.Svc.Idempotency.Finish(t.Context(), attempt, testkit.Created))
	conflict([]byte("body 2"))
	h.Clock.Advance(time.Hour)
	conflict([]byte("body 2"))
	_ = h.Replayed(caller, "k")

	testkit.Must(t, h.Svc.Idempotency.Abandon(t.Context(), h.Began(caller, "given back")))
	_ = h.Began(caller, "given back")

	// Another request does not inherit an attempt that died, however old it is.
	h.Began(caller, "dead")
	h.Clock.Advance(time.Hour)
	_, _, err := h.Svc.Idempotency.Begin(t.Context(), caller, "dead", []byte("body 2"))
	testkit.Refused(t, err, fault.Conflict, fault.CodeIdempotency)
}

// Of many requests with one key at the same moment exactly one may go ahead; so
// too when they take over an attempt that died.
func TestOneOfManyAttemptsGoesAhead(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	caller := h.As(h.Cove)
	var ids [2]tenancy.ID
	for turn := range ids {
		ahead := 0
		attempts := make([]idempotency.Attempt, 16)
		for i, err := range testkit.Together(16, func(i int) error {
			attempt, _, err := h.Svc.Idempotency.Begin(t.Context(), caller, "k", testkit.Request)
			attempts[i] = attempt
			return err
		}) {
			if err != nil {
				testkit.Refused(t, err, fault.Conflict, fault.CodeIdempotency)
				continue
			}
			ahead++
			ids[turn] = attempts[i].ID
		}
		if ahead != 1 {
			t.Errorf("turn %d: %d attempts went ahead", turn, ahead)
		}
		h.Clock.Advance(time.Minute)
	}
	if ids[0] != ids[1] {
		t.Error("the second attempt reserved another id, and so cannot find what the first one wrote")
	}
}

// An attempt that was taken over while it was only slow cannot put its answer in
// the place of the second one's.
func TestASlowAttemptDoesNotOverwriteItsSuccessor(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	caller := h.As(h.Cove)
	slow := h.Began(caller, "k")
	h.Clock.Advance(time.Minute)
	successor := h.Began(caller, "k")
	testkit.Must(t, h.Svc.Idempotency.Finish(t.Context(), successor, testkit.Created))
	testkit.Must(t, h.Svc.Idempotency.Finish(t.Context(), slow, idempotency.Answer{Status: 500}))
	testkit.Must(t, h.Svc.Idempotency.Abandon(t.Context(), slow))
	if got := h.Replayed(caller, "k"); got.Status != testkit.Created.Status {
		t.Errorf("the answer is %d now", got.Status)
	}
}

// A creation that crashed before it was answered is finished by its retry a minute
// later: one customer exists, with fresh keys; those that nobody ever saw are dead.
func TestARetryFinishesACreationThatCrashed(t *testing.T) {
	t.Parallel()
	for name, happened := range map[string]func(func() error) error{"before the write": testkit.Crash, "after the write": testkit.Lost, "after its end": nil} {
		t.Run(name, func(t *testing.T) {
			watch, watched := testkit.Spied()
			h := testkit.Open(t, watched)
			create := func() (registry.Created, error) {
				in := testkit.Input[lifecycle.CreateInput](t, `{"name":"N","email":"n@example.com","planKey":"payer","merchantKey":"shop"`+testkit.User("ada")+`}`)
				in.ID = h.Began(h.As(h.Cove), "k").ID
				return h.Svc.Lifecycle.Create(t.Context(), h.As(h.Cove), in)
			}
			if happened != nil {
				watch.Trap("Insert", happened)
			}
			watch.Reset()
			first, err := create()
			if happened != nil {
				testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
			}
			_, _, err = h.Svc.Idempotency.Begin(t.Context(), h.As(h.Cove), "k", testkit.Request)
			testkit.Refused(t, err, fault.Conflict, fault.CodeIdempotency)

			h.Clock.Advance(time.Minute)
			again, err := create()
			testkit.Must(t, err)
			if children := h.Children(h.Cove); len(children) != 1 || children[0].ID != again.Customer.ID {
				t.Errorf("%s: %d customers exist", name, len(children))
			}
			fresh := testkit.Party{ID: again.Customer.ID.String(), Keys: again.Keys}
			testkit.Must(t, h.Present(fresh))
			if first.Customer != nil {
				stale := testkit.Party{ID: fresh.ID, Keys: first.Keys}
				testkit.Refused(t, h.Present(stale), fault.Unauthenticated, fault.CodeCredentials)
			}
			if live := len(again.Customer.Keys); live > 1 && again.Customer.Keys[0].Live(h.Clock.Now()) {
				t.Errorf("%s: the keys of the first try live on", name)
			}
			if _, err := h.Login("ada", "correct-horse"); err != nil {
				t.Errorf("%s: its user cannot sign in: %v", name, err)
			}
			h.Taken("shop")
		})
	}
}

// A retry that is refused releases no key under which an earlier try may have
// written: the next one still goes on with the same customer.
func TestARefusedRetryKeepsWhatTheCrashLeft(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	caller := h.As(h.Cove)
	crashed := h.Began(caller, "k")
	h.Clock.Advance(time.Minute)
	testkit.Must(t, h.Svc.Idempotency.Abandon(t.Context(), h.Began(caller, "k")))
	h.Clock.Advance(time.Minute)
	if next := h.Began(caller, "k"); next.ID != crashed.ID {
		t.Errorf("the third try may make customer %s beside %s", next.ID, crashed.ID)
	}
}

// The secret in an answer comes back to the credential that asked alone. Another
// of the same customer that may do as much, be it a newer key or a token, gets the
// same answer without.
func TestSecretsAreReplayedToTheSameCredentialOnly(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	token := h.Token(h.Cove)
	restricted := h.Mint(h.Cove, 0, "customers:write")
	rotated, err := h.Svc.Access.RotateKeys(t.Context(), h.As(h.Cove), "", access.RotateInput{})
	testkit.Must(t, err)
	bearers := map[string]testkit.Party{
		"old key": h.Cove, "token": token, "restricted key": restricted, "new key": {ID: h.Cove.ID, Keys: rotated.Pair},
	}
	for asked, bearer := range bearers {
		testkit.Must(t, h.Svc.Idempotency.Finish(t.Context(), h.Began(h.As(bearer), asked), testkit.Created))
		for again, other := range bearers {
			t.Run("asked with the "+asked+", again with the "+again, func(t *testing.T) {
				h := h.In(t)
				want := testkit.Created.Redacted
				switch again {
				case asked:
					want = testkit.Created.Body
				case "restricted key":
					_, _, err := h.Svc.Idempotency.Begin(t.Context(), h.As(other), asked, testkit.Request)
					testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
					return
				}
				if got := h.Replayed(h.As(other), asked); !bytes.Equal(got.Body, want) || got.Status != testkit.Created.Status {
					t.Errorf("asked with the %s, again with the %s: %d %s", asked, again, got.Status, got.Body)
				}
			})
		}
	}
	local, err := h.Svc.Access.Local(t.Context(), "")
	testkit.Must(t, err)
	testkit.Must(t, h.Svc.Idempotency.Finish(t.Context(), h.Began(local, "k"), testkit.Created))
	for _, caller := range []tenancy.Caller{local, h.As(h.Operator)} {
		if got := h.Replayed(caller, "k"); !bytes.Equal(got.Body, testkit.Created.Redacted) {
			t.Errorf("what was asked at the machine itself is replayed as %s", got.Body)
		}
	}
}

// Keys belong to who signs and for whom: nobody meets another's, not the child its
// platform's, not a platform that acts for two children, no stranger, and no page
// that shows the publishable key.
func TestIdempotencyKeysAreNeverShared(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	first, second := h.Create(h.Cove, testkit.One(``)), h.Create(h.Cove, testkit.One(``))
	for _, caller := range []tenancy.Caller{
		h.As(h.Cove), h.As(h.Cove, first.ID), h.As(h.Cove, second.ID), h.As(first), h.As(second), h.As(h.Rival),
		h.As(h.Operator), h.As(h.Operator, h.Cove.ID), h.As(h.Operator, first.ID),
		h.Publishing(h.Cove), h.Publishing(first),
	} {
		testkit.Must(t, h.Svc.Idempotency.Finish(t.Context(), h.Began(caller, "k"), testkit.Created))
	}
}

// A key is remembered for 24 hours and then means a new request, also a different
// one; sweeping does not end it sooner.
func TestIdempotencyKeysEndAfterADay(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	caller := h.As(h.Cove)
	attempt := h.Began(caller, "k")
	testkit.Must(t, h.Svc.Idempotency.Finish(t.Context(), attempt, testkit.Created))
	h.Clock.Advance(24*time.Hour - time.Millisecond)
	_, err := h.Svc.Registry.SweepReservations(t.Context())
	testkit.Must(t, err)
	_ = h.Replayed(caller, "k")
	h.Clock.Advance(time.Millisecond)
	later, earlier, err := h.Svc.Idempotency.Begin(t.Context(), caller, "k", []byte("body 2"))
	testkit.Must(t, err)
	if earlier != nil || later.ID == attempt.ID {
		t.Error("a key of yesterday is not free")
	}
	h.Clock.Advance(25 * time.Hour)
	if swept, err := h.Svc.Registry.SweepReservations(t.Context()); err != nil || swept != 1 {
		t.Errorf("swept %d claims: %v", swept, err)
	}
}

// Whoever reads the database reads no secret out of a kept answer, nor the key by
// which it was asked for.
func TestKeptAnswersHoldNothingInClear(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	watch.Reset()
	testkit.Must(t, h.Svc.Idempotency.Finish(t.Context(), h.Began(h.As(h.Cove), "order-4711"), testkit.Created))
	if len(watch.Claims) < 2 {
		t.Fatalf("%d claims were written", len(watch.Claims))
	}
	for _, claim := range watch.Claims {
		stored, err := codec.EncodeClaim(&claim)
		testkit.Must(t, err)
		printed, err := json.Marshal(claim)
		testkit.Must(t, err)
		for _, text := range []string{"sk_test", "very_secret", `"id"`, "order-4711", h.Cove.Keys.Secret.Reveal()} {
			if bytes.Contains(stored, []byte(text)) || strings.Contains(string(printed), text) || bytes.Contains(claim.Answer, []byte(text)) {
				t.Errorf("%q stands in the claim", text)
			}
		}
	}
}

// An answer that an earlier build kept, a JSON object with the whole answer for the
// credential that asked and the rest for others, is read until it ends, also once its box
// was sealed anew.
func TestAnswersOfEarlierBuildsAreRead(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	caller := h.As(h.Cove)
	h.Began(caller, "k")
	list, err := h.Store.ReservationsBehind(t.Context(), "idempotency:", "", 1)
	testkit.Must(t, err)
	box := func(key []byte, answer idempotency.Answer) []byte {
		plain, err := json.Marshal(answer)
		testkit.Must(t, err)
		sealed, err := h.Ring.SealBox(key, list[0].Key, plain)
		testkit.Must(t, err)
		return sealed
	}
	public := testkit.Created
	public.Body, public.Redacted = public.Redacted, nil
	next := list[0]
	next.Answer, err = json.Marshal(map[string]any{
		"full": box(caller.Credential.Derive(list[0].Key), testkit.Created), "public": box(nil, public), "scopes": caller.Credential.Scopes,
	})
	testkit.Must(t, err)
	if ok, err := h.Store.CompareAndSwap(t.Context(), list[0], next); err != nil || !ok {
		t.Fatal("the answer is not kept:", err)
	}
	whole := testkit.Created
	whole.Redacted = nil
	other := caller
	other.Credential.Derive = func(string) []byte { return bytes.Repeat([]byte("o"), 32) }
	for range 2 {
		if diff := cmp.Diff(whole, h.Replayed(caller, "k")); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(public, h.Replayed(other, "k")); diff != "" {
			t.Error(diff)
		}
		testkit.Must(t, h.Svc.Idempotency.Reseal(t.Context()))
	}
}

// Another credential is shown what is not secret, wherever the secret stands in the body,
// and the first one everything.
func TestSecretsAreKeptBesideTheRest(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	caller := h.As(h.Cove)
	other := caller
	other.Credential.Derive = func(string) []byte { return bytes.Repeat([]byte("o"), 32) }
	for name, bodies := range map[string][2]string{
		"in the middle":   {`{"id":"1","secret":"very","name":"x"}`, `{"id":"1","name":"x"}`},
		"at the end":      {`{"id":"1","secret":"very"}`, `{"id":"1"}`},
		"at the start":    {`{"secret":"very","id":"1"}`, `{"id":"1"}`},
		"twice":           {`{"a":"very","id":"1","b":"secret"}`, `{"id":"1"}`},
		"alone":           {`{"a":"very secret"}`, `{}`},
		"nowhere":         {`{"a":"x"}`, `{"a":"x"}`},
		"longer redacted": {`{"a":"x"}`, `{"a":"xxxxxxxx","b":1}`},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			answer := idempotency.Answer{Status: 201, Body: []byte(bodies[0]), Redacted: []byte(bodies[1])}
			testkit.Must(t, h.Svc.Idempotency.Finish(t.Context(), h.Began(caller, name), answer))
			if got := string(h.Replayed(caller, name).Body); got != bodies[0] {
				t.Errorf("the first credential is shown %s", got)
			}
			if got := string(h.Replayed(other, name).Body); got != bodies[1] {
				t.Errorf("another credential is shown %s", got)
			}
		})
	}
}
