package console

import (
	"net/http"

	"tenantry/customers"
	"tenantry/plans"
)

// tab is one of the pages about a customer, at /console/customers/{id}/<key>.
type tab struct {
	// key is the last part of the path, empty for the first tab.
	key, text string
	// shown reports whether there is such a tab for the customer; nil for always.
	shown func(v *visit) bool
	serve handler
	// below are the further pages and actions of the tab, by their pattern below its path:
	// `GET /new`, `POST /{part}/default`.
	below map[string]handler
}

// customerTabs lists the tabs in their order. To add one, add it here.
func customerTabs() []tab {
	return []tab{
		{key: "", text: "Overview", serve: showOverview},
		{key: "children", text: "Customers", shown: hasChildren, serve: showChildren},
		{key: "profile", text: "Profile", serve: showProfile},
		{key: "entity", text: "Legal entity", shown: isNoOperator, serve: showEntity, below: entityActions},
		{key: "banks", text: "Banks", shown: isNoOperator, serve: showBanks, below: bankActions},
		{key: "cards", text: "Cards", shown: isNoOperator, serve: showCards, below: cardActions},
		{key: "documents", text: "Documents", shown: isNoOperator, serve: showDocuments, below: documentActions},
		{key: "identity", text: "Identity", shown: isNoOperator, serve: showIdentity, below: identityActions},
		{key: "onboarding", text: "Onboarding", shown: isNoOperator, serve: showLinks, below: onboardingActions},
		{key: "users", text: "Users", serve: showUsers, below: userActions},
		{key: "keys", text: "Keys", shown: seesKeys, serve: showKeys, below: keyActions},
		{key: "webhooks", text: "Webhooks", serve: showWebhooks, below: webhookActions},
		{key: "events", text: "Events", serve: showEvents, below: eventActions},
		{key: "settings", text: "Settings", serve: showSettings, below: settingsActions},
	}
}

func hasChildren(v *visit) bool {
	return v.app.View.Plan(v.customer).Has(plans.CreateCustomers) && v.customer.Status != customers.StatusCreated
}

func isNoOperator(v *visit) bool { return !v.shell.Customer.Operator }

// tabs returns the links to the tabs of the customer that the page is about.
func (v *visit) tabs() (list []entry) {
	for _, one := range customerTabs() {
		if one.shown == nil || one.shown(v) {
			path := v.at(one.key)
			current := v.r.URL.Path == path || one.key != "" && len(v.r.URL.Path) > len(path) && v.r.URL.Path[:len(path)+1] == path+"/"
			list = append(list, entry{Key: one.key, Path: path, Text: one.text, Current: current})
		}
	}
	return list
}

// handleTabs registers the tabs and what is below them.
func (c *Console) handleTabs(mux *http.ServeMux) {
	const root = "/console/customers/{id}"
	for _, one := range customerTabs() {
		path := root
		if one.key != "" {
			path += "/" + one.key
		}
		mux.HandleFunc("GET "+path, c.signed(aboutOne(one.serve)))
		for pattern, serve := range one.below {
			method, below, _ := cut(pattern)
			mux.HandleFunc(method+" "+path+below, c.signed(aboutOne(serve)))
		}
	}
}
