package customers

import (
	"slices"
	"strings"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// maxEmail bounds an e-mail address (PayStand API reference, customer resource).
const maxEmail = 128

// text applies an optional text of 1 to limit characters; null clears it.
func (d *draft) text(field patch.Field[string], target *string, path string, limit int) {
	if field.Given() && !check.Text(&d.faults, field.Value, path, limit) {
		return
	}
	field.Apply(target)
}

// required applies a text that must be there in the end.
func (d *draft) required(field patch.Field[string], target *string, path string, limit int) {
	if field.Null || (!field.Set && *target == "") {
		d.missing(path)
		return
	}
	if field.Given() && check.IsBlank(field.Value) {
		d.faults.Add(path, fault.TooShort, "must not be empty or blank: it is required")
		return
	}
	d.text(field, target, path, limit)
}

// missing notes a required field that is absent, once.
func (d *draft) missing(path string) {
	if !d.faults.Has(path) {
		d.faults.Add(path, fault.Missing, lastPart(path)+" is required; send it")
	}
}

// email applies an optional e-mail address.
func (d *draft) email(field patch.Field[string], target *string, path string) {
	if field.Given() && !check.Email(&d.faults, field.Value, path, maxEmail) {
		return
	}
	field.Apply(target)
}

// choice applies one of a few words.
func (d *draft) choice(field patch.Field[string], target *string, path string, allowed ...string) {
	if field.Given() && !slices.Contains(allowed, field.Value) {
		d.faults.AddValue(path, fault.BadValue, field.Value, "must be one of "+strings.Join(allowed, ", "))
		return
	}
	field.Apply(target)
}

// matching applies an optional text that must have a form.
func (d *draft) matching(field patch.Field[string], target *string, path string, form func(string) bool, limit int, says string) {
	if field.Given() {
		if !check.Text(&d.faults, field.Value, path, limit) {
			return
		}
		if !form(field.Value) {
			d.faults.AddValue(path, fault.BadValue, field.Value, says)
			return
		}
	}
	field.Apply(target)
}

// webURL applies an optional absolute http or https URL.
func (d *draft) webURL(field patch.Field[string], target *string, path string, limit int) {
	if field.Given() && !check.URL(&d.faults, field.Value, path, limit) {
		return
	}
	field.Apply(target)
}

func lastPart(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }
