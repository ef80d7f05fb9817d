package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/dwolla/status"
	straddlestatus "tenantry/internal/dialect/straddle/status"
)

// condition is a filter with what it means.
type condition struct {
	filter rows.Filter
	want   func(c *customers.Customer) bool
}

// terms returns what a filter wants of free data, given as path, value, path, value.
func terms(pairs ...string) (wanted [rows.MostMetaTerms]customers.MetaTerm) {
	for i := 0; i < len(pairs); i += 2 {
		wanted[i/2] = customers.MetaTerm{Path: pairs[i], Value: pairs[i+1]}
	}
	return wanted
}

func filtering() []guarantee {
	return []guarantee{
		{"each filter alone and every two together pass exactly what they say", func(e *env) {
			mine := e.market()
			single := conditions()
			for i, one := range single {
				e.passes(mine, one)
				for _, other := range single[i+1:] {
					if both, ok := and(one, other); ok {
						e.passes(mine, both)
					}
				}
			}
		}},
		{"all filters together pass exactly what they say", func(e *env) {
			mine := e.market()
			all := conditions()[0]
			for _, other := range conditions()[1:] {
				if both, ok := and(all, other); ok {
					all = both
				}
			}
			e.passes(mine, all)
		}},
		{"a filtered list of the operator's reach passes the same of every tenant", func(e *env) {
			e.market()
			page := e.page(rows.Query{Under: e.operator.ID, Deep: true, Limit: 100, Count: true, Filter: rows.Filter{MerchantKey: "mk-1"}})
			if page.Total != 2 || len(page.Customers) != 2 || page.Customers[0].Tenant == page.Customers[1].Tenant {
				e.Errorf("there are %d rows (total %d): %s", len(page.Customers), page.Total, labels(page.Customers))
			}
		}},
	}
}

// market inserts a dozen children of a that share values in many combinations, with the
// same below b, and returns those of a.
func (e *env) market() (mine []*customers.Customer) {
	e.Helper()
	statuses := []customers.Status{customers.StatusActive, customers.StatusDisabled, customers.StatusLocked}
	for i := range 12 {
		shape := With(func(c *customers.Customer) {
			c.Status = statuses[i%3]
			c.PlanKey = []string{"payer", "merchant"}[i%2]
			c.MerchantKey, c.ExternalID = fmt.Sprint("mk-", i), fmt.Sprint("x-", i/2)
			c.Name = fmt.Sprintf("Shop %d %s", i, []string{"Café", "cafe", "CAFÉ", "bar"}[i%4])
			c.Email = []string{"One@Example.com", "two@example.com", "ONE@example.COM"}[i/4]
			c.PartyType = customers.PartyTypes()[i%2]
			c.Identity.Status = []reviews.IdentityStatus{
				reviews.IdentityVerified, reviews.IdentityReview, reviews.IdentityPending, reviews.IdentityRejected, reviews.IdentityNone,
			}[i%5]
			c.EnrollmentType = []customers.EnrollmentType{customers.EnrollmentPersonal, customers.EnrollmentBusiness, customers.EnrollmentUnverified, ""}[i%4]
			c.PlanStatus = []string{"verified", "unverified", ""}[i%3]
			if i%5 == 1 {
				c.Webhooks = []customers.Webhook{{ID: e.missing(), URL: "https://hooks.example/in", Created: opened, Disabled: &opened}}
			}
			c.PlanNeeded = [][]string{{"bankDrops"}, {"underwritingData", "merchant.businessUrl", "bankDrops"}, nil, {"identityReview"}}[i%4]
			c.Contact = &customers.Contact{Phone: fmt.Sprint("+1212867530", i%10)}
			c.LegalEntity = &customers.LegalEntity{BusinessName: fmt.Sprint("Legal No. ", i/3)}
			c.Meta = fmt.Appendf(nil, `{"crmId":%d,"a.b":"Zoë","$deep":{"tags":["t%d","all"],"trial":%t},"rate":1.50}`, i/4, i%3, i%2 == 0)
			c.Created = opened.Add(time.Duration(i) * time.Millisecond)
			c.LastUpdated = opened.Add(time.Duration(20-i) * time.Second)
		})
		mine = append(mine, e.child(e.a, Bare(), shape))
		e.child(e.b, Bare(), shape)
	}
	return mine
}

func conditions() []condition {
	from, to, since := opened.Add(3*time.Millisecond), opened.Add(9*time.Millisecond), opened.Add(12*time.Second)
	return []condition{
		{rows.Filter{Status: customers.StatusActive}, func(c *customers.Customer) bool { return c.Status == customers.StatusActive }},
		{rows.Filter{Status: customers.StatusCreated}, func(*customers.Customer) bool { return false }},
		{rows.Filter{PlanKey: "merchant"}, func(c *customers.Customer) bool { return c.PlanKey == "merchant" }},
		{rows.Filter{MerchantKey: "mk-3"}, func(c *customers.Customer) bool { return c.MerchantKey == "mk-3" }},
		{rows.Filter{MerchantKey: "mk-"}, func(*customers.Customer) bool { return false }},
		{rows.Filter{ExternalID: "x-1"}, func(c *customers.Customer) bool { return c.ExternalID == "x-1" }},
		{rows.Filter{Email: "oNE@example.com"}, func(c *customers.Customer) bool { return strings.EqualFold(c.Email, "one@example.com") }},
		{rows.Filter{Email: "one@example"}, func(*customers.Customer) bool { return false }},
		{rows.Filter{Name: "CAFÉ"}, func(c *customers.Customer) bool {
			return strings.HasSuffix(c.Name, "Café") || strings.HasSuffix(c.Name, "CAFÉ")
		}},
		{rows.Filter{PartyStatuses: straddlestatus.SetOf(straddlestatus.Verified, straddlestatus.Inactive)}, func(c *customers.Customer) bool {
			return straddlestatus.Of(c) == straddlestatus.Verified || straddlestatus.Of(c) == straddlestatus.Inactive
		}},
		{rows.Filter{PartyTypes: customers.PartyTypesOf(customers.PartyBusiness)}, func(c *customers.Customer) bool { return c.PartyType == customers.PartyBusiness }},
		{rows.Filter{EnrollmentStatuses: status.SetOf(status.Verified, status.Deactivated, status.Unverified)}, func(c *customers.Customer) bool {
			return status.Of(c) == status.Verified || status.Of(c) == status.Deactivated || status.Of(c) == status.Unverified
		}},
		{rows.Filter{EnrollmentStatuses: status.SetOf(status.KBA)}, func(*customers.Customer) bool { return false }},
		{rows.Filter{Search: "+12128675303"}, func(c *customers.Customer) bool { return c.Contact.Phone == "+12128675303" }},
		{rows.Filter{Search: "legal no. 2"}, func(c *customers.Customer) bool { return c.LegalEntity.BusinessName == "Legal No. 2" }},
		{rows.Filter{Search: "CAFÉ"}, func(c *customers.Customer) bool { return strings.Contains(customers.SearchText(c), "café") }},
		{rows.Filter{IdentityStatus: reviews.IdentityReview}, func(c *customers.Customer) bool { return c.Identity.Status == reviews.IdentityReview }},
		{rows.Filter{IdentityStatus: reviews.IdentityKBA}, func(*customers.Customer) bool { return false }},
		{rows.Filter{PlanStatus: "unverified"}, func(c *customers.Customer) bool { return c.PlanStatus == "unverified" }},
		{rows.Filter{Needed: "bankDrops"}, func(c *customers.Customer) bool { return slices.Contains(c.PlanNeeded, "bankDrops") }},
		{rows.Filter{Webhooks: rows.WebhooksDisabled}, func(c *customers.Customer) bool { return len(c.Webhooks) > 0 }},
		{rows.Filter{Needed: "bank"}, func(*customers.Customer) bool { return false }},
		{rows.Filter{Text: "Shop caf"}, func(c *customers.Customer) bool { return strings.Contains(customers.Fold(c.Name), "caf") }},
		{rows.Filter{Text: "mk-3"}, func(c *customers.Customer) bool { return c.MerchantKey == "mk-3" }},
		{rows.Filter{Meta: terms("crmId", "1")}, func(c *customers.Customer) bool { return strings.Contains(string(c.Meta), `"crmId":1,`) }},
		{rows.Filter{Meta: terms("$deep.tags", "t2")}, func(c *customers.Customer) bool { return strings.Contains(string(c.Meta), `"t2"`) }},
		{rows.Filter{Meta: terms("$deep.trial", "true", "a.b", "Zoë", "rate", "1.5")}, func(c *customers.Customer) bool { return strings.Contains(string(c.Meta), "true") }},
		{rows.Filter{Meta: terms("crmId", "")}, func(*customers.Customer) bool { return false }},
		{rows.Filter{CreatedFrom: from}, func(c *customers.Customer) bool { return !c.Created.Before(from) }},
		{rows.Filter{CreatedTo: to}, func(c *customers.Customer) bool { return !c.Created.After(to) }},
		{rows.Filter{UpdatedFrom: since}, func(c *customers.Customer) bool { return !c.LastUpdated.Before(since) }},
	}
}

// passes tests that of the children of a exactly those pass that should.
func (e *env) passes(mine []*customers.Customer, one condition) {
	e.Helper()
	var want []*customers.Customer
	for _, c := range mine {
		if one.want(c) {
			want = append(want, c)
		}
	}
	if e.lists(e.a, one.filter, want...); e.Failed() {
		e.Fatalf("with the filter %+v", one.filter)
	}
}

// and joins two conditions; ok is false if both are about the same field.
func and(x, y condition) (both condition, ok bool) {
	f, g := x.filter, y.filter
	clash := []bool{
		f.Status != "" && g.Status != "", f.PlanKey != "" && g.PlanKey != "", f.MerchantKey != "" && g.MerchantKey != "",
		f.ExternalID != "" && g.ExternalID != "", f.Email != "" && g.Email != "", f.Name != "" && g.Name != "",
		!f.CreatedFrom.IsZero() && !g.CreatedFrom.IsZero(), !f.CreatedTo.IsZero() && !g.CreatedTo.IsZero(),
		!f.UpdatedFrom.IsZero() && !g.UpdatedFrom.IsZero(), f.PartyStatuses != 0 && g.PartyStatuses != 0, f.PartyTypes != 0 && g.PartyTypes != 0,
		f.Search != "" && g.Search != "", f.EnrollmentStatuses != 0 && g.EnrollmentStatuses != 0, !f.Meta[0].IsZero() && !g.Meta[0].IsZero(),
		f.IdentityStatus != "" && g.IdentityStatus != "", f.PlanStatus != "" && g.PlanStatus != "", f.Needed != "" && g.Needed != "", f.Webhooks != "" && g.Webhooks != "", f.Text != "" && g.Text != "",
	}
	if slices.Contains(clash, true) {
		return condition{}, false
	}
	f.Status += g.Status
	f.PlanKey += g.PlanKey
	f.MerchantKey += g.MerchantKey
	f.ExternalID += g.ExternalID
	f.Email += g.Email
	f.Name += g.Name
	f.PartyStatuses |= g.PartyStatuses
	f.PartyTypes |= g.PartyTypes
	f.Search += g.Search
	f.EnrollmentStatuses |= g.EnrollmentStatuses
	f.IdentityStatus += g.IdentityStatus
	f.PlanStatus += g.PlanStatus
	f.Needed += g.Needed
	f.Webhooks += g.Webhooks
	f.Text += g.Text
	if f.Meta[0].IsZero() {
		f.Meta = g.Meta
	}
	f.CreatedFrom = either(f.CreatedFrom, g.CreatedFrom)
	f.CreatedTo = either(f.CreatedTo, g.CreatedTo)
	f.UpdatedFrom = either(f.UpdatedFrom, g.UpdatedFrom)
	return condition{f, func(c *customers.Customer) bool { return x.want(c) && y.want(c) }}, true
}

func either(x, y time.Time) time.Time {
	if x.IsZero() {
		return y
	}
	return x
}
