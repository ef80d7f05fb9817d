package balanced_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

func last(uri string) string { return uri[strings.LastIndexByte(uri, '/')+1:] }

// A stored card is assigned to a customer by its URI, with or without the leading slash or
// as an absolute URL, and becomes the customer's source of debits.
func TestACardByItsURI(t *testing.T) {
	t.Parallel()
	m := market(t)
	for name, form := range map[string]func(string) string{
		"as it is shown":  func(uri string) string { return uri },
		"without a slash": func(uri string) string { return strings.TrimPrefix(uri, "/") },
		"absolute":        func(uri string) string { return "https://api.example.com" + uri },
	} {
		t.Run(name, func(t *testing.T) {
			m := m.in(t)
			uri, waiting := m.create(object{}), m.card(cardNumber)
			m.get(waiting).ok(200).is("customer", nil).is("is_valid", true).is("last_four", "5100").is("brand", "MasterCard").is("_type", "card")
			source := uri + "/cards/" + last(waiting)
			m.put(uri, object{"card_uri": form(waiting)}).ok(200).is("source_uri", source).
				is("_uris.source_uri", object{"_type": "card", "key": "source"}).is("destination_uri", nil)
			m.get(source).ok(200).is("id", last(waiting)).is("uri", waiting).is("customer.id", last(uri))
			m.get(waiting).ok(200).is("customer.uri", uri)
		})
	}
}

// A stored bank account is assigned in the same way and becomes the destination of the
// customer's credits.
func TestABankAccountByItsURI(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri, waiting := m.create(object{}), m.bank()
	m.get(waiting).ok(200).is("account_number", "xxxxxxxxx0123").is("customer", nil).is("routing_number", "121000358").is("type", "checking")
	destination := uri + "/bank_accounts/" + last(waiting)
	m.put(uri, object{"bank_account_uri": waiting}).ok(200).is("destination_uri", destination).is("source_uri", nil).
		is("_uris.destination_uri", object{"_type": "bank_account", "key": "destination"})
	m.get(destination).ok(200).is("uri", waiting).is("customer.id", last(uri))
	m.get(m.path("/bank_accounts/"+last(waiting))).ok(200).is("id", last(waiting))
}

// The newest instrument wins, even over a source that the client sends back in the same
// request; assigning one again changes nothing.
func TestTheNewestInstrumentWins(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{})
	first, second := m.card(cardNumber), m.card(otherCard)
	m.put(uri, object{"card_uri": first}).ok(200)
	m.put(uri, object{"card_uri": second, "source_uri": nil, "destination_uri": nil}).ok(200).is("source_uri", uri+"/cards/"+last(second))
	m.put(uri, object{"card_uri": first, "source_uri": uri + "/cards/" + last(second)}).ok(200).is("source_uri", uri+"/cards/"+last(first))
	m.put(uri, object{"source_uri": uri + "/cards/" + last(second)}).ok(200).is("source_uri", uri+"/cards/"+last(second))
	m.put(uri, object{"source_uri": uri + "/cards/CC65be9a3f1c2d4e5f60718293"}).ok(200).is("source_uri", uri+"/cards/"+last(second))
	m.get(uri+"/cards").ok(200).is("total", 2.0)
}

// A URI that names nothing is refused, and so is a card of another customer or an
// invalidated one; such a request changes nothing else.
func TestWhatCannotBeAssociated(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri, other := m.create(object{"name": "Before"}), m.create(object{})
	held, waiting, heldBank, waitingBank := m.card(cardNumber), m.card(otherCard), m.bank(), m.bank()
	m.put(other, object{"card_uri": held, "bank_account_uri": heldBank}).ok(200)
	before := m.get(uri)
	m.put(waiting, object{"is_valid": false}).ok(200).is("is_valid", false)
	m.put(waitingBank, object{"is_valid": "False"}).ok(200).is("is_valid", false)
	born := m.post(m.path("/cards"), with(card(otherCard), object{"is_valid": false})).ok(201).is("is_valid", false).Str("uri")
	for _, row := range []struct {
		field, value, code, kind string
		status                   int
	}{
		{"card_uri", "/completely/fake", "request", "request", 400},
		{"card_uri", m.path("/cards/CC65be9a3f1c2d4e5f60718293"), "request", "request", 400},
		{"card_uri", waitingBank, "request", "request", 400},
		{"bank_account_uri", waiting, "request", "request", 400},
		{"card_uri", held, "card-already-funding-src", "logical", 409},
		{"card_uri", waiting, "card-not-valid", "logical", 409},
		{"card_uri", born, "card-not-valid", "logical", 409},
		{"bank_account_uri", heldBank, "bank-account-already-associated", "logical", 409},
		{"bank_account_uri", waitingBank, "bank-account-not-valid", "logical", 409},
	} {
		t.Run(row.value, func(t *testing.T) {
			m := m.in(t)
			m.put(uri, object{"name": "After", row.field: row.value}).refused(row.status, row.code, row.kind, row.field)
			m.post("/v1/customers", object{row.field: row.value}).refused(row.status, row.code, row.kind, row.field)
		})
	}
	m.put(waiting, object{"is_valid": true}).refused(409, "card-not-valid", "logical", "")
	m.put(uri, object{"card_uri": 5}).refused(400, "request", "request", "card_uri")
	if after := m.get(uri); after.Text != before.Text {
		t.Error("something changed")
	}
	m.get("/v1/customers").is("total", 2.0)
}

// A request that is refused for a bad field leaves its instrument unassigned.
func TestARefusedChangeTakesNoInstrument(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri, waiting, other := m.create(object{}), m.card(cardNumber), m.bank()
	m.put(uri, object{"card_uri": waiting, "bank_account_uri": "/completely/fake"}).refused(400, "request", "request", "bank_account_uri")
	m.put(uri, object{"card_uri": waiting, "bank_account_uri": other, "email": "dsfsa"}).refused(400, "request", "request", "email")
	m.post("/v1/customers", object{"card_uri": waiting, "email": "dsfsa"}).refused(400, "request", "request", "email")
	m.get(waiting).ok(200).is("customer", nil)
	m.put(m.create(object{}), object{"card_uri": waiting, "bank_account_uri": other}).ok(200)
}

// Of many concurrent requests for one card exactly one gets it.
func TestACardHasOneCustomer(t *testing.T) {
	t.Parallel()
	m := market(t)
	waiting := m.card(cardNumber)
	var uris []string
	for range 6 {
		uris = append(uris, m.create(object{}))
	}
	statuses := make(chan int, len(uris))
	for _, uri := range uris {
		go func() { statuses <- m.put(uri, object{"card_uri": waiting}).Status }()
	}
	count := map[int]int{}
	for range uris {
		count[<-statuses]++
	}
	if count[200] != 1 || count[409] != len(uris)-1 {
		t.Errorf("the answers were %v", count)
	}
}

// A card can come in the body of its customer, at creation and later; its number is
// in no answer, no log and nothing that is stored.
func TestACardInTheBody(t *testing.T) {
	t.Parallel()
	m := market(t)
	made := m.post("/v1/customers", object{"name": "n", "card": card(cardNumber), "bank_account": bank()}).ok(201)
	uri := made.Str("uri")
	m.get(made.Str("source_uri")).ok(200).is("last_four", "5100").is("expiration_month", 12.0).is("expiration_year", 2030.0)
	m.get(made.Str("destination_uri")).ok(200).is("account_number", "xxxxxxxxx0123")
	m.Clock.Advance(time.Second)
	m.put(uri, object{"card": card(otherCard)}).ok(200)
	scoped := m.post(uri+"/cards", with(card(cardNumber), object{"name": "W", "postal_code": "10023", "street_address": "1 Way", "meta": object{"a": 1}})).ok(201).
		is("customer.id", last(uri)).is("postal_code", "10023").is("street_address", "1 Way").is("country_code", "USA").is("meta", object{"a": "1"}).is("name", "W")
	m.get(uri).is("source_uri", uri+"/cards/"+scoped.Str("id"))
	m.get(scoped.Str("uri")).ok(200).is("id", scoped.At("id"))
	m.post(uri+"/bank_accounts", with(bank(), object{"routing_number": nil, "bank_code": "021000021", "type": nil})).ok(201).is("routing_number", "021000021").is("type", "checking")
	record, err := m.Svc.Lifecycle.Get(t.Context(), m.caller(), strings.TrimPrefix(last(uri), "CU"))
	testkit.Must(t, err)
	text, err := json.Marshal(record)
	testkit.Must(t, err)
	for _, secret := range []string{cardNumber, otherCard, accountNumber, `"123"`} {
		t.Run(secret, func(t *testing.T) {
			if strings.Contains(string(text), secret) {
				t.Errorf("the record holds %s", secret)
			}
		})
	}
}

// Clients send null for the fields of an instrument that they leave out.
func TestNullMembersOfAnInstrument(t *testing.T) {
	t.Parallel()
	m := market(t)
	sent := with(card(cardNumber), object{"id": nil, "security_code": nil, "street_address": nil, "postal_code": nil, "city": nil,
		"region": nil, "country_code": nil, "phone_number": nil, "name": nil, "meta": nil})
	m.post(m.path("/cards"), sent).ok(201).is("name", nil).is("postal_code", nil).is("meta", object{})
	m.post("/v1/bank_accounts", with(bank(), object{"id": nil, "meta": nil})).ok(201)
	m.post(m.path("/bank_accounts"), with(bank(), object{"bank_code": "021000021", "routing_number": nil})).ok(201)
}

// An instrument's bad field is named, below its member when the instrument is part of a
// body.
func TestBadInstruments(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{})
	before := m.get(uri)
	for _, row := range []struct {
		change      object
		field, code string
	}{
		{object{"card_number": nil}, "card_number", "request"},
		{object{"card_number": "4111111111111112"}, "card_number", "card-number-not-valid"},
		{object{"card_number": 4111}, "card_number", "card-number-not-valid"},
		{object{"expiration_month": 13}, "expiration_month", "request"},
		{object{"expiration_month": "x"}, "expiration_month", "request"},
		{object{"expiration_year": 2020}, "expiration_year", "request"},
		{object{"expiration_year": nil}, "expiration_year", "request"},
		{object{"security_code": "12"}, "security_code", "request"},
		{object{"meta": object{"a": object{}}}, "meta", "request"},
		{object{"is_valid": "perhaps"}, "is_valid", "request"},
	} {
		t.Run(row.field+" "+row.code, func(t *testing.T) {
			m := m.in(t)
			sent := with(card(cardNumber), row.change)
			m.post(m.path("/cards"), sent).ok(400).refused(400, row.code, "request", row.field)
			m.put(uri, object{"card": sent}).ok(400).refused(400, row.code, "request", "card."+row.field)
			m.post(uri+"/cards", sent).refused(400, row.code, "request", row.field)
		})
	}
	missing := m.put(uri, object{"card": object{"expiration_year": 2030, "expiration_month": 1}}).ok(400)
	if !strings.HasPrefix(missing.Str("description"), "Missing required field [card.card_number]") {
		t.Errorf("the description is %s", missing.Str("description"))
	}
	for _, row := range []struct {
		change      object
		field, code string
	}{
		{object{"routing_number": "100000007"}, "routing_number", "invalid-routing-number"},
		{object{"routing_number": "111111118"}, "routing_number", "invalid-routing-number"},
		{object{"routing_number": "12345678"}, "routing_number", "invalid-routing-number"},
		{object{"routing_number": nil}, "routing_number", "request"},
		{object{"account_number": "x"}, "account_number", "invalid-bank-account-number"},
		{object{"account_number": "12_345"}, "account_number", "invalid-bank-account-number"},
		{object{"account_number": "1-2 3"}, "account_number", "invalid-bank-account-number"},
		{object{"account_number": nil}, "account_number", "request"},
		{object{"name": nil}, "name", "request"},
		{object{"type": "gold"}, "type", "request"},
	} {
		t.Run(row.field+" "+row.code, func(t *testing.T) {
			m := m.in(t)
			m.post("/v1/bank_accounts", with(bank(), row.change)).refused(400, row.code, "request", row.field)
		})
	}
	m.post(m.path("/cards"), card("4222222222222220")).refused(402, "card-declined", "banking", "")
	m.put(uri, object{"card": "x"}).refused(400, "request", "request", "card")
	for _, good := range []string{"021000021", "321174851", "121000358", "121000000", "121000359", "321174811"} {
		m.post("/v1/bank_accounts", with(bank(), object{"routing_number": good})).ok(201)
	}
	for _, good := range []string{"4111111111111111", "5105105105105100", "341111111111111", "4444444444444448"} {
		m.post(m.path("/cards"), with(card(good), object{"security_code": "1234"})).ok(201)
	}
	if after := m.get(uri); after.Text != before.Text {
		t.Error("something changed")
	}
}

// Invalidating or deleting the default card leaves the customer without one; once
// false it cannot become true.
func TestInvalidating(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri, first, second := m.create(object{}), m.card(cardNumber), m.card(otherCard)
	m.put(uri, object{"card_uri": first}).ok(200)
	m.put(uri, object{"card_uri": second}).ok(200)
	m.put(second, object{"is_valid": false}).ok(200).is("is_valid", false)
	m.get(uri).is("source_uri", nil)
	m.put(second, object{"is_valid": true}).refused(409, "card-not-valid", "logical", "")
	m.put(second, object{"meta": object{"a": true}}).ok(200).is("meta", object{"a": "True"}).is("is_valid", false)
	m.get(uri+"/cards?is_valid=True&sort=created_at%2Cdesc").ok(200).is("total", 1.0)
	m.do("DELETE", first, nil).ok(204)
	m.get(first).refused(404, "not-found", "request", "")
	m.get(uri+"/cards/"+last(first)).refused(404, "not-found", "request", "")
	m.put(m.create(object{}), object{"card_uri": first}).refused(400, "request", "request", "card_uri")
	m.do("DELETE", first, nil).refused(404, "not-found", "request", "")
	waiting := m.card(otherCard)
	m.do("DELETE", waiting, nil).ok(204)
	m.get(waiting).ok(404)
	m.put(uri, object{"bank_account_uri": m.bank()}).ok(200)
	m.do("DELETE", m.get(uri).Str("destination_uri"), nil).ok(204)
	m.get(uri).is("destination_uri", nil).is("_uris.cards_uri._type", "page")
}

// A stored card can also be assigned by an update of the card.
func TestACardNamesItsCustomer(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri, waiting := m.create(object{}), m.card(cardNumber)
	m.put(waiting, object{"customer_uri": strings.TrimPrefix(uri, "/")}).ok(200).is("customer.id", last(uri))
	m.put(m.card(otherCard), object{"customer_uri": "/v1/nobody"}).refused(400, "request", "request", "customer_uri")
}

// An unassigned instrument expires after 30 days; one that has a customer does not.
func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri, waiting, held := m.create(object{}), m.card(cardNumber), m.card(otherCard)
	m.put(uri, object{"card_uri": held}).ok(200)
	m.Clock.Advance(31 * 24 * time.Hour)
	testkit.Must(t, second(m.Store.SweepReservations(t.Context(), m.Clock.Now())))
	m.get(waiting).ok(404)
	m.put(uri, object{"card_uri": waiting}).refused(400, "request", "request", "card_uri")
	m.get(held).ok(200)
}

func second[T any](_ T, err error) error { return err }

// The native API shows the same instruments, and this dialect shows those made by the
// native API.
func TestInstrumentsAreThoseOfTheNativeAPI(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{})
	m.put(uri, object{"card_uri": m.card(cardNumber), "bank_account_uri": m.bank()}).ok(200)
	id := strings.TrimPrefix(last(uri), "CU")
	native, err := m.Svc.Instruments.Cards(t.Context(), m.caller(), id)
	testkit.Must(t, err)
	if len(native) != 1 || native[0].Last4 != "5100" || !native[0].IsDefault || native[0].Brand != "mastercard" {
		t.Errorf("natively there are %+v", native)
	}
	added, err := m.Svc.Instruments.AddBank(t.Context(), m.caller(), id, fields.BankInput{
		RoutingNumber: patch.Of("110000000"), AccountNumber: patch.Of(secretText("000123456")), IsDefault: patch.Of(true),
	})
	testkit.Must(t, err)
	path := uri + "/bank_accounts/BA" + added.ID
	m.get(uri).ok(200).is("destination_uri", path)
	m.get(path).ok(200).is("uri", path).is("account_number", "xxxxx3456")
	if _, err := tenancy.ParseID(added.ID); err != nil {
		t.Fatal(err)
	}
}

// A bank account can be debited once it is verified.
func TestABankAccountAsSource(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{})
	m.put(uri, object{"bank_account_uri": m.bank()}).ok(200)
	bank := m.get(uri).Str("destination_uri")
	m.put(uri, object{"source_uri": bank}).refused(400, "request", "request", "source_uri")
	id, bankID := strings.TrimPrefix(last(uri), "CU"), strings.TrimPrefix(last(bank), "BA")
	testkit.Must(t, second(m.Svc.Instruments.StartDrops(t.Context(), m.caller(), id, bankID)))
	testkit.Must(t, second(m.Svc.Instruments.ConfirmDrops(t.Context(), m.caller(), id, bankID, instruments.ConfirmDropsInput{Amounts: patch.Of([]string{"32", "45"})})))
	m.put(uri, object{"source_uri": bank}).ok(200).is("source_uri", bank).is("_uris.source_uri._type", "bank_account")
	m.get(bank).is("can_debit", true)
	m.put(uri, object{"card_uri": m.card(cardNumber)}).ok(200).is("_uris.source_uri._type", "card")
}

func with(base, members object) object {
	next := object{}
	for name, value := range base {
		next[name] = value
	}
	for name, value := range members {
		next[name] = value
	}
	return next
}
