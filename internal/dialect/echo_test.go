package dialect_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tenantry/internal/dialect"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// mirror is how the clients of one dialect read a customer and write it back.
type mirror struct {
	name, method string
	credential   []string
	path         func(id tenancy.ID) string
	// within is the member that holds the customer in answers; empty for none.
	within string
}

func (w *installation) mirrors() []mirror {
	return []mirror{
		{"native", http.MethodPatch, w.subject(), func(id tenancy.ID) string { return "/v3/customers/" + id.String() }, ""},
		{"balanced", http.MethodPut, w.basic(), func(id tenancy.ID) string { return "/v1/customers/CU" + id.String() }, ""},
		{"dwolla", http.MethodPost, w.vendor(), func(id tenancy.ID) string { return "/customers/" + dialect.UUID(id) }, ""},
		{"straddle", http.MethodPut, w.bearer(), func(id tenancy.ID) string { return "/straddle/v1/customers/" + dialect.UUID(id) }, "data"},
	}
}

// shown reads a customer as the dialect shows it.
func (m mirror) shown(w *installation, id tenancy.ID) object {
	w.T.Helper()
	a := w.Client(m.credential...).Do(http.MethodGet, m.path(id), nil)
	a.Demand(http.StatusOK)
	if m.within != "" {
		return a.Body[m.within].(object)
	}
	return a.Body
}

// sends writes a customer through the dialect.
func (m mirror) sends(w *installation, id tenancy.ID, body object) testkit.Answered {
	w.T.Helper()
	return w.Client(m.credential...).Do(m.method, m.path(id), body)
}

// anybody draws a customer as one of the dialects makes it, with what only some dialects
// take: numbers in free data, phones and addresses as people write them.
func (w *installation) anybody(t *rapid.T, n int) tenancy.ID {
	pick := func(label string, from ...any) any { return rapid.SampledFrom(from).Draw(t, label) }
	phones := []any{"(904) 555-1796", "904-555-1796", "2075550142", "+12075550142", "12075550142", "+442079460000", "020 7946 0000 ext 7"}
	name := pick("name", "Ada Byron", "Ada", "Ada  King Byron", "Zoë O'Neil & Søn", "Harbor Lane Bikes").(string)
	email := fmt.Sprintf("ada%d@Example.com", n)
	value := rapid.SampledFrom([]any{40417, true, nil, "text", "", 1.5, json.RawMessage("1.0"), json.RawMessage("12345678901234567"),
		object{"a": 1, "b": "<c>"}, []any{true, "x"}})
	meta := object{}
	for i := range rapid.IntRange(0, 4).Draw(t, "metas") {
		meta[fmt.Sprintf("key %d", i)] = value.Draw(t, "value")
	}
	texts := object{}
	for key, value := range meta {
		switch value.(type) {
		case string, bool, int, nil:
			texts[key] = value
		}
	}
	body := object{}
	maybe := func(key string, value any) {
		if rapid.Bool().Draw(t, "has "+key) {
			body[key] = value
		}
	}
	switch rapid.SampledFrom([]string{"native", "balanced", "dwolla", "dwolla business", "straddle", "straddle business"}).Draw(t, "made by") {
	case "balanced":
		maybe("name", name)
		maybe("email", email)
		maybe("phone", pick("phone", phones...))
		maybe("dob", pick("dob", "1980-01", "1980-01-02"))
		maybe("ssn_last4", "6789")
		maybe("business_name", "Harbor Lane LLC")
		maybe("ein", pick("ein", "98-7654321", "12 odd"))
		maybe("facebook", "ada")
		maybe("address", pick("address",
			object{"line1": "1 Quay", "country_code": "US"}, object{"state": "maine"}, object{"line1": "1 Quay", "city": "Bangor", "planet": "earth"}))
		maybe("meta", texts)
		return parsed(w.T, w.ask(http.MethodPost, "/v1/customers", body, w.basic())["id"].(string), prefixed)
	case "dwolla":
		body["type"], body["firstName"], body["lastName"], body["email"] = "personal", "Ada", pick("last", "Byron", "King Byron"), email
		body["address1"], body["city"], body["state"], body["postalCode"] = "1 Quay", "Bangor", "ME", "04401"
		body["dateOfBirth"], body["ssn"] = "1980-01-02", pick("ssn", "6789", "123-45-6789")
		maybe("phone", "2075550142")
		maybe("ipAddress", "10.0.0.1")
		maybe("correlationId", fmt.Sprintf("c-%d", n))
		return parsed(w.T, w.ask(http.MethodPost, "/customers", body, w.vendor())["location"].(string), located)
	case "dwolla business":
		body["firstName"], body["lastName"], body["email"] = pick("first", "Ada", "retry"), "Byron", email
		body["type"], body["businessName"], body["businessType"] = "business", "Harbor Lane LLC", "llc"
		body["businessClassification"], body["ein"] = "9ed3f670-7d6f-11e3-803c-5404a6144203", "98-7654321"
		body["address1"], body["city"], body["state"], body["postalCode"] = "1 Quay", "Bangor", "ME", "04401"
		body["controller"] = object{
			"firstName": "Ada", "lastName": "Byron", "title": "President", "dateOfBirth": "1963-07-30", "ssn": "6789",
			"address": object{"address1": "1 Quay", "city": "Bangor", "stateProvinceRegion": "ME", "postalCode": "04401", "country": "US"},
		}
		maybe("website", "https://harbor.example")
		return parsed(w.T, w.ask(http.MethodPost, "/customers", body, w.vendor())["location"].(string), located)
	case "straddle", "straddle business":
		body["name"], body["type"], body["email"], body["phone"] = name, "individual", email, "+12075550142"
		body["device"] = object{"ip_address": "10.0.0.1"}
		maybe("external_id", fmt.Sprintf("x-%d", n))
		maybe("metadata", object{"b": "2", "a": "1"})
		maybe("address", object{"address1": "1 Quay", "city": "Bangor", "state": "ME", "zip": "04401-1234"})
		maybe("compliance_profile", object{"dob": "1980-01-02", "ssn": nil})
		if rapid.Bool().Draw(t, "business") {
			body["type"], body["compliance_profile"] = "business", object{
				"ein": "98-7654321", "legal_business_name": "Harbor Lane LLC", "website": "https://harbor.example",
				"representatives": []any{object{"name": "Ada"}},
			}
		}
		return parsed(w.T, at(w.ask(http.MethodPost, "/straddle/v1/customers", body, w.bearer()), "data", "id").(string), dialect.ParseUUID)
	default:
		home := object{"street1": "1 Quay", "city": "Toronto", "state": "Ontario", "postalCode": "K1A 0B1", "country": "CAN"}
		body["planKey"], body["name"], body["email"] = pick("plan", "payer", "merchant"), name, email
		maybe("description", "d")
		maybe("externalId", fmt.Sprintf("n-%d", n))
		maybe("address", home)
		maybe("contact", object{"firstName": "Dana", "phone": pick("phone", "2075550142", "+12075550142"), "dateOfBirth": "1980-01-02"})
		maybe("legalEntity", object{
			"businessName": "Harbor Lane LLC", "businessTaxId": "987654321", "stakePercent": "60", "businessAddress": home,
			"additionalOwners": []any{object{"stakePercent": 40, "contact": object{"firstName": "Eve", "dateOfBirth": "1970-02-03"}}},
		})
		maybe("merchant", object{"businessName": "Harbor", "businessUrl": "https://harbor.example"})
		maybe("defaultBank", object{"routingNumber": "110000000", "accountNumber": fmt.Sprintf("%012d", n), "accountHolderType": "individual", "accountType": "checking"})
		maybe("settings", object{"customers": object{"allowDuplicateEmail": true}})
		maybe("meta", meta)
		return parsed(w.T, w.ask(http.MethodPost, "/v3/customers", body, w.subject())["id"].(string), plain)
	}
}

// Whatever made a customer, reading it through any dialect and writing back what was read
// changes nothing, in version, events or bytes, and is refused only where that dialect
// demands what it did not show.
func TestWhatComesBackUnchangedIsUnchanged(t *testing.T) {
	t.Parallel()
	w := install(t)
	mirrors, n := w.mirrors(), 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		id := w.anybody(t, n)
		if rapid.Bool().Draw(t, "disabled") {
			w.ask(http.MethodPatch, "/v3/customers/"+id.String(), object{"status": "disabled"}, w.subject())
		}
		before, trail := w.Record(id.String()), w.Trail(id.String())
		for _, m := range mirrors {
			body := m.shown(w, id)
			a := m.sends(w, id, body)
			if _, lacks := body["device"]; m.name == "straddle" && !lacks {
				a.Demand(http.StatusUnprocessableEntity)
				a.Is("error.items", []any{object{"reference": "device.ip_address", "detail": "Device.ip_address is required; send it."}})
			} else if a.Status != http.StatusOK {
				t.Fatalf("%s refuses what it showed, %v: %s", m.name, body, a.Text)
			}
			if diff := cmp.Diff(before, w.Record(id.String())); diff != "" {
				t.Fatalf("an echo through %s changes the record (-before +after):\n%s", m.name, diff)
			}
			if now := w.Trail(id.String()); !slices.Equal(now, trail) {
				t.Fatalf("an echo through %s is told as %v", m.name, now[len(trail):])
			}
		}
	})
}

// A client that changes one member of what it read, and writes back the rest as it was,
// changes that member alone.
func TestOneMemberChangesAlone(t *testing.T) {
	t.Parallel()
	w := install(t)
	made := w.ask(http.MethodPost, "/v1/customers", object{
		"name": "Ada Byron", "email": "ada@example.com", "phone": "(904) 555-1796", "dob": "1980-01",
		"address": object{"state": "maine"}, "meta": object{"b": "2", "a": "1"},
	}, w.basic())
	id := parsed(t, made["id"].(string), prefixed)
	w.ask(http.MethodPatch, "/v3/customers/"+id.String(), object{"meta": object{
		"crmId": 40417, "t": true, "long": fmt.Sprintf("%060d", 0), "nested": object{"a": 1},
	}}, w.subject())
	before := w.Record(id.String())
	for i, m := range w.mirrors() {
		body := m.shown(w, id)
		body["device"] = object{"ip_address": "10.0.0.1"}
		for _, key := range []string{"meta", "metadata"} {
			if metas, ok := body[key].(object); ok {
				metas = maps.Clone(metas)
				metas["a"] = fmt.Sprint("changed ", i)
				body[key] = metas
			}
		}
		body["email"] = fmt.Sprintf("ada%d@example.com", i)
		if m.name != "straddle" {
			delete(body, "device")
		}
		m.sends(w, id, body).Demand(http.StatusOK)
		now := w.Record(id.String())
		if now.Email != body["email"] {
			t.Errorf("through %s: the e-mail address is %s", m.name, now.Email)
		}
		last := i
		if m.name == "dwolla" { // shows no free data
			last--
		}
		want := fmt.Sprintf(`{"a":"changed %d","b":"2","crmId":40417,"long":"%060d","nested":{"a":1},"t":true}`, last, 0)
		if string(now.Meta) != want {
			t.Errorf("through %s: meta is %s, want %s", m.name, now.Meta, want)
		}
		if diff := cmp.Diff(before.Contact, now.Contact); diff != "" {
			t.Errorf("through %s: the contact (-before +after):\n%s", m.name, diff)
		}
		if diff := cmp.Diff(before.Address, now.Address); diff != "" {
			t.Errorf("through %s: the address (-before +after):\n%s", m.name, diff)
		}
	}
}

// A person has one name: where that of the contact is the customer's, it follows a change
// of it through a dialect that has no other, and one that is another person's stays.
func TestOneName(t *testing.T) {
	t.Parallel()
	w := install(t)
	for i, row := range []struct {
		contact object
		// name, sent natively with more, makes of the contact first and last.
		name, first, last string
		more              object
	}{
		{object{"firstName": "Ada", "lastName": "Byron"}, "Ada King Noel", "Ada", "King Noel", nil},
		{object{"firstName": "Ada", "lastName": "Byron"}, "Ada", "Ada", "", nil},
		{object{"firstName": "Ada", "lastName": "Byron"}, "Ada King", "Ada", "King", object{"firstName": "Ada", "phone": "2075550142"}},
		{object{"firstName": "Ada", "lastName": "Byron"}, "Ada King", "Eve", "Byron", object{"firstName": "Eve"}},
		{object{"firstName": "Dana", "lastName": "Byron"}, "Ada King", "Dana", "Byron", nil},
		{object{"phone": "2075550142"}, "Ada King", "Ada", "King", nil},
	} {
		t.Run(fmt.Sprint(i, " ", row.name), func(t *testing.T) {
			made := w.ask(http.MethodPost, "/v3/customers", object{
				"planKey": "payer", "name": "Ada Byron", "email": fmt.Sprintf("ada%d@example.com", i), "contact": row.contact,
			}, w.subject())
			change := object{"name": row.name}
			if row.more != nil {
				change["contact"] = row.more
			}
			w.ask(http.MethodPatch, "/v3/customers/"+made["id"].(string), change, w.subject())
			id := parsed(t, made["id"].(string), plain)
			shown := w.ask(http.MethodGet, "/customers/"+dialect.UUID(id), nil, w.vendor())
			if shown["firstName"] != row.first || shown["lastName"] != row.last {
				t.Errorf("%v, named %s with %v, shows as %v %v", row.contact, row.name, row.more, shown["firstName"], shown["lastName"])
			}
		})
	}
	made := w.ask(http.MethodPost, "/customers", object{"firstName": "Ada Marie", "lastName": "Byron", "email": "marie@example.com"}, w.vendor())
	id := parsed(t, made["location"].(string), located)
	w.ask(http.MethodPut, "/v1/customers/CU"+id.String(), object{"name": "Ada King"}, w.basic())
	shown := w.ask(http.MethodGet, "/customers/"+dialect.UUID(id), nil, w.vendor())
	if shown["firstName"] != "Ada" || shown["lastName"] != "King" {
		t.Errorf("named through Balanced it shows as %v %v", shown["firstName"], shown["lastName"])
	}
	made = w.ask(http.MethodPost, "/v1/customers", object{"phone": "(904) 555-1796"}, w.basic())
	id = parsed(t, made["id"].(string), prefixed)
	w.ask(http.MethodPut, "/v1/customers/CU"+id.String(), object{"name": "Ada King"}, w.basic())
	if contact := w.Record(id.String()).Contact; contact.FirstName != "" {
		t.Errorf("a contact without a name got one: %+v", contact)
	}
}

// A phone number is kept as it was given, and shows in the form of each vendor.
func TestOnePhone(t *testing.T) {
	t.Parallel()
	w := install(t)
	made := w.ask(http.MethodPost, "/customers", object{
		"type": "personal", "firstName": "Ada", "lastName": "Byron", "email": "ada@example.com", "phone": "2075550142",
		"address1": "1 Quay", "city": "Bangor", "state": "ME", "postalCode": "04401", "dateOfBirth": "1980-01-02", "ssn": "6789",
	}, w.vendor())
	id := parsed(t, made["location"].(string), located)
	for given, shown := range map[string]map[string]string{
		"(904) 555-1796": {"dwolla": "9045551796", "straddle": "+19045551796"},
		"2075550142":     {"dwolla": "2075550142", "straddle": "+12075550142"},
		"+12075550143":   {"dwolla": "2075550143", "straddle": "+12075550143"},
		"+44 2079460000": {"dwolla": "", "straddle": "+442079460000"},
	} {
		t.Run(given, func(t *testing.T) {
			w.ask(http.MethodPut, "/v1/customers/CU"+id.String(), object{"phone": given}, w.basic())
			for _, m := range w.mirrors() {
				body, want := m.shown(w, id), given
				if other, differs := shown[m.name]; differs {
					want = other
				}
				phone := body["phone"]
				if m.name == "native" {
					phone = at(body["contact"], "phone")
				}
				if phone != want && (phone != nil || want != "") {
					t.Errorf("%s shows %v of %s, not %s", m.name, phone, given, want)
				}
			}
		})
	}
}
