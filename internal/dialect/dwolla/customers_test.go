package dwolla_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tenantry/customers/lifecycle"
	"tenantry/internal/dialect"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// The smallest valid body makes an unverified customer, sent as either media type.
func TestCreateUnverified(t *testing.T) {
	t.Parallel()
	w := install(t)
	for _, sent := range []string{media, "application/json", "application/json; charset=utf-8"} {
		t.Run(sent, func(t *testing.T) {
			w := w.in(t)
			where := w.as(w.account, "Content-Type", sent).make("/customers", w.unverified(object{"firstName": "Zoë", "foo": nil}))
			shown := w.as(w.account).get(where).is("type", "unverified").is("status", "unverified").is("firstName", "Zoë").
				is("_links.self.href", where).is("_links.deactivate.href", where).is("_links.funding-sources.href", where+"/funding-sources")
			if !regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`).MatchString(shown.Str("created")) {
				t.Errorf("created is %s", shown.Str("created"))
			}
			if where != w.URL+"/customers/"+shown.Str("id") || strings.Contains(shown.Text, ipAddress) {
				t.Errorf("it is %s at %s", shown.Text, where)
			}
		})
	}
	receiving := w.as(w.account).make("/customers", w.unverified(object{"type": "receive-only", "businessName": "Doe Goods"}))
	w.as(w.account).get(receiving).is("type", "receive-only").is("status", "unverified").is("businessName", "Doe Goods")
}

// Personal and business customers show their address and no identifying number; tin stands
// for the number of their type.
func TestCreateReviewed(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	person := c.get(c.make("/customers", w.personal(object{"ssn": absent, "tin": "123-45-6789", "address2": "Apt 4", "correlationId": "a-1"}))).
		is("type", "personal").is("status", "verified").is("address1", "99-99 33rd St").is("address2", "Apt 4").is("city", "Some City").
		is("state", "NY").is("postalCode", "11101").is("phone", "1231231234").is("correlationId", "a-1").
		lacks("ssn", "tin", "dateOfBirth", "ipAddress", "_links.send", "_links.receive")
	business := c.get(c.make("/customers", w.business(object{"doingBusinessAs": "Jane's", "website": "https://jane.example"}))).
		is("type", "business").is("status", "verified").is("businessName", "Jane Corp").is("businessType", "llc").
		is("doingBusinessAs", "Jane's").is("website", "https://jane.example").is("controller.firstName", "John").
		is("controller.address.stateProvinceRegion", "IA").is("controller.address.country", "US").
		lacks("ein", "tin", "controller.ssn", "controller.dateOfBirth", "_links.send")
	business.At("_links.certify-beneficial-ownership")
	alone := w.business(object{"businessType": "soleProprietorship", "controller": absent, "ein": absent, "ssn": "6789", "dateOfBirth": birthDate})
	c.get(c.make("/customers", alone)).is("businessType", "soleProprietorship").lacks("controller", "_links.certify-beneficial-ownership")
	first := with(w.personal(object{"type": "business", "businessName": "Old Co", "ssn": absent, "dateOfBirth": absent}), object{"tin": "12-3456789"})
	c.get(c.make("/customers", first)).is("type", "business").lacks("businessType")
	for _, a := range []answer{person, business} {
		if strings.Contains(a.Text, "6789") || strings.Contains(a.Text, birthDate) || strings.Contains(a.Text, "00-0000000") {
			t.Errorf("it shows what it must not: %s", a.Text)
		}
	}
}

// All invalid members are named at once, each by its pointer, and nothing is created.
func TestCreateRefused(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	for name, row := range map[string]struct {
		body any
		want []string
	}{
		"missing":        {w.unverified(object{"firstName": absent}), []string{"/firstName Required"}},
		"empty":          {w.unverified(object{"firstName": ""}), []string{"/firstName Required"}},
		"two":            {w.unverified(object{"firstName": absent, "email": "x"}), []string{"/firstName Required", "/email InvalidFormat"}},
		"mistyped":       {w.unverified(object{"lastName": 5}), []string{"/lastName Invalid"}},
		"long":           {w.unverified(object{"firstName": strings.Repeat("a", 51)}), []string{"/firstName Invalid"}},
		"forbidden":      {w.unverified(object{"firstName": "A<b"}), []string{"/firstName Invalid"}},
		"type":           {w.unverified(object{"type": "robot"}), []string{"/type Invalid"}},
		"our own word":   {w.unverified(object{"type": "receiveOnly"}), []string{"/type Invalid"}},
		"postal code":    {w.personal(object{"postalCode": absent}), []string{"/postalCode Required"}},
		"young":          {w.personal(object{"dateOfBirth": "2009-01-01"}), []string{"/dateOfBirth NotAllowed"}},
		"street":         {w.personal(object{"address1": "1 Main St <rear>", "address2": strings.Repeat("a", 51)}), []string{"/address1 InvalidFormat", "/address2 Invalid"}},
		"post box":       {w.personal(object{"address1": "P.O. Box 7"}), []string{"/address1 NotAllowed"}},
		"state":          {w.personal(object{"state": "California"}), []string{"/state Invalid"}},
		"ssn":            {w.personal(object{"ssn": "12"}), []string{"/ssn InvalidFormat"}},
		"tin":            {w.personal(object{"ssn": absent, "tin": "12"}), []string{"/tin InvalidFormat"}},
		"controller":     {w.business(object{"controller": absent}), []string{"/controller Required"}},
		"classification": {w.business(object{"businessClassification": absent}), []string{"/businessClassification Required"}},
		"in the controller": {
			w.business(object{"controller": object{
				"firstName": "J", "lastName": "C", "title": "CEO", "ssn": "1", "dateOfBirth": birthDate,
				"address": object{"address1": "1 A St", "stateProvinceRegion": "IA", "country": "US", "postalCode": "50266"},
			}}), []string{"/controller/ssn Invalid", "/controller/address/city Required"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := c.in(t)
			a := c.post("/customers", row.body)
			a.T = t
			a.faulty(row.want...)
		})
	}
	c.post("/customers", w.unverified(object{"firstName": absent})).is("_embedded.errors.0.message", "FirstName required.").
		is("message", "Validation error(s) present. See embedded errors list for more details.")
	c.post("/customers", w.personal(object{"dateOfBirth": "2009-01-01"})).is("_embedded.errors.0.message", "DateOfBirth value not allowed.")
	for _, broken := range []string{`{`, `[]`, `"x"`, `{}{}`, ""} {
		c.post("/customers", broken).refused(400, "BadRequest")
	}
	c.with("Content-Type", "text/plain").post("/customers", "x").refused(415, "UnsupportedMediaType")
	c.post("/customers", `{"firstName":"`+strings.Repeat("a", 2<<20)+`"}`).refused(413, "FileTooLarge")
	c.get("/customers").is("total", 0)
}

// An e-mail or correlation id that another customer of the account has is refused with a
// link to that customer, on creation and on a change; other accounts do not count.
func TestDuplicates(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	first := c.make("/customers", w.unverified(object{"email": "jane@one.example", "correlationId": "c-1"}))
	a := c.post("/customers", w.unverified(object{"email": "JANE@one.example"})).faulty("/email Duplicate")
	a.is("_embedded.errors.0.message", "A customer with the specified email already exists.").
		is("_embedded.errors.0._links.about.href", first).is("_embedded.errors.0._links.about.resource-type", "customer")
	c.post("/customers", w.unverified(object{"correlationId": "c-1"})).faulty("/correlationId Duplicate")
	second := c.make("/customers", w.unverified())
	c.post(second, object{"email": "jane@one.example"}).faulty("/email Duplicate").is("_embedded.errors.0._links.about.href", first)
	c.post(first, object{"status": "deactivated"}).ok(200)
	c.post("/customers", w.unverified(object{"email": "jane@one.example"})).faulty("/email Duplicate")
	w.as(w.other).make("/customers", w.unverified(object{"email": "jane@one.example", "correlationId": "c-1"}))
}

// A phone number that another API stored is shown as the vendor's ten digits; one that is
// not of the US is left out, since clients refuse other forms.
func TestPhonesAreTenDigits(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	for phone, want := range map[string]any{
		"2065550142": "2065550142", "+12065550142": "2065550142", "12065550142": "2065550142", "+442071234567": nil, "4420712345": "4420712345", "911": nil,
	} {
		t.Run(phone, func(t *testing.T) {
			c := c.in(t)
			w := w.in(t)
			path := c.make("/customers", w.personal())
			id, _ := dialect.ParseUUID(path[len(path)-36:])
			change := lifecycle.UpdateInput{CustomerID: id.String()}
			testkit.Must(t, patch.Decode([]byte(`{"contact":{"phone":"`+phone+`"}}`), &change.Input))
			_, err := w.Svc.Lifecycle.Update(t.Context(), w.Local(""), change)
			testkit.Must(t, err)
			shown := c.get(path)
			if got := shown.Find("phone"); got != want {
				t.Errorf("%s is shown as %v", phone, got)
			}
		})
	}
}

// A change applies the members that the customer's type and state allow; the rest stays.
func TestUpdate(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	one := c.make("/customers", w.unverified(object{"businessName": "Doe Goods"}))
	c.post(one, object{"firstName": "Z"}).ok(200).is("firstName", "Z").is("lastName", "Doe").is("businessName", "Doe Goods").is("id", one[len(w.URL)+len("/customers/"):])
	c.post(one, object{"businessName": ""}).ok(200).lacks("businessName")
	c.post(one, object{"email": "x"}).faulty("/email InvalidFormat")
	person := c.make("/customers", w.personal())
	c.post(person, object{"firstName": "Other"}).faulty("/firstName ReadOnly")
	c.post(person, object{"firstName": "Jane", "phone": "5555555555", "city": "Albany"}).ok(200).is("phone", "5555555555").is("city", "Albany").is("state", "NY")
	c.post(person, `{`).refused(400, "BadRequest")
	c.get(person).is("firstName", "Jane")
}

// A customer is deactivated, suspended and reactivated by the vendor's words alone;
// changes that a status forbids are refused.
func TestStatus(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	one := c.make("/customers", w.personal())
	c.post(one, object{"status": "deactivated", "phone": "1"}).refused(400, "ValidationError")
	c.post(one, object{"status": "sleepy"}).faulty("/status Invalid")
	c.post(one, object{"status": "deactivated"}).ok(200).is("status", "deactivated").lacks("_links.edit", "_links.deactivate").At("_links.reactivate")
	c.post(one, object{"phone": "5555555555"}).refused(403, "InvalidResourceState").is("message", "Resource cannot be modified.")
	c.post(one, object{"status": "deactivated"}).refused(403, "InvalidResourceState")
	c.post(one, object{"status": "reactivated"}).ok(200).is("status", "verified").At("_links.edit")
	c.post(one, object{"status": "suspended"}).ok(200).is("status", "suspended").lacks("_links.edit", "_links.reactivate")
	c.post(one, object{"status": "deactivated"}).refused(403, "InvalidResourceState")
	c.post(one, object{"status": "reactivated"}).refused(403, "InvalidResourceState")
	c.get(one).is("status", "suspended")
}

// An unverified customer is upgraded to a personal one with the fields that those need.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	body := w.unverified()
	one := c.make("/customers", body)
	c.post(one, object{"type": "personal"}).refused(400, "ValidationError")
	c.get(one).is("type", "unverified")
	c.post(one, w.personal(object{"email": body["email"]})).ok(200).is("type", "personal").is("status", "verified")
}

// A key stands for one request: the same again has the same answer, another body is
// refused, and a refusal releases the key.
func TestIdempotency(t *testing.T) {
	t.Parallel()
	w := install(t)
	body := w.unverified()
	c := w.as(w.account, "Idempotency-Key", "one")
	c.post("/customers", with(body, object{"email": "x"})).faulty("/email InvalidFormat")
	first := c.make("/customers", body)
	if again := c.make("/customers", body); again != first {
		t.Errorf("it was made as %s and %s", first, again)
	}
	c.post("/customers", with(body, object{"firstName": "Other"})).refused(400, "BadRequest")
	w.as(w.account).get("/customers").is("total", 1)
	w.as(w.other, "Idempotency-Key", "one").make("/customers", body)
	w.as(w.account, "Idempotency-Key", strings.Repeat("k", 255)).make("/customers", w.unverified())
	w.as(w.account, "Idempotency-Key", strings.Repeat("k", 256)).post("/customers", w.unverified()).refused(400, "BadRequest")
	w.as(w.account, "Idempotency-Key", strings.Repeat("k", 256)).do(http.MethodGet, "/customers", nil).ok(200)
}

// A restricted key lacks the scope for changes.
func TestScopes(t *testing.T) {
	t.Parallel()
	w := install(t)
	reading := account{token: w.restricted("read")}
	w.as(reading).get("/customers")
	w.as(reading).post("/customers", w.unverified()).refused(401, "InvalidScopes")
}
