package fields

import (
	"slices"
	"strings"

	"tenantry/customers/registry"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// MaxEmail bounds an e-mail address (PayStand API reference, customer resource).
const MaxEmail = 128

// Text applies an optional text of 1 to limit characters; null clears it.
func Text(d *registry.Draft, field patch.Field[string], target *string, path string, limit int) {
	if field.Given() && !check.Text(&d.Faults, field.Value, path, limit) {
		return
	}
	field.Apply(target)
}

// Required applies a text that must be there in the end.
func Required(d *registry.Draft, field patch.Field[string], target *string, path string, limit int) {
	if field.Null || (!field.Set && *target == "") {
		Missing(d, path)
		return
	}
	if field.Given() && check.IsBlank(field.Value) {
		d.Faults.Add(path, fault.TooShort, "must not be empty or blank: it is required")
		return
	}
	Text(d, field, target, path, limit)
}

// Name is Text for a name: one line that shows all that it holds.
func Name(d *registry.Draft, field patch.Field[string], target *string, path string, limit int) {
	if field.Given() && !check.Name(&d.Faults, field.Value, path, limit) {
		return
	}
	field.Apply(target)
}

// RequiredName is Required for a name.
func RequiredName(d *registry.Draft, field patch.Field[string], target *string, path string, limit int) {
	if field.Given() && !check.IsBlank(field.Value) && !check.Name(&d.Faults, field.Value, path, limit) {
		return
	}
	Required(d, field, target, path, limit)
}

// Missing adds the fault of a required field that is absent, once.
func Missing(d *registry.Draft, path string) {
	if !d.Faults.Has(path) {
		d.Faults.Add(path, fault.Missing, lastPart(path)+" is required; send it")
	}
}

// Email applies an optional e-mail address.
func Email(d *registry.Draft, field patch.Field[string], target *string, path string) {
	if field.Given() && !check.Email(&d.Faults, field.Value, path, MaxEmail) {
		return
	}
	field.Apply(target)
}

// Choice applies one of a few words.
func Choice(d *registry.Draft, field patch.Field[string], target *string, path string, allowed ...string) {
	if field.Given() && !slices.Contains(allowed, field.Value) {
		d.Faults.AddValue(path, fault.BadValue, field.Value, "must be one of "+strings.Join(allowed, ", "))
		return
	}
	field.Apply(target)
}

// Matching applies an optional text that must have a form.
func Matching(d *registry.Draft, field patch.Field[string], target *string, path string, form func(string) bool, limit int, says string) {
	if field.Given() {
		if !check.Text(&d.Faults, field.Value, path, limit) {
			return
		}
		if !form(field.Value) {
			d.Faults.AddValue(path, fault.BadValue, field.Value, says)
			return
		}
	}
	field.Apply(target)
}

// WebURL applies an optional absolute http or https URL.
func WebURL(d *registry.Draft, field patch.Field[string], target *string, path string, limit int) {
	if field.Given() && !check.URL(&d.Faults, field.Value, path, limit) {
		return
	}
	field.Apply(target)
}

func lastPart(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }
