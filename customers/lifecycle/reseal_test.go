package lifecycle_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	cryptorand "crypto/rand"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/seal"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// resealing opens an installation with a merchant whose every sealable field is sealed,
// adds a version to the ring, and returns both rings.
func resealing(t *testing.T) (h *testkit.Env, m testkit.Party, s *testkit.Swappable, older, newer *seal.Ring) {
	t.Helper()
	s, swapping := testkit.Swapped()
	h = testkit.OpenInMemory(t, swapping) // its calls can fail
	m = h.Create(h.Cove, testkit.Harbor)
	h.AddBank(m, "", testkit.UsBank("000000000042"))
	if got := len(testkit.Boxes(h.Record(m.ID))); got != 10 {
		t.Fatalf("%d values are sealed", got)
	}
	older = s.Now().(*seal.Ring)
	newer, err := older.AddVersion(cryptorand.Reader, 0)
	testkit.Must(t, err)
	s.Use(newer)
	return h, m, s, older, newer
}

// Afterwards every value is sealed under the newest key, opens to what it was, and
// needs the old key no more; digits and the identity review stay, and fingerprints are
// those that the values get from then on.
func TestResealRenewsEveryValue(t *testing.T) {
	t.Parallel()
	h, m, s, _, newer := resealing(t)
	before, shown := h.Record(m.ID), h.FullView(m.ID)
	for where, box := range testkit.Boxes(before) {
		if newer.IsCurrent(box) {
			t.Errorf("%s is current already", where)
		}
	}
	h.Reseal()
	after := h.Record(m.ID)
	for where, box := range testkit.Boxes(after) {
		if !newer.IsCurrent(box) {
			t.Errorf("%s is not under the newest key", where)
		}
	}
	s.Use(newer.DropOld())
	notFingerprints := cmp.FilterPath(func(p cmp.Path) bool {
		return strings.HasSuffix(p.GoString(), `["fingerprint"]`) || strings.HasSuffix(p.GoString(), `["fingerprint"].(string)`)
	}, cmp.Ignore())
	if diff := cmp.Diff(shown, h.FullView(m.ID), notFingerprints); diff != "" {
		t.Errorf("values changed: %s", diff)
	}
	if diff := cmp.Diff(before.Identity, after.Identity); diff != "" {
		t.Errorf("the identity review changed: %s", diff)
	}
	if a, b := before.Banks[0].AccountNumber, after.Banks[0].AccountNumber; a.Fingerprint == b.Fingerprint || a.Last4 != b.Last4 {
		t.Errorf("the bank was %+v and is %+v", a, b)
	}
	if bank := h.AddBank(m, "", testkit.UsBank("000123456789")); bank.Fingerprint != after.Banks[0].AccountNumber.Fingerprint {
		t.Error("the same account has another fingerprint under the new key")
	}
	_, err := h.Confirm(m, "", h.Banks(m, "")[0].ID, "32", "45")
	testkit.Must(t, err)
	event := h.Events(m.ID)
	for _, e := range event {
		if e.Type == "customer.resealed" && (e.Credential != "local" || e.Actor.String() != h.Operator.ID || e.Changes != nil) {
			t.Errorf("the event of the resealing is %+v", e)
		}
	}
	text, err := json.Marshal(event)
	testkit.Must(t, err)
	testkit.Conceals(t, "an event", text, testkit.UnmaskedValues...)
}

// What is current already is left alone, so it can be run again, and goes on after
// an interruption at any point.
func TestResealIsResumable(t *testing.T) {
	t.Parallel()
	h, m, _, _, newer := resealing(t)
	other := h.Create(h.Rival, harborTwin)
	for n := 1; n <= 8; n++ {
		h.FailNext(n, rows.ErrUnavailable)
		if err := h.Svc.Lifecycle.Reseal(t.Context(), func(int) {}); err != nil && !errors.Is(err, rows.ErrUnavailable) {
			t.Errorf("interrupted at call %d: %v", n, err)
		}
	}
	h.FailNext(0, nil)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := h.Svc.Lifecycle.Reseal(stopped, func(int) {}); err == nil {
		t.Error("an ended context is ignored")
	}
	var told []int
	testkit.Must(t, h.Svc.Lifecycle.Reseal(t.Context(), func(done int) { told = append(told, done) }))
	versions := map[string]int64{}
	for _, id := range []string{h.Operator.ID, h.Cove.ID, h.Rival.ID, m.ID, other.ID} {
		t.Run(id, func(t *testing.T) {
			h := h.In(t)
			record := h.Record(id)
			versions[id] = record.Version
			for where, box := range testkit.Boxes(record) {
				if !newer.IsCurrent(box) {
					t.Errorf("%s of %s was left out", where, id)
				}
			}
		})
	}
	if len(told) == 0 || told[len(told)-1] != 5 {
		t.Errorf("progress told %v of 5 customers", told)
	}
	h.Reseal()
	for id, version := range versions {
		if got := h.Record(id).Version; got != version {
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
		h.Row(h.Rival, "Row")
	}
	last := h.Create(h.Rival, harborTwin)
	var told []int
	testkit.Must(t, h.Svc.Lifecycle.Reseal(t.Context(), func(done int) { told = append(told, done) }))
	if want := []int{100, 200, 235}; !cmp.Equal(told, want) {
		t.Errorf("progress told %v, want %v", told, want)
	}
	for _, id := range []string{m.ID, last.ID} {
		t.Run(id, func(t *testing.T) {
			h := h.In(t)
			for where, box := range testkit.Boxes(h.Record(id)) {
				if !newer.IsCurrent(box) {
					t.Errorf("%s of %s was left out", where, id)
				}
			}
		})
	}
}

// Changes that happen meanwhile survive, and are sealed under the newest key too.
func TestChangesSurviveAResealing(t *testing.T) {
	t.Parallel()
	h, m, s, older, newer := resealing(t)
	s.Use(older)
	caller := h.As(m)
	var switched sync.Once
	for i, err := range testkit.Together(16, func(i int) error {
		switched.Do(func() { s.Use(newer) })
		switch i % 4 {
		case 0:
			return h.Svc.Lifecycle.Reseal(t.Context(), func(int) {})
		case 1:
			return testkit.ErrorOf(h.Svc.Instruments.AddBank(t.Context(), caller, "", testkit.Input[fields.BankInput](t, testkit.UsBank(fmt.Sprintf("90000000%04d", i)))))
		case 2:
			return testkit.ErrorOf(h.Svc.Lifecycle.Update(t.Context(), caller, lifecycle.UpdateInput{Input: testkit.Input[fields.Input](t, fmt.Sprintf(`{"meta":{"key-%d":1}}`, i))}))
		default:
			return testkit.ErrorOf(h.Svc.Lifecycle.Update(t.Context(), caller, lifecycle.UpdateInput{Input: testkit.Input[fields.Input](t, `{"legalEntity":{"personalTaxId":"000009999"}}`)}))
		}
	}) {
		if err != nil {
			t.Errorf("number %d: %v", i, err)
		}
	}
	h.Reseal()
	record := h.Record(m.ID)
	for where, box := range testkit.Boxes(record) {
		if !newer.IsCurrent(box) {
			t.Errorf("%s is not under the newest key", where)
		}
	}
	s.Use(newer.DropOld())
	var meta map[string]any
	testkit.Must(t, json.Unmarshal(record.Meta, &meta))
	full := h.FullView(m.ID)
	if len(record.Banks) != 6 || len(meta) != 8 || testkit.At(full, "legalEntity.personalTaxId") != "000009999" || testkit.At(full, "defaultBank.accountNumber") != "000123456789" {
		t.Errorf("%d banks, meta %v, tax id %v", len(record.Banks), meta, testkit.At(full, "legalEntity.personalTaxId"))
	}
}

// A value that no key of the ring opens stops the resealing with an error that
// names the customer, and shows nothing of it.
func TestResealStopsAtWhatItCannotOpen(t *testing.T) {
	t.Parallel()
	h, m, s, _, newer := resealing(t)
	before := h.Record(m.ID)
	s.Use(newer.DropOld())
	err := h.Svc.Lifecycle.Reseal(t.Context(), func(int) {})
	if err == nil || fault.KindOf(err) != fault.Internal || !h.Stands(before) {
		t.Errorf("got %v", err)
	}
}

// A sealed value that is moved to another part of the same customer does not open there: not
// an account number to another bank, nor an owner's number to another owner or to the
// customer itself.
func TestPartsDoNotMix(t *testing.T) {
	t.Parallel()
	h, m, s, _, _ := resealing(t)
	c := h.Record(m.ID)
	parts := map[tenancy.ID]bool{{}: true}
	c.EachSealed(func(part tenancy.ID, _ string, value *customers.Sealed) *customers.Sealed {
		parts[part] = true
		return value
	})
	if len(parts) < 4 {
		t.Fatalf("there are %d parts", len(parts))
	}
	c.EachSealed(func(part tenancy.ID, kind string, value *customers.Sealed) *customers.Sealed {
		for other := range parts {
			if _, err := s.Unseal(c.Ref(), other, kind, value.Box); (err == nil) != (other == part) {
				t.Errorf("%s of %s as that of %s: %v", kind, part, other, err)
			}
		}
		return value
	})
}
