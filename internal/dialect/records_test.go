package dialect_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/dialect"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
	"tenantry/tenancy"
)

// installation is the usual one with one platform, which clients of every dialect act for.
type installation struct{ *apitest.Installation }

type object = testkit.Object

func install(t *testing.T) *installation {
	t.Helper()
	w := &installation{apitest.Install(t, func(s *apitest.Setup) { s.Tunings = []testkit.Tuning{testkit.Strict} })}
	w.Cove = w.Platform("Cove")
	return w
}

// ask sends a request with its dialect's credential, and fails for a refusal.
func (w *installation) ask(method, path string, body object, credential []string) object {
	w.T.Helper()
	var content any
	if body != nil {
		content = body
	}
	a := w.Client(credential...).Do(method, path, content)
	if a.Status >= http.StatusBadRequest {
		w.T.Fatalf("%s: %d %s", a.What, a.Status, a.Text)
	}
	if a.Text == "" {
		return object{"location": a.Header.Get("Location")}
	}
	return a.Body
}

func (w *installation) bearer() []string  { return testkit.Bearer(w.Cove.Secret()) }
func (w *installation) subject() []string { return testkit.Behalf(w.Cove.Secret(), w.Cove.ID) }
func (w *installation) basic() []string   { return testkit.Basic(w.Cove.Secret()) }

// vendor returns the headers of Dwolla's clients, with an access token.
func (w *installation) vendor() []string {
	w.T.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {w.Cove.ID}, "client_secret": {w.Cove.Secret()}}
	token := w.Client("Content-Type", "application/x-www-form-urlencoded").Do(http.MethodPost, "/token", form.Encode())
	return append(testkit.Bearer(token.Str("access_token")), "Accept", "application/vnd.dwolla.v1.hal+json")
}

// clients are how those of one vendor write and read a customer.
type clients struct {
	create func(*installation) tenancy.ID
	write  func(w *installation, id tenancy.ID) // another e-mail address
	read   func(w *installation, id tenancy.ID) object
	// told is what the dialect tells of the person, whoever wrote it, and business of
	// the business.
	told, business object
	incorporate    func(w *installation) tenancy.ID
}

func parsed(t testing.TB, text string, parse func(string) (tenancy.ID, bool)) tenancy.ID {
	t.Helper()
	id, ok := parse(text)
	if !ok {
		t.Fatalf("%q is no id", text)
	}
	return id
}

func plain(text string) (tenancy.ID, bool) {
	id, err := tenancy.ParseID(text)
	return id, err == nil
}

// digits returns a phone number of the United States as all dialects mean it: one keeps it
// as it was given, others have a form for it.
func digits(phone any) any {
	text, ok := phone.(string)
	if !ok {
		return phone
	}
	return strings.TrimPrefix(text, "+1")
}

func located(text string) (tenancy.ID, bool) { return dialect.ParseUUID(path.Base(text)) }

func prefixed(text string) (tenancy.ID, bool) { return plain(text[2:]) }

func at(value any, path ...string) any {
	for _, key := range path {
		inner, _ := value.(object)
		value = inner[key]
	}
	return value
}

func pick(from object, names ...string) object {
	out := object{}
	for _, name := range names {
		out[name] = from[name]
	}
	return out
}

func dialects() map[string]clients {
	return map[string]clients{
		"native": {
			create: func(w *installation) tenancy.ID {
				made := w.ask(http.MethodPost, "/v3/customers", object{
					"planKey": "payer", "name": "Henry Ford", "email": "henry@ford.example",
					"address": object{"street1": "1 Fair Lane", "city": "Dearborn", "state": "MI", "postalCode": "48120", "country": "USA"},
					"contact": object{"firstName": "Henry", "lastName": "Ford", "phone": "+13135550142", "dateOfBirth": "1963-07-30"},
				}, w.subject())
				return parsed(w.T, made["id"].(string), plain)
			},
			incorporate: func(w *installation) tenancy.ID {
				made := w.ask(http.MethodPost, "/v3/customers", object{
					"planKey": "payer", "name": "Ford Motors", "email": "books@ford.example",
					"legalEntity": object{"businessName": "Ford Motor Company", "businessTaxId": "380549190"},
				}, w.subject())
				return parsed(w.T, made["id"].(string), plain)
			},
			write: func(w *installation, id tenancy.ID) {
				w.ask(http.MethodPatch, "/v3/customers/"+id.String(), object{"email": "clara@ford.example"}, w.subject())
			},
			read: func(w *installation, id tenancy.ID) object {
				c := w.ask(http.MethodGet, "/v3/customers/"+id.String(), nil, w.subject())
				return object{
					"name": c["name"], "email": c["email"], "phone": digits(at(c["contact"], "phone")), "street": at(c["address"], "street1"),
					"zip": at(c["address"], "postalCode"), "birth": at(c["contact"], "dateOfBirth"),
					"legal": at(c["legalEntity"], "businessName"), "ein": at(c["legalEntity"], "last4BusinessTaxId"),
				}
			},
			told: object{
				"name": "Henry Ford", "email": "henry@ford.example", "phone": "3135550142", "street": "1 Fair Lane", "zip": "48120",
				"birth": "1963-07-30", "legal": nil, "ein": nil,
			},
			business: object{"legal": "Ford Motor Company", "ein": "9190"},
		},
		"straddle": {
			create: func(w *installation) tenancy.ID {
				made := w.ask(http.MethodPost, "/straddle/v1/customers", object{
					"name": "Henry Ford", "type": "individual", "email": "henry@ford.example", "phone": "+13135550142",
					"device":             object{"ip_address": "192.0.2.7"},
					"address":            object{"address1": "1 Fair Lane", "city": "Dearborn", "state": "MI", "zip": "48120"},
					"compliance_profile": object{"dob": "1963-07-30", "ssn": "123-45-6789"},
				}, w.bearer())
				return parsed(w.T, at(made, "data", "id").(string), dialect.ParseUUID)
			},
			incorporate: func(w *installation) tenancy.ID {
				made := w.ask(http.MethodPost, "/straddle/v1/customers", object{
					"name": "Ford Motors", "type": "business", "email": "books@ford.example", "phone": "+13135550100",
					"device":             object{"ip_address": "192.0.2.7"},
					"compliance_profile": object{"ein": "38-0549190", "legal_business_name": "Ford Motor Company"},
				}, w.bearer())
				return parsed(w.T, at(made, "data", "id").(string), dialect.ParseUUID)
			},
			write: func(w *installation, id tenancy.ID) {
				path := "/straddle/v1/customers/" + dialect.UUID(id)
				now := w.ask(http.MethodGet, path, nil, w.bearer())["data"].(object)
				whole := pick(now, "name", "phone", "status")
				whole["email"], whole["device"] = "clara@ford.example", object{"ip_address": "192.0.2.7"}
				w.ask(http.MethodPut, path, whole, w.bearer())
			},
			read: func(w *installation, id tenancy.ID) object {
				c := w.ask(http.MethodGet, "/straddle/v1/customers/"+dialect.UUID(id), nil, w.bearer())["data"].(object)
				return object{
					"name": c["name"], "type": c["type"], "email": c["email"], "phone": digits(c["phone"]), "street": at(c["address"], "address1"),
					"zip": at(c["address"], "zip"), "birth": at(c["compliance_profile"], "dob"),
					"legal": at(c["compliance_profile"], "legal_business_name"), "ein": at(c["compliance_profile"], "ein"),
				}
			},
			told: object{
				"name": "Henry Ford", "type": "individual", "email": "henry@ford.example", "phone": "3135550142", "street": "1 Fair Lane",
				"zip": "48120", "birth": "****-**-**", "legal": nil, "ein": nil,
			},
			business: object{"type": "business", "legal": "Ford Motor Company", "ein": "**-*******"},
		},
		"dwolla": {
			create: func(w *installation) tenancy.ID {
				made := w.ask(http.MethodPost, "/customers", object{
					"type": "personal", "firstName": "Henry", "lastName": "Ford", "email": "henry@ford.example", "phone": "3135550142",
					"address1": "1 Fair Lane", "city": "Dearborn", "state": "MI", "postalCode": "48120", "dateOfBirth": "1963-07-30", "ssn": "123-45-6789",
				}, w.vendor())
				return parsed(w.T, made["location"].(string), located)
			},
			incorporate: func(w *installation) tenancy.ID {
				made := w.ask(http.MethodPost, "/customers", object{
					"type": "business", "firstName": "Henry", "lastName": "Ford", "email": "books@ford.example", "phone": "3135550100",
					"address1": "1 Fair Lane", "city": "Dearborn", "state": "MI", "postalCode": "48120",
					"businessName": "Ford Motor Company", "businessType": "corporation", "ein": "38-0549190",
					"businessClassification": "9ed3f670-7d6f-11e3-803c-5404a6144203",
					"controller": object{
						"firstName": "Henry", "lastName": "Ford", "title": "President", "dateOfBirth": "1963-07-30", "ssn": "6789",
						"address": object{"address1": "1 Fair Lane", "city": "Dearborn", "stateProvinceRegion": "MI", "postalCode": "48120", "country": "US"},
					},
				}, w.vendor())
				return parsed(w.T, made["location"].(string), located)
			},
			write: func(w *installation, id tenancy.ID) {
				w.ask(http.MethodPost, "/customers/"+dialect.UUID(id), object{"email": "clara@ford.example"}, w.vendor())
			},
			read: func(w *installation, id tenancy.ID) object {
				c := w.ask(http.MethodGet, "/customers/"+dialect.UUID(id), nil, w.vendor())
				return object{
					"name": fmt.Sprint(c["firstName"], " ", c["lastName"]), "email": c["email"], "phone": digits(c["phone"]),
					"street": c["address1"], "zip": c["postalCode"], "type": c["type"], "legal": c["businessName"], "birth": c["dateOfBirth"],
				}
			},
			told: object{
				"name": "Henry Ford", "email": "henry@ford.example", "phone": "3135550142", "street": "1 Fair Lane", "zip": "48120",
				"type": "personal", "legal": nil, "birth": nil,
			},
			business: object{"legal": "Ford Motor Company", "type": "business"},
		},
		"balanced": {
			create: func(w *installation) tenancy.ID {
				made := w.ask(http.MethodPost, "/v1/customers", object{
					"name": "Henry Ford", "email": "henry@ford.example", "phone": "+13135550142", "dob": "1963-07-30", "ssn_last4": "6789",
					"address": object{"line1": "1 Fair Lane", "city": "Dearborn", "state": "MI", "postal_code": "48120", "country_code": "USA"},
				}, w.basic())
				return parsed(w.T, made["id"].(string), prefixed)
			},
			incorporate: func(w *installation) tenancy.ID {
				made := w.ask(http.MethodPost, "/v1/customers", object{
					"name": "Ford Motors", "email": "books@ford.example", "business_name": "Ford Motor Company", "ein": "380549190",
				}, w.basic())
				return parsed(w.T, made["id"].(string), prefixed)
			},
			write: func(w *installation, id tenancy.ID) {
				w.ask(http.MethodPut, "/v1/customers/CU"+id.String(), object{"email": "clara@ford.example"}, w.basic())
			},
			read: func(w *installation, id tenancy.ID) object {
				c := w.ask(http.MethodGet, "/v1/customers/CU"+id.String(), nil, w.basic())
				return object{
					"name": c["name"], "email": c["email"], "phone": digits(c["phone"]), "street": at(c["address"], "line1"),
					"zip": at(c["address"], "postal_code"), "birth": c["dob"], "legal": c["business_name"], "ein": c["ein"],
				}
			},
			told: object{
				"name": "Henry Ford", "email": "henry@ford.example", "phone": "3135550142", "street": "1 Fair Lane", "zip": "48120",
				"birth": "1963-07", "legal": nil, "ein": nil,
			},
			business: object{"legal": "Ford Motor Company", "ein": "380549190"},
		},
	}
}

// A person or business written through any dialect is the same through every other,
// and so is a change.
func TestOneRecordBehindEveryDialect(t *testing.T) {
	t.Parallel()
	for written, writer := range dialects() {
		for read, reader := range dialects() {
			t.Run("written through "+written+", read through "+read, func(t *testing.T) {
				t.Parallel()
				w := install(t)
				person, business := writer.create(w), writer.incorporate(w)
				told := reader.told
				if written == "native" && read == "dwolla" {
					// Its plan asks for no review, and of those who had none only the name and
					// the e-mail address are shown.
					told = object{
						"name": "Henry Ford", "email": "henry@ford.example", "type": "unverified",
						"phone": nil, "street": nil, "zip": nil, "legal": nil, "birth": nil,
					}
				}
				if diff := cmp.Diff(told, reader.read(w, person)); diff != "" {
					t.Errorf("the person (-want +got):\n%s", diff)
				}
				got := reader.read(w, business)
				for key, want := range reader.business {
					if got[key] != want {
						t.Errorf("the business: %s is %v, not %v", key, got[key], want)
					}
				}
				reader.write(w, person)
				if got := writer.read(w, person)["email"]; got != "clara@ford.example" {
					t.Errorf("changed through %s, it is %v through %s", read, got, written)
				}
			})
		}
	}
}

// A platform that keeps to accounts gets no customer of its own through any dialect, and
// each refusal says what holds it back or which field does.
func TestAccountsOnlyHoldsForEveryDialect(t *testing.T) {
	t.Parallel()
	w := install(t)
	_, err := w.Update(w.Operator, w.Cove.ID, `{"settings":{"customers":{"accountsOnly":true}}}`)
	testkit.Must(t, err)
	for name, row := range map[string]struct {
		path       string
		credential []string
		body       object
	}{
		"native":   {"/v3/customers", w.subject(), object{"planKey": "payer", "name": "Henry Ford", "email": "henry@ford.example"}},
		"balanced": {"/v1/customers", w.basic(), object{"name": "Henry Ford"}},
		"dwolla":   {"/customers", w.vendor(), object{"firstName": "Henry", "lastName": "Ford", "email": "henry@ford.example"}},
		"straddle": {"/straddle/v1/customers", w.bearer(), object{
			"name": "Henry Ford", "type": "individual", "email": "henry@ford.example", "phone": "+13135550142", "device": object{"ip_address": "192.0.2.7"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			a := w.Client(row.credential...).In(t).Do(http.MethodPost, row.path, row.body)
			if a.Status < 400 || a.Status >= 500 || !strings.Contains(a.Text, "account") {
				t.Errorf("%s: %d %s", a.What, a.Status, a.Text)
			}
		})
	}
	if made := w.Children(w.Cove); len(made) != 0 {
		t.Errorf("%d customers were made", len(made))
	}
}
