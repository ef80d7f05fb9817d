package straddle_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"tenantry/customers/lifecycle"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

var (
	uuid  = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	stamp = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{7}Z$`)
)

// A new individual is answered in the object envelope, with UUIDs and times in UTC, and is
// verified unless the sandbox's rules say otherwise.
func TestCreateAPerson(t *testing.T) {
	t.Parallel()
	w := install(t)
	anyKey := "€ / $.a b:" + strings.Repeat("é", 30)
	a := w.as(w.platform).create(person(1, object{"external_id": "crm-1", "metadata": object{"tier": "gold", anyKey: strings.Repeat("é", 40)}, "bogus": object{"x": 1}}))
	a.is("response_type", "object").is("data.status", "verified").is("data.type", "individual").is("data.name", "Ada Byron").
		is("data.phone", "+12128675309").is("data.external_id", "crm-1").is("data.metadata", object{"tier": "gold", anyKey: strings.Repeat("é", 40)}).lacks("data.bogus").lacks("data.address").lacks("data.compliance_profile")
	for path, form := range map[string]*regexp.Regexp{"data.id": uuid, "meta.api_request_id": uuid, "data.created_at": stamp, "data.updated_at": stamp, "meta.api_request_timestamp": stamp} {
		t.Run(path, func(t *testing.T) {
			if !form.MatchString(a.Str(path)) {
				t.Errorf("%s is %q", path, a.Str(path))
			}
		})
	}
	c := w.record(a.Str("data.id"))
	if c.PlanKey != "payer" || c.Contact.FirstName != "Ada" || c.Contact.LastName != "Byron" || strings.Contains(string(c.Meta), "bogus") {
		t.Errorf("it is stored as %+v", c)
	}
}

// The sandbox returns the outcome that the request asks for, and echoes the request's word
// for it.
func TestSandboxOutcomes(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	for i, outcome := range []string{"verified", "review", "rejected"} {
		c.create(person(i, object{"config": object{"sandbox_outcome": outcome}})).is("data.status", outcome).
			is("data.config.sandbox_outcome", outcome).is("data.config.processing_method", "inline")
	}
	c.create(person(10, object{"type": "business"})).is("data.status", "verified").is("data.type", "business")
	c.create(person(11, object{"type": "business", "config": object{"sandbox_outcome": "review"}})).is("data.status", "review")
}

// Without a requested outcome the sandbox decides by number and age.
func TestSandboxRules(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	for i, row := range []struct{ ssn, dob, want string }{
		{"123-45-6780", birthDate, "verified"}, {"000-45-6789", birthDate, "rejected"}, {"666-45-6789", birthDate, "rejected"},
		{"900-45-6789", birthDate, "rejected"}, {"999-45-6789", birthDate, "rejected"}, {"123-00-6789", birthDate, "rejected"},
		{"123-45-0000", birthDate, "rejected"}, {"123-45-6781", "2008-03-05", "review"}, {"123-45-6782", "2008-03-04", "verified"},
		{"123-45-6783", "2030-01-01", "review"},
	} {
		t.Run(row.ssn, func(t *testing.T) {
			c := c.in(t)
			a := c.create(person(i, object{"compliance_profile": object{"ssn": row.ssn, "dob": row.dob}})).is("data.status", row.want)
			review := c.get("/customers/" + a.Str("data.id") + "/review").ok(http.StatusOK)
			if row.want == "rejected" {
				review.is("data.identity_details.kyc.validations.ssn", false).is("data.identity_details.decision", "reject")
			}
			if row.want == "review" {
				review.is("data.identity_details.kyc.validations.dob", false).is("data.identity_details.decision", "review")
			}
		})
	}
}

// Sensitive values come back as constant masks, from every operation, and are
// sealed at rest.
func TestMasks(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	made := c.create(person(1, object{"compliance_profile": object{"ssn": ssn, "dob": birthDate}}))
	for _, a := range []answer{made, c.get("/customers/" + made.Str("data.id")).ok(http.StatusOK)} {
		a.is("data.compliance_profile.ssn", "***-**-****").is("data.compliance_profile.dob", "****-**-**").is("data.device.ip_address", "**.**.**.**")
		for _, word := range []string{ssn, "6789", birthDate, ipAddress} {
			if strings.Contains(strings.ReplaceAll(a.Text, "***-**-****", ""), word) {
				t.Errorf("%s shows %s: %s", a.What, word, a.Text)
			}
		}
	}
	if text := fmt.Sprintf("%+v", *w.record(made.Str("data.id"))); strings.Contains(text, ipAddress) || strings.Contains(text, birthDate) {
		t.Errorf("it is stored in clear: %s", text)
	}
	company := c.create(person(2, object{"type": "business", "name": "Ein Inc", "compliance_profile": object{
		"ein": ein, "legal_business_name": "Ein Incorporated", "website": "https://ein.example",
		"representatives": []any{object{"name": "Rae Prescott", "email": "rae@ein.example"}},
	}}))
	company.is("data.compliance_profile.ein", "**-*******").is("data.compliance_profile.legal_business_name", "Ein Incorporated").
		is("data.compliance_profile.website", "https://ein.example").is("data.compliance_profile.representatives.0.name", "Rae Prescott").
		is("data.compliance_profile.representatives.0.email", "rae@ein.example").lacks("data.compliance_profile.representatives.0.phone")
	c.create(person(3, object{"device": object{"ip_address": "0.0.0.0"}}))
}

// All invalid fields are named at once, each by its own name, and nothing changes.
func TestRefusedCreation(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	home := object{"address1": "1 Quay", "city": "Portland", "state": "ME", "zip": "04101"}
	many := object{}
	for i := range 21 {
		many[fmt.Sprint("k", i)] = "v"
	}
	for _, row := range []struct {
		change     object
		references []string
	}{
		{object{"phone": absent}, []string{"phone"}},
		{object{"phone": "2128675309"}, []string{"phone"}},
		{object{"phone": "+0128675309"}, []string{"phone"}},
		{object{"name": absent}, []string{"name"}},
		{object{"email": nil}, []string{"email"}},
		{object{"email": "nobody"}, []string{"email"}},
		{object{"type": absent}, []string{"type"}},
		{object{"type": "robot"}, []string{"type"}},
		{object{"device": absent}, []string{"device.ip_address"}},
		{object{"device": object{"ip_address": "::1"}}, []string{"device.ip_address"}},
		{object{"device": object{"ip_address": "1.2.3"}}, []string{"device.ip_address"}},
		{object{"compliance_profile": object{"ssn": "123456789", "dob": nil}}, []string{"compliance_profile.ssn"}},
		{object{"compliance_profile": object{"ssn": ssn}}, []string{"compliance_profile.dob"}},
		{object{"compliance_profile": object{"ssn": nil, "dob": "01-02-1980"}}, []string{"compliance_profile.dob"}},
		{object{"type": "business", "compliance_profile": object{"ein": "123456789", "legal_business_name": "X"}}, []string{"compliance_profile.ein"}},
		{object{"type": "business", "compliance_profile": object{"ein": ein}}, []string{"compliance_profile.legal_business_name"}},
		{object{"type": "business", "compliance_profile": object{"ein": nil, "legal_business_name": nil, "website": "ein"}}, []string{"compliance_profile.website"}},
		{object{"type": "business", "compliance_profile": object{"ein": nil, "legal_business_name": nil, "representatives": []any{object{}}}}, []string{"compliance_profile.representatives.0.name"}},
		{object{"compliance_profile": object{"ein": ein, "legal_business_name": "X"}}, []string{"compliance_profile"}},
		{object{"type": "business", "compliance_profile": object{"ssn": ssn, "dob": birthDate}}, []string{"compliance_profile"}},
		{object{"address": with(home, object{"state": "Calif"})}, []string{"address.state"}},
		{object{"address": with(home, object{"state": "me"})}, []string{"address.state"}},
		{object{"address": with(home, object{"zip": "1234"})}, []string{"address.zip"}},
		{object{"address": with(home, object{"city": absent, "address1": strings.Repeat("x", 101)})}, []string{"address.city", "address.address1"}},
		{object{"metadata": many}, []string{"metadata"}},
		{object{"metadata": object{"k": strings.Repeat("x", 41)}}, []string{"metadata"}},
		{object{"metadata": object{strings.Repeat("k", 41): "v"}}, []string{"metadata"}},
		{object{"metadata": object{"": "v"}}, []string{"metadata"}},
		{object{"metadata": object{"a\nb": "v"}}, []string{"metadata"}},
		{object{"config": object{"processing_method": "never"}}, []string{"config.processing_method"}},
		{object{"config": object{"processing_method": "skip"}}, []string{"config.processing_method"}},
		{object{"config": object{"sandbox_outcome": "maybe"}}, []string{"config.sandbox_outcome"}},
		{object{"external_id": strings.Repeat("x", 256)}, []string{"external_id"}},
		{object{"phone": "1", "email": "x", "device": object{}}, []string{"phone", "email", "device.ip_address"}},
	} {
		t.Run(strings.Join(row.references, " "), func(t *testing.T) {
			c := c.in(t)
			c.do(http.MethodPost, "/customers", person(1, row.change)).refused(http.StatusUnprocessableEntity, "/validation_error", row.references...).
				is("error.title", "Validation Failed")
		})
	}
	for body, reference := range map[string]string{
		`{}`: "Name", ``: "Device", `{"device":{"ip_address":5}}`: "Device.IpAddress", `{"compliance_profile":"x"}`: "ComplianceProfile",
		`{"metadata":{"k":5}}`: "Metadata", `{"config":{"processing_method":[]}}`: "Config.ProcessingMethod", `{"name":{}}`: "Name",
	} {
		t.Run(body, func(t *testing.T) {
			c := c.in(t)
			c.with("Content-Type", "application/json").do(http.MethodPost, "/customers", body).refused(http.StatusBadRequest, "/bad_request", reference)
		})
	}
	for _, body := range []string{`{"name":`, `[]`, `null`, `"x"`, `{"name":"a"} {}`} {
		c.do(http.MethodPost, "/customers", body).refused(http.StatusBadRequest, "/bad_request")
	}
	c.with("Content-Type", "text/plain").do(http.MethodPost, "/customers", person(1)).refused(http.StatusUnsupportedMediaType, "/unsupported_media_type")
	c.get("/customers").ok(http.StatusOK).is("meta.total_items", float64(1)) // the account
}

// A name has 1 to 256 characters, however they are spread over its words, on creation
// and on change; one character more is refused once, by that limit alone.
func TestNamesHaveOneLimit(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	for i, name := range []string{
		"A", strings.Repeat("x", 129), strings.Repeat("é", 256), "Ada " + strings.Repeat("x", 252), strings.Repeat("x", 129) + " Byron",
	} {
		for j, kind := range []string{"individual", "business"} {
			sent := person(2*i+j, object{"name": name, "type": kind})
			made := c.create(sent).is("data.name", name)
			for _, next := range []string{"Ada Byron", name} {
				c.do(http.MethodPut, "/customers/"+made.Str("data.id"), changed(sent, object{"name": next})).ok(http.StatusOK).is("data.name", next)
			}
		}
	}
	for _, name := range []string{strings.Repeat("é", 257), "Ada " + strings.Repeat("x", 253)} {
		t.Run(name, func(t *testing.T) {
			c := c.in(t)
			refused := c.do(http.MethodPost, "/customers", person(90, object{"name": name})).refused(http.StatusUnprocessableEntity, "/validation_error", "name")
			if strings.Count(refused.Text, "At most 256 characters.") != 1 || strings.Contains(refused.Text, "At most 128") {
				t.Errorf("a name of %d bytes is refused as %s", len(name), refused.Text)
			}
		})
	}
}

// An e-mail address, whatever its case, and an external id belong to one customer
// of an account; another account may have them too.
func TestUniqueValues(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	c.create(person(1, object{"external_id": "x-1"}))
	again := c.do(http.MethodPost, "/customers", person(1, object{"email": "ADA1@example.com"})).refused(http.StatusUnprocessableEntity, "/validation_error").
		is("error.detail", "Email 'ADA1@example.com' already exists and must be unique.")
	if items, ok := again.At("error.items").([]any); !ok || len(items) != 0 {
		t.Errorf("the items are %v", again.At("error.items"))
	}
	c.do(http.MethodPost, "/customers", person(2, object{"external_id": "x-1"})).refused(http.StatusUnprocessableEntity, "/validation_error", "external_id")
	c.with("Straddle-Account-Id", uuidOf(w.account)).create(person(1, object{"external_id": "x-1"}))
	second := c.create(person(3))
	c.do(http.MethodPut, "/customers/"+second.Str("data.id"), changed(person(1))).refused(http.StatusUnprocessableEntity, "/validation_error").
		is("error.detail", "Email 'ada1@example.com' already exists and must be unique.")
	// One that another dialect made, which does not refuse repeats, counts too.
	in := lifecycle.CreateInput{}
	testkit.Must(t, patch.Decode([]byte(`{"name":"N","email":"native@example.com","planKey":"payer"}`), &in.Input))
	_, err := w.Svc.Lifecycle.Create(t.Context(), w.caller(w.platform.ID), in)
	testkit.Must(t, err)
	c.do(http.MethodPost, "/customers", person(1, object{"email": "Native@example.com"})).ok(http.StatusUnprocessableEntity)
	w.allow(w.platform, `{"allowDuplicateEmail":true}`)
	c.create(person(1))
}

// Of many concurrent creations with one e-mail address exactly one succeeds.
func TestOneOfManyCreations(t *testing.T) {
	t.Parallel()
	w := install(t)
	statuses := make([]int, 8)
	var work sync.WaitGroup
	for i := range statuses {
		work.Go(func() {
			a, err := w.as(w.platform).try(http.MethodPost, "/customers", person(1))
			if err == nil {
				statuses[i] = a.Status
			}
		})
	}
	work.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	if count[http.StatusCreated] != 1 || count[http.StatusUnprocessableEntity] != len(statuses)-1 {
		t.Errorf("the answers are %v", statuses)
	}
}

// Reviews are skipped where the account's policy allows it, and only there.
func TestSkippedReview(t *testing.T) {
	t.Parallel()
	w := install(t)
	w.allow(w.platform, `{"allowIdentitySkip":true}`)
	made := w.as(w.platform).create(person(1, object{"config": object{"processing_method": "skip", "sandbox_outcome": "rejected"}})).is("data.status", "verified")
	w.as(w.platform).get("/customers/" + made.Str("data.id") + "/review").ok(http.StatusOK).lacks("data.identity_details")
	w.as(w.platform, "Straddle-Account-Id", uuidOf(w.account)).
		do(http.MethodPost, "/customers", person(1, object{"config": object{"processing_method": "skip"}})).refused(http.StatusUnprocessableEntity, "/validation_error", "config.processing_method")
}

// changed is a creation as an update: with a status, without what never changes.
func changed(body object, members ...object) object {
	return with(with(body, object{"type": absent, "config": absent, "status": "verified"}), members...)
}
