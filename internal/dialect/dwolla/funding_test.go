package dwolla_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/customers/fields"
	"tenantry/internal/dialect"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

const accountNumber = "123456789012"

func bank(members ...object) object {
	return with(object{"routingNumber": "222222226", "accountNumber": accountNumber, "bankAccountType": "checking", "name": "Jane Doe’s Checking"}, members...)
}

func amounts(first, second string) object {
	return object{"amount1": object{"value": first, "currency": "USD"}, "amount2": object{"value": second, "currency": "USD"}}
}

// A bank by its numbers is added, read, listed, renamed and removed; a removed one is still
// read, and listed unless it is not wanted.
func TestFundingSources(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	one := c.make("/customers", w.unverified())
	c.get(one+"/funding-sources").is("total", 0).is("_links.customer.href", one)
	where := c.with("Content-Type", media).make(one+"/funding-sources", bank())
	shown := c.get(where).is("_links.self.href", where).is("_links.customer.href", one).is("_links.remove.href", where).
		is("_links.initiate-micro-deposits.href", where+"/micro-deposits").is("status", "unverified").is("type", "bank").
		is("bankAccountType", "checking").is("name", "Jane Doe’s Checking").is("removed", false).is("default", true).is("channels.0", "ach").
		lacks("_links.transfer-send", "_links.transfer-receive", "accountNumber", "bankName")
	if where != w.URL+"/funding-sources/"+shown.Str("id") || strings.Contains(shown.Text, accountNumber) || shown.Str("fingerprint") == "" {
		t.Errorf("%s shows %s", where, shown.Text)
	}
	second := c.make(one+"/funding-sources", bank(object{"accountNumber": "1234", "bankAccountType": absent, "type": "savings", "name": "Old"}))
	c.get(second).is("bankAccountType", "savings").is("default", false)
	c.post(second, object{"name": "New", "bankAccountType": "savings", "routingNumber": "222222226"}).ok(200).is("name", "New").is("id", second[len(second)-36:])
	c.post(where, object{"removed": true}).ok(200).is("removed", true).is("default", false).lacks("_links.remove", "_links.initiate-micro-deposits")
	c.post(where, object{"removed": true}).ok(200).is("removed", true)
	c.post(where, object{"name": "Late"}).refused(403, "InvalidResourceState")
	c.get(where).is("removed", true).is("name", "Jane Doe’s Checking")
	c.get(second).is("default", true)
	c.do(http.MethodDelete, c.make(one+"/funding-sources", bank(object{"accountNumber": "5678"})), nil).ok(200).is("removed", true)
	c.get(one+"/funding-sources").is("total", 3)
	c.get(one+"/funding-sources?removed=true").is("total", 3)
	c.get(one+"/funding-sources?removed=False").is("total", 1)
	c.get(one+"/funding-sources?removed=false").is("total", 1).is("_embedded.funding-sources.0._links.self.href", second)
	c.do(http.MethodGet, one+"/funding-sources?removed=maybe", nil).faulty("/removed Invalid")
	again := c.make(one+"/funding-sources", bank())
	if again == where {
		t.Error("a removed bank came back")
	}
}

// Each failing member is named in the vendor's words, all at once, and nothing is added.
func TestFundingSourcesRefused(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	one := c.make("/customers", w.unverified())
	verified := c.make("/customers", w.personal())
	firm := c.make("/customers", w.business())
	for name, row := range map[string]struct {
		body any
		want []string
	}{
		"nothing":        {object{}, []string{"/name Required", "/bankAccountType Required", "/routingNumber Required", "/accountNumber Required"}},
		"empty":          {bank(object{"name": "", "accountNumber": ""}), []string{"/name Required", "/accountNumber InvalidFormat"}},
		"long name":      {bank(object{"name": strings.Repeat("a", 51)}), []string{"/name Invalid"}},
		"type":           {bank(object{"bankAccountType": "generalLedger"}), []string{"/bankAccountType Invalid"}},
		"loan":           {bank(object{"bankAccountType": "loan"}), []string{"/bankAccountType NotAllowed"}},
		"check digit":    {bank(object{"routingNumber": "222222227"}), []string{"/routingNumber Invalid"}},
		"district":       {bank(object{"routingNumber": "500000005"}), []string{"/routingNumber InvalidFormat"}},
		"Canada":         {bank(object{"routingNumber": "11000-000"}), []string{"/routingNumber InvalidFormat"}},
		"letters":        {bank(object{"accountNumber": "12345a"}), []string{"/accountNumber InvalidFormat"}},
		"short":          {bank(object{"accountNumber": "123"}), []string{"/accountNumber InvalidFormat"}},
		"long":           {bank(object{"accountNumber": strings.Repeat("1", 18)}), []string{"/accountNumber InvalidFormat"}},
		"mistyped":       {bank(object{"accountNumber": 1234567}), []string{"/accountNumber Invalid"}},
		"other kinds":    {bank(object{"plaidToken": "processor-1"}), []string{"/plaidToken NotAllowed"}},
		"other channels": {bank(object{"channels": []string{"wire"}}), []string{"/channels NotAllowed"}},
		"authorization":  {bank(object{"_links": object{"on-demand-authorization": object{"href": "x"}}}), []string{"/_links NotAllowed"}},
		"proven":         {bank(object{"verified": true}), []string{"/verified NotAllowed"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := c.in(t)
			a := c.post(one+"/funding-sources", row.body)
			a.T = t
			a.faulty(row.want...)
		})
	}
	c.post(one+"/funding-sources", "{").refused(400, "BadRequest")
	c.get(one+"/funding-sources").is("total", 0)
	c.get(c.make(verified+"/funding-sources", bank(object{"bankAccountType": "loan"}))).is("bankAccountType", "loan")
	c.post(verified+"/funding-sources", bank(object{"bankAccountType": "general-ledger", "accountNumber": "4321"})).faulty("/bankAccountType NotAllowed")
	where := c.make(firm+"/funding-sources", bank(object{"bankAccountType": "general-ledger"}))
	c.get(where).is("bankAccountType", "general-ledger")
	c.post(where, object{}).faulty("/name Required")
	c.post(where, object{"removed": false}).faulty("/removed Invalid")
	c.post(where, object{"name": "X", "routingNumber": "110000000", "accountNumber": "9999", "bankAccountType": "loan"}).
		faulty("/routingNumber ReadOnly", "/accountNumber ReadOnly", "/bankAccountType ReadOnly")
	c.post(one, object{"status": "deactivated"}).ok(200)
	c.post(one+"/funding-sources", bank()).refused(403, "InvalidResourceState")
	c.do(http.MethodPut, where, object{}).refused(405, "MethodNotAllowed")
}

// The same account is no second bank of one customer, and is one of another; a repeated
// request adds nothing.
func TestAnAccountIsOneFundingSource(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	one, other := c.make("/customers", w.unverified()), c.make("/customers", w.unverified())
	first := c.make(one+"/funding-sources", bank())
	c.post(one+"/funding-sources", bank(object{"name": "Other", "bankAccountType": "savings"})).refused(400, "DuplicateResource").
		is("_links.about.href", first).is("_links.about.resource-type", "funding-source").is("message", "Bank already exists: id="+first[len(first)-36:])
	if theirs := c.get(c.make(other+"/funding-sources", bank())); theirs.Str("fingerprint") != c.get(first).Str("fingerprint") {
		t.Error("the same account has two fingerprints")
	}
	keyed := w.as(w.account, "Idempotency-Key", "one")
	if a, b := keyed.make(one+"/funding-sources", bank(object{"accountNumber": "1234"})), keyed.make(one+"/funding-sources", bank(object{"accountNumber": "1234"})); a != b {
		t.Errorf("one request added %s and %s", a, b)
	}
	c.get(one+"/funding-sources").is("total", 2)
}

// Banks of another account are not there, whatever is done with them, nor are those of the
// account itself; a key that may only read changes none.
func TestFundingSourcesOfOthers(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	one := c.make("/customers", w.unverified())
	where := c.make(one+"/funding-sources", bank())
	stranger := w.as(w.other)
	for _, path := range []string{where, where + "/micro-deposits", one + "/funding-sources"} {
		stranger.do(http.MethodGet, path, nil).refused(404, "NotFound")
		stranger.post(path, bank()).refused(404, "NotFound")
	}
	stranger.post(where, object{"removed": true}).refused(404, "NotFound")
	c.do(http.MethodGet, "/funding-sources/x", nil).refused(404, "NotFound")
	c.do(http.MethodGet, "/funding-sources/"+one[len(one)-36:], nil).refused(404, "NotFound")
	c.get(where).is("removed", false)
	reading := w.as(account{token: w.restricted("read")})
	reading.get(where)
	reading.post(where, object{"name": "X"}).refused(401, "InvalidScopes")
	reading.post(one+"/funding-sources", bank(object{"accountNumber": "1234"})).refused(401, "InvalidScopes")
	w.bare("Accept", media).do(http.MethodGet, where, nil).refused(401, "InvalidCredentials")
}

// Two deposits prove a bank: they are started once, and their amounts confirm it in any
// order; in a sandbox any two below ten cents do, as at the vendor.
func TestMicroDeposits(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	one := c.make("/customers", w.unverified())
	for number, guess := range map[string]object{"1111": amounts("0.03", "0.09"), "2222": amounts("0.45", "0.32"), "3333": amounts("0.1", "0.08")} {
		t.Run(number, func(t *testing.T) {
			c := c.in(t)
			where := c.make(one+"/funding-sources", bank(object{"accountNumber": number}))
			deposits := where + "/micro-deposits"
			c.post(deposits, guess).refused(404, "NotFound").is("message", "Micro-deposits not initiated.")
			c.do(http.MethodGet, deposits, nil).refused(403, "InvalidResourceState")
			if got := c.with("Content-Type", "application/json").make(deposits, ""); got != deposits {
				t.Errorf("they are at %s", got)
			}
			c.get(where).is("_links.verify-micro-deposits.href", deposits).lacks("_links.initiate-micro-deposits")
			c.get(deposits).is("status", "processed").is("_links.verify-micro-deposits.href", deposits).At("created")
			c.post(deposits, nil).refused(400, "MaxNumberOfResources")
			c.post(deposits, object{"amount1": object{"value": "x", "currency": "EUR"}}).
				faulty("/amount1/value InvalidFormat", "/amount1/currency Invalid", "/amount2 Required")
			c.post(deposits, amounts("1.00", "0")).faulty("/amount1/value Invalid", "/amount2/value Invalid")
			if number == "3333" {
				return
			}
			c.post(deposits, guess).ok(200).is("_links.self.href", deposits)
			c.get(where).is("status", "verified").lacks("_links.verify-micro-deposits", "_links.initiate-micro-deposits")
			c.get(deposits).lacks("_links.verify-micro-deposits")
			c.post(deposits, guess).refused(403, "InvalidResourceState").is("message", "Bank already verified.")
			c.post(deposits, nil).refused(403, "InvalidResourceState").is("message", "Bank already verified.")
		})
	}
}

// Wrong amounts are counted, once for a repeated request, and the third time ends the bank.
func TestWrongMicroDeposits(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	one := c.make("/customers", w.unverified())
	where := c.make(one+"/funding-sources", bank())
	deposits := where + "/micro-deposits"
	c.make(deposits, nil)
	keyed := w.as(w.account, "Idempotency-Key", "guess")
	for range 2 {
		keyed.post(deposits, amounts("0.09", "0.09")).faulty("/amount1 InvalidAmount").is("_embedded.errors.0.message", "Wrong amount(s).")
	}
	c.post(deposits, amounts("0.11", "0.12")).faulty("/amount1 InvalidAmount")
	for range 2 {
		c.post(deposits, amounts("0.11", "0.12")).refused(403, "InvalidResourceState").is("message", "Too many attempts.")
	}
	c.post(deposits, amounts("0.03", "0.09")).refused(403, "InvalidResourceState")
	c.get(where).is("removed", true).is("status", "unverified").is("_links.failed-verification-micro-deposits.href", deposits)
	c.get(deposits).lacks("_links.verify-micro-deposits")
	fresh := c.make(one+"/funding-sources", bank())
	c.make(fresh+"/micro-deposits", "null")
	w.Clock.Advance(fields.DropLife + time.Second)
	c = w.as(account{token: w.grant(form("client_id", w.account.ID, "client_secret", w.account.Secret(), "grant_type", "client_credentials")).Str("access_token")})
	c.get(fresh).is("_links.initiate-micro-deposits.href", fresh+"/micro-deposits")
	c.post(fresh+"/micro-deposits", amounts("0.03", "0.09")).refused(404, "NotFound")
	c.make(fresh+"/micro-deposits", nil)
}

// A bank that another API attached is a funding source, with a name in any case, and shows
// there what was said of it here.
func TestFundingSourcesAreTheRecordsBanks(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	path := c.make("/customers", w.unverified())
	id, _ := dialect.ParseUUID(path[len(path)-36:])
	native := func(body string) string {
		var in fields.BankInput
		testkit.Must(t, patch.Decode([]byte(body), &in))
		added, err := w.Svc.Instruments.AddBank(t.Context(), w.Local(""), id.String(), in)
		testkit.Must(t, err)
		return added.ID
	}
	for body, name := range map[string]string{
		`{"routingNumber":"110000000","accountNumber":"123456","nickname":"Rent","nameOnAccount":"Jane Doe","accountType":"savings"}`: "Rent",
		`{"routingNumber":"110000000","accountNumber":"654321","nameOnAccount":"Jane Doe"}`:                                           "Jane Doe",
		`{"routingNumber":"110000000","accountNumber":"123456789"}`:                                                                   "Sandbox Test Bank 6789",
	} {
		t.Run(name, func(t *testing.T) {
			c, w := c.in(t), w.in(t)
			parsed := native(body)
			shown := w.fundingSource(c, path, parsed)
			removed, _ := shown["removed"].(bool)
			if shown["name"] != name || shown["bankName"] != "Sandbox Test Bank" || shown["status"] != "unverified" || removed {
				t.Errorf("%s shows %v", body, shown)
			}
		})
	}
	where := c.make(path+"/funding-sources", bank(object{"bankAccountType": "savings"}))
	ours, _ := dialect.ParseUUID(where[len(where)-36:])
	seen, err := w.Svc.Instruments.Bank(t.Context(), w.Local(""), id.String(), ours.String())
	testkit.Must(t, err)
	if seen.Nickname != "Jane Doe’s Checking" || seen.AccountType != "savings" || seen.Last4 != "9012" || seen.Fingerprint != c.get(where).Str("fingerprint") {
		t.Errorf("natively it is %+v", seen)
	}
}

// fundingSource returns one of the funding sources in the list of a customer.
func (w *installation) fundingSource(c *client, path, id string) object {
	w.T.Helper()
	for _, one := range c.get(path + "/funding-sources").List("_embedded.funding-sources") {
		shown, _ := one.(object)
		text, _ := shown["id"].(string)
		if found, ok := dialect.ParseUUID(text); ok && found.String() == id {
			return shown
		}
	}
	w.T.Fatalf("bank %s is not in the list", id)
	return nil
}
