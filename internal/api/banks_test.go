package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"
)

// A bank is added, read and listed, by the path of a customer and by that of the subject;
// it shows only the last digits of its number.
func TestBanks(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	added := p.self().post(child.path("/banks"), bank()).ok(http.StatusCreated).
		is("object", "bank").is("last4", "0042").is("isDefault", true).is("dropped", false).is("verified", false).is("status", "active")
	if want := child.path("/banks/", added.Str("id")); added.Header.Get("Location") != want {
		t.Errorf("Location %q, want %q", added.Header.Get("Location"), want)
	}
	own := child.self().post("/v3/banks", bank()).ok(http.StatusCreated).is("isDefault", false).is("fingerprint", added.Str("fingerprint"))
	if want := child.path("/banks/", own.Str("id")); own.Header.Get("Location") != want {
		t.Errorf("Location %q, want %q", own.Header.Get("Location"), want)
	}
	p.self().get(added.Header.Get("Location")).ok(http.StatusOK).is("id", added.Str("id"))
	p.behalf(child.id).get("/v3/banks/"+added.Str("id")).ok(http.StatusOK).is("id", added.Str("id"))
	p.self().get(child.path("/banks")).ok(http.StatusOK).is("count", 2.0)
	p.behalf(child.id).get("/v3/banks").ok(http.StatusOK).is("count", 2.0)
	p.self().get("/v3/banks").ok(http.StatusOK).is("count", 0.0)
	p.self().get("/v3/banks/"+added.Str("id")).refused(http.StatusNotFound, "notFound", "")
}

// Exactly one bank is the default bank.
func TestThereIsOneDefaultBank(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := e.platform().merchant().self()
	first := c.post("/v3/banks", bank()).ok(http.StatusCreated).Str("id")
	second := c.post("/v3/banks", with(bank(), object{"isDefault": true})).ok(http.StatusCreated).is("isDefault", true).Str("id")
	c.get("/v3/banks/"+first).ok(http.StatusOK).is("isDefault", false)
	c.put("/v3/banks/"+first+"/default", nil).ok(http.StatusOK).is("isDefault", true)
	c.get("/v3/banks/"+second).ok(http.StatusOK).is("isDefault", false)
	c.put("/v3/banks/"+second, object{"isDefault": true}).ok(http.StatusOK)
	c.get("/v3/banks/"+first).ok(http.StatusOK).is("isDefault", false)
	c.put("/v3/banks/"+second, object{"status": "inactive"}).ok(http.StatusOK).is("status", "inactive")
	c.get("/v3/banks/"+first).ok(http.StatusOK).is("isDefault", true)
	c.put("/v3/banks/"+second+"/default", nil).refused(http.StatusConflict, "conflict", "")
}

// Details can change; the account itself never does.
func TestWhatChangesAboutABank(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := e.platform().merchant().self()
	id := c.post("/v3/banks", bank()).ok(http.StatusCreated).Str("id")
	c.put("/v3/banks/"+id, object{"nameOnAccount": "New Name", "externalId": "b-1", "meta": object{"a": 1}}).ok(http.StatusOK).
		is("nameOnAccount", "New Name").is("externalId", "b-1").is("meta", object{"a": 1.0})
	c.put("/v3/banks/"+id, object{"routingNumber": "110000000"}, wrong).
		refused(http.StatusUnprocessableEntity, "validationError", "routingNumber").detail("parameterImmutable")
	c.put("/v3/banks/"+id, object{"status": "closed"}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "status")
	c.post("/v3/banks", with(bank(), object{"routingNumber": "123456789"})).refused(http.StatusUnprocessableEntity, "validationError", "routingNumber")
	c.post("/v3/banks", object{}).ok(http.StatusUnprocessableEntity)
	c.get("/v3/banks/"+missingID).refused(http.StatusNotFound, "notFound", "")
	c.put("/v3/banks/x", object{}).refused(http.StatusNotFound, "notFound", "")
}

// Micro-deposits are started, then confirmed by the two amounts in any order; then the
// bank is verified, once.
func TestMicroDepositsProveABank(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for _, amounts := range [][]any{{"32", "45"}, {"45", "32"}} {
		child := e.platform().merchant()
		c := child.self()
		drops := "/v3/banks/" + c.post("/v3/banks", bank()).ok(http.StatusCreated).Str("id") + "/drops"
		c.put(drops, object{"amounts": amounts}).refused(http.StatusUnprocessableEntity, "validationError", "amounts").explains("start")

		needs(t, c.get(child.path()), "bankDrops")
		c.post(drops, nil).ok(http.StatusOK).is("dropped", true).is("verified", false)
		needs(t, c.get(child.path()), "verifyBankDropAmounts")
		c.post(drops, nil).ok(http.StatusOK).is("dropped", true)

		c.put(drops, object{"amounts": []any{"01", "99"}}).refused(http.StatusPaymentRequired, "bankFailure", "").is("error.name", "paymentRequired")
		c.put(drops, object{"amounts": amounts}).ok(http.StatusOK).is("verified", true)
		c.get(child.path()).ok(http.StatusOK).is("planStatus.verifications.bank", "verified")
		c.put(drops, object{"amounts": amounts}).refused(http.StatusPaymentRequired, "bankFailure", "").explains("already")
		c.post(drops, nil).refused(http.StatusPaymentRequired, "bankFailure", "")
	}
}

func needs(t *testing.T, a answer, word string) {
	t.Helper()
	if !slices.Contains(a.List("planStatus.needed"), any(word)) {
		t.Errorf("%s is not among %v", word, a.List("planStatus.needed"))
	}
}

// Amounts are two texts; the third wrong guess ends the bank; deposits expire.
func TestHowConfirmingFails(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := e.platform().merchant().self()
	id := c.post("/v3/banks", bank()).ok(http.StatusCreated).Str("id")
	drops := "/v3/banks/" + id + "/drops"
	c.post(drops, nil).ok(http.StatusOK)
	for _, amounts := range []any{[]any{"32"}, []any{"32", "45", "1"}, []any{32, 45}, []any{"3.2", "45"}, []any{"132", "45"}, "32,45", nil} {
		t.Run(fmt.Sprint(amounts), func(t *testing.T) {
			c := c.in(t)
			got := c.put(drops, object{"amounts": amounts}, wrong).ok(http.StatusUnprocessableEntity)
			if parameter := got.Str("error.details.parameter"); parameter[:7] != "amounts" {
				t.Errorf("%v: the parameter is %q", amounts, parameter)
			}
		})
	}
	for range 3 {
		c.put(drops, object{"amounts": []any{"1", "2"}}).refused(http.StatusPaymentRequired, "bankFailure", "")
	}
	c.get("/v3/banks/"+id).ok(http.StatusOK).is("status", "inactive").is("verified", false)
	c.put(drops, object{"amounts": []any{"32", "45"}}).refused(http.StatusConflict, "conflict", "")

	fresh := "/v3/banks/" + c.post("/v3/banks", bank()).ok(http.StatusCreated).Str("id") + "/drops"
	c.post(fresh, nil).ok(http.StatusOK)
	e.Clock.Advance(31 * 24 * time.Hour)
	c.put(fresh, object{"amounts": []any{"32", "45"}}).refused(http.StatusPaymentRequired, "bankFailure", "")
}

// Only the operator, for its payout process, can read the amounts.
func TestTheAmountsAreTheOperatorsOnly(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	id := child.self().post("/v3/banks", bank()).ok(http.StatusCreated).Str("id")
	drops := child.path("/banks/", id, "/drops")
	e.operator.self().get(drops).refused(http.StatusNotFound, "notFound", "")
	child.self().post(drops, nil).ok(http.StatusOK)
	e.operator.self().get(drops).ok(http.StatusOK).is("amounts", []any{"32", "45"}).is("bankId", id)
	e.operator.behalf(child.id).get("/v3/banks/" + id + "/drops").ok(http.StatusOK)
	p.self().get(drops).refused(http.StatusForbidden, "insufficientResourceAccess", "")
	child.self().get(drops).ok(http.StatusForbidden)
}
