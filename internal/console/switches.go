package console

import (
	"net/url"
	"strings"

	"tenantry/customers/fields"
	"tenantry/customers/lifecycle"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// statusWords say what a status does, for the dialog that sets it.
var statusWords = map[string]map[string]string{
	"disabled": {"Title": "Disable", "Done": "disabled", "Text": "It is switched off, together with everything below it: keys, users and access tokens are refused at once. You can activate it again at any time."},
	"locked":   {"Title": "Lock", "Done": "locked", "Text": "It is held for risk or security, together with everything below it: keys, users and access tokens are refused at once, and nobody may change it. Only the operator lifts a lock."},
	"active":   {"Title": "Activate", "Done": "activated", "Text": "It may act again. Its keys and users work as before."},
}

func showStatus(v *visit) error {
	to := v.r.URL.Query().Get("to")
	words, known := statusWords[to]
	if !known {
		return fault.NotFoundError()
	}
	below, err := v.app.Lifecycle.List(v.r.Context(), v.acting(v.customer), lifecycle.ListInput{Deep: true, Limit: 1})
	if err != nil {
		return err
	}
	var live, users int
	for _, key := range v.customer.Keys {
		if key.Live(v.options.Now()) {
			live++
		}
	}
	for _, user := range v.customer.Users {
		if user.Active {
			users++
		}
	}
	v.curl("PATCH", "/v3/customers/"+v.id(), map[string]any{"status": to})
	return v.show("status", map[string]any{"To": to, "Words": words, "Below": page.Total(below.Total, below.AtLeast), "Keys": live, "Users": users, "Name": v.customer.Name, "Action": v.at("status"), "Back": v.at("")})
}

func setStatus(v *visit) error {
	to := v.r.PostForm.Get("to")
	words, known := statusWords[to]
	if !known {
		return fault.NotFoundError()
	}
	in := lifecycle.UpdateInput{Input: fields.Input{Status: patch.Of(to)}, CustomerID: v.id()}
	if _, err := v.app.Lifecycle.Update(v.r.Context(), v.caller, in); err != nil {
		return err
	}
	return v.done(v.customer.Name+" was "+words["Done"]+".", v.at(""))
}

func showDelete(v *visit) error {
	v.curl("DELETE", "/v3/customers/"+v.id(), nil)
	return v.show("delete", map[string]any{"Name": v.customer.Name, "Form": &page.Form{}, "Action": v.at("delete"), "Back": v.at("")})
}

func deleteCustomer(v *visit) error {
	form := page.Typed(v.r.PostForm)
	data := map[string]any{"Name": v.customer.Name, "Form": form, "Action": v.at("delete"), "Back": v.at("")}
	if strings.TrimSpace(form.Value("confirm")) != v.customer.Name {
		return v.again("delete", form, data, fault.New(fault.Invalid, fault.CodeValidation, "type the name as it stands above").About("confirm", fault.BadValue))
	}
	parent := "/console/customers"
	if tenancy.IsAbove(v.own, v.customer) && v.customer.Parent != v.own.ID {
		parent = "/console/customers/" + v.customer.Parent.String() + "/children"
	}
	if err := v.app.Lifecycle.Delete(v.r.Context(), v.caller, lifecycle.DeleteInput{CustomerID: v.id()}); err != nil {
		return v.again("delete", form, data, err)
	}
	return v.done(v.customer.Name+" was deleted.", parent)
}

func showUnmask(v *visit) error {
	return v.show("unmask", map[string]any{"Form": &page.Form{}, "Action": v.at("unmask"), "Back": v.at("")})
}

// unmask shows the values that are kept encrypted, once, after the audit trail has the
// reason.
func unmask(v *visit) error {
	form := page.Typed(v.r.PostForm)
	v.curl("GET", "/v3/customers/"+v.id()+"/unmasked?reason="+url.QueryEscape(form.Value("reason")), nil)
	shown, err := v.app.Lifecycle.Unmasked(v.r.Context(), v.caller, lifecycle.UnmaskInput{CustomerID: v.id(), Reason: strings.TrimSpace(form.Value("reason"))})
	data := map[string]any{"Form": form, "Action": v.at("unmask"), "Back": v.at("")}
	if err != nil {
		if fault.KindOf(err) == fault.Forbidden {
			return err
		}
		return v.again("unmask", form, data, err)
	}
	data["Shown"] = shown
	return v.show("unmask", data)
}
