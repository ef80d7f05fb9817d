package api_test

import (
	"net/http"
	"testing"
)

// partner returns an owner with all that is required.
func partner(first string) object {
	return object{
		"contact":       object{"firstName": first, "lastName": "Reef", "dateOfBirth": "1980-03-04"},
		"personalTaxId": ownerTax, "address": address(),
	}
}

// business creates a verified business without further owners.
func (a actor) business() actor {
	a.env.T.Helper()
	made, _ := a.child(with(minimal("merchant"), object{"legalEntity": with(legalEntity(), object{"additionalOwners": absent})}))
	return made
}

// An owner is added, read, changed and removed, and is the one that the legal entity
// shows.
func TestOwnerFromAddingToRemoval(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	made := p.business()
	added := made.self().post("/v3/owners", partner("incomplete")).ok(http.StatusCreated).
		is("object", "legalEntityAdditionalOwner").is("customerId", made.id).is("verificationStatus", "incomplete").
		is("last4PersonalTaxId", "5678").lacks("personalTaxId", "stakePercent")
	path := made.path("/owners/", added.Str("id"))
	if got := added.Header.Get("Location"); got != path {
		t.Errorf("the location is %s", got)
	}
	made.self().get(made.path()).ok(http.StatusOK).is("legalEntity.additionalOwners.0.id", added.Str("id"))
	made.self().get("/v3/owners").ok(http.StatusOK).is("count", 1.0)
	p.self().put(path, object{"contact": object{"firstName": "Dana"}, "title": "Captain"}).ok(http.StatusOK).
		is("verificationStatus", "verified").is("contact.firstName", "Dana").is("contact.lastName", "Reef").is("title", "Captain")
	p.self().put(path, object{"contact": object{"firstName": "Eve"}}).refused(http.StatusConflict, "invalidResourceState", "")
	p.self().put(path, object{"stakePercent": "25"}).ok(http.StatusOK).is("stakePercent", "25").is("verificationStatus", "verified")
	p.self().put(path, object{"stakePercent": "41"}).refused(http.StatusUnprocessableEntity, "validationError", "stakePercent")
	p.self().delete(path).ok(http.StatusNoContent)
	p.self().get(path).refused(http.StatusNotFound, "notFound", "")
	p.self().delete(path).refused(http.StatusNotFound, "notFound", "")
	made.self().get(made.path()).ok(http.StatusOK).lacks("legalEntity.additionalOwners")
}

// Incomplete owners, and owners of a customer that can have none, are refused with every
// failing field.
func TestOwnersThatAreRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	made := p.business()
	for field, change := range map[string]object{
		"contact.dateOfBirth": {"contact": object{"firstName": "Dana", "lastName": "Reef"}},
		"contact.lastName":    {"contact": object{"firstName": "Dana", "dateOfBirth": "1980-03-04"}},
		"address":             {"address": absent},
		"address.city":        {"address": with(address(), object{"city": absent})},
		"personalTaxId":       {"personalTaxId": absent},
		"passport.country":    {"personalTaxId": absent, "passport": object{"number": "X123"}},
		"stakePercent":        {"stakePercent": "41"},
		"verificationStatus":  {"verificationStatus": "verified"},
	} {
		t.Run(field, func(t *testing.T) {
			made := made.in(t)
			made.self().post("/v3/owners", with(partner("Dana"), change), wrong).refused(http.StatusUnprocessableEntity, "validationError", field)
		})
	}
	for _, number := range []string{"12345", "1234567890", "abcd"} {
		made.self().post("/v3/owners", with(partner("Dana"), object{"personalTaxId": number}), wrong).
			refused(http.StatusUnprocessableEntity, "validationError", "personalTaxId")
	}
	person := p.merchant()
	person.self().post("/v3/owners", partner("Dana")).refused(http.StatusConflict, "invalidResourceState", "")
	p.restricted("read").post(made.path("/owners"), partner("Dana")).refused(http.StatusForbidden, "insufficientScope", "")
	e.client("X-CUSTOMER-ID", made.id).post("/v3/owners", partner("Dana")).refused(http.StatusUnauthorized, "invalidCredentials", "")
	made.self().get("/v3/owners").ok(http.StatusOK).is("count", 0.0)
	made.self().post("/v3/owners", with(partner("Dana"), object{"personalTaxId": "0042"})).ok(http.StatusCreated).is("last4PersonalTaxId", "0042")
	made.self().post("/v3/owners", with(partner("Ole"), object{"personalTaxId": absent, "passport": object{"number": "N1234567", "country": "NO"}})).
		ok(http.StatusCreated).is("passport.country", "NOR").is("passport.last4", "4567").lacks("passport.number")
}

// A document of an owner belongs to that owner, and accepting it verifies the owner.
func TestDocumentVerifiesAnOwner(t *testing.T) {
	t.Parallel()
	p := newEnv(t).platform()
	made := p.business()
	owner := made.self().post("/v3/owners", partner("document")).ok(http.StatusCreated).is("verificationStatus", "document").Str("id")
	of := object{"documentType": "passport", "ownerId": owner}
	made.self().post("/v3/documents", form(object{"documentType": "passport"}, "a.png", png(1))).refused(http.StatusConflict, "invalidResourceState", "")
	made.self().post("/v3/documents", form(of, "a.pdf", "%PDF-1.4\n%%EOF")).refused(http.StatusUnprocessableEntity, "invalidFileType", "file")
	added := made.self().post("/v3/documents", form(of, "a.png", png(1))).ok(http.StatusCreated).is("ownerId", owner).Str("id")
	made.self().get("/v3/documents?ownerId="+owner).ok(http.StatusOK).is("count", 1.0)
	made.self().get("/v3/documents?ownerId=self").ok(http.StatusOK).is("count", 0.0)
	made.self().get("/v3/documents?ownerId="+missingID).refused(http.StatusNotFound, "notFound", "")
	p.self().patch(made.path("/documents/", added), object{"decision": "accepted"}).ok(http.StatusOK)
	made.self().get("/v3/owners/"+owner).ok(http.StatusOK).is("verificationStatus", "verified")
	made.self().delete("/v3/owners/" + owner).ok(http.StatusNoContent)
	made.self().get("/v3/documents/"+added).refused(http.StatusNotFound, "notFound", "")
}

// A certification holds until the owners change; customers that need none by plan or
// entity type are exempt.
func TestOwnershipIsCertified(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	made := p.business()
	made.self().get("/v3/ownership").ok(http.StatusOK).is("object", "ownership").is("status", "uncertified")
	made.self().post("/v3/ownership", object{}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "status").detail("parameterMissing")
	made.self().post("/v3/ownership", object{"status": "recertify"}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "status")
	p.restricted("read").post(made.path("/ownership"), object{"status": "certified"}).refused(http.StatusForbidden, "insufficientScope", "")
	for range 2 {
		made.self().post("/v3/ownership", object{"status": "certified"}).ok(http.StatusOK).is("status", "certified")
	}
	made.self().post("/v3/owners", partner("Dana")).ok(http.StatusCreated)
	made.self().get("/v3/ownership").ok(http.StatusOK).is("status", "recertify")
	made.self().post("/v3/ownership", object{"status": "certified"}).ok(http.StatusOK)
	made.self().put(made.path(), object{"legalEntity": object{"additionalOwners": []any{}}}).ok(http.StatusOK).is("ownership", "recertify")

	sole, _ := p.child(with(minimal("merchant"), object{"legalEntity": object{"entityType": "ISP"}}))
	for _, exempt := range []actor{p.merchant(), sole} {
		exempt.self().get("/v3/ownership").ok(http.StatusOK).is("status", "exempt")
		exempt.self().post("/v3/ownership", object{"status": "certified"}).refused(http.StatusConflict, "invalidResourceState", "")
	}
}
