package straddle_test

import (
	"net/http"
	"slices"
	"testing"
)

// A review shows its findings with every code explained, what it waits for, and the masked
// customer; a rejection shows in the review and in the customer.
func TestReview(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	for i, row := range []struct{ outcome, decision, module string }{
		{"verified", "accept", "email"}, {"review", "review", "fraud"}, {"rejected", "reject", "synthetic"},
	} {
		t.Run(row.outcome, func(t *testing.T) {
			c := c.in(t)
			made := c.create(person(i, object{"config": object{"sandbox_outcome": row.outcome}, "compliance_profile": object{"ssn": ssn, "dob": birthDate}}))
			a := c.get("/customers/" + made.Str("data.id") + "/review").ok(http.StatusOK)
			a.is("data.customer_details.status", row.outcome).is("data.customer_details.compliance_profile.ssn", "***-**-****").
				is("data.identity_details.decision", row.decision).is("data.identity_details.breakdown."+row.module+".decision", row.decision).
				is("data.identity_details.kyc.validations.ssn", true)
			for _, path := range []string{"review_id", "created_at", "updated_at", "breakdown", "messages", "reputation.insights.accounts_count", "watch_list.decision", "network_alerts.decision"} {
				a.At("data.identity_details." + path)
			}
			messages, _ := a.At("data.identity_details.messages").(object)
			code := map[string]string{"review": "identity.review.manual", "rejected": "identity.rejected"}[row.outcome]
			if code != "" && messages[code] == nil || code == "" && messages["identity.review.manual"] != nil {
				t.Errorf("%s: what it waits for is among %v", row.outcome, messages)
			}
			breakdown, _ := a.At("data.identity_details.breakdown").(object)
			for name, module := range breakdown {
				codes, _ := module.(object)["codes"].([]any)
				for _, code := range codes {
					if messages[code.(string)] == nil {
						t.Errorf("%s: %s is not explained", name, code)
					}
				}
			}
		})
	}
	company := c.create(person(9, object{"type": "business", "compliance_profile": object{"ein": ein, "legal_business_name": "X"}}))
	c.get("/customers/"+company.Str("data.id")+"/review").ok(http.StatusOK).is("data.identity_details.breakdown.business_validation.decision", "accept").lacks("data.identity_details.kyc")
	plain := c.create(person(10, object{"type": "business"}))
	c.get("/customers/"+plain.Str("data.id")+"/review").ok(http.StatusOK).lacks("data.identity_details").is("data.customer_details.status", "verified")
}

// A review is decided once, and the decision is an event.
func TestDecision(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	for i, status := range []string{"verified", "rejected"} {
		t.Run(status, func(t *testing.T) {
			c, w := c.in(t), w.in(t)
			id := c.create(person(i, object{"config": object{"sandbox_outcome": "review"}})).Str("data.id")
			path := "/customers/" + id + "/review"
			c.do(http.MethodPatch, path, object{"status": "pending"}).refused(http.StatusUnprocessableEntity, "/validation_error", "status")
			c.do(http.MethodPatch, path, object{}).refused(http.StatusUnprocessableEntity, "/validation_error", "status")
			c.do(http.MethodPatch, path, object{"status": 5}).refused(http.StatusBadRequest, "/bad_request", "Status")
			c.do(http.MethodPatch, path, object{"status": status}).ok(http.StatusOK).is("data.status", status)
			word := map[string]string{"verified": "Verified", "rejected": "Rejected"}[status]
			c.do(http.MethodPatch, path, object{"status": "verified"}).refused(http.StatusUnprocessableEntity, "/validation_error").
				is("error.detail", "Customers with status "+word+" cannot be changed.")
			trail := w.record(id).Outbox
			if last := trail[len(trail)-1]; last.Type != "identity.decided" {
				t.Errorf("the last event is %s", last.Type)
			}
		})
	}
}

// A refresh needs no body, answers at once that it runs, and leads to a new review with
// the same outcome.
func TestRefresh(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	for i, outcome := range []string{"verified", "review", "rejected"} {
		t.Run(outcome, func(t *testing.T) {
			c, w := c.in(t), w.in(t)
			path := "/customers/" + c.create(person(i, object{"config": object{"sandbox_outcome": outcome}})).Str("data.id")
			before := c.get(path + "/review").Str("data.identity_details.review_id")
			c.do(http.MethodPut, path+"/refresh_review", nil).ok(http.StatusAccepted).is("data.status", "pending")
			c.get(path + "/review").ok(http.StatusOK).lacks("data.identity_details")
			w.runReviews()
			after := c.get(path+"/review").ok(http.StatusOK).is("data.customer_details.status", outcome).Str("data.identity_details.review_id")
			if after == before {
				t.Error("it is the same review")
			}
		})
	}
}

// A review in the background leaves the customer pending until it has run.
func TestBackgroundReview(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	path := "/customers/" + c.create(person(1, object{"config": object{"processing_method": "background", "sandbox_outcome": "rejected"}})).is("data.status", "pending").Str("data.id")
	w.runReviews()
	c.get(path).is("data.status", "rejected")
}

// The report counts all customers of the account by status; its request needs no body.
func TestTotals(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform, "Straddle-Account-Id", uuidOf(w.account))
	for i, outcome := range []string{"verified", "review", "rejected", "review", "verified", "verified"} {
		c.create(person(i, object{"config": object{"sandbox_outcome": outcome}}))
	}
	c.create(person(8, object{"config": object{"processing_method": "background"}}))
	id := c.create(person(9)).Str("data.id")
	c.do(http.MethodPut, "/customers/"+id, changed(person(9), object{"status": "inactive"})).ok(http.StatusOK)
	a := c.do(http.MethodPost, "/reports/total_customers_by_status", nil).ok(http.StatusOK).is("response_type", "object")
	a.is("data.verified", 3.0).is("data.review", 2.0).is("data.rejected", 1.0).is("data.pending", 1.0).is("data.inactive", 1.0)
	w.as(w.other).do(http.MethodPost, "/reports/total_customers_by_status", nil).ok(http.StatusOK).is("data.verified", 0.0)
	if keys := a.At("data").(object); len(keys) != 5 || slices.Contains([]any{keys["inactive"]}, nil) {
		t.Errorf("the counters are %v", keys)
	}
}
