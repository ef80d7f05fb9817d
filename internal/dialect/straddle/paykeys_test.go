package straddle_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenantry/customers/fields"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
)

// account is the least that makes a paykey.
func account(customer any, members ...object) object {
	return with(object{
		"customer_id": customer, "routing_number": "110000000", "account_number": "000123456789", "account_type": "checking",
	}, members...)
}

// link makes a paykey.
func (c *client) link(body object) answer {
	c.T.Helper()
	return c.do(http.MethodPost, "/bridge/bank_account", body).ok(http.StatusCreated)
}

// ids are those of a list, in order.
func (a answer) ids() (list []string) {
	a.T.Helper()
	for _, one := range a.At("data").([]any) {
		list = append(list, one.(object)["id"].(string))
	}
	return list
}

// A paykey of numbers is a bank of the customer: it shows with its account masked, and is
// the bank that the native API shows.
func TestLinkABankAccount(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	customer := c.create(person(1)).Str("data.id")
	made := c.link(account(customer, object{"external_id": "b-1", "metadata": object{"a": "1", "none": nil}, "config": object{"sandbox_outcome": "active"}}))
	made.is("response_type", "object").is("data.customer_id", customer).is("data.source", "bank_account").is("data.status", "active").
		is("data.bank_data", object{"account_number": "****6789", "account_type": "checking", "routing_number": "110000000"}).
		is("data.label", "Sandbox Test Bank ****6789").is("data.institution_name", "Sandbox Test Bank").is("data.external_id", "b-1").
		is("data.metadata", object{"a": "1"}).is("data.config", object{"processing_method": "inline"}).is("data.status_details.reason", "ok").lacks("data.expires_at")
	id := made.Str("data.id")
	if paykey := made.Str("data.paykey"); paykey == "" || strings.Contains(made.Text, "000123456789") {
		t.Errorf("the answer is %s", made.Text)
	}
	if got := c.get("/paykeys/" + id).ok(http.StatusOK); got.Str("data.created_at") != made.Str("data.created_at") || got.Str("data.paykey") != made.Str("data.paykey") {
		t.Errorf("it is read as %s", got.Text)
	}
	record := w.record(customer)
	if len(record.Banks) != 1 || record.Banks[0].ExternalID != "b-1" || !record.Banks[0].IsDefault || string(record.Banks[0].Meta) != `{"a":"1"}` {
		t.Errorf("the record has %+v", record.Banks)
	}
	w.Clock.Advance(time.Second)
	native := testkit.UsBank("000987654321")
	bank, err := w.Svc.Instruments.AddBank(t.Context(), w.caller(w.platform.ID), record.ID.String(), testkit.Input[fields.BankInput](t, native))
	testkit.Must(t, err)
	list := c.get("/paykeys").ok(http.StatusOK).is("meta.total_items", 2.0)
	if got := list.Str("data.1.label"); !strings.HasSuffix(got, "****4321") || !strings.Contains(list.Str("data.1.paykey"), bank.ID) {
		t.Errorf("the bank of the native API is %s", list.Text)
	}
}

// A bank account's missing and unsupported fields are named in the vendor's shape.
func TestABankAccountNamesItsFaults(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	customer := c.create(person(1)).Str("data.id")
	for _, row := range []struct {
		members object
		names   []string
	}{
		{object{"customer_id": absent}, []string{"customer_id"}},
		{object{"account_number": absent, "routing_number": absent}, []string{"account_number", "routing_number"}},
		{object{"account_type": absent}, []string{"account_type"}},
		{object{"account_type": "loan", "routing_number": "123456789"}, []string{"account_type", "routing_number"}},
		{object{"account_number": "12"}, []string{"account_number"}},
		{object{"metadata": object{strings.Repeat("k", 41): "v"}}, []string{"metadata"}},
		{object{"config": object{"sandbox_outcome": "rejected"}}, []string{"config.sandbox_outcome"}},
		{object{"config": object{"processing_method": "later"}}, []string{"config.processing_method"}},
	} {
		t.Run(fmt.Sprint(row.names), func(t *testing.T) {
			c := c.in(t)
			c.do(http.MethodPost, "/bridge/bank_account", account(customer, row.members)).refused(http.StatusUnprocessableEntity, "/validation_error", row.names...)
		})
	}
	c.do(http.MethodPost, "/bridge/bank_account", `{}`).refused(http.StatusBadRequest, "/bad_request", "CustomerId", "AccountNumber")
	c.do(http.MethodPost, "/bridge/bank_account", account(customer, object{"account_number": 5})).refused(http.StatusBadRequest, "/bad_request", "AccountNumber")
	for _, nobody := range []any{"65be9a3f-1c2d-8000-8000-4e5f60718293", "x", uuidOf(w.platform)} {
		c.do(http.MethodPost, "/bridge/bank_account", account(nobody)).refused(http.StatusNotFound, "/not_found")
	}
	w.as(testkit.Party{Keys: testkit.PairOf(secret.New("none"))}).do(http.MethodPost, "/bridge/bank_account", account(customer)).refused(http.StatusUnauthorized, "/unauthorized")
	rejected := c.create(person(2, object{"config": object{"sandbox_outcome": "rejected"}})).Str("data.id")
	c.do(http.MethodPost, "/bridge/bank_account", account(rejected)).refused(http.StatusUnprocessableEntity, "/validation_error").
		is("error.detail", "A customer that is rejected cannot have a new paykey.").lacks("error.items")
	if got := c.get("/paykeys").ok(http.StatusOK).ids(); len(got) != 0 {
		t.Errorf("refused and there: %v", got)
	}
}

// Canceling a paykey disables its bank in every API; a repeat changes nothing.
func TestCancelAPaykey(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	customer := c.create(person(1)).Str("data.id")
	path := "/paykeys/" + c.link(account(customer)).Str("data.id")
	for _, body := range []any{object{"reason": "the account was closed"}, object{"reason": nil}, nil} {
		c.do(http.MethodPut, path+"/cancel", body).ok(http.StatusOK).is("data.status", "inactive").is("data.status_details.reason", "cancel_request")
	}
	c.get(path).ok(http.StatusOK).is("data.status", "inactive")
	record := w.record(customer)
	last := record.Outbox[len(record.Outbox)-1]
	if record.Banks[0].Active || last.Type != "bank.updated" || last.Reason != "the account was closed" {
		t.Errorf("the bank is %+v, told as %s because %q", record.Banks[0], last.Type, last.Reason)
	}
	c.do(http.MethodPut, path+"/cancel", object{"reason": strings.Repeat("x", 257)}).refused(http.StatusUnprocessableEntity, "/validation_error", "reason")
	inactive := c.link(account(customer)).Str("data.id")
	c.do(http.MethodPut, "/customers/"+customer, changed(person(1), object{"status": "inactive"})).ok(http.StatusOK)
	c.do(http.MethodPut, "/paykeys/"+inactive+"/cancel", nil).refused(http.StatusUnprocessableEntity, "/validation_error").
		is("error.detail", "Customers with status Inactive cannot be changed.")
	c.do(http.MethodPost, "/bridge/bank_account", account(customer)).refused(http.StatusUnprocessableEntity, "/validation_error")
}

// Lists hold the paykeys of all customers of the account, filtered, sorted and in pages.
func TestListPaykeys(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	var all, customers []string
	for i := range 3 {
		w.Clock.Advance(time.Minute)
		customers = append(customers, c.create(person(i)).Str("data.id"))
		all = append(all, c.link(account(customers[i], object{"external_id": "b-" + strconv.Itoa(i), "account_number": "00012345678" + strconv.Itoa(i)})).Str("data.id"))
	}
	c.do(http.MethodPut, "/paykeys/"+all[1]+"/cancel", nil).ok(http.StatusOK)
	c.get("/paykeys").ok(http.StatusOK).is("meta.sort_by", "created_at").is("meta.sort_order", "asc").is("meta.page_size", 100.0).is("response_type", "array").lacks("data.0.metadata")
	for query, want := range map[string][]string{
		"":                                      all,
		"page_size=0&page_number=0":             all,
		"sort_order=desc":                       {all[2], all[1], all[0]},
		"sort_by=institution_name":              all,
		"page_size=2&page_number=2":             {all[2]},
		"page_size=2&page_number=3":             nil,
		"customer_id=" + customers[1]:           {all[1]},
		"status=active":                         {all[0], all[2]},
		"status=inactive%2Creview":              {all[1]},
		"status=blocked":                        nil,
		"source=plaid":                          nil,
		"source=plaid&source=bank_account":      all,
		"unblock_eligible=true":                 nil,
		"search_text=B-2":                       {all[2]},
		"search_text=" + all[0]:                 {all[0]},
		"created_from=2026-03-05":               nil,
		"created_to=2026-03-04T10:17:30Z":       {all[0], all[1]},
		"created_from=2026-03-04T10%3A18%3A00Z": {all[2]},
	} {
		t.Run(query, func(t *testing.T) {
			c := c.in(t)
			if got := c.get("/paykeys?" + query).ok(http.StatusOK).ids(); strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("%s lists %v, want %v", query, got, want)
			}
		})
	}
	c.get("/paykeys?page_size=2").ok(http.StatusOK).is("meta.total_items", 3.0).is("meta.total_pages", 2.0)
	for query, name := range map[string]string{"status=odd": "status", "sort_by=name": "sort_by", "page_size=x": "page_size", "unblock_eligible=yes": "unblock_eligible"} {
		t.Run(query, func(t *testing.T) {
			c := c.in(t)
			c.get("/paykeys?"+query).refused(http.StatusBadRequest, "/bad_request", name)
		})
	}
	c.get("/paykeys?page_size=1001").refused(http.StatusUnprocessableEntity, "/validation_error", "page_size")
}

// Paykeys of other accounts are answered like paykeys that do not exist, and so are the
// account's own banks; nothing of theirs changes.
func TestPaykeysOfOthers(t *testing.T) {
	t.Parallel()
	w := install(t)
	mine, theirs := w.as(w.platform), w.as(w.other)
	customer := theirs.create(person(1)).Str("data.id")
	id := theirs.link(account(customer)).Str("data.id")
	own, err := w.Svc.Instruments.AddBank(t.Context(), w.caller(w.platform.ID), "", testkit.Input[fields.BankInput](t, testkit.UsBank("000987654321")))
	testkit.Must(t, err)
	before := w.record(customer)
	const missing = "65be9a3f-1c2d-8000-8000-4e5f60718293"
	for _, path := range []string{"/paykeys/", "/paykeys?customer_id="} {
		named := id
		if strings.Contains(path, "?") {
			named = customer
		}
		foreign, none := mine.get(path+named).refused(http.StatusNotFound, "/not_found"), mine.get(path+missing)
		if foreign.bare() != none.bare() {
			t.Errorf("of others: %s\nof nobody: %s", foreign.bare(), none.bare())
		}
	}
	foreign, none := mine.do(http.MethodPut, "/paykeys/"+id+"/cancel", nil), mine.do(http.MethodPut, "/paykeys/"+missing+"/cancel", nil)
	if foreign.bare() != none.bare() || foreign.Status != http.StatusNotFound {
		t.Errorf("of others: %s\nof nobody: %s", foreign.bare(), none.bare())
	}
	mine.do(http.MethodPost, "/bridge/bank_account", account(customer)).refused(http.StatusNotFound, "/not_found")
	mine.get("/paykeys/"+own.ID[:8]+"-"+own.ID[8:12]+"-8000-8000-"+own.ID[12:]).refused(http.StatusNotFound, "/not_found")
	mine.get("/paykeys?customer_id="+uuidOf(w.platform)).refused(http.StatusNotFound, "/not_found")
	if got := mine.get("/paykeys").ok(http.StatusOK).ids(); len(got) != 0 {
		t.Errorf("the list has %v", got)
	}
	if after := w.record(customer); after.Version != before.Version {
		t.Error("the customer of others changed")
	}
}

// Operations that are not offered answer 404 in the vendor's shape.
func TestTheRestOfPaykeys(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	path := "/paykeys/" + c.link(account(c.create(person(1)).Str("data.id"))).Str("data.id")
	for _, route := range []string{
		"GET " + path + "/unmasked", "GET " + path + "/reveal", "GET " + path + "/review", "PATCH " + path + "/review", "PUT " + path + "/refresh_balance",
		"PUT " + path + "/refresh_review", "PATCH " + path + "/unblock", "POST /bridge/initialize", "POST /bridge/plaid", "POST /bridge/quiltt", "POST /bridge/tan",
	} {
		method, to, _ := strings.Cut(route, " ")
		c.do(method, to, object{}).refused(http.StatusNotFound, "/not_found")
	}
}

// An idempotency key makes one bank, however often it is sent.
func TestLinkingOnce(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform, "Idempotency-Key", "link-me-once")
	customer := w.as(w.platform).create(person(1)).Str("data.id")
	first, second := c.link(account(customer)), c.link(account(customer))
	if first.Text != second.Text || second.Header.Get("Idempotent-Replayed") != "true" || len(w.record(customer).Banks) != 1 {
		t.Errorf("%s\n%s\n%+v", first.Text, second.Text, w.record(customer).Banks)
	}
}
