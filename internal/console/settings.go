package console

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/settings"
	"tenantry/tenancy"
)

var settingsActions = map[string]handler{
	"GET /edit":   showEditSettings,
	"POST /edit":  saveSettings,
	"GET /pages":  showPageSettings,
	"POST /pages": savePageSettings,
}

// setting is one setting as people read it.
type setting struct {
	// path is its path below settings, kind bool, choice or seconds.
	path, kind, label, text string
	// builtIn is what holds where nothing was set.
	builtIn string
	// policy reports that no account sets its own.
	policy bool
}

var allSettings = []setting{
	{path: "events.enabled", kind: "bool", label: "Send events", text: "Whether webhooks are sent what happens.", builtIn: "No"},
	{path: "events.includeChildren", kind: "bool", label: "Include customers below", text: "Whether webhooks are sent what happens below too.", builtIn: "Yes"},
	{path: "customers.allowDataUnmask", kind: "bool", label: "Read sensitive values", text: "Whether the account may read tax and account numbers in full.", builtIn: "No", policy: true},
	{path: "customers.allowIdentitySkip", kind: "bool", label: "Skip reviews", text: "Whether the account may create customers without an identity review.", builtIn: "No", policy: true},
	{path: "customers.allowDuplicateEmail", kind: "bool", label: "Repeat e-mail addresses", text: "Whether customers may share an address in dialects that refuse it otherwise.", builtIn: "No", policy: true},
	{path: "customers.uniqueEmail", kind: "bool", label: "Unique e-mail addresses", text: "Whether every dialect refuses an address that the account has already.", builtIn: "No", policy: true},
	{path: "customers.accountsOnly", kind: "bool", label: "Accounts only", text: "Whether reviewed customers must be created below an account of its own.", builtIn: "No", policy: true},
	{path: "customers.identityDecidedBy", kind: "choice", label: "Who decides reviews", text: "Of the customers below the account.", builtIn: "As the mode says", policy: true},
	{path: "customers.maximumKeyLifetimeSeconds", kind: "seconds", label: "Longest life of keys", text: "Every key that is minted ends by itself after that.", builtIn: "No end", policy: true},
}

// settingRow is a setting with its value and where that comes from.
type settingRow struct {
	Label, Text, Path, Value, From string
	Set                            bool
}

func showSettings(v *visit) error {
	own, err := v.settingRows("settings", v.customer.Settings)
	if err != nil {
		return err
	}
	handed, err := v.settingRows("defaultSettings", v.customer.DefaultSettings)
	if err != nil {
		return err
	}
	pages, err := v.pageRows()
	if err != nil {
		return err
	}
	v.curl("GET", "/v3/customers/"+v.id(), nil)
	return v.show("settings", map[string]any{
		"Pages": pages, "Own": own, "Handed": handed, "Parent": hasChildren(v), "Webhooks": len(v.customer.Settings.Receivers()), "At": v.at("settings"), "Hooks": v.at("webhooks"),
		"MayWrite": v.can(tenancy.CustomersWrite),
	})
}

// settingRows returns settings with where each value comes from.
func (v *visit) settingRows(name string, set *settings.Settings) ([]settingRow, error) {
	values, err := settingValues(set)
	if err != nil {
		return nil, err
	}
	var above map[string]string
	source := "the account above"
	if name == "settings" {
		parent, err := v.parent()
		if err != nil {
			return nil, err
		}
		if parent != nil {
			source = parent.Name
			if above, err = settingValues(parent.DefaultSettings); err != nil {
				return nil, err
			}
		}
	}
	var list []settingRow
	for _, one := range allSettings {
		value, isSet := values[one.path]
		row := settingRow{Label: one.label, Text: one.text, Path: name + "." + one.path, Value: one.builtIn, From: "Built in", Set: isSet}
		if isSet {
			row.Value, row.From = one.shown(value), "Set here"
			handed, was := above[one.path]
			switch {
			case name != "settings":
			case was && handed == value:
				row.From = "As " + source + " hands down to new customers"
			case one.policy && !v.customer.Parent.IsZero():
				row.From = "Set by " + source
			}
		}
		list = append(list, row)
	}
	for _, path := range slices.Sorted(maps.Keys(values)) { // such as one of a later release
		if strings.HasPrefix(path, "branding.") || strings.HasPrefix(path, "onboarding.") {
			continue // stand below, with their form
		}
		if !slices.ContainsFunc(allSettings, func(one setting) bool { return one.path == path }) {
			list = append(list, settingRow{Label: words(path), Path: name + "." + path, Value: values[path], From: "Set here", Set: true})
		}
	}
	return list, nil
}

// settingValues returns what is set, by its path.
func settingValues(set *settings.Settings) (map[string]string, error) {
	values, err := flat(set)
	if _, found := values["customers.maximumKeyLifetimeSeconds"]; found {
		values["customers.maximumKeyLifetimeSeconds"] = strconv.Itoa(*set.Customers.MaximumKeyLifetimeSeconds) // not as a float
	}
	return values, err
}

// parent returns the customer above, nil where it is out of the person's reach.
func (v *visit) parent() (*customers.Customer, error) {
	if v.customer.Parent.IsZero() || v.customer.ID == v.own.ID {
		return nil, nil
	}
	parent, err := v.app.Lifecycle.Get(v.r.Context(), v.caller, v.customer.Parent.String())
	if fault.IsNotFound(err) {
		return nil, nil
	}
	return parent, err
}

// shown returns a value as people read it.
func (s setting) shown(value string) string {
	switch {
	case value == "true":
		return "Yes"
	case value == "false":
		return "No"
	case s.kind == "seconds":
		seconds, err := strconv.Atoi(value)
		if err != nil {
			return value
		}
		if life := time.Duration(seconds) * time.Second; life >= 48*time.Hour && life%(24*time.Hour) == 0 {
			return fmt.Sprint(int(life/(24*time.Hour)), " days")
		}
		return fmt.Sprint(seconds, " seconds")
	default:
		return capital(value)
	}
}

// mayChange returns the settings that the person may change: an account sets no policy of
// its own.
func (v *visit) mayChange(name string) (list []setting) {
	above := tenancy.IsAbove(v.own, v.customer)
	for _, one := range allSettings {
		if !one.policy || above || name == "defaultSettings" {
			list = append(list, one)
		}
	}
	return list
}

// settingsNames are the two objects of settings that the form has.
func (v *visit) settingsNames() []string {
	if hasChildren(v) {
		return []string{"settings", "defaultSettings"}
	}
	return []string{"settings"}
}

func (v *visit) settingsParts() (parts []part) {
	titles := map[string][2]string{
		"settings":        {"Of this customer", "What is not set is as it is built in."},
		"defaultSettings": {"Of new customers below", "Copied when a customer is created that brings no settings of its own."},
	}
	for _, name := range v.settingsNames() {
		p := part{key: name, title: titles[name][0], text: titles[name][1]}
		for _, one := range v.mayChange(name) {
			at := name + "." + one.path
			switch one.kind {
			case "bool":
				p.rows = append(p.rows, []spec{f(at, one.label, []page.Choice{{Value: "", Text: "Not set: " + lowered(one.builtIn)}, {Value: "true", Text: "Yes"}, {Value: "false", Text: "No"}}, "hint="+one.text)})
			case "choice":
				p.rows = append(p.rows, []spec{f(at, one.label, []page.Choice{{Value: "", Text: "Not set: " + lowered(one.builtIn)}, {Value: settings.DecidedByOperator, Text: "The operator"}, {Value: settings.DecidedByPlatform, Text: "The account"}}, "hint="+one.text)})
			default:
				p.rows = append(p.rows, []spec{f(at, one.label, "optional", "inputmode=numeric", "unit=seconds", "hint="+one.text+" 60 to 31536000.")})
			}
		}
		parts = append(parts, p)
	}
	return parts
}

// changedMeanwhile is said of a form whose customer is not as it was shown any more.
const changedMeanwhile = "Somebody else changed this customer meanwhile. What you typed is still here: look at it again, and save to put it on top."

func lowered(text string) string { return strings.ToLower(text[:1]) + text[1:] }

func (v *visit) settingsForm() customerForm {
	v.curl("PATCH", "/v3/customers/"+v.id(), map[string]any{"settings": map[string]any{"events": map[string]any{"enabled": true}}})
	return customerForm{Title: "Settings", Action: v.at("settings/edit"), Back: v.at("settings"), Button: "Save", Version: v.customer.Version}
}

// settingsAsStored returns the values of the form's fields as they are stored.
func (v *visit) settingsAsStored() (map[string]string, error) {
	stored := map[string]string{}
	for name, set := range map[string]*settings.Settings{"settings": v.customer.Settings, "defaultSettings": v.customer.DefaultSettings} {
		values, err := settingValues(set)
		if err != nil {
			return nil, err
		}
		for path, value := range values {
			stored[name+"."+path] = value
		}
	}
	return stored, nil
}

func showEditSettings(v *visit) error {
	stored, err := v.settingsAsStored()
	if err != nil {
		return err
	}
	parts := v.settingsParts()
	return v.writeForm(formOf(stored, namesOf(parts)), v.settingsForm(), parts, nil)
}

func saveSettings(v *visit) error {
	parts, form := v.settingsParts(), page.Typed(v.r.PostForm)
	stored, err := v.settingsAsStored()
	if err != nil {
		return err
	}
	body := settingsBody(v.r.PostForm, namesOf(parts), stored)
	return v.saveSettingsOf(form, body, func(refusal error) error { return v.writeForm(form, v.settingsForm(), parts, refusal) })
}

// saveSettingsOf changes the customer by what a form of settings says, unless somebody else
// changed it since the form was loaded; again writes the form once more with a refusal.
func (v *visit) saveSettingsOf(form *page.Form, body map[string]any, again func(refusal error) error) error {
	in := lifecycle.UpdateInput{CustomerID: v.id()}
	if version, err := strconv.ParseInt(form.Value("version"), 10, 64); err == nil {
		in.IfVersions = []int64{version}
	}
	in.Sent, in.Reading = decode(body, &in.Input)
	if in.Reading != nil && fault.KindOf(in.Reading) != fault.Invalid {
		return in.Reading
	}
	_, err := v.app.Lifecycle.Update(v.r.Context(), v.caller, in)
	if fault.KindOf(err) == fault.PreconditionFailed {
		form.Add("", changedMeanwhile)
		return again(errShown)
	}
	if err != nil {
		return again(err)
	}
	return v.done("The settings were saved.", v.at("settings"))
}

// settingsBody returns what differs from what is stored, as the native API takes it.
func settingsBody(values url.Values, names []string, stored map[string]string) map[string]any {
	body := map[string]any{}
	for _, name := range names {
		text := strings.TrimSpace(values.Get(name))
		if !values.Has(name) || text == stored[name] {
			continue
		}
		var value any = text
		switch {
		case text == "":
			value = nil
		case text == "true" || text == "false":
			value = text == "true"
		case strings.HasSuffix(name, "Seconds"):
			if _, err := strconv.Atoi(text); err == nil {
				value = json.Number(text)
			}
		}
		put(body, strings.Split(name, "."), value)
	}
	return body
}
