package dwolla_test

import (
	"encoding/json"
	"net/http"
	"testing"
)

// A customer whose review waits has a link to what it waits for; a customer whose document
// is under review, and a verified one, have none.
func TestCustomersSayWhatTheirReviewWaitsFor(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	for name, row := range map[string]struct {
		body                    object
		code, message, relation string
	}{
		"retry":          {w.personal(object{"firstName": "retry"}), "Required", "Full SSN required.", "retry-verification"},
		"business retry": {w.business(object{"businessName": "retry"}), "Required", "Full SSN required.", "retry-with-full-ssn"},
		"kba":            {w.personal(object{"firstName": "kba"}), "Required", "Answers to knowledge questions required.", "verify-kba"},
		"document":       {w.personal(object{"firstName": "document"}), "Required", "Document required.", "verify-with-document"},
	} {
		t.Run(name, func(t *testing.T) {
			c := c.in(t)
			one := c.make("/customers", row.body)
			shown := c.get(one)
			shown.is("_embedded.errors.0.code", row.code).is("_embedded.errors.0.message", row.message)
			links, _ := shown.At("_embedded.errors.0._links").(object)
			all, _ := shown.At("_links").(object)
			if links[row.relation] == nil || all[row.relation] == nil {
				t.Errorf("the links are %v of %v", links, all)
			}
		})
	}
	c.get(c.make("/customers", w.personal())).is("status", "verified").lacks("_embedded")
	waits := c.make("/customers", w.personal(object{"firstName": "document"}))
	c.upload(waits+"/documents", "license", "a.png", "image/png", png).created()
	c.get(waits).is("status", "document").lacks("_embedded")
}

// Every link of every answer leads to a resource, from the root on, in every state of a
// customer and of a bank; and none offers to move money.
func TestNoLinkLeadsNowhere(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	plain := c.make("/customers", w.unverified())
	for _, name := range []string{"verified", "retry", "kba", "document", "suspended"} {
		c.make("/customers", w.personal(object{"firstName": name}))
	}
	c.post(c.make("/customers", w.unverified()), object{"status": "deactivated"}).ok(200)
	c.make("/customers", w.unverified(object{"type": "receive-only"}))
	c.make("/customers", w.business(object{"businessName": "retry"}))
	paper := c.make("/customers", w.business(object{"businessName": "document"}))
	c.upload(paper+"/documents", "other", "a.png", "image/png", png).created()
	firm := c.make("/customers", w.business())
	c.make(firm+"/beneficial-owners", ownerBody())
	c.make(firm+"/beneficial-owners", ownerBody(object{"firstName": "document"}))
	source := func(number string) string {
		return c.make(plain+"/funding-sources", bank(object{"accountNumber": number}))
	}
	source("1111")
	c.make(source("2222")+"/micro-deposits", nil)
	proven, failed := source("3333"), source("4444")
	c.make(proven+"/micro-deposits", nil)
	c.post(proven+"/micro-deposits", amounts("0.03", "0.09")).ok(200)
	c.make(failed+"/micro-deposits", nil)
	for range 3 {
		c.post(failed+"/micro-deposits", amounts("0.09", "0.09"))
	}
	c.post(source("5555"), object{"removed": true}).ok(200)
	c.make("/webhook-subscriptions", object{"url": "https://hooks.example/in", "secret": "long enough to keep"})
	c.make("/customers", w.unverified())
	w.relay()

	seen, queue := map[string]bool{w.URL + "/": true}, []string{w.URL + "/"}
	for len(queue) > 0 {
		href := queue[0]
		queue = queue[1:]
		a := c.do(http.MethodGet, href, nil)
		if a.Status >= 500 || a.Status == http.StatusNotFound {
			t.Errorf("%s answers %d", href, a.Status)
		}
		var whole any
		if err := json.Unmarshal([]byte(a.Text), &whole); err != nil {
			t.Fatalf("%s answers %s", href, a.Text)
		}
		eachLink(whole, func(name, to string) {
			switch name {
			case "send", "receive", "transfer-send", "transfer-receive", "transfer-to-balance", "transfer-from-balance":
				t.Errorf("%s offers %s", href, name)
			}
			if !seen[to] {
				seen[to], queue = true, append(queue, to)
			}
		})
	}
	if len(seen) < 50 {
		t.Errorf("only %d links were followed", len(seen))
	}
}

// eachLink passes every link in an answer to do, wherever it stands.
func eachLink(whole any, do func(name, href string)) {
	switch whole := whole.(type) {
	case []any:
		for _, one := range whole {
			eachLink(one, do)
		}
	case object:
		found, _ := whole["_links"].(object)
		for name, one := range found {
			if link, ok := one.(object); ok {
				href, _ := link["href"].(string)
				do(name, href)
			}
		}
		for _, one := range whole {
			eachLink(one, do)
		}
	}
}
