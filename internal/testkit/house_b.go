package testkit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/fields"
	"tenantry/customers/identity"
	"tenantry/customers/instruments"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// MerchantOf makes a merchant with nothing but what is required.
func (h *Env) MerchantOf(parent Party, more ...string) Party {
	h.T.Helper()
	return h.Create(parent, `{"name":"Merchant","email":"m@example.com","planKey":"merchant"`+strings.Join(more, "")+`}`)
}

// UsBank is a US bank with the given account number, and more members.
func UsBank(account string, more ...string) string {
	return `{"routingNumber":"110000000","accountNumber":"` + account + `"` + strings.Join(more, "") + `}`
}

func (h *Env) TryAddBank(by Party, id, body string) (view.BankView, error) {
	h.T.Helper()
	return h.Svc.Instruments.AddBank(h.T.Context(), h.As(by), id, Input[fields.BankInput](h.T, body))
}

func (h *Env) AddBank(by Party, id, body string) view.BankView {
	h.T.Helper()
	bank, err := h.TryAddBank(by, id, body)
	Must(h.T, err)
	return bank
}

func (h *Env) UpdateBank(by Party, id, bank, body string) (view.BankView, error) {
	h.T.Helper()
	return h.Svc.Instruments.UpdateBank(h.T.Context(), h.As(by), id, bank, Input[fields.BankInput](h.T, body))
}

func (h *Env) Banks(by Party, id string) []view.BankView {
	h.T.Helper()
	list, err := h.Svc.Instruments.Banks(h.T.Context(), h.As(by), id)
	Must(h.T, err)
	return list
}

func (h *Env) Confirm(by Party, id, bank string, amounts ...string) (view.BankView, error) {
	h.T.Helper()
	return h.Svc.Instruments.ConfirmDrops(h.T.Context(), h.As(by), id, bank, instruments.ConfirmDropsInput{Amounts: patch.Of(amounts)})
}

// Publishing gives a caller that holds the publishable key of a party.
func (h *Env) Publishing(p Party) tenancy.Caller {
	h.T.Helper()
	caller, err := h.Svc.Access.Authenticate(h.T.Context(), access.Presented{Publishable: p.Keys.Publishable, SubjectID: p.ID})
	Must(h.T, err)
	return caller
}

func (h *Env) Tokenize(by tenancy.Caller, body string) instruments.Token {
	h.T.Helper()
	token, err := h.Svc.Instruments.Tokenize(h.T.Context(), by, Input[instruments.TokenInput](h.T, body))
	Must(h.T, err)
	return token
}

func (h *Env) AddCard(by Party, id, token string, more ...string) (view.CardView, error) {
	h.T.Helper()
	return h.Svc.Instruments.AddCard(h.T.Context(), h.As(by), id, Input[instruments.CardInput](h.T, `{"token":"`+token+`"`+strings.Join(more, "")+`}`))
}

func (h *Env) AddUser(by Party, id, body string) (view.UserView, error) {
	h.T.Helper()
	return h.Svc.Access.AddUser(h.T.Context(), h.As(by), id, Input[access.UserInput](h.T, body))
}

func (h *Env) Identity(by Party, id string) view.IdentityView {
	h.T.Helper()
	view, err := h.Svc.Identity.Identity(h.T.Context(), h.As(by), id)
	Must(h.T, err)
	return view
}

func (h *Env) Decide(by Party, id, status, reason string) (view.IdentityView, error) {
	h.T.Helper()
	return h.Svc.Identity.DecideIdentity(h.T.Context(), h.As(by), id, identity.DecisionInput{Status: patch.Of(status), Reason: patch.Of(reason)})
}

// Trail gives the types of all events of a customer, relayed and waiting, oldest first.
func (h *Env) Trail(id string) []string {
	h.T.Helper()
	var types []string
	for _, event := range h.Events(id) {
		types = append(types, event.Type)
	}
	return types
}

// Events gives all events of a customer, relayed and waiting, oldest first.
func (h *Env) Events(id string) []customers.Event {
	h.T.Helper()
	record := h.Record(id)
	logged, err := h.Store.Events(h.T.Context(), customers.EventQuery{Customer: record.Ref(), Limit: 100})
	Must(h.T, err)
	var list []customers.Event
	for _, event := range slices.Backward(logged) {
		list = append(list, event.Event)
	}
	return append(list, record.Outbox...)
}

func (h *Env) Last(id string) customers.Event {
	h.T.Helper()
	list := h.Events(id)
	return list[len(list)-1]
}

// AtRest gives all that the store holds of a customer: the record as engines
// write it, and its events.
func (h *Env) AtRest(id string) []byte {
	h.T.Helper()
	document, err := codec.Encode(h.Record(id))
	Must(h.T, err)
	events, err := json.Marshal(h.Events(id))
	Must(h.T, err)
	return append(document, events...)
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

// Hidden demands that every operation on what the caller cannot reach is answered
// exactly as on what does not exist, and that the record stays as it is.
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

// Swappable is a sealer whose key ring can be replaced while it is in use.
type Swappable struct{ current atomic.Value }

type sealerBox struct{ registry.Sealer }

// Swapped gives a swappable and the tuning that puts it before the house's ring.
func Swapped() (*Swappable, Tuning) {
	s := &Swappable{}
	return s, func(o *app.Options) {
		s.Use(o.Sealer)
		o.Sealer = s
	}
}

func (s *Swappable) Use(sealer registry.Sealer) { s.current.Store(sealerBox{sealer}) }
func (s *Swappable) Now() registry.Sealer       { return s.current.Load().(sealerBox).Sealer }

func (s *Swappable) Seal(ref tenancy.Ref, kind string, plain secret.Text) ([]byte, error) {
	return s.Now().Seal(ref, kind, plain)
}

func (s *Swappable) Unseal(ref tenancy.Ref, kind string, sealed []byte) (secret.Text, error) {
	return s.Now().Unseal(ref, kind, sealed)
}

func (s *Swappable) IsCurrent(sealed []byte) bool { return s.Now().IsCurrent(sealed) }

func (s *Swappable) Fingerprint(tenant tenancy.ID, kind string, value secret.Text) string {
	return s.Now().Fingerprint(tenant, kind, value)
}

func (s *Swappable) SealBox(key []byte, label string, plain []byte) ([]byte, error) {
	return s.Now().SealBox(key, label, plain)
}

func (s *Swappable) OpenBox(key []byte, label string, box []byte) ([]byte, error) {
	return s.Now().OpenBox(key, label, box)
}

// Counter gives account numbers that differ.
type Counter struct{ n atomic.Int64 }

// Account gives an account number that no other bank of the test has.
func (c *Counter) Account() string { return fmt.Sprintf("%012d", 700_000_000_000+c.n.Add(1)) }
