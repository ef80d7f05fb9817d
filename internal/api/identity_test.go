package api_test

import (
	"net/http"
	"testing"
)

// reviewed creates a merchant whose review ends as the word in its name says.
func reviewed(p actor, word string) actor {
	entity := with(legalEntity(), object{"businessName": "Needs " + word})
	made, _ := p.child(with(complete(), object{
		"legalEntity": entity, "username": absent, "password": absent, "vanityName": absent, "merchantKey": absent,
	}))
	return made
}

// Complete data starts a review, whose result stands in the customer too.
func TestAReviewRunsByItself(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := reviewed(p, "nothing")
	got := child.self().get("/v3/identity").ok(http.StatusOK).is("status", "verified").is("object", "identity").is("provider", "words")
	if len(got.List("decisions")) != 1 {
		t.Errorf("the decisions are %v", got.List("decisions"))
	}
	p.self().get(child.path("/identity")).ok(http.StatusOK).is("reviewId", got.Str("reviewId"))
	p.self().get(p.merchant().path("/identity")).ok(http.StatusOK).is("status", "none").is("decisions", []any{})
}

// A review that waits is decided from above, once, with a reason that is kept.
func TestDecidingAReview(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := reviewed(p, "review")
	body := object{"status": "verified", "reason": "passport seen"}
	child.self().patch("/v3/identity", body).refused(http.StatusForbidden, "insufficientResourceAccess", "")
	p.restricted("read").patch(child.path("/identity"), body).refused(http.StatusForbidden, "insufficientScope", "")
	p.self().patch(child.path("/identity"), object{"status": "maybe"}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "status")
	p.self().patch(child.path("/identity"), object{}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "status").detail("parameterMissing")
	p.self().patch(child.path("/identity"), body).ok(http.StatusOK).is("status", "verified").is("reason", "passport seen").
		is("decisions.1.actorId", p.id).is("decisions.1.status", "verified")
	child.self().get(child.path()).ok(http.StatusOK).is("identity.status", "verified").is("planStatus.verifications.standard", "verified")
	p.behalf(child.id).patch("/v3/identity", body).refused(http.StatusConflict, "identityNotDecidable", "status")
}

// A review can be run again from above, under another id.
func TestRefreshingAReview(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := reviewed(p, "pending")
	before := p.self().get(child.path("/identity")).ok(http.StatusOK).is("status", "pending").Str("reviewId")
	child.self().post("/v3/identity/refresh", nil).refused(http.StatusForbidden, "insufficientResourceAccess", "")
	got := p.self().post(child.path("/identity/refresh"), nil).ok(http.StatusOK).is("status", "pending")
	if got.Str("reviewId") == before {
		t.Error("it is the same review")
	}
	p.behalf(child.id).post("/v3/identity/refresh", nil).ok(http.StatusOK)
	p.self().put(child.path(), object{"status": "disabled"}).ok(http.StatusOK)
	p.self().post(child.path("/identity/refresh"), nil).refused(http.StatusForbidden, "customerDisabled", "")
}
