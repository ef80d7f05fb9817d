package customers

import (
	"regexp"
	"strings"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

const (
	usa    = "USA"
	canada = "CAN"
	mexico = "MEX"
)

var (
	usState     = regexp.MustCompile(`^[A-Z]{2}$`)
	usZIP       = regexp.MustCompile(`^[0-9]{5}(-[0-9]{4})?$`)
	caPostal    = regexp.MustCompile(`^[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]$`)
	phoneNumber = regexp.MustCompile(`^\+?[0-9]{1,16}$`)
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
	if a.Country == "" || d.faults.Has(path+".country") {
		return
	}
	country, ok := parseCountry(a.Country)
	if !ok {
		d.faults.AddValue(path+".country", fault.BadValue, a.Country, "must be an ISO 3166-1 country such as USA, CAN or MEX")
		return
	}
	a.Country = country
	switch country {
	case usa:
		a.State = strings.ToUpper(a.State)
		d.checkForm(a.State, path+".state", usState, "must be a two-letter state such as ME")
		d.checkForm(a.PostalCode, path+".postalCode", usZIP, "must be a ZIP code: NNNNN or NNNNN-NNNN")
	case canada:
		a.PostalCode = strings.ToUpper(a.PostalCode)
		d.checkForm(a.PostalCode, path+".postalCode", caPostal, "must be a postal code such as K1A 0B1")
	}
}

func (d *draft) checkForm(value, path string, form *regexp.Regexp, says string) {
	if value != "" && !d.faults.Has(path) && !form.MatchString(value) {
		d.faults.AddValue(path, fault.BadValue, value, says)
	}
}
