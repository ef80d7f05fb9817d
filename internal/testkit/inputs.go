package testkit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"maps"
	"strings"
	"sync/atomic"
	"testing"

	"tenantry/customers/webhooks"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/settings"
)

// Harbor is a merchant with everything nested in it.
const Harbor = `{
  "name": "Harbor Lane Bicycles", "email": "books@harborlane.example", "planKey": "merchant",
  "description": "Two shops and a repair bench", "merchantKey": "harbor_lane", "vanityName": "harbor-lane-bicycles",
  "username": "mira.okafor@harborlane.example", "password": "correct-horse-staple-42",
  "address": {"street1": "18 Quay Street", "street2": "Unit 3", "city": "Portland", "state": "ME", "postalCode": "04101", "country": "US"},
  "contact": {"firstName": "Mira", "lastName": "Okafor", "email": "mira.okafor@harborlane.example", "phone": "2075550142", "dateOfBirth": "02-17-1984"},
  "defaultBank": {"nameOnAccount": "Harbor Lane Bicycles LLC", "accountHolderType": "company", "accountType": "checking",
    "routingNumber": "110000000", "accountNumber": "000123456789", "currency": "USD", "country": "USA"},
  "legalEntity": {"entityType": "LLC", "businessName": "Harbor Lane Bicycles LLC", "businessTaxId": "00-0765432",
    "businessSalesVolume": "480000", "businessAcceptedCards": true, "yearsInBusiness": 6, "personalTaxId": "000-00-1234", "stakePercent": "60",
    "additionalOwners": [{"stakePercent": 40, "title": "Co-founder", "personalTaxId": "000005678",
      "contact": {"firstName": "Jonas", "lastName": "Brandt", "email": "jonas@harborlane.example", "dateOfBirth": "1981-11-05"}}]},
  "merchant": {"businessName": "Harbor Lane Bikes", "businessUrl": "https://harborlane.example", "statementDescriptor": "HARBOR LANE BIKES",
    "defaultCurrency": "USD", "merchantCategoryCode": "5940"},
  "meta": {"crmId": 40417, "rate": 1.0, "html": "<b>&</b>", "trial": false}
}`

// Quay is a merchant with every nested object and without unique values.
const Quay = `{
  "name": "Quay Coffee", "email": "hello@quay.example", "planKey": "merchant", "description": "A bar on the quay", "externalId": "q-1",
  "address": {"street1": "1 Quay Street", "street2": "Unit 2", "city": "Portland", "state": "ME", "postalCode": "04101", "country": "USA"},
  "contact": {"firstName": "Ada", "lastName": "Quay", "email": "ada@quay.example", "phone": "2075550100", "dateOfBirth": "1979-06-05"},
  "defaultBank": {"accountHolderType": "company", "accountType": "checking", "routingNumber": "110000000", "accountNumber": "000987654321"},
  "legalEntity": {"entityType": "LLC", "businessName": "Quay Coffee LLC", "businessTaxId": "001112222", "personalTaxId": "003334444",
    "businessSalesVolume": "120000", "yearsInBusiness": "3", "stakePercent": "50",
    "additionalOwners": [
      {"stakePercent": "30", "title": "Roaster", "personalTaxId": "005556666", "contact": {"firstName": "Ben", "dateOfBirth": "1981-01-02"}},
      {"stakePercent": "20", "contact": {"firstName": "Cleo"}}]},
  "merchant": {"businessName": "Quay", "businessUrl": "https://quay.example", "statementDescriptor": "QUAY"},
  "settings": {"events": {"enabled": true, "urls": {"always": ["https://a.example", "https://b.example"]}}},
  "meta": {"crm": 7, "rate": 1.50, "html": "<b>&</b>", "big": 12345678901234567890, "nested": {"x": 1.0}}
}`

// QuaySecrets are the values of Quay that events and ordinary answers must conceal.
var QuaySecrets = []string{"000987654321", "001112222", "003334444", "005556666", "1979-06-05", "06-05-1979", "1981-01-02"}

// One is a customer with nothing but what is required and the members in more.
func One(more string) string {
	return `{"name":"N","email":"n@example.com","planKey":"payer"` + more + `}`
}

// User are the members of a customer that make its first dashboard user.
func User(name string) string { return `,"username":"` + name + `","password":"correct-horse"` }

// UnmaskedValues are the values of Harbor that only an unmasked answer shows.
var UnmaskedValues = []string{"000123456789", "000765432", "000001234", "000005678"}

// UsBank is a US bank with the given account number and the members in more.
func UsBank(account string, more ...string) string {
	return `{"routingNumber":"110000000","accountNumber":"` + account + `"` + strings.Join(more, "") + `}`
}

// Account is a bank that can be added.
const Account = `{"routingNumber":"110000000","accountNumber":"000123456789"}`

// Counter makes account numbers that all differ.
type Counter struct{ n atomic.Int64 }

// Account returns an account number that no other bank of the test has.
func (c *Counter) Account() string { return fmt.Sprintf("%012d", 700_000_000_000+c.n.Add(1)) }

// Llc is a customer with all that a standard review asks for; the sandbox decides by the
// first name of its owner.
func Llc(firstName string) string {
	return `{"name":"Reviewed","email":"r@example.com","planKey":"merchant",
		"address":{"street1":"1 Main St","city":"Portland","state":"ME","country":"USA"},
		"legalEntity":{"entityType":"LLC","businessName":"Reviewed LLC","businessTaxId":"000765432",
		"personalContact":{"firstName":"` + firstName + `","lastName":"Okafor","email":"o@example.com","dateOfBirth":"1984-02-17"}}}`
}

// Awaiting is Quay with a contact whom the sandbox asks for a document.
var Awaiting = strings.Replace(Quay, `"firstName": "Ada"`, `"firstName": "document"`, 1)

// Partner is an owner with all that is required.
const Partner = `{"contact":{"firstName":"Dana","lastName":"Reef","dateOfBirth":"1980-03-04"},"personalTaxId":"007-77-8888",
  "address":{"street1":"3 Pier","city":"Portland","state":"ME","postalCode":"04101","country":"US"}}`

// Named is Partner under another first name.
func Named(first string) string { return strings.Replace(Partner, "Dana", first, 1) }

// Picture returns a PNG image; each shade makes another file.
func Picture(t testing.TB, shade uint8) []byte {
	t.Helper()
	var file bytes.Buffer
	Must(t, png.Encode(&file, canvas(shade)))
	return file.Bytes()
}

// Photo returns a JPEG image; each shade makes another file.
func Photo(t testing.TB, shade uint8) []byte {
	t.Helper()
	var file bytes.Buffer
	Must(t, jpeg.Encode(&file, canvas(shade), nil))
	return file.Bytes()
}

func canvas(shade uint8) image.Image {
	canvas := image.NewGray(image.Rect(0, 0, 4, 4))
	canvas.SetGray(1, 1, color.Gray{Y: shade})
	return canvas
}

// Subscription is a Dwolla webhook subscription with a secret that its client chose.
func Subscription(url, text string) webhooks.SubscriptionInput {
	return webhooks.SubscriptionInput{URL: patch.Of(url), Secret: patch.Of(secret.New(text)), Format: settings.Dwolla}
}

// Cards and banks that are exchanged for tokens, and what of them must stay concealed.
const (
	CardNumber   = "4242424242424242"
	SecurityCode = "7391"
	BankNumber   = "000918273645"
	CardBody     = `{"card":{"nameOnCard":"Mira Okafor","cardNumber":"` + CardNumber + `","securityCode":"` + SecurityCode + `","expirationMonth":"12","expirationYear":2030}}`
	BankBody     = `{"bank":{"nameOnAccount":"Mira Okafor","routingNumber":"110000000","accountNumber":"` + BankNumber + `"}}`
)

// AsMap returns a value as its JSON members.
func AsMap(t testing.TB, value any) map[string]any {
	t.Helper()
	text, err := json.Marshal(value)
	Must(t, err)
	var m map[string]any
	Must(t, json.Unmarshal(text, &m))
	return m
}

// Input reads a body as the HTTP layer does, and ends the test when it is faulty.
func Input[T any](t testing.TB, body string) T {
	t.Helper()
	var in T
	Must(t, patch.Decode([]byte(body), &in))
	return in
}

// At returns the value at a dotted path of a view, or nil.
func At(view any, path string) any {
	value, _ := LookUp(view, path)
	return value
}

// Object is a JSON object.
type Object = map[string]any

// Absent is what With is given for a member that it takes away.
var Absent any = absent{}

type absent struct{}

// With returns a copy of a body with more members; one that is Absent is taken away.
func With(body Object, members ...Object) Object {
	next := Object{}
	maps.Copy(next, body)
	for _, more := range members {
		for name, value := range more {
			if value == Absent {
				delete(next, name)
				continue
			}
			next[name] = value
		}
	}
	return next
}
