package console

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/settings"
)

// The members of settings that say how pages look that customers below see, and where these
// lead; their form is apart, because a logo is a file.
const (
	brandName      = "settings.branding.name"
	brandAccent    = "settings.branding.accent"
	brandLogo      = "settings.branding.logo"
	returnHosts    = "settings.onboarding.returnHosts"
	frameAncestors = "settings.onboarding.frameAncestors"
	dropLogo       = "dropLogo"
)

// pageSetting is one of these as people read it.
type pageSetting struct {
	path, label, text, builtIn string
	// value returns what a look has of it, empty for nothing.
	value func(look settings.Look) string
}

var pageSettings = []pageSetting{
	{brandName, "Name", "What pages call the account.", "The account's own name", func(l settings.Look) string { return l.Name }},
	{brandAccent, "Accent", "The color of buttons and links.", "That of the console", func(l settings.Look) string { return l.Accent }},
	{brandLogo, "Logo", "Stands above every page.", "None: the name instead", func(l settings.Look) string {
		if l.Logo == nil {
			return ""
		}
		return fmt.Sprintf("%s, %s", strings.ToUpper(strings.TrimPrefix(l.Logo.Media, "image/")), bytesOf(int64(len(l.Logo.Content))))
	}},
	{returnHosts, "Return hosts", "Where onboarding links may lead back to; a sandbox takes any.", "None", func(l settings.Look) string { return strings.Join(l.ReturnHosts, ", ") }},
	{frameAncestors, "Framing origins", "Whose pages may frame those of onboarding links.", "None", func(l settings.Look) string { return strings.Join(l.FrameAncestors, ", ") }},
}

// pageRows returns what the pages of customers below show, with where each value comes from.
func (v *visit) pageRows() ([]settingRow, error) {
	own := v.customer.Settings.Pages()
	above, err := v.reachedAbove()
	if err != nil {
		return nil, err
	}
	// More may be set above the person's own account, which has no name here.
	beyond := "Not set here"
	if v.own.Parent.IsZero() {
		beyond = "Built in"
	}
	var rows []settingRow
	for _, one := range pageSettings {
		row := settingRow{Label: one.label, Text: one.text, Path: one.path, Value: one.value(own), From: "Set here", Set: true}
		for _, c := range above {
			if row.Value == "" {
				row.Value, row.From = one.value(c.Settings.Pages()), "As "+c.Name
			}
		}
		if row.Value == "" {
			row.Value, row.From, row.Set = one.builtIn, beyond, false
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// reachedAbove returns the customers above that the person may see, the nearest first.
func (v *visit) reachedAbove() (list []*customers.Customer, err error) {
	at := slices.Index(v.customer.Path, v.own.ID)
	if at < 0 {
		return nil, nil
	}
	for _, id := range v.customer.Path[at:] {
		c, err := v.app.Lifecycle.Get(v.r.Context(), v.caller, id.String())
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	slices.Reverse(list)
	return list, nil
}

func (v *visit) pageParts() []part {
	logo := []spec{f(brandLogo, "Logo", "type=file", "accept=image/png,image/jpeg", "optional", "hint=A PNG or JPEG image of at most 64 KiB; 480 by 120 pixels is plenty.")}
	rows := [][]spec{
		{f(brandName, "Name", "optional", "maxlength=64", "hint=Empty is the account's own name.")},
		{f(brandAccent, "Accent", "optional", "maxlength=7", "placeholder=#1a73e8", "hint=The color of buttons. Text on it is made readable.")},
		logo,
	}
	if b := v.customer.Settings.Pages(); b.Logo != nil {
		rows = append(rows, []spec{f(dropLogo, "Take the stored logo out", "type=checkbox")})
	}
	return []part{
		{key: "branding", title: "Look", text: "Of the pages that customers below see. What is empty is as the account above has it.", rows: rows},
		{key: "onboarding", title: "Onboarding links", text: "One entry a line, at most 20.", rows: [][]spec{
			{f(returnHosts, "Return hosts", "optional", "rows=3", "placeholder=app.example.com", "hint=Where links may lead back to. A live installation takes no others.")},
			{f(frameAncestors, "Framing origins", "optional", "rows=3", "placeholder=https://app.example.com", "hint=Whose pages may frame those of a link.")},
		}},
	}
}

func (v *visit) pagesForm() customerForm {
	v.curl("PATCH", "/v3/customers/"+v.id(), map[string]any{"settings": map[string]any{"branding": map[string]any{"accent": "#1a73e8"}, "onboarding": map[string]any{"returnHosts": []string{"app.example.com"}}}})
	return customerForm{Title: "Pages of customers below", Action: v.at("settings/pages"), Back: v.at("settings"), Button: "Save", Version: v.customer.Version, Upload: true}
}

func showPageSettings(v *visit) error {
	if !hasChildren(v) {
		return fault.NotFoundError()
	}
	look := v.customer.Settings.Pages()
	form := page.NewForm(brandName, look.Name, brandAccent, look.Accent, returnHosts, strings.Join(look.ReturnHosts, "\n"), frameAncestors, strings.Join(look.FrameAncestors, "\n"))
	return v.writeForm(form, v.pagesForm(), v.pageParts(), nil)
}

func savePageSettings(v *visit) error {
	if !hasChildren(v) {
		return fault.NotFoundError()
	}
	form := page.Typed(v.r.PostForm)
	body, err := v.pagesBody(form)
	if err != nil {
		return err
	}
	return v.saveSettingsOf(form, body, func(refusal error) error {
		return v.writeForm(form, v.pagesForm(), v.pageParts(), ofWholeLists(refusal))
	})
}

// pagesBody returns what differs from what is stored, as the native API takes it.
func (v *visit) pagesBody(form *page.Form) (map[string]any, error) {
	body, look := map[string]any{}, v.customer.Settings.Pages()
	set := func(name string, value any) { put(body, strings.Split(name, "."), value) }
	for name, was := range map[string]string{brandName: look.Name, brandAccent: look.Accent} {
		switch text := strings.TrimSpace(form.Value(name)); text {
		case was:
		case "":
			set(name, nil)
		default:
			set(name, text)
		}
	}
	for name, was := range map[string][]string{returnHosts: look.ReturnHosts, frameAncestors: look.FrameAncestors} {
		switch list := strings.Fields(form.Value(name)); {
		case slices.Equal(list, was):
		case len(list) == 0:
			set(name, nil)
		default:
			set(name, list)
		}
	}
	if form.Value(dropLogo) != "" {
		set(brandLogo, nil)
	}
	if v.r.MultipartForm == nil {
		return body, nil
	}
	for _, file := range v.r.MultipartForm.File[brandLogo] {
		if file.Size == 0 {
			continue // no file was chosen
		}
		opened, err := file.Open()
		if err != nil {
			return nil, fmt.Errorf("reading a logo: %w", err)
		}
		content, err := io.ReadAll(opened)
		if err := errors.Join(err, opened.Close()); err != nil {
			return nil, fmt.Errorf("reading a logo: %w", err)
		}
		set(brandLogo, base64.StdEncoding.EncodeToString(content))
	}
	return body, nil
}

// ofWholeLists says of a list what is wrong with one of its entries: a form has one field for
// all of them.
func ofWholeLists(err error) error {
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	listOf := func(field string) string {
		for _, list := range []string{returnHosts, frameAncestors} {
			if strings.HasPrefix(field, list) {
				return list
			}
		}
		return field
	}
	whole := *refusal
	whole.Field, whole.More = listOf(whole.Field), slices.Clone(whole.More)
	for i := range whole.More {
		whole.More[i].Field = listOf(whole.More[i].Field)
	}
	return &whole
}
