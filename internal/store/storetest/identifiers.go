package storetest

import (
	"strings"

	"tenantry/customers"
	"tenantry/customers/rows"
)

// lookalikes returns identifiers that some collation, trimming or truncation would take
// for another one of the list.
func lookalikes() []string {
	long := strings.Repeat("k", 511)
	return []string{
		"Key-1", "key-1", "KEY-1", "key-1 ", " key-1", "key-1\t", "key-1\u00a0", "key-1\u200b", "ke\u0301y", "k\u00e9y", "kéY",
		"key", "key-10", "key-1.0", "1", "01", "1.0", "１", "stra\u00dfe", "strasse", "\u0131d", "id", "ID", "\u0130D",
		long + "a", long + "b", long, "K", "\u212a", "a.b", "a$b", "$a", "%", "_", "*",
	}
}

func identifying() []guarantee {
	return []guarantee{
		{"claims are compared byte for byte", func(e *env) {
			claims := map[string]rows.Reservation{}
			for i, key := range lookalikes() {
				claims[key] = e.taken(e.claim("merchantKey:"+key, e.a, i))
			}
			for key, claim := range claims {
				e.held(claim)
				e.must(e.store.Release(e.Context(), claim), "releasing")
				e.free(claim.Key)
				delete(claims, key)
			}
		}},
		{"merchant keys and external ids are compared byte for byte", func(e *env) {
			texts := lookalikes()
			records := e.rows(texts, func(c *customers.Customer, text string) { c.MerchantKey, c.ExternalID = text, text })
			for i, text := range texts {
				e.lists(e.a, rows.Filter{MerchantKey: text}, records[i])
				e.lists(e.a, rows.Filter{ExternalID: text}, records[i])
			}
		}},
		{"plan keys and statuses are compared byte for byte", func(e *env) {
			records := e.rows([]string{"payer", "Payer", "payer "}, func(c *customers.Customer, text string) {
				c.PlanKey, c.Status = text, customers.Status(text)
			})
			for _, c := range records {
				e.lists(e.a, rows.Filter{PlanKey: c.PlanKey}, c)
				e.lists(e.a, rows.Filter{Status: c.Status}, c)
			}
		}},
	}
}
