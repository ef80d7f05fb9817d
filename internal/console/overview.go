package console

import (
	"sort"
	"strings"
	"time"

	"tenantry/plans"
	"tenantry/tenancy"
)

// need is a requirement as a checklist shows it.
type need struct {
	plans.Requirement
	// Where is the page that sees to it, Act the word of its link.
	Where, Act string
}

// needOf adds to a requirement the page on which to see to it.
func (v *visit) needOf(r plans.Requirement) need {
	n := need{Requirement: r, Act: "Add"}
	field := "#f-" + strings.ReplaceAll(r.Path, ".", "-")
	switch head, _, _ := strings.Cut(r.Path, "."); {
	case r.Path == "identity":
		n.Where, n.Act = v.at("identity"), "Open"
	case head == "defaultBank":
		n.Where, n.Act = v.at("banks"), "Open"
	case head == "documents" || strings.Contains(r.Code, "document"):
		n.Where, n.Act = v.at("documents"), "Open"
	case head == "ownership" || strings.Contains(r.Path, "additionalOwners"):
		n.Where, n.Act = v.at("entity"), "Open"
	default:
		n.Where = v.at("edit") + field
	}
	if !v.can(tenancy.CustomersWrite) {
		n.Act = "Show"
	}
	if strings.Contains(n.Remedy, "/v3/") {
		n.Remedy = "" // words for programs: the button does it
	}
	return n
}

// overview is the first page about a customer.
type overview struct {
	Status   plans.Status
	Needs    []need
	Done     []string
	Features []feature
	Facts    []fact
	Children []stat
	// MayOnboard reports whether there is a button that makes an onboarding link.
	MayOnboard bool
}

type feature struct {
	Name string
	On   bool
}

// stat is a number with its name and where it is listed.
type stat struct {
	Name, Path string
	Count      int64
}

// fact is a value with its name.
type fact struct {
	Name, Value string
	Code        bool
}

// showOverview shows what a customer may do, and what it needs to do more.
func showOverview(v *visit) error {
	c := v.customer
	status := v.app.View.PlanStatus(c)
	shown := overview{Status: status, MayOnboard: v.mayOnboard()}
	for _, one := range status.Requirements {
		shown.Needs = append(shown.Needs, v.needOf(one))
	}
	for verification, state := range status.Verifications {
		if state == plans.Verified {
			shown.Done = append(shown.Done, verification)
		}
	}
	sort.Strings(shown.Done)
	for name, on := range status.Features {
		shown.Features = append(shown.Features, feature{name, on})
	}
	sort.Slice(shown.Features, func(i, j int) bool { return shown.Features[i].Name < shown.Features[j].Name })
	view, err := v.app.View.View(v.caller, c)
	if err != nil {
		return err
	}
	shown.Facts = []fact{
		{"Name", view.Name, false}, {"E-mail", view.Email, false}, {"Merchant key", view.MerchantKey, true}, {"External id", view.ExternalID, true},
		{"Description", view.Description, false}, {"Created", time.Time(view.Created).UTC().Format("2 Jan 2006, 15:04 UTC"), false},
		{"Last changed", time.Time(view.LastUpdated).UTC().Format("2 Jan 2006, 15:04 UTC"), false},
	}
	if hasChildren(v) {
		summary, err := v.app.Lifecycle.Summarize(v.r.Context(), v.acting(c), true)
		if err != nil {
			return err
		}
		shown.Children = statsOf(summary, v.at("children")+"?deep=true")
	}
	return v.show("overview", shown)
}

// group is facts under a heading.
type group struct {
	Title string
	Facts []fact
	Empty bool
}

// groupsOf returns what is stored as a form would show it.
func groupsOf(parts []part, was map[string]string) []group {
	var list []group
	for _, p := range parts {
		g := group{Title: p.title, Empty: true}
		for _, row := range p.rows {
			for _, one := range row {
				value := was[one.name]
				if name := one.name; hidden[name] {
					value = ""
					at := strings.LastIndexByte(name, '.') + 1
					if last4 := was[name[:at]+"last4"+strings.ToUpper(name[at:at+1])+name[at+1:]]; last4 != "" {
						value = "•••• " + last4
					}
				}
				for _, option := range one.options {
					if choices, ok := option.([]pageChoice); ok {
						for _, choice := range choices {
							if value != "" && choice.Value == value {
								value = choice.Text
							}
						}
					}
				}
				g.Empty = g.Empty && value == ""
				g.Facts = append(g.Facts, fact{one.label, value, one.name == "meta" || strings.HasSuffix(one.name, "Key") || strings.HasSuffix(one.name, "Id")})
			}
		}
		list = append(list, g)
	}
	return list
}

// stored returns what is stored of the customer by the paths of the native API.
func (v *visit) stored() (map[string]string, error) {
	shown, err := v.app.View.View(v.caller, v.customer)
	if err != nil {
		return nil, err
	}
	was, err := flat(shown)
	if err == nil {
		was["planKey"] = shown.PlanName
	}
	return was, err
}

func showProfile(v *visit) error {
	was, err := v.stored()
	if err != nil {
		return err
	}
	parts := append(profileParts([]pageChoice{{}}), merchantParts()...)
	return v.show("facts", map[string]any{"Groups": groupsOf(append(parts, metaPart()), was), "Edit": v.at("edit"), "MayEdit": v.can(tenancy.CustomersWrite)})
}
