package api_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A change changes what it names, the time of the update and the version, and nothing
// else.
func TestAChangeChangesWhatItNames(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child, made := p.child(complete())
	for i, method := range []string{http.MethodPut, http.MethodPatch} {
		t.Run(method, func(t *testing.T) {
			child, e, p := child.in(t), e.in(t), p.in(t)
			e.Clock.Advance(time.Minute)
			before := p.self().get(child.path()).ok(http.StatusOK)
			email := []string{"one@harborlane.example", "two@harborlane.example"}[i]
			after := p.self().do(method, child.path(), object{"email": email}).ok(http.StatusOK)
			want := maps.Clone(before.Body)
			want["email"], want["lastUpdated"] = email, after.At("lastUpdated")
			// The e-mail is part of what the identity review covers.
			want["identity"], want["planStatus"] = after.At("identity"), after.At("planStatus")
			if diff := cmp.Diff(want, after.Body); diff != "" {
				t.Errorf("%s changed more (-want +got):\n%s", method, diff)
			}
			if after.Str("lastUpdated") == before.Str("lastUpdated") || after.Str("created") != made.Str("created") {
				t.Errorf("%s: created %s, last updated %s", method, after.Str("created"), after.Str("lastUpdated"))
			}
		})
	}
}

// A change that changes nothing leaves time and version alone.
func TestAChangeOfNothingIsNone(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child, made := p.child(complete())
	e.Clock.Advance(time.Minute)
	for _, body := range []object{{}, {"name": customerName}, {"address": address()}, {"legalEntity": object{"personalTaxId": personalTax}}} {
		got := p.self().put(child.path(), body).ok(http.StatusOK).is("lastUpdated", made.Str("lastUpdated"))
		if got.Header.Get("ETag") != `"1"` {
			t.Errorf("the version is %s after %v", got.Header.Get("ETag"), body)
		}
	}
}

// Null clears what is optional; meta merges key by key; objects merge one level.
func TestHowAChangeMerges(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child, _ := p.child(complete())
	p.self().put(child.path(), object{"description": nil}).ok(http.StatusOK).lacks("description").is("name", customerName)
	p.self().put(child.path(), object{"meta": object{"segment": nil, "b": 1}}).ok(http.StatusOK).
		is("meta", object{"crmId": 40417.0, "trial": false, "b": 1.0})
	p.self().put(child.path(), object{"meta": nil}).ok(http.StatusOK).lacks("meta")
	p.self().put(child.path(), object{"merchant": object{"supportPhone": "2075550111"}}).ok(http.StatusOK).
		is("merchant.supportPhone", "2075550111").is("merchant.businessName", "Harbor Lane Bikes")
	p.self().put(child.path(), object{"address": object{"street1": "2 Quay Street"}}).ok(http.StatusOK).
		is("address.street1", "2 Quay Street").is("address.city", "Portland").is("legalEntity.businessAddress.street1", "18 Quay Street")
	p.self().put(child.path(), object{"legalEntity": object{"additionalOwners": []any{}}}).ok(http.StatusOK).
		lacks("legalEntity.additionalOwners").is("legalEntity.businessName", "Harbor Lane LLC")
}

// A field that is read-only, required, or only for creating is refused by name.
func TestAChangeNamesItsFault(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	for name, row := range map[string]struct {
		body              object
		parameter, detail string
	}{
		"an id":             {object{"id": "x"}, "id", "parameterImmutable"},
		"keys":              {object{"keys": object{"secret": "x"}}, "keys", "parameterImmutable"},
		"a plan status":     {object{"planStatus": object{}}, "planStatus", "parameterImmutable"},
		"a parent":          {object{"parentId": missingID}, "parentId", "parameterImmutable"},
		"a creation time":   {object{"created": "2016-02-03T04:05:06.000Z"}, "created", "parameterImmutable"},
		"a user":            {object{"username": "mira"}, "username", "parameterImmutable"},
		"a null name":       {object{"name": nil}, "name", "parameterMissing"},
		"an empty name":     {object{"name": ""}, "name", "parameterTooShort"},
		"an unknown field":  {object{"namme": "x"}, "namme", "parameterUnknown"},
		"an unknown status": {object{"status": "frozen"}, "status", "parameterInvalid"},
		"an unknown plan":   {object{"planKey": "gold"}, "planKey", "parameterInvalid"},
		"a private receiver": {object{"settings": object{"events": object{"urls": object{"always": []any{"https://localhost/x"}}}}},
			"settings.events.urls.always.0", "parameterInvalid"},
	} {
		t.Run(name, func(t *testing.T) {
			child, p := child.in(t), p.in(t)
			p.self().in(t).put(child.path(), row.body, wrong).refused(http.StatusUnprocessableEntity, "validationError", row.parameter).detail(row.detail)
		})
	}
	p.self().put(child.path(), object{"status": "frozen"}, wrong).explains("created", "active", "disabled", "locked")
	p.self().put(child.path(), `{"name"`, wrong).ok(http.StatusBadRequest)
	p.self().get(child.path()).ok(http.StatusOK).is("name", customerName)
	child.self().get(child.path()).ok(http.StatusOK) // Its keys are what they were.
}

// Plan, status and policies can only be set from above.
func TestWhatIsSetFromAbove(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	for _, body := range []object{
		{"planKey": "payer"}, {"status": "disabled"}, {"settings": object{"customers": object{"allowDataUnmask": true}}},
	} {
		child.self().put(child.path(), body).refused(http.StatusForbidden, "insufficientResourceAccess", "")
	}
	child.self().get(child.path()).ok(http.StatusOK).is("planKey", "merchant").is("status", "active")
	p.self().put(child.path(), object{"planKey": "payer"}).ok(http.StatusOK).
		is("planStatus.plan", "Payer").is("planStatus.verifications", object{}).is("planName", "Payer")
}

// A platform disables and enables its child; what the operator locked, only the operator
// unlocks.
func TestDisablingAndLocking(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	p.self().put(child.path(), object{"status": "disabled"}).ok(http.StatusOK).is("status", "disabled")
	child.self().get(child.path()).refused(http.StatusForbidden, "customerDisabled", "")
	p.self().put(child.path(), object{"status": "active"}).ok(http.StatusOK).is("status", "active")
	child.self().get(child.path()).ok(http.StatusOK)

	p.self().put(child.path(), object{"status": "locked"}).ok(http.StatusUnprocessableEntity)
	e.operator.self().put(child.path(), object{"status": "locked"}).ok(http.StatusOK)
	p.self().put(child.path(), object{"status": "active"}).refused(http.StatusForbidden, "customerLocked", "")
	child.self().get(child.path()).refused(http.StatusForbidden, "customerLocked", "")
	p.self().get(child.path()).ok(http.StatusOK).is("status", "locked")
	e.operator.self().put(child.path(), object{"status": "active"}).ok(http.StatusOK)
}

// The last missing field completes underwriting; in a sandbox it is verified at once, and
// once the bank is verified too, so is the plan.
func TestCompletingUnderwriting(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	entity := with(legalEntity(), object{"businessTaxId": absent})
	child, made := p.child(with(complete(), object{"legalEntity": entity}))
	if !slices.Contains(made.List("planStatus.needed"), any("underwritingData")) {
		t.Fatalf("needed is %v", made.List("planStatus.needed"))
	}
	filled := p.self().put(child.path(), object{"legalEntity": object{"businessTaxId": businessTax}}).ok(http.StatusOK)
	filled.is("planStatus.verifications.standard", "verified").is("planStatus.needed", []any{"verifyBankDropAmounts"})
	p.self().put(child.path("/banks/", made.Str("defaultBank.id"), "/drops"), object{"amounts": []any{"32", "45"}}).ok(http.StatusOK)
	p.self().get(child.path()).ok(http.StatusOK).is("planStatus.status", "verified").is("planStatus.needed", []any{}).
		is("planStatus.features.withdraw", true)
}

// A change to a taken name is answered 409 and changes nothing.
func TestAChangeToATakenName(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	p.child(complete())
	child := p.merchant()
	p.self().put(child.path(), object{"merchantKey": "harbor_lane", "name": "New"}).refused(http.StatusConflict, "conflict", "merchantKey")
	p.self().get(child.path()).ok(http.StatusOK).is("name", customerName).lacks("merchantKey")
}
