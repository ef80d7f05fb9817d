package balanced_test

import (
	"strings"
	"testing"
	"time"

	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// held makes a customer with a bank account and returns both addresses.
func (m tenant) held() (customer, account string) {
	m.T.Helper()
	customer, account = m.create(object{}), m.bank()
	m.put(customer, object{"bank_account_uri": account}).ok(200)
	return customer, account
}

func amounts(a, b any) object { return object{"amount_1": a, "amount_2": b} }

// A bank account is verified by two deposits, assigned or not, under each of its
// addresses; then it can be debited, and its verification has ended.
func TestABankAccountIsVerified(t *testing.T) {
	t.Parallel()
	m := market(t)
	customer, held := m.held()
	_, another := m.held()
	for name, uri := range map[string]string{
		"held": held, "waiting": m.bank(), "below a marketplace": m.post(m.path("/bank_accounts"), bank()).ok(201).Str("uri"),
		"below a customer":   customer + "/bank_accounts/" + m.post(customer+"/bank_accounts", bank()).ok(201).Str("id"),
		"of the marketplace": m.path("/bank_accounts/" + last(another)),
	} {
		t.Run(name, func(t *testing.T) {
			m := m.in(t)
			m.get(uri).ok(200).is("verification_uri", nil).is("can_debit", false)
			m.get(uri+"/verifications").ok(200).is("total", 0.0).is("items", []any{})
			started := m.post(uri+"/verifications", object{"none": ""}).ok(201).is("_type", "bank_account_authentication").is("_uris", object{}).
				is("state", "pending").is("attempts", 0.0).is("remaining_attempts", 3.0)
			if !strings.HasPrefix(started.Str("id"), "BZ") || len(started.Body) != 7 {
				t.Errorf("it is %s", started.Text)
			}
			proof := uri + "/verifications/" + started.Str("id")
			started.is("uri", proof)
			if again := m.get(proof).ok(200); again.Text != started.Text {
				t.Errorf("reading it differs: %s", again.Text)
			}
			page := m.get(uri+"/verifications").ok(200).is("total", 1.0).is("uri", uri+"/verifications?limit=10&offset=0")
			if page.items("uri")[0] != proof {
				t.Errorf("the list is %s", page.Text)
			}
			shown := m.get(uri).ok(200).is("_uris.verification_uri", object{"_type": "bank_account_authentication", "key": "verification"})
			m.get(shown.Str("verification_uri")).ok(200).is("id", started.At("id")).is("state", "pending")
			m.post(uri+"/verifications", nil).refused(409, "bank-account-authentication-already-exists", "logical", "")
			m.put(proof, amounts(6, 2)).refused(409, "bank-account-authentication-failed", "logical", "")
			m.get(proof).ok(200).is("state", "pending").is("attempts", 1.0).is("remaining_attempts", 2.0)
			m.put(proof, amounts("1", 1)).ok(200).is("state", "verified").is("attempts", 2.0).is("remaining_attempts", 1.0).is("uri", proof)
			m.put(proof, amounts(1, 1)).refused(409, "bank-account-authentication-not-pending", "logical", "")
			m.post(uri+"/verifications", nil).refused(409, "bank-account-authentication-already-exists", "logical", "")
			m.get(uri).is("can_debit", true)
		})
	}
	m.put(customer, object{"source_uri": customer + "/bank_accounts/" + last(held)}).ok(200).is("_uris.source_uri._type", "bank_account")
}

// A verification of an unassigned bank account counts for the customer that gets it, even
// when it is still open.
func TestAVerificationStaysWithItsBankAccount(t *testing.T) {
	t.Parallel()
	m := market(t)
	verified, pending := m.bank(), m.bank()
	m.put(m.post(verified+"/verifications", nil).ok(201).Str("uri"), amounts(45, 32)).ok(200).is("state", "verified")
	proof := m.post(pending+"/verifications", nil).ok(201).Str("uri")
	m.put(proof, amounts(2, 2)).ok(409)
	uri := m.create(object{})
	m.put(uri, object{"bank_account_uri": pending}).ok(200)
	m.put(uri, object{"bank_account_uri": verified}).ok(200)
	m.get(verified).ok(200).is("can_debit", true).is("customer.id", last(uri))
	m.get(proof).ok(200).is("state", "pending").is("attempts", 1.0)
	id, bankID := strings.TrimPrefix(last(uri), "CU"), strings.TrimPrefix(last(pending), "BA")
	testkit.Must(t, second(m.Svc.Instruments.ConfirmDrops(t.Context(), m.caller(), id, bankID, instruments.ConfirmDropsInput{Amounts: patch.Of([]string{"32", "45"})})))
	m.get(proof).ok(200).is("state", "verified")
}

// Three wrong confirmations fail a verification, and a new one may follow, as at the
// vendor; natively the deposits have ended too, and can be started again.
func TestAVerificationFails(t *testing.T) {
	t.Parallel()
	m := market(t)
	customer, held := m.held()
	for name, uri := range map[string]string{"held": held, "waiting": m.bank()} {
		t.Run(name, func(t *testing.T) {
			m := m.in(t)
			first := m.post(uri+"/verifications", nil).ok(201).Str("uri")
			for left := 2; left >= 0; left-- {
				m.put(first, amounts(12, 13)).refused(409, "bank-account-authentication-failed", "logical", "")
				m.get(first).ok(200).is("remaining_attempts", float64(left)).is("state", map[bool]string{true: "failed", false: "pending"}[left == 0])
			}
			m.put(first, amounts(1, 1)).refused(409, "bank-account-authentication-not-pending", "logical", "")
			m.get(uri).is("is_valid", true).is("can_debit", false)
			m.Clock.Advance(time.Second)
			next := m.post(uri+"/verifications", nil).ok(201).is("attempts", 0.0).is("remaining_attempts", 3.0).Str("uri")
			m.get(first).refused(404, "not-found", "request", "")
			m.put(first, amounts(1, 1)).refused(404, "not-found", "request", "")
			m.put(next, amounts(1, 1)).ok(200).is("state", "verified")
		})
	}
	id := strings.TrimPrefix(last(customer), "CU")
	uri := m.bank()
	m.put(customer, object{"bank_account_uri": uri}).ok(200)
	proof := m.post(uri+"/verifications", nil).ok(201).Str("uri")
	for range 3 {
		m.put(proof, amounts(2, 3)).ok(409)
	}
	bankID := strings.TrimPrefix(last(uri), "BA")
	right := instruments.ConfirmDropsInput{Amounts: patch.Of([]string{"32", "45"})}
	if err := second(m.Svc.Instruments.ConfirmDrops(t.Context(), m.caller(), id, bankID, right)); err == nil {
		t.Error("a fourth guess counts natively")
	}
	m.Clock.Advance(time.Second)
	testkit.Must(t, second(m.Svc.Instruments.StartDrops(t.Context(), m.caller(), id, bankID)))
	testkit.Must(t, second(m.Svc.Instruments.ConfirmDrops(t.Context(), m.caller(), id, bankID, right)))
}

// Deposits that are not confirmed within 30 days expire.
func TestAVerificationLapses(t *testing.T) {
	t.Parallel()
	m := market(t)
	_, uri := m.held()
	proof := m.post(uri+"/verifications", nil).ok(201).Str("uri")
	m.Clock.Advance(30 * 24 * time.Hour)
	m.get(proof).ok(200).is("state", "failed")
	m.put(proof, amounts(1, 1)).refused(409, "bank-account-authentication-not-pending", "logical", "")
	m.post(uri+"/verifications", nil).ok(201)
}

// A bad confirmation names its field and does not count as an attempt. Deposits that were
// started natively are a verification like any other.
func TestBadConfirmations(t *testing.T) {
	t.Parallel()
	m := market(t)
	customer, uri := m.held()
	id := strings.TrimPrefix(last(customer), "CU")
	testkit.Must(t, second(m.Svc.Instruments.StartDrops(t.Context(), m.caller(), id, strings.TrimPrefix(last(uri), "BA"))))
	proof := m.get(uri).ok(200).Str("verification_uri")
	for _, row := range []struct {
		body  any
		field string
	}{
		{object{}, "amount_1"}, {object{"amount_1": 1}, "amount_2"}, {object{"amount_2": 1, "amount_1": nil}, "amount_1"}, {amounts("x", 1), "amount_1"},
		{amounts(1, 1.5), "amount_2"}, {amounts(object{}, 1), "amount_1"},
	} {
		t.Run(row.field, func(t *testing.T) {
			m := m.in(t)
			m.put(proof, row.body).refused(400, "request", "request", row.field)
		})
	}
	m.put(proof, "{").refused(400, "request", "request", "")
	m.get(proof).ok(200).is("attempts", 0.0)
	m.put(uri+"/verifications/BZ"+missingDigits, amounts(1, 1)).refused(404, "not-found", "request", "")
	m.do("DELETE", proof, nil).refused(405, "method-not-allowed", "request", "")
	m.put(proof, amounts(-1, 9999)).refused(409, "bank-account-authentication-failed", "logical", "")
	m.put(uri, object{"is_valid": false}).ok(200)
	m.get(proof).ok(200).is("state", "failed")
	m.put(proof, amounts(1, 1)).refused(409, "bank-account-not-valid", "logical", "")
	m.post(uri+"/verifications", nil).refused(409, "bank-account-not-valid", "logical", "")
}

// In live mode 1 and 1 are amounts like others, and an unassigned bank account cannot be
// verified: its deposits could not be paid.
func TestVerificationsInLiveMode(t *testing.T) {
	t.Parallel()
	m := install(t, live).tenant()
	uri := m.bank()
	m.post(uri+"/verifications", nil).refused(409, "bank-account-no-account", "logical", "")
	customer := m.create(object{})
	m.put(customer, object{"bank_account_uri": uri}).ok(200)
	proof := m.post(uri+"/verifications", nil).ok(201).Str("uri")
	id, bankID := strings.TrimPrefix(last(customer), "CU"), strings.TrimPrefix(last(uri), "BA")
	paid, err := m.Svc.Instruments.DropAmounts(t.Context(), m.Local(""), id, bankID)
	testkit.Must(t, err)
	if paid[0] != "1" || paid[1] != "1" {
		m.put(proof, amounts(1, 1)).refused(409, "bank-account-authentication-failed", "logical", "")
	}
	m.put(proof, amounts(paid[1], paid[0])).ok(200).is("state", "verified")
}

// A bank account always shows the address under which it was made, with the members that
// belong to that form of address.
func TestTheAddressOfABankAccount(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{})
	long := func(a answer) answer {
		t.Helper()
		return a.is("uri", m.path("/bank_accounts/"+a.Str("id"))).is("last_four", "0123").is("bank_code", "121000358").is("account", nil)
	}
	short := func(a answer) answer {
		t.Helper()
		for _, member := range []string{"last_four", "bank_code", "account"} {
			if _, there := a.Body[member]; there {
				t.Errorf("%s: there is %s: %s", a.What, member, a.Text)
			}
		}
		return a.is("uri", "/v1/bank_accounts/"+a.Str("id"))
	}
	made := map[string]answer{
		"marketplace": long(m.post(m.path("/bank_accounts"), bank()).ok(201)), "bare": short(m.post("/v1/bank_accounts", bank()).ok(201)),
		"customer": long(m.post(uri+"/bank_accounts", bank()).ok(201)),
	}
	form := map[string]func(answer) answer{"marketplace": long, "bare": short, "customer": long}
	for round := range 2 {
		for name, a := range made {
			t.Run(name, func(t *testing.T) {
				m := m.in(t)
				id := a.Str("id")
				for _, path := range []string{"/v1/bank_accounts/" + id, m.path("/bank_accounts/" + id)} {
					form[name](m.get(path).ok(200)).is("verifications_uri", "/v1/bank_accounts/"+id+"/verifications")
					form[name](m.put(path, object{"meta": object{"round": round}}).ok(200))
				}
				if round == 0 {
					m.put(uri, object{"bank_account_uri": a.Str("uri")}).ok(200)
				}
			})
		}
	}
	m.post("/v1/customers", object{"bank_account": bank()}).ok(201)
	for _, path := range []string{uri + "/bank_accounts", "/v1/bank_accounts", m.path("/bank_accounts")} {
		page := m.get(path).ok(200)
		for _, item := range page.items("uri") {
			m.get(item.(string)).ok(200)
		}
		if bares := strings.Count(page.Text, `"uri":"/v1/bank_accounts/`); bares != 1 {
			t.Errorf("%s shows %d bare addresses: %s", path, bares, page.Text)
		}
	}
	for _, a := range made {
		m.do("DELETE", a.Str("uri"), nil).ok(204)
		m.get(a.Str("uri")).ok(404)
	}
}

// The mask has an x for each character but the last four. Letters are accepted and spaces
// ignored: a number written in two ways is one account.
func TestAccountNumbersAreMasked(t *testing.T) {
	t.Parallel()
	m := market(t)
	uri := m.create(object{})
	for number, mask := range map[string]string{
		"112233a": "xxx233a", "1122-33 a": "xxx233a", "9900000001": "xxxxxx0001", "12345678901234567": "xxxxxxxxxxxxx4567", "123456": "xx3456",
		// Most of a short number stays hidden.
		"1234": "xx34", "12345": "xxx45",
	} {
		t.Run(number, func(t *testing.T) {
			m := m.in(t)
			waiting := m.post("/v1/bank_accounts", with(bank(), object{"account_number": number})).ok(201).is("account_number", mask)
			m.get(waiting.Str("uri")).ok(200).is("account_number", mask)
			m.put(uri, object{"bank_account_uri": waiting.Str("uri")}).ok(200)
			m.get(waiting.Str("uri")).ok(200).is("account_number", mask).is("customer.id", last(uri))
			m.get(uri+"/bank_accounts/"+waiting.Str("id")).ok(200).is("account_number", mask)
		})
	}
	prints := map[string]any{}
	for _, number := range []string{"112233a", "11 22-33a", "112233b"} {
		prints[number] = m.post("/v1/bank_accounts", with(bank(), object{"account_number": number})).ok(201).At("fingerprint")
	}
	if prints["112233a"] != prints["11 22-33a"] || prints["112233a"] == prints["112233b"] {
		t.Errorf("the fingerprints are %v", prints)
	}
	added, err := m.Svc.Instruments.AddBank(t.Context(), m.caller(), strings.TrimPrefix(last(uri), "CU"), fields.BankInput{
		RoutingNumber: patch.Of("121000359"), AccountNumber: patch.Of(secretText("AB-12 34")),
	})
	testkit.Must(t, err)
	m.get(uri+"/bank_accounts/BA"+added.ID).ok(200).is("account_number", "xx1234").is("verifications_uri", uri+"/bank_accounts/BA"+added.ID+"/verifications")
}
