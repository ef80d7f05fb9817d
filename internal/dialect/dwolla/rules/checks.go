package rules

import (
	"regexp"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// textRule is what a text of an enrolment must be like (Dwolla API reference, customers).
type textRule struct {
	limit int
	// form reports whether a text has the right form, known whether one of that form
	// exists; nil for any.
	form, known func(string) bool
	// never is what no part of the text may match; nil for any.
	never *regexp.Regexp
	says  string
}

const (
	maxEnrolledName    = 50
	maxEnrolledText    = 255
	maxControllerTitle = 100
	maxClassification  = 64
	// oldest is the age in years that nobody exceeds.
	oldest = 125
)

var (
	unfitInName = regexp.MustCompile("[<>=\"`!?%~${}\\\\]")
	postBox     = regexp.MustCompile(`(?i)(^|[^\pL])(p\.?\s*o\.?\s*box|post\s+office\s+box)`)
	cityForm    = regexp.MustCompile(`^\pL[\pL\pM .'’-]*$`)
)

var (
	personName   = textRule{limit: maxEnrolledName, never: unfitInName, says: "must not hold any of < > = \" ` ! ? % ~ $ { } \\"}
	companyName  = textRule{limit: maxEnrolledText, never: unfitInName, says: "must not hold any of < > = \" ` ! ? % ~ $ { } \\"}
	anyText      = textRule{limit: maxEnrolledText}
	ownReference = textRule{limit: maxEnrolledText, form: check.IsHandle, says: "may hold only letters A-Z, digits and - . _"}
	tenDigits    = textRule{limit: maxEnrolledText, form: check.IsUSPhone, says: "must be ten digits, without punctuation"}
	streetLine   = textRule{limit: maxEnrolledName, form: isFit, never: postBox, says: "must not be a post office box, nor hold any of < > = \" ` ! ? % ~ $ { } \\"}
	cityName     = textRule{limit: maxEnrolledName, form: cityForm.MatchString, says: "may hold only letters, spaces and . ' -"}
	stateCode    = textRule{limit: maxEnrolledText, form: check.IsStateForm, known: check.IsState, says: "must be a state of the US as two capital letters such as ME"}
	zipCode      = textRule{limit: maxEnrolledText, form: check.IsZIP, says: "must be a ZIP code: NNNNN or NNNNN-NNNN"}
	jobTitle     = textRule{limit: maxControllerTitle}
	industry     = textRule{limit: maxClassification}
)

// isFit reports whether a text has none of the characters that are kept out of names.
func isFit(text string) bool { return !unfitInName.MatchString(text) }

// holds reports whether the text fits, and notes why not.
func (k textRule) holds(faults *fault.List, text, path string) bool {
	switch {
	case !check.Text(faults, text, path, k.limit):
		return false
	case (k.form != nil && !k.form(text)) || (k.never == unfitInName && k.never.MatchString(text)):
		faults.AddValue(path, fault.BadFormat, text, k.says)
		return false
	case k.never != nil && k.never.MatchString(text):
		faults.Add(path, fault.NotAllowed, k.says)
		return false
	case k.known != nil && !k.known(text):
		faults.AddValue(path, fault.BadValue, text, k.says)
		return false
	}
	return true
}

// blank reports whether a member was sent without a text.
func blank(field patch.Field[string]) bool {
	return field.Set && (field.Null || check.IsBlank(field.Value))
}

// unsaid reports whether a secret member was sent without a text.
func unsaid(field patch.Field[secret.Text]) bool {
	return field.Set && (field.Null || check.IsBlank(field.Value.Reveal()))
}

// born reads the date of birth of somebody of 18 to 125 years.
func born(d *registry.Draft, text secret.Text, path string) (secret.Text, bool) {
	date, ok := check.Date(text.Reveal(), check.ISODate)
	switch {
	case !ok:
		d.Faults.Add(path, fault.BadFormat, "must be a date as YYYY-MM-DD")
	case !check.IsOfAge(date, fields.AdultYears, d.Now) || date.AddDate(oldest+1, 0, 0).Before(d.Now):
		d.Faults.Add(path, fault.NotAllowed, "the age must be 18 to 125 years")
	default:
		return text, true
	}
	return secret.Text{}, false
}

// sealTax seals a Social Security number of nine digits, or its last four, which
// leave a whole number that ends with them as it is.
func sealTax(d *registry.Draft, old *customers.Sealed, text secret.Text, path string, need depth) *customers.Sealed {
	whole, isWhole := check.TaxNumber(text)
	last, isLast := check.LastFour(text)
	switch {
	case isWhole:
		return d.Seal(old, customers.FieldPersonalTaxID, whole, true)
	case !isLast:
		d.Faults.Add(path, fault.BadFormat, "must be the nine digits of a Social Security number, or its last four")
	case need == anew:
		d.Faults.Add(path, fault.Missing, "all nine digits of the Social Security number are required now")
	case old != nil && old.Last4 == last.Reveal():
	default:
		return fields.SealLastFour(d, old, last)
	}
	return old
}
