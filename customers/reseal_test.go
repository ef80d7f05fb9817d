package customers_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	cryptorand "crypto/rand"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/seal"
)

// resealing opens a house with a merchant whose every sealable field is sealed,
// gives the ring a new version, and returns both rings.
func resealing(t *testing.T) (h *house, m party, s *swappable, older, newer *seal.Ring) {
	t.Helper()
	s, swapping := swapped()
	h = open(t, swapping)
	m = h.create(h.cove, harbor)
	h.addBank(m, "", usBank("000000000042"))
	if got := len(boxes(h.record(m.id))); got != 10 {
		t.Fatalf("%d values are sealed", got)
	}
	older = s.now().(*seal.Ring)
	newer, err := older.AddVersion(cryptorand.Reader)
	must(t, err)
	s.use(newer)
	return h, m, s, older, newer
}

func (h *house) reseal() {
	h.t.Helper()
	must(h.t, h.svc.Reseal(h.t.Context(), func(int) {}))
}

// fullView shows everything of a customer to the operator.
func (h *house) fullView(id string) map[string]any {
	h.t.Helper()
	view, err := h.unmask(h.as(h.operator), id, "comparing")
	must(h.t, err)
	m := asMap(h.t, view)
	delete(m, "lastUpdated")
	return m
}

// Afterwards every value is sealed under the newest key, opens to what it was, and
// needs the old key no more; digits, fingerprints and the identity review stay.
func TestResealRenewsEveryValue(t *testing.T) {
	t.Parallel()
	h, m, s, _, newer := resealing(t)
	before, shown := h.record(m.id), h.fullView(m.id)
	for where, box := range boxes(before) {
		if newer.IsCurrent(box) {
			t.Errorf("%s is current already", where)
		}
	}
	h.reseal()
	after := h.record(m.id)
	for where, box := range boxes(after) {
		if !newer.IsCurrent(box) {
			t.Errorf("%s is not under the newest key", where)
		}
	}
	s.use(newer.DropOld())
	if diff := cmp.Diff(shown, h.fullView(m.id)); diff != "" {
		t.Errorf("values changed: %s", diff)
	}
	if diff := cmp.Diff(before.Identity, after.Identity); diff != "" {
		t.Errorf("the identity review changed: %s", diff)
	}
	if a, b := before.Banks[0].AccountNumber, after.Banks[0].AccountNumber; a.Fingerprint != b.Fingerprint || a.Last4 != b.Last4 {
		t.Errorf("the bank was %+v and is %+v", a, b)
	}
	if bank := h.addBank(m, "", usBank("000123456789")); bank.Fingerprint != after.Banks[0].AccountNumber.Fingerprint {
		t.Error("the same account has another fingerprint under the new key")
	}
	_, err := h.confirm(m, "", h.banks(m, "")[0].ID, "32", "45")
	must(t, err)
	event := h.events(m.id)
	for _, e := range event {
		if e.Type == "customer.resealed" && (e.Credential != "local" || e.Actor.String() != h.operator.id || e.Changes != nil) {
			t.Errorf("the event of the resealing is %+v", e)
		}
	}
	text, err := json.Marshal(event)
	must(t, err)
	conceals(t, "an event", text, unmaskedValues...)
}

// What is current already is left alone, so it can be run again, and goes on after
// an interruption at any point.
func TestResealIsResumable(t *testing.T) {
	t.Parallel()
	h, m, _, _, newer := resealing(t)
	other := h.create(h.rival, harborTwin)
	for n := 1; n <= 8; n++ {
		h.store.FailNext(n, customers.ErrUnavailable)
		if err := h.svc.Reseal(t.Context(), func(int) {}); err != nil && !errors.Is(err, customers.ErrUnavailable) {
			t.Errorf("interrupted at call %d: %v", n, err)
		}
	}
	h.store.FailNext(0, nil)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := h.svc.Reseal(stopped, func(int) {}); err == nil {
		t.Error("an ended context is ignored")
	}
	var told []int
	must(t, h.svc.Reseal(t.Context(), func(done int) { told = append(told, done) }))
	versions := map[string]int64{}
	for _, id := range []string{h.operator.id, h.cove.id, h.rival.id, m.id, other.id} {
		record := h.record(id)
		versions[id] = record.Version
		for where, box := range boxes(record) {
			if !newer.IsCurrent(box) {
				t.Errorf("%s of %s was left out", where, id)
			}
		}
	}
	if len(told) == 0 || told[len(told)-1] != 5 {
		t.Errorf("progress told %v of 5 customers", told)
	}
	h.reseal()
	for id, version := range versions {
		if got := h.record(id).Version; got != version {
			t.Errorf("running again wrote %s: version %d became %d", id, version, got)
		}
	}
}

// harborTwin is sealed like harbor without its unique names.
const harborTwin = `{"name":"Twin","email":"t@example.com","planKey":"merchant",
	"contact":{"firstName":"A","dateOfBirth":"1984-02-17"},
	"defaultBank":{"routingNumber":"110000000","accountNumber":"000123456789"},"legalEntity":{"personalTaxId":"000001234"}}`

// More customers than one batch are all looked at, those without sealed values too.
func TestResealReadsAllBatches(t *testing.T) {
	t.Parallel()
	h, m, _, _, newer := resealing(t)
	for range 230 {
		h.row(h.rival, "Row")
	}
	last := h.create(h.rival, harborTwin)
	var told []int
	must(t, h.svc.Reseal(t.Context(), func(done int) { told = append(told, done) }))
	if want := []int{100, 200, 235}; !cmp.Equal(told, want) {
		t.Errorf("progress told %v, want %v", told, want)
	}
	for _, id := range []string{m.id, last.id} {
		for where, box := range boxes(h.record(id)) {
			if !newer.IsCurrent(box) {
				t.Errorf("%s of %s was left out", where, id)
			}
		}
	}
}

// Changes that happen meanwhile survive, and are sealed under the newest key too.
func TestChangesSurviveAResealing(t *testing.T) {
	t.Parallel()
	h, m, s, older, newer := resealing(t)
	s.use(older)
	caller := h.as(m)
	var switched sync.Once
	for i, err := range together(16, func(i int) error {
		switched.Do(func() { s.use(newer) })
		switch i % 4 {
		case 0:
			return h.svc.Reseal(t.Context(), func(int) {})
		case 1:
			return errorOf(h.svc.AddBank(t.Context(), caller, "", input[customers.BankInput](t, usBank(fmt.Sprintf("90000000%04d", i)))))
		case 2:
			return errorOf(h.svc.Update(t.Context(), caller, customers.UpdateInput{Input: input[customers.Input](t, fmt.Sprintf(`{"meta":{"key-%d":1}}`, i))}))
		default:
			return errorOf(h.svc.Update(t.Context(), caller, customers.UpdateInput{Input: input[customers.Input](t, `{"legalEntity":{"personalTaxId":"000009999"}}`)}))
		}
	}) {
		if err != nil {
			t.Errorf("number %d: %v", i, err)
		}
	}
	h.reseal()
	record := h.record(m.id)
	for where, box := range boxes(record) {
		if !newer.IsCurrent(box) {
			t.Errorf("%s is not under the newest key", where)
		}
	}
	s.use(newer.DropOld())
	var meta map[string]any
	must(t, json.Unmarshal(record.Meta, &meta))
	full := h.fullView(m.id)
	if len(record.Banks) != 6 || len(meta) != 8 || at(full, "legalEntity.personalTaxId") != "000009999" || at(full, "defaultBank.accountNumber") != "000123456789" {
		t.Errorf("%d banks, meta %v, tax id %v", len(record.Banks), meta, at(full, "legalEntity.personalTaxId"))
	}
}

// A value that no key of the ring opens stops the resealing with an error that
// names the customer, and shows nothing of it.
func TestResealStopsAtWhatItCannotOpen(t *testing.T) {
	t.Parallel()
	h, m, s, _, newer := resealing(t)
	before := h.record(m.id)
	s.use(newer.DropOld())
	err := h.svc.Reseal(t.Context(), func(int) {})
	if err == nil || fault.KindOf(err) != fault.Internal || h.record(m.id) != before {
		t.Errorf("got %v", err)
	}
}
