package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/plans"
	"tenantry/tenancy"
)

// row is a customer in a list or in the tree.
type row struct {
	ID, Name, Email, Status, Plan, PlanStatus, Identity, MerchantKey string
	Created                                                          view.Stamp
	// Children is how many customers are right below it, when that was counted.
	Children int64
	// Parent reports whether it may have customers below it.
	Parent bool
	Needed int
}

func (v *visit) row(c *customers.Customer) row {
	status := v.app.View.PlanStatus(c)
	return row{
		ID: c.ID.String(), Name: c.Name, Email: c.Email, Status: string(c.Status), Plan: status.Plan, PlanStatus: status.Status,
		Identity: string(c.Identity.Status), MerchantKey: c.MerchantKey, Created: view.Stamp(c.Created),
		Parent: v.app.View.Plan(c).Has(plans.CreateCustomers), Needed: len(status.Requirements),
	}
}

// branch is the customers right below one of them.
type branch struct {
	ID, Name string
	Rows     []row
	Total    any // page.Total
	// Next continues the branch; empty on its last page.
	Next string
}

// pageOfTree is how many customers a branch shows at once.
const pageOfTree = 25

// branchOf reads a page of the customers below one, with the numbers of those below each.
func (v *visit) branchOf(c *customers.Customer, cursor string) (branch, error) {
	order := rows.Order{By: rows.ByName, Ascending: true}
	found, err := v.app.Lifecycle.List(v.r.Context(), v.acting(c), lifecycle.ListInput{Order: order, Limit: pageOfTree, Cursor: cursor, ChildCounts: true})
	if err != nil {
		return branch{}, err
	}
	b := branch{ID: c.ID.String(), Name: c.Name, Total: page.Total(found.Total, found.AtLeast)}
	for i, child := range found.Customers {
		one := v.row(child)
		one.Children = found.ChildCounts[i].N
		b.Rows = append(b.Rows, one)
	}
	if found.NextCursor != "" {
		b.Next = "/console/customers/" + b.ID + "/branch?cursor=" + url.QueryEscape(found.NextCursor)
	}
	return b, nil
}

// showTree shows the customers below the person's own one, a branch at a time.
func showTree(v *visit) error {
	b, err := v.branchOf(v.own, v.r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	v.curl("GET", "/v3/customers?order=name", nil)
	return v.show("tree", map[string]any{"Branch": b, "MayCreate": v.can(tenancy.CustomersWrite), "Own": v.shell.Own})
}

// showBranch shows what is below a customer: to a script that branch alone.
func showBranch(v *visit) error {
	b, err := v.branchOf(v.customer, v.r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	p := v.page("branch", map[string]any{"Branch": b})
	if v.r.Header.Get("HX-Request") != "" {
		p.Fragment = "branch-rows"
	}
	v.pages.Write(v.w, v.r, p)
	return nil
}

// listPage is a filtered list of customers.
type listPage struct {
	Title, Path string
	Form        *page.Form
	Fields      []page.Field
	Rows        []row
	Total       any // page.Total
	Next        string
	Deep        bool
	Damaged     int
	MayCreate   bool
}

// showChildren lists the customers below one, filtered as the query says.
func showChildren(v *visit) error {
	query := v.r.URL.Query()
	form := page.Typed(query)
	in := lifecycle.ListInput{
		Deep: query.Get("deep") == "true", Cursor: query.Get("cursor"), Limit: 50,
		Filter: rows.Filter{
			Status: customers.Status(query.Get("status")), PlanKey: query.Get("planKey"), Search: query.Get("q"),
			IdentityStatus: reviews.IdentityStatus(query.Get("identityStatus")), PlanStatus: query.Get("planStatus"),
		},
		Order: orderOf(query.Get("order")),
	}
	found, err := v.app.Lifecycle.List(v.r.Context(), v.acting(v.customer), in)
	if err != nil {
		return err
	}
	shown := listPage{Path: v.at("children"), Form: form, Total: page.Total(found.Total, found.AtLeast), Deep: in.Deep, Damaged: len(found.Damaged), MayCreate: v.shell.Customer.MayCreate}
	for _, c := range found.Customers {
		shown.Rows = append(shown.Rows, v.row(c))
	}
	if found.NextCursor != "" {
		next := url.Values{}
		for _, name := range []string{"deep", "status", "planKey", "planStatus", "identityStatus", "q", "order"} {
			if query.Get(name) != "" {
				next.Set(name, query.Get(name))
			}
		}
		next.Set("cursor", found.NextCursor)
		shown.Next = shown.Path + "?" + next.Encode()
	}
	available, err := v.plans(v.acting(v.customer), "Any plan")
	if err != nil {
		return err
	}
	for _, one := range []spec{
		f("q", "Contains", "type=search"), f("status", "Status", []page.Choice{{Value: "", Text: "Any"}, {Value: "active", Text: "Active"}, {Value: "created", Text: "Created"}, {Value: "disabled", Text: "Disabled"}, {Value: "locked", Text: "Locked"}}),
		f("planKey", "Plan", available), f("planStatus", "Complete", []page.Choice{{Value: "", Text: "Any"}, {Value: "verified", Text: "Verified"}, {Value: "unverified", Text: "Incomplete"}}),
		f("identityStatus", "Identity", identityChoices()), f("order", "Order", []page.Choice{{Value: "", Text: "Newest first"}, {Value: "oldest", Text: "Oldest first"}, {Value: "name", Text: "By name"}, {Value: "changed", Text: "Last changed"}}),
		f("deep", "Depth", []page.Choice{{Value: "", Text: "Right below"}, {Value: "true", Text: "At any depth"}}),
	} {
		field, err := page.NewField(form, one.name, one.label, one.options...)
		if err != nil {
			return err
		}
		shown.Fields = append(shown.Fields, field)
	}
	v.shell.Curl = strings.Replace(v.shell.Curl, "/v3/customers/"+v.id()+"'", "/v3/customers'", 1)
	v.shell.Curl = strings.Replace(v.shell.Curl, "X-CUSTOMER-ID: "+v.shell.Own.ID, "X-CUSTOMER-ID: "+v.id(), 1)
	return v.show("children", shown)
}

func orderOf(name string) rows.Order {
	switch name {
	case "oldest":
		return rows.Order{By: rows.ByCreated, Ascending: true}
	case "name":
		return rows.Order{By: rows.ByName, Ascending: true}
	case "changed":
		return rows.Order{By: rows.ByLastUpdated}
	default:
		return rows.Order{By: rows.ByCreated}
	}
}

// plans returns the plans that the subject of a caller may hand out, behind a choice of
// none with the given text, if there is one.
func (v *visit) plans(caller tenancy.Caller, none string) ([]page.Choice, error) {
	available, err := v.app.Lifecycle.Plans(caller)
	if err != nil {
		return nil, err
	}
	var choices []page.Choice
	if none != "" {
		choices = append(choices, page.Choice{Text: none})
	}
	for _, plan := range available {
		choices = append(choices, page.Choice{Value: plan.Key, Text: plan.Name})
	}
	return choices, nil
}

// showSearch looks for customers by what people know of them.
func showSearch(v *visit) error {
	text := strings.TrimSpace(v.r.URL.Query().Get("q"))
	v.shell.Query = text
	shown := map[string]any{"Text": text}
	v.curl("GET", "/v3/customers?deep=true", nil)
	if text != "" {
		found, more, err := v.search(text)
		if err != nil {
			return err
		}
		if len(found) == 1 && v.r.URL.Query().Get("stay") == "" {
			v.kit.Redirect(v.w, v.r, "/console/customers/"+found[0].ID)
			return nil
		}
		shown["Rows"], shown["More"] = found, more
		v.curl("GET", "/v3/customers?deep=true&q="+url.QueryEscape(text), nil)
	}
	return v.show("search", shown)
}

// mostFound is how many customers a search shows.
const mostFound = 50

// search looks by id, merchant key, free data (path=value), and then by words of names,
// e-mail addresses, phone numbers and keys, and their beginnings.
func (v *visit) search(text string) (found []row, more bool, err error) {
	seen := map[string]bool{}
	add := func(c *customers.Customer) {
		if !seen[c.ID.String()] {
			seen[c.ID.String()] = true
			found = append(found, v.row(c))
		}
	}
	if _, err := tenancy.ParseID(strings.ToLower(text)); err == nil {
		c, err := v.app.Lifecycle.Get(v.r.Context(), v.caller, strings.ToLower(text))
		if err == nil {
			add(c)
			return found, false, nil
		}
		if !fault.IsNotFound(err) {
			return nil, false, err
		}
	}
	filters := []rows.Filter{{MerchantKey: text}, {Text: text}}
	if path, value, given := strings.Cut(text, "="); given {
		filters = []rows.Filter{{Meta: [rows.MostMetaTerms]customers.MetaTerm{{Path: strings.TrimSpace(path), Value: strings.TrimSpace(value)}}}}
	}
	for _, filter := range filters {
		page, err := v.app.Lifecycle.List(v.r.Context(), v.caller, lifecycle.ListInput{Deep: true, Filter: filter, Limit: mostFound, Uncounted: true})
		if err != nil {
			return nil, false, err
		}
		for _, c := range page.Customers {
			add(c)
		}
		more = more || page.NextCursor != ""
	}
	return found, more, nil
}

// customerForm is the page that makes or changes a customer.
type customerForm struct {
	Title, Lead, Action, Back, Button string
	Form                              *page.Form
	Sections                          []section
	Version                           int64
	// Upload reports that a field takes a file.
	Upload bool
}

// newParts are the sections of a new customer.
func (v *visit) newParts(c *customers.Customer) ([]part, error) {
	available, err := v.plans(v.acting(c), "")
	if err != nil {
		return nil, err
	}
	parts := profileParts(available)
	for _, more := range [][]part{entityParts("", ""), merchantParts(), {
		{key: "bank", title: "Bank", text: "Where it is paid out. Two small deposits prove it.", folded: true, rows: bankRows("defaultBank.")},
		{key: "user", title: "First user", text: "An administrator who may sign in to this console for it.", folded: true, rows: [][]spec{
			{f("username", "User name", "autocomplete=off"), f("password", "Password", "type=password", "autocomplete=new-password", "hint=At least 8 characters.")},
		}},
		metaPart(),
	}} {
		parts = append(parts, more...)
	}
	for i := range parts {
		parts[i].folded = i > 1
	}
	return parts, nil
}

func showNew(v *visit) error {
	parts, err := v.newParts(v.customer)
	if err != nil {
		return err
	}
	form := page.NewForm()
	if !v.shell.Customer.Operator { // below a platform stand merchants as a rule
		form.Values.Set("planKey", "merchant")
	}
	return v.writeNew(form, parts, nil)
}

func (v *visit) writeNew(form *page.Form, parts []part, refusal error) error {
	shown := customerForm{
		Title: "New customer", Lead: "Below " + v.customer.Name + ". Name, e-mail and plan are enough to begin; the rest can come later, or by an onboarding link.",
		Action: v.at("new"), Back: v.at(""), Button: "Create the customer",
	}
	v.curl("POST", "/v3/customers", map[string]any{"name": "…", "email": "…", "planKey": "…"})
	return v.writeForm(form, shown, parts, refusal)
}

// statusOf returns the status of a page that shows a form with a refusal.
func statusOf(err error) int {
	switch fault.KindOf(err) {
	case fault.Conflict, fault.PreconditionFailed:
		return http.StatusConflict
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.RateLimited:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusUnprocessableEntity
	}
}

// onlyPreset reports whether a bank holds nothing but what its form comes with.
func onlyPreset(bank map[string]any) bool {
	for name := range bank {
		if name != "country" && name != "currency" {
			return false
		}
	}
	return true
}

func createCustomer(v *visit) error {
	parts, err := v.newParts(v.customer)
	if err != nil {
		return err
	}
	form := page.Typed(v.r.PostForm)
	var in lifecycle.CreateInput
	body, err := bodyOf(v.r.PostForm, namesOf(parts), nil)
	if bank, ok := body["defaultBank"].(map[string]any); ok && onlyPreset(bank) {
		delete(body, "defaultBank")
	}
	if err == nil {
		_, err = decode(body, &in.Input)
	}
	if in.Reading = err; err != nil && fault.KindOf(err) != fault.Invalid {
		return err
	}
	made, err := v.app.Lifecycle.Create(v.r.Context(), v.acting(v.customer), in)
	if err != nil {
		return v.writeNew(form, parts, err)
	}
	if made.Keys.Secret.Empty() {
		return v.done(made.Customer.Name+" was created.", "/console/customers/"+made.Customer.ID.String())
	}
	return v.showMade(made.Customer, made.Keys.Publishable, made.Keys.Secret)
}

// showMade shows the keys of a new customer, once.
func (v *visit) showMade(c *customers.Customer, publishable, secretKey secret.Text) error {
	v.customer = c
	if err := v.introduce(); err != nil {
		return err
	}
	return v.show("made", map[string]any{"ID": c.ID.String(), "Name": c.Name, "Publishable": publishable.Reveal(), "Secret": secretKey.Reveal()})
}

// editParts are the sections of a customer that is there.
func (v *visit) editParts() ([]part, map[string]string, error) {
	shown, err := v.app.View.View(v.caller, v.customer)
	if err != nil {
		return nil, nil, err
	}
	was, err := flat(shown)
	if err != nil {
		return nil, nil, err
	}
	var available []page.Choice
	if tenancy.IsAbove(v.own, v.customer) {
		if available, err = v.plans(v.caller, ""); err != nil {
			return nil, nil, err
		}
		if !slices.ContainsFunc(available, func(one page.Choice) bool { return one.Value == shown.PlanKey }) {
			available = append(available, page.Choice{Value: shown.PlanKey, Text: shown.PlanName})
		}
	}
	parts := profileParts(available)
	if !v.shell.Customer.Operator {
		parts = append(parts, entityParts(was["legalEntity.last4BusinessTaxId"], was["legalEntity.last4PersonalTaxId"])...)
		parts = append(parts, merchantParts()...)
	}
	return append(parts, metaPart()), was, nil
}

func showEdit(v *visit) error {
	parts, was, err := v.editParts()
	if err != nil {
		return err
	}
	return v.writeEdit(formOf(was, namesOf(parts)), parts, v.customer.Version, nil)
}

func (v *visit) writeEdit(form *page.Form, parts []part, version int64, refusal error) error {
	shown := customerForm{
		Title: "Edit", Lead: "An empty field clears what is stored; numbers that are not shown stay unless you type another.",
		Action: v.at("edit"), Back: v.at(""), Button: "Save", Version: version,
	}
	v.curl("PATCH", "/v3/customers/"+v.id(), map[string]any{"name": v.customer.Name})
	return v.writeForm(form, shown, parts, refusal)
}

func saveCustomer(v *visit) error {
	parts, was, err := v.editParts()
	if err != nil {
		return err
	}
	form := page.Typed(v.r.PostForm)
	version, err := strconv.ParseInt(form.Value("version"), 10, 64)
	if err != nil {
		version = v.customer.Version
	}
	in := lifecycle.UpdateInput{CustomerID: v.id(), IfVersions: []int64{version}}
	body, err := bodyOf(v.r.PostForm, namesOf(parts), was)
	if err == nil {
		in.Sent, err = decode(body, &in.Input)
	}
	if in.Reading = err; err != nil && fault.KindOf(err) != fault.Invalid {
		return err
	}
	_, err = v.app.Lifecycle.Update(v.r.Context(), v.caller, in)
	if fault.KindOf(err) == fault.PreconditionFailed {
		// What was typed stays; sent once more it is put on top of what others did.
		form.Add("", changedMeanwhile)
		return v.writeEdit(form, parts, v.customer.Version, errShown)
	}
	if err != nil {
		return v.writeEdit(form, parts, version, err)
	}
	return v.done("Saved.", v.at("profile"))
}

// errShown is a refusal that the form shows already.
var errShown = shownError{fault.New(fault.Conflict, fault.CodePrecondition, "")}

type shownError struct{ error }

func (e shownError) Unwrap() error { return e.error }

// cut divides a pattern into its method and its path.
func cut(pattern string) (method, path string, found bool) { return strings.Cut(pattern, " ") }
