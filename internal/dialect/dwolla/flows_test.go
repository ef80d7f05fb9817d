package dwolla_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"tenantry/customers/identity"
	"tenantry/internal/kyc"

	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
)

var png, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

// A customer in retry gets one more review, of all its data.
func TestRetry(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	body := w.personal(object{"firstName": "retry"})
	one := c.make("/customers", body)
	c.get(one).is("status", "retry").is("_links.retry-verification.href", one)
	c.post(one, object{"firstName": "Jane", "ssn": "6789"}).refused(400, "ValidationError")
	again := with(body, object{"firstName": "Jane", "ssn": "123456789"})
	c.post(one, again).ok(200).is("status", "verified")
	c.get(one).lacks("_links.retry-verification")
	c.post(one, again).refused(403, "InvalidResourceState")
	c.post(one, object{"phone": "5555555555"}).ok(200)
	shop := c.make("/customers", w.business(object{"businessName": "retry"}))
	c.get(shop).is("_embedded.errors.0.code", "Required").is("_embedded.errors.0._links.retry-with-full-ssn.href", shop)
}

// A customer is asked questions while its review wants them; three right answers of four
// verify it, fewer ask for a document.
func TestQuestions(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	answers := func(where string, right bool) object {
		asked := c.get(where)
		var list []object
		for i := range asked.size("questions") {
			at := "questions." + string(rune('0'+i))
			choice := 0
			if right {
				choice = asked.size(at+".answers") - 1
			}
			list = append(list, object{"questionId": asked.Str(at + ".id"), "answerId": asked.Str(at + ".answers." + string(rune('0'+choice)) + ".id")})
		}
		return object{"answers": list}
	}
	one := c.make("/customers", w.personal(object{"firstName": "kba"}))
	c.get(one).is("status", "kba").is("_links.verify-kba.href", one+"/kba")
	where := c.with("Content-Type", "application/json").make(one+"/kba", "")
	if !strings.HasPrefix(where, w.URL+"/kba/") {
		t.Errorf("the questions are at %s", where)
	}
	w.as(w.other).do(http.MethodGet, where, nil).refused(404, "NotFound")
	c.post(where, object{"answers": []object{}}).refused(400, "ValidationError")
	c.post(where, answers(where, true)).ok(200).is("verificationStatus", "passed")
	c.get(one).is("status", "verified")
	c.post(one+"/kba", nil).refused(403, "InvalidResourceState")

	two := c.make("/customers", w.personal(object{"firstName": "kba"}))
	asked := c.make(two+"/kba", nil)
	c.post(asked, answers(asked, false)).ok(200).is("verificationStatus", "failed")
	c.get(two).is("status", "document")
}

// A document is accepted while the review asks for one; other files and repeats are
// refused, and a customer that waits for a document cannot be changed.
func TestDocuments(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	one := c.make("/customers", w.personal(object{"firstName": "document"}))
	c.get(one).is("status", "document").is("_links.verify-with-document.href", one+"/documents").lacks("_links.edit", "_links.deactivate")
	c.post(one, object{"phone": "5555555555"}).refused(403, "InvalidResourceState")
	c.upload(one+"/documents", "license", "a.png", "image/png", []byte("hello")).refused(400, "invalidFileType")
	c.upload(one+"/documents", "novel", "a.png", "image/png", png).faulty("/documentType Invalid")
	c.upload(one+"/documents", "license", "a.png", "image/png", make([]byte, 10<<20+1)).refused(413, "FileTooLarge")
	c.post(one+"/documents", object{}).refused(415, "UnsupportedMediaType")
	c.get(one+"/documents").is("total", 0)
	where := c.upload(one+"/documents", "license", "a.png", "image/png", png).created()
	c.get(where).is("status", "pending").is("type", "license").is("documentVerificationStatus", "pending").is("_links.self.href", where)
	c.get(one+"/documents").is("total", 1).is("_embedded.documents.0._links.self.href", where)
	c.upload(one+"/documents", "license", "b.png", "image/png", png).refused(400, "DuplicateResource").is("_links.about.href", where)
	w.as(w.other).do(http.MethodGet, where, nil).refused(404, "NotFound")
	w.as(w.other).upload(strings.TrimPrefix(one, w.URL)+"/documents", "license", "a.png", "image/png", png).refused(404, "NotFound")
	plain := c.make("/customers", w.unverified())
	c.upload(plain+"/documents", "license", "a.png", "image/png", png).refused(403, "InvalidResourceState")
}

func ownerBody(members ...object) object {
	return with(object{
		"firstName": "Olive", "lastName": "Owner", "dateOfBirth": birthDate, "ssn": "123-45-6789",
		"address": object{"address1": "1 Elm", "address2": "Apt 2", "address3": "Rear", "city": "Des Moines", "stateProvinceRegion": "IA", "country": "US", "postalCode": "50309"},
	}, members...)
}

// Owners are added one by one, verified and certified; a change of them asks for a new
// certification.
func TestOwners(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	shop := c.make("/customers", w.business())
	c.get(shop+"/beneficial-ownership").is("status", "uncertified")
	where := c.make(shop+"/beneficial-owners", ownerBody())
	shown := c.get(where).is("firstName", "Olive").is("verificationStatus", "verified").is("address.country", "US").
		is("address.address2", "Apt 2, Rear").is("address.stateProvinceRegion", "IA").lacks("ssn", "dateOfBirth")
	if strings.Contains(shown.Text, "6789") {
		t.Errorf("it shows %s", shown.Text)
	}
	c.post(shop+"/beneficial-owners", ownerBody(object{"firstName": absent, "lastName": 7, "address": object{"city": "X", "country": "US"}})).
		refused(400, "ValidationError")
	c.post(shop+"/beneficial-ownership", object{"status": "maybe"}).faulty("/status Invalid")
	c.post(shop+"/beneficial-ownership", object{"status": "certified"}).ok(200).is("status", "certified")
	c.get(shop).lacks("_links.certify-beneficial-ownership", "_links.send")
	asked := c.make(shop+"/beneficial-owners", ownerBody(object{"firstName": "document"}))
	c.get(asked).is("verificationStatus", "document").is("_links.verify-with-document.href", asked+"/documents")
	paper := c.upload(asked+"/documents", "passport", "a.png", "image/png", png).created()
	c.get(asked+"/documents").is("total", 1).is("_embedded.documents.0._links.self.href", paper)
	c.get(shop+"/documents").is("total", 0)
	c.get(shop+"/beneficial-ownership").is("status", "recertify")
	c.get(shop+"/beneficial-owners").is("total", 2)
	unfit := c.make(shop+"/beneficial-owners", ownerBody(object{"firstName": "incomplete"}))
	c.post(unfit, object{"firstName": "Better"}).ok(200).is("firstName", "Better")
	c.do(http.MethodDelete, where, nil).ok(200).is("firstName", "Olive")
	c.do(http.MethodGet, where, nil).refused(404, "NotFound")
	person := c.make("/customers", w.personal())
	c.post(person+"/beneficial-owners", ownerBody()).refused(403, "InvalidResourceState")
}

// Classifications are the same for all, with their industries.
func TestClassifications(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	list := c.get("/business-classifications")
	if n := list.size("_embedded.business-classifications"); n == 0 {
		t.Error("there are none")
	}
	one := list.Str("_embedded.business-classifications.0._links.self.href")
	c.get(one).is("name", list.Str("_embedded.business-classifications.0.name"))
}

// The resources that belong to money movement exist and are empty.
func TestMoney(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	one := c.make("/customers", w.unverified())
	for _, name := range []string{"funding-sources", "transfers", "mass-payments"} {
		t.Run(name, func(t *testing.T) {
			c := c.in(t)
			if n := c.get(one + "/" + name + "?removed=false").size("_embedded." + name); n != 0 {
				t.Errorf("there are %d %s", n, name)
			}
		})
	}
}

// gate holds reviews up until it is opened.
type gate struct {
	kyc.Sandbox
	entered, open chan struct{}
}

func (g gate) Verify(ctx context.Context, subject identity.Subject) (identity.Result, error) {
	close(g.entered)
	<-g.open
	return g.Sandbox.Verify(ctx, subject)
}

// While the first request with a key runs, a second one is refused.
func TestIdempotencyInFlight(t *testing.T) {
	t.Parallel()
	held := gate{entered: make(chan struct{}), open: make(chan struct{})}
	w := install(t, func(s *apitest.Setup) { s.Tunings = []testkit.Tuning{reviewedBy(held)} })
	c, body := w.as(w.account, "Idempotency-Key", "one"), w.personal()
	first := make(chan answer)
	go func() {
		a, err := c.try(http.MethodPost, "/customers", body)
		if err != nil {
			t.Error(err)
		}
		first <- a
	}()
	<-held.entered
	c.post("/customers", body).refused(409, "Conflict")
	close(held.open)
	where := (<-first).created()
	if again := c.make("/customers", body); again != where {
		t.Errorf("it was made as %s and %s", where, again)
	}
}
