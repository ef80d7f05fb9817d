package customers_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// request stands for what identifies a request.
var request = []byte("POST /v3/customers, body 1")

// began demands an attempt that may go ahead.
func (h *house) began(caller tenancy.Caller, key string) customers.Attempt {
	h.t.Helper()
	attempt, earlier, err := h.svc.Begin(h.t.Context(), caller, key, request)
	must(h.t, err)
	if earlier != nil {
		h.t.Fatalf("an earlier answer came: %d", earlier.Status)
	}
	return attempt
}

// replayed demands the answer of an earlier attempt.
func (h *house) replayed(caller tenancy.Caller, key string) customers.Answer {
	h.t.Helper()
	_, earlier, err := h.svc.Begin(h.t.Context(), caller, key, request)
	must(h.t, err)
	if earlier == nil {
		h.t.Fatal("the request would be done twice")
	}
	return *earlier
}

// created is the answer of a creation: with its secret, and without.
var created = customers.Answer{
	Status: 201, Header: map[string]string{"Location": "/v3/customers/1", "ETag": `"1"`},
	Body: []byte(`{"id":"1","keys":{"secret":"sk_test_very_secret"}}`), Redacted: []byte(`{"id":"1"}`),
}

// The same key twice gives the same answer, status, headers and body, secret
// included, and any number of times.
func TestIdempotencyKeyGivesTheSameAnswer(t *testing.T) {
	t.Parallel()
	h := open(t)
	must(t, h.svc.Finish(t.Context(), h.began(h.as(h.cove), "k"), created))
	want := created
	want.Redacted = nil
	for range 3 {
		h.clock.Advance(7 * time.Hour)
		if diff := cmp.Diff(want, h.replayed(h.as(h.cove), "k")); diff != "" {
			t.Error(diff)
		}
	}
	bare := customers.Answer{Status: 204}
	must(t, h.svc.Finish(t.Context(), h.began(h.as(h.cove), "bare"), bare))
	if diff := cmp.Diff(bare, h.replayed(h.as(h.cove), "bare")); diff != "" {
		t.Error(diff)
	}
}

// A key that was used for another request is refused, before and after that was
// answered, and so is one whose first request still runs. One that was given back
// is free.
func TestIdempotencyKeyIsForOneRequest(t *testing.T) {
	t.Parallel()
	h := open(t)
	caller := h.as(h.cove)
	conflict := func(body []byte) {
		t.Helper()
		_, _, err := h.svc.Begin(t.Context(), caller, "k", body)
		if refusal := refused(t, err, fault.Conflict, fault.CodeIdempotency); refusal.Field != "Idempotency-Key" {
			t.Errorf("the refusal names %q", refusal.Field)
		}
	}
	attempt := h.began(caller, "k")
	conflict(request)
	conflict([]byte("body 2"))
	h.clock.Advance(almost)
	conflict(request)
	must(t, h.svc.Finish(t.Context(), attempt, created))
	conflict([]byte("body 2"))
	h.clock.Advance(time.Hour)
	conflict([]byte("body 2"))
	_ = h.replayed(caller, "k")

	must(t, h.svc.Abandon(t.Context(), h.began(caller, "given back")))
	_ = h.began(caller, "given back")

	// Another request does not inherit an attempt that died, however old it is.
	h.began(caller, "dead")
	h.clock.Advance(time.Hour)
	_, _, err := h.svc.Begin(t.Context(), caller, "dead", []byte("body 2"))
	refused(t, err, fault.Conflict, fault.CodeIdempotency)
}

// Of many requests with one key at the same moment exactly one may go ahead; so
// too when they take over an attempt that died.
func TestOneOfManyAttemptsGoesAhead(t *testing.T) {
	t.Parallel()
	h := open(t)
	caller := h.as(h.cove)
	var ids [2]tenancy.ID
	for turn := range ids {
		ahead := 0
		attempts := make([]customers.Attempt, 16)
		for i, err := range together(16, func(i int) error {
			attempt, _, err := h.svc.Begin(t.Context(), caller, "k", request)
			attempts[i] = attempt
			return err
		}) {
			if err != nil {
				refused(t, err, fault.Conflict, fault.CodeIdempotency)
				continue
			}
			ahead++
			ids[turn] = attempts[i].ID
		}
		if ahead != 1 {
			t.Errorf("turn %d: %d attempts went ahead", turn, ahead)
		}
		h.clock.Advance(time.Minute)
	}
	if ids[0] != ids[1] {
		t.Error("the second attempt reserved another id, and so cannot find what the first one wrote")
	}
}

// An attempt that was taken over while it was only slow cannot put its answer in
// the place of the second one's.
func TestASlowAttemptDoesNotOverwriteItsSuccessor(t *testing.T) {
	t.Parallel()
	h := open(t)
	caller := h.as(h.cove)
	slow := h.began(caller, "k")
	h.clock.Advance(time.Minute)
	successor := h.began(caller, "k")
	must(t, h.svc.Finish(t.Context(), successor, created))
	must(t, h.svc.Finish(t.Context(), slow, customers.Answer{Status: 500}))
	must(t, h.svc.Abandon(t.Context(), slow))
	if got := h.replayed(caller, "k"); got.Status != created.Status {
		t.Errorf("the answer is %d now", got.Status)
	}
}

// A creation that crashed before it was answered is finished by its retry a minute
// later: one customer exists, with fresh keys; those that nobody ever saw are dead.
func TestARetryFinishesACreationThatCrashed(t *testing.T) {
	t.Parallel()
	for name, happened := range map[string]func(func() error) error{"before the write": crash, "after the write": lost, "after its end": nil} {
		watch, watched := spied()
		h := open(t, watched)
		create := func() (customers.Created, error) {
			in := input[customers.CreateInput](t, `{"name":"N","email":"n@example.com","planKey":"payer","merchantKey":"shop"`+user("ada")+`}`)
			in.ID = h.began(h.as(h.cove), "k").ID
			return h.svc.Create(t.Context(), h.as(h.cove), in)
		}
		if happened != nil {
			watch.trap("Insert", happened)
		}
		watch.reset()
		first, err := create()
		if happened != nil {
			refused(t, err, fault.Unavailable, fault.CodeUnavailable)
		}
		_, _, err = h.svc.Begin(t.Context(), h.as(h.cove), "k", request)
		refused(t, err, fault.Conflict, fault.CodeIdempotency)

		h.clock.Advance(time.Minute)
		again, err := create()
		must(t, err)
		if children := h.children(h.cove); len(children) != 1 || children[0].ID != again.Customer.ID {
			t.Errorf("%s: %d customers exist", name, len(children))
		}
		fresh := party{again.Customer.ID.String(), again.Keys}
		must(t, h.present(fresh))
		if first.Customer != nil {
			stale := party{fresh.id, first.Keys}
			refused(t, h.present(stale), fault.Unauthenticated, fault.CodeCredentials)
		}
		if live := len(again.Customer.Keys); live > 1 && again.Customer.Keys[0].Live(h.clock.Now()) {
			t.Errorf("%s: the keys of the first try live on", name)
		}
		if _, err := h.login("ada", "correct-horse"); err != nil {
			t.Errorf("%s: its user cannot sign in: %v", name, err)
		}
		h.taken("shop")
	}
}

// A retry that is refused gives no key back under which an earlier try may have
// written: the next one still goes on with the same customer.
func TestARefusedRetryKeepsWhatTheCrashLeft(t *testing.T) {
	t.Parallel()
	h := open(t)
	caller := h.as(h.cove)
	crashed := h.began(caller, "k")
	h.clock.Advance(time.Minute)
	must(t, h.svc.Abandon(t.Context(), h.began(caller, "k")))
	h.clock.Advance(time.Minute)
	if next := h.began(caller, "k"); next.ID != crashed.ID {
		t.Errorf("the third try may make customer %s beside %s", next.ID, crashed.ID)
	}
}

// The secret in an answer comes back to the credential that asked alone. Another
// of the same customer that may do as much, be it a newer key or a token, gets the
// same answer without.
func TestSecretsAreReplayedToTheSameCredentialOnly(t *testing.T) {
	t.Parallel()
	h := open(t)
	token := h.token(h.cove)
	restricted := h.mint(h.cove, 0, "customers:write")
	rotated, err := h.svc.RotateKeys(t.Context(), h.as(h.cove), "", customers.RotateInput{})
	must(t, err)
	bearers := map[string]party{
		"old key": h.cove, "token": token, "restricted key": restricted, "new key": {h.cove.id, rotated.Pair},
	}
	for asked, bearer := range bearers {
		must(t, h.svc.Finish(t.Context(), h.began(h.as(bearer), asked), created))
		for again, other := range bearers {
			want := created.Redacted
			if again == asked {
				want = created.Body
			} else if again == "restricted key" {
				_, _, err := h.svc.Begin(t.Context(), h.as(other), asked, request)
				refused(t, err, fault.Forbidden, fault.CodeScope)
				continue
			}
			if got := h.replayed(h.as(other), asked); !bytes.Equal(got.Body, want) || got.Status != created.Status {
				t.Errorf("asked with the %s, again with the %s: %d %s", asked, again, got.Status, got.Body)
			}
		}
	}
	local, err := h.svc.Local(t.Context(), "")
	must(t, err)
	must(t, h.svc.Finish(t.Context(), h.began(local, "k"), created))
	for _, caller := range []tenancy.Caller{local, h.as(h.operator)} {
		if got := h.replayed(caller, "k"); !bytes.Equal(got.Body, created.Redacted) {
			t.Errorf("what was asked at the machine itself is replayed as %s", got.Body)
		}
	}
}

// Keys belong to who signs and for whom: nobody meets another's, not the child its
// platform's, not a platform that acts for two children, no stranger, and no page
// that shows the publishable key.
func TestIdempotencyKeysAreNeverShared(t *testing.T) {
	t.Parallel()
	h := open(t)
	first, second := h.create(h.cove, one(``)), h.create(h.cove, one(``))
	for _, caller := range []tenancy.Caller{
		h.as(h.cove), h.as(h.cove, first.id), h.as(h.cove, second.id), h.as(first), h.as(second), h.as(h.rival),
		h.as(h.operator), h.as(h.operator, h.cove.id), h.as(h.operator, first.id),
		h.publishing(h.cove), h.publishing(first),
	} {
		must(t, h.svc.Finish(t.Context(), h.began(caller, "k"), created))
	}
}

// A key is remembered for 24 hours and then means a new request, also a different
// one; sweeping does not end it sooner.
func TestIdempotencyKeysEndAfterADay(t *testing.T) {
	t.Parallel()
	h := open(t)
	caller := h.as(h.cove)
	attempt := h.began(caller, "k")
	must(t, h.svc.Finish(t.Context(), attempt, created))
	h.clock.Advance(24*time.Hour - time.Millisecond)
	_, err := h.svc.SweepClaims(t.Context())
	must(t, err)
	_ = h.replayed(caller, "k")
	h.clock.Advance(time.Millisecond)
	later, earlier, err := h.svc.Begin(t.Context(), caller, "k", []byte("body 2"))
	must(t, err)
	if earlier != nil || later.ID == attempt.ID {
		t.Error("a key of yesterday is not free")
	}
	h.clock.Advance(25 * time.Hour)
	if swept, err := h.svc.SweepClaims(t.Context()); err != nil || swept != 1 {
		t.Errorf("swept %d claims: %v", swept, err)
	}
}

// Whoever reads the database reads no secret out of a kept answer, nor the key by
// which it was asked for.
func TestKeptAnswersHoldNothingInClear(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	watch.reset()
	must(t, h.svc.Finish(t.Context(), h.began(h.as(h.cove), "order-4711"), created))
	if len(watch.claims) < 2 {
		t.Fatalf("%d claims were written", len(watch.claims))
	}
	for _, claim := range watch.claims {
		stored, err := codec.EncodeClaim(&claim)
		must(t, err)
		printed, err := json.Marshal(claim)
		must(t, err)
		for _, text := range []string{"sk_test", "very_secret", `"id"`, "order-4711", h.cove.keys.Secret.Reveal()} {
			if bytes.Contains(stored, []byte(text)) || strings.Contains(string(printed), text) || bytes.Contains(claim.Answer, []byte(text)) {
				t.Errorf("%q stands in the claim", text)
			}
		}
	}
}
