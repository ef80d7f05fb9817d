package api_test

import (
	"net/http"
	"strings"
	"testing"

	"tenantry/internal/testkit"
)

// Every value that breaks a rule is refused, names its field and leaves nothing behind.
func TestACreateNamesItsFault(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	entity := func(members object) object { return object{"legalEntity": with(legalEntity(), members)} }
	trade := func(members object) object { return object{"merchant": with(merchant(), members)} }
	account := func(members object) object { return object{"defaultBank": with(bank(), members)} }
	place := func(members object) object { return object{"address": with(address(), members)} }
	for name, row := range map[string]struct {
		change            object
		parameter, detail string
	}{
		"no name":                   {object{"name": absent}, "name", "parameterMissing"},
		"an empty name":             {object{"name": ""}, "name", "parameterTooShort"},
		"a null name":               {object{"name": nil}, "name", "parameterMissing"},
		"a name of 257":             {object{"name": strings.Repeat("é", 257)}, "name", "parameterTooLong"},
		"a name that is no text":    {object{"name": 7}, "name", "parameterInvalid"},
		"no email":                  {object{"email": absent}, "email", "parameterMissing"},
		"no real email":             {object{"email": "not-an-email"}, "email", "parameterInvalid"},
		"a local part of 65":        {object{"email": strings.Repeat("a", 65) + "@b.example"}, "email", "parameterTooLong"},
		"an email of 129":           {object{"email": strings.Repeat("a", 60) + "@" + strings.Repeat("b", 60) + ".example"}, "email", "parameterTooLong"},
		"a description of 513":      {object{"description": strings.Repeat("d", 513)}, "description", "parameterTooLong"},
		"an unknown plan":           {object{"planKey": "gold"}, "planKey", "parameterInvalid"},
		"no plan":                   {object{"planKey": absent}, "planKey", "parameterMissing"},
		"an unknown field":          {object{"legalEntitty": object{}}, "legalEntitty", "parameterUnknown"},
		"an unknown nested field":   {entity(object{"stake": "1"}), "legalEntity.stake", "parameterUnknown"},
		"a read-only field":         {object{"id": missingID}, "id", "parameterImmutable"},
		"a status":                  {object{"status": "active"}, "status", "parameterImmutable"},
		"a user without a password": {object{"username": "mira"}, "password", "parameterMissing"},
		"a password without a user": {object{"password": password}, "username", "parameterMissing"},
		"a username of 129":         {object{"username": strings.Repeat("u", 129), "password": password}, "username", "parameterTooLong"},
		"a password of 7":           {object{"username": "mira", "password": "7-chars"}, "password", "parameterTooShort"},
		"a reserved merchant key":   {object{"merchantKey": "owner"}, "merchantKey", "parameterInvalid"},
		"a reserved vanity name":    {object{"vanityName": "platform"}, "vanityName", "parameterInvalid"},
		"a sole owner of 80":        {entity(object{"entityType": "ISP", "stakePercent": "80", "additionalOwners": absent}), "legalEntity.stakePercent", "parameterInvalid"},
		"a sole owner with another": {entity(object{"entityType": "ISP", "stakePercent": "100"}), "legalEntity.additionalOwners", "parameterInvalid"},
		"stakes of 115":             {entity(object{"additionalOwners": []any{owner("55")}}), "legalEntity.additionalOwners.0.stakePercent", "parameterInvalid"},
		"an unknown entity type":    {entity(object{"entityType": "CLUB"}), "legalEntity.entityType", "parameterInvalid"},
		"a tax id that is a number": {entity(object{"personalTaxId": 123456789}), "legalEntity.personalTaxId", "parameterInvalid"},
		"a descriptor of 21":        {trade(object{"statementDescriptor": strings.Repeat("B", 21)}), "merchant.statementDescriptor", "parameterTooLong"},
		"a descriptor with @":       {trade(object{"statementDescriptor": "BIKES @ 5%"}), "merchant.statementDescriptor", "parameterInvalid"},
		"a support phone of 17":     {trade(object{"supportPhone": strings.Repeat("5", 17)}), "merchant.supportPhone", "parameterTooLong"},
		"meta that is a list":       {object{"meta": []any{1}}, "meta", "parameterInvalid"},
		"meta that is a text":       {object{"meta": "x"}, "meta", "parameterInvalid"},
		"a bad routing number":      {account(object{"routingNumber": "123456789"}), "defaultBank.routingNumber", "parameterInvalid"},
		"an account as a number":    {account(object{"accountNumber": 123456789}), "defaultBank.accountNumber", "parameterInvalid"},
		"no account number":         {account(object{"accountNumber": absent}), "defaultBank.accountNumber", "parameterMissing"},
		"an unknown country":        {place(object{"country": "ZZZ"}), "address.country", "parameterInvalid"},
		"a bad ZIP code":            {place(object{"postalCode": "4101"}), "address.postalCode", "parameterInvalid"},
		"no street":                 {place(object{"street1": absent}), "address.street1", "parameterMissing"},
		"a private receiver": {object{"settings": object{"events": object{"urls": object{"always": []any{"http://127.0.0.1/x"}}}}},
			"settings.events.urls.always.0", "parameterInvalid"},
	} {
		t.Run(name, func(t *testing.T) {
			p := p.in(t)
			p.self().in(t).post("/v3/customers/accounts", with(minimal("merchant"), row.change), wrong).
				refused(http.StatusUnprocessableEntity, "validationError", row.parameter).detail(row.detail)
		})
	}
	p.self().get("/v3/customers").ok(http.StatusOK).is("count", 0.0)
}

// A fault in stakes names the limit.
func TestTooMuchOwnershipSaysTheLimit(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	entity := with(legalEntity(), object{"additionalOwners": []any{owner("55")}})
	e.platform().self().post("/v3/customers", with(minimal("merchant"), object{"legalEntity": entity})).
		refused(http.StatusUnprocessableEntity, "validationError", "legalEntity.additionalOwners.0.stakePercent").explains("100", "115")
}

// Several faults are listed at once, the first also as the details.
func TestEveryFaultIsListed(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	got := e.platform().self().post("/v3/customers", object{"name": "", "planKey": "gold", "typo": 1}, wrong)
	got.ok(http.StatusUnprocessableEntity).is("error.details.parameter", "typo")
	got = e.platform().self().post("/v3/customers", object{"name": "", "planKey": "gold"}, wrong).ok(http.StatusUnprocessableEntity)
	var fields []string
	for i := range got.List("error.errors") {
		fields = append(fields, lookUpText(got, "error.errors", i, "parameter"))
	}
	if strings.Join(sorted(fields), " ") != "email name planKey" {
		t.Errorf("the failing fields are %v", fields)
	}
	got.is("error.errors.0", got.At("error.details"))
}

// A taken username, merchant key or vanity name is 409 and leaves nothing behind;
// another platform may use the same merchant key.
func TestUniqueNamesAreUnique(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, other := e.platform(), e.platform()
	p.child(complete())
	free := object{"username": absent, "password": absent, "vanityName": absent, "merchantKey": absent}
	for field, change := range map[string]object{
		"username":    with(free, object{"username": "MIRA.OKAFOR@harborlane.example", "password": password}),
		"merchantKey": with(free, object{"merchantKey": "harbor_lane"}),
		"vanityName":  with(free, object{"vanityName": "harbor-lane-bicycles"}),
	} {
		t.Run(field, func(t *testing.T) {
			p := p.in(t)
			p.self().post("/v3/customers/accounts", with(complete(), change)).
				refused(http.StatusConflict, "conflict", field).detail("duplicateValue")
		})
	}
	p.self().get("/v3/customers").ok(http.StatusOK).is("count", 1.0)
	_, made := other.child(with(complete(), with(free, object{"merchantKey": "harbor_lane"})))
	made.is("merchantKey", "harbor_lane")
	other.self().post("/v3/customers", with(complete(), with(free, object{"vanityName": "harbor-lane-bicycles"}))).ok(http.StatusConflict)
}

func lookUpText(a answer, list string, i int, member string) string {
	value, _ := testkit.LookUp(a.List(list)[i], member)
	text, _ := value.(string)
	return text
}
