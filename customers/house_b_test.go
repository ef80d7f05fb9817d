package customers_test

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
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// merchantOf makes a merchant with nothing but what is required.
func (h *house) merchantOf(parent party, more ...string) party {
	h.t.Helper()
	return h.create(parent, `{"name":"Merchant","email":"m@example.com","planKey":"merchant"`+strings.Join(more, "")+`}`)
}

// usBank is a US bank with the given account number, and more members.
func usBank(account string, more ...string) string {
	return `{"routingNumber":"110000000","accountNumber":"` + account + `"` + strings.Join(more, "") + `}`
}

func (h *house) tryAddBank(by party, id, body string) (customers.BankView, error) {
	h.t.Helper()
	return h.svc.AddBank(h.t.Context(), h.as(by), id, input[customers.BankInput](h.t, body))
}

func (h *house) addBank(by party, id, body string) customers.BankView {
	h.t.Helper()
	bank, err := h.tryAddBank(by, id, body)
	must(h.t, err)
	return bank
}

func (h *house) updateBank(by party, id, bank, body string) (customers.BankView, error) {
	h.t.Helper()
	return h.svc.UpdateBank(h.t.Context(), h.as(by), id, bank, input[customers.BankInput](h.t, body))
}

func (h *house) banks(by party, id string) []customers.BankView {
	h.t.Helper()
	list, err := h.svc.Banks(h.t.Context(), h.as(by), id)
	must(h.t, err)
	return list
}

func (h *house) confirm(by party, id, bank string, amounts ...string) (customers.BankView, error) {
	h.t.Helper()
	return h.svc.ConfirmDrops(h.t.Context(), h.as(by), id, bank, customers.ConfirmDropsInput{Amounts: patch.Of(amounts)})
}

// publishing gives a caller that holds the publishable key of a party.
func (h *house) publishing(p party) tenancy.Caller {
	h.t.Helper()
	caller, err := h.svc.Authenticate(h.t.Context(), customers.Presented{Publishable: p.keys.Publishable, SubjectID: p.id})
	must(h.t, err)
	return caller
}

func (h *house) tokenize(by tenancy.Caller, body string) customers.Token {
	h.t.Helper()
	token, err := h.svc.Tokenize(h.t.Context(), by, input[customers.TokenInput](h.t, body))
	must(h.t, err)
	return token
}

func (h *house) addCard(by party, id, token string, more ...string) (customers.CardView, error) {
	h.t.Helper()
	return h.svc.AddCard(h.t.Context(), h.as(by), id, input[customers.CardInput](h.t, `{"token":"`+token+`"`+strings.Join(more, "")+`}`))
}

func (h *house) addUser(by party, id, body string) (customers.UserView, error) {
	h.t.Helper()
	return h.svc.AddUser(h.t.Context(), h.as(by), id, input[customers.UserInput](h.t, body))
}

func (h *house) identity(by party, id string) customers.IdentityView {
	h.t.Helper()
	view, err := h.svc.Identity(h.t.Context(), h.as(by), id)
	must(h.t, err)
	return view
}

func (h *house) decide(by party, id, status, reason string) (customers.IdentityView, error) {
	h.t.Helper()
	return h.svc.DecideIdentity(h.t.Context(), h.as(by), id, customers.DecisionInput{Status: patch.Of(status), Reason: patch.Of(reason)})
}

// trail gives the types of all events of a customer, relayed and waiting, oldest first.
func (h *house) trail(id string) []string {
	h.t.Helper()
	var types []string
	for _, event := range h.events(id) {
		types = append(types, event.Type)
	}
	return types
}

// events gives all events of a customer, relayed and waiting, oldest first.
func (h *house) events(id string) []customers.Event {
	h.t.Helper()
	record := h.record(id)
	logged, err := h.store.Events(h.t.Context(), customers.EventQuery{Customer: record.Ref(), Limit: 100})
	must(h.t, err)
	var list []customers.Event
	for _, event := range slices.Backward(logged) {
		list = append(list, event.Event)
	}
	return append(list, record.Outbox...)
}

func (h *house) last(id string) customers.Event {
	h.t.Helper()
	list := h.events(id)
	return list[len(list)-1]
}

// atRest gives all that the store holds of a customer: the record as engines
// write it, and its events.
func (h *house) atRest(id string) []byte {
	h.t.Helper()
	document, err := codec.Encode(h.record(id))
	must(h.t, err)
	events, err := json.Marshal(h.events(id))
	must(h.t, err)
	return append(document, events...)
}

// conceals demands that text holds none of the secrets.
func conceals(t testing.TB, where string, text []byte, secrets ...string) {
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

// operation is something that a caller tries on the customer with an id.
type operation struct {
	name string
	try  func(caller tenancy.Caller, id string) error
}

// hidden demands that every operation on what the caller cannot reach is answered
// exactly as on what does not exist, and that the record stays as it is.
func (h *house) hidden(victim party, operations []operation, strangers ...party) {
	h.t.Helper()
	before := h.record(victim.id)
	for _, op := range operations {
		for i, stranger := range strangers {
			caller := h.as(stranger)
			got, want := answerOf(h.t, op.try(caller, victim.id)), answerOf(h.t, op.try(caller, unknownID))
			if got.Kind != fault.NotFound || !cmp.Equal(want, got) {
				h.t.Errorf("%s by stranger %d: %+v, for a missing id %+v", op.name, i, got, want)
			}
		}
	}
	if diff := cmp.Diff(before, h.record(victim.id)); diff != "" {
		h.t.Errorf("a stranger changed the record: %s", diff)
	}
}

// lacking demands that each operation is refused to a credential of the customer
// itself without the scope, whatever else it holds.
func (h *house) lacking(p party, scope string, operations []operation) {
	h.t.Helper()
	all := []string{"read", "customers:write", "banks:write", "keys:write", "unmask", "identity:decide"}
	limited := h.mint(p, 0, slices.DeleteFunc(all, func(s string) bool { return s == scope })...)
	caller := h.as(limited)
	for _, op := range operations {
		if got := answerOf(h.t, op.try(caller, p.id)); got.Code != fault.CodeScope {
			h.t.Errorf("%s without %s: %+v", op.name, scope, got)
		}
	}
}

// swappable is a sealer whose key ring can be replaced while it is in use.
type swappable struct{ current atomic.Value }

type sealerBox struct{ customers.Sealer }

// swapped gives a swappable and the tuning that puts it before the house's ring.
func swapped() (*swappable, tuning) {
	s := &swappable{}
	return s, func(o *customers.Options) {
		s.use(o.Sealer)
		o.Sealer = s
	}
}

func (s *swappable) use(sealer customers.Sealer) { s.current.Store(sealerBox{sealer}) }
func (s *swappable) now() customers.Sealer       { return s.current.Load().(sealerBox).Sealer }

func (s *swappable) Seal(ref tenancy.Ref, kind string, plain secret.Text) ([]byte, error) {
	return s.now().Seal(ref, kind, plain)
}

func (s *swappable) Unseal(ref tenancy.Ref, kind string, sealed []byte) (secret.Text, error) {
	return s.now().Unseal(ref, kind, sealed)
}

func (s *swappable) IsCurrent(sealed []byte) bool { return s.now().IsCurrent(sealed) }

func (s *swappable) Fingerprint(tenant tenancy.ID, kind string, value secret.Text) string {
	return s.now().Fingerprint(tenant, kind, value)
}

func (s *swappable) SealBox(key []byte, label string, plain []byte) ([]byte, error) {
	return s.now().SealBox(key, label, plain)
}

func (s *swappable) OpenBox(key []byte, label string, box []byte) ([]byte, error) {
	return s.now().OpenBox(key, label, box)
}

// counter gives account numbers that differ.
type counter struct{ n atomic.Int64 }

// account gives an account number that no other bank of the test has.
func (c *counter) account() string { return fmt.Sprintf("%012d", 700_000_000_000+c.n.Add(1)) }
