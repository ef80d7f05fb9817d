package console

import (
	"net/url"
	"strings"

	"tenantry/customers/evidence"
	"tenantry/customers/fields"
	"tenantry/customers/view"
	"tenantry/internal/console/page"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

type pageChoice = page.Choice

// showEntity shows the business, the person behind it, and its further owners.
func showEntity(v *visit) error {
	was, err := v.stored()
	if err != nil {
		return err
	}
	owners, err := v.app.Evidence.Owners(v.r.Context(), v.caller, v.id())
	if err != nil {
		return err
	}
	ownership, err := v.app.Evidence.Ownership(v.r.Context(), v.caller, v.id())
	if err != nil {
		return err
	}
	v.curl("GET", "/v3/customers/"+v.id()+"/owners", nil)
	return v.show("entity", map[string]any{
		"Groups": groupsOf(entityParts("", ""), was), "Edit": v.at("edit"), "MayEdit": v.can(tenancy.CustomersWrite),
		"Owners": owners, "Ownership": ownership.Status, "At": v.at("entity"),
	})
}

var entityActions = map[string]handler{
	"GET /owners/new":             showNewOwner,
	"POST /owners/new":            addOwner,
	"GET /owners/{part}":          showOwner,
	"POST /owners/{part}":         saveOwner,
	"GET /owners/{part}/remove":   showRemoveOwner,
	"POST /owners/{part}/remove":  removeOwner,
	"POST /certify":               certify,
	"GET /owners/{part}/evidence": showOwner,
}

func ownerParts(last4 string) []part {
	return []part{
		{key: "owner", title: "Owner", text: "Who owns a quarter or more.", rows: append(personRows("contact."),
			[]spec{f("stakePercent", "Share", "inputmode=decimal", "unit=%", "required"), f("title", "Title", "optional")},
			[]spec{f("personalTaxId", "Tax number (SSN)", taxHint(last4), "inputmode=numeric", "autocomplete=off")})},
		{key: "ownerAddress", title: "Address", rows: addressRows("address.")},
		{key: "passport", title: "Passport", text: "Instead of a tax number, for people without one.", folded: true, rows: [][]spec{
			{f("passport.number", "Number", "autocomplete=off"), f("passport.country", "Country", countryHint, "maxlength=3")},
		}},
	}
}

func (v *visit) writeOwner(form *page.Form, path, title string, parts []part, refusal error) error {
	shown := customerForm{Title: title, Action: path, Back: v.at("entity"), Button: "Save the owner"}
	return v.writeForm(form, shown, parts, refusal)
}

func showNewOwner(v *visit) error {
	v.curl("POST", "/v3/customers/"+v.id()+"/owners", map[string]any{"contact": map[string]any{"firstName": "…", "lastName": "…"}, "stakePercent": "25"})
	return v.writeOwner(&page.Form{Values: url.Values{}}, v.at("entity/owners/new"), "New owner", ownerParts(""), nil)
}

func readOwner(v *visit, parts []part, was map[string]string) (in fields.OwnerInput, err error) {
	body, err := bodyOf(v.r.PostForm, namesOf(parts), was)
	if err == nil {
		_, err = decode(body, &in)
	}
	return in, err
}

func addOwner(v *visit) error {
	parts := ownerParts("")
	in, err := readOwner(v, parts, nil)
	if err == nil {
		_, err = v.app.Evidence.AddOwner(v.r.Context(), v.caller, v.id(), in)
	}
	if err != nil {
		return v.writeOwner(page.Typed(v.r.PostForm), v.at("entity/owners/new"), "New owner", parts, err)
	}
	return v.done("The owner was added.", v.at("entity"))
}

// part returns the reference of the owner or document that the path names.
func (v *visit) part() evidence.SubresourceRef {
	return evidence.SubresourceRef{CustomerID: v.id(), ID: v.r.PathValue("part")}
}

func (v *visit) owner() (view.OwnerView, map[string]string, error) {
	owner, err := v.app.Evidence.Owner(v.r.Context(), v.caller, v.part())
	if err != nil {
		return owner, nil, err
	}
	was, err := flat(owner)
	return owner, was, err
}

func ownerName(owner view.OwnerView) string {
	if owner.Contact == nil {
		return "Owner"
	}
	return strings.TrimSpace(owner.Contact.FirstName + " " + owner.Contact.LastName)
}

func showOwner(v *visit) error {
	owner, was, err := v.owner()
	if err != nil {
		return err
	}
	parts := ownerParts(owner.Last4PersonalTaxID)
	v.curl("GET", "/v3/customers/"+v.id()+"/owners/"+owner.ID, nil)
	return v.writeOwner(formOf(was, namesOf(parts)), v.at("entity/owners/"+owner.ID), ownerName(owner), parts, nil)
}

func saveOwner(v *visit) error {
	owner, was, err := v.owner()
	if err != nil {
		return err
	}
	parts := ownerParts(owner.Last4PersonalTaxID)
	in, err := readOwner(v, parts, was)
	if err == nil {
		_, err = v.app.Evidence.UpdateOwner(v.r.Context(), v.caller, v.part(), in)
	}
	if err != nil {
		return v.writeOwner(page.Typed(v.r.PostForm), v.at("entity/owners/"+owner.ID), ownerName(owner), parts, err)
	}
	return v.done("The owner was saved.", v.at("entity"))
}

func showRemoveOwner(v *visit) error {
	owner, _, err := v.owner()
	if err != nil {
		return err
	}
	v.curl("DELETE", "/v3/customers/"+v.id()+"/owners/"+owner.ID, nil)
	return v.show("confirm", confirmation{
		Title: "Remove " + ownerName(owner) + "?", Text: "The owner is taken out of the record, together with what was sent as evidence of it. If the owners were certified, they have to be certified again.",
		Action: v.at("entity/owners/" + owner.ID + "/remove"), Back: v.at("entity"), Button: "Remove the owner", Danger: true,
	})
}

func removeOwner(v *visit) error {
	owner, err := v.app.Evidence.RemoveOwner(v.r.Context(), v.caller, v.part())
	if err != nil {
		return err
	}
	return v.done(ownerName(owner)+" was removed.", v.at("entity"))
}

func certify(v *visit) error {
	if _, err := v.app.Evidence.CertifyOwnership(v.r.Context(), v.caller, v.id(), evidence.OwnershipInput{Status: patch.Of("certified")}); err != nil {
		return err
	}
	return v.done("The owners are certified.", v.at("entity"))
}

// confirmation is a page that says what will happen before it does.
type confirmation struct {
	Title, Text, Action, Back, Button string
	Danger                            bool
	Hidden                            map[string]string
}
