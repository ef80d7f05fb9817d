package console

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/customers/view"
	"tenantry/internal/console/page"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

var identityActions = map[string]handler{
	"POST /refresh": refreshIdentity,
	"GET /decide":   showDecide,
	"POST /decide":  decideIdentity,
}

// module is a part of a provider's report.
type module struct {
	Name, Decision, Correlation string
	// Score is the risk, from 0 to 1; empty for none.
	Score string
	Codes []code
	// Facts are figures that speak for or against the customer.
	Facts []fact
	// Fields are those that were compared.
	Fields []match
}

type code struct{ Code, Text string }

type match struct {
	Field string
	OK    bool
}

// modulesOf returns a report as people read it, what speaks against the customer first,
// with what each code means.
func modulesOf(i view.IdentityView) []module {
	if i.Report == nil {
		return nil
	}
	explain := func(list []string) (codes []code) {
		for _, one := range list {
			codes = append(codes, code{one, i.Messages[one]})
		}
		return codes
	}
	var list []module
	if kyc := i.Report.KYC; kyc != nil {
		m := module{Name: "Person", Decision: kyc.Decision, Codes: explain(kyc.Codes)}
		for _, field := range slices.Sorted(maps.Keys(kyc.Validations)) {
			m.Fields = append(m.Fields, match{field, kyc.Validations[field]})
		}
		list = append(list, m)
	}
	for _, name := range slices.Sorted(maps.Keys(i.Report.Breakdown)) {
		one := i.Report.Breakdown[name]
		list = append(list, module{Name: words(name), Decision: one.Decision, Correlation: words(one.Correlation), Score: scored(one.RiskScore), Codes: explain(one.Codes)})
	}
	if list2 := i.Report.WatchList; list2 != nil {
		m := module{Name: "Watch lists", Decision: list2.Decision, Codes: explain(list2.Codes)}
		for _, name := range list2.Matched {
			m.Codes = append(m.Codes, code{"Match", name})
		}
		for _, match := range list2.Matches {
			text := match.ListName
			if len(match.MatchFields) > 0 {
				text += ", by " + strings.ToLower(strings.Join(wordsOf(match.MatchFields), ", "))
			}
			if match.Correlation != "" {
				text += " (" + lowered(words(match.Correlation)) + ")"
			}
			m.Codes = append(m.Codes, code{"Match", text})
		}
		list = append(list, m)
	}
	if alerts := i.Report.NetworkAlerts; alerts != nil {
		m := module{Name: "Warnings of others", Decision: alerts.Decision, Codes: explain(alerts.Codes)}
		for _, text := range alerts.Alerts {
			m.Codes = append(m.Codes, code{"Alert", text})
		}
		list = append(list, m)
	}
	if reputation := i.Report.Reputation; reputation != nil {
		list = append(list, module{
			Name: "Reputation", Decision: reputation.Decision, Score: scored(reputation.RiskScore), Codes: explain(reputation.Codes), Facts: insightsOf(reputation.Insights),
		})
	}
	weight := map[string]int{reviews.Reject: 0, reviews.NeedsReview: 1}
	slices.SortStableFunc(list, func(a, b module) int {
		w := func(m module) int {
			if at, found := weight[m.Decision]; found {
				return at
			}
			return 2
		}
		return w(a) - w(b)
	})
	return list
}

// scored returns a score as people read it.
func scored(score *float64) string {
	if score == nil {
		return ""
	}
	return strconv.FormatFloat(*score, 'f', 2, 64)
}

// insightsOf returns the figures of a reputation, by their words.
func insightsOf(i *reviews.Insights) (facts []fact) {
	if i == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(i.Counts)) {
		facts = append(facts, fact{words(name), strconv.Itoa(i.Counts[name]), false})
	}
	for _, name := range slices.Sorted(maps.Keys(i.Amounts)) {
		facts = append(facts, fact{words(name), strconv.FormatFloat(i.Amounts[name], 'f', 2, 64) + " USD", false})
	}
	for _, name := range slices.Sorted(maps.Keys(i.Dates)) {
		facts = append(facts, fact{words(name), strings.Join(i.Dates[name], ", "), false})
	}
	return facts
}

// wordsOf returns names as people read them.
func wordsOf(names []string) (list []string) {
	for _, name := range names {
		list = append(list, words(name))
	}
	return list
}

// deskOf is what the pages of a review show.
func (v *visit) deskOf() (map[string]any, error) {
	found, err := v.app.Identity.Identity(v.r.Context(), v.caller, v.id())
	if err != nil {
		return nil, err
	}
	slices.Reverse(found.Decisions)
	above := tenancy.IsAbove(v.own, v.customer)
	return map[string]any{
		"Identity": found, "Modules": modulesOf(found), "At": v.at("identity"),
		"MayDecide":  above && v.can(tenancy.IdentityDecide) && found.Status == reviews.IdentityReview,
		"MayRefresh": above && v.can(tenancy.IdentityDecide),
		"Person":     v.user.Username,
	}, nil
}

func showIdentity(v *visit) error {
	data, err := v.deskOf()
	if err != nil {
		return err
	}
	v.curl("GET", "/v3/customers/"+v.id()+"/identity", nil)
	return v.show("identity", data)
}

func refreshIdentity(v *visit) error {
	found, err := v.app.Identity.RefreshIdentity(v.r.Context(), v.caller, v.id())
	if err != nil {
		return err
	}
	return v.done("Reviewed again: "+strings.ToLower(identityWord(found.Status))+".", v.at("identity"))
}

func (v *visit) decideData(form *page.Form, to string) map[string]any {
	return map[string]any{"Form": form, "To": to, "Action": v.at("identity/decide"), "Back": v.back("identity"), "From": v.r.FormValue("from"), "Live": !v.options.Sandbox}
}

func showDecide(v *visit) error {
	to := v.r.URL.Query().Get("to")
	if to != "rejected" {
		to = "verified"
	}
	v.curl("POST", "/v3/customers/"+v.id()+"/identity/decision", map[string]any{"status": to, "reason": "…"})
	return v.show("decide", v.decideData(&page.Form{}, to))
}

func decideIdentity(v *visit) error {
	form := page.Typed(v.r.PostForm)
	in := identity.DecisionInput{Status: patch.Of(form.Value("status"))}
	if reason := strings.TrimSpace(form.Value("reason")); reason != "" {
		in.Reason = patch.Of(reason)
	}
	found, err := v.app.Identity.DecideIdentity(v.r.Context(), v.caller, v.id(), in)
	if err != nil {
		return v.again("decide", form, v.decideData(form, form.Value("status")), err)
	}
	to := v.at("identity")
	if form.Value("from") == "desk" {
		if to, err = v.nextReview(v.customer); err != nil {
			return err
		}
	}
	return v.done(v.customer.Name+" is "+strings.ToLower(identityWord(found.Status))+".", to)
}
