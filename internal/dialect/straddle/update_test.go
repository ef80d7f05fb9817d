package straddle_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenantry/internal/testkit"
)

type ctx = context.Context

// A change keeps what never changes, demands a status, and needs
// no more than what it must have: the rest stays, null clears, metadata is replaced
// as a whole.
func TestUpdate(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	home := object{"address1": "1 Quay", "address2": "B", "city": "Portland", "state": "ME", "zip": "04101"}
	made := c.create(person(1, object{"external_id": "x-1", "metadata": object{"a": "1", "b": "2"}, "address": home,
		"compliance_profile": object{"ssn": ssn, "dob": birthDate}}))
	path := "/customers/" + made.Str("data.id")
	w.Clock.Advance(time.Second)
	after := c.do(http.MethodPut, path, changed(person(1, object{"name": "Ada King", "phone": "+12128675310"}))).ok(http.StatusOK)
	after.is("data.created_at", made.Str("data.created_at")).is("data.name", "Ada King").is("data.phone", "+12128675310").is("data.external_id", "x-1").
		is("data.metadata.b", "2").is("data.address.address2", "B").is("data.compliance_profile.ssn", "***-**-****").is("data.config.processing_method", "inline")
	if after.Str("data.updated_at") <= made.Str("data.updated_at") {
		t.Error("updated_at does not move")
	}
	c.do(http.MethodPut, path, changed(person(1), object{"status": absent})).refused(http.StatusUnprocessableEntity, "/validation_error", "status")
	c.do(http.MethodPut, path, changed(person(1), object{"phone": absent, "name": nil, "device": absent})).
		refused(http.StatusUnprocessableEntity, "/validation_error", "phone", "name", "device.ip_address")
	c.do(http.MethodPut, path, changed(person(1), object{"status": "happy"})).refused(http.StatusUnprocessableEntity, "/validation_error", "status")
	c.do(http.MethodPut, path, `{}`).refused(http.StatusBadRequest, "/bad_request", "Status")
	replaced := c.do(http.MethodPut, path, changed(person(1), object{"metadata": object{"c": "3"}, "address": with(home, object{"address2": absent})})).ok(http.StatusOK)
	replaced.is("data.metadata.c", "3").lacks("data.metadata.a").lacks("data.address.address2").is("data.external_id", "x-1")
	cleared := c.do(http.MethodPut, path, changed(person(1), object{"metadata": nil, "external_id": nil, "address": nil, "compliance_profile": nil})).ok(http.StatusOK)
	cleared.lacks("data.metadata").lacks("data.external_id").lacks("data.address").lacks("data.compliance_profile").is("data.type", "individual")
	c.do(http.MethodPut, path, changed(person(1), object{"type": "business", "config": object{"sandbox_outcome": "rejected"}})).ok(http.StatusOK).
		is("data.type", "individual").is("data.status", "verified")
}

// A status can be set to inactive and to pending, which starts a new review; setting the
// present status is allowed, and a refusal lists what is possible.
func TestSetStatus(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	path := "/customers/" + c.create(person(1, object{"config": object{"sandbox_outcome": "review"}})).Str("data.id")
	set := func(status string) answer {
		return c.do(http.MethodPut, path, changed(person(1), object{"status": status}))
	}
	review := func() string { return c.get(path + "/review").ok(http.StatusOK).Str("data.identity_details.review_id") }
	decide := func(status string) {
		c.do(http.MethodPatch, path+"/review", object{"status": status}).ok(http.StatusOK)
	}
	for _, row := range []struct {
		now   string
		reach func()
	}{
		{"review", func() {}}, {"verified", func() { decide("verified") }}, {"rejected", func() { decide("rejected") }},
	} {
		t.Run(row.now, func(t *testing.T) {
			c, w := c.in(t), w.in(t)
			row.reach()
			last := review()
			set(row.now).ok(http.StatusOK).is("data.status", row.now)
			for _, other := range []string{"review", "verified", "rejected"} {
				if other != row.now {
					set(other).refused(http.StatusUnprocessableEntity, "/validation_error", "status").
						is("error.detail", "Customers with status "+strings.ToUpper(row.now[:1])+row.now[1:]+" cannot be changed.").
						is("error.items.0.detail", "Send "+row.now+" to keep it, pending for a new review, or inactive; a review that is in review is decided by itself.")
				}
			}
			if review() != last {
				t.Errorf("what leaves %s as it is starts a review", row.now)
			}
			set("pending").ok(http.StatusOK).is("data.status", "pending")
			w.runReviews()
			if c.get(path).ok(http.StatusOK).is("data.status", "review"); review() == last {
				t.Errorf("pending for a customer that is %s starts no review", row.now)
			}
		})
	}
	set("inactive").ok(http.StatusOK).is("data.status", "inactive")
	set("verified").refused(http.StatusUnprocessableEntity, "/validation_error", "status").
		is("error.detail", "Customers with status Inactive cannot be changed.").
		is("error.items.0.detail", "Send inactive to keep it, or pending to bring the customer back, which reviews it anew; a review that is in review is decided by itself.")
	c.do(http.MethodPut, path+"/refresh_review", nil).ok(http.StatusUnprocessableEntity).is("error.detail", "Customers with status Inactive cannot be changed.")
	set("inactive").ok(http.StatusOK)
	set("pending").ok(http.StatusOK).is("data.status", "pending")
	w.runReviews()
	c.get(path).ok(http.StatusOK).is("data.status", "review")
}

// A caller without the scope to refresh a review cannot start one by setting pending.
func TestPendingNeedsWhatARefreshNeeds(t *testing.T) {
	t.Parallel()
	w := install(t)
	path := "/customers/" + w.as(w.platform).create(person(1)).Str("data.id")
	clerk := w.Mint(w.platform, 0, "read", "customers:write", "customers:status")
	c := w.as(clerk)
	c.do(http.MethodPut, path, changed(person(1), object{"status": "pending"})).refused(http.StatusForbidden, "/forbidden")
	c.do(http.MethodPut, path, changed(person(1), object{"status": "inactive"})).ok(http.StatusOK)
}

// A customer of another dialect can be updated with values outside of this vendor's limits
// if they are sent back as shown; changed values keep the limits.
func TestUpdatingWhatAnotherDialectMade(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	long := strings.Repeat("x", 60)
	meta := object{}
	for i := range 30 {
		meta["key "+strconv.Itoa(i)] = i
	}
	meta["long"] = long
	native, err := json.Marshal(object{
		"name": "Mill", "email": "mill@example.com", "planKey": "payer", "meta": meta, "contact": object{"firstName": "Dana", "phone": "2125550100"},
	})
	testkit.Must(t, err)
	made := w.CreateBy(w.Local(w.platform.ID), string(native))
	path := "/customers/" + uuidOf(made)
	shown := func(members ...object) object {
		now := c.get(path).ok(http.StatusOK).Body["data"].(object)
		body := object{"device": object{"ip_address": ipAddress}}
		for _, key := range []string{"name", "email", "phone", "status", "metadata", "device"} {
			if value, is := now[key]; is {
				body[key] = value
			}
		}
		return with(body, members...)
	}
	edited := func(key string, value any) object { return with(shown()["metadata"].(object), object{key: value}) }
	c.do(http.MethodPut, path, shown()).ok(http.StatusOK).is("data.phone", "+12125550100")
	c.do(http.MethodPut, path, shown(object{"metadata": edited("key 1", "new")})).ok(http.StatusOK)
	stored := w.record(uuidOf(made))
	if stored.Contact.Phone != "2125550100" || stored.Contact.FirstName != "Dana" {
		t.Errorf("the contact is %+v", stored.Contact)
	}
	if !strings.Contains(string(stored.Meta), `"key 0":0,"key 1":"new"`) || !strings.Contains(string(stored.Meta), long) {
		t.Errorf("meta is %s", stored.Meta)
	}
	c.do(http.MethodPut, path, shown(object{"metadata": edited("one more", "x")})).refused(http.StatusUnprocessableEntity, "/validation_error", "metadata")
	c.do(http.MethodPut, path, shown(object{"metadata": edited("long", long+"y")})).refused(http.StatusUnprocessableEntity, "/validation_error", "metadata")
	c.do(http.MethodPut, path, shown(object{"phone": "2125550101"})).refused(http.StatusUnprocessableEntity, "/validation_error", "phone")
	c.do(http.MethodPut, path, shown(object{"metadata": object{"a": "b"}})).ok(http.StatusOK).is("data.metadata", object{"a": "b"})
}

// The empty phone of a customer without one may be sent back; nothing else that is no
// phone number is accepted.
func TestACustomerWithoutPhone(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	made := w.CreateBy(w.Local(w.platform.ID), `{"name":"Mill","email":"mill@example.com","planKey":"payer"}`)
	path := "/customers/" + uuidOf(made)
	body := changed(person(1), object{"name": "Mill", "email": "mill@example.com", "status": "pending"})
	c.get(path).ok(http.StatusOK).is("data.phone", "")
	c.do(http.MethodPut, path, with(body, object{"phone": ""})).ok(http.StatusOK).is("data.phone", "")
	if contact := w.record(uuidOf(made)).Contact; contact != nil {
		t.Errorf("it has the contact %+v, which nobody sent", contact)
	}
	c.do(http.MethodPut, path, with(body, object{"phone": absent})).refused(http.StatusUnprocessableEntity, "/validation_error", "phone")
	c.do(http.MethodPut, path, body).ok(http.StatusOK).is("data.phone", "+12128675309")
	c.do(http.MethodPut, path, with(body, object{"phone": ""})).refused(http.StatusUnprocessableEntity, "/validation_error", "phone")
}

// A change of a reviewed field starts a new review; a change of another field does not.
func TestChangesThatAreReviewed(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	home := object{"address1": "1 Quay", "city": "Portland", "state": "ME", "zip": "04101"}
	made := c.create(person(1, object{"address": home, "compliance_profile": object{"ssn": ssn, "dob": birthDate}}))
	path := "/customers/" + made.Str("data.id")
	body := changed(person(1))
	review := func() string { return c.get(path + "/review").ok(http.StatusOK).Str("data.identity_details.review_id") }
	last := review()
	for _, same := range []object{
		{"metadata": object{"a": "b"}}, {"device": object{"ip_address": "10.0.0.1"}}, {"external_id": "x"}, {"address": home},
		{"compliance_profile": object{"ssn": ssn, "dob": birthDate}}, {},
	} {
		c.do(http.MethodPut, path, with(body, same)).ok(http.StatusOK).is("data.status", "verified")
		if review() != last {
			t.Errorf("%v starts a review", same)
		}
	}
	for _, other := range []object{
		{"name": "Ada King"}, {"email": "king@example.com"}, {"phone": "+12128675311"}, {"address": with(home, object{"zip": "04102"})},
		{"compliance_profile": object{"ssn": "123-45-6780", "dob": birthDate}}, {"compliance_profile": object{"ssn": "123-45-6780", "dob": "1981-01-02"}},
	} {
		body = with(body, other)
		c.do(http.MethodPut, path, body).ok(http.StatusOK).is("data.status", "verified")
		if now := review(); now == last {
			t.Errorf("%v starts no review", other)
		} else {
			last = now
		}
	}
	c.do(http.MethodPut, path, with(body, object{"compliance_profile": object{"ssn": "000-45-6780", "dob": birthDate}})).ok(http.StatusOK).is("data.status", "rejected")
}

// A deletion answers with the deleted customer, which is not found any more, and frees its
// e-mail address.
func TestDelete(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	made := c.create(person(1, object{"external_id": "x-1"}))
	path := "/customers/" + made.Str("data.id")
	c.do(http.MethodDelete, path, nil).ok(http.StatusOK).is("data.id", made.Str("data.id")).is("data.email", "ada1@example.com")
	c.get(path).refused(http.StatusNotFound, "/not_found")
	c.do(http.MethodDelete, path, nil).refused(http.StatusNotFound, "/not_found")
	c.create(person(1, object{"external_id": "x-1"}))
}

// Sensitive values are shown in full if the account's policy allows it, and the audit
// trail records that first.
func TestUnmasked(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform, "Request-Id", "rq-7")
	personal := c.create(person(1, object{"compliance_profile": object{"ssn": ssn, "dob": birthDate}})).Str("data.id")
	company := c.create(person(2, object{"type": "business", "compliance_profile": object{"ein": ein, "legal_business_name": "X"}})).Str("data.id")
	path := "/customers/" + personal + "/unmasked"
	c.get(path).refused(http.StatusForbidden, "/forbidden")
	before := len(w.record(personal).Outbox)
	w.allow(w.platform, `{"allowDataUnmask":true}`)
	c.get(path).ok(http.StatusOK).is("data.compliance_profile.ssn", ssn).is("data.compliance_profile.dob", birthDate).is("data.device.ip_address", ipAddress)
	c.get("/customers/"+company+"/unmasked").ok(http.StatusOK).is("data.compliance_profile.ein", ein).is("data.compliance_profile.legal_business_name", "X")
	trail := w.record(personal).Outbox
	if len(trail) != before+1 || trail[before].Type != "customer.unmasked" || !strings.Contains(trail[before].Reason, "rq-7") {
		t.Errorf("the audit trail has %+v", trail[before:])
	}
	for _, event := range trail {
		if text := string(event.Resource) + string(event.Changes); strings.Contains(text, "123456789") || strings.Contains(text, birthDate) || strings.Contains(text, ipAddress) {
			t.Errorf("an event shows %s", text)
		}
	}
}

// A change through one dialect shows in the other.
func TestOneRecordTwoFaces(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	made := w.CreateBy(w.Local(w.platform.ID), `{"name":"Mill & Co","email":"mill@example.com","planKey":"payer","externalId":"n-1","meta":{"n":5,"t":"x"},
		"contact":{"phone":"2125550100"},"address":{"street1":"1 Mill","city":"Bangor","state":"ME","postalCode":"04401","country":"USA"},
		"legalEntity":{"businessName":"Mill Company","businessTaxId":"987654321"}}`)
	path := "/customers/" + uuidOf(made)
	c.get(path).ok(http.StatusOK).is("data.type", "business").is("data.phone", "+12125550100").is("data.address.address1", "1 Mill").
		is("data.address.zip", "04401").is("data.compliance_profile.ein", "**-*******").is("data.compliance_profile.legal_business_name", "Mill Company").
		is("data.metadata.n", "5").is("data.external_id", "n-1").is("data.status", "pending").lacks("data.device")
	c.do(http.MethodPut, path, changed(person(1, object{"name": "Mill Two", "external_id": "s-1"}), object{"status": "pending"})).ok(http.StatusOK)
	stored := w.record(uuidOf(made))
	if stored.Name != "Mill Two" || stored.ExternalID != "s-1" || stored.Contact.Phone != "+12128675309" || stored.LegalEntity.BusinessName != "Mill Company" || stored.PartyType != "" {
		t.Errorf("it is stored as %+v", stored)
	}
}
