package fields

import (
	"strings"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// Address applies an address: it is merged into the one that is stored, and null clears
// it.
func Address(d *registry.Draft, field patch.Field[AddressInput], target **customers.Address, path string) {
	if !field.Set {
		return
	}
	if field.Null {
		*target = nil
		return
	}
	*target = mergeAddress(d, *target, field.Value, path)
}

// NewAddress applies an address made of the input alone: nested addresses are replaced
// as a whole. An equal one keeps its id and times.
func NewAddress(d *registry.Draft, field patch.Field[AddressInput], target **customers.Address, path string) {
	if !field.Given() {
		Address(d, field, target, path)
		return
	}
	made := mergeAddress(d, nil, field.Value, path)
	*target = KeepStamps(d, *target, made)
}

func mergeAddress(d *registry.Draft, old *customers.Address, in AddressInput, path string) *customers.Address {
	next := customers.Address{}
	if old != nil {
		next = *old
	}
	Required(d, in.Street1, &next.Street1, path+".street1", 256)
	Text(d, in.Street2, &next.Street2, path+".street2", 256)
	Required(d, in.City, &next.City, path+".city", 256)
	Text(d, in.State, &next.State, path+".state", 64)
	Text(d, in.PostalCode, &next.PostalCode, path+".postalCode", 16)
	Required(d, in.Country, &next.Country, path+".country", 64)
	checkPlace(d, &next, path)
	return KeepStamps(d, old, &next)
}

// checkPlace brings country, state and postal code into their form.
func checkPlace(d *registry.Draft, a *customers.Address, path string) {
	if !Country(d, &a.Country, path+".country") {
		return
	}
	switch a.Country {
	case check.USA:
		a.State = strings.ToUpper(a.State)
		CheckForm(d, a.State, path+".state", check.IsStateForm, "must be a two-letter state such as ME")
		CheckForm(d, a.PostalCode, path+".postalCode", check.IsZIP, "must be a ZIP code: NNNNN or NNNNN-NNNN")
	case check.Canada:
		a.PostalCode = strings.ToUpper(a.PostalCode)
		CheckForm(d, a.PostalCode, path+".postalCode", check.IsCanadianPostalCode, "must be a postal code such as K1A 0B1")
	}
}

// Country brings a country that was sent into its form, alpha-3, and reports whether it
// is known.
func Country(d *registry.Draft, target *string, path string) bool {
	if *target == "" || d.Faults.Has(path) {
		return false
	}
	alpha3, ok := check.Country(*target)
	if !ok {
		d.Faults.AddValue(path, fault.BadValue, *target, "must be an ISO 3166-1 country such as USA, CAN or MEX")
		return false
	}
	*target = alpha3
	return true
}

// CheckForm adds a fault for a value that has no valid form; says is its text.
func CheckForm(d *registry.Draft, value, path string, form func(string) bool, says string) {
	if value != "" && !d.Faults.Has(path) && !form(value) {
		d.Faults.AddValue(path, fault.BadValue, value, says)
	}
}
