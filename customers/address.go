package customers

import (
	"strings"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// address applies an address: merged into the one that is there, null clears it.
func (d *draft) address(field patch.Field[AddressInput], target **Address, path string) {
	if !field.Set {
		return
	}
	if field.Null {
		*target = nil
		return
	}
	*target = d.mergeAddress(*target, field.Value, path)
}

// newAddress gives an address made of the input alone: nested addresses are
// replaced as a whole. The stamps of an equal old one stay.
func (d *draft) newAddress(field patch.Field[AddressInput], target **Address, path string) {
	if !field.Given() {
		d.address(field, target, path)
		return
	}
	made := d.mergeAddress(nil, field.Value, path)
	*target = keepPart(d, *target, made)
}

func (d *draft) mergeAddress(old *Address, in AddressInput, path string) *Address {
	next := Address{}
	if old != nil {
		next = *old
	}
	d.required(in.Street1, &next.Street1, path+".street1", 256)
	d.text(in.Street2, &next.Street2, path+".street2", 256)
	d.required(in.City, &next.City, path+".city", 256)
	d.text(in.State, &next.State, path+".state", 64)
	d.text(in.PostalCode, &next.PostalCode, path+".postalCode", 16)
	d.required(in.Country, &next.Country, path+".country", 64)
	d.checkPlace(&next, path)
	return keepPart(d, old, &next)
}

// checkPlace brings country, state and postal code into their form.
func (d *draft) checkPlace(a *Address, path string) {
	if !d.country(&a.Country, path+".country") {
		return
	}
	switch a.Country {
	case check.USA:
		a.State = strings.ToUpper(a.State)
		d.checkForm(a.State, path+".state", check.IsStateForm, "must be a two-letter state such as ME")
		d.checkForm(a.PostalCode, path+".postalCode", check.IsZIP, "must be a ZIP code: NNNNN or NNNNN-NNNN")
	case check.Canada:
		a.PostalCode = strings.ToUpper(a.PostalCode)
		d.checkForm(a.PostalCode, path+".postalCode", check.IsCanadianPostalCode, "must be a postal code such as K1A 0B1")
	}
}

// country brings a country that was given into its form, alpha-3, and reports whether
// there is one.
func (d *draft) country(target *string, path string) bool {
	if *target == "" || d.faults.Has(path) {
		return false
	}
	alpha3, ok := check.Country(*target)
	if !ok {
		d.faults.AddValue(path, fault.BadValue, *target, "must be an ISO 3166-1 country such as USA, CAN or MEX")
		return false
	}
	*target = alpha3
	return true
}

func (d *draft) checkForm(value, path string, form func(string) bool, says string) {
	if value != "" && !d.faults.Has(path) && !form(value) {
		d.faults.AddValue(path, fault.BadValue, value, says)
	}
}
