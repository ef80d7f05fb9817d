package api_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A complete customer is created active, with a 24-digit id, equal stamps in UTC,
// and two different keys that are shown in this one answer.
func TestACustomerIsCreatedWhole(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child, made := p.child(complete())
	made.is("object", "customer").is("status", "active").is("parentId", p.id)
	if len(child.id) != 24 || made.Str("created") != made.Str("lastUpdated") || !strings.HasSuffix(made.Str("created"), "Z") {
		t.Errorf("id %q, created %q, last updated %q", child.id, made.Str("created"), made.Str("lastUpdated"))
	}
	if child.secret == child.publishable || !strings.HasPrefix(child.secret, "sk_test_") || !strings.HasPrefix(child.publishable, "pk_test_") {
		t.Error("the keys are not a pair")
	}
	if made.Header.Get("Location") != child.path() || made.Header.Get("ETag") != `"1"` {
		t.Errorf("Location %q, ETag %q", made.Header.Get("Location"), made.Header.Get("ETag"))
	}

	// Reading it right afterwards shows the same except the keys, and never a password.
	read := p.self().get(child.path()).ok(http.StatusOK).lacks("keys", "password")
	created := maps.Clone(made.Body)
	delete(created, "keys")
	delete(created, "account")
	if diff := cmp.Diff(created, read.Body); diff != "" {
		t.Errorf("creating and reading differ (-created +read):\n%s", diff)
	}
	if !slices.Contains([]string{read.Str("user.username")}, "mira.okafor@harborlane.example") {
		t.Errorf("the user is %q", read.Str("user.username"))
	}
	read.is("user.role", "admin").is("user.status", "active")
	// Both keys work at once.
	child.self().get(child.path()).ok(http.StatusOK)
}

// Both paths create, and a merchant sees what underwriting and bank still need.
func TestTheLeastIsEnough(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for _, path := range []string{"/v3/customers", "/v3/customers/accounts"} {
		t.Run(path, func(t *testing.T) {
			p := p.in(t)
			made := p.self().post(path, minimal("merchant"), shows).ok(http.StatusCreated)
			needed := made.List("planStatus.needed")
			if !slices.Contains(needed, any("underwritingData")) || !slices.Contains(needed, any("bankDrops")) {
				t.Errorf("needed is %v", needed)
			}
			made.is("planStatus.status", "unverified").lacks("merchant", "legalEntity", "settings", "address")
		})
	}
}

// A customer whose plan allows no customers below it cannot create any, and a tree cannot
// grow past its maximum depth.
func TestOnlyAPlatformCreates(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	p.merchant().self().post("/v3/customers/accounts", minimal("payer")).refused(http.StatusForbidden, "insufficientPlan", "")

	last := p
	for range 3 {
		last, _ = last.child(minimal("platform"))
	}
	last.self().post("/v3/customers/accounts", minimal("merchant")).ok(http.StatusForbidden)
}

// The plan may be given in the deprecated planName, by name or key; both come back.
func TestThePlanMayBeNamed(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for _, name := range []string{"Merchant", "merchant"} {
		_, made := p.child(with(minimal("merchant"), object{"planKey": absent, "planName": name}))
		made.is("planKey", "merchant").is("planName", "Merchant")
	}
	p.self().post("/v3/customers/accounts", with(minimal("merchant"), object{"planName": "Payer"})).
		refused(http.StatusUnprocessableEntity, "validationError", "planName")
	// A plan that the creator may not hand out is refused like one that does not exist.
	p.self().post("/v3/customers/accounts", minimal("operator")).refused(http.StatusUnprocessableEntity, "validationError", "planKey")
}

// Without settings of its own a child gets a snapshot of its parent's defaults. Its own
// settings, even empty ones, are not merged with them; later changes do not reach it.
func TestSettingsAreInheritedAsASnapshot(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	defaults := object{"events": object{"enabled": true, "urls": object{"always": []any{"https://hooks.cove.example/in"}}}}
	p.self().put(p.path(), object{"defaultSettings": defaults}).ok(http.StatusOK)

	old, made := p.child(minimal("merchant"))
	made.is("settings.events.enabled", true).is("settings.events.urls.always", []any{"https://hooks.cove.example/in"}).lacks("defaultSettings")
	_, own := p.child(with(minimal("merchant"), object{"settings": object{"events": object{"enabled": false}}}))
	own.is("settings", object{"events": object{"enabled": false}})
	_, none := p.child(with(minimal("merchant"), object{"settings": object{}}))
	none.lacks("settings.events")

	p.self().put(p.path(), object{"defaultSettings": object{"events": object{"enabled": false}}}).ok(http.StatusOK)
	p.self().get(old.path()).ok(http.StatusOK).is("settings.events.enabled", true)
}

// The root address, contact and bank fill what nested objects lack, and only that; no
// object is created that was not sent.
func TestNestedObjectsTakeTheRootsDefaults(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	_, made := p.child(complete())
	for _, path := range []string{"defaultBank.billingAddress", "legalEntity.businessAddress", "legalEntity.personalAddress", "merchant.businessAddress"} {
		made.is(path+".street1", "18 Quay Street").is(path+".postalCode", "04101").is(path+".country", "USA")
	}
	made.is("legalEntity.personalContact.firstName", "Mira").is("merchant.personalContact.dateOfBirth", birthDate)
	made.is("merchant.bank.id", made.Str("defaultBank.id")).is("merchant.bank.last4", "0042")
	made.is("defaultBank.dropped", true) // A merchant's bank is proved from the start.

	entity := with(legalEntity(), object{"businessAddress": otherAddress()})
	_, kept := p.child(with(minimal("merchant"), object{"address": address(), "legalEntity": entity}))
	kept.is("legalEntity.businessAddress.city", "Bangor").is("legalEntity.personalAddress.city", "Portland").lacks("merchant", "defaultBank")
}

// Numbers are shown as their last digits only, in every answer.
func TestSensitiveNumbersAreMasked(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	_, made := e.platform().child(complete())
	made.is("defaultBank.isDefault", true).is("defaultBank.verified", false).is("defaultBank.last4", "0042").is("defaultBank.routingNumber", "110000000")
	made.is("legalEntity.last4PersonalTaxId", "1234").is("legalEntity.last4BusinessTaxId", "5431").is("legalEntity.additionalOwners.0.last4PersonalTaxId", "5678")
	made.lacks("legalEntity.personalTaxId", "legalEntity.businessTaxId", "defaultBank.accountNumber", "legalEntity.additionalOwners.0.personalTaxId")
	if strings.Contains(made.Text, "accountNumber") {
		t.Error("there is an account number somewhere")
	}
}

// Stakes come back as texts, however they were sent; a single owner owns all.
func TestStakes(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	_, shared := p.child(with(minimal("merchant"), object{"legalEntity": with(legalEntity(), object{"stakePercent": 60})}))
	shared.is("legalEntity.stakePercent", "60").is("legalEntity.additionalOwners.0.stakePercent", "40")
	_, alone := p.child(with(minimal("merchant"), object{"legalEntity": object{"entityType": "LLC"}}))
	alone.is("legalEntity.stakePercent", "100")
}

// Incomplete data is not a fault: planStatus names what is missing.
func TestMissingUnderwritingDataIsNamed(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	entity := with(legalEntity(), object{"businessTaxId": absent})
	_, made := e.platform().child(with(complete(), object{"legalEntity": entity}))
	if !slices.Contains(made.List("planStatus.needed"), any("legalEntity.businessTaxId")) {
		t.Errorf("needed is %v", made.List("planStatus.needed"))
	}
	made.is("planStatus.status", "unverified").is("planStatus.verifications.standard", "unverified")
}

// Meta comes back as it was sent: numbers keep their form, HTML is left alone.
func TestMetaComesBackAsSent(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	body := `{"name":"` + customerName + `","email":"` + customerEmail + `","planKey":"payer","meta":{"int":7,"float":7.0,"big":12345678901234567890,"html":"<b>&amp;</b>","nested":{"a":1},"list":[1,"x"]}}`
	made := p.self().post("/v3/customers", body, shows).ok(http.StatusCreated)
	want := `"meta":{"int":7,"float":7.0,"big":12345678901234567890,"html":"<b>&amp;</b>","nested":{"a":1},"list":[1,"x"]}`
	if !strings.Contains(made.Text, want) {
		t.Errorf("meta came back otherwise:\n%s", made.Text)
	}
}

// Length limits count characters, not bytes.
func TestLimitsCountCharacters(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	name := strings.Repeat("é", 256)
	_, made := e.platform().child(with(minimal("payer"), object{"name": name}))
	made.is("name", name)
}

// A person's names on social networks are set, shown, changed and cleared like the rest of
// a contact, wherever a contact stands.
func TestHandlesOfAContact(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	shop, made := p.child(with(minimal("merchant"), object{
		"contact": object{"firstName": "Mira", "facebook": "https://facebook.com/harborlane", "twitter": "@harborlane"},
	}))
	made.is("contact.facebook", "https://facebook.com/harborlane").is("contact.twitter", "@harborlane")
	p.self().patch(shop.path(), object{"contact": object{"twitter": "@quay", "facebook": nil}}).ok(http.StatusOK).
		is("contact.twitter", "@quay").is("contact.firstName", "Mira").lacks("contact.facebook")
	p.self().patch(shop.path(), object{"legalEntity": object{"personalContact": object{"facebook": "1234"}}}).ok(http.StatusOK).
		is("legalEntity.personalContact.facebook", "1234")
	for _, bad := range []any{"", strings.Repeat("a", 256), 5, "a\x00"} {
		p.self().patch(shop.path(), object{"contact": object{"facebook": bad}}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "contact.facebook")
	}
	p.self().get(shop.path()).ok(http.StatusOK).is("contact.twitter", "@quay").lacks("contact.facebook")
}
