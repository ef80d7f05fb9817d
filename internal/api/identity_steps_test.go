package api_test

import (
	"context"
	"net/http"
	"testing"

	"tenantry/customers/access"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// enrolled creates a person below an actor whose review ends as its first name says.
func enrolled(p actor, word string) actor {
	p.env.T.Helper()
	caller, err := p.env.Svc.Access.Authenticate(context.Background(), access.Presented{Bearer: secret.New(p.secret), SubjectID: p.id})
	if err != nil {
		p.env.T.Fatal(err)
	}
	made, err := p.env.Svc.Dwolla.Create(context.Background(), caller, rules.CreateInput{PlanKey: "payer", CustomerInput: rules.CustomerInput{
		Type: patch.Of("personal"), FirstName: patch.Of(word), LastName: patch.Of("Okafor"), Email: patch.Of(word + "@b.example"),
		Street1: patch.Of("18 Quay Street"), City: patch.Of("Portland"), State: patch.Of("ME"), PostalCode: patch.Of("04101"),
		DateOfBirth: patch.Of(secret.New(birthDate)), SSN: patch.Of(secret.New(personalTax)),
	}})
	if err != nil {
		p.env.T.Fatal(err)
	}
	keyed, err := p.env.Svc.Access.RotateKeys(context.Background(), caller, made.Customer.ID.String(), access.RotateInput{})
	if err != nil {
		p.env.T.Fatal(err)
	}
	p.env.Conceal(keyed.Pair.Secret.Reveal())
	return actor{env: p.env, id: made.Customer.ID.String(), secret: keyed.Pair.Secret.Reveal(), publishable: keyed.Pair.Publishable.Reveal()}
}

// anew returns all that a second review of a person demands.
func anew() object {
	return object{
		"email": "retry@b.example", "contact": object{"firstName": "Mira", "lastName": "Okafor", "dateOfBirth": birthDate},
		"address":     object{"street1": "18 Quay Street", "city": "Portland", "state": "ME", "postalCode": "04101"},
		"legalEntity": object{"personalTaxId": personalTax},
	}
}

// A customer in retry sends all of it once more, by itself or from above.
func TestRetryingAReview(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := enrolled(p, "retry")
	p.self().get(child.path()).ok(http.StatusOK).is("type", "personal").is("identity.status", "retry")
	e.client().post(child.path("/identity/retry"), anew()).refused(http.StatusUnauthorized, "invalidCredentials", "")
	e.platform().self().post(child.path("/identity/retry"), anew()).refused(http.StatusNotFound, "notFound", "")
	p.restricted("read").post(child.path("/identity/retry"), anew()).refused(http.StatusForbidden, "insufficientScope", "")
	p.self().post(child.path("/identity/retry"), with(anew(), object{"legalEntity": object{"personalTaxId": "1234"}}), wrong).
		refused(http.StatusUnprocessableEntity, "validationError", "legalEntity.personalTaxId").detail("parameterMissing")
	p.self().post(child.path("/identity/retry"), object{"email": "retry@b.example"}).refused(http.StatusUnprocessableEntity, "validationError", "contact.firstName")
	p.self().post(child.path("/identity/retry"), with(anew(), object{"shoe": 9}), wrong).refused(http.StatusUnprocessableEntity, "validationError", "shoe")
	child.self().post("/v3/identity/retry", anew()).ok(http.StatusOK).is("status", "verified").is("trigger", "retry")
	p.self().post(child.path("/identity/retry"), anew()).refused(http.StatusConflict, "invalidResourceState", "")
}

// A customer in kba is asked, and may answer once.
func TestAnsweringQuestions(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child, done := enrolled(p, "kba"), enrolled(p, "verified")
	e.client().post(child.path("/identity/kba"), nil).refused(http.StatusUnauthorized, "invalidCredentials", "")
	e.platform().self().post(child.path("/identity/kba"), nil).refused(http.StatusNotFound, "notFound", "")
	p.self().post(done.path("/identity/kba"), nil).refused(http.StatusConflict, "invalidResourceState", "")
	p.self().get(child.path("/identity/kba")).refused(http.StatusNotFound, "notFound", "")
	asked := p.self().post(child.path("/identity/kba"), nil).ok(http.StatusOK).is("object", "questionnaire")
	child.self().get("/v3/identity/kba").ok(http.StatusOK).is("questions.0.id", asked.Str("questions.0.id"))
	p.restricted("read").get(child.path("/identity/kba")).refused(http.StatusForbidden, "insufficientScope", "")
	var answers []any
	for i := range asked.List("questions") {
		at := "questions." + string(rune('0'+i))
		answers = append(answers, object{"questionId": asked.Str(at + ".id"), "answerId": asked.Str(at + ".answers.3.id")})
	}
	to := child.path("/identity/kba/answers")
	p.self().post(to, object{}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "answers").detail("parameterMissing")
	p.self().post(to, object{"answers": answers[:3]}).refused(http.StatusUnprocessableEntity, "validationError", "answers")
	p.self().post(to, object{"answers": append([]any{object{"questionId": missingID, "answerId": missingID}}, answers...)}).
		refused(http.StatusUnprocessableEntity, "validationError", "answers.0.questionId")
	p.self().post(to, object{"answers": answers}).ok(http.StatusOK).is("status", "verified")
	p.self().post(to, object{"answers": answers}).refused(http.StatusConflict, "invalidResourceState", "")
	p.self().get(child.path()).ok(http.StatusOK).is("identity.status", "verified")
}
