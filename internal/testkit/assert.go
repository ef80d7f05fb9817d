package testkit

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	dwollarules "tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Must ends the test at an error.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Refused demands a refusal of that kind and code, and returns it.
func Refused(t testing.TB, err error, kind fault.Kind, code fault.Code) *fault.Error {
	t.Helper()
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok || refusal.Kind != kind || refusal.Code != code {
		t.Fatalf("got %v, want a refusal %s", err, code)
	}
	return refusal
}

// Fields returns what is wrong with each field that a refusal names.
func Fields(refusal *fault.Error) map[string]fault.Detail {
	found := map[string]fault.Detail{refusal.Field: refusal.Detail}
	for _, v := range refusal.More {
		found[v.Field] = v.Detail
	}
	return found
}

// Duplicate demands the refusal of a taken value and that it names the field.
func Duplicate(t testing.TB, err error, field string) {
	t.Helper()
	if got := Fields(Refused(t, err, fault.Conflict, fault.CodeConflict)); got[field] != fault.Duplicate {
		t.Fatalf("the refusal names %v, want %s", got, field)
	}
}

// Answer is the public half of a refusal: all by which a caller can distinguish it from
// another.
type Answer struct {
	Kind  fault.Kind
	Code  fault.Code
	First fault.Violation
	More  int
	Retry int
}

// AnswerOf returns the public half of a refusal, and ends the test at any other error.
func AnswerOf(t testing.TB, err error) Answer {
	t.Helper()
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatalf("got %v, want a refusal", err)
	}
	return Answer{refusal.Kind, refusal.Code, refusal.Violation, len(refusal.More), refusal.RetryAfterSeconds}
}

// Conceals demands that text holds none of the secrets.
func Conceals(t testing.TB, where string, text []byte, secrets ...string) {
	t.Helper()
	for _, s := range secrets {
		if s == "" {
			t.Fatal("an empty secret is in everything")
		}
		if bytes.Contains(text, []byte(s)) {
			t.Errorf("%s shows %q", where, s)
		}
	}
}

// Operation is something that a caller tries on the customer with an id.
type Operation struct {
	Name string
	Try  func(caller tenancy.Caller, id string) error
}

// Hidden demands that every operation on a customer out of the strangers' reach is
// answered exactly as on a missing one, and that the record stays as it is.
func (h *Env) Hidden(victim Party, operations []Operation, strangers ...Party) {
	h.T.Helper()
	before := h.Record(victim.ID)
	for _, op := range operations {
		for i, stranger := range strangers {
			caller := h.As(stranger)
			got, want := AnswerOf(h.T, op.Try(caller, victim.ID)), AnswerOf(h.T, op.Try(caller, UnknownID))
			if got.Kind != fault.NotFound || !cmp.Equal(want, got) {
				h.T.Errorf("%s by stranger %d: %+v, for a missing id %+v", op.Name, i, got, want)
			}
		}
	}
	if diff := cmp.Diff(before, h.Record(victim.ID)); diff != "" {
		h.T.Errorf("a stranger changed the record: %s", diff)
	}
}

// Lacking demands that each operation is refused to a credential of the customer
// itself without the scope, whatever else it holds.
func (h *Env) Lacking(p Party, scope string, operations []Operation) {
	h.T.Helper()
	all := []string{"read", "customers:write", "banks:write", "keys:write", "unmask", "identity:decide"}
	limited := h.Mint(p, 0, slices.DeleteFunc(all, func(s string) bool { return s == scope })...)
	caller := h.As(limited)
	for _, op := range operations {
		if got := AnswerOf(h.T, op.Try(caller, p.ID)); got.Code != fault.CodeScope {
			h.T.Errorf("%s without %s: %+v", op.Name, scope, got)
		}
	}
}

// Taken demands that a merchant key is reserved under the platform.
func (h *Env) Taken(key string) {
	h.T.Helper()
	_, err := h.TryCreate(h.Cove, One(`,"merchantKey":"`+key+`"`))
	Duplicate(h.T, err, "merchantKey")
}

// UsedToken demands the refusal of a token that was used.
func UsedToken(t testing.TB, err error) {
	t.Helper()
	Duplicate(t, err, "token")
}

// Together runs act n times at once and returns the errors.
func Together(n int, act func(i int) error) []error {
	failed := make([]error, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			failed[i] = act(i)
		})
	}
	close(start)
	all.Wait()
	return failed
}

// Second returns the error of a call with two results.
func Second[T any](_ T, err error) error { return err }

// ErrorOf returns the error of a call with two results.
func ErrorOf[T any](_ T, err error) error { return err }

// found forgives a missing record: a credential that got so far was let in.
func found[T any](_ T, err error) error {
	if fault.IsNotFound(err) {
		return nil
	}
	return err
}

// depositing takes for success what a bank's earlier use cases left no room for: its deposits
// were started, confirmed or neither.
func depositing(err error) error {
	if code := fault.CodeOf(err); code == dwollarules.CodeDepositsStarted || code == dwollarules.CodeBankVerified || code == dwollarules.CodeNoDeposits {
		return nil
	}
	return err
}
