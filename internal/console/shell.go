package console

import (
	"encoding/json"
	"strings"

	"tenantry/customers"
	"tenantry/plans"
	"tenantry/tenancy"
)

// shell is what the frame of the console shows around a page.
type shell struct {
	Person, Role string
	// Own is the customer that the person belongs to; Acting the one that is acted for.
	Own, Acting account
	Nav         []entry
	Crumbs      []account
	// Customer is the head of the pages about one customer, nil for others.
	Customer *head
	Tabs     []entry
	Query    string
	// Curl is the request of the native API that shows or does the same; empty for none.
	Curl    string
	Version string
}

// account names a customer.
type account struct{ ID, Name string }

// entry is a link of a menu.
type entry struct {
	Key, Path, Text, Icon string
	Current               bool
	Count                 int
}

// head is what stands above every page about one customer.
type head struct {
	ID, Name, Email, Status, Plan, PlanStatus, Identity string
	Operator, Self                                      bool
	MayCreate, MayEdit, MaySwitch, MayDelete            bool
}

// begin fills in what every page shows.
func (v *visit) begin() {
	own := account{v.own.ID.String(), v.own.Name}
	v.shell = shell{
		Person: v.user.Username, Role: string(v.user.Role), Own: own, Acting: own, Version: v.options.Version,
	}
	parent := v.app.View.Plan(v.own).Has(plans.CreateCustomers)
	add := func(shown bool, key, path, text, icon string) {
		if shown {
			current := v.r.URL.Path == path || path != "/console" && strings.HasPrefix(v.r.URL.Path, path+"/")
			v.shell.Nav = append(v.shell.Nav, entry{Key: key, Path: path, Text: text, Icon: icon, Current: current})
		}
	}
	add(true, "home", "/console", "Home", "home")
	add(parent, "customers", "/console/customers", "Customers", "tree")
	add(parent, "reviews", "/console/reviews", "Reviews", "review")
	add(true, "account", "/console/customers/"+own.ID, "Own account", "account")
	add(tenancy.IsOperator(v.own), "system", "/console/system", "System", "system")
	for i := range v.shell.Nav { // the own account is a customer too
		if v.shell.Nav[i].Key == "customers" && strings.HasPrefix(v.r.URL.Path, "/console/customers/"+own.ID) {
			v.shell.Nav[i].Current = false
		}
	}
}

// introduce fills in what stands above the pages about a customer.
func (v *visit) introduce() error {
	c := v.customer
	status := v.app.View.PlanStatus(c)
	self := c.ID == v.own.ID
	above := tenancy.IsAbove(v.own, c)
	v.shell.Acting = account{c.ID.String(), c.Name}
	v.shell.Customer = &head{
		ID: c.ID.String(), Name: c.Name, Email: c.Email, Status: string(c.Status), Plan: status.Plan, PlanStatus: status.Status,
		Identity: string(c.Identity.Status), Operator: tenancy.IsOperator(c), Self: self,
		MayCreate: v.can(tenancy.CustomersWrite) && v.app.View.Plan(c).Has(plans.CreateCustomers) && c.Status == customers.StatusActive,
		MayEdit:   v.can(tenancy.CustomersWrite), MaySwitch: above && v.can(tenancy.CustomersStatus), MayDelete: above && v.can(tenancy.CustomersDelete),
	}
	// The way down to the customer begins at the person's own one: what is above it has no
	// name here.
	v.shell.Crumbs = nil
	if !self {
		for i, id := range c.Path {
			if id == v.own.ID {
				v.shell.Crumbs = append(v.shell.Crumbs, account{v.own.ID.String(), v.own.Name})
				for _, between := range c.Path[i+1:] {
					one, err := v.app.Lifecycle.Get(v.r.Context(), v.caller, between.String())
					if err != nil {
						return err
					}
					v.shell.Crumbs = append(v.shell.Crumbs, account{one.ID.String(), one.Name})
				}
			}
		}
	}
	v.shell.Tabs = v.tabs()
	v.curl("GET", "/v3/customers/"+v.id(), nil)
	return nil
}

// curl notes the request of the native API that shows or does the same as the page. The key
// is left as a variable.
func (v *visit) curl(method, path string, body any) {
	var b strings.Builder
	b.WriteString("curl -sS ")
	if method != "GET" {
		b.WriteString("-X " + method + " ")
	}
	b.WriteString("'" + v.kit.Absolute(v.r, "") + path + "' \\\n  -H \"Authorization: Bearer $TENANTRY_KEY\" \\\n  -H 'X-CUSTOMER-ID: " + v.shell.Own.ID + "'")
	if body != nil {
		text, err := json.MarshalIndent(body, "  ", "  ")
		if err == nil {
			b.WriteString(" \\\n  -H 'Content-Type: application/json' \\\n  -d '" + strings.ReplaceAll(string(text), "'", `'\''`) + "'")
		}
	}
	v.shell.Curl = b.String()
}
