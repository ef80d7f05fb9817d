package page

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"tenantry/internal/fault"
)

// Form is what was typed into a form, and what is wrong with it. The zero value is an
// empty form.
type Form struct {
	// Values are the fields as typed, by their names: the paths of the native API.
	Values url.Values
	// Faults are the faults of fields; one without a field is about the whole.
	Faults []fault.Violation
	// Labels are what fields are called on the page, for those that are missing; services
	// call them by their paths.
	Labels map[string]string
}

// NewForm returns a form that shows these values, as pairs of name and value.
func NewForm(pairs ...string) *Form {
	f := &Form{Values: url.Values{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Values.Set(pairs[i], pairs[i+1])
	}
	return f
}

// Typed returns the form as it was sent.
func Typed(values url.Values) *Form { return &Form{Values: values} }

// Refuse adds what a service found wrong, and reports whether the form can show it: a
// refusal of values, a conflict and the like. Others belong on a page of their own.
func (f *Form) Refuse(err error) bool {
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return false
	}
	switch refusal.Kind {
	case fault.Invalid, fault.Conflict, fault.Malformed, fault.PaymentRequired, fault.TooLarge, fault.UnsupportedMedia,
		fault.PreconditionFailed, fault.RateLimited, fault.Unavailable, fault.Forbidden, fault.Unauthenticated:
	default:
		return false
	}
	f.Faults = append(f.Faults, refusal.Violation)
	f.Faults = append(f.Faults, refusal.More...)
	return true
}

// Add adds a fault of a field.
func (f *Form) Add(name, text string) {
	f.Faults = append(f.Faults, fault.Violation{Field: name, Text: text})
}

// Value returns what was typed into a field.
func (f *Form) Value(name string) string {
	if f == nil {
		return ""
	}
	return f.Values.Get(name)
}

// Fault returns what is wrong with a field, empty for nothing.
func (f *Form) Fault(name string) string {
	if f == nil {
		return ""
	}
	for _, v := range f.Faults {
		if v.Field == name {
			return f.text(v)
		}
	}
	return ""
}

// text returns what is wrong with a field in the words of the page.
func (f *Form) text(v fault.Violation) string {
	if label := f.Labels[v.Field]; label != "" && v.Detail == fault.Missing {
		return label + " is required."
	}
	return sentence(v.Text)
}

// Summary is a fault as the list above a form shows it.
type Summary struct{ ID, Field, Text string }

// Summary returns the faults, each with the id of its field.
func (f *Form) Summary() []Summary {
	if f == nil {
		return nil
	}
	list := make([]Summary, 0, len(f.Faults))
	for _, v := range f.Faults {
		one := Summary{Field: v.Field, Text: f.text(v)}
		if label := f.Labels[v.Field]; label != "" && !strings.HasPrefix(one.Text, label) {
			one.Text = label + ": " + one.Text
		}
		if v.Field != "" {
			one.ID = fieldID(v.Field)
		}
		list = append(list, one)
	}
	return list
}

// sentence begins a text with a capital and ends it with a full stop.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	if first := text[0]; first >= 'a' && first <= 'z' && !strings.ContainsAny(strings.SplitN(text, " ", 2)[0], "._") && !hasUpper(strings.SplitN(text, " ", 2)[0]) {
		text = string(first-'a'+'A') + text[1:]
	}
	if !strings.ContainsAny(text[len(text)-1:], ".!?)`") {
		text += "."
	}
	return text
}

func hasUpper(word string) bool { return strings.ToLower(word) != word }

func fieldID(name string) string {
	return "f-" + strings.NewReplacer(".", "-", "[", "-", "]", "", " ", "-").Replace(name)
}

// Choice is one choice of a field.
type Choice struct{ Value, Text string }

// Field is one field of a form, for the part "field".
type Field struct {
	Name, ID, Label, Hint, Fault, Value, Type string
	Placeholder, Autocomplete, Inputmode      string
	Pattern, Accept, Unit                     string
	Rows, MaxLength                           int
	Required, Optional, Autofocus, Spellcheck bool
	Choices                                   []Choice
	Checked                                   bool
}

// DescribedBy returns the ids of what explains the field.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Fault != "" {
		ids = append(ids, f.ID+"-fault")
	}
	return strings.Join(ids, " ")
}

// NewField returns a field of a form; options are `name=value`, or a name alone: type,
// hint, placeholder, autocomplete, inputmode, accept, unit, rows, maxlength, required,
// optional, autofocus. A password is never shown again.
func NewField(form *Form, name, label string, options ...any) (Field, error) {
	f := Field{Name: name, ID: fieldID(name), Label: label, Type: "text", Value: form.Value(name), Fault: form.Fault(name)}
	for _, option := range options {
		if choices, ok := option.([]Choice); ok {
			f.Choices, f.Type = choices, "select"
			continue
		}
		key, value, _ := strings.Cut(fmt.Sprint(option), "=")
		switch key {
		case "type":
			f.Type = value
		case "hint":
			f.Hint = value
		case "value":
			if form == nil || !form.Values.Has(name) {
				f.Value = value
			}
		case "placeholder":
			f.Placeholder = value
		case "autocomplete":
			f.Autocomplete = value
		case "inputmode":
			f.Inputmode = value
		case "accept":
			f.Accept = value
		case "unit":
			f.Unit = value
		case "rows":
			_, _ = fmt.Sscan(value, &f.Rows)
			f.Type = "textarea"
		case "maxlength":
			_, _ = fmt.Sscan(value, &f.MaxLength)
		case "required":
			f.Required = true
		case "optional":
			f.Optional = true
		case "autofocus":
			f.Autofocus = true
		case "":
		default:
			return f, fmt.Errorf("the field %s has an unknown option %q", name, key)
		}
	}
	if f.Type == "checkbox" {
		f.Checked = f.Value != "" && f.Value != "false"
	}
	if f.Type == "password" || f.Type == "file" {
		f.Value = ""
	}
	return f, nil
}
