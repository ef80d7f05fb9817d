package balanced_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/testkit"
)

var (
	stampForm = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`)
	idForm    = regexp.MustCompile(`^CU[A-Za-z0-9]{16,32}$`)
)

// everything is the body of a creation with every plain field.
func everything() object {
	return object{
		"name": "William Henry Cavendish III", "email": "william@example.com", "meta": object{"meta can store": "any flat key/value data you like",
			"github": "https://github.com/balanced", "more_additional_data": 54.8}, "ssn_last4": ssnLast4,
		"business_name": "Balanced", "address": object{"line1": "167 West 74th Street", "line2": "Apt 2", "city": "New York", "state": "NY",
			"postal_code": "10023", "country_code": "USA"}, "phone": "+16505551234", "dob": nil, "ein": "123456789",
		"facebook": "https://facebook.com/whc.iii", "twitter": "@whciii",
	}
}

// No field is required: an empty object, an empty body and the Python client's default
// body each make a customer whose fields are all null, with every link.
func TestAnEmptyCustomer(t *testing.T) {
	t.Parallel()
	m := market(t)
	for _, body := range []any{object{}, nil, object{"id": nil}, object{"id": nil, "resides_under_marketplace": true, "illegal-property": 1}} {
		t.Run(fmt.Sprint(body), func(t *testing.T) {
			m := m.in(t)
			made := m.post("/v1/customers", body).ok(201)
			for _, name := range []string{"name", "email", "phone", "business_name", "ein", "dob", "ssn_last4", "facebook", "twitter", "source_uri", "destination_uri"} {
				made.is(name, nil)
			}
			made.is("address", object{}).is("meta", object{}).is("is_identity_verified", false).is("_type", "customer")
			uri := "/v1/customers/" + made.Str("id")
			made.is("uri", uri)
			uris := object{}
			for _, name := range []string{"bank_accounts", "cards", "credits", "debits", "holds", "refunds", "transactions"} {
				made.is(name+"_uri", uri+"/"+name)
				uris[name+"_uri"] = object{"_type": "page", "key": name}
			}
			made.is("_uris", uris)
			if !idForm.MatchString(made.Str("id")) || !stampForm.MatchString(made.Str("created_at")) {
				t.Errorf("id %s, created at %s", made.Str("id"), made.Str("created_at"))
			}
			if strings.Contains(made.Text, "illegal") || strings.Contains(made.Text, "resides") || len(made.Body) != 26 {
				t.Errorf("there are %d members: %s", len(made.Body), made.Text)
			}
			if again := m.get(uri).ok(200); again.Text != made.Text {
				t.Errorf("reading it differs: %s", cmp.Diff(made.Body, again.Body))
			}
		})
	}
}

// Values come back as they were sent, except that the digits of an SSN show as xxxx; meta
// holds texts.
func TestACustomerIsEchoed(t *testing.T) {
	t.Parallel()
	m := market(t)
	sent := everything()
	made := m.post("/v1/customers", sent).ok(201)
	for _, name := range []string{"name", "email", "business_name", "address", "phone", "dob", "ein", "facebook", "twitter"} {
		made.is(name, sent[name])
	}
	made.is("ssn_last4", "xxxx").is("is_identity_verified", false).
		is("meta", object{"meta can store": "any flat key/value data you like", "github": "https://github.com/balanced", "more_additional_data": "54.8"})
	view := m.get(made.Str("uri")).ok(200)
	if view.Text != made.Text {
		t.Errorf("reading it differs: %s", cmp.Diff(made.Body, view.Body))
	}
	m.post("/v1/customers", object{"phone": "(904) 555-1796", "address": object{"country_code": "US", "street_address": "old", "region": "NY"}}).ok(201).
		is("phone", "(904) 555-1796").is("address", object{"country_code": "US", "street_address": "old", "region": "NY"})
}

// Values of meta become texts as Python writes them; null keys are left out and null
// is empty.
func TestMetaHoldsTexts(t *testing.T) {
	t.Parallel()
	m := market(t)
	m.post("/v1/customers", `{"meta":{"a":true,"b":false,"c":54.8,"d":1.0,"e":12345678901234567890,"customKey.first":"x","gone":null,"é <&>":"ü"}}`).ok(201).
		is("meta", object{"a": "True", "b": "False", "c": "54.8", "d": "1.0", "e": "12345678901234567890", "customKey.first": "x", "é <&>": "ü"})
	m.post("/v1/customers", object{"meta": nil}).ok(201).is("meta", object{})
	uri := m.create(object{"meta": object{"a": "1", "b": "2"}})
	m.put(uri, object{"meta": object{"c": "3"}}).ok(200).is("meta", object{"c": "3"})
	m.put(uri, object{"name": "n"}).ok(200).is("meta", object{"c": "3"})
	for _, bad := range []any{object{"a": object{}}, object{"a": []any{"x"}}, "text", 5, []any{}, object{strings.Repeat("k", 129): "x"},
		object{"k": strings.Repeat("v", 1025)}, many(65)} {
		m.post("/v1/customers", object{"meta": bad}).refused(400, "request", "request", "meta")
	}
	m.put(uri, object{"meta": nil}).ok(200).is("meta", object{})
}

func many(n int) object {
	list := object{}
	for i := range n {
		list[string(rune('a'+i%26))+strings.Repeat("x", i)] = "v"
	}
	return list
}

// A change merges: absent members stay, null clears, given ones are set, and the
// address is replaced as a whole.
func TestAChangeMerges(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(everything())
	before := m.get(uri)
	changed := m.put(uri, object{"name": "Richie McCaw"}).ok(200).is("name", "Richie McCaw")
	before.Body["name"] = "Richie McCaw"
	if diff := cmp.Diff(before.Body, changed.Body); diff != "" {
		t.Errorf("other fields changed: %s", diff)
	}
	m.put(uri, object{"name": nil, "phone": nil, "ein": nil, "facebook": nil, "ssn_last4": nil, "email": nil}).ok(200).
		is("name", nil).is("phone", nil).is("ein", nil).is("facebook", nil).is("ssn_last4", nil).is("email", nil).is("twitter", "@whciii")
	m.put(uri, object{"address": object{"city": "Oslo"}}).ok(200).is("address", object{"city": "Oslo"})
	m.put(uri, object{"address": nil}).ok(200).is("address", object{})
	m.put(uri, object{}).ok(200).is("business_name", "Balanced")
}

// The whole object that Python sends back changes nothing but what was set in it:
// read-only members, links without their slash and xxxx are ignored.
func TestTheWholeObjectComesBack(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(everything())
	m.put(uri, object{"card_uri": m.card(cardNumber), "bank_account_uri": m.bank()}).ok(200)
	before := m.get(uri)
	sent := object{}
	for name, value := range before.Body {
		if text, ok := value.(string); ok && strings.HasSuffix(name, "_uri") {
			value = strings.TrimPrefix(text, "/")
		}
		if name != "uri" {
			sent[name] = value
		}
	}
	sent["created_at"] = "2026-03-04T10:15:30.000000+00:00Z"
	sent["id"], sent["is_identity_verified"], sent["_type"] = "CUother", true, "card"
	if after := m.put(uri, sent).ok(200); after.Text != before.Text {
		t.Errorf("it changed: %s", cmp.Diff(before.Body, after.Body))
	}
	sent["name"], sent["source_uri"], sent["destination_uri"] = "Other", nil, nil
	m.put(uri, sent).ok(200).is("name", "Other").is("ssn_last4", "xxxx").is("source_uri", before.At("source_uri")).is("destination_uri", before.At("destination_uri"))
}

// xxxx keeps the digits that are stored, and nothing else passes for four digits.
func TestTheMaskIsNoChange(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{"ssn_last4": ssnLast4})
	m.put(uri, object{"ssn_last4": "xxxx"}).ok(200).is("ssn_last4", "xxxx")
	bare := m.create(object{})
	m.put(bare, object{"ssn_last4": "xxxx"}).ok(200).is("ssn_last4", nil)
	for _, bad := range []any{"12345", "abcd", "xxx", "", 4821} {
		m.put(uri, object{"ssn_last4": bad}).refused(400, "request", "request", "ssn_last4")
	}
}

// What is wrong is refused in the vendor's words, all of it at once, and nothing changes.
func TestBadFieldsAreNamed(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(everything())
	before := m.get(uri)
	for field, values := range map[string][]any{
		"email": {"dsfsa", "", 5, "a@b", strings.Repeat("a", 300) + "@b.co"}, "name": {5, true, object{}, strings.Repeat("x", 256), "a\x00b"},
		"dob": {"1963", "1963-13", "63-07", "2999-01", 1963, "1963-02-30", ""}, "ein": {strings.Repeat("1", 33), 5},
		"phone": {5, strings.Repeat("1", 65)}, "address": {"x", 5, []any{}}, "business_name": {[]any{}},
		"address.country_code": {nil}, "address.line1": {nil},
	} {
		t.Run(field, func(t *testing.T) {
			m := m.in(t)
			for _, value := range values {
				body := object{field: value}
				switch field {
				case "address.country_code":
					body = object{"address": object{"country_code": "United States"}}
				case "address.line1":
					body = object{"address": object{"line1": 5}}
				}
				m.put(uri, body).refused(400, "request", "request", field)
				m.post("/v1/customers", body).refused(400, "request", "request", field)
			}
		})
	}
	both := m.put(uri, object{"name": "New", "email": "dsfsa", "dob": "x"}).refused(400, "request", "request", "email").refused(400, "request", "request", "dob")
	if !strings.Contains(both.Str("description"), "Invalid field [email]") {
		t.Errorf("the description is %s", both.Str("description"))
	}
	if after := m.get(uri); after.Text != before.Text {
		t.Errorf("something changed: %s", cmp.Diff(before.Body, after.Body))
	}
	m.get("/v1/customers").ok(200).is("total", float64(1))
}

// Two customers may have one e-mail address, unless the account wants it unique.
func TestEmailsMayRepeat(t *testing.T) {
	t.Parallel()
	m := market(t)
	m.create(object{"email": "a@b.co"})
	m.create(object{"email": "a@b.co"})
	m.get("/v1/customers?email=a%40b.co").ok(200).is("total", 2.0)
}

// A date of birth shows as its month, however it was given. The month that is shown, sent
// back, leaves a whole date as it is.
func TestDatesOfBirth(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{"dob": "1963-07"})
	m.get(uri).is("dob", "1963-07")
	m.put(uri, object{"dob": "1963-07-30"}).ok(200).is("dob", "1963-07")
	native := func() string {
		t.Helper()
		record, err := m.Svc.Lifecycle.Get(t.Context(), m.caller(), strings.TrimPrefix(last(uri), "CU"))
		testkit.Must(t, err)
		shown, err := m.Svc.View.View(m.caller(), record)
		testkit.Must(t, err)
		if shown.Contact == nil {
			return ""
		}
		return shown.Contact.DateOfBirth
	}
	m.put(uri, object{"dob": "1963-07", "name": "Other"}).ok(200).is("dob", "1963-07")
	if native() != "1963-07-30" {
		t.Errorf("sending the month back left %s", native())
	}
	m.put(uri, object{"dob": "1963-08"}).ok(200).is("dob", "1963-08")
	if native() != "1963-08" {
		t.Errorf("another month left %s", native())
	}
	m.put(uri, object{"dob": nil}).ok(200).is("dob", nil)
}

// A customer with a name, date of birth and postal code is verified in the sandbox until
// one of them is removed; a business is recognized by its name and number.
func TestIdentity(t *testing.T) {
	t.Parallel()
	m := market(t)
	person := object{"name": "Henry Ford", "dob": "1963-07", "address": object{"postal_code": "48120"}}
	made := m.post("/v1/customers", person).ok(201).is("is_identity_verified", true)
	m.put(made.Str("uri"), object{"address": object{}}).ok(200).is("is_identity_verified", false)
	m.put(made.Str("uri"), object{"address": object{"city": "Dearborn"}}).ok(200).is("is_identity_verified", false)
	m.put(made.Str("uri"), object{"address": object{"postal_code": "48120"}}).ok(200).is("is_identity_verified", true)
	m.put(made.Str("uri"), object{"dob": nil}).ok(200).is("is_identity_verified", false)
	m.post("/v1/customers", object{"name": "Henry Ford", "dob": "1963-07"}).ok(201).is("is_identity_verified", false)
	m.post("/v1/customers", object{"name": "Rejected Ford", "dob": "1963-07", "address": object{"postal_code": "48120"}}).ok(201).is("is_identity_verified", false)
	business := m.post("/v1/customers", object{"business_name": "Ford", "ein": "12-3456789"}).ok(201).is("ein", "123456789")
	record, err := m.Svc.Lifecycle.Get(t.Context(), m.caller(), strings.TrimPrefix(business.Str("id"), "CU"))
	testkit.Must(t, err)
	if p, err := m.Svc.Balanced.Customer(record); err != nil || !p.Business {
		t.Errorf("it counts as a person (%v)", err)
	}
}

// A form is as good as JSON; broken bodies are refused and do nothing.
func TestForms(t *testing.T) {
	t.Parallel()
	m := market(t)
	const form = "application/x-www-form-urlencoded"
	made := m.do("POST", "/v1/customers", "name=Jo&email=a%40b.co&meta[a.b]=1&address[line1]=Road", "Content-Type", form).ok(201).
		is("name", "Jo").is("email", "a@b.co").is("meta", object{"a.b": "1"}).is("address", object{"line1": "Road"})
	m.do("PUT", made.Str("uri"), "name=Jane", "Content-Type", form+"; charset=utf-8").ok(200).is("name", "Jane").is("email", "a@b.co")
	m.do("PUT", made.Str("uri"), `{"name":"Joe"}`, "Content-Type", "application/json; charset=UTF-8").ok(200).is("name", "Joe")
	for _, broken := range []string{`{"name":`, `[]`, `null`, `"x"`, `{} {}`, `{"name":"a"`} {
		m.post("/v1/customers", broken).refused(400, "request", "request", "")
		m.put(made.Str("uri"), broken).refused(400, "request", "request", "")
	}
	m.do("POST", "/v1/customers", "x", "Content-Type", "text/plain").refused(400, "request", "request", "")
	m.do("POST", "/v1/customers", "%zz", "Content-Type", form).refused(400, "request", "request", "")
	m.get("/v1/customers").is("total", 1.0)
}
