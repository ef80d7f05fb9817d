package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"tenantry/internal/testkit"
)

// Values that must never come back in full, nor reach a log.
const (
	accountNumber = "000987650042"
	businessTax   = "000765431"
	personalTax   = "000001234"
	ownerTax      = "000005678"
	password      = "quay-lantern-bicycle-73"
	cardNumber    = "4000000000000077"

	birthDate     = "1984-02-17"
	customerName  = "Harbor Lane Bicycles"
	customerEmail = "books@harborlane.example"
)

// object is a JSON object of a request.
type object = testkit.Object

// minimal returns the least that creates a customer.
func minimal(plan string) object {
	return object{"name": customerName, "email": customerEmail, "planKey": plan}
}

var (
	absent = testkit.Absent
	with   = testkit.With
)

func address() object {
	return object{"street1": "18 Quay Street", "street2": "Unit 3", "city": "Portland", "state": "ME", "postalCode": "04101", "country": "USA"}
}

func otherAddress() object {
	return object{"street1": "1 Mill Road", "city": "Bangor", "state": "ME", "postalCode": "04401", "country": "USA"}
}

func contact() object {
	return object{
		"firstName": "Mira", "lastName": "Okafor", "email": "mira.okafor@harborlane.example",
		"phone": "2075550142", "dateOfBirth": birthDate,
	}
}

func bank() object {
	return object{
		"nameOnAccount": "Harbor Lane Bicycles LLC", "accountHolderType": "company", "accountType": "checking",
		"routingNumber": "110000000", "accountNumber": accountNumber, "currency": "USD", "country": "USA",
	}
}

func owner(stake string) object {
	return object{
		"stakePercent": stake, "title": "Co-founder", "personalTaxId": ownerTax,
		"contact": object{"firstName": "Jonas", "lastName": "Brandt", "email": "jonas@harborlane.example", "dateOfBirth": "1981-11-05"},
	}
}

func legalEntity() object {
	return object{
		"entityType": "LLC", "businessName": "Harbor Lane LLC", "businessTaxId": businessTax, "businessSalesVolume": "480000",
		"businessAcceptedCards": true, "yearsInBusiness": "6", "personalTaxId": personalTax, "stakePercent": "60",
		"additionalOwners": []any{owner("40")},
	}
}

func merchant() object {
	return object{
		"businessName": "Harbor Lane Bikes", "businessUrl": "https://harborlane.example", "businessLogo": "https://harborlane.example/logo.png",
		"supportEmail": "help@harborlane.example", "supportPhone": "2075550100", "supportUrl": "https://harborlane.example/help",
		"productDescription": "Bicycle sales, rental and repair", "statementDescriptor": "HARBOR LANE BIKES",
		"defaultCurrency": "USD", "merchantCategoryCode": "5940",
	}
}

// complete returns a merchant with everything.
func complete() object {
	return with(minimal("merchant"), object{
		"description": "Two shops and a repair bench", "merchantKey": "harbor_lane", "vanityName": "harbor-lane-bicycles",
		"username": "mira.okafor@harborlane.example", "password": password, "externalId": "crm-40417",
		"address": address(), "contact": contact(), "defaultBank": bank(), "legalEntity": legalEntity(), "merchant": merchant(),
		"meta": object{"crmId": 40417, "segment": "retail", "trial": false},
	})
}

// child creates a customer below the actor.
func (a actor) child(body object) (actor, answer) {
	a.env.T.Helper()
	made := a.self().post("/v3/customers/accounts", body, shows).ok(http.StatusCreated)
	return actor{env: a.env, id: made.Str("id"), secret: made.Str("keys.secret"), publishable: made.Str("keys.publishable")}, made
}

// platform creates a platform below the operator.
func (e *env) platform() actor {
	e.T.Helper()
	made, _ := e.operator.child(with(minimal("platform"), object{"name": "Cove Platform"}))
	return made
}

// merchant creates a minimal merchant below the actor.
func (a actor) merchant() actor {
	a.env.T.Helper()
	made, _ := a.child(minimal("merchant"))
	return made
}

// path returns the path of the actor, or of what is below it.
func (a actor) path(rest ...string) string {
	return "/v3/customers/" + a.id + strings.Join(rest, "")
}

// missingID is the id of no customer.
const missingID = "65be9a3f1c2d4e5f60718293"

func decodeAny(text []byte) (value any, err error) {
	err = json.Unmarshal(text, &value)
	return value, err
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// events returns settings with receivers of every event.
func events(enabled bool, urls ...string) object {
	list := []any{}
	for _, url := range urls {
		list = append(list, url)
	}
	return object{"events": object{"enabled": enabled, "urls": object{"always": list}}}
}

// garbled returns a key whose last character is another one.
func garbled(key string) string {
	last := "x"
	if strings.HasSuffix(key, last) {
		last = "y"
	}
	return key[:len(key)-1] + last
}
